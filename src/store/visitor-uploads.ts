import { type Queryable, statement } from './database.ts';

/** A file that a visitor uploaded. */
export interface VisitorUpload {
  businessId: number;
  mediaId: string;
  contactId: string;
}

const addStatement = statement(
  'visitorUploads.add',
  'insert into visitor_upload (business_id, media_id, contact_id) values ($1, $2, $3)',
);

/** Notes whose an upload is. */
export async function add(tx: Queryable, { businessId, mediaId, contactId }: VisitorUpload): Promise<void> {
  await tx.run(addStatement, [businessId, mediaId, contactId]);
}

const isOfStatement = statement(
  'visitorUploads.isOf',
  'select 1 from visitor_upload where business_id = $1 and media_id = $2 and contact_id = $3',
);

/** Whether this visitor uploaded this file, not long ago. */
export async function isOf(
  db: Queryable,
  { businessId, mediaId, contactId }: VisitorUpload,
): Promise<boolean> {
  return (await db.run(isOfStatement, [businessId, mediaId, contactId])).length > 0;
}

const forgetStatement = statement(
  'visitorUploads.forgetOld',
  `with old as (
     select business_id, media_id from visitor_upload where created_at < now() - interval '1 day' limit 500
   ), gone as (
     delete from visitor_upload u using old o where u.business_id = o.business_id and u.media_id = o.media_id
   ), unnamed as (
     delete from media m using old o where m.business_id = o.business_id and m.id = o.media_id and m.message_id is null
     returning m.business_id, m.id
   )
   insert into file_removal (business_id, media_id) select business_id, id from unnamed on conflict do nothing`,
);

/** Forgets uploads of yesterday; the files that no message names are noted as to be taken away. */
export async function forgetOld(db: Queryable): Promise<void> {
  await db.run(forgetStatement, []);
}
