import type { Capabilities, Save } from '../channels/channel.ts';
import { download, largestFile } from '../channels/download.ts';
import { channelOf as doorOf } from '../channels/index.ts';
import { backoffMs, type Failure, SendFailure, verdictOf } from '../model/failure.ts';
import { groupBy } from '../model/group.ts';
import { isUnavailable, type Queryable } from '../store/database.ts';
import * as media from '../store/media.ts';
import { filesIn } from './brought-files.ts';
import type { Context } from './context.ts';
import { dropFiles } from './file-removal.ts';
import { startLoop } from './loop.ts';
import { Interrupted } from './outside.ts';
import { storable } from './storable.ts';
import type { Stored } from './store-inbound.ts';

/** A claim lasts this long, in ms, and is renewed while the file comes in. */
const leaseMs = 9000;
const renewEveryMs = 3000;
/** Files under way at a time, and those of one channel when more wait. */
const maxInFlight = 16;
const maxPerChannel = 4;
/** How long a file is tried for, ms: providers keep them for days. */
const fetchLifeMs = 3 * 24 * 3_600_000;
/** The longest pause between two tries, ms. */
const longestPauseMs = 15 * 60_000;

/** A stored message, and what the provider told of it. */
interface StoredFiles {
  message: Pick<Stored['message'], 'businessId' | 'channelId' | 'id' | 'content'>;
  received: Pick<Stored['received'], 'content' | 'kept'>;
}

/**
 * Notes the files of received messages in the transaction that stores them: as work, unless we have their
 * bytes already. Answers how many are to be fetched.
 */
export async function keepFiles(tx: Queryable, stored: StoredFiles[]): Promise<number> {
  const files = stored.flatMap(({ message, received }) =>
    filesIn(message.content).flatMap(({ id, ...providerRef }) => {
      if (id === undefined) return [];
      const { businessId, channelId } = message;
      const kept = received.kept?.[id];
      // One that the channel names by an id of ours was uploaded to us before, and is noted already.
      const isNoted = !kept && filesIn(received.content).some((file) => file.id === id);
      return [{ businessId, id, channelId, messageId: message.id, providerRef, kept, isNoted }];
    }),
  );
  const fresh = files.filter(({ isNoted }) => !isNoted);
  await media.keep(tx, fresh);
  await media.name(
    tx,
    files.filter(({ isNoted }) => isNoted),
  );
  return fresh.filter(({ kept }) => !kept).length;
}

