import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Share, startWork, type Work, type WorkKind } from '../../src/pipeline/work.ts';

type Item = { id: string };
type Kind = WorkKind<Item, string>;

let work: Work | undefined;
beforeEach(() => {
  vi.useFakeTimers({
    toFake: [
      'setTimeout',
      'clearTimeout',
      'setInterval',
      'clearInterval',
      'setImmediate',
      'performance',
      'Date',
    ],
  });
});
afterEach(async () => {
  const stopped = work?.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  await stopped;
  vi.useRealTimers();
});

const away = () => Object.assign(new Error('the database is away'), { code: 'ECONNREFUSED' });
const tooSlow = () => Object.assign(new Error('canceled'), { code: '57014' });

/** Work of which `looks` tells what each look claims. */
function start(looks: (string[] | (() => Promise<string[]>))[], more: Partial<Kind> = {}) {
  const shares: Share[] = [];
  const attempted: string[] = [];
  const settled: string[] = [];
  work = startWork<Item, string>(
    { log: pino({ level: 'silent' }), wake: { on: () => () => {} } as never },
    {
      name: 'test',
      topic: 'messages',
      nameOf: ({ id }) => id,
      placeOf: () => ({ businessId: 1, placeId: 'place' }),
      async claim(how) {
        shares.push(how);
        const look = looks.shift() ?? [];
        const ids = typeof look === 'function' ? await look() : look;
        return { claimed: ids.map((id) => ({ id })), parked: 0, unpark: async () => {} };
      },
      claimedAgain() {},
      renew: async (items) => items.length,
      async attempt({ id }) {
        attempted.push(id);
        return id;
      },
      async settle(batch) {
        settled.push(...batch);
        return async () => {};
      },
      withoutDetails: (done) => `${done} without details`,
      ...more,
    },
  );
  return { shares, attempted, settled };
}

it('what was given back while it was decided what to work on is not worked on, unless it is ours again', async () => {
  let asked = 0;
  const { attempted } = start([['a', 'b']], {
    async admit(items) {
      asked += 1;
      if (asked === 1) throw away();
      return items;
    },
    renew: async ([item]) => (item!.id === 'a' ? 0 : 1),
  });
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toBe(2);
  expect(attempted).toEqual(['b']);
});

it('an outcome that the database cannot take in time keeps nobody else from being worked on', async () => {
  const taken: string[] = [];
  start([['slow', 'beside'], ['after']], {
    async settle(batch) {
      if (batch.includes('slow')) throw tooSlow();
      taken.push(...batch);
      return async () => {};
    },
  });
  await vi.advanceTimersByTimeAsync(2000);
  expect(taken.toSorted()).toEqual(['after', 'beside', 'slow without details']);
});

it('an outcome is recorded with all that is known of it when the database is only slow for a while', async () => {
  let times = 0;
  const taken: string[] = [];
  start([['one']], {
    async settle(batch) {
      times += 1;
      if (times < 3) throw tooSlow();
      taken.push(...batch);
      return async () => {};
    },
  });
  await vi.advanceTimersByTimeAsync(2000);
  expect(taken).toEqual(['one']);
});

it('nothing of others is taken over right after a time without the database', async () => {
  const frozen = () => new Promise<string[]>((resolve) => setTimeout(() => resolve([]), 10_000));
  const { shares } = start([[], frozen]);
  await vi.advanceTimersByTimeAsync(600);
  expect(shares).toHaveLength(2);
  const [, asked] = shares;
  // What is made of it later than that, when the database wakes, takes nothing over.
  expect(asked!.takeOverBy - Date.now()).toBeLessThan(2100);
  await vi.advanceTimersByTimeAsync(11_500);
  const woken = shares.slice(2);
  expect(woken.length).toBeGreaterThan(1);
  expect(woken.map(({ takeOverBy }) => takeOverBy)).toEqual(woken.map(() => 0));
  await vi.advanceTimersByTimeAsync(2000);
  expect(shares.at(-1)!.takeOverBy).toBeGreaterThan(0);
});
