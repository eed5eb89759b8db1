import type { Static } from 'typebox';
import type { Contact } from '../../../model/contact.ts';
import { type Content, maskedText, plainText } from '../../../model/message.ts';
import { present } from '../../../model/present.ts';
import { ticketOf } from '../../../model/session.ts';
import type { Setup } from '../../../model/setup.ts';
import { hoursFor, windowLeftMs } from '../../../model/window.ts';
import type { Core } from '../../../pipeline/core.ts';
import type { MediaPart } from '../../../pipeline/media-link.ts';
import type { InboxRow } from '../../../store/inbox.ts';
import type { Retry } from '../../../store/message-retries.ts';
import type { SessionLine } from '../../../store/session-lines.ts';
import type { ThreadRow } from '../../../store/thread.ts';
import { contentTold } from '../content.ts';
import type { InboxSession, ThreadMessage, Window } from './schemas.ts';
import { failureTold, tickOf, ticksOf } from './ticks.ts';

/** Characters of a message that are shown in a row. */
const longestPreview = 200;

/** The beginning of what a message says, in one line. */
export function previewOf(content: Content, mask = false): string {
  const text = mask ? maskedText : plainText(content);
  return [
    ...text
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 2 * longestPreview),
  ]
    .slice(0, longestPreview)
    .join('');
}

/** What to call a person. */
export function nameOf({
  businessProfile,
  profile,
  csid,
}: Pick<Contact, 'businessProfile' | 'profile' | 'csid'>): string {
  return businessProfile.displayName || businessProfile.name || profile.name || csid;
}

/** What a channel can carry. */
export function carriesOf(core: Core, setup: Setup, channelId: string) {
  const channel = setup.channels.get(channelId);
  return channel && core.change.channelTypes.find(({ type }) => type === channel.type)?.carries;
}

/** How the care window of a conversation stands; undefined where the channel has none. */
export function windowOf(
  core: Core,
  setup: Setup,
  channelId: string,
  lastInboundAt: number | undefined,
): Static<typeof Window> | undefined {
  const carries = carriesOf(core, setup, channelId);
  const hours = carries && hoursFor(carries, setup.channels.get(channelId)?.settings ?? {}, 'AGENT');
  if (hours === undefined) return undefined;
  const left = windowLeftMs(hours, lastInboundAt, Date.now()) ?? 0;
  const endsAt = lastInboundAt === undefined ? undefined : lastInboundAt + hours * 3_600_000;
  return present({ hours, open: left > 0, endsAt }) as Static<typeof Window>;
}

const orAbsent = <T>(value: T | null): T | undefined => value ?? undefined;

/** A row of the inbox in the words of the API. */
export function rowTold(core: Core, setup: Setup, row: InboxRow): Static<typeof InboxSession> {
  const { contact, last } = row;
  const lastInboundAt = orAbsent(contact.lastInboundAt);
  return present({
    id: row.id,
    ticket: ticketOf(row.id),
    state: row.state,
    version: row.version,
    contact: present({
      id: row.contactId,
      no: contact.no,
      name: nameOf(contact),
      imageUrl: contact.businessProfile.imageUrl,
      type: contact.type,
      lane: contact.lane,
      csid: contact.csid,
      tags: contact.tags,
      owner: orAbsent(contact.owner),
      lang: orAbsent(contact.lang),
      optedOut: contact.optedOut,
    }),
    channelId: row.channelId,
    queue: row.queue,
    agent: orAbsent(row.agent),
    team: orAbsent(row.team),
    resolvedBy: orAbsent(row.resolvedBy),
    startedAt: row.startedAt,
    closedAt: orAbsent(row.closedAt),
    activeAt: row.activeAt,
    waitingSince: orAbsent(row.waitingSince),
    snoozedUntil: row.state === 'snoozed' ? orAbsent(row.snoozedUntil) : undefined,
    unread: row.unread,
    mentioned: row.mentioned,
    draft: orAbsent(row.draft),
    last: last ? lastTold(last) : undefined,
    window: windowOf(core, setup, row.channelId, lastInboundAt),
  }) as Static<typeof InboxSession>;
}

function lastTold({
  id,
  direction,
  content,
  mask,
  at,
  status,
  attempt,
  senderType,
  senderCode,
}: NonNullable<InboxRow['last']>) {
  return present({
    id,
    direction,
    type: content.type,
    text: previewOf(content, mask),
    at,
    senderType: orAbsent(senderType),
    sender: orAbsent(senderCode),
    tick: direction === 'O' ? tickOf(status, attempt) : undefined,
  });
}

/** The address of a file below this server: the same under whatever name the browser reached it. */
function linkOf(core: Core, id: string, part?: MediaPart): string {
  const { pathname, search } = new URL(core.mediaLink(id, part));
  return pathname + search;
}

type Answered = { id: string; direction: 'I' | 'O' | 'N' | 'L'; content: Content; mask: boolean };

/** A message in the words of the API; `answered`: the messages that others answer, by our id and by the channel's. */
export function messageTold(
  core: Core,
  row: ThreadRow,
  more: { answered?: ReadonlyMap<string, Answered>; mentions?: string[]; retried?: readonly Retry[] } = {},
): Static<typeof ThreadMessage> {
  const { id, no, sessionId, direction, timestamp, mask, status, stamps, failure, senderType, senderCode } =
    row;
  const isOut = direction === 'O';
  const { media, attachments, ...content } = contentTold(mask ? { type: row.content.type } : row.content);
  const linked = <M extends { id?: string; mime?: string }>(file: M) => {
    const { id, mime = '' } = file;
    if (id === undefined) return file;
    const thumbnail = mime.startsWith('image/') ? linkOf(core, id, 'thumbnail') : undefined;
    return { ...file, link: linkOf(core, id), ...(thumbnail && { thumbnail }) };
  };
  const answered = more.answered?.get(row.replyId ?? row.replyIdExt ?? '');
  const isReply = row.replyId !== undefined || row.replyIdExt !== undefined;
  return present({
    id,
    no,
    sessionId,
    direction,
    at: timestamp,
    content: present({ ...content, media: media && linked(media), attachments: attachments?.map(linked) }),
    tick: isOut ? tickOf(status, row.attempt) : undefined,
    ticks: isOut ? ticksOf(stamps) : undefined,
    failure: isOut && failure && tickOf(status) === 'failed' ? failureTold(failure) : undefined,
    sender: senderType && present({ type: senderType, code: senderCode }),
    replyTo: isReply ? replyTold(row.replyId, answered) : undefined,
    mentions: more.mentions,
    ...retriesTold(id, more.retried ?? []),
    sendAt: status === 'SCHLD' ? row.dueAt : undefined,
    mask,
  }) as Static<typeof ThreadMessage>;
}

function retriesTold(id: string, retried: readonly Retry[]) {
  const by = retried.find(({ messageId }) => messageId === id);
  const of = retried.find(({ retryId }) => retryId === id);
  return {
    retriedBy: by && { id: by.retryId, sessionId: by.retrySessionId },
    retryOf: of?.messageId,
  };
}

function replyTold(id: string | undefined, answered: Answered | undefined) {
  if (!answered) return present({ id });
  const { direction, content, mask } = answered;
  return { id: answered.id, direction, type: content.type, text: previewOf(content, mask) };
}

/** A line about the session among its messages. */
export function lineTold(
  sessionId: string,
  { id, at, agent, data }: SessionLine,
): Static<typeof ThreadMessage> {
  const system = present({ ...data, by: agent });
  return { id, sessionId, direction: 'L', at, content: { type: 'system' }, mask: false, system };
}
