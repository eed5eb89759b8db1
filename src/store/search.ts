import type { Contact } from '../model/contact.ts';
import type { MessageSnapshot } from '../model/event.ts';
import type { Content } from '../model/message.ts';
import { type Queryable, statement } from './database.ts';

/** The words of something, to be found by. */
export interface Worded {
  id: string;
  words: string[];
}

const putMessagesStatement = statement(
  'search.putMessages',
  `insert into message_search (business_id, message_id, session_id, contact_id, words)
   select $1, v.id, v.session_id, v.contact_id, array_to_tsvector(array(select jsonb_array_elements_text(v.words)))
   from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) v (id, session_id, contact_id, words)
   on conflict (business_id, message_id) do nothing`,
);

/** Writes the words of messages; what was written before stays. */
export async function putMessages(
  tx: Queryable,
  businessId: number,
  rows: (Worded & { sessionId: string; contactId: string })[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(putMessagesStatement, [
    businessId,
    rows.map(({ id }) => id),
    rows.map(({ sessionId }) => sessionId),
    rows.map(({ contactId }) => contactId),
    rows.map(({ words }) => JSON.stringify(words)),
  ]);
}

const putContactsStatement = statement(
  'search.putContacts',
  `insert into contact_search (business_id, contact_id, words)
   select $1, v.id, array_to_tsvector(array(select jsonb_array_elements_text(v.words)))
   from unnest($2::text[], $3::jsonb[]) v (id, words)
   on conflict (business_id, contact_id) do update set words = excluded.words where contact_search.words <> excluded.words`,
);

/** Writes the words of contacts, each once. */
export async function putContacts(tx: Queryable, businessId: number, rows: Worded[]): Promise<void> {
  if (rows.length === 0) return;
  const values = [businessId, rows.map(({ id }) => id), rows.map(({ words }) => JSON.stringify(words))];
  await tx.run(putContactsStatement, values);
}

const dropStatement = statement(
  'search.drop',
  'delete from message_search where business_id = $1 and message_id = any($2::text[])',
);

/** Takes messages out of the search. */
export async function drop(tx: Queryable, businessId: number, ids: string[]): Promise<void> {
  if (ids.length > 0) await tx.run(dropStatement, [businessId, ids]);
}

const behindStatement = statement(
  'search.behind',
  `select c.business_id as "businessId" from event_counter c
   left join search_progress p on p.business_id = c.business_id
   where p.business_id is null or p.seq < c.seq or p.message_id is not null or p.contact_id is not null
   order by random() limit 100`,
);

/** Businesses whose words are not all written, in no order: one that fails must not come before others each time. */
export async function behind(db: Queryable): Promise<number[]> {
  const rows = await db.run<{ businessId: number }>(behindStatement, []);
  return rows.map(({ businessId }) => businessId);
}

/** How far the words of a business are written. */
export interface Progress {
  seq: number;
  messageId: string | null;
  contactId: string | null;
}

const beginStatement = statement(
  'search.begin',
  `insert into search_progress (business_id, seq, message_id, contact_id)
   select business_id, seq, 'g', '' from event_counter where business_id = $1 on conflict do nothing`,
);
const holdStatement = statement(
  'search.hold',
  `select seq, message_id as "messageId", contact_id as "contactId" from search_progress where business_id = $1
   for update skip locked`,
);

/** The progress of a business, held until the transaction ends; undefined while another process is at it. */
export async function hold(tx: Queryable, businessId: number): Promise<Progress | undefined> {
  await tx.run(beginStatement, [businessId]);
  const [row] = await tx.run<Progress & Record<string, unknown>>(holdStatement, [businessId]);
  return row;
}

const moveStatement = statement(
  'search.move',
  'update search_progress set seq = $2, message_id = $3, contact_id = $4 where business_id = $1',
);

/** Notes how far it has come. */
export async function move(
  tx: Queryable,
  businessId: number,
  { seq, messageId, contactId }: Progress,
): Promise<void> {
  await tx.run(moveStatement, [businessId, seq, messageId, contactId]);
}

const newsStatement = statement(
  'search.news',
  // Most of what is in the log is told of no words: it is left where it lies.
  `with till as materialized (
     select max(n.seq) as seq from (
       select seq from event where business_id = $1 and seq > $2 order by seq limit $3) n
   )
   select t.seq as "upTo",
     case when e.type in ('message.accepted', 'message.received', 'note.added') then e.data->'message' end as said,
     case when e.type = 'message.deleted' then e.data->'messageId' end as gone,
     case when e.type like 'contact.%' or e.type = 'message.received' then e.data->'contact'->>'id' end as person
   from till t left join event e on e.business_id = $1 and e.seq > $2 and e.seq <= t.seq
     and (e.type in ('message.accepted', 'message.received', 'note.added', 'message.deleted') or e.type like 'contact.%')
   order by e.seq`,
);

/** What happened to words: said, gone, or of a person. */
export interface WordNews {
  /** Number of the last event that was looked at; undefined when there is none. */
  upTo: number | undefined;
  said: SaidMessage[];
  /** Ids of messages that were deleted. */
  gone: string[];
  /** Ids of contacts, each once. */
  people: string[];
}

/** A message as events tell it. */
type SaidMessage = Pick<MessageSnapshot, 'id' | 'sessionId' | 'contactId' | 'content' | 'timestamp'>;

/** What the next events of a business after a number tell of words, in their order: of at most `limit` events. */
export async function news(
  db: Queryable,
  businessId: number,
  after: number,
  limit: number,
): Promise<WordNews> {
  const rows = await db.run<{
    upTo: number | null;
    said: SaidMessage | null;
    gone: string | null;
    person: string | null;
  }>(newsStatement, [businessId, after, limit]);
  return {
    upTo: rows[0]?.upTo ?? undefined,
    said: rows.flatMap(({ said }) => said ?? []),
    gone: rows.flatMap(({ gone }) => gone ?? []),
    people: [...new Set(rows.flatMap(({ person }) => person ?? []))],
  };
}

const olderStatement = statement(
  'search.older',
  `select id, session_id as "sessionId", contact_id as "contactId", content, at, mask, direction from message
   where business_id = $1 and id < $2 order by id desc limit $3`,
);

/** A message that was there before anything was searched. */
export interface OlderMessage {
  id: string;
  sessionId: string;
  contactId: string;
  content: Content;
  at: number;
  mask: boolean;
  direction: string;
}

/** The messages before an id, newest first. */
export async function older(
  db: Queryable,
  businessId: number,
  id: string,
  limit: number,
): Promise<OlderMessage[]> {
  return db.run<OlderMessage & Record<string, unknown>>(olderStatement, [businessId, id, limit]);
}

const openStatement = statement('search.open', `select set_config('enable_bitmapscan', 'on', true)`);

/** Lets the statements of a transaction use indexes of words, which answer with bitmaps. Reads nothing. */
export async function useWords(tx: Queryable): Promise<void> {
  await tx.run(openStatement, []);
}

const messagesStatement = statement(
  'search.messages',
  // The business stands among the words as well. By its column the key would be read from its end on, word for word.
  `with hits as materialized (
     select f.message_id, f.session_id, f.contact_id from message_search f
     where f.words @@ $7::tsquery and f.business_id + 0 = $1
   ), found as materialized (
     select * from hits f where f.message_id < $8 order by f.message_id desc limit $9
   )
   select f.message_id as id, f.session_id as "sessionId", f.contact_id as "contactId", m.direction, m.content, m.at,
     m.channel_id as "channelId", m.mask,
     jsonb_build_object('csid', c.csid, 'profile', c.profile, 'businessProfile', c.business_profile) as contact
   from found f
   join message m on m.business_id = $1 and m.id = f.message_id
   join session s on s.business_id = $1 and s.id = f.session_id
   left join inbox_session i on i.business_id = $1 and i.session_id = f.session_id
   join contact c on c.business_id = $1 and c.id = f.contact_id
   where ($3::boolean or s.agent_code = $2 or i.resolved_by = $2 or s.team_code = any($4::text[]) or s.queue_code = any($5::text[])
     or (s.agent_code is null and s.team_code is null and s.queue_code = any($6::text[])))
   order by f.message_id desc`,
);

/** A message that was found. */
export interface FoundMessage {
  id: string;
  sessionId: string;
  contactId: string;
  channelId: string;
  direction: 'I' | 'O' | 'N' | 'L';
  content: Content;
  at: number;
  mask: boolean;
  contact: Pick<Contact, 'csid' | 'profile' | 'businessProfile'>;
}

/** Messages with these words that somebody sees, newest first, before an id. `query` is a tsquery. */
export async function messages(
  tx: Queryable,
  businessId: number,
  view: {
    agent: string;
    all: boolean;
    teams: readonly string[];
    queues: readonly string[];
    waiting: readonly string[];
  },
  query: string,
  before: string,
  limit: number,
): Promise<FoundMessage[]> {
  const { agent, all, teams, queues, waiting } = view;
  const values = [businessId, agent, all, teams, queues, waiting, query, before, limit];
  return tx.run<FoundMessage & Record<string, unknown>>(messagesStatement, values);
}

const contactsStatement = statement(
  'search.contacts',
  `with hits as materialized (
     select contact_id as id from contact_search where words @@ $2::tsquery and business_id + 0 = $1
   )
   select id from hits where id > $3 order by id limit $4`,
);

/** Ids of contacts with these words, in their order, after an id. */
export async function contacts(
  tx: Queryable,
  businessId: number,
  query: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await tx.run<{ id: string }>(contactsStatement, [businessId, query, after, limit]);
  return rows.map(({ id }) => id);
}
