import { newId } from '../model/ids.ts';
import type { Content } from '../model/message.ts';
import { invalid, missing, notFound } from '../model/problem.ts';
import type { ChannelSetup } from '../model/setup.ts';
import type { ReceiptStatus } from '../model/status.ts';
import * as messages from '../store/messages.ts';
import * as phones from '../store/sandbox-phones.ts';
import type { Context } from './context.ts';
import type { Core, Receipt, ReceivedMessage } from './core.ts';
import type { ProviderSimulator, ProviderSimulators } from './provider-simulators.ts';

/**
 * Plays the customers of a sandbox channel, and of one whose provider is simulated on this machine: on no other channel
 * anybody writes in the name of others.
 */
export interface Simulator {
  /** Writes as a customer. Throws `notFound` for what is no sandbox, `invalid` for what cannot be said. */
  write(
    businessId: number,
    channelId: string,
    csid: string,
    message: { content: Content; name?: string; replyTo?: string },
  ): Promise<{ messageId: string; sessionId: string; contactId: string }>;
  /** The simulated provider of a channel; undefined: it has none, or it does not run. */
  provider(channel: ChannelSetup): Promise<ProviderSimulator | undefined>;
  /** Tells what became of a message of ours. */
  receipt(
    businessId: number,
    channelId: string,
    csid: string,
    receipt: {
      messageId: string;
      status: 'sent' | 'delivered' | 'read' | 'failed';
      fail?: phones.Switches['fail'];
    },
  ): Promise<void>;
  switches(businessId: number, channelId: string, csid: string, switches: phones.Switches): Promise<void>;
}

const statuses: Record<string, ReceiptStatus> = {
  sent: 'SENTX',
  delivered: 'DLVRD',
  read: 'READ',
  failed: 'SENTX_ERR',
};
const longestAddress = 254;
const nothing = { messages: [], receipts: [], events: [], ignored: [] };

export function makeSimulator(
  ctx: Context,
  receive: Core['receive'],
  providers: ProviderSimulators,
): Simulator {
  const sandbox = async (businessId: number, channelId: string, csid: string): Promise<ChannelSetup> => {
    const channel = (await ctx.setup(businessId)).channels.get(channelId);
    if (!channel?.sandbox)
      throw notFound('channel', 'CHANNEL_NOT_FOUND', 'There is no such sandbox channel.');
    if (csid === '' || csid.length > longestAddress)
      throw invalid('csid', 'An address has 1 to 254 characters');
    return channel;
  };
  return {
    provider: (channel) => providers.of(channel),
    async write(businessId, channelId, csid, { content, name, replyTo }) {
      await sandbox(businessId, channelId, csid);
      const message: ReceivedMessage = {
        providerId: `simulated-${newId()}`,
        csid,
        timestamp: Date.now(),
        content,
        ...(name !== undefined && { profile: { name } }),
        ...(await replyOf(ctx, businessId, replyTo)),
      };
      const { messages: stored } = await receive(businessId, channelId, { ...nothing, messages: [message] });
      const { id, sessionId, contactId } = stored[0]!;
      return { messageId: id, sessionId, contactId };
    },
    async receipt(businessId, channelId, csid, { messageId, status, fail }) {
      await sandbox(businessId, channelId, csid);
      const found = await messages.find(ctx.db, businessId, messageId);
      if (
        !found ||
        found.channelId !== channelId ||
        found.direction !== 'O' ||
        found.providerId === undefined
      )
        throw invalid('messageId', 'There is no such message on this phone', { code: 'UNKNOWN_MESSAGE' });
      const receipt: Receipt = {
        providerId: found.providerId,
        status: statuses[status]!,
        timestamp: Date.now(),
        ...(status === 'failed' && {
          failure: { class: fail ?? 'UNREACHABLE', text: 'The simulator was asked to fail.' },
        }),
      };
      await receive(businessId, channelId, { ...nothing, receipts: [receipt] });
    },
    async switches(businessId, channelId, csid, switches) {
      await sandbox(businessId, channelId, csid);
      await phones.put(ctx.db, businessId, channelId, csid, switches);
    },
  };
}

async function replyOf(ctx: Context, businessId: number, replyTo: string | undefined) {
  if (replyTo === undefined) return {};
  const answered = await messages.find(ctx.db, businessId, replyTo);
  if (answered?.providerId === undefined)
    throw invalid('replyTo', 'There is no such message in this conversation', { code: 'UNKNOWN_MESSAGE' });
  return { replyIdExt: answered.providerId };
}

/** What a customer says in the simulator. Throws `Problem` for what is half. */
export function simulatedContent(said: {
  type?: string;
  text?: string;
  link?: string;
  filename?: string;
  mime?: string;
  latitude?: string;
  longitude?: string;
  code?: string;
  emoji?: string;
  about?: string;
}): Content {
  const { type = 'text', text, link, filename, mime, latitude, longitude, code, emoji, about } = said;
  const need = (value: string | undefined, field: string) => {
    if (value === undefined || value === '') throw missing(field);
    return value;
  };
  switch (type) {
    case 'text':
      return { type, text: need(text, 'text') };
    case 'button':
      return { type: 'text', text: need(text, 'text'), press: { code: code ?? text!, label: text! } };
    case 'location':
      return {
        type,
        location: {
          latitude: need(latitude, 'latitude'),
          longitude: need(longitude, 'longitude'),
          ...(text && { name: text }),
        },
      };
    case 'reaction':
      return { type, reaction: { emoji: emoji ?? '', messageIdExt: need(about, 'about') } };
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'document':
    case 'sticker': {
      const media = {
        link: need(link, 'link'),
        ...(text && { caption: text }),
        ...(filename && { filename }),
        ...(mime && { mime }),
      };
      return { type, media };
    }
    default:
      throw invalid('type', 'A customer cannot say that here', { value: type });
  }
}
