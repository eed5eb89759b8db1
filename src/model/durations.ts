/** Bins of durations between one length and its double. The database has the same rule as `figure_bin()`. */
const binsOfDouble = 8;

/** How much a duration that is told of a bin may be off: half a bin. */
export const binError = 2 ** (0.5 / binsOfDouble) - 1;

/** The bin into which a duration falls, ms. */
export function binOf(ms: number): number {
  return Math.floor(binsOfDouble * Math.log2(Math.max(ms, 1)));
}

/** The duration in the middle of a bin, ms. */
export function msOfBin(bin: number): number {
  return 2 ** ((bin + 0.5) / binsOfDouble);
}

/** Durations of a kind together: how many, how long in all (ms), and how many in each bin, where that is known. */
export interface Durations {
  total: number;
  ms: number;
  bins: ReadonlyMap<number, number>;
}

/** What is told of durations: times in ms, absent where there are none. */
export interface DurationSummary {
  count: number;
  averageMs?: number;
  medianMs?: number;
  p90Ms?: number;
}

/** Average, and median and 90th percentile out of the bins: these are up to 4.5 % off. */
export function summaryOf({ total, ms, bins }: Durations): DurationSummary {
  if (total === 0) return { count: 0 };
  const average = { count: total, averageMs: Math.round(ms / total) };
  if (bins.size === 0) return average;
  return {
    ...average,
    medianMs: Math.round(quantile(bins, total, 0.5)),
    p90Ms: Math.round(quantile(bins, total, 0.9)),
  };
}

function quantile(bins: Durations['bins'], total: number, share: number): number {
  let left = Math.ceil(total * share);
  const sorted = [...bins].sort(([a], [b]) => a - b);
  for (const [bin, count] of sorted) {
    left -= count;
    if (left <= 0) return msOfBin(bin);
  }
  return msOfBin(sorted.at(-1)![0]);
}
