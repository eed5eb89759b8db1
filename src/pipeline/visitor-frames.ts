import type { Visitors as Door } from '../channels/channel.ts';
import { channelOf as doorOf } from '../channels/index.ts';
import type { EventData, StoredEvent } from '../model/event.ts';
import { isId } from '../model/ids.ts';
import type { Media, Message } from '../model/message.ts';
import { present } from '../model/present.ts';
import type { Setup } from '../model/setup.ts';
import type { Status } from '../model/status.ts';
import * as media from '../store/media.ts';
import * as messages from '../store/messages.ts';
import type { Context } from './context.ts';
import { stateOf } from './files.ts';
import { mayHaveThumbnail } from './thumbnails.ts';
import type { NumberedFrame } from './visitor.ts';

type Telling = Pick<Context, 'db' | 'setup' | 'mediaLinks'>;

/** What happened to visitors of one business, as frames: one for each event, in their order. */
export async function framesOf(
  ctx: Telling,
  businessId: number,
  events: readonly StoredEvent[],
): Promise<NumberedFrame[]> {
  const setup = await ctx.setup(businessId);
  const ids = events.flatMap(messageIdOf);
  const found = await messages.byIds(ctx.db, businessId, ids);
  const told = new Map((await tellMessages(ctx, setup, found)).map((one) => [one.id, one]));
  return events.map((event) => {
    const seq = event.visitorNo!;
    const id = messageIdOf(event)[0];
    const frame = id === undefined ? otherFrame(setup, event) : told.get(id);
    if (id !== undefined && frame) return { t: 'msg', seq, ...frame };
    return { t: 'skip', seq, ...frame } as NumberedFrame;
  });
}

/** The message that an event brings to a visitor: his own, or one of the business that was just sent. */
function messageIdOf(event: StoredEvent): string[] {
  if (event.type === 'message.received') return [event.data.message.id];
  if (event.type === 'message.status' && event.data.short === 'SENT') return [event.data.messageId];
  return [];
}

function otherFrame(setup: Setup, event: StoredEvent): Record<string, unknown> | undefined {
  switch (event.type) {
    case 'message.status': {
      const status = wordOf(event.data.status);
      return status && { t: 'status', id: event.data.messageId, status };
    }
    case 'message.deleted':
      return { t: 'deleted', id: event.data.messageId };
    case 'session.opened':
    case 'session.assigned':
    case 'session.resolved':
      return { t: 'session', ...sessionTold(setup, event.data.session) };
    case 'session.closed':
      return { t: 'session', open: false, resolved: true };
    default:
      return undefined;
  }
}

/** A session as its visitor knows it. */
export function sessionTold(
  setup: Setup,
  session: Pick<EventData['session.opened']['session'], 'agent' | 'resolved'>,
): { open: boolean; resolved: boolean; agent?: { name: string; avatar?: string } } {
  const agent = session.agent === undefined ? undefined : setup.agents.get(session.agent);
  return {
    open: true,
    resolved: session.resolved,
    ...(agent && { agent: present({ name: agent.displayName ?? agent.name, avatar: agent.imageUrl }) }),
  };
}

function wordOf(status: Status): 'delivered' | 'read' | undefined {
  return status === 'DLVRD' ? 'delivered' : status === 'READ' ? 'read' : undefined;
}

/** Messages as their visitor sees them, in the given order. */
export async function tellMessages(
  ctx: Telling,
  setup: Setup,
  list: readonly Message[],
): Promise<(Record<string, unknown> & { id: string })[]> {
  const businessId = setup.business.id;
  const fileIds = list.flatMap(({ content }) => content.media?.id ?? content.template?.media?.id ?? []);
  const [files, about] = await Promise.all([
    media.ofMany(ctx.db, businessId, fileIds),
    reactedTo(ctx, businessId, list),
  ]);
  return list.map((message) => {
    const { id, direction, channelId, content, timestamp, providerId, status } = message;
    const door = visitorsOf(setup, channelId);
    const { media: file, ...shown } = door?.show(content) ?? { type: 'unsupported' };
    const isOwn = direction === 'I';
    return present({
      id,
      dir: isOwn ? 'in' : 'out',
      at: timestamp,
      cid: isOwn ? door?.cidOf(providerId) : undefined,
      from: isOwn ? undefined : senderTold(setup, message),
      ...shown,
      media: file ? fileTold(ctx, file as Media, files) : undefined,
      reaction: content.reaction && {
        emoji: content.reaction.emoji,
        to: about.get(content.reaction.messageIdExt) ?? content.reaction.messageIdExt,
      },
      replyTo: message.replyId ?? (isId(message.replyIdExt ?? '') ? message.replyIdExt : undefined),
      status: isOwn ? undefined : (wordOf(status) ?? 'sent'),
    });
  });
}

/** What a channel says of its visitors. */
export function visitorsOf(setup: Setup, channelId: string): Door | undefined {
  const channel = setup.channels.get(channelId);
  return channel && doorOf(channel.type)?.visitors;
}

/** Ids of the messages of visitors that agents reacted to, by the name that the channel has for them. */
async function reactedTo(
  { db }: Telling,
  businessId: number,
  list: readonly Message[],
): Promise<Map<string, string>> {
  const keys = list.flatMap(({ direction, channelId, content }) =>
    content.reaction && direction === 'O'
      ? [{ businessId, channelId, providerId: content.reaction.messageIdExt }]
      : [],
  );
  const found = await messages.byProviderId(db, keys);
  return new Map(found.map(({ providerId, id }) => [providerId!, id]));
}

/** Who wrote for the business. Codes of agents may be mail addresses: visitors are told names alone. */
function senderTold(setup: Setup, { senderType, senderCode }: Message) {
  const agent = senderCode === undefined ? undefined : setup.agents.get(senderCode);
  if (agent) return present({ kind: 'agent', name: agent.displayName ?? agent.name, avatar: agent.imageUrl });
  return senderType === 'BOT' ? { kind: 'bot' } : { kind: 'team' };
}

/** A file with a link that is good for a day. */
function fileTold({ mediaLinks }: Telling, said: Media, files: ReadonlyMap<string, media.MediaFile>) {
  const { id, link, caption, filename, mime, sizeBytes } = said;
  const file = id === undefined ? undefined : files.get(id);
  return present({
    id,
    url: file ? mediaLinks.of(file.id, true) : link,
    thumbUrl: file && mayHaveThumbnail(file) ? mediaLinks.of(file.id, true, 'thumbnail') : undefined,
    mime: file?.mime ?? mime,
    name: filename ?? file?.filename,
    size: file?.sizeBytes ?? sizeBytes,
    caption,
    state: file ? stateOf(file) : undefined,
  });
}
