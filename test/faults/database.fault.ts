import { afterEach, expect, it } from 'vitest';
import { until } from '../parley.ts';
import { sendOrders } from './load.ts';
import { openSite, type Site, short } from './site.ts';
import { judge, quiet } from './verdict.ts';

const statuses = ['sent', 'delivered', 'read'] as const;
let site: Site;

afterEach(() => site.close());

it.each([
  ['is restarted in order', 'SIGINT' as const],
  ['is killed with -9', 'SIGKILL' as const],
])(
  'PostgreSQL %s under load: callers are told to come again, and nothing is lost or doubled',
  async (how, signal) => {
    const times = short ? 1 : 3;
    site = await openSite({ statuses, answerAfterMs: 50 });
    const load = sendOrders(site, short ? 800 : 6000);
    for (let n = 0; n < times; n++) {
      const before = load.accepted.size;
      await until('messages are accepted', () => load.accepted.size > before + 200, 60_000);
      const { pid } = site.postgres;
      process.kill(pid, signal);
      await until('it is started again', () => site.postgres.pid !== pid, 60_000);
    }
    await load.done;
    await quiet(site);
    // Parley itself was there all the time.
    expect(load.unanswered.size).toBe(0);
    expect([...load.refused.keys()].filter((status) => status !== 503)).toEqual([]);
    await judge(site, load, { name: `PostgreSQL ${how}`, kills: times, window: 0 });
  },
);
