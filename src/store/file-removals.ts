import { type Queryable, statement } from './database.ts';

const addStatement = statement(
  'fileRemovals.add',
  `insert into file_removal (business_id, media_id) select $1, id from unnest($2::text[]) id on conflict do nothing`,
);

/** Notes that the bytes of files are to be taken away: nothing names them any more. */
export async function add(tx: Queryable, businessId: number, mediaIds: string[]): Promise<void> {
  if (mediaIds.length > 0) await tx.run(addStatement, [businessId, mediaIds]);
}

const claimStatement = statement(
  'fileRemovals.claim',
  `update file_removal set due_at = now() + interval '1 minute'
   where ctid = any(array(
     select ctid from file_removal where due_at <= now() order by due_at limit $1 for update skip locked))
   returning business_id as "businessId", media_id as "mediaId"`,
);

/** Takes files whose bytes are to be taken away; they come again in a minute unless `done`. */
export async function claim(
  db: Queryable,
  limit: number,
): Promise<{ businessId: number; mediaId: string }[]> {
  return db.run(claimStatement, [limit]);
}

const doneStatement = statement(
  'fileRemovals.done',
  `delete from file_removal where business_id = $1 and media_id = any($2::text[])`,
);

/** Their bytes are gone. */
export async function done(db: Queryable, businessId: number, mediaIds: string[]): Promise<void> {
  await db.run(doneStatement, [businessId, mediaIds]);
}
