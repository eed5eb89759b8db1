import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { type House, openHouse, type PageOptions } from './house.ts';
import { answer, bubble, chatOf, openChat, openWebsite, visitorOf, type Website, write } from './website.ts';

let house: House;
let shop: Website;
let arabic: Website;
beforeAll(async () => {
  house = await openHouse();
  const settings = { languages: ['en', 'ar', 'hi'], greeting: { en: 'Hello!', ar: 'أهلا بك!' } };
  shop = await openWebsite(house, { settings });
  arabic = await openWebsite(house, { settings, lang: 'ar' });
});
afterAll(async () => {
  await shop?.close();
  await arabic?.close();
  await house?.close();
});
afterEach(async () => expect(await house.tidy()).toEqual([]));

/** A conversation with something of everything. */
async function converse(page: Page, website: Website, text: string): Promise<Frame> {
  await page.goto(website.url);
  const chat = await openChat(page);
  await write(chat, text);
  await bubble(chat, text.slice(0, 12)).locator('[data-step=sent]').waitFor();
  const visitor = await visitorOf(house, website);
  await answer(house, visitor, {
    text: 'See https://shop.example/orders',
    buttons: [
      { label: 'Track it' },
      { label: 'Cancel it' },
      { type: 'URL', label: 'Shop', url: 'https://shop.example' },
    ],
  });
  await answer(house, visitor, {
    type: 'location',
    location: { latitude: '24.7', longitude: '46.6', name: 'Riyadh' },
  });
  await answer(house, visitor, {
    text: 'Which day?',
    buttons: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday'].map((label) => ({
      label,
      desc: 'from 9 to 5',
    })),
  });
  await chat.locator('.choice[aria-expanded=false]').click();
  await chat.locator('.choices.list').waitFor();
  return chat;
}

describe('nothing keeps anybody out', () => {
  const looks: [string, PageOptions][] = [
    ['in light', { colorScheme: 'light' }],
    ['in the dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }],
  ];
  it.each(looks)('%s', async (_name, options) => {
    const page = await house.page({ ...options, openShadows: true });
    const chat = await converse(page, shop, 'Where is my order? +971 50 123 4567');
    expect(await barriers(page, 'parley-chat')).toEqual([]);
    await chat.getByRole('button', { name: 'Emoji', exact: true }).click();
    await chat.locator('.emoji button').first().waitFor();
    expect(await barriers(page, 'parley-chat')).toEqual([]);
    expect(await sideways(chat)).toBe(false);
  });

  it('and whatever did would be found, in the frame and on the launcher', async () => {
    const page = await house.page({ openShadows: true });
    await page.goto(shop.url);
    const chat = await openChat(page);
    // The launcher is drawn anew when the server has told how things stand.
    await write(chat, 'Hello');
    await bubble(chat, 'Hello').locator('[data-step=sent]').waitFor();
    // And again whenever a receipt comes: a name that is taken away may be put back.
    const withoutNames = async () => {
      await chat.evaluate(() => {
        for (const name of ['aria-label', 'title']) document.querySelector('.tool')!.removeAttribute(name);
      });
      await page.locator('parley-chat button').evaluate((button) => button.removeAttribute('aria-label'));
      const found = await barriers(page, 'parley-chat');
      return found.filter((one) => one.startsWith('button-name')).length;
    };
    await expect.poll(withoutNames, { timeout: 20_000 }).toBe(2);
  });

  it('in Arabic, with what is written from left to right inside', async () => {
    const page = await house.page({ openShadows: true, locale: 'ar' });
    const chat = await converse(page, arabic, 'أين طلبي رقم 12345؟ هاتفي +971 50 123 4567');
    expect(await chat.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
      'ar',
      'rtl',
    ]);
    const { phone, order } = await placesOf(chat);
    // The number reads from left to right, and the sentence goes on to the left of its first word.
    expect(phone.plus).toBeLessThan(phone.last);
    expect(order.first).toBeGreaterThan(order.last);
    await chat.getByRole('button', { name: 'إرسال', exact: true }).waitFor();
    expect(await barriers(page, 'parley-chat')).toEqual([]);
    const box = (await page.locator('parley-chat').boundingBox())!;
    expect(box.x).toBeLessThan(100);
  });

  it('on the demo, in each of its languages', async () => {
    const page = await house.page({ openShadows: true });
    await page.goto('/demo');
    await page.locator('parley-chat').waitFor({ state: 'attached' });
    for (const name of ['English', 'العربية', 'हिन्दी']) {
      await page.getByRole('button', { name }).click();
      expect(await barriers(page), name).toEqual([]);
    }
  });

  it('nor who is asked something first', async () => {
    const asking = await openWebsite(house, { settings: { preChatName: 'required', consent: true } });
    const page = await house.page({ openShadows: true });
    await page.goto(asking.url);
    const chat = await openChat(page);
    expect(await barriers(page, 'parley-chat')).toEqual([]);
    await chat.getByRole('button', { name: 'Agree and chat' }).click();
    await chat.getByRole('button', { name: 'Start the chat' }).click();
    await chat.getByText('This is needed.').waitFor();
    expect(await barriers(page, 'parley-chat')).toEqual([]);
    await asking.close();
  });
});

