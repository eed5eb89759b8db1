import type { EventData, EventType, NewEvent, StoredEvent } from '../model/event.ts';
import { newId, newUnguessableId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import { invalid, notFound } from '../model/problem.ts';
import { candidates, decideRouting, type RoutingDecision } from '../model/routing.ts';
import { newRoutingId, type Session, sessionHours } from '../model/session.ts';
import type { Queue, Setup } from '../model/setup.ts';
import * as contacts from '../store/contacts.ts';
import type { Queryable } from '../store/database.ts';
import * as events from '../store/events.ts';
import { mention } from '../store/inbox-marks.ts';
import * as messages from '../store/messages.ts';
import * as lines from '../store/session-lines.ts';
import * as sessions from '../store/sessions.ts';
import { isSilent } from '../store/silent-sessions.ts';
import type { Context } from './context.ts';
import type { Caller, Core, RouteRequest } from './core.ts';
import { changeOnce } from './idempotency.ts';
import { assertMayWrite } from './send.ts';
import { appOfQueue, contactSnapshot, messageSnapshot, sessionSnapshot } from './snapshots.ts';

/** A session that is held, with the numbers of the events that resolved and closed it. */
export type Held = NonNullable<Awaited<ReturnType<typeof sessions.lock>>>;

/** Hands sessions over, marks them as done, ends them. */
export function makeSessions(ctx: Context): Pick<Core, 'route' | 'resolve' | 'close'> {
  const change = async (caller: Caller, work: (tx: Queryable, setup: Setup) => Promise<StoredEvent>) => {
    assertMayWrite(caller);
    const setup = await ctx.setup(caller.businessId);
    const event = await changeOnce(ctx, (tx) => work(tx, setup));
    ctx.wake.call('deliveries');
    return event;
  };
  return {
    route: (caller, request) =>
      change(caller, (tx, setup) => route(tx, ctx, setup, request, caller.agent?.code)),
    resolve: (caller, sessionId) =>
      change(caller, (tx, setup) => resolve(tx, ctx, setup, sessionId, caller.agent?.code)),
    close: (caller, sessionId) =>
      change(caller, async (tx, setup) => {
        const session = await held(tx, setup.business.id, sessionId);
        return closeHeld(tx, ctx, setup, session, 'request', caller.agent?.code);
      }),
  };
}

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

async function route(
  tx: Queryable,
  ctx: Context,
  setup: Setup,
  request: RouteRequest,
  by: string | undefined,
): Promise<StoredEvent> {
  const businessId = setup.business.id;
  const session = await stillOpen(tx, businessId, request.sessionId);
  const able = candidates(setup, request).map((agent) => agent.code);
  const load = request.skills?.length
    ? await sessions.openPerAgent(tx, businessId, able)
    : new Map<string, number>();
  const to = decideRouting(setup, session.queue, request, load);
  const noted = request.note
    ? await keepNote(tx, setup, session, { text: request.note, by, mentions: [] })
    : [];
  const news = await handOver(tx, setup, session, to, { reroute: true, params: request.params, by });
  const { seqs } = await events.append(tx, [...news, ...noted], ctx.tells);
  return { ...news[0]!, seq: seqs[0]! };
}

/** Hands the open session of an owned contact to the owner: where it is, or from a bot to the agents' desk. */
export async function handToOwner(
  tx: Queryable,
  setup: Setup,
  contactId: string,
  owner: string,
): Promise<(NewEvent & { businessId: number })[]> {
  const session = await heldOpen(tx, setup, contactId);
  return session ? toOwner(tx, setup, session, owner, 'owner') : [];
}

/** Same, where the contact was the owner's before: no other event tells of it. One that is resolved rests. */
export async function returnToOwner(
  tx: Queryable,
  setup: Setup,
  contactId: string,
  owner: string,
): Promise<(NewEvent & { businessId: number })[]> {
  const session = await heldOpen(tx, setup, contactId);
  return session && !session.resolved ? toOwner(tx, setup, session, owner, 'returned to the owner') : [];
}

async function heldOpen(tx: Queryable, setup: Setup, contactId: string): Promise<Session | undefined> {
  const businessId = setup.business.id;
  const [talk] = await sessions.conversations(tx, [{ businessId, id: contactId }]);
  return talk?.session && (await sessions.lock(tx, businessId, talk.session.id));
}

async function toOwner(tx: Queryable, setup: Setup, session: Session, owner: string, reason: string) {
  const to = decideRouting(setup, session.queue, { agent: owner }, new Map());
  if (session.agent === owner && session.queue === to.queue.code) return [];
  return handOver(tx, setup, session, { ...to, reason }, { reroute: false });
}

/**
 * Gives a session to somebody else, and answers the events that tell it. Within its queue it is routed anew
 * only when that is asked for: bots drop their state by that.
 */
export async function handOver(
  tx: Queryable,
  setup: Setup,
  session: Session,
  to: RoutingDecision,
  {
    reroute,
    params,
    by,
  }: { reroute: boolean; params?: Record<string, unknown> | undefined; by?: string | undefined },
): Promise<(NewEvent & { businessId: number })[]> {
  const isRouted = reroute || to.queue.code !== session.queue;
  const { agent: _, team: __, ...rest } = session;
  const after: Session = {
    ...rest,
    queue: to.queue.code,
    ...(isRouted && {
      routingId: newRoutingId(session.id, to.queue.code, newUnguessableId().slice(0, 10)),
    }),
    ...(to.agent !== undefined && { agent: to.agent }),
    ...(to.team !== undefined && { team: to.team }),
  };
  await sessions.route(tx, setup.business.id, session.id, after);
  const about = await aboutSession(tx, setup, after);
  const news: (NewEvent & { businessId: number })[] = [];
  if (isRouted) {
    const routing = {
      start: false,
      sourceQueue: session.queue,
      targetQueue: after.queue,
      routingId: after.routingId,
      ...(params && { params }),
      ...(session.agent !== after.agent && present({ oldAgent: session.agent })),
      ...(session.team !== after.team && present({ oldTeam: session.team })),
    };
    news.push(newEvent(setup, after, 'session.routed', { ...about, routing }));
  }
  if (session.agent !== after.agent || session.team !== after.team) {
    const assignment = assignmentOf(setup, session, after, to.reason);
    news.push(newEvent(setup, after, 'session.assigned', { ...about, assignment }));
  }
  const { agent, team, queue } = after;
  const line = present({ event: 'assigned', agent, team, queue, reason: to.reason });
  await lines.add(tx, setup.business.id, session.id, by, [{ id: newId(), data: line }]);
  return news;
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
    ...(before.queue !== after.queue && { oldQueue: before.queue }),
    reason,
  };
}

