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
