import { type Queryable, statement } from './database.ts';

const keepStatement = statement(
  'inboundFailures.keep',
  'insert into inbound_failure (business_id, id, channel_id, body, reason) values ($1, $2, $3, $4, $5)',
);

/** Keeps a provider's request that could not be applied, as it came, with the reason. */
export async function keep(
  db: Queryable,
  failure: { businessId: number; id: string; channelId: string; body: Buffer; reason: string },
): Promise<void> {
  await db.run(keepStatement, [
    failure.businessId,
    failure.id,
    failure.channelId,
    failure.body,
    failure.reason,
  ]);
}

const forgetStatement = statement(
  'inboundFailures.forgetOld',
  `delete from inbound_failure where received_at < now() - interval '30 days'`,
);

/** Drops requests that were kept for 30 days: whoever wanted to look has looked. */
export async function forgetOld(db: Queryable): Promise<void> {
  await db.run(forgetStatement, []);
}
