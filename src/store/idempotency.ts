import { type Queryable, statement } from './database.ts';

/** A request under its key. Both hashes are SHA-256. */
export interface KeyedRequest {
  businessId: number;
  /** Of who acts, route and key. */
  hash: Buffer;
  /** Of the request itself. */
  request: Buffer;
}

/** A request that somebody began: the claim is the fence against whoever takes it over. */
export interface Claim extends KeyedRequest {
  claim: string;
}

/** What is known of a request under its key. */
export interface Begun {
  businessId: number;
  hash: Buffer;
  /** True: it is ours now. */
  ours: boolean;
  request: Buffer;
  /** What an attempt before ours did, when it died before it answered. */
  effect: unknown;
  /** The sealed answer of a request that is done. */
  answer: Buffer | null;
}

const claimStatement = statement(
  'idempotency.claim',
  `with claimed as (
     insert into idempotency as i (business_id, hash, request, claim, lease_until)
     select business_id, hash, request, claim, now() + $5 * interval '1 millisecond'
     from unnest($1::int[], $2::bytea[], $3::bytea[], $4::text[]) v (business_id, hash, request, claim)
     on conflict (business_id, hash) do update set claim = excluded.claim, lease_until = excluded.lease_until
       where i.claim is not null and i.lease_until < now() and i.request = excluded.request
     returning business_id, hash, request, effect
   )
   select business_id as "businessId", hash, true as ours, request, effect, null::bytea as answer from claimed`,
);

/**
 * Begins requests, and takes over those whose lease is over. Answers those that are ours now: for `leaseMs` nobody else
 * may begin them.
 */
export async function claim(tx: Queryable, claims: Claim[], leaseMs: number): Promise<Begun[]> {
  return tx.run<Begun>(claimStatement, [
    claims.map((one) => one.businessId),
    claims.map((one) => one.hash),
    claims.map((one) => one.request),
    claims.map((one) => one.claim),
    leaseMs,
  ]);
}

const renewStatement = statement(
  'idempotency.renew',
  `update idempotency i set lease_until = now() + $4 * interval '1 millisecond'
   from unnest($1::int[], $2::bytea[], $3::text[]) v (business_id, hash, claim)
   where i.business_id = v.business_id and i.hash = v.hash and i.claim = v.claim and i.lease_until > now()`,
);

/** Prolongs the leases of requests that are still being done. One that is over already is not ours to prolong. */
export async function renew(db: Queryable, claims: ClaimRef[], leaseMs: number): Promise<void> {
  await db.run(renewStatement, [
    claims.map((one) => one.businessId),
    claims.map((one) => one.hash),
    claims.map((one) => one.claim),
    leaseMs,
  ]);
}

const findStatement = statement(
  'idempotency.find',
  `select i.business_id as "businessId", i.hash, false as ours, i.request, i.effect, i.answer
   from unnest($1::int[], $2::bytea[]) v (business_id, hash)
   join idempotency i on i.business_id = v.business_id and i.hash = v.hash`,
);

/** What is known of these requests. */
export async function find(
  db: Queryable,
  keys: Pick<KeyedRequest, 'businessId' | 'hash'>[],
): Promise<Begun[]> {
  return db.run<Begun>(findStatement, [keys.map((one) => one.businessId), keys.map((one) => one.hash)]);
}

/** A request under way, as whoever works on it names it. */
export type ClaimRef = Pick<Claim, 'businessId' | 'hash' | 'claim'>;

const noteStatement = statement(
  'idempotency.note',
  `update idempotency i set effect = coalesce(i.effect || v.effect, v.effect)
   from unnest($1::int[], $2::bytea[], $3::text[], $4::jsonb[]) v (business_id, hash, claim, effect)
   where i.business_id = v.business_id and i.hash = v.hash and i.claim = v.claim
   returning i.hash`,
);

/**
 * Writes what is being done beside what was noted before, in the transaction that does it. Answers how many are still ours: one that
 * was taken over meanwhile is not, and must not be done.
 */
export async function note(tx: Queryable, effects: (ClaimRef & { effect: unknown })[]): Promise<number> {
  const noted = await tx.run(noteStatement, [
    effects.map((one) => one.businessId),
    effects.map((one) => one.hash),
    effects.map((one) => one.claim),
    effects.map((one) => JSON.stringify(one.effect)),
  ]);
  return noted.length;
}

const finishStatement = statement(
  'idempotency.finish',
  `update idempotency i set answer = v.answer, claim = null, lease_until = null, effect = null
   from unnest($1::int[], $2::bytea[], $3::text[], $4::bytea[]) v (business_id, hash, claim, answer)
   where i.business_id = v.business_id and i.hash = v.hash and i.claim = v.claim`,
);

/** Keeps the sealed answers of requests that are done. */
export async function finish(tx: Queryable, done: (ClaimRef & { answer: Buffer })[]): Promise<void> {
  await tx.run(finishStatement, [
    done.map((one) => one.businessId),
    done.map((one) => one.hash),
    done.map((one) => one.claim),
    done.map((one) => one.answer),
  ]);
}

const releaseStatement = statement(
  'idempotency.release',
  `with gone as (
     delete from idempotency where business_id = $1 and hash = $2 and claim = $3 and effect is null
   )
   update idempotency set lease_until = now() - interval '1 millisecond'
   where business_id = $1 and hash = $2 and claim = $3 and effect is not null`,
);

/** Lets go of a request that was not answered: one that did nothing is forgotten, one that did is taken over by the next. */
export async function release(db: Queryable, { businessId, hash, claim: by }: ClaimRef): Promise<void> {
  await db.run(releaseStatement, [businessId, hash, by]);
}

const forgetStatement = statement(
  'idempotency.forgetOld',
  `delete from idempotency where (business_id, hash) in (
     select business_id, hash from idempotency where created_at < now() - interval '48 hours'
     order by created_at limit 1000) returning 1`,
);

/** Forgets what is older than 48 hours (reliability.md, "Idempotency"), a thousand at a time. Answers how many. */
export async function forgetOld(db: Queryable): Promise<number> {
  return (await db.run(forgetStatement, [])).length;
}
