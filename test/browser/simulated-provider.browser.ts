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

const phone = () => page.getByRole('log');
const channel = () => page.getByRole('complementary').getByRole('combobox', { name: 'Channel' });

describe('a customer at a simulated provider', () => {
  it('is played over its own protocol, and answered', async () => {
    await channel().selectOption({ label: 'Our bot' });
    await page
      .getByRole('button', { name: 'Send a location as the customer' })
      .waitFor({ state: 'detached' });
    await page.getByRole('textbox', { name: 'Write as the customer' }).fill('Is the red one there?');
    await page.getByRole('textbox', { name: 'Write as the customer' }).press('Enter');
    await phone().getByText('Is the red one there?').waitFor();
    await page.locator('[data-session]').filter({ hasText: 'Is the red one there?' }).click();
    await reply(page).fill('It is');
    await reply(page).press('Enter');
    await phone().getByText('It is', { exact: true }).waitFor();
    await expect.poll(() => bot.taken.at(-1)).toMatchObject({ to: telegram.person, text: 'It is' });
  });

  it('has a provider at which things go wrong', async () => {
    await page.getByRole('button', { name: 'Phone settings' }).click();
    await page.getByRole('spinbutton', { name: 'Messages refused for a fault' }).fill('1');
    await page.getByRole('checkbox', { name: 'Everything is told twice' }).check();
    await expect.poll(() => boards.tg.switches).toMatchObject({ faults: 1, duplicate: true });
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('checkbox', { name: 'Everything is told twice' }).uncheck();
    await page.getByRole('spinbutton', { name: 'Messages refused for a fault' }).fill('0');
    await expect.poll(() => boards.tg.switches).toMatchObject({ faults: 0, duplicate: false });
    await page.getByRole('button', { name: 'Phone settings' }).click();
  });

  it('agrees first where it is a device', async () => {
    await channel().selectOption({ label: 'Our app' });
    await page.getByRole('button', { name: 'Agree to be reached' }).click();
    await page.getByRole('textbox', { name: 'Write as the customer' }).waitFor();
    await page.getByRole('button', { name: 'Another customer' }).click();
    expect(await page.getByRole('textbox', { name: 'Address' }).getAttribute('placeholder')).toBe(fcm.person);
  });

  it('looks the same in Arabic', async () => {
    await prefer(page, { language: 'ar', theme: 'dark' });
    await page.goto('/inbox?simulator=1');
    await page.getByRole('complementary').getByRole('combobox').first().selectOption({ label: 'Our bot' });
    await phone().getByText('It is', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'إعدادات الهاتف' }).click();
    await page.getByRole('spinbutton').first().waitFor();
    expect(await barriers(page)).toEqual([]);
  });
});
