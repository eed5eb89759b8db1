import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { customerWrites, openDesk, prefer, reply, signIn } from './desk.ts';
import type { House } from './house.ts';
import { layLine } from './line.ts';

let house: House;
let page: Page;
/** A conversation that has more messages than are read at once, and another one. */
let long: string;
let other: string;
const number = '966500009500';
beforeAll(async () => {
  house = await openDesk();
  page = await signIn(house, { expected: /503/ });
  other = await customerWrites(page, '966500009501', 'Omar', 'And the lamp?');
  long = await customerWrites(page, number, 'Nora', 'Is the oak desk still in stock?');
  for (let n = 2; n <= 90; n++) await customerWrites(page, number, 'Nora', `Line ${n}`);
  const read = `/api/v1/inbox/sessions/${long}/read`;
  await page.request.put(read, { headers: { 'x-parley-client': 'inbox' }, data: {} });
});
afterAll(() => house?.close());
afterEach(async () => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  expect(house.complaints()).toEqual([]);
});

const row = (id: string) => page.locator(`[data-session="${id}"]`);
const unread = (id: string) => row(id).locator('[data-unread]');
const said = (text: string) => page.locator('article').filter({ hasText: text });
const open = async (id: string, search = '') => {
  await page.goto(`/inbox/${id}${search}`);
  await page.locator('article').first().waitFor();
};

describe('a conversation that is open', () => {
  it('stays unread once it is marked so, until something new comes', async () => {
    await open(long);
    await page.keyboard.press('u');
    await unread(long).waitFor();
    await page.waitForTimeout(3000);
    expect(await unread(long).count()).toBe(1);
    await customerWrites(page, number, 'Nora', 'Something new');
    await said('Something new').waitFor();
    await unread(long).waitFor({ state: 'detached' });
  });

  it('is unread as long as the server could not be told, and it is told again', async () => {
    await page.route('**/sessions/*/read', (route) => route.fulfill({ status: 503, body: '{}' }));
    await customerWrites(page, '966500009501', 'Omar', 'The brass one');
    const told = page.waitForResponse('**/sessions/*/read');
    await open(other);
    expect((await told).status()).toBe(503);
    await unread(other).waitFor();
    await page.unroute('**/sessions/*/read');
    expect((await page.waitForResponse('**/sessions/*/read')).status()).toBe(200);
    await unread(other).waitFor({ state: 'detached' });
  });
});

describe('what comes while it is being read', () => {
  /** The answer is as old as what was asked, and comes after the event. */
  const late = (text: string) => {
    let first = true;
    return async (route: Route) => {
      const response = await route.fetch();
      if (first) {
        first = false;
        await customerWrites(page, '966500009501', 'Omar', text);
        await page.waitForTimeout(700);
      }
      await route.fulfill({ response }).catch(() => {});
    };
  };

  it('is in the conversation', async () => {
    await open(long);
    await page.route(`**/inbox/sessions/${other}/messages?**`, late('In the middle of it'));
    await row(other).click();
    await said('In the middle of it').waitFor();
  });

  it('is in the list', async () => {
    await open(long);
    await page.route('**/inbox/sessions?**state=any**', late('In the middle of the list'));
    await page.evaluate(() => history.pushState(null, '', '/inbox?state=any'));
    await row(other).getByText('In the middle of the list').waitFor();
  });
});

