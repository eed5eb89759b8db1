import type { Media } from '../model/message.ts';
import { type Queryable, statement } from './database.ts';

/** A file that came with a message. Until it is stored, its row is the job of fetching it. */
export interface MediaFile {
  businessId: number;
  id: string;
  channelId: string;
  /** How the provider names it. */
  providerRef: Media;
  mime?: string;
  filename?: string;
  sizeBytes?: number;
  storedAt?: number;
  attempt: number;
}

const keepStatement = statement(
  'media.keep',
  `insert into media (business_id, id, channel_id, message_id, provider_ref, mime, filename, due_at)
   select v.*, now() from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[], $7::text[]) v`,
);

/** Notes files to be fetched, in the transaction that stores their messages. */
export async function keep(
  tx: Queryable,
  files: { businessId: number; id: string; channelId: string; messageId: string; providerRef: Media }[],
): Promise<void> {
  if (files.length === 0) return;
  await tx.run(keepStatement, [
    files.map((f) => f.businessId),
    files.map((f) => f.id),
    files.map((f) => f.channelId),
    files.map((f) => f.messageId),
    files.map((f) => JSON.stringify(f.providerRef)),
    files.map((f) => f.providerRef.mime ?? null),
    files.map((f) => f.providerRef.filename ?? null),
  ]);
}

const columns = `business_id as "businessId", id, channel_id as "channelId", provider_ref as "providerRef", mime, filename,
  size_bytes as "sizeBytes", stored_at as "storedAt", attempt`;

const claimStatement = statement(
  'media.claim',
  `update media set due_at = now() + $2 * interval '1 ms', attempt = attempt + 1
   where ctid = any(array(select ctid from media where due_at <= now() order by due_at limit $1 for update skip locked))
   returning ${columns}`,
);

/** Takes files that are to be fetched, with a lease. */
export async function claim(db: Queryable, limit: number, leaseMs: number): Promise<MediaFile[]> {
  return (await db.run<Record<string, unknown>>(claimStatement, [limit, leaseMs])).map(fileOf);
}

function fileOf(row: Record<string, unknown>): MediaFile {
  return Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== null),
  ) as unknown as MediaFile;
}

const storedStatement = statement(
  'media.stored',
  `update media set stored_at = now(), due_at = null, mime = $4, size_bytes = $5, sha256 = $6, failure = null
   where business_id = $1 and id = $2 and attempt >= $3`,
);

/** The bytes are kept. */
export async function stored(
  db: Queryable,
  file: MediaFile,
  kept: { mime: string; sizeBytes: number; sha256: string },
): Promise<void> {
  await db.run(storedStatement, [
    file.businessId,
    file.id,
    file.attempt,
    kept.mime,
    kept.sizeBytes,
    kept.sha256,
  ]);
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

const findStatement = statement('media.find', `select ${columns} from media where id = $1 limit 1`);

/** A file by its id, whichever business it belongs to: who knows the id was given the link. */
export async function find(db: Queryable, id: string): Promise<MediaFile | undefined> {
  const [row] = await db.run<Record<string, unknown>>(findStatement, [id]);
  return row && fileOf(row);
}
