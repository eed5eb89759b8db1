import type { EventData, NewEvent } from '../model/event.ts';
import { newId, newUnguessableId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import { decideRouting, type RoutingDecision } from '../model/routing.ts';
import { newRoutingId, type Session } from '../model/session.ts';
import type { Queue, Setup } from '../model/setup.ts';
import * as conversations from '../store/conversations.ts';
import type { Queryable } from '../store/database.ts';
import * as lines from '../store/session-lines.ts';
import * as sessions from '../store/sessions.ts';
import { aboutSession, newEvent } from './held-session.ts';

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
  const [talk] = await conversations.find(tx, [{ businessId, id: contactId }]);
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
    news.push(newEvent(setup, after, 'session.assigned', { ...about, assignment, ...present({ by }) }));
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
