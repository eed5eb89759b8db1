import Type from 'typebox';
import { isId } from '../../../model/ids.ts';
import { invalid, Problem } from '../../../model/problem.ts';
import { findOnce } from '../../../pipeline/idempotency.ts';
import { sentBefore } from '../../../pipeline/send.ts';
import { appOfQueue } from '../../../pipeline/snapshots.ts';
import { mentions } from '../../../store/inbox-marks.ts';
import * as retries from '../../../store/message-retries.ts';
import * as messages from '../../../store/messages.ts';
import * as lines from '../../../store/session-lines.ts';
import * as thread from '../../../store/thread.ts';
import { type Ask, route } from '../route.ts';
import { inOurWords, OutgoingMessage, sendRequestOf } from '../sending.ts';
import { change, flag, idParams, known, maybe, ms, oneOf, Removed } from '../words.ts';
import { type AnyAsk, sessionSeen } from './ask.ts';
import { ThreadMessage } from './schemas.ts';
import { lineTold, messageTold } from './told.ts';

const text = (description: string) => maybe(Type.String({ description }));
const messageParams = Type.Object({
  id: Type.String({ description: 'Id of the session.' }),
  message: Type.String({ description: 'Id of the message.' }),
});

/** Beyond every id. */
const end = 'g';

interface Stretch {
  rows: thread.ThreadRow[];
  /** There are older ones, and newer ones. */
  before: boolean;
  after: boolean;
}

async function stretch(
  { core, businessId }: AnyAsk,
  sessionId: string,
  { before, after, around, limit }: { before?: string; after?: string; around?: string; limit: number },
): Promise<Stretch> {
  const older = (id: string, many: number) => thread.before(core.db, businessId, sessionId, id, many + 1);
  const newer = (id: string, many: number) => thread.after(core.db, businessId, sessionId, id, many + 1);
  if (around !== undefined) {
    const half = Math.ceil(limit / 2);
    // The one in the middle is among the newer ones: after what stands just before it.
    const [old, young] = await Promise.all([older(around, half), newer(justBefore(around), half)]);
    const rows = [...old.slice(0, half).reverse(), ...young.slice(0, half)];
    return { rows, before: old.length > half, after: young.length > half };
  }
  if (after !== undefined) {
    const young = await newer(after, limit);
    return { rows: young.slice(0, limit), before: true, after: young.length > limit };
  }
  const old = await older(before ?? end, limit);
  return { rows: old.slice(0, limit).reverse(), before: old.length > limit, after: before !== undefined };
}

/** The greatest id below this one, for ids of 24 hex digits. */
function justBefore(id: string): string {
  return (BigInt(`0x${id}`) - 1n).toString(16).padStart(24, '0');
}

/** Messages in the words of the API, with what they answer and whom notes mention. */
export async function toldWith({ core, businessId }: AnyAsk, rows: thread.ThreadRow[]) {
  const replies = rows.flatMap(({ replyId }) => replyId ?? []);
  const others = rows.filter(({ replyId, replyIdExt }) => replyId === undefined && replyIdExt !== undefined);
  const notes = rows.filter(({ direction }) => direction === 'N').map(({ id }) => id);
  const ours = rows.filter(({ direction }) => direction === 'O').map(({ id }) => id);
  const [byId, byProvider, mentioned, retried] = await Promise.all([
    messages.byIds(core.db, businessId, replies),
    messages.byProviderId(
      core.db,
      others.map(({ channelId, replyIdExt }) => ({ businessId, channelId, providerId: replyIdExt! })),
    ),
    mentions(core.db, businessId, notes),
    retries.of(core.db, businessId, ours),
  ]);
  const answered = new Map([
    ...byId.map((one) => [one.id, one] as const),
    ...byProvider.map((one) => [one.providerId!, one] as const),
  ]);
  return rows.map((row) => {
    const named = mentioned.get(row.id);
    return messageTold(core, row, { answered, retried, ...(named && { mentions: named }) });
  });
}

/** A message that was just stored. */
export async function storedTold(ask: AnyAsk, sessionId: string, id: string) {
  const [row] = await thread.after(ask.core.db, ask.businessId, sessionId, justBefore(id), 1);
  return (await toldWith(ask, [known(row, 'message')]))[0]!;
}