describe('a long conversation', () => {
  const latest = () => page.getByRole('button', { name: 'To the latest message' });
  const first = () => said('Is the oak desk still in stock?').first();

  it('says how many are new, and older ones are not', async () => {
    await open(long);
    await page.locator('article').last().focus();
    await page.keyboard.press('Home');
    await latest().waitFor();
    await page.keyboard.press('Home');
    await expect.poll(() => first().count()).toBe(1);
    expect(await latest().textContent()).toBe('Latest');
    await customerWrites(page, number, 'Nora', 'Are you there?');
    await expect.poll(() => latest().textContent()).toBe('1 new');
  });

  it('is searched as far back as one asks', async () => {
    await open(long);
    await page.keyboard.press('Control+f');
    await page.keyboard.type('oak desk');
    await page.getByText('Nothing found').waitFor();
    await page.getByRole('button', { name: 'Search older ones' }).click();
    await page.getByText('1 found').waitFor();
    await first().waitFor();
    await page.keyboard.press('Escape');
  });

  it('goes to what an answer is to, each time that one asks', async () => {
    await open(long);
    await page.locator('article').last().focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Home');
    await expect.poll(() => first().count()).toBe(1);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await reply(page).and(page.locator(':focus')).waitFor();
    await reply(page).fill('It is.');
    await reply(page).press('Enter');
    const quote = said('It is.').last().getByRole('button', { name: 'oak desk' });
    const isSeen = (text: string) =>
      page.evaluate(
        (text) =>
          [...document.querySelectorAll('article')].some((one) => {
            const { top, bottom } = one.getBoundingClientRect();
            return one.textContent!.includes(text) && bottom > 100 && top < innerHeight - 200;
          }),
        text,
      );
    for (let n = 0; n < 2; n++) {
      if (await latest().count()) await latest().click();
      await quote.click();
      await expect.poll(() => isSeen('oak desk still')).toBe(true);
      await page.locator('article[data-lit]').waitFor();
    }
  });

  it('that was found by a message is left with it', async () => {
    const { items } = await house.call<{ items: { id: string }[] }>(`/api/v1/sessions/${long}/messages`);
    await open(long, `?message=${items[0]!.id}`);
    await page.keyboard.press('j');
    await page.waitForURL(/\/inbox\/[^?]*$/);
  });
});

it('the filter of the list takes a name of two words, with a pause between them', async () => {
  await page.goto('/inbox');
  const find = page.getByRole('searchbox', { name: /^Filter by name/ });
  await find.pressSequentially('Oma ');
  await page.waitForURL(/text=Oma$/);
  await page.waitForTimeout(300);
  await find.pressSequentially('r');
  expect(await find.inputValue()).toBe('Oma r');
});

describe('who listens', () => {
  /** In the page: notes each text that is spoken, and counts the tones. */
  const listen = `
    window.heard = []; window.tones = 0;
    addEventListener('DOMContentLoaded', () => {
      new MutationObserver(() => {
        const text = document.querySelector('[aria-live="polite"]')?.textContent;
        if (text && text !== window.heard.at(-1)) window.heard.push(text);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    const { createOscillator } = AudioContext.prototype;
    AudioContext.prototype.createOscillator = function () { window.tones += 1; return createOscillator.call(this); };
  `;
  const heard = (of: Page) =>
    of.evaluate(() =>
      (window as unknown as { heard: string[] }).heard.map((one) => one.replace('\u200b', '')),
    );
  const tones = (of: Page) => of.evaluate(() => (window as unknown as { tones: number }).tones);

  it('is asked once for a sound, with a press that plays it', async () => {
    const mine = await signIn(house);
    await mine.addInitScript(listen);
    await mine.goto('/inbox');
    const bar = mine.getByRole('region', { name: 'Sound at a new message' });
    await bar.getByRole('button', { name: 'In all conversations' }).click();
    await bar.waitFor({ state: 'detached' });
    await expect.poll(() => tones(mine)).toBe(2);
    await mine.reload();
    await mine.locator('#list').waitFor();
    expect(await bar.count()).toBe(0);
    await mine.context().close();
  });

  it('hears of each message, and of those that came without a line in one word and no tone', async () => {
    const line = await layLine(house.url);
    const mine = await signIn(house, { baseURL: line.url, expected: /ERR_|WebSocket|Failed to fetch/ });
    await prefer(mine, { sound: 'all', notifications: true });
    await mine.addInitScript(listen);
    // As a browser without them.
    await mine.addInitScript(`delete window.Notification`);
    await mine.addInitScript(`Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })`);
    await mine.goto('/inbox');
    await mine.locator('#list').click();
    for (const text of ['One', 'Two']) {
      await customerWrites(page, number, 'Nora', text);
      await mine.locator(`[data-session="${long}"]`).getByText(text, { exact: true }).waitFor();
      await mine.waitForTimeout(2500);
    }
    expect(await heard(mine)).toEqual(['New message from Nora', 'New message from Nora']);
    await expect.poll(() => tones(mine)).toBe(4);
    line.cut();
    await mine.getByText('No connection.').waitFor();
    for (const text of ['Three', 'Four', 'Five']) await customerWrites(page, number, 'Nora', text);
    line.mend();
    await expect.poll(async () => (await heard(mine)).at(-1)).toBe('3 new messages');
    expect(await tones(mine)).toBe(4);
    await mine.context().close();
    await line.close();
  });
});
