import { afterEach, expect, it } from 'vitest';
import { until } from '../parley.ts';
import { sendOrders } from './load.ts';
import { openSite, type Site, short } from './site.ts';
import { judge, quiet } from './verdict.ts';

const statuses = ['sent', 'delivered', 'read'] as const;
let site: Site;

afterEach(() => site.close());

it('SIGTERM under load, with a slow provider and slow webhooks: what was accepted is sent once, and it ends soon', async () => {
  const rounds = short ? 1 : 5;
  site = await openSite({ statuses, answerAfterMs: 1000 });
  site.shopHears.answerAfterMs = 500;
  const seconds: number[] = [];
  const load = sendOrders(site, short ? 400 : 3000, async ({ accepted }) => {
    for (let n = 0; n < rounds; n++) {
      const before = accepted.size;
      await until('messages are accepted', () => accepted.size > before + 100, 120_000);
      const leaving = site.parleys[0]!;
      site.gone(leaving);
      const began = performance.now();
      // 1 would say that it was cut off after 9.5 s.
      expect(await leaving.stop()).toBe(0);
      seconds.push((performance.now() - began) / 1000);
      await site.start();
    }
  });
  await load.done;
  await quiet(site);
  // While it drains it says so; nothing else is refused.
  expect([...load.refused.keys()].filter((status) => status !== 503)).toEqual([]);
  expect(Math.max(...seconds)).toBeLessThan(10);
  const shown = `ended after ${Math.max(...seconds).toFixed(1)} s at most`;
  await judge(site, load, {
    test: 9,
    name: 'SIGTERM under load',
    kills: rounds,
    runs: rounds,
    window: 0,
    shown,
  });
});
