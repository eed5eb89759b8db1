import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Simulated } from '../../sim/simulator.ts';
import { Board } from '../../sim/switches.ts';
import { simulator as telegram } from '../../sim/telegram.ts';
import { whatsapp } from '../../sim/whatsapp.ts';
import { barriers } from './accessible.ts';
import { ben, eve, everybodyCanUse, openConsole, picture, refusals, staff, sue } from './console.ts';
import { customerWrites, openDesk, prefer, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let open: Simulated[] = [];
beforeAll(async () => {
  house = await openDesk();
  await staff(house);
});
afterEach(async () => {
  await Promise.all(open.map((one) => one.close()));
  open = [];
});
afterAll(() => house?.close());

const step = (page: Page, id: string) => page.locator(`[data-step=${id}]`);
/** A step is done: it says so itself, whoever looks at it. */
const isTicked = (page: Page, id: string) => page.locator(`[data-step=${id}][data-done=true]`).waitFor();
const current = (page: Page) => page.locator('[aria-current=step]');

/** Whether the console begins with the steps, as the server keeps it of whoever sits there. */
const beginsWithSteps = (page: Page) =>
  expect.poll(() =>
    page.request.get('/api/v1/me').then(async (answer) => (await answer.json()).preferences.firstSteps),
  );

/** Back to the steps, as somebody finds them again: by the console's own column. */
async function back(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Administration' }).click();
  await page.getByRole('heading', { name: 'First steps' }).waitFor();
}

/** What has happened stays so: who tells these stories once more needs another first day. */
describe('on the first day', () => {
  let house: House;
  beforeEach(async () => {
    house = await openDesk();
  });
  afterEach(() => house?.close());

  it('the steps lead a new administrator to the first message that is answered, in the sandbox', async () => {
    const page = await signIn(house);
    await prefer(page, { language: 'en', theme: 'light' });
    await page.reload();
    await page.getByRole('link', { name: 'Administration' }).click();
    await page.waitForURL(/console\/start\/first-steps/);
    // A new installation has the sandbox.
    await isTicked(page, 'sandbox');
    await page.getByText('1 of 8 steps done').waitFor();
    expect(await current(page).first().textContent()).toContain('Write as a customer');
    await page.getByRole('link', { name: 'Open the simulator' }).click();
    await page.getByRole('textbox', { name: 'Write as the customer' }).fill('Are you open?');
    await page.getByRole('button', { name: 'Send as the customer' }).click();
    await page.locator('[data-session]').filter({ hasText: 'Are you open?' }).waitFor();
    await back(page);
    await isTicked(page, 'write');
    expect(await step(page, 'answer').getAttribute('data-done')).toBe('false');
    await page.getByRole('link', { name: 'Open inbox and simulator' }).click();
    await page.locator('[data-session]').filter({ hasText: 'Are you open?' }).click();
    await reply(page).fill('We are.');
    await reply(page).press('Enter');
    await page.getByRole('log').getByText('We are.').waitFor();
    await back(page);
    await isTicked(page, 'answer');
    await page.getByText('3 of 8 steps done').waitFor();
    expect(await current(page).textContent()).toContain('Choose a channel and fill in its form');
    expect(await barriers(page)).toEqual([]);
    expect(await house.tidy()).toEqual([]);
  });

  it('they go on to a real channel, and tick by what happens there, not by what is clicked', async () => {
    const simulated = await whatsapp.start({ port: 0, board: new Board() });
    open.push(simulated);
    const page = await openConsole(house, 'start/first-steps');
    await page.getByRole('link', { name: 'Choose a channel' }).click();
    await page.getByRole('heading', { name: 'New channel' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Choose a channel' }).waitFor();
    expect(await step(page, 'channel').getAttribute('data-done')).toBe('false');
    // Somebody else sets it up meanwhile.
    const at = '/api/v1/channels/wa:15550009';
    const { webhookUrl } = await house.call<{ webhookUrl: string }>(
      at,
      { name: 'Our WhatsApp', queue: 'agent_desk', settings: simulated.settings, enabled: false },
      'PUT',
    );
    simulated.webhook = webhookUrl.replace(house.url, house.parley.url);
    await page.reload();
    await page.getByText('“Our WhatsApp” is switched off').waitFor();
    await house.call(at, { enabled: true }, 'PUT');
    await page.reload();
    await isTicked(page, 'channel');
    await step(page, 'webhook').getByRole('button', { name: 'Copy the webhook address' }).waitFor();
    expect(await step(page, 'webhook').textContent()).toContain(webhookUrl);
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-first-steps-webhook');
    // A test that goes well ticks its step, and no other one.
    await house.call(`${at}/test`, {}, 'POST');
    await isTicked(page, 'test');
    expect(await step(page, 'webhook').getAttribute('data-done')).toBe('false');
    await simulated.say('971500002009', 'Is this WhatsApp?');
    await isTicked(page, 'message');
    await isTicked(page, 'webhook');
    await step(page, 'reply').getByRole('link', { name: 'Open the inbox' }).click();
    await page.locator('[data-session]').filter({ hasText: 'Is this WhatsApp?' }).click();
    await reply(page).fill('It is.');
    await reply(page).press('Enter');
    await page.locator('article').filter({ hasText: 'It is.' }).waitFor();
    await expect.poll(() => simulated.taken.length).toBeGreaterThan(0);
    await page.goto('/console/start/first-steps');
    await page.getByText('All is set up').waitFor();
    await isTicked(page, 'reply');
    await picture(page, 'console-first-steps-done');
    // The console begins elsewhere from now on, and the steps are still in its column.
    await beginsWithSteps(page).toBe(false);
    await page.goto('/console');
    await page.waitForURL(/console\/set-up\/channels/);
    await page.getByRole('link', { name: 'First steps' }).click();
    await page.getByText('All is set up').waitFor();
    expect(await house.tidy()).toEqual([]);
  });
});

describe('the first steps', () => {
  it('ask for no webhook address where the provider is told of it, or never calls', async () => {
    const simulated = await telegram.start({ port: 0, board: new Board() });
    open.push(simulated);
    await house.call('/api/v1/channels/tg:steps', { name: 'Our bot', settings: simulated.settings }, 'PUT');
    try {
      const page = await openConsole(house, 'start/first-steps');
      await isTicked(page, 'channel');
      await isTicked(page, 'webhook');
      expect(await step(page, 'message').getAttribute('data-done')).toBe('false');
      expect(await house.tidy()).toEqual([]);
    } finally {
      await house.call('/api/v1/channels/tg:steps', undefined, 'DELETE');
    }
  });

  it('are put away and brought back by keyboard, on every machine of that person', async () => {
    const page = await openConsole(house, 'start/first-steps', { who: eve });
    const begins = page.getByRole('switch', { name: 'Begin the administration with this page' });
    await begins.focus();
    await page.keyboard.press('Space');
    await beginsWithSteps(page).toBe(false);
    const elsewhere = await signIn(house, { who: eve });
    await elsewhere.goto('/console');
    await elsewhere.waitForURL(/console\/set-up\/channels/);
    await page.goto('/console/start/first-steps');
    await begins.focus();
    await page.keyboard.press('Space');
    await beginsWithSteps(page).toBe(true);
    await page.goto('/console');
    await page.waitForURL(/console\/start\/first-steps/);
    expect(await house.tidy()).toEqual([]);
  });

  it('are for administrators', async () => {
    const supervisor = await openConsole(house, 'start/first-steps', { who: sue });
    await supervisor.getByText('This page is for administrators').waitFor();
    expect(await supervisor.getByRole('link', { name: 'First steps' }).count()).toBe(0);
    await supervisor.goto('/console');
    await supervisor.waitForURL(/console\/set-up\/canned-answers/);
    const agent = await openConsole(house, 'start/first-steps', { who: ben });
    await agent.getByText('This page is for administrators').waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('say when they cannot be read, and go on', async () => {
    const page = await openConsole(house, 'start/first-steps', { expected: refusals });
    await step(page, 'sandbox').waitFor();
    await page.route('**/api/v1/channels?**', (route) => route.fulfill({ status: 500, body: '{}' }));
    await page.reload();
    await page.getByText('This could not be loaded').waitFor();
    await page.unroute('**/api/v1/channels?**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await step(page, 'sandbox').waitFor();
    expect((await house.tidy()).filter((one) => !/500/.test(one))).toEqual([]);
  });

  it('can be used by everybody', async () => {
    const page = await openConsole(house, 'start/first-steps');
    await customerWrites(page, '971500003009', 'هدى', 'مرحبًا');
    await everybodyCanUse(page, 'first-steps', () => isTicked(page, 'sandbox'));
    await prefer(page, { language: 'ar', theme: 'light' });
    await page.goto('/console');
    await page.getByRole('heading', { name: 'الخطوات الأولى' }).waitFor();
    await page.getByRole('link', { name: 'اختيار قناة' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.setViewportSize({ width: 390, height: 780 });
    await page.goto('/console');
    await page.getByRole('link', { name: 'الخطوات الأولى' }).click();
    await isTicked(page, 'sandbox');
    await prefer(page, { language: 'hi', theme: 'dark' });
    await page.goto('/console/start/first-steps');
    await page.getByRole('heading', { name: 'पहले कदम' }).waitFor();
    await isTicked(page, 'sandbox');
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-first-steps-hi');
    expect(await house.tidy()).toEqual([]);
  });
});
