import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { customerWrites, furnish, openDesk, prefer, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let page: Page;
let session: string;
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  page = await signIn(house);
  session = await customerWrites(page, '966500000101', 'نورة Nora', 'Hello, see https://shop.example');
  await page.goto(`/inbox/${session}`);
  await page.locator('textarea').fill('An answer that fails');
  await page.locator('textarea').press('Enter');
  await page.locator('article [data-tick="failed"]').waitFor();
});
afterAll(() => house?.close());

/** What fades in has no contrast yet. */
const settled = (page: Page) =>
  page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        (one) =>
          one.playState !== 'running' || one.effect?.getTiming().iterations === Number.POSITIVE_INFINITY,
      ),
  );

const press = (key: string, shown: Locator) => page.keyboard.press(key).then(() => shown.first().waitFor());
const list = () => page.goto('/inbox').then(() => page.locator('[data-session]').first().waitFor());
const thread = () => page.goto(`/inbox/${session}`).then(() => page.locator('article').first().waitFor());
const pages = ['look', 'alerts', 'writing', 'keys', 'me', 'sign-in'];

const screens: [name: string, show: () => Promise<unknown>][] = [
  ['the list alone', list],
  [
    'what one does with many',
    () =>
      page
        .locator('[data-session]')
        .first()
        .click({ modifiers: ['Control'] }),
  ],
  ['a conversation', thread],
  ['a note', () => page.getByRole('tab').nth(1).click()],
  ['the menu of colleagues', () => thread().then(() => press('a', page.getByRole('listbox')))],
  ['the menu of times', () => thread().then(() => press('s', page.getByRole('menu')))],
  [
    'a time of one’s own',
    async () => {
      await page.getByRole('menuitem').last().click();
      await page.getByRole('dialog').waitFor();
    },
  ],
  [
    'the templates',
    async () => {
      await thread();
      await page.keyboard.press('t');
      // What was begun in the language before is there again, with the way back to all of them.
      const [template, form] = [page.getByText('Order shipped'), page.locator('form button[type=submit]')];
      await template.or(form).first().waitFor();
      if (await form.isVisible()) await page.locator('form').getByRole('button').first().click();
      await template.first().waitFor();
    },
  ],
  [
    'a template that is filled in',
    async () => {
      await page.getByText('Order shipped').click();
      await page.getByRole('region').filter({ hasText: 'is on its way' }).last().waitFor();
    },
  ],
  ['a search', () => thread().then(() => press('/', page.getByRole('dialog').getByRole('searchbox')))],
  [
    'the simulator',
    () => page.goto(`/inbox/${session}?simulator=1`).then(() => page.getByRole('log').waitFor()),
  ],
  ['the palette', () => press('Control+k', page.getByRole('listbox'))],
  ['the keys', () => list().then(() => press('Shift+Slash', page.getByRole('dialog')))],
  ...pages.map((one): [string, () => Promise<unknown>] => [
    `the settings: ${one}`,
    () => page.goto(`/settings/${one}`).then(() => page.getByRole('heading', { level: 1 }).waitFor()),
  ]),
];

describe.each([
  ['English, light', { theme: 'light', language: 'en' }],
  ['Arabic, dark', { theme: 'dark', language: 'ar' }],
])('nothing stands in the way, %s', (_name, preferences) => {
  beforeAll(() => prefer(page, preferences));
  it.each(screens)('in %s', async (_screen, show) => {
    await show();
    await settled(page);
    expect(await barriers(page)).toEqual([]);
  });
});

describe('nothing stands in the way', () => {
  it.each([
    ['English, light', {}],
    ['Arabic, dark', { locale: 'ar', colorScheme: 'dark' }],
  ] as const)('at the door and by an invitation, %s', async (_name, machine) => {
    const other = await house.page({ ...machine, expected: /404|400|401/ });
    await other.goto('/');
    await other.locator('input[name=email]').waitFor();
    expect(await barriers(other)).toEqual([]);
    await other.goto('/join#token=unknown');
    await other.getByRole('alert').waitFor();
    expect(await barriers(other)).toEqual([]);
    await other.context().close();
  });

  it('on a phone, with the customer’s data above', async () => {
    await page.setViewportSize({ width: 390, height: 780 });
    await thread();
    expect(await barriers(page)).toEqual([]);
    await press('i', page.getByRole('dialog'));
    await settled(page);
    expect(await barriers(page)).toEqual([]);
  });
});
