import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type House, openHouse } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

it('shows the reference of the surfaces in a browser, without a word to another host', async () => {
  const page = await house.page();
  await page.goto('/docs');
  await page.locator('.opblock-tag').filter({ hasText: 'xms' }).first().waitFor();
  await page.context().close();
});
