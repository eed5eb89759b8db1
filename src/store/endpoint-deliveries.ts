import { type Queryable, statement, type Transaction } from './database.ts';
import { isUnderWay } from './under-way.ts';

/**
 * However much waits for an endpoint, one statement changes so many deliveries of it: whatever concerns all of them is
 * done by several.
 */
export const mostAtOnce = 5000;

/** Endpoints that one round looks after. */
const mostEndpoints = 50;

/** Which deliveries of an endpoint. */
const waiting = `d.due_at > '-infinity' and (d.lease_until is null or d.lease_until <= now())`;
const heldBack = `d.state = 'held'`;

/** Some of them, of each `of`. The limit has them looked for by their endpoint: without one, all that are held are read. */
const some = (of: string, which: string, limit: number, order = '') =>
  `select d.business_id, d.endpoint_id, d.seq from delivery d
   where d.business_id = ${of}.business_id and d.endpoint_id = ${of}.id and ${which} ${order} limit ${limit}`;

/**
 * Changes some deliveries of each endpoint `p` that is as said. Who changes an endpoint waits meanwhile, and one that is
 * being changed is left out: what is right for it would be so no longer.
 */
const each = (name: string, endpoint: string, which: string, change: string) =>
  statement(
    name,
    `with e as materialized (
       select p.business_id, p.id from endpoint p cross join lateral (${some('p', which, 1)}) one
       where ${endpoint} limit ${mostEndpoints} for share of p skip locked
     ), v as materialized (
       select d.* from e cross join lateral (${some('e', which, mostAtOnce)} for update of d skip locked) d
       limit ${mostAtOnce}
     )
     update delivery x set ${change} from v
     where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq
     returning x.seq`,
  );

const holdStatement = each(
  'deliveries.hold',
  'p.enabled and p.disabled_at is not null',
  waiting,
  `state = 'held', due_at = null, lease_until = null`,
);

/**
 * Puts aside what waits for endpoints that are disabled: some of it. Nothing of it is called in the meantime. Answers how
 * many deliveries that were.
 */
export async function hold(db: Queryable): Promise<number> {
  return (await db.run(holdStatement, [])).length;
}

const dropped = `state = 'failed', due_at = null, lease_until = null, settled_at = now(),
  answer = 'the endpoint was switched off'`;
const dropWaitingStatement = each('deliveries.dropWaiting', 'not p.enabled', waiting, dropped);
const dropHeldStatement = each('deliveries.dropHeld', 'not p.enabled', heldBack, dropped);

/** Gives up what is on its way to endpoints that are switched off, or held back for them: some of it. Answers how many. */
export async function drop(db: Queryable): Promise<number> {
  const waited = await db.run(dropWaitingStatement, []);
  const held = await db.run(dropHeldStatement, []);
  return waited.length + held.length;
}

const forgetStatement = statement(
  'deliveries.forgetRemoved',
  `with recursive door as (
     (select business_id, endpoint_id from delivery order by business_id, endpoint_id limit 1)
     union all
     select n.* from door d cross join lateral (
       select x.business_id, x.endpoint_id from delivery x
       where (x.business_id, x.endpoint_id) > (d.business_id, d.endpoint_id)
       order by x.business_id, x.endpoint_id limit 1) n
   ), gone as materialized (
     select d.* from door d
     where not exists (select 1 from endpoint e where e.business_id = d.business_id and e.id = d.endpoint_id)
   ), v as materialized (
     select x.* from gone g cross join lateral (
       select x.business_id, x.endpoint_id, x.seq from delivery x
       where x.business_id = g.business_id and x.endpoint_id = g.endpoint_id
       limit ${mostAtOnce} for update skip locked) x
     limit ${mostAtOnce}
   )
   delete from delivery x using v
   where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq
   returning x.seq`,
);

/** Forgets what was told to endpoints that were taken away, or was to be: some of it. Answers how many deliveries. */
export async function forgetRemoved(db: Queryable): Promise<number> {
  return (await db.run(forgetStatement, [])).length;
}

const returningStatement = statement(
  'endpoints.returning',
  `select p.business_id as "businessId", p.id from endpoint p left join lateral (${some('p', heldBack, 1)}) one on true
   where p.enabled and p.disabled_at is null and (p.resumed_at is not null or one.seq is not null)
   order by random() limit ${mostEndpoints}`,
);

/** Endpoints in use for which something is put aside. */
export async function returning(db: Queryable): Promise<{ businessId: number; id: string }[]> {
  return db.run(returningStatement, []);
}

