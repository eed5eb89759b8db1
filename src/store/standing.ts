import { type Queryable, statement } from './database.ts';
import type { InboxState } from './inbox.ts';
import { withoutNulls } from './row.ts';

/** How a session stands in the inbox: all that resolving or snoozing it changes. Times are epoch ms. */
export interface Standing {
  state: InboxState;
  agent?: string;
  resolvedBy?: string;
  waitingSince?: number;
  snoozedUntil?: number;
}

const findStatement = statement(
  'standing.find',
  `select state, agent_code as agent, resolved_by as "resolvedBy", waiting_since as "waitingSince",
     snoozed_until as "snoozedUntil"
   from inbox_session where business_id = $1 and session_id = $2`,
);

/** How it stands; undefined for one that nobody ever worked on. */
export async function find(
  tx: Queryable,
  businessId: number,
  sessionId: string,
): Promise<Standing | undefined> {
  const [row] = await tx.run<{ [K in keyof Standing]: Standing[K] | null }>(findStatement, [
    businessId,
    sessionId,
  ]);
  return row && withoutNulls<Standing>(row);
}

const at = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());

const unresolveStatement = statement(
  'standing.unresolve',
  // Who was answered since does not wait any more; a note is no answer. Resolving is what was done last with it.
  `with back as (
     update inbox_session set state = $3, agent_code = $4, resolved_by = $5, snoozed_until = $6,
       waiting_since = case when not exists (
         select 1 from message m where m.business_id = $1 and m.session_id = $2 and m.direction = 'O' and m.id > (
           select max(l.id) from session_line l where l.business_id = $1 and l.session_id = $2)) then $7::timestamptz end
     where business_id = $1 and session_id = $2
   )
   update session set resolved = false, agent_code = $4, version = version + 1 where business_id = $1 and id = $2`,
);

/** Takes a resolve back: the session stands as it stood before. */
export async function unresolve(
  tx: Queryable,
  businessId: number,
  sessionId: string,
  { state, agent, resolvedBy, waitingSince, snoozedUntil }: Standing,
): Promise<void> {
  await tx.run(unresolveStatement, [
    businessId,
    sessionId,
    state,
    agent ?? null,
    resolvedBy ?? null,
    at(snoozedUntil),
    at(waitingSince),
  ]);
}

const unsnoozeStatement = statement(
  'standing.unsnooze',
  `update inbox_session set state = $3, snoozed_until = $4
   where business_id = $1 and session_id = $2 and state = 'snoozed'
   returning session_id`,
);

/** Takes a snooze back: it rests as it rested before, or not at all. Answers whether it still rested. */
export async function unsnooze(
  tx: Queryable,
  businessId: number,
  sessionId: string,
  { state, snoozedUntil }: Standing,
): Promise<boolean> {
  const changed = await tx.run(unsnoozeStatement, [businessId, sessionId, state, at(snoozedUntil)]);
  return changed.length > 0;
}
