import { type Queryable, statement } from './database.ts';

const readStatement = statement(
  'inboxMarks.read',
  `with now as (
     select i.received, (select count(*)::int from message m
       where $4::text is not null and m.business_id = $1 and m.session_id = $3 and m.id > $4 and m.direction = 'I') as later
     from inbox_session i where i.business_id = $1 and i.session_id = $3
   )
   insert into inbox_read as r (business_id, agent_code, session_id, received, mentioned)
   select $1, $2, $3, greatest(0, now.received - now.later), false from now
   on conflict (business_id, agent_code, session_id) do update set
     received = greatest(r.received, excluded.received), mentioned = false
   returning greatest(0, (select received from now) - r.received) as unread`,
);

/** Everything is read, or everything up to a message; answers how many messages are not. */
export async function read(
  tx: Queryable,
  businessId: number,
  agent: string,
  sessionId: string,
  upTo?: string,
): Promise<number> {
  const [row] = await tx.run<{ unread: number }>(readStatement, [businessId, agent, sessionId, upTo ?? null]);
  return row?.unread ?? 0;
}

const unreadStatement = statement(
  'inboxMarks.unread',
  `insert into inbox_read as r (business_id, agent_code, session_id, received)
   select $1, $2, $3, greatest(0, i.received - 1) from inbox_session i where i.business_id = $1 and i.session_id = $3
   on conflict (business_id, agent_code, session_id) do update set received = least(r.received, excluded.received)
   returning (select greatest(0, i.received - r.received) from inbox_session i
     where i.business_id = $1 and i.session_id = $3) as unread`,
);

/** The last message of the person counts as not read; answers how many do. */
export async function unread(
  tx: Queryable,
  businessId: number,
  agent: string,
  sessionId: string,
): Promise<number> {
  const [row] = await tx.run<{ unread: number }>(unreadStatement, [businessId, agent, sessionId]);
  return row?.unread ?? 0;
}

const mentionStatement = statement(
  'inboxMarks.mention',
  `with kept as (
     insert into note_mention (business_id, message_id, agents) values ($1, $4, $3::text[])
   )
   insert into inbox_read as r (business_id, agent_code, session_id, mentioned)
   select $1, code, $2, true from unnest($3::text[]) v (code) order by code
   on conflict (business_id, agent_code, session_id) do update set mentioned = true`,
);

/** Notes whom a note mentions: theirs is the session until they have read it. */
export async function mention(
  tx: Queryable,
  businessId: number,
  sessionId: string,
  messageId: string,
  agents: string[],
): Promise<void> {
  if (agents.length > 0) await tx.run(mentionStatement, [businessId, sessionId, agents, messageId]);
}

const mentionsStatement = statement(
  'inboxMarks.mentions',
  `select message_id as id, agents from note_mention where business_id = $1 and message_id = any($2::text[])`,
);

/** Whom these notes mention. */
export async function mentions(
  db: Queryable,
  businessId: number,
  ids: string[],
): Promise<Map<string, string[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db.run<{ id: string; agents: string[] }>(mentionsStatement, [businessId, ids]);
  return new Map(rows.map(({ id, agents }) => [id, agents]));
}

const snoozeStatement = statement(
  'inboxMarks.snooze',
  `update inbox_session set state = case when $3::timestamptz is null then 'open' else 'snoozed' end, snoozed_until = coalesce($3, now()),
     active_at = case when $3::timestamptz is null and state = 'snoozed' then now() else active_at end
   where business_id = $1 and session_id = $2 and state in ('open', 'snoozed') returning session_id`,
);

/** Lets a session rest until then, or wakes it, and keeps when: from then on it lives for as long as after a message; answers whether it is one that can. */
export async function snooze(
  tx: Queryable,
  businessId: number,
  sessionId: string,
  until: number | undefined,
): Promise<boolean> {
  const at = until === undefined ? null : new Date(until).toISOString();
  return (await tx.run(snoozeStatement, [businessId, sessionId, at])).length > 0;
}

const dueStatement = statement(
  'inboxMarks.due',
  `select business_id as "businessId", session_id as id from inbox_session
   where state = 'snoozed' and snoozed_until <= now() order by snoozed_until limit $1`,
);

/** Sessions whose rest is over. */
export async function due(db: Queryable, limit: number): Promise<{ businessId: number; id: string }[]> {
  return db.run(dueStatement, [limit]);
}

const isDueStatement = statement(
  'inboxMarks.isDue',
  `select 1 from inbox_session where business_id = $1 and session_id = $2 and state = 'snoozed' and snoozed_until <= now()`,
);

/** Whether the rest of a session is over still. */
export async function isDue(tx: Queryable, businessId: number, sessionId: string): Promise<boolean> {
  return (await tx.run(isDueStatement, [businessId, sessionId])).length > 0;
}
