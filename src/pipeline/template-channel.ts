import type { Channel, ProviderTemplates } from '../channels/channel.ts';
import { channelOf as doorOf } from '../channels/index.ts';
import { type Failure, SendFailure } from '../model/failure.ts';
import { invalid, notFound, Problem } from '../model/problem.ts';
import type { ChannelSetup, Setup } from '../model/setup.ts';
import type { Context } from './context.ts';
import { Interrupted } from './outside.ts';

/** A channel whose provider can be asked about templates. */
export interface TemplateChannel {
  channel: ChannelSetup;
  door: Channel;
  provider: ProviderTemplates;
  account: Record<string, unknown>;
}

/** The channel of this id. Throws `Problem`: there is none, it needs no approval, a setting is missing. */
export async function templateChannel(
  ctx: Context,
  setup: Setup,
  channelId: string,
): Promise<TemplateChannel> {
  const channel = setup.channels.get(channelId);
  if (!channel) throw notFound('channel', 'CHANNEL_NOT_FOUND', 'There is no such channel.');
  const door = doorOf(channel.type);
  const provider = door?.templates;
  if (!door || !provider)
    throw new Problem('conflict', 'Templates need not be handed in for this channel.', {
      field: 'channel',
      code: 'NO_APPROVAL',
    });
  if (!channel.enabled)
    throw new Problem('conflict', 'This channel is switched off.', { field: 'channel', code: 'DISABLED' });
  const account = await ctx.account(setup.business.id, channelId);
  const lacks = provider.lacks(account);
  if (lacks === undefined) return { channel, door, provider, account };
  throw new Problem('conflict', `Set ${lacks} of the channel first: templates are handed in there.`, {
    field: `settings.${lacks}`,
    code: 'SETTING_MISSING',
  });
}

/** What a failed call to the provider is for who asked; `field`: which of ours it was about. Throws what is none. */
export function problemOf(error: unknown, field?: string): Problem {
  if (error instanceof Interrupted) return new Problem('unavailable', error.message);
  if (!(error instanceof SendFailure)) throw error;
  const { failure, message } = error;
  const detail = { code: failure.class, ...waitOf(failure) };
  switch (failure.class) {
    case 'AUTH':
    case 'CONFIG':
    case 'NOT_SUPPORTED':
      return new Problem('conflict', `The provider of the channel refused: ${message}`, {
        ...detail,
        field: 'channel',
      });
    case 'RATE_LIMITED':
    case 'QUOTA':
      return new Problem('tooMany', `The provider asks for a pause: ${message}`, detail);
    case 'MEDIA':
    case 'CONTENT_REJECTED':
    case 'CONTENT_TOO_LONG':
      return field === undefined
        ? new Problem('conflict', `The provider of the channel refused: ${message}`, detail)
        : invalid(field, `It cannot be handed in: ${message}`, detail);
    default:
      return new Problem('unavailable', message, detail);
  }
}

const waitOf = ({ retryAfterMs }: Failure) =>
  retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) };
