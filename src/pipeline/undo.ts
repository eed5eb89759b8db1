import type { NewEvent } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import { Problem } from '../model/problem.ts';
import { decideRouting } from '../model/routing.ts';
import type { Session } from '../model/session.ts';
import type { Setup } from '../model/setup.ts';
import type { Queryable } from '../store/database.ts';
import * as lines from '../store/session-lines.ts';
import * as standing from '../store/standing.ts';
import { handOver } from './hand-over.ts';
import { aboutSession, type Held, newEvent } from './held-session.ts';

type BusinessEvent = NewEvent & { businessId: number };

/** What can be taken back, as the lines of a session call it. */
export const undoable = ['resolved', 'snoozed'] as const;
export type Undoable = (typeof undoable)[number];

/**
 * Takes back what somebody did last with a session: it stands as it stood before, with its holder, its rest, and since when
 * the person waits. Throws `conflict` (CHANGED) when anybody has done something with it since.
 */
export async function undo(
  tx: Queryable,
  setup: Setup,
  session: Held,
  act: Undoable,
  by: string,
): Promise<BusinessEvent[]> {
  const last = await lines.last(tx, setup.business.id, session.id);
  // The time came: it rests no more.
  if (act === 'snoozed' && last?.data.event === 'woken' && last.agent === undefined) return [];
  if (last?.data.event !== act || last.agent !== by || !last.before)
    throw new Problem('conflict', 'The session has changed meanwhile: look at it again', {
      field: 'act',
      code: 'CHANGED',
      value: last?.data.event ?? null,
    });
  return act === 'resolved'
    ? unresolve(tx, setup, session, last.before, by)
    : unsnooze(tx, setup, session, last.before, by);
}

async function unresolve(
  tx: Queryable,
  setup: Setup,
  session: Held,
  before: standing.Standing,
  by: string,
): Promise<BusinessEvent[]> {
  const businessId = setup.business.id;
  // Who has left meanwhile gets nothing back.
  const agent = setup.agents.get(before.agent ?? '')?.active ? before.agent : undefined;
  if (!session.resolved) {
    // The person wrote since, and it is open by that: whose it was gets it back, no more.
    if (agent === undefined) return [];
    const to = decideRouting(setup, session.queue, present({ agent, team: session.team }), new Map());
    return handOver(tx, setup, session, { ...to, reason: 'undone' }, { reroute: false, by });
  }
  const { agent: _, ...rest } = session;
  const after: Session = { ...rest, resolved: false, ...(agent !== undefined && { agent }) };
  const { agent: __, ...stood } = before;
  await standing.unresolve(tx, businessId, session.id, {
    ...stood,
    ...(agent !== undefined && { agent }),
  });
  const data = present({ event: 'reopened', agent });
  await lines.add(tx, businessId, session.id, by, [{ id: newId(), data }]);
  return [newEvent(setup, after, 'session.resolved', await aboutSession(tx, setup, after))];
}

async function unsnooze(
  tx: Queryable,
  setup: Setup,
  session: Held,
  before: standing.Standing,
  by: string,
): Promise<BusinessEvent[]> {
  const businessId = setup.business.id;
  // The person wrote, which is no line of a session.
  if (!(await standing.unsnooze(tx, businessId, session.id, before))) return [];
  const rests = before.state === 'snoozed';
  const rest = {
    ...(rests && before.snoozedUntil !== undefined && { until: before.snoozedUntil }),
    reason: 'request' as const,
  };
  const data = { event: rests ? 'snoozed' : 'woken', ...rest };
  await lines.add(tx, businessId, session.id, by, [{ id: newId(), data }]);
  const told = { ...(await aboutSession(tx, setup, session)), ...rest, by };
  return [newEvent(setup, session, 'session.snoozed', told)];
}
