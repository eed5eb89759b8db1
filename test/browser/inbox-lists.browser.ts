import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { barriers } from './accessible.ts';
import { customerWrites, fitsAcross, furnish, openDesk, prefer, reply, signIn } from './desk.ts';
import type { House } from './house.ts';
import { told } from './refusal.ts';

let house: House;
let page: Page;
/** Sara of Ann, Sara of Ben, Sara whose conversation is resolved, and Omar of Ann. */
let anns: string;
let bens: string;
let over: string;
let omar: string;
const headers = { 'x-parley-client': 'inbox' };
const act = async (session: string, path: string, data: object) => {
  const url = `/api/v1/inbox/sessions/${session}/${path}`;
  const answer = await page.request.fetch(url, { method: path === 'holder' ? 'PUT' : 'POST', headers, data });
  expect(answer.status()).toBe(200);
};
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  page = await signIn(house, { expected: /status of (400|503)|ERR_FAILED/ });
  anns = await customerWrites(page, '966500009301', 'Sara Alvi', 'One giraffe');
  bens = await customerWrites(page, '966500009302', 'Sara Badr', 'Two giraffes');
  over = await customerWrites(page, '966500009303', 'Sara Chen', 'No more');
  omar = await customerWrites(page, '966500009304', 'Omar', 'Hello');
  await act(anns, 'holder', { agent: 'admin' });
  await act(omar, 'holder', { agent: 'admin' });
  await act(bens, 'holder', { agent: 'ben' });
  await act(over, 'holder', { agent: 'admin' });
  await act(over, 'resolve', {});
  // The search writes its words behind what happens.
  await vi.waitFor(
    async () => {
      const answer = await page.request.get('/api/v1/inbox/sessions?text=sara&state=any');
      expect(((await answer.json()) as { items: unknown[] }).items).toHaveLength(3);
    },
    { timeout: 20_000, interval: 200 },
  );
});
afterAll(() => house?.close());
afterEach(async () => {
  await page.unrouteAll({ behavior: 'wait' });
  expect(house.complaints()).toEqual([]);
});

const rows = async (where = page) =>
  (
    await where
      .locator('[data-session]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-session')))
  ).sort();
const shows = (ids: string[]) => expect.poll(rows).toEqual([...ids].sort());
const list = (name: string) =>
  page.getByRole('navigation', { name: 'Lists' }).getByRole('button', { name, exact: false });
const find = () => page.getByRole('searchbox', { name: /^Filter by name/ });

