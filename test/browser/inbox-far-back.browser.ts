import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { customerWrites, openDesk, reply, signIn, sql } from './desk.ts';
import type { House } from './house.ts';

let house: House;
/** A conversation of thousands of messages, and the id of its first one. */
let session: string;
let first: string;
const phone = '966500008800';
beforeAll(async () => {
  house = await openDesk();
  const page = await signIn(house);
  session = await customerWrites(page, phone, 'Zaid', 'Number 1');
  const { items } = await house.call<{ items: { id: string }[] }>(`/api/v1/sessions/${session}/messages`);
  first = items[0]!.id;
  await sql(
    house,
    `insert into message select (jsonb_populate_record(o, jsonb_build_object(
       'id', substr(o.id, 1, 12) || 'f' || lpad(to_hex(n), 11, '0'), 'at', o.at + n * interval '1 ms', 'provider_id', 'copy' || n,
       'no', nextval(pg_get_serial_sequence('message', 'no')), 'content', jsonb_build_object('type', 'text', 'text', 'Number ' || n)
     ))).* from message o, generate_series(2, 2300) n where o.id = $1`,
    [first],
  );
  await page.request.put(`/api/v1/inbox/sessions/${session}/read`, {
    headers: { 'x-parley-client': 'inbox' },
    data: {},
  });
  await page.context().close();
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const found = async () => {
  const page = await signIn(house, { expected: /409/ });
  const asked: string[] = [];
  page.on('request', (request) => {
    if (/\/messages\?/.test(request.url())) asked.push(request.url());
  });
  const said = (text: string) =>
    page.locator('article').filter({ has: page.getByText(text, { exact: true }) });
  await page.goto(`/inbox/${session}?message=${first}`);
  await said('Number 1').waitFor();
  await page.locator('article[data-lit]').waitFor();
  return { page, asked, said };
};

it('a message far back is there at once, and what came after it comes while one reads on', async () => {
  const { page, asked, said } = await found();
  // Of the two thousand between it and the end nothing is read.
  expect(asked.length).toBeLessThanOrEqual(5);
  await page.getByRole('button', { name: 'To the latest message' }).waitFor();
  const box = page.getByTestId('messages');
  for (const text of ['Number 40', 'Number 120', 'Number 230'])
    await expect
      .poll(
        async () => {
          if ((await said(text).count()) > 0) return true;
          await box.evaluate((one) => one.scrollBy(0, one.clientHeight * 0.8));
          return false;
        },
        { timeout: 20_000, interval: 60 },
      )
      .toBe(true);
  // Nobody is taken further than they went.
  await page.waitForTimeout(500);
  expect(await said('Number 330').count()).toBe(0);
  await page.context().close();
});

it('the latest message is the latest one, from wherever one goes there; and one’s own answer is seen', async () => {
  const { page, said } = await found();
  await page.getByRole('button', { name: 'To the latest message' }).click();
  await said('Number 2300').waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'To the latest message' }).count()).toBe(0);
  await page.context().close();
  const again = await found();
  await reply(again.page).fill('This is the answer');
  await reply(again.page).press('Enter');
  await again.page.getByText('The customer has written since. Read it, then decide.').waitFor();
  await again.said('Number 2300').waitFor();
  await again.page.getByRole('button', { name: 'Send it as it is' }).click();
  const mine = again.said('This is the answer');
  await mine.locator('[data-tick="read"]').waitFor();
  expect(await mine.evaluate((one) => one.getBoundingClientRect().bottom < innerHeight)).toBe(true);
  await again.page.context().close();
});
