import { afterAll, beforeAll, expect, it } from 'vitest';
import { receiver, takesAll } from './receiver.ts';
import { House, type Running } from './tools.ts';

let house: House;
let running: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());

it('tell x_1 on lane 2 from x on lane 1_2, however they are put together', async () => {
  const outside = await receiver(takesAll);
  const shop = await house.business(running);
  const [two, oneTwo] = [await shop.connector('2', outside.url), await shop.connector('1_2', outside.url)];
  const far = await shop.send(two, 'x_1');
  const near = await shop.send(oneTwo, 'x');
  expect(far.contactId).not.toBe(near.contactId);
  const named = (contactId: string) =>
    shop.core.findContact(shop.id, contactId, 'contactId').then(({ id }) => id);
  const prefix = far.contactId.slice(0, far.contactId.indexOf('x'));
  expect([far.contactId, near.contactId]).toEqual([`${prefix}x=5f.1_2`, `${prefix}x_1=5f.2`]);
  // By the beginning, one lane each.
  expect(await named(`${prefix}x_1`)).toBe(far.contactId);
  expect(await named(`${prefix}x`)).toBe(near.contactId);
  expect(await named('custom:x_1')).toBe(far.contactId);
  // It could be either.
  await expect(named(`${prefix}x_1_2`)).rejects.toMatchObject({ kind: 'notFound' });
  const only = await shop.send(two, 'a_b_c');
  expect(await named(`${prefix}a_b_c_2`)).toBe(only.contactId);
  await outside.close();
});
