import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, it } from 'vitest';
import { customerWrites, furnish, openDesk, prefer, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

/**
 * The pictures of README.md, taken anew: PICTURES=1 npm run test:browser inbox-pictures. With a folder in PICTURES every
 * screen goes there instead, to be looked at.
 */
const wanted = process.env.PICTURES;
const docs = join(import.meta.dirname, '../../docs/images');
const folder = wanted && wanted !== '1' ? wanted : docs;

let house: House;
let page: Page;
const sessions: string[] = [];
beforeAll(async () => {
  if (wanted === undefined) return;
  house = await openDesk();
  await furnish(house);
  await house.call('/api/v1/apply', {
    business: { name: 'Oak & Iron' },
    tags: [{ name: 'VIP', colour: '#0b6e58' }, { name: 'Refund' }],
    customFields: [{ key: 'city', name: 'City' }],
  });
  page = await signIn(house);
  const people: [csid: string, name: string, text: string][] = [
    ['966500000510', 'Tomás Rivera', 'Thanks, that worked!'],
    ['966500000520', 'Jonas Weber', 'Could you deliver tomorrow?'],
    ['966500000530', 'Grace Okafor', 'The invoice 2026-1187 has the wrong address.'],
    ['966500000540', 'خالد العتيبي', 'رقمي +971 50 123 4567 وأريد تغيير الموعد'],
    ['966500000550', 'Mei Lin', 'Can I pay when it arrives?'],
    ['966500000000', 'نورة السالم', 'مرحبا، هل طاولة البلوط متوفرة بعرض 160؟'],
  ];
  for (const person of people) sessions.push(await customerWrites(page, ...person));
  const id = sessions.at(-1)!;
  const phones = [{ csid: '966500000000', name: 'نورة السالم' }];
  await page.evaluate((all) => localStorage.setItem('parley.phones', JSON.stringify(all)), phones);
  await page.goto(`/inbox/${id}`);
  await reply(page).fill('نعم، لدينا اثنتان. الطلب #OAK-160 جاهز للشحن يوم الثلاثاء.');
  await reply(page).press('Enter');
  await page.locator('article [data-tick="read"]').waitFor();
  await page.getByRole('tab').nth(1).click();
  await page.locator('textarea').fill('@ben يريدها قبل نهاية الأسبوع');
  await page.locator('textarea').press('Enter');
  await page.locator('[data-note] [data-message]').waitFor();
  await customerWrites(
    page,
    '966500000000',
    'نورة السالم',
    'ممتاز، وهل التركيب ضمن السعر؟ See https://oak.example/tables/160',
  );
  await page.locator('article').nth(3).waitFor();
  await page.getByRole('tab').first().click();
});
afterAll(() => house?.close());

async function take(name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(() =>
    document.getAnimations().every(({ playState }) => playState !== 'running'),
  );
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

const thread = (more = '') =>
  page.goto(`/inbox/${sessions.at(-1)}${more}`).then(() => page.locator('article').nth(3).waitFor());

it.runIf(wanted !== undefined)('pictures for the README', async () => {
  await page.setViewportSize({ width: 1360, height: 800 });
  await prefer(page, { theme: 'light', language: 'en' });
  await thread('?simulator=1');
  await page.getByRole('log').getByText('ممتاز').waitFor();
  await take('inbox');
  await prefer(page, { theme: 'dark', language: 'ar' });
  await thread();
  await take('inbox-ar');
});

const screens: [name: string, show: () => Promise<unknown>][] = [
  ['list', () => page.goto('/inbox').then(() => page.locator('[data-session]').first().waitFor())],
  ['thread', () => thread()],
  ['note', () => page.getByRole('tab').nth(1).click()],
  ['assign', () => thread().then(() => press('a', '[role=listbox]'))],
  ['snooze', () => thread().then(() => press('s', '[role=menuitem]'))],
  ['templates', () => thread().then(() => press('t', 'li button'))],
  ['template', () => page.locator('li button').filter({ hasText: 'Order shipped' }).click()],
  ['simulator', () => thread('?simulator=1').then(() => page.getByRole('log').waitFor())],
  ['palette', () => thread().then(() => press('Control+k', '[role=listbox]'))],
  ['search', () => thread().then(() => press('/', '[role=dialog] input'))],
  ['keys', () => thread().then(() => press('Shift+Slash', '[role=dialog]'))],
  ['contacts', () => page.goto('/contacts').then(() => page.locator('[data-contact]').first().waitFor())],
  ['contact', () => page.locator('[data-contact]').first().click()],
  ...['look', 'alerts', 'writing', 'keys', 'me', 'sign-in'].map((one): [string, () => Promise<unknown>] => [
    `settings-${one}`,
    () => page.goto(`/settings/${one}`).then(() => page.locator('h1').waitFor()),
  ]),
];
const press = (key: string, shown: string) =>
  page.keyboard.press(key).then(() => page.locator(shown).first().waitFor());

it.runIf(folder !== docs).each([
  ['light', { width: 1440, height: 900 }, { theme: 'light', language: 'en' }],
  ['dark-ar', { width: 1280, height: 800 }, { theme: 'dark', language: 'ar' }],
  ['narrow', { width: 360, height: 740 }, { theme: 'light', language: 'en' }],
] as const)('every screen, %s', async (name, size, preferences) => {
  await prefer(page, preferences);
  await page.setViewportSize(size);
  for (const [screen, show] of screens) {
    // A telephone has no menu of times.
    if (screen === 'snooze' && size.width < 768) continue;
    await show();
    await take(`${name}-${screen}`);
  }
});
