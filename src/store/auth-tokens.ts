import { type Queryable, statement } from './database.ts';

const insertStatement = statement(
  'authTokens.insert',
  `insert into auth_token (business_id, hash, key_id, user_id, expires_at) values ($1, $2, $3, $4, $5)`,
);

/** Keeps, by its hash, what a business's server was given for one of its people. `expiresAt`: epoch ms. */
export async function insert(
  tx: Queryable,
  token: { businessId: number; hash: Buffer; keyId: string; userId: string; expiresAt: number },
): Promise<void> {
  const { businessId, hash, keyId, userId, expiresAt } = token;
  await tx.run(insertStatement, [businessId, hash, keyId, userId, new Date(expiresAt)]);
}

const isForStatement = statement(
  'authTokens.isFor',
  `select 1 from auth_token where business_id = $1 and hash = any($2::bytea[]) and user_id = $3 and expires_at > now()`,
);

/** True when one of these hashes was given for this person, and has not expired. */
export async function isFor(
  db: Queryable,
  businessId: number,
  hashes: Buffer[],
  userId: string,
): Promise<boolean> {
  return (await db.run(isForStatement, [businessId, hashes, userId])).length > 0;
}

const dropByKeyStatement = statement(
  'authTokens.dropByKey',
  'delete from auth_token where business_id = $1 and key_id = $2',
);

/** Takes back what a server key vouched for. */
export async function dropByKey(tx: Queryable, businessId: number, keyId: string): Promise<void> {
  await tx.run(dropByKeyStatement, [businessId, keyId]);
}

const forgetStatement = statement(
  'authTokens.forgetExpired',
  'delete from auth_token where expires_at < now()',
);

/** Forgets what has expired. */
export async function forgetExpired(db: Queryable): Promise<void> {
  await db.run(forgetStatement, []);
}
