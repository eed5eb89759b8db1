import { type Queryable, statement } from './database.ts';
import type { MadeVersion, MediaFile } from './media.ts';

// What was found out about files when somebody first wanted to know.

const lookedStatement = statement(
  'media.looked',
  'update media set thumbnail = $3 where business_id = $1 and id = $2 returning id',
);

/** Whether it has a thumbnail is known now. False: the file was taken away meanwhile. */
export async function looked(
  db: Queryable,
  { businessId, id }: Pick<MediaFile, 'businessId' | 'id'>,
  thumbnail: boolean,
): Promise<boolean> {
  return (await db.run(lookedStatement, [businessId, id, thumbnail])).length > 0;
}

const measuredStatement = statement(
  'media.measured',
  'update media set duration_ms = $3 where business_id = $1 and id = $2',
);

/** How long a sound lasts is known now, ms; 0: nobody can read it. */
export async function measured(
  db: Queryable,
  { businessId, id }: Pick<MediaFile, 'businessId' | 'id'>,
  durationMs: number,
): Promise<void> {
  await db.run(measuredStatement, [businessId, id, durationMs]);
}

const madeStatement = statement(
  'media.made',
  `update media set versions = versions || jsonb_build_object($3::text, $4::jsonb)
   where business_id = $1 and id = $2 returning id`,
);

/** Notes what was made of a picture, or that nothing can be. False: the file was taken away meanwhile. */
export async function made(
  db: Queryable,
  { businessId, id }: Pick<MediaFile, 'businessId' | 'id'>,
  version: string,
  what: MadeVersion | false,
): Promise<boolean> {
  return (await db.run(madeStatement, [businessId, id, version, JSON.stringify(what)])).length > 0;
}
