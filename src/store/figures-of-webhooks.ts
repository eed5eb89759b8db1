import { type Queryable, statement } from './database.ts';
import { addTo } from './figures.ts';

/** The relation `called`, with a row for each endpoint, answer, bin and quarter, as figures. */
const counted = (zone: string) => `counted as (
     select at, endpoint_id, answer, sum(calls) as calls, sum(delivered) as delivered, sum(given_up) as given_up, sum(ms) as ms
     from called group by 1, 2, 3
   ), counted_times as (
     select at, endpoint_id, bin, sum(calls) as calls from called where bin >= 0 group by 1, 2, 3
   ), times as (
     ${addTo('webhook_time', 'counted_times', zone)}
   ), put as (
     ${addTo('webhook', 'counted', zone)}
   )`;

const countStatement = statement(
  'figures.countCalls',
  `with called as (
     delete from figure_call where business_id = $1 returning *
   ), ${counted('$2::text')}
   select 1`,
);

/** Counts the calls that the workers noted since the last time. */
export async function countCalls(tx: Queryable, businessId: number, zone: string): Promise<void> {
  await tx.run(countStatement, [businessId, zone]);
}

// Calls since this schema is there are noted as they happen.
const olderStatement = statement(
  'figures.countOlderCalls',
  `with older as materialized (
     select endpoint_id, seq, tries, state, settled_at from delivery
     where business_id = $1 and (endpoint_id, seq) > ($3, $4) order by endpoint_id, seq limit $5
   ), tried as (
     select o.endpoint_id, (t.try->>'at')::bigint as ms, coalesce((t.try->>'status')::smallint, 0) as answer,
       (t.try->>'ms')::float8::bigint as took, t.n = jsonb_array_length(o.tries) as is_last, o.state
     from older o cross join lateral jsonb_array_elements(o.tries) with ordinality t (try, n)
     where (t.try->>'at')::bigint < (select extract(epoch from applied_at) * 1000 from migration where number = 29)
   ), called as (
     select figure_quarter(ms) as at, endpoint_id, answer, figure_bin(took) as bin, count(*) as calls,
       count(*) filter (where is_last and state = 'delivered') as delivered,
       count(*) filter (where is_last and state = 'failed') as given_up, sum(took) as ms
     from tried group by 1, 2, 3, 4
   ), ${counted('$2::text')}
   select endpoint_id as "endpointId", seq as "deliverySeq", count(*) over ()::int as found from older
   order by endpoint_id desc, seq desc limit 1`,
);

/** A delivery: how far they are counted. */
export interface DeliveryPlace {
  endpointId: string | null;
  deliverySeq: number | null;
}

/** Counts calls from before they were noted, as far as their tries are kept; answers where to go on, nulls at the end. */
export async function countOlderCalls(
  tx: Queryable,
  how: { businessId: number; zone: string; after: DeliveryPlace; limit: number },
): Promise<DeliveryPlace> {
  const { businessId, zone, after, limit } = how;
  const values = [businessId, zone, after.endpointId, after.deliverySeq, limit];
  const [row] = await tx.run<DeliveryPlace & { found: number }>(olderStatement, values);
  if (!row || row.found < limit) return { endpointId: null, deliverySeq: null };
  return { endpointId: row.endpointId, deliverySeq: row.deliverySeq };
}
