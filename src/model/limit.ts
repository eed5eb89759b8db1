import { Problem } from './problem.ts';

/** Counts calls in windows of time, each caller for itself, in this process. */
export interface Limit {
  /** Throws `tooMany` when there were more than enough in this window. */
  count(caller: string): void;
}

/** Callers that are kept at most: beyond that the window begins anew for all. */
const mostKept = 100_000;

/** At most `most` calls in `windowMs`. */
export function makeLimit(most: number, windowMs: number, now: () => number = Date.now): Limit {
  let counts = new Map<string, number>();
  let endsAt = 0;
  return {
    count(caller) {
      const at = now();
      if (at >= endsAt || counts.size >= mostKept) {
        counts = new Map();
        endsAt = at + windowMs;
      }
      const count = (counts.get(caller) ?? 0) + 1;
      counts.set(caller, count);
      if (count <= most) return;
      throw new Problem('tooMany', 'Too many calls: slow down', {
        code: 'RATE_LIMIT',
        retryAfterSeconds: (endsAt - at) / 1000,
      });
    },
  };
}
