import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { customerWrites, openDesk, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let page: Page;
/** Conversations as the list has them, the latest on top. */
let third: string;
let second: string;
let first: string;
beforeAll(async () => {
  house = await openDesk();
  page = await signIn(house);
  third = await customerWrites(page, '966500009300', 'Third', 'I was here before all others');
  second = await customerWrites(page, '966500009301', 'Second', 'I came a little later');
  first = await customerWrites(page, '966500009302', 'First', 'I came last');
});
afterAll(() => house?.close());
afterEach(async () => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  expect(house.complaints()).toEqual([]);
});

const shown = (id: string) => page.locator(`#thread[data-shown="${id}"]`);
const said = (text: string) => page.locator('article').filter({ hasText: text });
const row = (id: string) => page.locator(`[data-session="${id}"]`);
const messagesOf = (id: string) => `**/inbox/sessions/${id}/messages?**`;

/** The answer with these messages comes once it is let go. */
async function hold(id: string): Promise<() => void> {
  let letGo = () => {};
  const held = new Promise<void>((done) => (letGo = done));
  await page.route(messagesOf(id), async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  return letGo;
}

/** In the page: presses these keys, one right after the other. */
async function pressAll(keys: string[]): Promise<void> {
  for (const key of keys) {
    const code = `Key${key.toUpperCase()}`;
    document.body.dispatchEvent(new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true }));
    await new Promise((done) => setTimeout(done));
  }
}

const open = async (id: string, text: string) => {
  await page.goto(`/inbox/${id}`);
  await said(text).waitFor();
};

it('marks at once what is chosen; messages that take long are waited for in their own conversation', async () => {
  await open(first, 'I came last');
  const letGo = await hold(third);
  await row(third).click();
  await page.locator(`[data-session="${third}"][aria-current]`).waitFor();
  await shown(third).waitFor();
  await page.locator('#thread header').getByText('Third').waitFor();
  expect(await said('I came last').count()).toBe(0);
  // Nor are the data of the one before taken for theirs.
  const customer = page.getByRole('complementary', { name: 'About the customer' });
  await expect.poll(() => customer.getByText('First').count()).toBe(0);
  letGo();
  await customer.getByRole('heading', { name: 'Third' }).waitFor();
  await said('I was here before all others').waitFor();
});

it('leaves text where it was typed, also when one goes on at once', async () => {
  await open(first, 'I came last');
  await reply(page).fill('For the first one');
  await reply(page).blur();
  await page.evaluate(pressAll, ['j', 'r']);
  await shown(second).waitFor();
  await reply(page).and(page.locator(':focus')).waitFor();
  expect(await reply(page).inputValue()).toBe('');
  await page.keyboard.type('For the second one');
  await row(first).click();
  await shown(first).waitFor();
  expect(await reply(page).inputValue()).toBe('For the first one');
  await row(second).click();
  await shown(second).waitFor();
  expect(await reply(page).inputValue()).toBe('For the second one');
});

it('has read the next conversation when one goes down the list, and asks for it once', async () => {
  const asked: string[] = [];
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname;
    if (/\/messages$/.test(path)) asked.push(path);
  });
  const read = page.waitForResponse(messagesOf(second));
  await open(first, 'I came last');
  await read;
  await page.keyboard.press('j');
  await said('I came a little later').waitFor();
  await page.waitForResponse(messagesOf(third));
  expect(asked.filter((path) => path.includes(second))).toHaveLength(1);
});

/** In the page: notes what the thread shows, each time that a frame shows something else. */
function noteThread(): void {
  const seen: string[] = [];
  Object.assign(window, { seen });
  const look = () => {
    const thread = document.getElementById('thread')!;
    const has = (what: string) => thread.querySelector(what) !== null;
    const now = `${thread.dataset.shown}${has('[role="status"][aria-label="Loading"]') ? ', bones' : ''}${has('article') ? ', messages' : ''}`;
    if (seen.at(-1) !== now) seen.push(now);
    requestAnimationFrame(look);
  };
  look();
}

it('holds the place of messages that take long once a moment has passed, and until they are there', async () => {
  await open(first, 'I came last');
  const letGo = await hold(third);
  await page.evaluate(noteThread);
  await row(third).click();
  await shown(third).waitFor();
  await page.waitForTimeout(300);
  letGo();
  await said('I was here before all others').waitFor();
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen)).toEqual([
    `${first}, messages`,
    `${first}, bones, messages`,
    `${third}, bones`,
    `${third}, messages`,
  ]);
});

it('leaves the rows of a list that is only narrowed until the others are there', async () => {
  await open(first, 'I came last');
  let letGo = () => {};
  const held = new Promise<void>((done) => (letGo = done));
  await page.route('**/inbox/sessions?**unread=**', async (route) => {
    await held;
    await route.continue().catch(() => {});
  });
  await page.getByRole('button', { name: 'Unread', exact: true }).click();
  await page.locator('#list [role="list"][aria-busy="true"]').waitFor();
  expect(await row(first).count()).toBe(1);
  letGo();
  await row(first).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Unread', exact: true }).click();
  await row(first).waitFor();
});

it('is where whoever read the one before goes on by keys', async () => {
  await open(first, 'I came last');
  const letGo = await hold(second);
  await said('I came last').click();
  await page.keyboard.press('j');
  // Nothing is drawn before its time.
  expect(await page.locator('#thread').getByRole('status', { name: 'Loading' }).count()).toBe(0);
  await shown(second).waitFor();
  letGo();
  await said('I came a little later').waitFor();
  await page.locator('#thread:focus').waitFor();
});

it('writes on in the next conversation whoever goes there while writing', async () => {
  await open(first, 'I came last');
  const letGo = await hold(second);
  await reply(page).focus();
  await page.keyboard.press('Alt+ArrowDown');
  await shown(second).waitFor();
  await reply(page).and(page.locator(':focus')).waitFor();
  letGo();
  await page.keyboard.type('Red or blue?');
  expect(await reply(page).inputValue()).toContain('Red or blue?');
  expect(await page.getByText('Resolved: Second').count()).toBe(0);
  await reply(page).fill('');
});

it('takes a key for the conversation that is chosen, also while that is on its way', async () => {
  await open(first, 'I came last');
  await page.waitForTimeout(200);
  const letGo = await hold(second);
  await page.evaluate(pressAll, ['j', 'e']);
  await page.getByText('Resolved: Second').waitFor();
  expect(await page.getByText('Resolved: First').count()).toBe(0);
  letGo();
  await page.keyboard.press('z');
  await row(second).waitFor();
});