/** Fetches files that came with messages, apart from the messages themselves (channels.md rule 7). */
export function startMediaFetch(ctx: Context): { stop(): Promise<void> } {
  const held = new Map<string, media.ClaimedFile>();
  const stopping = new AbortController();
  const loop = startLoop('media', claimAndFetch, 2000, ctx.log);
  const unlisten = ctx.wake.on('media', () => loop.wake());
  const renewing = setInterval(renew, renewEveryMs);
  ctx.files
    .sweep()
    .catch((error: unknown) => ctx.log.warn({ err: error }, 'left-over files could not be taken away'));

  async function claimAndFetch(): Promise<boolean> {
    const limit = Math.min(maxPerChannel, maxInFlight - held.size);
    if (limit <= 0) return false;
    const byChannel = groupBy([...held.values()], (file) => `${file.businessId} ${file.channelId}`);
    const busy = [...byChannel.values()].filter((list) => list.length >= maxPerChannel).map(([one]) => one!);
    const files = await media.claim(ctx.db, { limit, leaseMs, busy });
    for (const file of files) void fetchOne(file);
    return files.length > 0;
  }

  async function fetchOne(file: media.ClaimedFile): Promise<void> {
    held.set(file.id, file);
    try {
      await fetchAndRecord(ctx, file, stopping.signal);
    } catch (error) {
      // The lease ends, and the file is fetched again.
      ctx.log.error({ err: error, media: file.id }, 'what became of a file could not be recorded');
    } finally {
      held.delete(file.id);
      loop.wake();
    }
  }

  function renew(): void {
    media.renew(ctx.db, [...held.values()], leaseMs).catch((error: unknown) => {
      ctx.log.warn({ err: error }, 'leases of files could not be renewed');
    });
  }

  return {
    async stop() {
      unlisten();
      await loop.stop();
      // Half a file is worth nothing: it is left to whoever starts next.
      stopping.abort();
      while (held.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      clearInterval(renewing);
    },
  };
}

async function fetchAndRecord(ctx: Context, file: media.ClaimedFile, signal: AbortSignal): Promise<void> {
  try {
    const kept = await fetchAndKeep(ctx, file, signal);
    if (!(await media.stored(ctx.db, file, kept))) await dropFiles(ctx, file.businessId, [file.id]);
  } catch (error) {
    if (isUnavailable(error) && !(error instanceof SendFailure)) throw error;
    if (error instanceof Interrupted) return media.failed(ctx.db, file, error.message, 0);
    const failure = failureOf(error);
    const retryInMs = pauseAfter(failure, file);
    ctx.log.info({ media: file.id, failure: failure.class, retryInMs }, 'a file could not be fetched');
    await media.failed(ctx.db, file, storable(failure.text ?? failure.class), retryInMs);
  }
}

/** To ask for a file twice does no harm, and a full disk passes: both are tried again for long. */
function failureOf(error: unknown): Failure {
  if (!(error instanceof SendFailure)) return { class: 'UNAVAILABLE', text: String(error) };
  const { failure } = error;
  return failure.class === 'OUTCOME_UNKNOWN' ? { ...failure, class: 'UNAVAILABLE' } : failure;
}

function pauseAfter(failure: Failure, { attempt, createdAt }: media.ClaimedFile): number | undefined {
  const verdict = verdictOf(failure, {
    attempt,
    tried: attempt,
    ageMs: Date.now() - createdAt,
    lifeMs: fetchLifeMs,
    random: Math.random(),
    onUnknown: 'retry',
  });
  if (verdict.kind !== 'retry') return undefined;
  // Past the first quarter of an hour a provider that is down is asked less often than for a message.
  return attempt > 10 ? Math.max(verdict.inMs, longestPauseMs) : Math.max(verdict.inMs, backoffMs(1, 0));
}

async function fetchAndKeep(ctx: Context, file: media.ClaimedFile, signal: AbortSignal): Promise<media.Kept> {
  const channel = (await ctx.setup(file.businessId)).channels.get(file.channelId);
  const door = channel && doorOf(channel.type);
  if (!door) throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The channel no longer exists.' });
  const { businessId, channelId } = file;
  const account = await ctx.credentials.inForce({ businessId, channelId });
  const call: Context['call'] = (request) => ctx.call({ ...request, signal });
  return ctx.files.keep(file.id, largestOf(door.carries), async (save) => {
    if (door.fetchMedia) return door.fetchMedia(file.providerRef, account, call, save);
    return fetchLink(file, call, save);
  });
}

/** The largest file that a channel carries, whatever its type, bytes. */
function largestOf({ media: rules = {} }: Capabilities): number {
  const limits = Object.values(rules).map(({ maxBytes }) => maxBytes);
  return limits.length > 0 ? Math.max(...limits) : largestFile;
}

async function fetchLink(
  { providerRef: { link } }: media.ClaimedFile,
  call: Context['call'],
  save: Save,
): Promise<{ sha256?: string }> {
  if (link === undefined)
    throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The channel gave no address for it.' });
  try {
    await download({ url: link }, call, save);
  } catch (error) {
    // The address is the sender's word, and not a setting that somebody could mend.
    if (!(error instanceof SendFailure) || error.failure.class !== 'CONFIG') throw error;
    throw new SendFailure({ ...error.failure, class: 'CONTENT_REJECTED' });
  }
  return {};
}
