import { type Queryable, statement } from './database.ts';

/** How many deliveries one statement makes due again. */
export const mostReplayed = 1000;

const rangeStatement = statement(
  'deliveries.replayRange',
  `with wanted as materialized (
     select e.seq, e.lane from event e
     where e.business_id = $1 and e.seq between $3 and $4
     order by e.seq limit $5
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
 * the number of the last event that was looked at; undefined when there was none.
 */
export async function replayRange(
  tx: Queryable,
  range: { businessId: number; endpointId: string; from: number; to: number },
  tells: readonly string[],
): Promise<{ queued: number; last?: number }> {
  const { businessId, endpointId, from, to } = range;
  const [row] = await tx.run<{ queued: number; last: number | null }>(rangeStatement, [
    businessId,
    endpointId,
    from,
    to,
    mostReplayed,
    tells,
  ]);
  return { queued: row!.queued, ...(row!.last !== null && { last: row!.last }) };
}

const failedStatement = statement(
  'deliveries.replayFailed',
  `update delivery x set state = 'pending', due_at = now(), base = x.attempt, lease_until = null
   from (
     select business_id, endpoint_id, seq from delivery
     where business_id = $1 and endpoint_id = $2 and seq > $3 and seq <= $5 and state = 'failed' and due_at is null
     order by seq limit $4 for update
   ) f
   where x.business_id = f.business_id and x.endpoint_id = f.endpoint_id and x.seq = f.seq
   returning x.seq`,
);

/** Makes due again what an endpoint never took of the events beyond `after` up to `to`: `mostReplayed` at a time. */
export async function replayFailed(
  tx: Queryable,
  businessId: number,
  endpointId: string,
  range: { after: number; to: number },
): Promise<{ queued: number; last?: number }> {
  const rows = await tx.run<{ seq: number }>(failedStatement, [
    businessId,
    endpointId,
    range.after,
    mostReplayed,
    range.to,
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
     where e.business_id = $1 and e.seq between $3 and $4
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
     select 1 from delivery
     where business_id = $1 and endpoint_id = $2 and seq between $3 and $4 and state = 'failed' and due_at is null
     limit ${mostCounted + 1}) f`,
);

/** What `replayRange` would do. */
export async function countRange(
  db: Queryable,
  { businessId, endpointId, from, to }: { businessId: number; endpointId: string; from: number; to: number },
  tells: readonly string[],
): Promise<ReplayCount> {
  const [row] = await db.run(countRangeStatement, [businessId, endpointId, from, to, tells]);
  return row as ReplayCount;
}

/** What `replayFailed` would do. */
export async function countFailed(
  db: Queryable,
  { businessId, endpointId, from, to }: { businessId: number; endpointId: string; from: number; to: number },
): Promise<ReplayCount> {
  const [row] = await db.run<{ failed: number }>(countFailedStatement, [businessId, endpointId, from, to]);
  const failed = Math.min(row!.failed, mostCounted);
  return { fresh: 0, again: 0, failed, more: row!.failed > mostCounted };
}
