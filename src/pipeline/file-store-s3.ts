import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { newUnguessableId } from '../model/ids.ts';
import { namesOf } from './beside-file.ts';
import { stageFile, sweepStaging } from './file-staging.ts';
import { type Asked, FileGone, type FileStore, FileStoreAway, type Found, placeOf } from './file-store.ts';
import { type Bucket, openBucket, type S3Options } from './s3.ts';

/** A store that can be let go of. */
export type OpenFileStore = FileStore & { close(): Promise<void> };

/**
 * Keeps files in a bucket. What comes in lies in the folder `staging` until its size, kind and hash are known: the
 * bucket gets a file whole, in one request that it can check, and never one that is refused.
 */
export function openS3Files(options: S3Options, staging: string, log: Logger): OpenFileStore {
  const bucket = openBucket(options);
  const told = <T>(work: Promise<T>) => work.catch((error: unknown) => tell(error, log));
  const stage: FileStore['stage'] = (maxBytes, fill) => stageFile(staging, maxBytes, fill);
  return {
    stage,
    async keep(id, maxBytes, fill, check) {
      const { path, kept, drop } = await stage(maxBytes, fill);
      try {
        check?.(kept);
        await told(bucket.put(placeOf(id), { path, ...kept }, kept.mime));
        return kept;
      } finally {
        await drop();
      }
    },
    put: (name, bytes, mime) => told(bucket.put(placeOf(name), bytes, mime)),
    local: (name) => told(fetchTo(staging, bucket, placeOf(name))),
    read: (name, asked) => told(readFrom(bucket, placeOf(name), asked)),
    async drop(id) {
      for (const name of namesOf(id)) await told(bucket.remove(placeOf(name)));
    },
    sweep: () => sweepStaging(staging),
    close: () => bucket.close(),
  };
}

/**
 * Puts a small object there and takes it away again: what is needed, and no right more. Throws `Error` in one clear
 * sentence when the store refuses; one that is away may come back, and is only told of.
 */
export async function assertUsable(options: S3Options, log: Logger): Promise<void> {
  const bucket = openBucket(options);
  try {
    await bucket.put('parley-check', Buffer.from('parley'), 'text/plain');
    await bucket.remove('parley-check');
  } catch (error) {
    if (!(error instanceof FileStoreAway)) throw error;
    if (error.refused)
      throw new Error(
        `The bucket ${options.bucket} at ${options.endpoint.host} refuses us: ${error.reason}. Look at the settings that begin with S3_.`,
      );
    log.warn(
      { reason: error.reason },
      'the store of files is away: files cannot be kept or read until it is back',
    );
  } finally {
    await bucket.close();
  }
}

function tell(error: unknown, log: Logger): never {
  if (error instanceof FileStoreAway) log.error({ reason: error.reason }, 'the store of files failed');
  throw error;
}

async function fetchTo(staging: string, bucket: Bucket, key: string) {
  const { status, stream } = await bucket.get(key, 'GET', {});
  if (status !== 200) {
    stream.destroy();
    throw new FileGone();
  }
  await mkdir(staging, { recursive: true });
  const path = join(staging, newUnguessableId());
  const drop = () => rm(path, { force: true });
  try {
    await pipeline(stream, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    await drop();
    if (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new FileStoreAway('the line broke while a file came', false);
  }
  return { path, drop };
}

/** Conditions that stores know; what we sent of a file before never changes. */
const conditions = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
const handedOn = ['etag', 'last-modified', 'content-length', 'content-range'];

async function readFrom(bucket: Bucket, key: string, asked: Asked): Promise<Found> {
  const range = rangeOf(asked);
  if (range === 'none') return { status: 416, headers: { 'content-range': `bytes */${asked.sizeBytes}` } };
  const headers: Record<string, string> = range === undefined ? {} : { range };
  for (const name of conditions) {
    const value = asked.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  const {
    status,
    headers: told,
    stream,
  } = await bucket.get(key, asked.method === 'HEAD' ? 'HEAD' : 'GET', headers);
  const shown = Object.fromEntries(handedOn.flatMap((name) => (told[name] ? [[name, told[name]]] : [])));
  if (status !== 200 && status !== 206) {
    stream.destroy();
    return { status, headers: status === 304 ? shown : {} };
  }
  if (asked.sizeBytes !== undefined) shown['accept-ranges'] = 'bytes';
  return { status, headers: shown, stream };
}

/**
 * The part that is asked for, in the one form that every store reads: from byte to byte. Undefined: the whole, which
 * may always be answered (RFC 9110, 14.2), also where several parts are asked for.
 */
function rangeOf({ headers, sizeBytes }: Asked): string | 'none' | undefined {
  const { range } = headers;
  const found = typeof range === 'string' ? /^bytes=(\d*)-(\d*)$/.exec(range.trim()) : null;
  if (!found || sizeBytes === undefined || headers['if-range'] !== undefined) return undefined;
  const [, from = '', to = ''] = found;
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (first >= sizeBytes || (from === '' && Number(to) === 0)) return 'none';
  return last < first ? undefined : `bytes=${first}-${last}`;
}
