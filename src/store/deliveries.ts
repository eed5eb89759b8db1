import type { Profile } from '../model/contact.ts';
import type { StoredEvent } from '../model/event.ts';
import { type Queryable, statement } from './database.ts';
import { eventOf } from './events.ts';
import { isParked, isUnderWay } from './under-way.ts';

/** One event on its way to one endpoint, held by this process until its lease ends. */
export interface ClaimedDelivery {
  businessId: number;
  endpointId: string;
  /** Grows with every claim: the fence. */
  attempt: number;
  /** Attempts that do not count: from before it was told again. */
  base: number;
  lane: string;
  event: StoredEvent;
  /** What the business knows of the person now: it may have been asked since the event. */
  businessProfile?: Profile;
}

/** Begins a statement with `door`: each endpoint for which anything waits, found by a few looks at the index. */
export const doors = `with recursive door as (
     (select business_id, endpoint_id from delivery where due_at > '-infinity' order by business_id, endpoint_id limit 1)
     union all
     select n.* from door d cross join lateral (
       select x.business_id, x.endpoint_id from delivery x
       where x.due_at > '-infinity' and (x.business_id, x.endpoint_id) > (d.business_id, d.endpoint_id)
       order by x.business_id, x.endpoint_id limit 1) n
   )`;

const claimStatement = statement(
  'deliveries.claim',
  `${doors}, ready as materialized (
     select d.business_id, d.endpoint_id, least($2, coalesce(b.free, $2)) as free
     from door d
     join endpoint e on e.business_id = d.business_id and e.id = d.endpoint_id and e.enabled and e.disabled_at is null
       and e.resumed_at is null
     left join unnest($3::int[], $4::text[], $5::int[]) b (business_id, endpoint_id, free)
       on b.business_id = d.business_id and b.endpoint_id = d.endpoint_id
     order by random()
   ), due as materialized (
     select x.* from ready r cross join lateral (
       select x.business_id, x.endpoint_id, x.seq, x.lane, x.ctid as place from delivery x
       where x.business_id = r.business_id and x.endpoint_id = r.endpoint_id and x.due_at > '-infinity' and x.due_at <= now()
         and (x.lease_until is null or x.lease_until <= now() and now() <= to_timestamp($7::float8 / 1000))
       order by x.due_at, x.seq limit r.free for update skip locked) x
     limit $1
   ), head as materialized (
     select d.place, not exists (
       select 1 from delivery p
       where p.business_id = d.business_id and p.endpoint_id = d.endpoint_id and p.lane = d.lane and p.seq < d.seq
         and p.due_at is not null) as first
     from due d
   ), changed as (
     update delivery x set
       due_at = case when h.first then x.due_at else 'infinity' end,
       lease_until = case when h.first then now() + $6 * interval '1 ms' end,
       attempt = x.attempt + h.first::int
     from head h where x.ctid = h.place
     returning x.*, h.first
   )
   select x.business_id as "businessId", x.endpoint_id as "endpointId", x.attempt, x.base, x.lane, x.first, x.seq, e.id, e.type,
     e.at, e.app_id as "appId", e.lane as "eventLane", e.data, c.business_profile as "businessProfile"
   from changed x
   left join event e on e.business_id = x.business_id and e.seq = x.seq
   left join contact c on c.business_id = x.business_id and c.id = x.lane
   order by x.seq`,
);

const unparkStatement = statement(
  'deliveries.unpark',
  `update delivery x set due_at = now()
   from unnest($1::int[], $2::text[], $3::bigint[]) v (business_id, endpoint_id, seq)
   where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq and ${isParked('x')}
     and not exists (
       select 1 from delivery p
       where p.business_id = x.business_id and p.endpoint_id = x.endpoint_id and p.lane = x.lane and p.seq < x.seq
         and p.due_at is not null)
   returning x.seq`,
);

interface ClaimRow {
  businessId: number;
  endpointId: string;
  attempt: number;
  base: number;
  lane: string;
  first: boolean;
  seq: number;
  /** None where the event is not there. */
  id: string | null;
  type: string;
  at: number;
  appId: string | null;
  eventLane: string | null;
  data: unknown;
  businessProfile: Profile | null;
}

