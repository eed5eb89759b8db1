import { afterEach, expect, it } from 'vitest';
import { type Parley, until } from '../parley.ts';
import { sendOrders } from './load.ts';
import { openSite, type Site, short } from './site.ts';
import { judge, quiet } from './verdict.ts';

const statuses = ['sent', 'delivered', 'read'] as const;
const inFlight = 128;
let site: Site;

afterEach(() => site.close());

/** Sends that a process has under way now. */
async function underWay({ url }: Parley): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^parley_messages_in_flight (\d+)$/m.exec(text)?.[1]);
}

/** Resolves when others have done what was under way at this moment. */
async function takenOver(site: Site): Promise<void> {
  const [held] = await site.ask<{ ids: string[] }>(
    `select coalesce(array_agg(id), '{}') as ids from message where lease_until > now()`,
  );
  await until(
    'what was under way is done',
    async () => {
      const left = await site.ask(`select 1 from message where id = any($1) and due_at is not null limit 1`, [
        held!.ids,
      ]);
      return left.length === 0;
    },
    120_000,
  );
}

it('two processes on one database share the work, and send no message twice', async () => {
  site = await openSite({ statuses, answerAfterMs: 100 });
  const both = [site.parleys[0]!, await site.start()];
  const load = sendOrders(site, short ? 600 : 5000);
  for (const parley of both) await until('both send', async () => (await underWay(parley)) > 0, 60_000);
  await load.done;
  await quiet(site);
  await judge(site, load, { test: 38, name: 'two processes share the work', kills: 0, window: 0 });
});

it('one of two processes is killed: the other takes over what it had under way', async () => {
  site = await openSite({ statuses, answerAfterMs: 100 });
  const other = await site.start();
  const load = sendOrders(site, short ? 600 : 5000);
  await until('it sends', async () => (await underWay(other)) > 0, 60_000);
  await site.kill(site.parleys[0]!);
  const killedAt = performance.now();
  const tookOver = takenOver(site).then(() => (performance.now() - killedAt) / 1000);
  await load.done;
  const seconds = await tookOver;
  await quiet(site);
  expect(site.parleys).toEqual([other]);
  const shown = `taken over after ${seconds.toFixed(1)} s`;
  await judge(site, load, { test: 8, name: 'one of two killed', kills: 1, window: inFlight, shown });
  expect(seconds).toBeLessThan(30);
});

it('a process that is frozen for longer than its lease does no harm when it wakes', async () => {
  site = await openSite({ statuses, answerAfterMs: 100 });
  const frozen = await site.start();
  const rounds = short ? 1 : 4;
  const load = sendOrders(site, short ? 600 : 6000);
  for (let round = 0; round < rounds; round++) {
    await until('it sends', async () => (await underWay(frozen)) > 0, 60_000);
    frozen.signal('SIGSTOP');
    await takenOver(site);
    frozen.signal('SIGCONT');
  }
  await load.done;
  await quiet(site);
  await judge(site, load, {
    test: 38,
    name: 'one of two frozen past its lease',
    kills: rounds,
    window: rounds * inFlight,
    raced: true,
  });
});
