import { type Queryable, statement } from './database.ts';

/** A message that failed, and the one by which it was sent anew. */
export interface Retry {
  messageId: string;
  retryId: string;
  /** The session of the latter: another one, where the first was over. */
  retrySessionId: string;
}

const noteStatement = statement(
  'messageRetries.note',
  `insert into message_retry (business_id, message_id, retry_id, retry_session_id)
   select * from unnest($1::int[], $2::text[], $3::text[], $4::text[]) v (business_id, message_id, retry_id, session_id)
   order by business_id, message_id on conflict do nothing returning message_id`,
);

/** Notes by what failed messages are sent anew; answers how many of them were not so before. */
export async function note(tx: Queryable, rows: (Retry & { businessId: number })[]): Promise<number> {
  const noted = await tx.run(noteStatement, [
    rows.map(({ businessId }) => businessId),
    rows.map(({ messageId }) => messageId),
    rows.map(({ retryId }) => retryId),
    rows.map(({ retrySessionId }) => retrySessionId),
  ]);
  return noted.length;
}

const columns = 'message_id as "messageId", retry_id as "retryId", retry_session_id as "retrySessionId"';
const ofStatement = statement(
  'messageRetries.of',
  `select ${columns} from message_retry where business_id = $1 and message_id = any($2::text[])
   union select ${columns} from message_retry where business_id = $1 and retry_id = any($2::text[])`,
);

/** What is known of these messages: by what they were sent anew, and what they send anew. */
export async function of(db: Queryable, businessId: number, ids: string[]): Promise<Retry[]> {
  if (ids.length === 0) return [];
  return db.run<Retry & Record<string, unknown>>(ofStatement, [businessId, ids]);
}
