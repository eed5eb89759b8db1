import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { customerWrites, notices, openDesk, prefer, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let page: Page;
let session: string;
beforeAll(async () => {
  house = await openDesk();
  page = await signIn(house);
  await customerWrites(page, '966500009100', 'Nora', 'Is the oak desk still in stock?');
  session = await customerWrites(page, '966500009100', 'Nora', 'And the lamp?');
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const words = {
  en: {
    more: 'More about this message',
    reply: 'Reply to this message',
    copy: 'Copy the text',
    head: 'More actions',
  },
  ar: {
    more: 'المزيد عن هذه الرسالة',
    reply: 'الرد على هذه الرسالة',
    copy: 'نسخ النص',
    head: 'إجراءات أخرى',
  },
};

describe.each(['en', 'ar'] as const)('the menu of a message, %s', (language) => {
  const { more, copy, reply: answer } = words[language];
  const button = (i: number) => page.getByRole('button', { name: more }).nth(i);
  beforeAll(async () => {
    await prefer(page, { language });
    await page.goto(`/inbox/${session}`);
    await page.locator('article').nth(1).waitFor();
  });

  it('opens at the message by keys, is closed by Esc alone, and the focus is back where it was', async () => {
    // Past the rail, the lists and the list to the messages; then to the first one, and into it.
    for (let n = 0; n < 4; n++) await page.keyboard.press('F6');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: answer }).first().and(page.locator(':focus')).waitFor();
    await page.keyboard.press(language === 'ar' ? 'ArrowLeft' : 'ArrowRight');
    await button(0).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: copy }).and(page.locator(':focus')).waitFor();
    expect(await button(0).getAttribute('aria-expanded')).toBe('true');
    const menu = page.getByRole('menu', { name: more });
    expect(await menu.getAttribute('id')).toBe(await button(0).getAttribute('aria-controls'));
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    await button(0).and(page.locator(':focus')).waitFor();
    expect(await button(0).getAttribute('aria-expanded')).toBe('false');
    expect(page.url()).toContain(session);
  });

  it('is one for all messages: where another is pressed it opens there', async () => {
    await button(0).click();
    await page.getByRole('menu').waitFor();
    await button(1).click();
    await expect.poll(() => button(1).getAttribute('aria-expanded')).toBe('true');
    expect(await button(0).getAttribute('aria-expanded')).toBe('false');
    await expect.poll(() => page.getByRole('menu').count()).toBe(1);
    await button(1).click();
    await page.getByRole('menu').waitFor({ state: 'detached' });
  });
});

it('whose code does not come is asked for again, told of in the end, and given up by Esc alone', async () => {
  await prefer(page, { language: 'en' });
  const code = /menu-layer-[^/]*\.js$/;
  await page.route(code, (route) => route.abort());
  await page.goto(`/inbox/${session}`);
  const button = page.getByRole('button', { name: words.en.more }).first();
  await button.click();
  await notices(page).getByText('This could not be loaded').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => button.getAttribute('aria-expanded')).toBe('false');
  expect(page.url()).toContain(session);
  await page.unroute(code);
  await button.click();
  await page.getByRole('menuitem', { name: words.en.copy }).waitFor();
  await page.keyboard.press('Escape');
  expect(house.complaints().filter((one) => !one.includes('ERR_FAILED'))).toEqual([]);
});

it('at a message that is scrolled out of sight is closed', async () => {
  await page.goto(`/inbox/${session}`);
  for (let n = 0; n < 30; n++) await customerWrites(page, '966500009100', 'Nora', `Line ${n}`);
  const button = page.getByRole('button', { name: words.en.more }).last();
  await button.click();
  await page.getByRole('menu').waitFor();
  await page.locator('article').last().hover({ force: true });
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, -600);
      return page.getByRole('menu').count();
    })
    .toBe(0);
  // Out of the message, and out of the conversation.
  await page.keyboard.press('Escape');
  await page.locator('article:focus').waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL(/\/inbox(\?.*)?$/);
});

it('tells the name of a button that is an icon, and its key, once one points at it', async () => {
  await prefer(page, { language: 'en' });
  await page.goto(`/inbox/${session}`);
  const button = page.getByRole('button', { name: words.en.head });
  await button.hover();
  const tip = page.getByRole('tooltip');
  await expect.poll(() => tip.textContent()).toBe(`${words.en.head}.`);
  expect(await button.getAttribute('aria-describedby')).toBe(await tip.getAttribute('id'));
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await reply(page).hover();
  await tip.waitFor({ state: 'detached' });
});
