import type { MediaFile } from '../store/media.ts';
import * as looks from '../store/media-looks.ts';
import type { Context } from './context.ts';
import { soundLengthOf } from './sound-reader.ts';

/** How long sounds of ours last. */
export interface Sounds {
  /**
   * How long a sound lasts, ms: read at the first message that tells it, once. Undefined: nobody can read it, or not at this
   * moment: a message waits for it for some seconds at most. Throws nothing: no message fails for it.
   */
  lengthOf(file: MediaFile): Promise<number | undefined>;
}

/** Larger ones are not read, bytes: an hour of music, and days of voice. */
const mostBytes = 64 * 1024 * 1024;
/** Sounds that wait to be read; messages with more go without. */
const mostWaiting = 20;
/** A message whose turn does not come within this time goes without, too, ms. */
const patienceMs = 8000;

export function readSounds(ctx: Pick<Context, 'db' | 'files' | 'log'>): Sounds {
  const underWay = new Map<string, Promise<number | undefined>>();
  let turn: Promise<unknown> = Promise.resolve();

  async function read(file: MediaFile): Promise<number | undefined> {
    const local = await ctx.files.local(file.id);
    try {
      const ms = await soundLengthOf({ path: local.path });
      await looks.measured(ctx.db, file, ms ?? 0);
      return ms;
    } finally {
      await local.drop();
    }
  }

  return {
    async lengthOf(file) {
      if (file.durationMs !== undefined) return file.durationMs || undefined;
      const known = underWay.get(file.id);
      if (known) return inTime(known);
      if ((file.sizeBytes ?? 0) > mostBytes || underWay.size >= mostWaiting) return undefined;
      // One at a time: whatever else the machine does comes first.
      const reading = turn
        .then(() => read(file))
        .catch((error: unknown) => {
          ctx.log.warn({ err: error, media: file.id }, 'how long a sound lasts could not be read');
          return undefined;
        })
        .finally(() => underWay.delete(file.id));
      turn = reading;
      underWay.set(file.id, reading);
      return inTime(reading);
    },
  };
}

async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, patienceMs, undefined);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