describe('a list', () => {
  it('is narrowed by what is typed, and stays the list that it is', async () => {
    await page.goto('/inbox');
    await list('Mine').click();
    await shows([anns, omar]);
    await find().fill('sara');
    await shows([anns]);
    await list('All').first().click();
    await shows([anns, bens]);
    await find().fill('');
  });

  it('is not narrowed by one letter, which is no error and stays where it is typed', async () => {
    await page.goto('/inbox?view=mine');
    await shows([anns, omar]);
    await find().pressSequentially('sa', { delay: 400 });
    await shows([anns]);
    await find().press('Backspace');
    await shows([anns, omar]);
    expect(await find().inputValue()).toBe('s');
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('finds a conversation by its ticket', async () => {
    const { ticket } = await told<{ ticket: string }>(page, bens);
    await page.goto('/inbox');
    await find().fill(ticket.toLowerCase());
    await shows([bens]);
  });

  it('is put together: mine that are resolved, and of a channel; each can be taken away', async () => {
    await page.goto('/inbox');
    await list('Mine').click();
    await list('Resolved').click();
    await shows([over]);
    expect(await list('Mine').getAttribute('aria-current')).toBe('true');
    expect(await list('Resolved').getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('heading', { name: 'Mine' }).waitFor();
    await list('Sandbox').click();
    await shows([over]);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Filter Resolved: take away' }).click();
    await shows([anns, omar]);
    await list('Sandbox').click();
    expect(new URL(page.url()).search).toBe('?view=mine');
    await list('Snoozed').click();
    await page.getByText('The filter hides everything').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await shows([anns, bens, omar]);
  });

  it('says how many it has, and not the number of a longer one', async () => {
    const path = `/api/v1/inbox/sessions/${omar}/snooze`;
    await page.request.put(path, { headers, data: { until: Date.now() + 3_600_000 } });
    await page.goto('/inbox?view=all&state=snoozed');
    await shows([omar]);
    const title = page.getByRole('heading', { level: 1 });
    await expect.poll(() => title.textContent()).toMatch(/^All\s*1$/);
    await list('Sandbox').click();
    await expect.poll(() => title.textContent()).toBe('All');
    await page.request.delete(path, { headers });
  });

  it('keeps its order from list to list, and for this person', async () => {
    await page.goto('/inbox');
    const order = page.getByRole('button', { name: 'Order' });
    await order.click();
    await page.getByRole('menuitem', { name: 'Longest waiting first' }).click();
    await list('Mine').click();
    await order.getByText('Longest waiting').waitFor();
    await page.goto('/inbox');
    await order.getByText('Longest waiting').waitFor();
    await expect.poll(() => page.locator('[data-row="0"]').getAttribute('data-session')).toBe(anns);
    // Its number would count those who wait for nothing.
    await page.getByRole('heading', { level: 1, name: 'All', exact: true }).waitFor();
    await page.locator(`[data-session="${omar}"]`).click();
    await reply(page).fill('Hello Omar');
    await reply(page).press('Enter');
    await shows([anns, bens]);
    await order.click();
    await page.getByRole('menuitem', { name: 'Latest first' }).click();
    await shows([anns, bens, omar]);
  });

  it('asks for more where what is loaded has gone, and says nothing is there when that is so', async () => {
    await page.route('**/inbox/sessions?**text=sara**', async (route) => {
      const url = new URL(route.request().url());
      if (url.searchParams.has('after')) return route.continue({ url: url.href.replace(/&after=[^&]*/, '') });
      return route.fulfill({ json: { items: [], next: 'more' } });
    });
    await page.goto('/inbox');
    await find().fill('sara');
    await shows([anns, bens]);
    expect(await page.getByText('The filter hides everything').count()).toBe(0);
  });
});

describe('the search in all messages', () => {
  const box = () => page.getByRole('searchbox', { name: 'Search all messages' });
  const hits = () => page.getByRole('dialog').getByRole('button').filter({ hasText: 'zebra' });
  const search = async (text: string) => {
    await page.keyboard.press('/');
    await box().fill(text);
  };

  it('goes on beyond the first twenty, and leaves the list as it is', async () => {
    await customerWrites(page, '966500009305', 'Zoe', 'The oldest zebra');
    for (let n = 2; n <= 25; n += 1) await customerWrites(page, '966500009305', 'Zoe', `Another zebra ${n}`);
    await expect
      .poll(async () => {
        const answer = await page.request.get('/api/v1/inbox/search?q=zebra&limit=100');
        return ((await answer.json()) as { messages: { items: unknown[] } }).messages.items.length;
      })
      .toBe(25);
    await page.goto('/inbox?view=mine&state=any');
    await shows([anns, omar, over]);
    await search('zebra');
    await expect.poll(() => hits().count()).toBe(20);
    let fails = true;
    await page.route('**/inbox/search?**after=**', (route) => (fails ? route.abort() : route.continue()));
    const more = page.getByRole('button', { name: 'Show older messages' });
    await more.click();
    await page.getByText('Older messages could not be loaded.').waitFor();
    fails = false;
    await more.click();
    await expect.poll(() => hits().count()).toBe(25);
    await more.waitFor({ state: 'detached' });
    await hits().last().click();
    const first = page.locator('article').filter({ hasText: 'The oldest zebra' });
    await expect.poll(() => first.getAttribute('data-lit')).toBe('true');
    await shows([anns, omar, over]);
    expect(new URL(page.url()).searchParams.get('view')).toBe('mine');
    // The same one once more.
    await expect.poll(() => first.getAttribute('data-lit')).not.toBe('true');
    await search('zebra');
    await expect.poll(() => hits().count()).toBe(25);
    await hits().last().click();
    await expect.poll(() => first.getAttribute('data-lit')).toBe('true');
  });

  it('finds a conversation by its ticket, and says when a customer cannot be opened', async () => {
    const { ticket } = await told<{ ticket: string }>(page, over);
    await page.goto('/inbox?view=mine&state=any');
    await shows([anns, omar, over]);
    await search(ticket);
    await page.getByRole('dialog').getByRole('button').filter({ hasText: ticket }).click();
    await page.waitForURL((url) => url.pathname === `/inbox/${over}`);
    await page.route('**/contacts/*/sessions?**', (route) => route.abort());
    await search('omar');
    await page.getByRole('dialog').getByRole('button').filter({ hasText: '966500009304' }).click();
    await page.getByText('The server cannot be reached.').first().waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('dialog').getByRole('button').filter({ hasText: '966500009304' }).click();
    await page.waitForURL((url) => url.pathname === `/inbox/${omar}`);
  });
});

it('fits a narrow screen in Arabic, with all that narrows a list', async () => {
  const phone = await signIn(house, { viewport: { width: 320, height: 640 } });
  await prefer(phone, { language: 'ar' });
  await phone.goto('/inbox?view=mine&state=any&channel=dummy:sandbox&unread=1&text=sara');
  await phone.locator('#list').waitFor();
  await fitsAcross(phone);
  expect(await barriers(phone)).toEqual([]);
  if (process.env.PICTURES) await phone.screenshot({ path: `${process.env.PICTURES}/lists-ar.png` });
  await phone.context().close();
});
