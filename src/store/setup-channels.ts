import type { ChannelSetup } from '../model/setup.ts';
import { hurryMended } from './channels.ts';
import { type Queryable, statement } from './database.ts';

const putStatement = statement(
  'channel.put',
  `insert into channel (business_id, id, type, contact_type, lane, name, account_id, sandbox, enabled, queue_code,
     settings, secrets, token_hash)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
   on conflict (business_id, id) do update set name = excluded.name, sandbox = excluded.sandbox,
     enabled = excluded.enabled, queue_code = excluded.queue_code, settings = excluded.settings,
     secrets = excluded.secrets, token_hash = excluded.token_hash,
     attention = null, auth_failures = 0, paused_until = null`,
);

/**
 * Writes a channel, new or changed, with its sealed secrets. A change clears what stood against it: new
 * credentials deserve a new try. What waited for them is due at once.
 */
export async function put(
  tx: Queryable,
  businessId: number,
  channel: ChannelSetup,
  secrets: { sealed: Buffer | undefined; tokenHash: Buffer | undefined },
): Promise<void> {
  await tx.run(putStatement, [
    businessId,
    channel.id,
    channel.type,
    channel.contactType,
    channel.lane,
    channel.name,
    channel.accountId,
    channel.sandbox,
    channel.enabled,
    channel.queue ?? null,
    JSON.stringify(channel.settings),
    secrets.sealed ?? null,
    secrets.tokenHash ?? null,
  ]);
  await hurryMended(tx, businessId, channel.id);
}

const byTokenStatement = statement(
  'channel.byToken',
  'select business_id as "businessId", id as "channelId" from channel where token_hash = $1 and enabled',
);

/** The custom channel whose connector carries this token, by the keyed hash of it. */
export async function byToken(
  db: Queryable,
  tokenHash: Buffer,
): Promise<{ businessId: number; channelId: string } | undefined> {
  const [row] = await db.run<{ businessId: number; channelId: string }>(byTokenStatement, [tokenHash]);
  return row;
}
