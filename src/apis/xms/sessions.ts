import { isId } from '../../model/ids.ts';
import type { Message } from '../../model/message.ts';
import { notFound } from '../../model/problem.ts';
import type { Caller, Core } from '../../pipeline/core.ts';
import * as contacts from '../../store/contacts.ts';
import * as messages from '../../store/messages.ts';
import * as sessions from '../../store/sessions.ts';
import { assertOwn, codeShown, isShown } from '../reach.ts';
import { get, post } from './operation.ts';
import { type ChatMessage, ChatMessageDTO } from './schemas/common.ts';
import { InBoundEvent } from './schemas/inbound.ts';
import { SessionQueueAssignment, SessionStatusClose } from './schemas/sessions.ts';
import { eventsOf } from './words-events.ts';
import { chatMessageOf } from './words-history.ts';

const tag = 'Session Management';
const change = { access: 'write', tag, envelope: 'compact', answer: InBoundEvent } as const;

/** `session/routing` (decisions D50, D51). */
export const routeSession = post({
  ...change,
  path: 'session/routing',
  summary: 'Hand a session to a queue, an agent or a team',
  description: 'Agent, team and skills count only in queues of agents. Every routing has an id of its own.',
  told: { key: 'SESSION_ROUTED', text: 'The session is routed' },
  body: SessionQueueAssignment,
  required: ['sessionId'],
  anyOf: ['queue', 'agent', 'team', 'skills'],
  async run({ core, caller, body }) {
    return eventsOf(await core.route(caller, { ...body, sessionId: idOf(body.sessionId) }));
  },
});

/** `session/resolve` (decisions D52, D53). */
export const resolveSession = post({
  ...change,
  path: 'session/resolve',
  summary: 'Mark a session as done; the person may reopen it by writing',
  told: { key: 'SESSION_RESOLVED', text: 'The session is resolved' },
  body: SessionStatusClose,
  required: ['sessionId'],
  async run({ core, caller, body }) {
    return eventsOf(await core.resolve(caller, idOf(body.sessionId)));
  },
});

/** `session/close` (decision D53). */
export const closeSession = post({
  ...change,
  path: 'session/close',
  summary: 'End a session; the next message opens a new one',
  told: { key: 'SESSION_CLOSED', text: 'The session is closed' },
  body: SessionStatusClose,
  required: ['sessionId'],
  async run({ core, caller, body }) {
    return eventsOf(await core.close(caller, idOf(body.sessionId)));
  },
});

const history = {
  path: 'session/messages',
  reach: 'own',
  tag,
  summary: 'List all messages of a session, oldest first',
  told: { key: 'MESSAGES_LISTED', text: 'These are the messages of the session' },
  envelope: 'compact',
  answer: ChatMessageDTO,
} as const;

/** `session/messages` (decision D54). */
export const listMessages = post({
  ...history,
  access: 'read',
  body: SessionStatusClose,
  required: ['sessionId'],
  run: ({ core, caller, body }) => historyOf(core, caller, body.sessionId),
});

/** Same, as it was asked for until March 2022 (decision D55). */
export const listMessagesByQuery = get({
  ...history,
  hidden: true,
  query: SessionStatusClose,
  required: ['sessionId'],
  run: ({ core, caller, query }) => historyOf(core, caller, query.sessionId),
});

async function historyOf(core: Core, caller: Caller, sessionId: string): Promise<ChatMessage[]> {
  const { businessId } = caller;
  const id = sessionId.trim().toLowerCase();
  const session = isId(id) ? await sessions.find(core.db, businessId, id) : undefined;
  await assertOwn(core, caller, session?.contactId);
  if (!session) throw unknownSession();
  const rows = await messages.ofSession(core.db, businessId, session.id);
  const contact = (await contacts.byIds(core.db, businessId, [session.contactId])).get(session.contactId);
  return rows
    .filter((row) => isShown(caller, row))
    .map((row) => chatMessageOf(shownTo(caller, row), contact));
}

/** A message without what its reader may not know of who wrote it. */
function shownTo(caller: Caller, { senderCode, ...message }: Message): Message {
  const shown = codeShown(caller, senderCode);
  return { ...message, ...(shown !== undefined && { senderCode: shown }) };
}

/** Ids in any other form are unknown without asking: the store need not be able to keep them. */
function idOf(sessionId: string): string {
  const id = sessionId.trim().toLowerCase();
  if (!isId(id)) throw unknownSession();
  return id;
}

const unknownSession = () => notFound('sessionId', 'SESSION_NOT_FOUND', 'There is no such session');
