import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openControl } from '../../sim/control.ts';
import { fcm } from '../../sim/push.ts';
import { Board } from '../../sim/switches.ts';
import { simulator as telegram } from '../../sim/telegram.ts';
import { barriers } from './accessible.ts';
import { openDesk, prefer, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

const boards = { tg: new Board(), fcm: new Board() };
const bot = await telegram.start({ port: 0, board: boards.tg });
const app = await fcm.start({ port: 0, board: boards.fcm });
const controls = [
  await openControl({ simulated: bot, board: boards.tg, person: telegram.person }),
  await openControl({ simulated: app, board: boards.fcm, person: fcm.person }),
];
let house: House;
let page: Page;
beforeAll(async () => {
  house = await openDesk({ SIMULATORS: controls.map(({ url }) => url).join() });
  const queue = 'agent_desk';
  await house.call('/api/v1/apply', {
    channels: [
      { type: 'tg', lane: 'shopbot', name: 'Our bot', queue, settings: bot.settings },
      { type: 'fcm', lane: 'app', name: 'Our app', queue, settings: app.settings },
    ],
  });
  page = await signIn(house);
  await page.goto('/inbox?simulator=1');
});
afterAll(async () => {
  for (const one of controls) await one.close();
  await house?.close();
  await bot.close();
  await app.close();
});
afterEach(() => expect(house.complaints()).toEqual([]));

let many = 0;
/** A story that is told once more writes other words, on another device. */
const fresh = () => String(1000 + many++);

/** Opens what a button of the phone opens, unless it is open. */
async function unfold(name: string): Promise<void> {
  const button = page.getByRole('button', { name });
  if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
}

const phone = () => page.getByRole('log');
const channel = () => page.getByRole('complementary').getByRole('combobox', { name: 'Channel' });

describe('a customer at a simulated provider', () => {
  it('is played over its own protocol, and answered', async () => {
    await channel().selectOption({ label: 'Our bot' });
    await page
      .getByRole('button', { name: 'Send a location as the customer' })
      .waitFor({ state: 'detached' });
    const question = `Is number ${fresh()} there?`;
    const text = `It is: ${fresh()}`;
    await page.getByRole('textbox', { name: 'Write as the customer' }).fill(question);
    await page.getByRole('textbox', { name: 'Write as the customer' }).press('Enter');
    await phone().getByText(question).waitFor();
    await page.locator('[data-session]').filter({ hasText: question }).click();
    await reply(page).fill(text);
    await reply(page).press('Enter');
    await phone().getByText(text, { exact: true }).waitFor();
    await expect.poll(() => bot.taken.at(-1)).toMatchObject({ to: telegram.person, text });
  });

  it('has a provider at which things go wrong', async () => {
    await unfold('Phone settings');
    const faults = page.getByRole('spinbutton', { name: 'Messages refused for a fault' });
    await faults.fill('1');
    await faults.press('Enter');
    await page.getByRole('checkbox', { name: 'Everything is told twice' }).check();
    await expect.poll(() => boards.tg.switches).toMatchObject({ faults: 1, duplicate: true });
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('checkbox', { name: 'Everything is told twice' }).uncheck();
    await faults.fill('0');
    await faults.press('Enter');
    await expect.poll(() => boards.tg.switches).toMatchObject({ faults: 0, duplicate: false });
    await page.getByRole('button', { name: 'Phone settings' }).click();
  });

  it('agrees first where it is a device', async () => {
    await channel().selectOption({ label: 'Our app' });
    await unfold('Another customer');
    const address = page.getByRole('textbox', { name: 'Address' });
    expect(await address.getAttribute('placeholder')).toBe(fcm.person);
    await address.fill(`device-of-amina-${fresh()}`);
    await address.press('Enter');
    await page.getByRole('button', { name: 'Agree to be reached' }).click();
    await page.getByRole('textbox', { name: 'Write as the customer' }).waitFor();
  });

  it('looks the same in Arabic', async () => {
    const question = `هل الرقم ${fresh()} موجود؟`;
    await bot.say(telegram.person, question);
    await prefer(page, { language: 'ar', theme: 'dark' });
    await page.goto('/inbox?simulator=1');
    await page.getByRole('complementary').getByRole('combobox').first().selectOption({ label: 'Our bot' });
    await phone().getByText(question).waitFor();
    await unfold('إعدادات الهاتف');
    await page.getByRole('spinbutton').first().waitFor();
    expect(await barriers(page)).toEqual([]);
  });
});
