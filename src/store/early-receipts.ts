import type { Failure } from '../model/failure.ts';
import type { ReceiptStatus } from '../model/status.ts';
import { type Queryable, statement } from './database.ts';

/** By what a receipt names its message. */
export interface ReceiptKey {
  businessId: number;
  channelId: string;
  providerId: string;
}

/** A receipt that came before its message knew the provider's id. */
export interface EarlyReceipt extends ReceiptKey {
  status: ReceiptStatus;
  timestamp: number;
  failure?: Failure;
}

const keepStatement = statement(
  'earlyReceipts.keep',
  `insert into early_receipt (business_id, channel_id, provider_id, receipt)
   select * from unnest($1::int[], $2::text[], $3::text[], $4::jsonb[])`,
);

/** Keeps receipts whose message is not known yet. */
export async function keep(tx: Queryable, receipts: EarlyReceipt[]): Promise<void> {
  if (receipts.length === 0) return;
  await tx.run(keepStatement, [
    receipts.map((r) => r.businessId),
    receipts.map((r) => r.channelId),
    receipts.map((r) => r.providerId),
    receipts.map((r) => JSON.stringify(r)),
  ]);
}

const takeOfStatement = statement(
  'earlyReceipts.takeOf',
  `delete from early_receipt e using unnest($1::int[], $2::text[], $3::text[]) v (business_id, channel_id, provider_id)
   where e.business_id = v.business_id and e.channel_id = v.channel_id and e.provider_id = v.provider_id
   returning e.receipt`,
);

/** Takes the early receipts of messages whose provider id has just become known. */
export async function takeOf(tx: Queryable, keys: ReceiptKey[]): Promise<EarlyReceipt[]> {
  if (keys.length === 0) return [];
  const rows = await tx.run<{ receipt: EarlyReceipt }>(takeOfStatement, [
    keys.map((k) => k.businessId),
    keys.map((k) => k.channelId),
    keys.map((k) => k.providerId),
  ]);
  return rows.map((row) => row.receipt);
}

const takeStatement = statement(
  'earlyReceipts.take',
  `delete from early_receipt where ctid = any(array(
     select e.ctid from early_receipt e
     where e.received_at > now() - interval '10 minutes' and (
       exists (select from message m where m.business_id = e.business_id and m.channel_id = e.channel_id
         and m.provider_id = e.provider_id and m.direction = 'O')
       or exists (select from message_part p where p.business_id = e.business_id and p.channel_id = e.channel_id
         and p.provider_id = e.provider_id))
     order by e.received_at limit 500 for update of e skip locked))
   returning receipt`,
);

/**
 * Takes the early receipts of the last minutes whose message has become known. Older ones are taken by
 * their message when it is settled; receipts that are about nobody's message are passed over.
 */
export async function take(tx: Queryable): Promise<EarlyReceipt[]> {
  return (await tx.run<{ receipt: EarlyReceipt }>(takeStatement, [])).map((row) => row.receipt);
}

const forgetStatement = statement(
  'earlyReceipts.forget',
  `delete from early_receipt where received_at < now() - interval '1 day'`,
);

/** Drops early receipts that have waited for a day: their message was never ours. */
export async function forget(db: Queryable): Promise<void> {
  await db.run(forgetStatement, []);
}
