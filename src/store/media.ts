import type { Media } from '../model/message.ts';
import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

/** A file: one that came with a message (its row is the job of fetching it), or one of the business. */
export interface MediaFile {
  businessId: number;
  id: string;
  /** Where it came in, and how the provider names it. */
  channelId?: string;
  providerRef?: Media;
  mime?: string;
  filename?: string;
  sizeBytes?: number;
  sha256?: string;
  /** Epoch ms since when we have its bytes. */
  storedAt?: number;
  /** While it is still to be fetched. */
  dueAt?: number;
  attempt: number;
  /** Epoch ms. */
  createdAt: number;
  /** Why the last try to fetch it came to nothing. */
  failure?: string;
  /** Whether a small picture of it lies beside it; absent: nobody has looked yet. */
  thumbnail?: boolean;
  /** How long a sound lasts, ms; 0: nobody can read it. Absent: nobody has looked. */
  durationMs?: number;
  /** What was made of it for channels that do not take it as it is; false: nothing can be. */
  versions?: Readonly<Record<string, MadeVersion | false>>;
}

/** What lies beside a picture in its place. */
export interface MadeVersion {
  mime: string;
  sizeBytes: number;
}

/** A file that this process is to fetch. */
export type ClaimedFile = MediaFile & Required<Pick<MediaFile, 'channelId' | 'providerRef'>>;

const keepStatement = statement(
  'media.keep',
  `insert into media (business_id, id, channel_id, message_id, provider_ref, mime, filename, size_bytes, sha256,
     due_at, stored_at)
   select v.*, case when v.sha256 is null then now() end, case when v.sha256 is not null then now() end
   from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::text[], $8::bigint[],
     $9::text[]) v (business_id, id, channel_id, message_id, provider_ref, mime, filename, size_bytes, sha256)`,
);

/** A file that came with a message; `kept` tells what its bytes are, where we have them already. */
export interface MessageFile {
  businessId: number;
  id: string;
  channelId: string;
  messageId: string;
  providerRef: Media;
  kept?: Kept | undefined;
}

/** Notes files in the transaction that stores their messages: to be fetched, unless they are kept. */
export async function keep(tx: Queryable, files: MessageFile[]): Promise<void> {
  if (files.length === 0) return;
  await tx.run(keepStatement, [
    files.map((f) => f.businessId),
    files.map((f) => f.id),
    files.map((f) => f.channelId),
    files.map((f) => f.messageId),
    files.map((f) => JSON.stringify(f.providerRef)),
    files.map((f) => f.kept?.mime ?? f.providerRef.mime ?? null),
    files.map((f) => f.providerRef.filename ?? null),
    files.map((f) => f.kept?.sizeBytes ?? null),
    files.map((f) => f.kept?.sha256 ?? null),
  ]);
}

const columns = `m.business_id as "businessId", m.id, m.channel_id as "channelId", m.provider_ref as "providerRef",
  m.mime, m.filename, m.size_bytes as "sizeBytes", m.sha256, m.stored_at as "storedAt", m.due_at as "dueAt",
  m.attempt, m.created_at as "createdAt", m.failure, m.thumbnail, m.duration_ms as "durationMs", m.versions`;

const claimStatement = statement(
  'media.claim',
  `update media m set due_at = now() + $2 * interval '1 ms', attempt = m.attempt + 1
   where m.ctid = any(array(
     select f.ctid from media f
     where f.due_at <= now() and not exists (
       select 1 from unnest($3::int[], $4::text[]) b (business_id, channel_id)
       where b.business_id = f.business_id and b.channel_id = f.channel_id)
     order by f.due_at limit $1 for update of f skip locked))
   returning ${columns}`,
);

/** Takes files that are to be fetched, with a lease; none of the channels that are `busy`. */
export async function claim(
  db: Queryable,
  how: { limit: number; leaseMs: number; busy: { businessId: number; channelId: string }[] },
): Promise<ClaimedFile[]> {
  const rows = await db.run<Record<string, unknown>>(claimStatement, [
    how.limit,
    how.leaseMs,
    how.busy.map((b) => b.businessId),
    how.busy.map((b) => b.channelId),
  ]);
  return rows.map(fileOf) as ClaimedFile[];
}

function fileOf(row: Record<string, unknown>): MediaFile {
  return withoutNulls<MediaFile>(row);
}

const renewStatement = statement(
  'media.renew',
  `update media m set due_at = now() + $4 * interval '1 ms'
   from unnest($1::int[], $2::text[], $3::int[]) v (business_id, id, attempt)
   where m.business_id = v.business_id and m.id = v.id and m.attempt = v.attempt and m.due_at is not null`,
);

/** Prolongs the leases of files that are still being fetched. */
export async function renew(db: Queryable, held: ClaimedFile[], leaseMs: number): Promise<void> {
  if (held.length === 0) return;
  await db.run(renewStatement, [
    held.map((f) => f.businessId),
    held.map((f) => f.id),
    held.map((f) => f.attempt),
    leaseMs,
  ]);
}

/** What the bytes of a file are. */
export interface Kept {
  mime: string;
  sizeBytes: number;
  /** Hex. */
  sha256: string;
}

const storedStatement = statement(
  'media.stored',
  `update media set stored_at = now(), due_at = null, mime = $4, size_bytes = $5, sha256 = $6, failure = null
   where business_id = $1 and id = $2 and attempt >= $3 returning id`,
);

