import { type Queryable, statement } from './database.ts';
import type { DeliveryTry } from './delivery-log.ts';
import { withoutNulls } from './row.ts';

/** Of each kind of delivery so many are counted at most. */
export const mostCounted = 1000;

/** How an endpoint fares. */
export interface Standing {
  id: string;
  /** Since the last success. */
  failures: number;
  /** Epoch ms of the first of these. */
  failingSince?: number;
  /** Deliveries on their way, held back, and never taken: each up to `mostCounted`. */
  pending: number;
  held: number;
  failed: number;
  /** The last call of it. */
  last?: DeliveryTry;
}

const count = (which: string) =>
  `(select count(*)::int from (select 1 from delivery d
     where d.business_id = p.business_id and d.endpoint_id = p.id and ${which} limit ${mostCounted}) n)`;
const tries = (which: string, order: string, most: number) =>
  `(select d.tries -> -1 as last, d.settled_at from delivery d
     where d.business_id = p.business_id and d.endpoint_id = p.id ${which} order by ${order} limit ${most})`;

/**
 * The last call is that of one of the newest, of one that will be tried again soon, or of the newest that failed: where
 * much waits, the newest have not been called yet.
 */
const standingStatement = statement(
  'endpoints.standing',
  `select p.id, p.failures, p.first_failure_at as "failingSince", ${count('d.due_at is not null')} as pending,
     ${count("d.state = 'held'")} as held, ${count("d.state = 'failed'")} as failed, l.last
   from endpoint p
   left join lateral (
     select t.last from (
       ${tries('', 'd.seq desc', 50)} union all
       ${tries("and d.due_at > '-infinity'", 'd.due_at', 50)} union all
       ${tries("and d.state = 'failed'", 'd.seq desc', 1)}
     ) t where t.last is not null order by t.settled_at desc limit 1
   ) l on true
   where p.business_id = $1 and ($2::text is null or p.id = $2)`,
);

/** How the endpoints of a business fare, or one of them. */
export async function standing(db: Queryable, businessId: number, id?: string): Promise<Standing[]> {
  const rows = await db.run(standingStatement, [businessId, id ?? null]);
  return rows.map((row) => withoutNulls<Standing>(row));
}
