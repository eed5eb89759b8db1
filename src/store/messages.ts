import type { Failure } from '../model/failure.ts';
import type { Button, Content, Message, ReportedError } from '../model/message.ts';
import type { ReceiptStatus, Status } from '../model/status.ts';
import { type Queryable, statement } from './database.ts';

const columns = `m.id, m.direction, m.contact_id as "contactId", m.channel_id as "channelId",
  m.session_id as "sessionId", m.content, m.status, m.stamps, m.errors, m.failure, m.provider_id as "providerId",
  m.reply_id as "replyId", m.reply_id_ext as "replyIdExt", m.app_id as "appId", m.sender_type as "senderType",
  m.sender_code as "senderCode", m.mask, m.at as timestamp`;

type Row = { [K in keyof Message]: Message[K] | null };

/** A message as a row has it: absent where the row has null. */
export function messageOf(row: Row): Message {
  const message = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  message.errors ??= [];
  return message as unknown as Message;
}

const findStatement = statement(
  'messages.find',
  `select ${columns} from message m where business_id = $1 and id = $2`,
);

/** One message of a business, with its whole status history. */
export async function find(db: Queryable, businessId: number, id: string): Promise<Message | undefined> {
  const [row] = await db.run<Row>(findStatement, [businessId, id]);
  return row && messageOf(row);
}

const sessionStatement = statement(
  'messages.ofSession',
  `select ${columns} from message m where business_id = $1 and session_id = $2 order by at, id`,
);

/** All messages of a session, oldest first: by time, then by id (decision D54). */
export async function ofSession(db: Queryable, businessId: number, sessionId: string): Promise<Message[]> {
  return (await db.run<Row>(sessionStatement, [businessId, sessionId])).map(messageOf);
}

const sessionPageStatement = statement(
  'messages.pageOfSession',
  `select ${columns} from message m where business_id = $1 and session_id = $2 and id > $3 order by id limit $4`,
);

/** Messages of a session in the order in which they came to us, after the one with the id `after`. */
export async function pageOfSession(
  db: Queryable,
  businessId: number,
  sessionId: string,
  page: { after?: string | undefined; limit: number },
): Promise<Message[]> {
  const values = [businessId, sessionId, page.after ?? '', page.limit];
  return (await db.run<Row>(sessionPageStatement, values)).map(messageOf);
}

/** A message to be stored; `dueAt` (epoch ms, or now by the database's clock) makes it a job. */
export interface NewMessage extends Omit<Message, 'stamps' | 'errors' | 'failure'> {
  businessId: number;
  dueAt?: number | 'now';
}

const insertStatement = statement(
  'messages.insert',
  `insert into message (business_id, id, session_id, contact_id, channel_id, direction, status, due_at, mask, at,
     app_id, sender_type, sender_code, provider_id, reply_id, reply_id_ext, content, stamps)
   select business_id, id, session_id, contact_id, channel_id, direction, status, due_at, mask, at,
     app_id, sender_type, sender_code, provider_id, reply_id, reply_id_ext, content,
     jsonb_build_object(status, (extract(epoch from at) * 1000)::bigint)
   from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
     $9::boolean[], $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
     $17::jsonb[])
     v (business_id, id, session_id, contact_id, channel_id, direction, status, due_at, mask, at, app_id,
        sender_type, sender_code, provider_id, reply_id, reply_id_ext, content)`,
);

