import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { channelOf as doorOf } from '../channels/index.ts';
import { sniff } from '../channels/sniff.ts';
import { type Failure, SendFailure, verdictOf } from '../model/failure.ts';
import { newUnguessableId } from '../model/ids.ts';
import type { Queryable } from '../store/database.ts';
import * as media from '../store/media.ts';
import type { Context } from './context.ts';
import { startLoop } from './loop.ts';
import type { Stored } from './store-inbound.ts';

const leaseMs = 60_000;
const atOnce = 8;
/** Providers keep files for days at most: after this many tries it is gone. */
const maxTries = 8;

/** Notes the files of received messages as work, in the transaction that stores them. Answers how many. */
export async function keepFiles(tx: Queryable, stored: Stored[]): Promise<number> {
  const files = stored.flatMap(({ message, received }) =>
    message.content.media?.id !== undefined && received.content.media
      ? [
          {
            businessId: message.businessId,
            id: message.content.media.id,
            channelId: message.channelId,
            messageId: message.id,
            providerRef: received.content.media,
          },
        ]
      : [],
  );
  await media.keep(tx, files);
  return files.length;
}

/** Where the bytes of a file are kept. */
export function mediaPath(mediaDir: string, id: string): string {
  return join(mediaDir, id.slice(-2), id);
}

/** Fetches files that came with messages, apart from the messages themselves (channels.md rule 7). */
export function startMediaFetch(ctx: Context): { stop(): Promise<void> } {
  const loop = startLoop(
    'media',
    async () => {
      const files = await media.claim(ctx.db, atOnce, leaseMs);
      await Promise.all(files.map((file) => fetchOne(ctx, file)));
      return files.length === atOnce;
    },
    2000,
    ctx.log,
  );
  const unlisten = ctx.wake.on('media', () => loop.wake());
  return {
    async stop() {
      unlisten();
      await loop.stop();
    },
  };
}

async function fetchOne(ctx: Context, file: media.MediaFile): Promise<void> {
  try {
    await media.stored(ctx.db, file, await fetchAndKeep(ctx, file));
  } catch (error) {
    const failure: Failure =
      error instanceof SendFailure ? error.failure : { class: 'INTERNAL', text: String(error) };
    const verdict = verdictOf(failure, {
      attempt: file.attempt,
      tried: file.attempt,
      ageMs: 0,
      random: Math.random(),
      onUnknown: 'retry',
    });
    const retryInMs = verdict.kind === 'retry' && file.attempt < maxTries ? verdict.inMs : undefined;
    ctx.log.info({ media: file.id, failure: failure.class, retryInMs }, 'a file could not be fetched');
    await media.failed(ctx.db, file, failure.text ?? failure.class, retryInMs);
  }
}

async function fetchAndKeep(
  ctx: Context,
  file: media.MediaFile,
): Promise<{ mime: string; sizeBytes: number; sha256: string }> {
  const channel = (await ctx.setup(file.businessId)).channels.get(file.channelId);
  const door = channel && doorOf(channel.type);
  if (!door) throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The channel no longer exists.' });
  const account = await ctx.account(file.businessId, file.channelId);
  const fetched = door.fetchMedia
    ? await door.fetchMedia(file.providerRef, account, ctx.call)
    : await fetchLink(ctx, file);
  const sha256 = createHash('sha256').update(fetched.bytes).digest('hex');
  const path = mediaPath(ctx.mediaDir, file.id);
  await mkdir(join(path, '..'), { recursive: true });
  const temporary = `${path}.${newUnguessableId().slice(0, 8)}`;
  await writeFile(temporary, fetched.bytes);
  await rename(temporary, path);
  // What the bytes are, not what somebody says they are.
  return {
    mime: sniff(fetched.bytes) ?? 'application/octet-stream',
    sizeBytes: fetched.bytes.length,
    sha256,
  };
}

async function fetchLink(ctx: Context, file: media.MediaFile) {
  const { link } = file.providerRef;
  if (link === undefined)
    throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The channel gave no address for it.' });
  const answer = await ctx.call({ method: 'GET', url: link, timeoutMs: 30_000, maxBytes: 100 * 1024 * 1024 });
  if (answer.status >= 500) throw new SendFailure({ class: 'UNAVAILABLE', code: String(answer.status) });
  if (answer.status !== 200)
    throw new SendFailure({ class: 'CONTENT_REJECTED', code: String(answer.status) });
  return { bytes: answer.body };
}
