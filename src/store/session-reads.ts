import { type Queryable, statement } from './database.ts';

const advanceStatement = statement(
  'sessionReads.advance',
  `insert into session_read as r (business_id, session_id, message_id, agent_code)
   select m.business_id, m.session_id, m.id, $4 from message m
   where m.business_id = $1 and m.id = $3 and m.session_id = $2
   on conflict (business_id, session_id) do update set
     message_id = excluded.message_id, agent_code = excluded.agent_code, at = now()
   where r.message_id < excluded.message_id
   returning 1`,
);

/**
 * Notes how far somebody has read in a session. False: somebody had read further, or there is no such message
 * in it.
 */
export async function advance(
  db: Queryable,
  read: { businessId: number; sessionId: string; messageId: string; agent?: string | undefined },
): Promise<boolean> {
  const values = [read.businessId, read.sessionId, read.messageId, read.agent ?? null];
  return (await db.run(advanceStatement, values)).length > 0;
}

const ofStatement = statement(
  'sessionReads.of',
  'select message_id as id from session_read where business_id = $1 and session_id = $2',
);

/** The last message of a session that somebody of the business has read. */
export async function of(db: Queryable, businessId: number, sessionId: string): Promise<string | undefined> {
  return (await db.run<{ id: string }>(ofStatement, [businessId, sessionId]))[0]?.id;
}