// Each has a time of its own: those that are due at one moment are sorted anew by each claim.
const lockStatement = statement(
  'endpoints.lockReturning',
  `select 1 from endpoint where business_id = $1 and id = $2 and disabled_at is null for no key update skip locked`,
);
const resumeHeldStatement = statement(
  'deliveries.resumeHeld',
  `update delivery x set state = 'pending', due_at = clock_timestamp(), base = x.attempt
   from (
     select d.business_id, d.endpoint_id, d.seq from delivery d
     where d.business_id = $1 and d.endpoint_id = $2 and d.state = 'held' order by d.seq limit ${mostAtOnce} for update
   ) v
   where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq
   returning x.seq`,
);
const hurryStatement = statement(
  'deliveries.hurryWaiting',
  `update delivery x set due_at = clock_timestamp(), base = x.attempt
   from (
     select d.business_id, d.endpoint_id, d.seq from delivery d
     where d.business_id = $1 and d.endpoint_id = $2 and d.due_at > '-infinity' and d.due_at > now()
       and nullif(d.due_at, 'infinity') is not null and d.lease_until is null and coalesce(d.settled_at, '-infinity') <= (
         select p.resumed_at from endpoint p where p.business_id = $1 and p.id = $2)
     order by d.due_at limit ${mostAtOnce} for update of d skip locked
   ) v
   where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq
   returning x.seq`,
);
const resumedStatement = statement(
  'endpoints.resumed',
  'update endpoint set resumed_at = null where business_id = $1 and id = $2 and resumed_at is not null',
);

/**
 * Makes due again, in its old order, what was put aside for an endpoint that is in use, and what waits for its next try:
 * some of it. Nothing is claimed for it before all of that is done, so that nothing overtakes. Answers whether there is more.
 */
export async function resume(tx: Transaction, businessId: number, endpointId: string): Promise<boolean> {
  const one = [businessId, endpointId];
  // Somebody else is at it, or it is disabled again.
  if ((await tx.run(lockStatement, one)).length === 0) return false;
  for (const some of [resumeHeldStatement, hurryStatement])
    if ((await tx.run(some, one)).length === mostAtOnce) return true;
  await tx.run(resumedStatement, one);
  return false;
}

const failHeldStatement = statement(
  'deliveries.failHeld',
  `with oldest as materialized (
     select d.* from endpoint p cross join lateral (${some('p', heldBack, 1000, 'order by d.seq')}) d
     where p.disabled_at < now() - $1::float * interval '1 day' limit ${mostAtOnce}
   ), v as materialized (
     select o.* from oldest o left join lateral (
       select e.at from event e where e.business_id = o.business_id and e.seq = o.seq limit 1) e on true
     where coalesce(e.at, '-infinity') < now() - $1::float * interval '1 day'
   )
   update delivery x set state = 'failed', answer = 'It was kept too long for an endpoint that was out of use.',
     settled_at = now()
   from v where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq
     and coalesce(x.state, '') = 'held'
   returning x.seq`,
);

/** Gives up what has been held back for longer than events are kept. Answers how many deliveries that were. */
export async function failHeld(db: Queryable, days: number): Promise<number> {
  return (await db.run(failHeldStatement, [days])).length;
}

/** The delivery of one event to an endpoint, if it is still to be made and nobody makes it at this moment. */
const untaken = (seq: string) =>
  `select d.business_id, d.endpoint_id, d.seq from delivery d
   where d.business_id = p.business_id and d.endpoint_id = p.id and d.seq = ${seq} and ${isUnderWay('d')}
     and (d.lease_until is null or d.lease_until <= now()) limit 1`;

const failAgedStatement = statement(
  'deliveries.failAged',
  `with aged as materialized (
     select c.business_id from event_counter c cross join lateral (
       select e.seq, e.at from event e where e.business_id = c.business_id order by e.seq limit 1) first
     where first.at < now() - $1::float * interval '1 day' and exists (
       select 1 from endpoint p cross join lateral (${untaken('first.seq')}) d where p.business_id = c.business_id)
     limit 50
   ), old as materialized (
     select e.business_id, e.seq from aged a cross join lateral (
       select e.business_id, e.seq, e.at from event e where e.business_id = a.business_id order by e.seq limit 500) e
     where e.at < now() - $1::float * interval '1 day'
   ), v as materialized (
     select d.* from old o join endpoint p on p.business_id = o.business_id
     cross join lateral (${untaken('o.seq')} for update of d skip locked) d
   )
   update delivery x set state = 'failed', due_at = null, lease_until = null, settled_at = now(),
     answer = 'It was not taken for as long as events are kept.'
   from v where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq
   returning x.business_id as "businessId", x.endpoint_id as "endpointId", x.lane`,
);

/**
 * Gives up what is still to be told of the oldest events where these are to be forgotten: a conversation that its receiver
 * refuses would have everything kept that came after it. Answers the lanes in which the next is to be woken.
 */
export async function failAged(
  db: Queryable,
  days: number,
): Promise<{ businessId: number; endpointId: string; lane: string }[]> {
  return db.run(failAgedStatement, [days]);
}