it('speaks Hindi when the page says so, without being loaded again', async () => {
  const page = await house.page();
  await page.goto(shop.url);
  const chat = await openChat(page);
  await write(chat, 'Before');
  await bubble(chat, 'Before').locator('[data-step=sent]').waitFor();
  await page.evaluate(() =>
    (window as unknown as { parley: { setLanguage(lang: string): void } }).parley.setLanguage('hi'),
  );
  await chat.getByPlaceholder('संदेश लिखें').waitFor();
  await bubble(chat, 'Before').waitFor();
});

it('is used by the keyboard alone', async () => {
  const page = await house.page({ openShadows: true });
  await page.goto(shop.url);
  await page.locator('parley-chat').waitFor({ state: 'attached' });
  await page.getByRole('link', { name: 'Second page' }).focus();
  await page.keyboard.press('Tab');
  const launcher = page.locator('parley-chat button');
  expect(await launcher.evaluate((button) => button.matches(':focus-visible'))).toBe(true);
  await page.keyboard.press('Enter');
  const chat = await chatOf(page);
  await chat.locator('textarea:focus').waitFor();
  await page.keyboard.type('Only keys');
  await page.keyboard.press('Enter');
  await bubble(chat, 'Only keys').locator('[data-step=sent]').waitFor();
  await answer(house, await visitorOf(house, shop), {
    text: 'Press one',
    buttons: [{ label: 'This' }, { label: 'That' }],
  });
  await chat.getByRole('button', { name: 'That' }).waitFor();
  await focusByTab(page, chat, 'That', 'Shift+Tab');
  await page.keyboard.press('Space');
  await chat.locator('.in .bubble').filter({ hasText: 'That' }).waitFor();
  await focusByTab(page, chat, 'Emoji', 'Tab');
  await page.keyboard.press('Enter');
  await chat.locator('.emoji button:focus').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await chat.locator('textarea:focus').waitFor();
  expect(await chat.locator('textarea').inputValue()).toBe('😂');
  await page.keyboard.press('Escape');
  await launcher.and(page.locator(':focus')).waitFor();
  expect(await launcher.getAttribute('aria-expanded')).toBe('false');
  await page.keyboard.press('Enter');
  await chat.locator('textarea:focus').waitFor();
  // It is no trap: from the last thing in it one comes to the launcher.
  await focusByTab(page, chat, 'Send', 'Tab');
  await page.keyboard.press('Tab');
  await launcher.and(page.locator(':focus')).waitFor();
});

it('fills the screen of a phone, and gives it back', async () => {
  const page = await house.page({ viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true });
  await page.goto(shop.url);
  const chat = await openChat(page);
  await chat.locator('textarea').waitFor();
  const size = await chat.evaluate(() => [innerWidth, innerHeight]);
  expect(size).toEqual([375, 667]);
  for (const target of await chat.locator('button:visible').all()) {
    const box = (await target.boundingBox())!;
    expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
  }
  await chat.getByRole('button', { name: 'Close chat' }).tap();
  await page.getByRole('link', { name: 'Second page' }).tap();
  await page.waitForURL(/second/);
});

it('moves nothing for who asked for stillness', async () => {
  const page = await house.page({ reducedMotion: 'reduce', openShadows: true });
  await page.goto(shop.url);
  const chat = await openChat(page);
  const moving = () => document.getAnimations().length;
  expect(await chat.evaluate(moving)).toBe(0);
  expect(
    await page.locator('parley-chat iframe').evaluate((frame) => getComputedStyle(frame).transitionDuration),
  ).toBe('0s');
});

/** Whether something can be scrolled sideways. */
const sideways = (chat: Frame) =>
  chat.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('.scroll, footer, header')].some(
      (element) => element.scrollWidth > element.clientWidth + 1,
    ),
  );

async function focusByTab(page: Page, chat: Frame, name: string, key: 'Tab' | 'Shift+Tab'): Promise<void> {
  for (let n = 0; n < 25; n += 1) {
    await page.keyboard.press(key);
    const now = await chat.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.ariaLabel ?? activeElement?.textContent;
    });
    if (now === name) return;
  }
  throw new Error(`${key} never comes to "${name}"`);
}

/** Where the first and last characters of two pieces of an Arabic text are drawn, px from the left. */
const placesOf = (chat: Frame) =>
  chat.evaluate(() => {
    const text = document.querySelector('.in .text')!;
    const place = (node: Node, from: number) => {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, from + 1);
      return range.getBoundingClientRect().x;
    };
    const number = text.querySelector('a')!.firstChild!;
    const plain = text.firstChild!;
    return {
      phone: { plus: place(number, 0), last: place(number, number.textContent!.length - 1) },
      order: { first: place(plain, 0), last: place(plain, 8) },
    };
  });
