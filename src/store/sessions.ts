import type { Session } from '../model/session.ts';
import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';
import { isOpen } from './under-way.ts';

/** What a session is, of the row `s`. */
export const columns = `s.id, s.contact_id as "contactId", s.channel_id as "channelId", s.started_at as "startedAt",
  s.closed_at as "closedAt", s.resolved, s.queue_code as queue, s.routing_id as "routingId",
  s.agent_code as agent, s.team_code as team, s.version, s.started, s.first`;

type Nullable<T> = { [K in keyof T]: T[K] | null };
export type Row = Nullable<Session>;

function sessionOf(row: Row): Session {
  return withoutNulls<Session>(row);
}

const findStatement = statement(
  'sessions.find',
  `select ${columns} from session s where business_id = $1 and id = $2`,
);

/** One session of a business. */
export async function find(db: Queryable, businessId: number, id: string): Promise<Session | undefined> {
  const [row] = await db.run<Row>(findStatement, [businessId, id]);
  return row && sessionOf(row);
}

const listStatement = statement(
  'sessions.list',
  `select ${columns} from session s
   where business_id = $1 and id < $2
     and ($3::boolean is null or (closed_at is null) = $3)
     and ($4::text is null or queue_code = $4)
     and ($5::text is null or contact_id = $5)
   order by id desc limit $6`,
);

/** Sessions, newest first. `isOpen` keeps the open or the closed ones. */
export async function list(
  db: Queryable,
  businessId: number,
  page: {
    isOpen?: boolean | undefined;
    queue?: string | undefined;
    contactId?: string | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<Session[]> {
  const { isOpen, queue, contactId, after, limit } = page;
  const rows = await db.run<Row>(listStatement, [
    businessId,
    after ?? 'g',
    isOpen ?? null,
    queue ?? null,
    contactId ?? null,
    limit,
  ]);
  return rows.map(sessionOf);
}

const lockStatement = statement(
  'sessions.lock',
  `select ${columns}, resolve_seq as "resolveSeq", close_seq as "closeSeq"
   from session s where business_id = $1 and id = $2 for update`,
);

/** A session held until the transaction ends, with the numbers of the events that resolved and closed it. */
export async function lock(
  tx: Queryable,
  businessId: number,
  id: string,
): Promise<(Session & { resolveSeq?: number; closeSeq?: number }) | undefined> {
  const [row] = await tx.run<Row>(lockStatement, [businessId, id]);
  return row && sessionOf(row);
}

const lockManyStatement = statement(
  'sessions.lockMany',
  `select s.business_id as "businessId", s.id from session s
   join unnest($1::int[], $2::text[]) v (business_id, id) on s.business_id = v.business_id and s.id = v.id
   order by s.business_id, s.id for update of s`,
);

const heardStatement = statement(
  'sessions.heardFrom',
  `update session s set started = true, resolved = false, version = s.version + 1
   from unnest($1::int[], $2::text[]) v (business_id, id)
   where s.business_id = v.business_id and s.id = v.id and ${isOpen('s')}`,
);

/** Marks sessions as started by their person, and takes a resolve back. */
export async function heardFrom(tx: Queryable, keys: { businessId: number; id: string }[]): Promise<void> {
  const values = [keys.map((k) => k.businessId), keys.map((k) => k.id)];
  await tx.run(lockManyStatement, values);
  await tx.run(heardStatement, values);
}

const routeStatement = statement(
  'sessions.route',
  `with routed as (
     update session set queue_code = $3, routing_id = $4, agent_code = $5, team_code = $6, version = version + 1
     where business_id = $1 and id = $2 returning *
   )
   insert into inbox_session as i (business_id, session_id, contact_id, channel_id, queue_code, agent_code, team_code,
     state, active_at)
   select business_id, id, contact_id, channel_id, queue_code, agent_code, team_code,
     case when resolved then 'resolved' else 'open' end, now() from routed
   on conflict (business_id, session_id) do update set queue_code = excluded.queue_code,
     agent_code = excluded.agent_code, team_code = excluded.team_code`,
);

/** Hands a session to a queue and, within it, to an agent or a team. */
export async function route(
  tx: Queryable,
  businessId: number,
  id: string,
  to: { queue: string; routingId: string; agent?: string; team?: string },
): Promise<void> {
  await tx.run(routeStatement, [businessId, id, to.queue, to.routingId, to.agent ?? null, to.team ?? null]);
}

const resolveStatement = statement(
  'sessions.resolve',
  `with done as (
     update inbox_session set state = 'resolved', resolved_by = coalesce($4, agent_code, resolved_by), agent_code = null,
       waiting_since = null, snoozed_until = null
     where business_id = $1 and session_id = $2
   )
   update session set resolved = true, agent_code = null, resolve_seq = $3, version = version + 1
   where business_id = $1 and id = $2`,
);

/** Marks as done and frees the agent (decision D52). */
export async function resolve(
  tx: Queryable,
  businessId: number,
  id: string,
  seq: number,
  by?: string,
): Promise<void> {
  await tx.run(resolveStatement, [businessId, id, seq, by ?? null]);
}

const reopenStatement = statement(
  'sessions.reopen',
  `with back as (
     update inbox_session set state = 'open', agent_code = $3, active_at = now()
     where business_id = $1 and session_id = $2
   )
   update session set resolved = false, agent_code = $3, version = version + 1
   where business_id = $1 and id = $2`,
);

/** Takes a resolve back: the session is with this agent, or with nobody. */
export async function reopen(tx: Queryable, businessId: number, id: string, agent?: string): Promise<void> {
  await tx.run(reopenStatement, [businessId, id, agent ?? null]);
}

const closeStatement = statement(
  'sessions.close',
  `with over as (
     update inbox_session set state = 'closed', waiting_since = null, snoozed_until = null
     where business_id = $1 and session_id = $2
   )
   update session set closed_at = now(), close_seq = $3, version = version + 1 where business_id = $1 and id = $2`,
);

/** Ends a session. */
export async function close(tx: Queryable, businessId: number, id: string, seq: number): Promise<void> {
  await tx.run(closeStatement, [businessId, id, seq]);
}

const leastBusyStatement = statement(
  'sessions.openPerAgent',
  `select agent_code as agent, count(*)::int as open from session
   where business_id = $1 and closed_at is null and agent_code = any($2::text[]) group by agent_code`,
);

/** How many open sessions each of these agents holds. */
export async function openPerAgent(
  tx: Queryable,
  businessId: number,
  agents: string[],
): Promise<Map<string, number>> {
  const rows = await tx.run<{ agent: string; open: number }>(leastBusyStatement, [businessId, agents]);
  return new Map(rows.map((row) => [row.agent, row.open]));
}