/**
 * Takes up to `limit` due deliveries, in turn from every endpoint in use that has any, at most `share` of one
 * and at most what `rooms` says. Within (endpoint, conversation) only the oldest is taken; the others
 * are parked behind it, to be handed to `unpark` as with messages. `takeOverBy` as there.
 */
export async function claim(
  db: Queryable,
  how: {
    limit: number;
    share: number;
    rooms: { businessId: number; endpointId: string; free: number }[];
    leaseMs: number;
    takeOverBy: number;
  },
): Promise<{ claimed: ClaimedDelivery[]; parked: Parked[] }> {
  const rows = await db.run<ClaimRow & Record<string, unknown>>(claimStatement, [
    how.limit,
    how.share,
    how.rooms.map((r) => r.businessId),
    how.rooms.map((r) => r.endpointId),
    how.rooms.map((r) => r.free),
    how.leaseMs,
    how.takeOverBy,
  ]);
  const parked = rows.filter((row) => !row.first);
  const claimed = rows.filter((row) => row.first && !isOrphan(row));
  if (claimed.length + parked.length < rows.length) await giveUp(db, rows.filter(isOrphan));
  return { claimed: claimed.map(claimedOf), parked };
}

const isOrphan = ({ first, id }: ClaimRow) => first && id === null;

/** Of an event that is not there any more nothing can be told, and what waits behind it would wait for ever. */
async function giveUp(db: Queryable, orphans: ClaimRow[]): Promise<void> {
  const answer = 'Its event is not kept any more.';
  const outcomes = orphans.map((row): Outcome => ({ ...row, state: 'failed', answer }));
  await settle(db, outcomes);
  await wakeNext(db, outcomes);
}

function claimedOf(row: ClaimRow): ClaimedDelivery {
  const { businessId, endpointId, attempt, base, lane, businessProfile } = row;
  const { seq, id, type, at, appId, eventLane, data } = row;
  const event = eventOf({ seq, id: id!, type, at, appId, lane: eventLane, data });
  return {
    businessId,
    endpointId,
    attempt,
    base,
    lane,
    event,
    ...(businessProfile !== null && { businessProfile }),
  };
}

/** A delivery that waits behind an earlier one of its lane. */
type Parked = Pick<ClaimRow, 'businessId' | 'endpointId' | 'seq'>;

/** Makes those due again whose predecessor was settled while they were being parked, as with messages. */
export async function unpark(db: Queryable, parked: Parked[]): Promise<number> {
  if (parked.length === 0) return 0;
  const rows = await db.run(unparkStatement, [
    parked.map((r) => r.businessId),
    parked.map((r) => r.endpointId),
    parked.map((r) => r.seq),
  ]);
  return rows.length;
}

/** What became of one attempt. */
export interface Outcome {
  businessId: number;
  endpointId: string;
  seq: number;
  lane: string;
  attempt: number;
  /** Still `pending`: it is tried again `retryInMs` from now. `held`: its endpoint was disabled. */
  state: 'delivered' | 'failed' | 'pending' | 'held';
  retryInMs?: number;
  answerStatus?: number;
  /** The beginning of the answer, or why there was none. */
  answer?: string;
  /** When the call began, epoch ms, and how long it took, ms. */
  calledAt?: number;
  tookMs?: number;
}

/** Tries of one delivery that are kept, and how much of each answer, in characters. */
const triesKept = 20;
const answerKept = 1000;

/** The quarter of an hour, by UTC, that is counted in now. */
const quarterNow = 'figure_quarter((extract(epoch from now()) * 1000)::bigint)';

