import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { picture } from './console.ts';
import { ben, customerWrites, furnish, openDesk, prefer, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let [anns, bens]: Page[] = [];
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  anns = await signIn(house);
  bens = await signIn(house, { who: ben });
  await prefer(anns, { language: 'en', sound: 'mine', notifications: true });
  await anns.addInitScript(told);
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

/** In the page: notes what is spoken, counts the tones, and has notifications; the window is behind others until it is shown. */
const told = `
  Object.assign(window, { heard: [], tones: 0, noted: [], behind: true });
  addEventListener('DOMContentLoaded', () => {
    new MutationObserver(() => {
      const text = document.querySelector('[aria-live="polite"]')?.textContent.replace('\\u200b', '');
      if (text && text !== heard.at(-1)) heard.push(text);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  const { createOscillator } = AudioContext.prototype;
  AudioContext.prototype.createOscillator = function () { tones += 1; return createOscillator.call(this); };
  window.Notification = class {
    static permission = 'granted';
    constructor(title, { body, tag }) { noted.push([title, body, tag]); }
  };
  Object.defineProperty(document, 'visibilityState', { get: () => (behind ? 'hidden' : 'visible') });
`;
const show = (page: Page) =>
  page.evaluate(`behind = false; document.dispatchEvent(new Event('visibilitychange'));
    dispatchEvent(new Event('visibilitychange'));`);
const of = (page: Page, name: 'heard' | 'tones' | 'noted') => page.evaluate(name);

const does = async (page: Page, method: 'post' | 'put' | 'get', path: string, data = {}) => {
  const headers = { 'x-parley-client': 'inbox' };
  const answer = await page.request[method](`/api/v1/inbox/${path}`, {
    headers,
    ...(method !== 'get' && { data }),
  });
  expect(answer.status(), await answer.text()).toBeLessThan(300);
  return answer.json();
};
const mark = (session: string) =>
  anns!.locator(`[data-session="${session}"]`).getByText('A note mentions you');

it('who is mentioned hears of it, sees it in the row, and has read it once it was in view', async () => {
  const session = await customerWrites(bens!, '966500007010', 'Yara', 'It came broken');
  await does(anns!, 'put', `sessions/${session}/read`);
  await anns!.goto('/inbox?view=all');
  await anns!.locator('#list').click();
  await anns!.locator(`[data-session="${session}"]`).waitFor();
  const note = { text: 'Can you look at this, @admin?', mentions: ['admin'] };
  await does(bens!, 'post', `sessions/${session}/notes`, note);
  await mark(session).waitFor({ state: 'attached' });
  await expect.poll(() => of(anns!, 'heard')).toEqual(['Ben Adler mentioned you']);
  await expect.poll(() => of(anns!, 'tones')).toBe(2);
  expect(await of(anns!, 'noted')).toEqual([['Ben Adler mentioned you', '', `/inbox/${session}`]]);
  await expect.poll(() => anns!.title()).toBe('(1) Inbox');
  expect(await barriers(anns!)).toEqual([]);
  await picture(anns!, 'inbox-mentioned');
  await anns!
    .getByRole('navigation', { name: 'Lists' })
    .getByRole('button', { name: /^Mentions/ })
    .click();
  await anns!.locator(`[data-session="${session}"]`).click();
  await anns!.getByRole('article', { name: /^Note/ }).waitFor();
  await anns!.waitForTimeout(3000);
  // Nobody has looked: the window is behind others.
  expect(await does(anns!, 'get', 'counts')).toMatchObject({ mentions: 1 });
  await show(anns!);
  await expect.poll(() => does(anns!, 'get', 'counts')).toMatchObject({ mentions: 0 });
  await anns!.locator(`[data-session="${session}"]`).waitFor({ state: 'detached' });
  await expect.poll(() => anns!.title()).toBe('Inbox');
});

it('a row in which one is mentioned is marked as read with others', async () => {
  const session = await customerWrites(bens!, '966500007011', 'Wafa', 'It is too small');
  await does(anns!, 'put', `sessions/${session}/read`);
  await does(bens!, 'post', `sessions/${session}/notes`, { text: 'Is it, @admin?', mentions: ['admin'] });
  await anns!.goto('/inbox?view=mentions');
  const row = anns!.locator(`[data-session="${session}"]`);
  await row.click({ modifiers: ['Control'] });
  await anns!.keyboard.press('.');
  await anns!.getByRole('menuitem', { name: 'Mark as read' }).click();
  await row.waitFor({ state: 'detached' });
  await expect.poll(() => does(anns!, 'get', 'counts')).toMatchObject({ mentions: 0 });
});

it('who is given a conversation by somebody else hears of it; who takes one does not', async () => {
  const given = await customerWrites(bens!, '966500007020', 'Zaki', 'Where is my order?');
  const taken = await customerWrites(bens!, '966500007021', 'Amal', 'And mine?');
  await anns!.goto('/inbox');
  await anns!.locator('#list').click();
  await anns!.locator(`[data-session="${taken}"]`).waitFor();
  await does(anns!, 'post', `sessions/${taken}/claim`);
  await does(bens!, 'put', `sessions/${given}/holder`, { agent: 'admin' });
  await expect.poll(() => of(anns!, 'heard')).toEqual(['You were given the conversation with Zaki']);
  expect(await of(anns!, 'noted')).toEqual([
    ['You were given the conversation with Zaki', '', `/inbox/${given}`],
  ]);
  await expect.poll(() => of(anns!, 'tones')).toBe(2);
});
