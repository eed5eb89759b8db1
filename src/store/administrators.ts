import { type Queryable, statement } from './database.ts';

const insertStatement = statement(
  'administrators.insert',
  'insert into administrator (business_id, email, password_hash) values ($1, $2, $3)',
);

/** Adds an administrator of a business; the e-mail address is in lower case. */
export async function insert(
  tx: Queryable,
  businessId: number,
  administrator: { email: string; passwordHash: string },
): Promise<void> {
  await tx.run(insertStatement, [businessId, administrator.email, administrator.passwordHash]);
}

const findStatement = statement(
  'administrators.find',
  'select business_id as "businessId", password_hash as "passwordHash" from administrator where email = $1 order by business_id',
);

/** The businesses that a person with this address administers. */
export async function find(
  db: Queryable,
  email: string,
): Promise<{ businessId: number; passwordHash: string }[]> {
  return db.run(findStatement, [email]);
}