/** Stores messages. Throws a duplicate of `message_provider` when a channel told one of them before. */
export async function insert(tx: Queryable, rows: NewMessage[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(insertStatement, [
    rows.map((r) => r.businessId),
    rows.map((r) => r.id),
    rows.map((r) => r.sessionId),
    rows.map((r) => r.contactId),
    rows.map((r) => r.channelId),
    rows.map((r) => r.direction),
    rows.map((r) => r.status),
    rows.map((r) => (typeof r.dueAt === 'number' ? new Date(r.dueAt).toISOString() : (r.dueAt ?? null))),
    rows.map((r) => r.mask),
    rows.map((r) => new Date(r.timestamp).toISOString()),
    rows.map((r) => r.appId ?? null),
    rows.map((r) => r.senderType ?? null),
    rows.map((r) => r.senderCode ?? null),
    rows.map((r) => r.providerId ?? null),
    rows.map((r) => r.replyId ?? null),
    rows.map((r) => r.replyIdExt ?? null),
    rows.map((r) => JSON.stringify(r.content)),
  ]);
}

const byProviderStatement = statement(
  'messages.byProviderId',
  `select m.business_id as "businessId", ${columns}
   from unnest($1::int[], $2::text[], $3::text[]) v (business_id, channel_id, provider_id)
   join message m on m.business_id = v.business_id and m.channel_id = v.channel_id
     and m.provider_id = v.provider_id and m.direction = $4`,
);

/** The messages of one direction that carry these provider ids. */
export async function byProviderId(
  tx: Queryable,
  keys: { businessId: number; channelId: string; providerId: string }[],
  direction: 'I' | 'O',
): Promise<(Message & { businessId: number })[]> {
  if (keys.length === 0) return [];
  const rows = await tx.run<Row & { businessId: number }>(byProviderStatement, [
    keys.map((k) => k.businessId),
    keys.map((k) => k.channelId),
    keys.map((k) => k.providerId),
    direction,
  ]);
  return rows.map((row) => ({ ...messageOf(row), businessId: row.businessId }));
}

const sentOverStatement = statement(
  'messages.sentOver',
  `select m.business_id as "businessId", m.id
   from unnest($1::int[], $2::text[], $3::text[]) v (business_id, channel_id, id)
   join message m on m.business_id = v.business_id and m.id = v.id
     and m.channel_id = v.channel_id and m.direction = 'O'`,
);

/** Those of these messages that went out over the channel that is named with them. */
export async function sentOver(
  tx: Queryable,
  keys: { businessId: number; channelId: string; id: string }[],
): Promise<{ businessId: number; id: string }[]> {
  if (keys.length === 0) return [];
  return tx.run(sentOverStatement, [
    keys.map((k) => k.businessId),
    keys.map((k) => k.channelId),
    keys.map((k) => k.id),
  ]);
}

const offeredStatement = statement(
  'messages.lastOffered',
  `select v.session_id as "sessionId", o.buttons
   from unnest($1::int[], $2::text[]) v (business_id, session_id)
   cross join lateral (
     select m.content->'buttons' as buttons from message m
     where m.business_id = v.business_id and m.session_id = v.session_id and m.direction = 'O'
       and m.at > now() - interval '24 hours'
     order by m.at desc, m.id desc limit 1
   ) o
   where o.buttons is not null`,
);

/** The choices that the last message of each of these sessions offered, within a day (channels.md 2.1). */
export async function lastOffered(
  tx: Queryable,
  keys: { businessId: number; sessionId: string }[],
): Promise<Map<string, Button[]>> {
  if (keys.length === 0) return new Map();
  const rows = await tx.run<{ sessionId: string; buttons: Button[] }>(offeredStatement, [
    keys.map((k) => k.businessId),
    keys.map((k) => k.sessionId),
  ]);
  return new Map(rows.map((row) => [row.sessionId, row.buttons]));
}

/** A new step in the life of a message: a receipt, or the outcome of an attempt. */
export interface Step {
  businessId: number;
  id: string;
  /** The highest status reached. Takes effect only when it is higher than the stored one. */
  status: Status;
  /** All statuses reached, epoch ms. Those stamped before keep their time. */
  stamps: Partial<Record<Status, number>>;
  errors?: ReportedError[];
  failure?: Failure;
  /** Only for the outcome of an attempt. */
  settle?: {
    /**
     * The attempt that is settled. Nothing happens when another one has begun (the fence), unless this
     * one succeeded: that is a fact, and ends the other before it repeats it.
     */
    attempt: number;
    /** This attempt does not count: the provider asked us to wait. */
    free?: boolean;
    /** Ms from now until the next attempt; absent: there is nothing more to do. */
    retryInMs?: number;
    providerId?: string;
    /** Replaces the content: masked once it is handed over. */
    content?: Content;
  };
}

/** A message after its step, with what it was before. */
export interface Stepped extends Message {
  businessId: number;
  before: { status: Status; stamps: Partial<Record<Status, number>> };
}

const advanceStatement = statement(
  'messages.advance',
  `with input as (
     select * from unnest($1::int[], $2::text[], $3::text[], $4::jsonb[], $5::jsonb[], $6::jsonb[], $7::int[],
       $8::boolean[], $9::float[], $10::text[], $11::jsonb[])
       v (business_id, id, status, stamps, errors, failure, attempt, free, retry_ms, provider_id, content)
   ), old as materialized (
     select i.*, m.status as old_status, m.stamps as old_stamps from message m join input i using (business_id, id)
     where i.attempt is null or (m.due_at is not null and (m.attempt = i.attempt or i.status = 'SENTX'))
     order by m.business_id, m.id for update of m
   )
   update message m set
     status = case when status_rank(i.status) > status_rank(m.status) then i.status else m.status end,
     stamps = i.stamps || m.stamps,
     errors = coalesce(i.errors, m.errors),
     failure = coalesce(i.failure, m.failure),
     free_attempts = m.free_attempts + coalesce(i.free, false)::int,
     due_at = case when i.attempt is null then m.due_at else now() + i.retry_ms * interval '1 ms' end,
     lease_until = case when i.attempt is null then m.lease_until end,
     provider_id = coalesce(m.provider_id, i.provider_id),
     content = coalesce(i.content, m.content)
   from old i
   where m.business_id = i.business_id and m.id = i.id
   returning m.business_id as "businessId", ${columns}, i.old_status as "oldStatus", i.old_stamps as "oldStamps"`,
);

/**
 * Moves messages forward: one step each, at most. A status never goes back: the database compares the
 * ranks. Steps of attempts that are no longer the current one change nothing and are not answered.
 */
export async function advance(tx: Queryable, steps: Step[]): Promise<Stepped[]> {
  if (steps.length === 0) return [];
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  const rows = await tx.run<
    Row & { businessId: number; oldStatus: Status; oldStamps: Stepped['before']['stamps'] }
  >(advanceStatement, [
    steps.map((s) => s.businessId),
    steps.map((s) => s.id),
    steps.map((s) => s.status),
    steps.map((s) => JSON.stringify(s.stamps)),
    steps.map((s) => json(s.errors)),
    steps.map((s) => json(s.failure)),
    steps.map((s) => s.settle?.attempt ?? null),
    steps.map((s) => s.settle?.free ?? null),
    steps.map((s) => s.settle?.retryInMs ?? null),
    steps.map((s) => s.settle?.providerId ?? null),
    steps.map((s) => json(s.settle?.content)),
  ]);
  return rows.map(({ businessId, oldStatus, oldStamps, ...row }) => ({
    ...messageOf(row as Row),
    businessId,
    before: { status: oldStatus, stamps: oldStamps },
  }));
}

/** A receipt that came before its message knew the provider's id. */
export interface EarlyReceipt {
  businessId: number;
  channelId: string;
  providerId: string;
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
export async function keepEarly(tx: Queryable, receipts: EarlyReceipt[]): Promise<void> {
  if (receipts.length === 0) return;
  await tx.run(keepStatement, [
    receipts.map((r) => r.businessId),
    receipts.map((r) => r.channelId),
    receipts.map((r) => r.providerId),
    receipts.map((r) => JSON.stringify(r)),
  ]);
}

const takeEarlyOfStatement = statement(
  'earlyReceipts.takeOf',
  `delete from early_receipt e using unnest($1::int[], $2::text[], $3::text[]) v (business_id, channel_id, provider_id)
   where e.business_id = v.business_id and e.channel_id = v.channel_id and e.provider_id = v.provider_id
   returning e.receipt`,
);

/** Takes the early receipts of messages whose provider id has just become known. */
export async function takeEarlyOf(
  tx: Queryable,
  keys: { businessId: number; channelId: string; providerId: string }[],
): Promise<EarlyReceipt[]> {
  if (keys.length === 0) return [];
  const rows = await tx.run<{ receipt: EarlyReceipt }>(takeEarlyOfStatement, [
    keys.map((k) => k.businessId),
    keys.map((k) => k.channelId),
    keys.map((k) => k.providerId),
  ]);
  return rows.map((row) => row.receipt);
}

const takeEarlyStatement = statement(
  'earlyReceipts.take',
  `delete from early_receipt where ctid = any(array(
     select e.ctid from early_receipt e
     join message m on m.business_id = e.business_id and m.channel_id = e.channel_id
       and m.provider_id = e.provider_id and m.direction = 'O'
     where e.received_at > now() - interval '10 minutes'
     order by e.received_at limit 500 for update of e skip locked))
   returning receipt`,
);

/**
 * Takes the early receipts of the last minutes whose message has become known. Older ones are taken by
 * their message when it is settled; receipts that are about nobody's message are passed over.
 */
export async function takeEarly(tx: Queryable): Promise<EarlyReceipt[]> {
  return (await tx.run<{ receipt: EarlyReceipt }>(takeEarlyStatement, [])).map((row) => row.receipt);
}

const forgetEarlyStatement = statement(
  'earlyReceipts.forget',
  `delete from early_receipt where received_at < now() - interval '1 day'`,
);

/** Drops early receipts that have waited for a day: their message was never ours. */
export async function forgetEarly(db: Queryable): Promise<void> {
  await db.run(forgetEarlyStatement, []);
}
