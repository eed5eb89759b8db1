import { type Queryable, statement } from './database.ts';

const removeStatement = statement(
  'messages.remove',
  `with held as materialized (
     select business_id, id, coalesce(due_at is not null and lease_until > now(), false) as busy
     from message where business_id = $1 and id = any($2::text[]) order by id for update
   ), gone as (
     delete from message m using held h where m.business_id = h.business_id and m.id = h.id and not h.busy
     returning m.id, m.no, m.direction, m.contact_id, m.session_id, m.app_id, m.due_at is not null as waited,
       m.content->'media'->>'id' as media_id
   ), files as (
     -- Those that came with it, and a picture that was fetched for it; what the business sent is a file of its own.
     delete from media f
     where f.business_id = $1
       and f.id = any(array(select case g.direction when 'I' then g.media_id else g.id end from gone g))
     returning f.id
   ), retries as (
     -- One that failed may be sent anew again.
     delete from message_retry r where r.business_id = $1 and r.retry_id = any(array(select g.id from gone g))
   )
   select h.id, h.busy, g.no, g.contact_id as "contactId", g.session_id as "sessionId", g.app_id as "appId",
     coalesce(g.waited, false) as waited, f.id as "fileId"
   from held h left join gone g on g.id = h.id left join files f on f.id = case g.direction when 'I' then g.media_id else g.id end
   order by h.id`,
);

/** A message that was asked to be taken away. */
export type Removal =
  | { id: string; busy: true }
  | {
      id: string;
      busy: false;
      no: number;
      contactId: string;
      sessionId: string;
      appId: string | null;
      /** It was still to be sent. */
      waited: boolean;
      /** The file that came with it, or was fetched for it: the bytes are the caller's to take away. */
      fileId: string | null;
    };

/**
 * Takes messages away, each with the file that came with it. Those that somebody is sending at this moment
 * stay, and are answered as `busy`; those that are not there are not answered.
 */
export async function remove(tx: Queryable, businessId: number, ids: string[]): Promise<Removal[]> {
  return tx.run(removeStatement, [businessId, ids]);
}
