import type { EventData, NewEvent, StoredEvent } from '../model/event.ts';
import { newId, newUnguessableId } from '../model/ids.ts';
import { invalid, notFound } from '../model/problem.ts';
import { candidates, decideRouting } from '../model/routing.ts';
import { newRoutingId, type Session, sessionHours } from '../model/session.ts';
import type { Queue, Setup } from '../model/setup.ts';
import * as contacts from '../store/contacts.ts';
import type { Queryable } from '../store/database.ts';
import * as events from '../store/events.ts';
import * as messages from '../store/messages.ts';
import * as sessions from '../store/sessions.ts';
import type { Context } from './context.ts';
import type { Caller, Core, RouteRequest } from './core.ts';
import { assertMayWrite } from './send.ts';
import { appOfQueue, contactSnapshot, sessionSnapshot } from './snapshots.ts';

type Held = NonNullable<Awaited<ReturnType<typeof sessions.lock>>>;

/** Hands sessions over, marks them as done, ends them. */
export function makeSessions(ctx: Context): Pick<Core, 'route' | 'resolve' | 'close'> {
  const change = async (caller: Caller, work: (tx: Queryable, setup: Setup) => Promise<StoredEvent>) => {
    assertMayWrite(caller);
    const setup = await ctx.setup(caller.businessId);
    const event = await ctx.db.transaction((tx) => work(tx, setup));
    ctx.wake.call('deliveries');
    return event;
  };
  return {
    route: (caller, request) => change(caller, (tx, setup) => route(tx, ctx, setup, request)),
    resolve: (caller, sessionId) => change(caller, (tx, setup) => resolve(tx, ctx, setup, sessionId)),
    close: (caller, sessionId) =>
      change(caller, async (tx, setup) => {
        const session = await held(tx, setup.business.id, sessionId);
        return closeHeld(tx, ctx, setup, session, 'request');
      }),
  };
}

/**
 * The session, held until the transaction ends. Its contact is held first, as by whoever receives a
 * message: so a message that comes in meanwhile sees the session as it was before or as it is afterwards.
 */
async function held(tx: Queryable, businessId: number, sessionId: string): Promise<Held> {
  const known = await sessions.find(tx, businessId, sessionId);
  if (known) await contacts.lock(tx, businessId, known.contactId);
  const session = known && (await sessions.lock(tx, businessId, sessionId));
  if (!session) throw notFound('sessionId', 'SESSION_NOT_FOUND', 'There is no such session');
  return session;
}

async function stillOpen(tx: Queryable, businessId: number, sessionId: string): Promise<Held> {
  const session = await held(tx, businessId, sessionId);
  if (session.closedAt === undefined) return session;
  throw invalid('sessionId', 'The session is closed', { code: 'SESSION_CLOSED', value: sessionId });
}

async function route(tx: Queryable, ctx: Context, setup: Setup, request: RouteRequest): Promise<StoredEvent> {
  const businessId = setup.business.id;
  const session = await stillOpen(tx, businessId, request.sessionId);
  const able = candidates(setup, request).map((agent) => agent.code);
  const load = request.skills?.length
    ? await sessions.openPerAgent(tx, businessId, able)
    : new Map<string, number>();
  const to = decideRouting(setup, session.queue, request, load);
  const { agent: _, team: __, ...rest } = session;
  const after: Session = {
    ...rest,
    queue: to.queue.code,
    routingId: newRoutingId(session.id, to.queue.code, newUnguessableId().slice(0, 10)),
    ...(to.agent !== undefined && { agent: to.agent }),
    ...(to.team !== undefined && { team: to.team }),
  };
  await sessions.route(tx, businessId, session.id, after);
  if (request.note) await keepNote(tx, businessId, session, request.note);
  const about = await aboutSession(tx, setup, after);
  const routed = newEvent(setup, after, 'session.routed', {
    ...about,
    routing: {
      start: false,
      sourceQueue: session.queue,
      targetQueue: after.queue,
      routingId: after.routingId,
      ...(request.params && { params: request.params }),
    },
  });
  const news = [routed];
  if (session.agent !== after.agent || session.team !== after.team) {
    news.push(
      newEvent(setup, after, 'session.assigned', {
        ...about,
        assignment: assignmentOf(setup, session, after, to.reason),
      }),
    );
  }
  const { seqs } = await events.append(tx, news, ctx.tells);
  return { ...routed, seq: seqs[0]! };
}

