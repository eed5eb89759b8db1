import { afterEach, beforeEach, expect, it, vi } from 'vitest';

let clock: typeof import('../../src/model/clock.ts');
beforeEach(async () => {
  vi.resetModules();
  clock = await import('../../src/model/clock.ts');
});
afterEach(() => {
  vi.useRealTimers();
});

it('is the time of the computer until it is set', () => {
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(5000);
});

it('goes on when the clock of the computer jumps', () => {
  const before = clock.now();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  expect(clock.now() - before).toBeLessThan(5000);
});

it('is set by another clock, when it differs by more than is allowed', () => {
  const then = performance.now();
  const at = clock.now() + 3_600_000;
  clock.setClock(at, then, 50);
  expect(clock.now() - at).toBeLessThan(5000);
  const set = clock.now();
  clock.setClock(set + 40, performance.now(), 50);
  expect(clock.now() - set).toBeLessThan(30);
});
