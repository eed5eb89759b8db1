import { short } from './house.ts';

/** Of figures the one below which 99 of 100 are. */
export function p99(figures: number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.ceil(figures.length * 0.99) - 1]!;
}

/** The p99 that something usually has on this machine, ms: the worst of three times, since other work may go on beside it. */
export async function usual(delays: () => Promise<number[]>): Promise<number> {
  const times = [];
  for (let n = 0; n < 3; n++) times.push(p99(await delays()));
  return Math.max(...times);
}

/**
 * What a healthy receiver may take beside a bad one, ms: as much as before, and what a busy machine makes of two runs alike. The
 * short form runs where other work makes anything of times: there it is told within a second lease.
 */
export const asBefore = (usually: number): number => (short ? 20_000 : 2 * usually + 250);
