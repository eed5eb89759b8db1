import type { Failure } from '../model/failure.ts';
import { type Queryable, statement } from './database.ts';

/** Names the credentials of a channel. */
export interface CredentialKey {
  businessId: number;
  channelId: string;
}

/** What is kept of renewable credentials: sealed, and by hashes which they are. Times in epoch ms. */
export interface KeptCredentials {
  /** Of the refresh token that the operator entered. */
  grantHash: Buffer;
  /** Of the refresh token in force. */
  refreshHash: Buffer;
  sealed: Buffer;
  expiresAt: number;
  /** When they are to be renewed, used or not. */
  renewAt: number;
}

const findStatement = statement(
  'credentials.find',
  `select grant_hash as "grantHash", refresh_hash as "refreshHash", sealed,
     extract(epoch from expires_at)::float * 1000 as "expiresAt", extract(epoch from renew_at)::float * 1000 as "renewAt"
   from channel_credential where business_id = $1 and channel_id = $2`,
);

/** What is kept; undefined while nothing was renewed yet. */
export async function find(db: Queryable, key: CredentialKey): Promise<KeptCredentials | undefined> {
  const [row] = await db.run<KeptCredentials>(findStatement, [key.businessId, key.channelId]);
  return row;
}

const beginStatement = statement(
  'credentials.begin',
  `insert into channel_credential as c (business_id, channel_id, grant_hash, refresh_hash, sealed, expires_at, renew_at)
   select h.business_id, h.id, $3::bytea, $4::bytea, $5::bytea, to_timestamp($6::float / 1000), to_timestamp($7::float / 1000)
   from channel h where h.business_id = $1 and h.id = $2 and h.secrets = $8 for share
   on conflict (business_id, channel_id) do update set grant_hash = excluded.grant_hash,
     refresh_hash = excluded.refresh_hash, sealed = excluded.sealed, expires_at = excluded.expires_at,
     renew_at = excluded.renew_at, lease_until = null, used_at = null, failed_at = null, failure = null
   where c.grant_hash <> excluded.grant_hash`,
);

/**
 * Begins with what the operator entered, in place of all that came of an earlier entry. Nothing happens when the settings
 * are others than those that `first` was made of (`sealed`): then it is this entry that is the earlier one.
 */
export async function begin(
  db: Queryable,
  key: CredentialKey,
  first: KeptCredentials,
  sealed: Buffer,
): Promise<void> {
  await db.run(beginStatement, [...keyed(key), ...valuesOf(first), sealed]);
}

const takeStatement = statement(
  'credentials.take',
  `with before as materialized (
     select business_id, channel_id, used_at from channel_credential
     where business_id = $1 and channel_id = $2 and refresh_hash = $3 and (lease_until is null or lease_until < now())
     for update skip locked
   )
   update channel_credential c set lease_until = now() + $4 * interval '1 ms', used_at = now()
   from before b where c.business_id = b.business_id and c.channel_id = b.channel_id
   returning b.used_at is not null as "usedBefore"`,
);

/**
 * Takes the right to use this refresh token, for `leaseMs`. Undefined: another one has it, or it is in force no more.
 * `usedBefore`: somebody used it and never said what came of it.
 */
export async function take(
  db: Queryable,
  key: CredentialKey,
  refreshHash: Buffer,
  leaseMs: number,
): Promise<{ usedBefore: boolean } | undefined> {
  const [row] = await db.run<{ usedBefore: boolean }>(takeStatement, [...keyed(key), refreshHash, leaseMs]);
  return row;
}

const holdStatement = statement(
  'credentials.hold',
  `update channel_credential set lease_until = now() + $4 * interval '1 ms'
   where business_id = $1 and channel_id = $2 and refresh_hash = $3 and lease_until > now()`,
);

/** Prolongs the right to use this refresh token by `leaseMs` from now. One that is over already is not prolonged. */
export async function hold(
  db: Queryable,
  key: CredentialKey,
  refreshHash: Buffer,
  leaseMs: number,
): Promise<void> {
  await db.run(holdStatement, [...keyed(key), refreshHash, leaseMs]);
}

const putStatement = statement(
  'credentials.put',
  `update channel_credential set refresh_hash = $4, sealed = $5, expires_at = to_timestamp($6::float / 1000),
     renew_at = to_timestamp($7::float / 1000), lease_until = null, used_at = null, failed_at = null, failure = null
   where business_id = $1 and channel_id = $2 and refresh_hash = $3
   returning 1 as put`,
);

/** Puts the next ones in the place of those of `usedHash`. False when these are in force no more. */
export async function put(
  db: Queryable,
  key: CredentialKey,
  usedHash: Buffer,
  next: KeptCredentials,
): Promise<boolean> {
  const [, ...values] = valuesOf(next);
  return (await db.run(putStatement, [...keyed(key), usedHash, ...values])).length > 0;
}

const giveBackStatement = statement(
  'credentials.giveBack',
  `update channel_credential set lease_until = null, renew_at = now() + $4 * interval '1 ms',
     used_at = case when $5::boolean then null else used_at end, failed_at = now(), failure = $6
   where business_id = $1 and channel_id = $2 and refresh_hash = $3`,
);

/**
 * Nothing came of it: the next try is in `againMs`. `unused`: the provider surely did not take the token. `failure` is
 * kept for people.
 */
export async function giveBack(
  db: Queryable,
  key: CredentialKey,
  refreshHash: Buffer,
  how: { againMs: number; unused: boolean; failure?: Failure | undefined },
): Promise<void> {
  await db.run(giveBackStatement, [
    ...keyed(key),
    refreshHash,
    how.againMs,
    how.unused,
    how.failure ? JSON.stringify(how.failure) : null,
  ]);
}

const dueStatement = statement(
  'credentials.due',
  `select c.business_id as "businessId", c.channel_id as "channelId" from channel_credential c
   join channel h on h.business_id = c.business_id and h.id = c.channel_id and h.enabled
   where c.renew_at < now() and (c.lease_until is null or c.lease_until < now())
   order by c.renew_at limit 100`,
);

/** The channels whose credentials are to be renewed, and are by nobody. */
export async function due(db: Queryable): Promise<CredentialKey[]> {
  return db.run<CredentialKey>(dueStatement, []);
}

function keyed({ businessId, channelId }: CredentialKey): [number, string] {
  return [businessId, channelId];
}

function valuesOf({ grantHash, refreshHash, sealed, expiresAt, renewAt }: KeptCredentials) {
  return [grantHash, refreshHash, sealed, expiresAt, renewAt] as const;
}