const settleStatement = statement(
  'deliveries.settle',
  `with settled as (
   update delivery x set state = v.state, due_at = now() + v.retry_ms * interval '1 ms', lease_until = null,
     answer_status = v.answer_status, answer = v.answer, settled_at = now(),
     tries = case when v.try is null then x.tries
       when jsonb_array_length(x.tries) >= ${triesKept} then (x.tries - 0) || v.try else x.tries || v.try end
   from (
     select v.* from unnest($1::int[], $2::text[], $3::bigint[], $4::int[], $5::text[], $6::float[], $7::int[], $8::text[],
       $9::jsonb[]) v (business_id, endpoint_id, seq, attempt, state, retry_ms, answer_status, answer, try)
     join delivery x using (business_id, endpoint_id, seq)
     order by x.business_id, x.endpoint_id, x.seq for update of x
   ) v
   where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq and x.attempt = v.attempt
     and x.state = 'pending' and ${isUnderWay('x')}
   returning x.business_id, x.endpoint_id, v.state, v.try
   )
   insert into figure_call (business_id, endpoint_id, at, answer, bin, calls, delivered, given_up, ms)
   select business_id, endpoint_id, ${quarterNow}, coalesce((try->>'status')::smallint, 0),
     case when try is null then -1 else figure_bin((try->>'ms')::float8::bigint) end, count(try),
     count(*) filter (where try is not null and state = 'delivered'), count(*) filter (where state = 'failed'),
     coalesce(sum((try->>'ms')::float8::bigint), 0)
   from settled where try is not null or state = 'failed' group by 1, 2, 4, 5`,
);

const nextStatement = statement(
  'deliveries.wakeNext',
  `update delivery x set due_at = now()
   from (
     select distinct v.business_id, v.endpoint_id, n.seq
     from unnest($1::int[], $2::text[], $3::text[]) v (business_id, endpoint_id, lane)
     cross join lateral (
       select p.seq, p.due_at from delivery p
       where p.business_id = v.business_id and p.endpoint_id = v.endpoint_id and p.lane = v.lane and p.due_at is not null
       order by p.seq limit 1 for update) n
     where n.due_at = 'infinity'
   ) n
   where x.business_id = n.business_id and x.endpoint_id = n.endpoint_id and x.seq = n.seq
   returning x.seq`,
);

/** Records outcomes, and notes the calls to be counted. Those of attempts that are no longer the current one change nothing. */
export async function settle(tx: Queryable, outcomes: Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await tx.run(settleStatement, [
    outcomes.map((o) => o.businessId),
    outcomes.map((o) => o.endpointId),
    outcomes.map((o) => o.seq),
    outcomes.map((o) => o.attempt),
    outcomes.map((o) => o.state),
    outcomes.map((o) => o.retryInMs ?? null),
    outcomes.map((o) => o.answerStatus ?? null),
    outcomes.map((o) => o.answer?.replaceAll('\0', '') ?? null),
    outcomes.map(tryOf),
  ]);
}

/** A try as the log keeps it; none when nobody was called. */
function tryOf({ attempt, calledAt, tookMs, answerStatus, answer }: Outcome): string | null {
  if (calledAt === undefined) return null;
  const kept = answer?.slice(0, answerKept).replace(/[\0\p{Surrogate}]/gu, '');
  return JSON.stringify({ attempt, at: calledAt, ms: tookMs, status: answerStatus, answer: kept });
}

/** Makes the next delivery of each of these lanes due, once what was before it is settled. Answers how many that were. */
export async function wakeNext(
  db: Queryable,
  lanes: Pick<ClaimedDelivery, 'businessId' | 'endpointId' | 'lane'>[],
): Promise<number> {
  if (lanes.length === 0) return 0;
  const rows = await db.run(nextStatement, [
    lanes.map((one) => one.businessId),
    lanes.map((one) => one.endpointId),
    lanes.map((one) => one.lane),
  ]);
  return rows.length;
}

const renewStatement = statement(
  'deliveries.renew',
  `update delivery x set lease_until = now() + $5 * interval '1 ms'
   from (
     select x.business_id, x.endpoint_id, x.seq
     from unnest($1::int[], $2::text[], $3::bigint[], $4::int[]) v (business_id, endpoint_id, seq, attempt)
     join delivery x using (business_id, endpoint_id, seq)
     where x.attempt = v.attempt and x.state = 'pending'
     for update of x skip locked
   ) v
   where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq
   returning x.seq`,
);

/** Prolongs the leases of deliveries whose receiver has not answered yet; not of those settled just now. Answers how many. */
export async function renew(
  db: Queryable,
  held: { businessId: number; endpointId: string; seq: number; attempt: number }[],
  leaseMs: number,
): Promise<number> {
  if (held.length === 0) return 0;
  const rows = await db.run(renewStatement, [
    held.map((h) => h.businessId),
    held.map((h) => h.endpointId),
    held.map((h) => h.seq),
    held.map((h) => h.attempt),
    leaseMs,
  ]);
  return rows.length;
}