const { to: _, onlyKnown: __, onlyInWindow: ___, channelId: ____, ...said } = OutgoingMessage.properties;
const wasDraft = maybe(
  ms(
    '`savedAt` of the draft that this was: it is taken away, where you have not changed it since. Without it your draft stays.',
  ),
);
/** What an agent wants to say to somebody. */
export const Said = change(said);
/** The same in a session that is on the screen. */
export const Compose = change({
  ...said,
  seen: text(
    'Id of the last message that the screen has shown: refused with NEWER_MESSAGES when the person has written since.',
  ),
  draft: wasDraft,
  andThen: maybe(oneOf(['resolve'], 'What to do with the session afterwards.')),
});
type ComposeBody = Type.Static<typeof Compose>;

/** Sends as the agent who calls. Outside the window anything but a template is refused, not accepted to fail. */
export async function sendAs(
  ask: Pick<Ask<unknown, unknown, unknown>, 'core' | 'caller' | 'businessId' | 'me' | 'setup'>,
  to: { contactId: string; channelId?: string; queue?: string },
  { seen: _, andThen: __, draft: ___, ...body }: ComposeBody,
) {
  const { core, caller, me, setup } = ask;
  const { agent } = await me();
  const appId = to.queue === undefined ? undefined : appOfQueue(await setup(), to.queue);
  const whole = {
    ...body,
    to: { contactId: to.contactId },
    ...(to.channelId && { channelId: to.channelId }),
  };
  return core
    .send(
      { ...caller, ...(appId !== undefined && { appId }) },
      { ...sendRequestOf(whole), onlyInWindow: true, sender: { type: 'AGENT', code: agent.code } },
    )
    .catch((error: unknown) => Promise.reject(inOurWords(error, whole)));
}

async function assertSeen(
  { core, businessId }: AnyAsk,
  sessionId: string,
  seen: string | undefined,
): Promise<void> {
  if (seen === undefined) return;
  const newest = await thread.newestReceived(core.db, businessId, sessionId);
  if (newest === undefined || newest <= seen) return;
  throw new Problem('conflict', 'The person has written meanwhile: look at that first', {
    field: 'seen',
    code: 'NEWER_MESSAGES',
    value: newest,
  });
}

async function messageIn(ask: AnyAsk, sessionId: string, id: string) {
  const found = isId(id) ? await messages.find(ask.core.db, ask.businessId, id) : undefined;
  return known(found?.sessionId === sessionId ? found : undefined, 'message');
}

/** Sends what a failed message said as a new one. */
async function sendAgain(
  ask: AnyAsk,
  { id, contactId, channelId }: { id: string; contactId: string; channelId: string },
  messageId: string,
) {
  const { core, caller, me } = ask;
  const failed = await messageIn(ask, id, messageId);
  if (failed.direction !== 'O' || !failed.failure || failed.mask)
    throw new Problem('conflict', 'This message has not failed', { field: 'message', code: 'NOT_FAILED' });
  const { template, ...content } = failed.content;
  const { headerValues: header = [], bodyValues: body = [] } = template ?? {};
  return core.send(caller, {
    to: { contactId },
    channelId,
    content,
    ...(template && { template: { id: template.id, placed: { header, body } } }),
    ...(failed.replyId !== undefined && { replyTo: failed.replyId }),
    retryOf: failed.id,
    onlyInWindow: true,
    sender: { type: 'AGENT', code: (await me()).agent.code },
  });
}

