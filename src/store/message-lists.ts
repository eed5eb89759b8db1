import type { Message } from '../model/message.ts';
import { type Queryable, statement } from './database.ts';
import { type MessageRow, messageColumns, messageOf } from './messages.ts';

const newestStatement = statement(
  'messages.newest',
  `select ${messageColumns} from message m where business_id = $1 and id < $2 and direction in ('I', 'O')
   order by id desc limit $3`,
);

/** What was written, in either direction, newest first, before an id. */
export async function newest(
  db: Queryable,
  businessId: number,
  page: { before?: string | undefined; limit: number },
): Promise<Message[]> {
  const rows = await db.run<MessageRow>(newestStatement, [businessId, page.before ?? 'g', page.limit]);
  return rows.map(messageOf);
}

const ofContactsStatement = statement(
  'messages.ofContacts',
  // The last sessions of each, and of each session the last messages.
  `select ${messageColumns} from unnest($2::text[]) c (id)
   cross join lateral (
     select s.id from session s where s.business_id = $1 and s.contact_id = c.id order by s.id desc limit 10) s
   cross join lateral (
     select w.* from message w where w.business_id = $1 and w.session_id = s.id and w.direction in ('I', 'O')
     order by w.id desc limit $3) m
   order by m.id desc limit $3`,
);

/** What was written with these contacts last, newest first. */
export async function ofContacts(
  db: Queryable,
  businessId: number,
  contactIds: string[],
  limit: number,
): Promise<Message[]> {
  if (contactIds.length === 0) return [];
  return (await db.run<MessageRow>(ofContactsStatement, [businessId, contactIds, limit])).map(messageOf);
}
