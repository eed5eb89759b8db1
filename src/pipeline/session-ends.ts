import type { EventData, StoredEvent } from '../model/event.ts';
import { present } from '../model/present.ts';
import { notFound } from '../model/problem.ts';
import { type Session, sessionHours } from '../model/session.ts';
import type { Setup } from '../model/setup.ts';
import type { Queryable } from '../store/database.ts';
import * as events from '../store/events.ts';
import * as lines from '../store/session-lines.ts';
import * as sessions from '../store/sessions.ts';
import { isSilent } from '../store/silent-sessions.ts';
import * as standing from '../store/standing.ts';
import type { Context } from './context.ts';
import { aboutSession, type Held, held, newEvent, stillOpen } from './held-session.ts';

/** Marks a session as done; asked again, it answers the first event. */
export async function resolve(
  tx: Queryable,
  ctx: Context,
  setup: Setup,
  sessionId: string,
  by: string | undefined,
): Promise<StoredEvent> {
  const session = await stillOpen(tx, setup.business.id, sessionId);
  if (session.resolved && session.resolveSeq !== undefined) return again(tx, setup, session.resolveSeq);
  const before = await standing.find(tx, setup.business.id, sessionId);
  const { agent: _, ...rest } = session;
  const after: Session = { ...rest, resolved: true };
  const event = newEvent(setup, after, 'session.resolved', {
    ...(await aboutSession(tx, setup, after)),
    ...present({ by: by ?? session.agent }),
  });
  const { seqs } = await events.append(tx, [event], ctx.tells);
  await sessions.resolve(tx, setup.business.id, sessionId, seqs[0]!, by);
  await lines.add(tx, setup.business.id, sessionId, by, [
    { id: event.id, data: { event: 'resolved' }, ...(before && { before }) },
  ]);
  return { ...event, seq: seqs[0]! };
}

/** Ends a session, unless somebody wrote in it since it was found silent (decision D48). */
export async function closeSilent(tx: Queryable, ctx: Context, setup: Setup, id: string): Promise<void> {
  const session = await held(tx, setup.business.id, id);
  const hours = setup.business.settings.sessionHours ?? sessionHours;
  if (await isSilent(tx, setup.business.id, id, hours))
    await closeHeld(tx, ctx, setup, session, 'inactivity');
}

/** Ends a session; asked again, it answers the first event (decision D53). */
export async function closeHeld(
  tx: Queryable,
  ctx: Context,
  setup: Setup,
  session: Held,
  reason: EventData['session.closed']['reason'],
  by?: string,
): Promise<StoredEvent> {
  if (session.closeSeq !== undefined) return again(tx, setup, session.closeSeq);
  const event = newEvent(setup, session, 'session.closed', {
    ...(await aboutSession(tx, setup, session)),
    reason,
  });
  const { seqs } = await events.append(tx, [event], ctx.tells);
  await sessions.close(tx, setup.business.id, session.id, seqs[0]!);
  await lines.add(tx, setup.business.id, session.id, by, [
    { id: event.id, data: { event: 'closed', reason } },
  ]);
  return { ...event, seq: seqs[0]! };
}

async function again(tx: Queryable, setup: Setup, seq: number): Promise<StoredEvent> {
  const event = await events.find(tx, setup.business.id, seq);
  if (!event)
    throw notFound('sessionId', 'SESSION_NOT_FOUND', 'What happened to this session is no longer kept');
  return event;
}
