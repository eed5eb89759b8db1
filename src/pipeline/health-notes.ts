import type { Logger } from 'pino';
import * as clock from '../model/clock.ts';
import type { Failure, FailureClass } from '../model/failure.ts';
import { type HealthNote, note } from '../store/channel-health.ts';
import type { Database } from '../store/database.ts';
import { startLoop } from './loop.ts';
import type { ChannelRef } from './open-connections.ts';
import { storable } from './storable.ts';

/**
 * What this process sees of its channels: kept in memory, and told to the database every few seconds, for all channels
 * in one statement. A process that dies loses seconds of it; no message waits for it.
 */
export interface HealthNotes {
  /** The provider was called. A failure that is about one message or one person is none of the channel. */
  called(channel: ChannelRef, failure?: Failure): void;
  /** The provider called, and what it said was its own. */
  heard(channel: ChannelRef): void;
  /** Somebody called in the provider's place, or the provider with other secrets than ours. */
  refused(channel: ChannelRef, reason: string): void;
  /** Tells what was seen, now. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

const tellEveryMs = 5000;
/** Characters of a reason that are kept. */
const longestReason = 300;

/** Failures that are about the channel, or about its provider, and not about what was sent or to whom. */
const ofChannel: ReadonlySet<FailureClass> = new Set<FailureClass>([
  'AUTH',
  'CONFIG',
  'QUOTA',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'OUTCOME_UNKNOWN',
  'INTERNAL',
]);

/** Whether the next call of the channel would fare the same. */
export function isOfChannel({ class: kind, scope }: Failure): boolean {
  return ofChannel.has(kind) && scope !== 'recipient';
}

/** Begins to take notes. */
export function startHealthNotes(db: Database, log: Logger): HealthNotes {
  let fresh = new Map<string, HealthNote>();

  const of = ({ businessId, channelId }: ChannelRef): HealthNote => {
    const key = `${businessId} ${channelId}`;
    const known = fresh.get(key);
    if (known) return known;
    const made = { businessId, channelId };
    fresh.set(key, made);
    return made;
  };

  /** What the database did not take is told the next time, below what was seen since. */
  const flush = async () => {
    if (fresh.size === 0) return;
    const telling = fresh;
    fresh = new Map();
    try {
      await note(db, storable([...telling.values()]));
    } catch (error) {
      for (const [key, one] of telling) fresh.set(key, merged(one, fresh.get(key)));
      throw error;
    }
  };

  const loop = startLoop('health', () => flush().then(() => false), tellEveryMs, log);
  return {
    called(channel, failure) {
      const now = clock.now();
      const one = of(channel);
      one.calledAt = now;
      delete one.failure;
      if (!failure || !isOfChannel(failure)) {
        one.wellAt = now;
        delete one.failingSince;
        return;
      }
      one.failingSince ??= now;
      one.failure = shortened(failure);
    },
    heard(channel) {
      of(channel).heardAt = clock.now();
    },
    refused(channel, reason) {
      Object.assign(of(channel), { refusedAt: clock.now(), refusal: reason.slice(0, longestReason) });
    },
    flush,
    async stop() {
      await loop.stop();
      await flush().catch((error: unknown) => log.warn({ err: error }, 'the health of channels is not told'));
    },
  };
}

/** What was seen before, and since. */
function merged(before: HealthNote, since: HealthNote | undefined): HealthNote {
  if (!since) return before;
  if (since.calledAt === undefined) return { ...before, ...since };
  const { failure: _, failingSince, ...rest } = before;
  const fails = since.failingSince !== undefined && since.wellAt === undefined;
  return { ...rest, ...since, ...(fails && failingSince !== undefined && { failingSince }) };
}

function shortened({ class: kind, code, text }: Failure): Failure {
  return {
    class: kind,
    ...(code !== undefined && { code }),
    ...(text && { text: text.slice(0, longestReason) }),
  };
}
