import { type Queryable, statement } from './database.ts';

const holdStatement = statement(
  'deliveries.hold',
  `update delivery x set state = 'held', due_at = null, lease_until = null
   from (
     select business_id, endpoint_id, seq from delivery
     where business_id = $1 and endpoint_id = $2 and due_at is not null for update skip locked
   ) v
   where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq`,
);

/**
 * Puts everything that waits for an endpoint aside: it was disabled. What others claim or settle at this very moment
 * is passed over, since waiting for it could be waiting for each other: `holdStrays` follows.
 */
export async function hold(tx: Queryable, businessId: number, endpointId: string): Promise<void> {
  await tx.run(holdStatement, [businessId, endpointId]);
}

const holdStraysStatement = statement(
  'deliveries.holdStrays',
  `update delivery x set state = 'held', due_at = null, lease_until = null
   from (
     select d.business_id, d.endpoint_id, d.seq
     from endpoint e join delivery d on d.business_id = e.business_id and d.endpoint_id = e.id
     where e.disabled_at is not null and d.due_at is not null and (d.lease_until is null or d.lease_until <= now())
     for update of d skip locked
   ) v
   where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq`,
);

/** Puts aside what somebody claimed or settled at the very moment when its endpoint was disabled. */
export async function holdStrays(db: Queryable): Promise<void> {
  await db.run(holdStraysStatement, []);
}

const resumeStatement = statement(
  'deliveries.resume',
  `update delivery set state = 'pending', due_at = now(), base = attempt
   where business_id = $1 and endpoint_id = $2
     and (state = 'held' or (due_at > now() and due_at < 'infinity' and lease_until is null))`,
);

/**
 * Makes everything that was put aside due again, in its old order, and what waits for its next try, too: the endpoint was
 * enabled.
 */
export async function resume(tx: Queryable, businessId: number, endpointId: string): Promise<void> {
  await tx.run(resumeStatement, [businessId, endpointId]);
}

const resumeStraysStatement = statement(
  'deliveries.resumeStrays',
  `update delivery x set state = 'pending', due_at = now(), base = x.attempt
   from endpoint e
   where e.disabled_at is null and x.business_id = e.business_id and x.endpoint_id = e.id and x.state = 'held'
   returning x.seq`,
);

/**
 * Makes due what was put aside at the very moment when its endpoint was enabled again. Answers how many
 * deliveries that were.
 */
export async function resumeStrays(db: Queryable): Promise<number> {
  return (await db.run(resumeStraysStatement, [])).length;
}

const failHeldStatement = statement(
  'deliveries.failHeld',
  `update delivery x set state = 'failed', answer = 'It was kept too long for an endpoint that was out of use.',
     settled_at = now()
   from (
     select h.* from endpoint p cross join lateral (
       select d.business_id, d.endpoint_id, d.seq from delivery d
       join event e on e.business_id = d.business_id and e.seq = d.seq
       where d.business_id = p.business_id and d.endpoint_id = p.id and d.state = 'held'
         and e.at < now() - $1::float * interval '1 day'
       order by d.seq limit 1000) h
     where p.disabled_at < now() - $1::float * interval '1 day'
     limit 5000
   ) h
   where x.business_id = h.business_id and x.endpoint_id = h.endpoint_id and x.seq = h.seq and x.state = 'held'
   returning x.seq`,
);

/** Gives up what has been held back for longer than events are kept. Answers how many deliveries that were. */
export async function failHeld(db: Queryable, days: number): Promise<number> {
  return (await db.run(failHeldStatement, [days])).length;
}