/** Threads: what was written, and writing. */
export const inboxThread = [
  route({
    method: 'GET',
    path: '/inbox/sessions/:id/messages',
    right: 'agent',
    summary: 'What was written in a session, with notes and what was done with it',
    about: 'Oldest first. Without `before`, `after` or `around`: the newest ones.',
    params: idParams,
    query: Type.Object({
      before: text('Only those before the message with this id.'),
      after: text('Only those after it.'),
      around: text('It, and those around it.'),
      limit: Type.Integer({
        minimum: 1,
        maximum: 200,
        default: 50,
        description: 'How many messages at most.',
      }),
    }),
    answer: Type.Object(
      {
        items: Type.Array(ThreadMessage, { description: 'Oldest first.' }),
        before: flag('There are older ones.'),
        after: flag('There are newer ones.'),
      },
      { $id: 'Thread' },
    ),
    async run(ask) {
      const { core, businessId, params, query } = ask;
      for (const name of ['before', 'after', 'around'] as const) {
        const id = query[name];
        if (id !== undefined && !isId(id))
          throw invalid(name, `${name} must be the id of a message`, { value: id });
      }
      const { id } = await sessionSeen(ask, params.id);
      const { rows, before, after } = await stretch(ask, id, query);
      const from = before || query.after !== undefined ? (query.after ?? rows[0]?.id ?? '') : '';
      const to = after ? (query.before ?? rows.at(-1)?.id ?? end) : end;
      const done = await lines.between(core.db, businessId, id, from, to);
      const items = [...(await toldWith(ask, rows)), ...done.map((line) => lineTold(id, line))];
      return { items: items.sort((a, b) => (a.id < b.id ? -1 : 1)), before, after };
    },
  }),
  route({
    method: 'POST',
    path: '/inbox/sessions/:id/messages',
    right: 'agent',
    summary: 'Write to the person',
    about:
      'Send it under an `Idempotency-Key`: a repeat is answered as the first time. Outside the care window anything but a template is refused with WINDOW_CLOSED. In a session that is over it begins another one: see `sessionId` of the answer.',
    params: idParams,
    body: Compose,
    creates: 'always',
    answer: ThreadMessage,
    async run(ask) {
      const { core, caller, params, body, made } = ask;
      const row = await sessionSeen(ask, params.id);
      // What an attempt before this one has sent is answered, whatever the person has written since.
      if (!sentBefore(caller)) await assertSeen(ask, row.id, body.seen);
      const sent = await sendAs(ask, row, body);
      if (body.draft !== undefined) await core.inbox.sentDraft(caller, row.id, 'reply', body.draft);
      await core.inbox.read(caller, sent.sessionId, sent.sessionId === row.id ? body.seen : undefined);
      if (body.andThen === 'resolve') await core.resolve(caller, sent.sessionId);
      made('created');
      return storedTold(ask, sent.sessionId, sent.id);
    },
  }),
  route({
    method: 'POST',
    path: '/inbox/sessions/:id/messages/:message/retry',
    right: 'agent',
    summary: 'Send a message that failed once more',
    about:
      'As a new message, once: refused with NOT_FAILED for one that has not failed, and with RETRIED for one that was sent once more already.',
    params: messageParams,
    creates: 'always',
    answer: ThreadMessage,
    async run(ask) {
      const { caller, params, made } = ask;
      const row = await sessionSeen(ask, params.id);
      // What an attempt before this one has sent is answered, whatever became of the failed one since.
      const sent = sentBefore(caller) ?? (await sendAgain(ask, row, params.message));
      made('created');
      return storedTold(ask, sent.sessionId, sent.id);
    },
  }),
  route({
    method: 'DELETE',
    path: '/inbox/sessions/:id/messages/:message',
    right: 'agent',
    summary: 'Take a message back that was not sent yet',
    about: 'One that is scheduled, or waits. Refused with ALREADY_SENT for every other.',
    params: messageParams,
    answer: Removed,
    async run(ask) {
      const { core, caller, params } = ask;
      const row = await sessionSeen(ask, params.id);
      const id = await findOnce(async () => {
        const { id, direction, status } = await messageIn(ask, row.id, params.message);
        if (direction === 'O' && (status === 'SCHLD' || status === 'CRTD')) return id;
        throw new Problem('conflict', 'This message was sent already', {
          field: 'message',
          code: 'ALREADY_SENT',
        });
      });
      const [gone] = await core.deleteMessages(caller, [id], { refuseBusy: true });
      known(gone, 'message');
      return { removed: true };
    },
  }),
  route({
    method: 'POST',
    path: '/inbox/sessions/:id/notes',
    right: 'agent',
    summary: 'Write a note for colleagues',
    params: idParams,
    body: change({
      text: Type.String({ description: 'The note, at most 10,000 characters.' }),
      mentions: maybe(Type.Array(Type.String(), { description: 'Codes of agents who should read it.' })),
      draft: wasDraft,
    }),
    creates: 'always',
    answer: ThreadMessage,
    async run(ask) {
      const { core, caller, params, made } = ask;
      const { draft, ...noted } = ask.body;
      const row = await sessionSeen(ask, params.id);
      const id = await core.inbox.note(caller, row.id, noted);
      if (draft !== undefined) await core.inbox.sentDraft(caller, row.id, 'note', draft);
      made('created');
      return storedTold(ask, row.id, id);
    },
  }),
];
