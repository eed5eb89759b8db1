import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

const pauseStatement = statement(
  'channels.pause',
  `update channel set paused_until = greatest(coalesce(paused_until, now()), now() + $3 * interval '1 ms')
   where business_id = $1 and id = $2`,
);

/** Sends nothing over a channel for `ms`: the provider asked for it. Longer pauses stay. */
export async function pause(tx: Queryable, businessId: number, id: string, ms: number): Promise<void> {
  await tx.run(pauseStatement, [businessId, id, ms]);
}

const faultStatement = statement(
  'channels.countFault',
  `update channel set auth_failures = auth_failures + 1,
     attention = case when auth_failures + 1 >= $4 and attention is null
       then jsonb_build_object('since', (extract(epoch from now()) * 1000)::bigint, 'reason', $3::text)
       else attention end
   where business_id = $1 and id = $2
   returning auth_failures as failures, auth_failures = $4 as "justNow"`,
);

/**
 * Counts a failure that is the channel's own fault. At the `limit`-th in a row the channel needs an
 * administrator, and nothing is sent over it until its settings change (channels.md rule 10). Answers
 * whether that happened just now.
 */
export async function countFault(
  tx: Queryable,
  businessId: number,
  id: string,
  reason: string,
  limit: number,
): Promise<boolean> {
  const [row] = await tx.run<{ justNow: boolean }>(faultStatement, [businessId, id, reason, limit]);
  return row?.justNow ?? false;
}

const wellStatement = statement(
  'channels.areWell',
  `update channel c set auth_failures = 0
   from unnest($1::int[], $2::text[]) v (business_id, id)
   where c.business_id = v.business_id and c.id = v.id and c.auth_failures > 0`,
);

/** Sends succeeded over these channels: their count of faults begins anew. */
export async function areWell(
  tx: Queryable,
  keys: { businessId: number; channelId: string }[],
): Promise<void> {
  if (keys.length === 0) return;
  await tx.run(wellStatement, [keys.map((k) => k.businessId), keys.map((k) => k.channelId)]);
}

const mendStatement = statement(
  'channels.mend',
  `update channel set attention = null, auth_failures = 0
   where business_id = $1 and id = $2 and attention is not null returning id`,
);
const hurryStatement = statement(
  'channels.hurryMended',
  `update message set due_at = now()
   where business_id = $1 and channel_id = $2 and due_at > '-infinity' and due_at > now() and due_at < 'infinity' and lease_until is null
     and failure->>'class' in ('AUTH', 'CONFIG')`,
);

/** What waited for the credentials or the settings of a channel is due at once. */
export async function hurryMended(tx: Queryable, businessId: number, id: string): Promise<void> {
  await tx.run(hurryStatement, [businessId, id]);
}

/** Takes away what stands against a channel, and has what waited be due. Answers whether anything stood. */
export async function mend(tx: Queryable, businessId: number, id: string): Promise<boolean> {
  if ((await tx.run(mendStatement, [businessId, id])).length === 0) return false;
  await hurryMended(tx, businessId, id);
  return true;
}

const accountStatement = statement(
  'channels.byAccount',
  'select business_id as "businessId", id from channel where account_id = $1 and type = $2 and enabled',
);

/** The channel that a webhook address belongs to, unless it is switched off. */
export async function byAccount(
  db: Queryable,
  accountId: string,
  type: string,
): Promise<{ businessId: number; id: string } | undefined> {
  const [row] = await db.run<{ businessId: number; id: string }>(accountStatement, [accountId, type]);
  return row;
}

const statesStatement = statement(
  'channels.states',
  `select id, secrets as sealed, attention, case when paused_until > now() then paused_until end as "pausedUntil"
   from channel where business_id = $1`,
);

/** How the channels of a business stand now, with their sealed secrets, which only the pipeline opens. */
export async function states(
  db: Queryable,
  businessId: number,
): Promise<
  { id: string; sealed?: Buffer; attention?: { since: number; reason: string }; pausedUntil?: number }[]
> {
  const rows = await db.run<{ id: string } & Record<string, unknown>>(statesStatement, [businessId]);
  return rows.map((row) => withoutNulls<{ id: string }>(row));
}
