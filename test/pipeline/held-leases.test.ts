import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { holdLeases } from '../../src/pipeline/held-leases.ts';

const lease = { ms: 25_000, renewEveryMs: 8000, longestMs: 60_000 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What is renewed after so many seconds. */
function holding() {
  const renewed: string[] = [];
  const renew = async (claims: string[]) => {
    renewed.push(claims.join(' '));
  };
  return { renewed, held: holdLeases(renew, lease, pino({ level: 'silent' })) };
}

it('a lease is renewed until its work ends, and nothing is asked of the database after that', async () => {
  const { renewed, held } = holding();
  held.add('a');
  await vi.advanceTimersByTimeAsync(10_000);
  held.add('b');
  await vi.advanceTimersByTimeAsync(10_000);
  held.drop('a');
  await vi.advanceTimersByTimeAsync(10_000);
  held.drop('b');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(renewed).toEqual(['a', 'a b', 'b']);
  expect(vi.getTimerCount()).toBe(0);
  held.add('c');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(renewed.at(-1)).toBe('c');
});

it('the lease of work that never ends is let go', async () => {
  const { renewed, held } = holding();
  held.add('lost');
  await vi.advanceTimersByTimeAsync(lease.longestMs);
  const before = renewed.length;
  await vi.advanceTimersByTimeAsync(lease.longestMs);
  expect(renewed.length - before).toBeLessThanOrEqual(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('a renewal that fails is tried again', async () => {
  let tries = 0;
  const held = holdLeases(
    async () => {
      tries += 1;
      throw new Error('no database');
    },
    lease,
    pino({ level: 'silent' }),
  );
  held.add('a');
  await vi.advanceTimersByTimeAsync(20_000);
  expect(tries).toBe(2);
});