function assignmentOf(
  setup: Setup,
  before: Session,
  after: Session,
  reason: string,
): EventData['session.assigned']['assignment'] {
  const [oldBot, newBot] = [before, after].map(({ queue }) => setup.queues.get(queue)).map(botOf);
  return {
    ...(oldBot !== undefined && { oldBot }),
    ...(newBot !== undefined && { newBot }),
    ...(before.agent !== undefined && { oldAgent: before.agent }),
    ...(after.agent !== undefined && { newAgent: after.agent }),
    ...(before.team !== undefined && { oldTeam: before.team }),
    ...(after.team !== undefined && { newTeam: after.team }),
    reason,
  };
}

/** A bot holds the sessions of its queue, and is called like it. */
function botOf(queue: Queue | undefined): string | undefined {
  return queue?.type === 'BOT' ? queue.code : undefined;
}

async function keepNote(tx: Queryable, businessId: number, session: Session, note: string): Promise<void> {
  await messages.insert(tx, [
    {
      businessId,
      id: newId(),
      direction: 'N',
      contactId: session.contactId,
      channelId: session.channelId,
      sessionId: session.id,
      content: { type: 'system', text: note },
      status: 'CRTD',
      timestamp: Date.now(),
      mask: false,
    },
  ]);
}

async function resolve(tx: Queryable, ctx: Context, setup: Setup, sessionId: string): Promise<StoredEvent> {
  const session = await stillOpen(tx, setup.business.id, sessionId);
  if (session.resolved && session.resolveSeq !== undefined) return again(tx, setup, session.resolveSeq);
  const { agent: _, ...rest } = session;
  const after: Session = { ...rest, resolved: true };
  const event = newEvent(setup, after, 'session.resolved', await aboutSession(tx, setup, after));
  const { seqs } = await events.append(tx, [event], ctx.tells);
  await sessions.resolve(tx, setup.business.id, sessionId, seqs[0]!);
  return { ...event, seq: seqs[0]! };
}

/** Ends a session, unless somebody wrote in it since it was found silent (decision D48). */
export async function closeSilent(tx: Queryable, ctx: Context, setup: Setup, id: string): Promise<void> {
  const session = await held(tx, setup.business.id, id);
  const hours = setup.business.settings.sessionHours ?? sessionHours;
  if (await sessions.isSilent(tx, setup.business.id, id, hours))
    await closeHeld(tx, ctx, setup, session, 'inactivity');
}

/** Ends a session; asked again, it answers the first event (decision D53). */
async function closeHeld(
  tx: Queryable,
  ctx: Context,
  setup: Setup,
  session: Held,
  reason: EventData['session.closed']['reason'],
): Promise<StoredEvent> {
  if (session.closeSeq !== undefined) return again(tx, setup, session.closeSeq);
  const event = newEvent(setup, session, 'session.closed', {
    ...(await aboutSession(tx, setup, session)),
    reason,
  });
  const { seqs } = await events.append(tx, [event], ctx.tells);
  await sessions.close(tx, setup.business.id, session.id, seqs[0]!);
  return { ...event, seq: seqs[0]! };
}

async function again(tx: Queryable, setup: Setup, seq: number): Promise<StoredEvent> {
  const event = await events.find(tx, setup.business.id, seq);
  if (!event)
    throw notFound('sessionId', 'SESSION_NOT_FOUND', 'What happened to this session is no longer kept');
  return event;
}

async function aboutSession(tx: Queryable, setup: Setup, session: Session) {
  const contact = (await contacts.byIds(tx, setup.business.id, [session.contactId])).get(session.contactId)!;
  return { contact: contactSnapshot(contact), session: sessionSnapshot(session, setup) };
}

type SessionEventType = 'session.routed' | 'session.assigned' | 'session.resolved' | 'session.closed';

function newEvent<T extends SessionEventType>(setup: Setup, session: Session, type: T, data: EventData[T]) {
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
