import Type from 'typebox';
import { isId } from '../../../model/ids.ts';
import { Problem } from '../../../model/problem.ts';
import { findOnce } from '../../../pipeline/idempotency.ts';
import { sentBefore } from '../../../pipeline/send.ts';
import { appOfQueue } from '../../../pipeline/snapshots.ts';
import * as messages from '../../../store/messages.ts';
import * as thread from '../../../store/thread.ts';
import { type Ask, route } from '../route.ts';
import { inOurWords, OutgoingMessage, sendRequestOf } from '../sending.ts';
import { change, idParams, known, maybe, ms, oneOf, Removed } from '../words.ts';
import { type AnyAsk, sessionSeen } from './ask.ts';
import { ThreadMessage } from './schemas.ts';
import { storedTold } from './thread.ts';

const text = (description: string) => maybe(Type.String({ description }));
const messageParams = Type.Object({
  id: Type.String({ description: 'Id of the session.' }),
  message: Type.String({ description: 'Id of the message.' }),
});

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

/** Writing: to the person, and notes for colleagues. */
export const inboxWriting = [
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