/** The bytes are kept. False: the file was taken away meanwhile, with its message. */
export async function stored(db: Queryable, file: MediaFile, kept: Kept): Promise<boolean> {
  const rows = await db.run(storedStatement, [
    file.businessId,
    file.id,
    file.attempt,
    kept.mime,
    kept.sizeBytes,
    kept.sha256,
  ]);
  return rows.length > 0;
}

const fetchedForStatement = statement(
  'media.fetchedFor',
  `with wanted_again as (delete from file_removal where business_id = $1 and media_id = $2)
   insert into media (business_id, id, channel_id, message_id, provider_ref, mime, filename, size_bytes, sha256, stored_at)
   select m.business_id, m.id, $3, m.id, $4, $5, $6, $7, $8, now() from message m where m.business_id = $1 and m.id = $2
   on conflict (business_id, id) do update
     set mime = $5, size_bytes = $7, sha256 = $8, thumbnail = null, versions = '{}', duration_ms = null returning id`,
);

/**
 * Notes a file that was fetched for a message on its way out: its id is that of the message, and it goes with it. That an
 * earlier attempt had its bytes taken away is void. False: the message was taken away meanwhile.
 */
export async function fetchedFor(
  db: Queryable,
  file: Required<Pick<MessageFile, 'businessId' | 'id' | 'channelId' | 'providerRef'>> & {
    kept: Kept;
    filename?: string;
  },
): Promise<boolean> {
  const { mime, sizeBytes, sha256 } = file.kept;
  const rows = await db.run(fetchedForStatement, [
    file.businessId,
    file.id,
    file.channelId,
    JSON.stringify(file.providerRef),
    mime,
    file.filename ?? null,
    sizeBytes,
    sha256,
  ]);
  return rows.length > 0;
}

const addStatement = statement(
  'media.add',
  `insert into media (business_id, id, mime, size_bytes, sha256, filename, stored_at) values ($1, $2, $3, $4, $5, $6, now())`,
);

/** Notes a file of the business whose bytes are kept. */
export async function add(
  db: Queryable,
  file: Kept & { businessId: number; id: string; filename?: string },
): Promise<void> {
  const { businessId, id, mime, sizeBytes, sha256, filename } = file;
  await db.run(addStatement, [businessId, id, mime, sizeBytes, sha256, filename ?? null]);
}

const failedStatement = statement(
  'media.failed',
  `update media set failure = $4, due_at = now() + $5::float * interval '1 ms'
   where business_id = $1 and id = $2 and attempt = $3`,
);

/** It could not be fetched; tried again `retryInMs` from now, or given up when that is absent. */
export async function failed(
  db: Queryable,
  file: MediaFile,
  reason: string,
  retryInMs?: number,
): Promise<void> {
  await db.run(failedStatement, [file.businessId, file.id, file.attempt, reason, retryInMs ?? null]);
}

const findStatement = statement('media.find', `select ${columns} from media m where m.id = $1 limit 1`);

/** A file by its id, whichever business it belongs to: who knows the id was given the link. */
export async function find(db: Queryable, id: string): Promise<MediaFile | undefined> {
  const [row] = await db.run<Record<string, unknown>>(findStatement, [id]);
  return row && fileOf(row);
}

const ofBusinessStatement = statement(
  'media.ofBusiness',
  `select ${columns} from media m where m.business_id = $1 and m.id = $2`,
);

/** A file of a business. */
export async function ofBusiness(
  db: Queryable,
  businessId: number,
  id: string,
): Promise<MediaFile | undefined> {
  const [row] = await db.run<Record<string, unknown>>(ofBusinessStatement, [businessId, id]);
  return row && fileOf(row);
}

const onChannelStatement = statement(
  'media.onChannel',
  `select ${columns}, u.provider_id as "uploadedAs"
   from media m
   left join media_upload u on u.business_id = m.business_id and u.channel_id = $2 and u.media_id = m.id
     and u.expires_at > now()
   where m.business_id = $1 and m.id = $3`,
);

/** A file of a business, and as what the provider of a channel knows it already. */
export async function onChannel(
  db: Queryable,
  key: { businessId: number; channelId: string; mediaId: string },
): Promise<(MediaFile & { uploadedAs?: string }) | undefined> {
  const [row] = await db.run<Record<string, unknown>>(onChannelStatement, [
    key.businessId,
    key.channelId,
    key.mediaId,
  ]);
  return row && fileOf(row);
}

const ofManyStatement = statement(
  'media.ofMany',
  `select ${columns} from media m where m.business_id = $1 and m.id = any($2::text[])`,
);

/** Files of a business, by their ids. */
export async function ofMany(
  db: Queryable,
  businessId: number,
  ids: string[],
): Promise<Map<string, MediaFile>> {
  if (ids.length === 0) return new Map();
  const rows = await db.run<Record<string, unknown>>(ofManyStatement, [businessId, ids]);
  return new Map(rows.map((row) => [row.id as string, fileOf(row)]));
}

const nameStatement = statement(
  'media.name',
  `update media m set channel_id = v.channel_id, message_id = v.message_id
   from unnest($1::int[], $2::text[], $3::text[], $4::text[]) v (business_id, id, channel_id, message_id)
   where m.business_id = v.business_id and m.id = v.id and m.message_id is null`,
);

/** Notes that messages name files which were uploaded before: they go with these messages from now on. */
export async function name(
  tx: Queryable,
  files: { businessId: number; id: string; channelId: string; messageId: string }[],
): Promise<void> {
  if (files.length === 0) return;
  await tx.run(nameStatement, [
    files.map((f) => f.businessId),
    files.map((f) => f.id),
    files.map((f) => f.channelId),
    files.map((f) => f.messageId),
  ]);
}
