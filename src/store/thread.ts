import type { Message } from '../model/message.ts';
import { type Queryable, statement } from './database.ts';
import { type MessageRow, messageColumns, messageOf } from './messages.ts';

/** A message of a thread, with what only people who look at it want to know. */
export interface ThreadRow extends Message {
  attempt: number;
  /** When it is due, epoch ms; absent: nothing is to be done with it. */
  dueAt?: number;
}

const columns = `${messageColumns}, m.attempt - m.given_back as attempt, case when m.due_at = 'infinity' then now() else m.due_at end as "dueAt"`;

const beforeStatement = statement(
  'thread.before',
  `select ${columns} from message m where business_id = $1 and session_id = $2 and id < $3 order by id desc limit $4`,
);
const afterStatement = statement(
  'thread.after',
  `select ${columns} from message m where business_id = $1 and session_id = $2 and id > $3 order by id limit $4`,
);

const threadOf = (row: MessageRow) => messageOf(row) as ThreadRow;

/** Messages of a session before one of them, newest first. */
export async function before(
  db: Queryable,
  businessId: number,
  sessionId: string,
  id: string,
  limit: number,
): Promise<ThreadRow[]> {
  return (await db.run<MessageRow>(beforeStatement, [businessId, sessionId, id, limit])).map(threadOf);
}

/** Messages of a session after one of them, oldest first. */
export async function after(
  db: Queryable,
  businessId: number,
  sessionId: string,
  id: string,
  limit: number,
): Promise<ThreadRow[]> {
  return (await db.run<MessageRow>(afterStatement, [businessId, sessionId, id, limit])).map(threadOf);
}

const newestStatement = statement(
  'thread.newestReceived',
  `select id from message where business_id = $1 and session_id = $2 and direction = 'I' order by id desc limit 1`,
);

/** Id of the last message that the person wrote in a session. */
export async function newestReceived(
  db: Queryable,
  businessId: number,
  sessionId: string,
): Promise<string | undefined> {
  const [row] = await db.run<{ id: string }>(newestStatement, [businessId, sessionId]);
  return row?.id;
}
