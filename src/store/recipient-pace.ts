import { type Queryable, statement } from './database.ts';
import { givenBack, isUnderWay } from './under-way.ts';

const takeStatement = statement(
  'recipientPace.take',
  `insert into recipient_pace as p (business_id, contact_id, next_at, every_ms, burst_ms)
   select distinct on (business_id, contact_id)
     business_id, contact_id, clock_timestamp() + every_ms * interval '1 ms', every_ms, burst_ms
   from unnest($1::int[], $2::text[], $3::int[], $4::int[]) v (business_id, contact_id, every_ms, burst_ms)
   order by business_id, contact_id
   on conflict (business_id, contact_id) do update
     set next_at = greatest(p.next_at, clock_timestamp()) + excluded.every_ms * interval '1 ms',
       every_ms = excluded.every_ms, burst_ms = excluded.burst_ms
     where p.next_at <= clock_timestamp() + excluded.burst_ms * interval '1 ms'
   returning business_id as "businessId", contact_id as "contactId"`,
);

/**
 * Who of these people may be written to now. Each may be every `everyMs`, after `burst` at once; whoever is answered
 * counts as written to.
 */
export async function takePace(
  db: Queryable,
  people: readonly { businessId: number; contactId: string; everyMs: number; burst: number }[],
): Promise<{ businessId: number; contactId: string }[]> {
  return db.run(takeStatement, [
    people.map((one) => one.businessId),
    people.map((one) => one.contactId),
    people.map((one) => one.everyMs),
    people.map((one) => one.everyMs * (one.burst - 1)),
  ]);
}

const forgetStatement = statement(
  'recipientPace.forget',
  `delete from recipient_pace where next_at < now() - interval '1 hour'`,
);

/** Forgets people who have not been written to for long. */
export async function forgetPace(db: Queryable): Promise<void> {
  await db.run(forgetStatement, []);
}

const postponeStatement = statement(
  'messages.postpone',
  `update message m set ${givenBack('m')}, lease_until = case when v.interrupted then now() end,
     due_at = now() + v.ms * interval '1 ms'
   from unnest($1::int[], $2::text[], $3::int[], $4::boolean[], $5::int[]) v (business_id, id, attempt, interrupted, ms)
   where m.business_id = v.business_id and m.id = v.id and m.attempt = v.attempt and ${isUnderWay('m')}`,
);

/**
 * Gives claimed messages back untried, to be claimed again `inMs` from now. What follows to the same people waits
 * behind them.
 */
export async function postpone(
  db: Queryable,
  held: { businessId: number; id: string; attempt: number; interrupted: boolean; inMs: number }[],
): Promise<void> {
  if (held.length === 0) return;
  await db.run(postponeStatement, [
    held.map((h) => h.businessId),
    held.map((h) => h.id),
    held.map((h) => h.attempt),
    held.map((h) => h.interrupted),
    held.map((h) => h.inMs),
  ]);
}
