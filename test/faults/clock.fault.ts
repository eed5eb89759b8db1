import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { dataFolder, until } from '../parley.ts';
import { well } from './house.ts';
import { sendOrders } from './load.ts';
import { openSite, type Site, short } from './site.ts';
import { judge, quiet } from './verdict.ts';

const statuses = ['sent', 'delivered', 'read'] as const;
const hour = 3_600_000;
const preload = pathToFileURL(resolve(import.meta.dirname, 'preload.mjs')).href;
let site: Site;

afterEach(() => site.close());

/** Schedules a message; answers its id. */
async function schedule(sendAt: number, phone: string): Promise<string> {
  const template = { code: site.shop.template, lang: 'en', data: { name: 'Amina', order: 'o-later' } };
  const message = { channelId: site.shop.channelId, to: { phone }, template, sendAt };
  return (await well(site.call('POST', '/api/v1/messages', message))).id;
}

it('the clock of one of two processes jumps an hour ahead, and then an hour back', async () => {
  const folder = await dataFolder('faults');
  const clock = join(folder, 'clock.json');
  await writeFile(clock, '0');
  const jumps = { NODE_OPTIONS: `--import=${preload}`, FAULTS_CLOCK: clock };
  site = await openSite({ statuses, answerAfterMs: 50, house: { folder, env: jumps } });
  // Its clock is right: what the other one holds must not look free to it.
  await site.start({ NODE_OPTIONS: '' });
  const scheduled = [await schedule(Date.now() + hour / 2, '966599000001')];
  const count = short ? 450 : 6000;
  const load = sendOrders(site, count);
  for (const [n, wrongBy] of [hour, -hour].entries()) {
    await until('messages are accepted', () => load.accepted.size > ((n + 1) * count) / 3, 120_000);
    await writeFile(clock, String(wrongBy));
    scheduled.push(await schedule(Date.now() + hour / 2, `96659900000${n + 2}`));
  }
  await load.done;
  expect(load.refused).toEqual(new Map());
  const waits = await site.ask<{ id: string }>(
    `select id from message where status = 'SCHLD' and due_at between now() + interval '25 min' and now() + interval '35 min'`,
  );
  expect(waits.map(({ id }) => id).sort()).toEqual([...scheduled].sort());
  expect(site.cloud.sent.filter(({ to }) => to.startsWith('966599'))).toEqual([]);
  for (const id of scheduled) await site.call('DELETE', `/api/v1/messages/${id}`);
  await site.ask(`update message set due_at = null where status = 'SCHLD'`);
  await quiet(site);
  // Standard Webhooks refuses what is five minutes off.
  expect([...site.shopHears.refused, ...site.botHears.refused]).toEqual([]);
  const failed = await site.ask(`select 1 from delivery where state = 'failed'`);
  expect(failed).toEqual([]);
  const shown = '0 signatures refused, 0 of 3 scheduled went early';
  await judge(site, load, {
    test: 7,
    name: 'one of two, an hour ahead, an hour back',
    kills: 2,
    window: 0,
    deletes: true,
    shown,
  });
});
