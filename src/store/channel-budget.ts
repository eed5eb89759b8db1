import { type Queryable, statement } from './database.ts';

const openBudgetStatement = statement(
  'budgets.open',
  `insert into channel_budget (business_id, channel_id, tokens) values ($1, $2, $3) on conflict do nothing`,
);
const takeTokensStatement = statement(
  'budgets.take',
  `update channel_budget b set tokens = h.tokens - least($5, floor(h.tokens)), refilled_at = clock_timestamp()
   from (
     select business_id, channel_id,
       least($3::float, tokens + greatest(0, extract(epoch from clock_timestamp() - refilled_at)) * $4::float) as tokens
     from channel_budget where business_id = $1 and channel_id = $2 for update
   ) h
   where b.business_id = h.business_id and b.channel_id = h.channel_id
   returning least($5::float, floor(h.tokens)) as granted`,
);

/**
 * Takes up to `wanted` messages out of a channel's budget of `perSecond`, which all processes share.
 * Answers how many were granted. The bucket holds one second's worth, and at least one message.
 */
export async function takeTokens(
  tx: Queryable,
  channel: { businessId: number; channelId: string; perSecond: number },
  wanted: number,
): Promise<number> {
  const { businessId, channelId, perSecond } = channel;
  const burst = Math.max(1, perSecond);
  const take = () =>
    tx.run<{ granted: number }>(takeTokensStatement, [businessId, channelId, burst, perSecond, wanted]);
  const [row] = await take();
  if (row) return row.granted;
  await tx.run(openBudgetStatement, [businessId, channelId, burst]);
  return (await take())[0]!.granted;
}

const takeSpareStatement = statement(
  'budgets.takeSpare',
  `update channel_budget b set tokens = h.tokens - 1, refilled_at = clock_timestamp()
   from (
     select business_id, channel_id,
       least($3::float, tokens + greatest(0, extract(epoch from clock_timestamp() - refilled_at)) * $4::float) as tokens
     from channel_budget where business_id = $1 and channel_id = $2 for update skip locked
   ) h
   where b.business_id = h.business_id and b.channel_id = h.channel_id and h.tokens - 1 >= $3::float / 2
   returning 1`,
);

const isFullStatement = statement(
  'budgets.isFull',
  `select 1 from channel_budget where business_id = $1 and channel_id = $2
     and tokens + greatest(0, extract(epoch from clock_timestamp() - refilled_at)) * $4::float < $3::float`,
);

/** Whether the budget of a channel is whole: nothing was sent for as long as it takes to come back. */
export async function isFull(
  db: Queryable,
  { businessId, channelId, perSecond }: { businessId: number; channelId: string; perSecond: number },
): Promise<boolean> {
  const values = [businessId, channelId, Math.max(1, perSecond), perSecond];
  return (await db.run(isFullStatement, values)).length === 0;
}

/**
 * Takes one out of the budget for what is no message, when at least half of it is left for these. It waits for nobody.
 * A channel of less than two messages a second has nothing to spare.
 */
export async function takeSpare(
  db: Queryable,
  { businessId, channelId, perSecond }: { businessId: number; channelId: string; perSecond: number },
): Promise<boolean> {
  const burst = Math.max(1, perSecond);
  await db.run(openBudgetStatement, [businessId, channelId, burst]);
  const taken = await db.run(takeSpareStatement, [businessId, channelId, burst, perSecond]);
  return taken.length > 0;
}
