import { type Queryable, statement } from './database.ts';

/** One file of ours on one channel; what was made of a picture is one of its own (`besideName`). */
export interface UploadKey {
  businessId: number;
  channelId: string;
  mediaId: string;
}

const findStatement = statement(
  'mediaUploads.find',
  `select provider_id as "providerId" from media_upload
   where business_id = $1 and channel_id = $2 and media_id = $3 and expires_at > now()`,
);

/** As what the channel's provider knows the file, while it keeps it. */
export async function find(db: Queryable, key: UploadKey): Promise<string | undefined> {
  const keys = [key.businessId, key.channelId, key.mediaId];
  const [row] = await db.run<{ providerId: string }>(findStatement, keys);
  return row?.providerId;
}

const rememberStatement = statement(
  'mediaUploads.remember',
  `insert into media_upload (business_id, channel_id, media_id, provider_id, expires_at)
   values ($1, $2, $3, $4, now() + $5::float * interval '1 ms')
   on conflict (business_id, channel_id, media_id) do update
     set provider_id = excluded.provider_id, expires_at = excluded.expires_at`,
);

/** Remembers for `lifeMs` as what the channel's provider knows the file. */
export async function remember(
  db: Queryable,
  key: UploadKey,
  upload: { providerId: string; lifeMs: number },
): Promise<void> {
  await db.run(rememberStatement, [
    key.businessId,
    key.channelId,
    key.mediaId,
    upload.providerId,
    upload.lifeMs,
  ]);
}

const forgetStatement = statement(
  'mediaUploads.forget',
  `delete from media_upload
   where business_id = $1 and channel_id = $2 and media_id = $3 and provider_id = $4`,
);

/** Forgets an upload that the provider would not use; one that was made since then stays. */
export async function forget(db: Queryable, key: UploadKey, providerId: string): Promise<void> {
  await db.run(forgetStatement, [key.businessId, key.channelId, key.mediaId, providerId]);
}

const forgetFilesStatement = statement(
  'mediaUploads.forgetFiles',
  `delete from media_upload u using unnest($1::int[], $2::text[], $3::text[]) v (business_id, channel_id, media_id)
   where u.business_id = v.business_id and u.channel_id = v.channel_id and u.media_id = v.media_id`,
);

/** Forgets the uploads of these files, whatever they were called. */
export async function forgetFiles(tx: Queryable, keys: UploadKey[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.run(forgetFilesStatement, [
    keys.map((k) => k.businessId),
    keys.map((k) => k.channelId),
    keys.map((k) => k.mediaId),
  ]);
}

const forgetChannelStatement = statement(
  'mediaUploads.forgetChannel',
  'delete from media_upload where business_id = $1 and channel_id = $2',
);

/** Forgets every upload of a channel: with other settings it may be another account. */
export async function forgetChannel(tx: Queryable, businessId: number, channelId: string): Promise<void> {
  await tx.run(forgetChannelStatement, [businessId, channelId]);
}

const forgetExpiredStatement = statement(
  'mediaUploads.forgetExpired',
  'delete from media_upload where expires_at < now()',
);

/** Drops what the providers no longer keep. */
export async function forgetExpired(db: Queryable): Promise<void> {
  await db.run(forgetExpiredStatement, []);
}
