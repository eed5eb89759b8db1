import { afterAll, beforeAll, expect, it } from 'vitest';
import { forgetOld } from '../../src/store/event-retention.ts';
import * as events from '../../src/store/events.ts';
import { eventually, House, type Running, type Tenant, times } from './tools.ts';

let house: House;
let running: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());

const age = (shop: Tenant, upTo: number) =>
  house.sql(`update event set at = now() - interval '31 days' where business_id = $1 and seq <= $2`, [
    shop.id,
    upTo,
  ]);
const kept = async (shop: Tenant) => (await shop.events()).map(({ seq }) => seq);

it('forgets events after thirty days from the beginning, without a gap in what is left', async () => {
  const shop = await house.business(running);
  const box = await shop.sandbox();
  await Promise.all(times(20, (n) => shop.send(box, `96650000${n}`)));
  await shop.settled();
  await age(shop, 12);
  await expect.poll(() => events.first(house.db, shop.id), { timeout: 40_000 }).toBe(13);
  const left = await kept(shop);
  expect(left).toEqual(times(left.length, (n) => n + 13));
  expect(left.length).toBeGreaterThan(20);
});

it('gives up what nobody took in all that time, and forgets what came after it, too', async () => {
  const shop = await house.business(running);
  const box = await shop.sandbox();
  await shop.webhook('http://127.0.0.1:9/nobody', 'plain');
  await Promise.all(times(5, (n) => shop.send(box, `96650000${n}`)));
  const last = (await shop.events()).at(-1)!.seq;
  await age(shop, last - 1);
  await expect.poll(() => events.first(house.db, shop.id), { timeout: 40_000 }).toBe(last);
});

it('keeps what is held back, everything after it, and the number of the last one', async () => {
  const shop = await house.business(running);
  const box = await shop.sandbox();
  const endpoint = await shop.webhook('http://127.0.0.1:9/nobody', 'plain');
  await house.sql('update endpoint set disabled_at = now() where id = $1', [endpoint]);
  await Promise.all(times(5, (n) => shop.send(box, `96650000${n}`)));
  const last = (await shop.events()).at(-1)!.seq;
  await age(shop, last);
  await forgetOld(house.db, 30);
  expect((await kept(shop)).slice(0, 3)).toEqual([1, 2, 3]);
  await shop.core.change.remove({ businessId: shop.id }, 'endpoints', endpoint);
  await eventually(async () => {
    await age(shop, 1e9);
    await forgetOld(house.db, 30);
    expect(await kept(shop)).toHaveLength(1);
  });
  await shop.send(box, '966500009');
  const [left, next] = await kept(shop);
  expect(next).toBe(left! + 1);
});
