import { type Queryable, statement } from './database.ts';

/** How many deliveries one statement makes due again. */
export const mostReplayed = 1000;

/** Events of one business: by their numbers, and of these only those of some times, epoch ms, where they are given. */
export interface EventRange {
  businessId: number;
  from: number;
  to: number;
  since?: number | undefined;
  until?: number | undefined;
}

/** Whether an event `e` is of the times that two parameters give. Those of one ms are of the same time. */
const inTime = (since: string, until: string) =>
  `e.at >= coalesce(to_timestamp(${since}::float8 / 1000), '-infinity')
     and e.at < coalesce(to_timestamp((${until}::float8 + 1) / 1000), 'infinity')`;

const rangeStatement = statement(
  'deliveries.replayRange',
  `with wanted as materialized (
     select e.seq, e.lane from event e
     where e.business_id = $1 and e.seq between $3 and $4 and ${inTime('$7', '$8')}
     order by e.seq limit $5 for key share of e
   ), told as (
     insert into delivery as x (business_id, endpoint_id, seq, lane, due_at)
     select $1, p.id, w.seq, coalesce(w.lane, '#' || w.seq), now()
     from wanted w
     join event e on e.business_id = $1 and e.seq = w.seq
     join endpoint p on p.business_id = $1 and p.id = $2
       and (p.app_id is null or p.app_id = e.app_id)
       and (p.types is null or e.type = any(p.types))
       and (p.surface || ' ' || e.type) = any($6::text[])
     order by w.seq
     on conflict (business_id, endpoint_id, seq) do update
       set state = 'pending', due_at = now(), base = x.attempt, lease_until = null
       where x.state in ('delivered', 'failed') and x.due_at is null
     returning 1
   )
   select (select count(*)::int from told) as queued, (select max(seq) from wanted) as last`,
);

/**
 * Makes events of a range due again at an endpoint, up to `mostReplayed` events at a time: those that it was
 * told, those that failed, and those from before it was there, as far as it wants them. Answers how many, and
 * the number of the last event that was looked at; undefined when there was none. Who forgets old events waits meanwhile.
 */
export async function replayRange(
  tx: Queryable,
  endpointId: string,
  { businessId, from, to, since, until }: EventRange,
  tells: readonly string[],
): Promise<{ queued: number; last?: number }> {
  const [row] = await tx.run<{ queued: number; last: number | null }>(rangeStatement, [
    ...[businessId, endpointId, from, to, mostReplayed, tells],
    ...[since ?? null, until ?? null],
  ]);
  return { queued: row!.queued, ...(row!.last !== null && { last: row!.last }) };
}

const failedStatement = statement(
  'deliveries.replayFailed',
  `update delivery x set state = 'pending', due_at = now(), base = x.attempt, lease_until = null
   from (
     select d.business_id, d.endpoint_id, d.seq
     from delivery d join event e on e.business_id = d.business_id and e.seq = d.seq
     where d.business_id = $1 and d.endpoint_id = $2 and d.seq between $3 and $4 and d.state = 'failed'
       and d.due_at is null and ${inTime('$6', '$7')}
     order by d.seq limit $5 for update of d
   ) f
   where x.business_id = f.business_id and x.endpoint_id = f.endpoint_id and x.seq = f.seq
   returning x.seq`,
);

/** Makes due again what an endpoint never took of a range of events: `mostReplayed` at a time. */
export async function replayFailed(
  tx: Queryable,
  endpointId: string,
  { businessId, from, to, since, until }: EventRange,
): Promise<{ queued: number; last?: number }> {
  const rows = await tx.run<{ seq: number }>(failedStatement, [
    ...[businessId, endpointId, from, to, mostReplayed],
    ...[since ?? null, until ?? null],
  ]);
  if (rows.length === 0) return { queued: 0 };
  return { queued: rows.length, last: Math.max(...rows.map(({ seq }) => seq)) };
}

/** How many events of a range are looked at, to say what telling them again would do. */
const mostCounted = 10_000;

/** What telling an endpoint again would do. */
export interface ReplayCount {
  /** Events that it was never told, that it took already, and that it never took. */
  fresh: number;
  again: number;
  failed: number;
  /** There is more in the range than was looked at. */
  more: boolean;
}

const countRangeStatement = statement(
  'deliveries.countRange',
  `with wanted as materialized (
     select e.seq, e.type, e.app_id from event e
     where e.business_id = $1 and e.seq between $3 and $4 and ${inTime('$6', '$7')}
     order by e.seq limit ${mostCounted + 1}
   ), told as materialized (
     select x.state from wanted w
     join endpoint p on p.business_id = $1 and p.id = $2
       and (p.app_id is null or p.app_id = w.app_id)
       and (p.types is null or w.type = any(p.types))
       and (p.surface || ' ' || w.type) = any($5::text[])
     left join delivery x on x.business_id = $1 and x.endpoint_id = $2 and x.seq = w.seq
     where x.due_at is null
   )
   select count(*) filter (where state is null)::int as fresh, count(*) filter (where state = 'delivered')::int as again,
     count(*) filter (where state = 'failed')::int as failed, (select count(*) > ${mostCounted} from wanted) as more
   from told`,
);

const countFailedStatement = statement(
  'deliveries.countFailed',
  `select count(*)::int as failed from (
     select 1 from delivery d join event e on e.business_id = d.business_id and e.seq = d.seq
     where d.business_id = $1 and d.endpoint_id = $2 and d.seq between $3 and $4 and d.state = 'failed'
       and d.due_at is null and ${inTime('$5', '$6')}
     limit ${mostCounted + 1}) f`,
);

/** What `replayRange` would do. */
export async function countRange(
  db: Queryable,
  endpointId: string,
  { businessId, from, to, since, until }: EventRange,
  tells: readonly string[],
): Promise<ReplayCount> {
  const [row] = await db.run(countRangeStatement, [
    ...[businessId, endpointId, from, to, tells],
    ...[since ?? null, until ?? null],
  ]);
  return row as ReplayCount;
}

/** What `replayFailed` would do. */
export async function countFailed(
  db: Queryable,
  endpointId: string,
  { businessId, from, to, since, until }: EventRange,
): Promise<ReplayCount> {
  const [row] = await db.run<{ failed: number }>(countFailedStatement, [
    ...[businessId, endpointId, from, to],
    ...[since ?? null, until ?? null],
  ]);
  const failed = Math.min(row!.failed, mostCounted);
  return { fresh: 0, again: 0, failed, more: row!.failed > mostCounted };
}
