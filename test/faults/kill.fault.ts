import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { until } from '../parley.ts';
import { orderOf, sendOrders } from './load.ts';
import { openSite, type Site, short } from './site.ts';
import { note } from './table.ts';
import { judge, quiet } from './verdict.ts';

const statuses = ['sent', 'delivered', 'read'] as const;
/** What one process has under way at one channel, at most. */
const inFlight = 128;
let site: Site;

afterEach(() => site.close());

it('kill -9 in the middle of many sends with a slow provider: all are sent after the restart', async () => {
  const count = short ? 600 : 5000;
  site = await openSite({ statuses, answerAfterMs: 200 });
  const load = sendOrders(site, count);
  await load.done;
  expect(load.accepted.size).toBe(count);
  await until('half of them are sent', () => site.cloud.sent.length >= count / 2, 120_000);
  await site.kill(site.parleys[0]!);
  await site.start();
  await quiet(site);
  await judge(site, load, { test: 1, name: `kill -9 amid ${count} slow sends`, kills: 1, window: inFlight });
});

it('kill -9 at random moments, again and again, while callers go on', async () => {
  const kills = short ? 2 : 8;
  site = await openSite({ statuses, answerAfterMs: 50 });
  const load = sendOrders(site, short ? 800 : 8000, async ({ accepted }) => {
    for (let n = 0; n < kills; n++) {
      const before = accepted.size;
      await until('callers go on', () => accepted.size > before + 50, 60_000);
      await sleep(Math.random() * 1500);
      await site.kill(site.parleys[0]!);
      await site.start();
    }
  });
  await load.done;
  await quiet(site);
  await judge(site, load, { test: 1, name: 'kill -9 at random moments', kills, window: kills * inFlight });
});

it('kill -9 while the provider is down: everything accepted is sent once it is back', async () => {
  const count = short ? 300 : 10_000;
  site = await openSite({ statuses });
  site.cloud.fail = () => ({ status: 503, error: { code: 131016, message: 'Service unavailable' } });
  const load = sendOrders(site, count);
  await load.done;
  await site.kill(site.parleys[0]!);
  await site.start();
  const refused = site.cloud.sent.splice(0);
  site.cloud.fail = undefined;
  expect(refused.length).toBeGreaterThan(0);
  // What was refused waits for its next try; that may be minutes from now.
  await site.ask(
    `update message set due_at = now() where due_at < 'infinity' and due_at > now() + interval '10 s'`,
  );
  await quiet(site);
  await judge(site, load, { test: 2, name: `kill -9, provider down, ${count}`, kills: 1, window: inFlight });
});

it('kill -9 between a webhook call and the recording of its answer: told again under the same id', async () => {
  const count = 200;
  site = await openSite({ statuses });
  // Every call is answered, but late: at any moment some are answered and not recorded.
  site.shopHears.answerAfterMs = 150;
  const load = sendOrders(site, count);
  await until('webhooks are under way', () => site.shopHears.deliveries.length > 100, 60_000);
  const unrecorded = site.shopHears.deliveries.filter(({ answered }) => !answered).map(({ id }) => id);
  await site.kill(site.parleys[0]!);
  await site.start();
  await load.done;
  await quiet(site);
  const calls = (id: string) => site.shopHears.deliveries.filter((one) => one.id === id).length;
  expect(unrecorded.length).toBeGreaterThan(0);
  for (const id of unrecorded) expect(calls(id)).toBeGreaterThan(1);
  await judge(site, load, { test: 3, name: 'kill -9 amid webhook calls', kills: 1, window: inFlight });
});

it('kill -9 on a channel that would rather fail than double: nothing goes out twice, and the rest is told', async () => {
  const count = short ? 400 : 2000;
  site = await openSite({ answerAfterMs: 200, onUnknown: 'fail' });
  const load = sendOrders(site, count);
  await load.done;
  await until('some are sent', () => site.cloud.sent.length >= count / 2, 120_000);
  await site.kill(site.parleys[0]!);
  await site.start();
  await quiet(site);
  const orders = site.cloud.sent.map(({ body }) => orderOf(body));
  expect(new Set(orders).size).toBe(orders.length);
  const failed = await site.ask<{ id: string; code: string }>(
    `select id, failure->>'code' as code from message where status = 'SENT_EXC'`,
  );
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.length).toBeLessThanOrEqual(inFlight);
  for (const { id, code } of failed) {
    expect(code).toBe('INTERRUPTED');
    const told = site.shopHears.deliveries.flatMap(({ body }) => body.statuses ?? []);
    expect(told.filter((status) => status.id === id).map(({ status }) => status)).toEqual(['FAILD']);
  }
  const sent = await site.ask(`select 1 from message where status = 'SENTX'`);
  expect(sent.length + failed.length).toBe(count);
  await note({
    test: 1,
    run: 'kill -9, rather failed than doubled',
    runs: 1,
    kills: 1,
    accepted: count,
    sent: orders.length,
    duplicated: 0,
    lost: 0,
  });
});
