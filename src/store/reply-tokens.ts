import { type Queryable, statement } from './database.ts';

const keepStatement = statement(
  'replyTokens.keep',
  `insert into reply_token (business_id, contact_id, token, expires_at)
   select distinct on (business_id, contact_id) business_id, contact_id, token, now() + life_ms * interval '1 ms'
   from unnest($1::int[], $2::text[], $3::text[], $4::float[]) with ordinality
     v (business_id, contact_id, token, life_ms, nth)
   order by business_id, contact_id, nth desc
   on conflict (business_id, contact_id) do update
     set token = excluded.token, expires_at = excluded.expires_at`,
);

/** Keeps the newest token of each of these people; in the order in which they came. */
export async function keep(
  tx: Queryable,
  tokens: readonly { businessId: number; contactId: string; token: string; lifeMs: number }[],
): Promise<void> {
  if (tokens.length === 0) return;
  await tx.run(keepStatement, [
    tokens.map((one) => one.businessId),
    tokens.map((one) => one.contactId),
    tokens.map((one) => one.token),
    tokens.map((one) => one.lifeMs),
  ]);
}

const takeStatement = statement(
  'replyTokens.take',
  `delete from reply_token where business_id = $1 and contact_id = $2
   returning case when expires_at > now() then token end as token`,
);

/** Takes the token of a person, so that nobody else uses it; undefined when there is none that is good. */
export async function take(
  db: Queryable,
  businessId: number,
  contactId: string,
): Promise<string | undefined> {
  const [row] = await db.run<{ token: string | null }>(takeStatement, [businessId, contactId]);
  return row?.token ?? undefined;
}

const forgetStatement = statement('replyTokens.forget', 'delete from reply_token where expires_at < now()');

/** Forgets tokens that are good no more. */
export async function forget(db: Queryable): Promise<void> {
  await db.run(forgetStatement, []);
}
