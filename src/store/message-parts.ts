import { type Queryable, statement } from './database.ts';
import type { EarlyReceipt } from './early-receipts.ts';

/** One spelling of the id of one part of a message that went out. `part` counts from 0, of `parts`. */
export interface MessagePart {
  businessId: number;
  channelId: string;
  providerId: string;
  messageId: string;
  part: number;
  parts: number;
  /** What was reported of it. */
  receipt?: EarlyReceipt;
}

const keepStatement = statement(
  'messageParts.keep',
  `insert into message_part as p (business_id, channel_id, provider_id, message_id, part, parts)
   select distinct on (business_id, channel_id, provider_id) *
   from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[])
     v (business_id, channel_id, provider_id, message_id, part, parts)
   order by business_id, channel_id, provider_id
   -- Providers begin their ids anew one day: the newest counts.
   on conflict (business_id, channel_id, provider_id) do update set message_id = excluded.message_id,
     part = excluded.part, parts = excluded.parts, receipt = null, created_at = now()
     where p.message_id <> excluded.message_id`,
);

/** Keeps the parts in which messages went. */
export async function keep(tx: Queryable, rows: MessagePart[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(keepStatement, [
    rows.map((r) => r.businessId),
    rows.map((r) => r.channelId),
    rows.map((r) => r.providerId),
    rows.map((r) => r.messageId),
    rows.map((r) => r.part),
    rows.map((r) => r.parts),
  ]);
}

const findStatement = statement(
  'messageParts.find',
  `select p.business_id as "businessId", p.channel_id as "channelId", p.provider_id as "providerId",
     p.message_id as "messageId", p.part, p.parts
   from unnest($1::int[], $2::text[], $3::text[]) v (business_id, channel_id, provider_id)
   join message_part p on p.business_id = v.business_id and p.channel_id = v.channel_id
     and p.provider_id = v.provider_id`,
);

/** The parts that carry these ids of the provider. */
export async function find(
  tx: Queryable,
  keys: { businessId: number; channelId: string; providerId: string }[],
): Promise<MessagePart[]> {
  if (keys.length === 0) return [];
  return tx.run(findStatement, [
    keys.map((k) => k.businessId),
    keys.map((k) => k.channelId),
    keys.map((k) => k.providerId),
  ]);
}

const lockStatement = statement(
  'messageParts.lock',
  `select p.business_id from message_part p
   join unnest($1::int[], $2::text[]) v (business_id, message_id)
     on p.business_id = v.business_id and p.message_id = v.message_id
   order by p.business_id, p.channel_id, p.provider_id for update of p`,
);
const markStatement = statement(
  'messageParts.mark',
  `update message_part p set receipt = v.receipt
   from unnest($1::int[], $2::text[], $3::int[], $4::jsonb[]) v (business_id, message_id, part, receipt)
   where p.business_id = v.business_id and p.message_id = v.message_id and p.part = v.part
     and p.receipt->>'status' is distinct from 'DLVRD'`,
);
const ofStatement = statement(
  'messageParts.of',
  `select p.business_id as "businessId", p.channel_id as "channelId", p.provider_id as "providerId",
     p.message_id as "messageId", p.part, p.parts, p.receipt
   from message_part p join unnest($1::int[], $2::text[]) v (business_id, message_id)
     on p.business_id = v.business_id and p.message_id = v.message_id`,
);

/**
 * Notes what was reported of parts, and answers all parts of their messages. Who reports of another part of
 * one of them at this moment waits, so that one of the two sees all.
 */
export async function mark(
  tx: Queryable,
  reported: { businessId: number; messageId: string; part: number; receipt: EarlyReceipt }[],
): Promise<MessagePart[]> {
  const businessIds = reported.map((r) => r.businessId);
  const messageIds = reported.map((r) => r.messageId);
  await tx.run(lockStatement, [businessIds, messageIds]);
  await tx.run(markStatement, [
    businessIds,
    messageIds,
    reported.map((r) => r.part),
    reported.map((r) => JSON.stringify(r.receipt)),
  ]);
  const messages = new Map(reported.map((r) => [`${r.businessId} ${r.messageId}`, r]));
  return tx.run(ofStatement, [
    [...messages.values()].map((m) => m.businessId),
    [...messages.values()].map((m) => m.messageId),
  ]);
}

const forgetStatement = statement(
  'messageParts.forgetOld',
  `delete from message_part where ctid = any(array(
     select ctid from message_part where created_at < now() - interval '8 days' order by created_at limit 1000))
   returning business_id`,
);

/** Drops parts of which nothing is reported any more: after eight days. Answers how many, 1000 at most. */
export async function forgetOld(db: Queryable): Promise<number> {
  return (await db.run(forgetStatement, [])).length;
}
