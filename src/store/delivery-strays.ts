import { type Queryable, statement } from './database.ts';
import { doors } from './deliveries.ts';
import { isParked } from './under-way.ts';

/** Lanes that one statement looks at. */
const mostLanes = 5000;

const doorsStatement = statement(
  'deliveries.parkedAt',
  `${doors}
   select d.business_id as "businessId", d.endpoint_id as "endpointId" from door d cross join lateral (
     select x.seq from delivery x where x.business_id = d.business_id and x.endpoint_id = d.endpoint_id and x.due_at > '-infinity'
       and x.due_at = 'infinity' limit 1) one`,
);

/** By the first of each lane, rather than by what is parked: behind one that is refused for days there may be a million. */
const strayStatement = statement(
  'deliveries.wakeStrays',
  `with recursive first as (
     (select d.lane, d.seq, d.due_at, 1 as n from delivery d
      where d.business_id = $1 and d.endpoint_id = $2 and d.lane > $3 and d.due_at is not null
      order by d.lane, d.seq limit 1)
     union all
     select x.*, f.n + 1 from first f cross join lateral (
       select d.lane, d.seq, d.due_at from delivery d
       where d.business_id = $1 and d.endpoint_id = $2 and d.lane > f.lane and d.due_at is not null
       order by d.lane, d.seq limit 1) x
     where f.n < ${mostLanes}
   ), woken as (
     update delivery x set due_at = now() from first f
     where f.due_at = 'infinity' and x.business_id = $1 and x.endpoint_id = $2 and x.seq = f.seq and ${isParked('x')}
     returning 1
   )
   select max(lane) as "lastLane", count(*)::int as lanes, (select count(*)::int from woken) as woken from first`,
);

/**
 * Parked deliveries with nobody before them become due: who was to wake them died between the commit and that. Answers how
 * many that were.
 */
export async function wakeStrays(db: Queryable): Promise<number> {
  const doors = await db.run<{ businessId: number; endpointId: string }>(doorsStatement, []);
  let woken = 0;
  for (const { businessId, endpointId } of doors) {
    for (let after: string | null = ''; after !== null; ) {
      const [row]: { lastLane: string | null; lanes: number; woken: number }[] = await db.run(
        strayStatement,
        [businessId, endpointId, after],
      );
      woken += row!.woken;
      after = row!.lanes < mostLanes ? null : row!.lastLane;
    }
  }
  return woken;
}
