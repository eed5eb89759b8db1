import type { Button, Message } from '../model/message.ts';
import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

/** What is read of a message, of the table called `m`. */
export const messageColumns = `m.id, m.no, m.direction, m.contact_id as "contactId", m.channel_id as "channelId",
  m.session_id as "sessionId", m.content, m.status, m.stamps, m.errors, m.failure, m.provider_id as "providerId",
  m.reply_id as "replyId", m.reply_id_ext as "replyIdExt", m.app_id as "appId", m.sender_type as "senderType",
  m.sender_code as "senderCode", m.mask, m.at as timestamp`;

const columns = messageColumns;

export type MessageRow = { [K in keyof Message]: Message[K] | null };
type Row = MessageRow;

/** A message as a row has it: absent where the row has null. */
export function messageOf(row: Row): Message {
  const message = withoutNulls<Message>(row);
  message.errors ??= [];
  return message;
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

const byNumbersStatement = statement(
  'messages.byNumbers',
  `select ${columns} from message m where business_id = $1 and no = any($2::bigint[])`,
);

/** The messages of a business that have these numbers. */
export async function byNumbers(db: Queryable, businessId: number, nos: number[]): Promise<Message[]> {
  return nos.length === 0 ? [] : (await db.run<Row>(byNumbersStatement, [businessId, nos])).map(messageOf);
}

const byIdsStatement = statement(
  'messages.byIds',
  `select ${columns} from message m where business_id = $1 and id = any($2::text[])`,
);

/** The messages of a business that have these ids. */
export async function byIds(db: Queryable, businessId: number, ids: string[]): Promise<Message[]> {
  return ids.length === 0 ? [] : (await db.run<Row>(byIdsStatement, [businessId, ids])).map(messageOf);
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
export interface NewMessage extends Omit<Message, 'no' | 'stamps' | 'errors' | 'failure'> {
  businessId: number;
  /** As `conversations` gave it; absent: the next one. */
  no?: number;
  dueAt?: number | 'now';
  /** What it is marked as read by at the provider. */
  readToken?: string;
}

const insertStatement = statement(
  'messages.insert',
  `with given as materialized (
     select * from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
       $9::boolean[], $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
       $17::jsonb[], $18::bigint[], $19::text[])
       v (business_id, id, session_id, contact_id, channel_id, direction, status, due_at, mask, at, app_id,
          sender_type, sender_code, provider_id, reply_id, reply_id_ext, content, no, read_token)
   ), stored as (
     insert into message (business_id, id, session_id, contact_id, channel_id, direction, status, due_at, mask, at,
       app_id, sender_type, sender_code, provider_id, reply_id, reply_id_ext, content, no, read_token, stamps)
     select business_id, id, session_id, contact_id, channel_id, direction, status, due_at, mask, at,
       app_id, sender_type, sender_code, provider_id, reply_id, reply_id_ext, content,
       coalesce(no, nextval('message_no_seq')), read_token,
       jsonb_build_object(status, (extract(epoch from at) * 1000)::bigint)
     from given
   ), touched as materialized (
     select business_id, session_id, min(channel_id) as channel_id, count(*) filter (where direction = 'I')::int as received,
       bool_or(direction = 'O') as answered, bool_or(direction <> 'O' or sender_type = 'AGENT') as worked
     from given where direction <> 'L' group by business_id, session_id
   ), held as materialized (
     select t.*, i.state from touched t
     join inbox_session i on i.business_id = t.business_id and i.session_id = t.session_id
     order by i.business_id, i.session_id for no key update of i
   ), moved as (
     update inbox_session i set active_at = now(), channel_id = h.channel_id, received = i.received + h.received,
       waiting_since = case when h.answered then null when h.received > 0 then coalesce(i.waiting_since, now()) else i.waiting_since end,
       state = case when h.received > 0 and i.state <> 'closed' then 'open' else i.state end,
       snoozed_until = case when h.received > 0 then null else i.snoozed_until end
     from held h where i.business_id = h.business_id and i.session_id = h.session_id
   ), begun as (
     insert into inbox_session as i (business_id, session_id, contact_id, channel_id, queue_code, agent_code, team_code, state,
       active_at, waiting_since, received)
     select s.business_id, s.id, s.contact_id, t.channel_id, s.queue_code, s.agent_code, s.team_code,
       case when s.closed_at is not null then 'closed' when s.resolved and t.received = 0 then 'resolved' else 'open' end,
       now(), case when t.received > 0 then now() end, t.received
     from touched t join session s on s.business_id = t.business_id and s.id = t.session_id
     where t.worked and not exists (
       select 1 from inbox_session x where x.business_id = t.business_id and x.session_id = t.session_id)
     order by s.business_id, s.id
     on conflict (business_id, session_id) do update set active_at = excluded.active_at,
       received = i.received + excluded.received, waiting_since = coalesce(i.waiting_since, excluded.waiting_since)
   )
   select business_id as "businessId", session_id as id from held where state = 'snoozed' and received > 0`,
);

/**
 * Stores messages, and moves their sessions in the inbox: there is a session from the first message that the person
 * or an agent writes in it. Answers the sessions that rested until the person wrote just now. Throws a duplicate of
 * `message_provider` when a channel told one of the messages before.
 */
export async function insert(
  tx: Queryable,
  rows: NewMessage[],
): Promise<{ businessId: number; id: string }[]> {
  if (rows.length === 0) return [];
  return tx.run(insertStatement, [
    rows.map((r) => r.businessId),
    rows.map((r) => r.id),
    rows.map((r) => r.sessionId),
    rows.map((r) => r.contactId),
    rows.map((r) => r.channelId),
    rows.map((r) => r.direction),
    rows.map((r) => r.status),
    rows.map((r) => r.dueAt ?? null),
    rows.map((r) => r.mask),
    rows.map((r) => r.timestamp),
    rows.map((r) => r.appId ?? null),
    rows.map((r) => r.senderType ?? null),
    rows.map((r) => r.senderCode ?? null),
    rows.map((r) => r.providerId ?? null),
    rows.map((r) => r.replyId ?? null),
    rows.map((r) => r.replyIdExt ?? null),
    rows.map((r) => JSON.stringify(r.content)),
    rows.map((r) => r.no ?? null),
    rows.map((r) => r.readToken ?? null),
  ]);
}

const byProviderStatement = statement(
  'messages.byProviderId',
  `select m.business_id as "businessId", ${columns}
   from unnest($1::int[], $2::text[], $3::text[], $4::text[]) v (business_id, channel_id, provider_id, direction)
   join message m on m.business_id = v.business_id and m.channel_id = v.channel_id
     and m.provider_id = v.provider_id and m.direction = coalesce(v.direction, m.direction)`,
);

/** The messages that carry these provider ids; of one direction, where the key names it. */
export async function byProviderId(
  tx: Queryable,
  keys: { businessId: number; channelId: string; providerId: string; direction?: 'I' | 'O' }[],
): Promise<(Message & { businessId: number })[]> {
  if (keys.length === 0) return [];
  const rows = await tx.run<Row & { businessId: number }>(byProviderStatement, [
    keys.map((k) => k.businessId),
    keys.map((k) => k.channelId),
    keys.map((k) => k.providerId),
    keys.map((k) => k.direction ?? null),
  ]);
  // The column of the business is kept, too: no copy that adds it again.
  return rows.map((row) => messageOf(row) as Message & { businessId: number });
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
