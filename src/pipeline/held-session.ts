import type { EventData, EventType, NewEvent } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import { invalid, notFound } from '../model/problem.ts';
import type { Session } from '../model/session.ts';
import type { Setup } from '../model/setup.ts';
import * as contacts from '../store/contacts.ts';
import type { Queryable } from '../store/database.ts';
import * as sessions from '../store/sessions.ts';
import { appOfQueue, contactSnapshot, sessionSnapshot } from './snapshots.ts';

/** A session that is held, with the numbers of the events that resolved and closed it. */
export type Held = NonNullable<Awaited<ReturnType<typeof sessions.lock>>>;

/**
 * The session, held until the transaction ends. Its contact is held first, as by whoever receives a
 * message: so a message that comes in meanwhile sees the session as it was before or as it is afterwards.
 */
export async function held(tx: Queryable, businessId: number, sessionId: string): Promise<Held> {
  const known = await sessions.find(tx, businessId, sessionId);
  if (known) await contacts.lock(tx, businessId, known.contactId);
  const session = known && (await sessions.lock(tx, businessId, sessionId));
  if (!session) throw notFound('sessionId', 'SESSION_NOT_FOUND', 'There is no such session');
  return session;
}

export async function stillOpen(tx: Queryable, businessId: number, sessionId: string): Promise<Held> {
  const session = await held(tx, businessId, sessionId);
  if (session.closedAt === undefined) return session;
  throw invalid('sessionId', 'The session is closed', { code: 'SESSION_CLOSED', value: sessionId });
}

export async function aboutSession(tx: Queryable, setup: Setup, session: Session) {
  const contact = (await contacts.byIds(tx, setup.business.id, [session.contactId])).get(session.contactId)!;
  return { contact: contactSnapshot(contact), session: sessionSnapshot(session, setup) };
}

type SessionEventType = Extract<EventType, `session.${string}` | 'note.added'>;

/** An event about a session, told to the app of its queue. */
export function newEvent<T extends SessionEventType>(
  setup: Setup,
  session: Session,
  type: T,
  data: EventData[T],
) {
  const appId = appOfQueue(setup, session.queue);
  return {
    businessId: setup.business.id,
    id: newId(),
    type,
    at: Date.now(),
    lane: session.contactId,
    ...(appId !== undefined && { appId }),
    data,
  } as NewEvent & { businessId: number };
}