/** A bot holds the sessions of its queue, and is called like it. */
function botOf(queue: Queue | undefined): string | undefined {
  return queue?.type === 'BOT' ? queue.code : undefined;
}

/** Keeps a note of an agent, for those who answer alone; answers the event that tells it. */
export async function keepNote(
  tx: Queryable,
  setup: Setup,
  session: Session,
  {
    text,
    by,
    mentions,
    id = newId(),
  }: { text: string; by: string | undefined; mentions: string[]; id?: string },
): Promise<(NewEvent & { businessId: number })[]> {
  const businessId = setup.business.id;
  const message = {
    businessId,
    id,
    direction: 'N' as const,
    contactId: session.contactId,
    channelId: session.channelId,
    sessionId: session.id,
    content: { type: 'system' as const, text },
    status: 'CRTD' as const,
    timestamp: Date.now(),
    mask: false,
    ...(by !== undefined && { senderType: 'AGENT' as const, senderCode: by }),
  };
  await messages.insert(tx, [message]);
  await mention(tx, businessId, session.id, id, mentions);
  const { no } = (await messages.find(tx, businessId, id))!;
  const told = {
    ...(await aboutSession(tx, setup, session)),
    message: messageSnapshot({ ...message, no }),
    mentions,
  };
  return [newEvent(setup, session, 'note.added', told)];
}

async function resolve(
  tx: Queryable,
  ctx: Context,
  setup: Setup,
  sessionId: string,
  by: string | undefined,
): Promise<StoredEvent> {
  const session = await stillOpen(tx, setup.business.id, sessionId);
  if (session.resolved && session.resolveSeq !== undefined) return again(tx, setup, session.resolveSeq);
  const { agent: _, ...rest } = session;
  const after: Session = { ...rest, resolved: true };
  const event = newEvent(setup, after, 'session.resolved', {
    ...(await aboutSession(tx, setup, after)),
    ...present({ by: by ?? session.agent }),
  });
  const { seqs } = await events.append(tx, [event], ctx.tells);
  await sessions.resolve(tx, setup.business.id, sessionId, seqs[0]!, by);
  await lines.add(tx, setup.business.id, sessionId, by, [{ id: event.id, data: { event: 'resolved' } }]);
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
async function closeHeld(
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
