import { describe, expect, it } from 'vitest';
import { binError, binOf, msOfBin, summaryOf } from '../../src/model/durations.ts';

function durations(all: number[]) {
  const bins = new Map<number, number>();
  for (const ms of all) bins.set(binOf(ms), (bins.get(binOf(ms)) ?? 0) + 1);
  return { total: all.length, ms: all.reduce((a, b) => a + b, 0), bins };
}

describe('durations in bins', () => {
  it('are told within half a bin: 4.5 %', () => {
    expect(binError).toBeLessThan(0.045);
    for (let ms = 1; ms < 4e9; ms = Math.ceil(ms * 1.013))
      expect(Math.abs(msOfBin(binOf(ms)) / ms - 1), String(ms)).toBeLessThanOrEqual(binError + 0.0001);
  });

  it('below a millisecond are one', () => {
    expect([binOf(0), binOf(-5), binOf(1)]).toEqual([0, 0, 0]);
  });

  it('have an average, and half and nine of ten below two marks', () => {
    const all = Array.from({ length: 1000 }, (_, n) => 1000 + n * 37);
    const { count, averageMs, medianMs, p90Ms } = summaryOf(durations(all));
    expect([count, averageMs]).toEqual([1000, Math.round(1000 + (999 / 2) * 37)]);
    expect(Math.abs(medianMs! / all[499]! - 1)).toBeLessThan(binError + 0.001);
    expect(Math.abs(p90Ms! / all[899]! - 1)).toBeLessThan(binError + 0.001);
  });

  it('of one are that one, and of none are none', () => {
    const { count, averageMs, medianMs, p90Ms } = summaryOf(durations([90_000]));
    expect([count, averageMs]).toEqual([1, 90_000]);
    expect(medianMs).toBe(p90Ms);
    expect(summaryOf(durations([]))).toEqual({ count: 0 });
  });
});
