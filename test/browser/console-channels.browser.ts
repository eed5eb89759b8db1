import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Simulated, Simulator } from '../../sim/simulator.ts';
import { Board } from '../../sim/switches.ts';
import { simulator as telegram } from '../../sim/telegram.ts';
import { whatsapp } from '../../sim/whatsapp.ts';
import { barriers } from './accessible.ts';
import { everybodyCanUse, openConsole, picture, refusals, staff } from './console.ts';
import { openDesk, prefer, sql } from './desk.ts';
import type { House } from './house.ts';

let house: House;
const open: Simulated[] = [];
beforeAll(async () => {
  house = await openDesk();
  await staff(house);
});
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
afterAll(() => house?.close());

async function provider(simulator: Simulator) {
  const board = new Board();
  const simulated = await simulator.start({ port: 0, board });
  open.push(simulated);
  return { simulated, board };
}

/** A channel of a provider that is simulated. What it was told in its console is where this channel listens. */
async function connected(simulator: Simulator, lane: string) {
  const { simulated, board } = await provider(simulator);
  const id = `${simulated.type}:${lane}`;
  const { settings } = simulated;
  const told = await house.call<{ webhookUrl: string }>(`/api/v1/channels/${id}`, { settings }, 'PUT');
  simulated.webhook = told.webhookUrl.replace(house.url, house.parley.url);
  return { id, simulated, board };
}

const field = (page: Page, name: string) => page.locator(`[id="field-settings.${name}"]`);
const beside = (page: Page, name: string) => page.locator(`[data-field="settings.${name}"]`);
const at = (id: string) => `set-up/channels/${encodeURIComponent(id)}`;
const testButton = (page: Page) => page.getByRole('button', { name: /^Test (the channel|these settings)$/ });

/** Types something into what has the label, as one does who has no mouse. */
async function type(page: Page, label: string | RegExp, text: string): Promise<void> {
  await page.getByLabel(label, typeof label === 'string' ? { exact: true } : {}).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

describe('a channel', () => {
  it('is chosen, filled in, tested, made and heard by keyboard alone', async () => {
    const { simulated } = await provider(telegram);
    const page = await openConsole(house, 'set-up/channels');
    await page.locator('[data-row]').first().waitFor();
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: 'New channel' }).waitFor();
    await page.getByRole('link', { name: /^Telegram/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'New channel: Telegram' }).waitFor();
    await type(page, 'Lane', 'shopbot');
    await type(page, 'Bot token', String(simulated.settings.botToken));
    await page.getByText('More settings').focus();
    await page.keyboard.press('Enter');
    await type(page, /^API address/, String(simulated.settings.apiBase));
    await testButton(page).focus();
    await page.keyboard.press('Enter');
    await page.getByText('All is well.', { exact: true }).waitFor();
    await page.getByText('The token is of the bot @shopbot.').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Control+s');
    await page.getByRole('heading', { name: 'tg:shopbot' }).waitFor();
    await page.getByText('There is nothing to enter').waitFor();
    const health = page.getByRole('region', { name: 'Health' });
    await health.getByText('Well', { exact: true }).waitFor();
    await simulated.say('501', 'Hello?');
    await health.getByText('never yet').waitFor({ state: 'hidden' });
    await picture(page, 'console-channel-connected');
    expect(await house.tidy()).toEqual([]);
    await house.call('/api/v1/channels/tg:shopbot', { enabled: false }, 'PUT');
  });

  it('says in a test what is wrong, beside the setting at fault, and never shows a secret', async () => {
    const { id, board } = await connected(whatsapp, '15550001');
    const page = await openConsole(house, at(id), { expected: refusals });
    await page.getByRole('button', { name: 'Copy the webhook address' }).waitFor();
    await beside(page, 'accessToken').getByText('Set. It is never shown.').waitFor();
    await testButton(page).click();
    await page.getByText('All is well.', { exact: true }).waitFor();
    board.switches.expired = true;
    await testButton(page).click();
    await page.getByText('Something is in the way of messages.').waitFor();
    await beside(page, 'accessToken').getByText('The provider refuses the credentials.').waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-channel-refused');
    // What was found is not said of other settings than those that were tested.
    await page.getByRole('button', { name: 'Replace: Access token' }).click();
    expect(await field(page, 'accessToken').evaluate((input) => input === document.activeElement)).toBe(true);
    await field(page, 'accessToken').fill('a-new-token-of-this-story');
    expect(await page.getByText('Something is in the way of messages.').count()).toBe(0);
    // A setting that is folded away is shown when it is at fault.
    board.switches.expired = false;
    await page.getByText('More settings').click();
    await field(page, 'apiBase').fill('http://127.0.0.1:9');
    await page.getByText('More settings').click();
    await testButton(page).click();
    await beside(page, 'apiBase').getByText('127.0.0.1').waitFor();
    expect(await page.content()).not.toContain('token-of-the-simulator');
    expect(await house.tidy()).toEqual([]);
  });

  it('keeps the secrets that are set when others are saved, and takes away those that may go', async () => {
    const settings = {
      apiKey: 'key-of-the-application',
      webhookToken: 'token-of-the-webhook-address',
      perSecond: 5,
    };
    await house.call('/api/v1/channels/unifonic:Shop', { settings }, 'PUT');
    const page = await openConsole(house, at('unifonic:Shop'));
    await page.getByRole('button', { name: 'Take away: Webhook token' }).click();
    await beside(page, 'webhookToken').getByText('It is taken away when you save.').waitFor();
    await page.getByLabel(/^Sender ID/).fill('OurShop');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Saved').waitFor();
    const { settings: kept, secrets } = await house.call<{ settings: object; secrets: string[] }>(
      '/api/v1/channels/unifonic:Shop',
    );
    expect(secrets).toEqual(['apiKey']);
    expect(kept).toMatchObject({ senderId: 'OurShop', perSecond: 5 });
    expect(await house.tidy()).toEqual([]);
  });

  it('is drawn from its schema: parts that depend on others, lists, tables, numbers in any digits', async () => {
    const page = await openConsole(house, 'set-up/channels/+new?type=web', { expected: refusals });
    await type(page, 'Lane', 'site');
    await field(page, 'origins').fill('https://shop.example\nhttps://*.shop.example');
    await field(page, 'colour').fill('#0b6e4f');
    await page.getByRole('group', { name: 'Greeting' }).getByRole('button', { name: 'Add' }).click();
    await page.getByLabel('Greeting, name 1').fill('ar');
    await page.getByLabel('Greeting, value 1').fill('أهلًا بك');
    const hours = page.getByRole('group', { name: 'Business hours', exact: true });
    await hours.getByRole('button', { name: 'Add' }).click();
    const first = page.getByRole('group', { name: 'Business hours, 1' });
    await first.getByLabel('sun').check();
    await first.getByLabel('from').fill('09:00');
    await first.getByLabel('to', { exact: true }).fill('18:00');
    await page.getByText('More settings').click();
    await field(page, 'sockets').fill('many');
    await page.getByRole('button', { name: 'Create' }).click();
    await beside(page, 'sockets').getByText('Write a whole number.').waitFor();
    await field(page, 'sockets').fill('٤');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'web:site' }).waitFor();
    await page.getByRole('button', { name: 'Copy the line for your pages' }).waitFor();
    const { settings } = await house.call<{ settings: object }>('/api/v1/channels/web:site');
    expect(settings).toMatchObject({
      origins: ['https://shop.example', 'https://*.shop.example'],
      colour: '#0b6e4f',
      greeting: { ar: 'أهلًا بك' },
      hours: [{ days: ['sun'], from: '09:00', to: '18:00' }],
      sockets: 4,
    });
    await page.goto('/console/set-up/channels/+new?type=email');
    await field(page, 'inbound').selectOption('imap');
    await page.getByLabel(/^IMAP host/).waitFor();
    await field(page, 'inbound').selectOption('mailgun');
    await page.getByLabel(/^Webhook secret/).waitFor();
    expect(await page.getByLabel(/^IMAP host/).count()).toBe(0);
    await page.goto('/console/set-up/channels/+new?type=pigeon');
    await page.getByText('There is no such kind of channel').waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('says on top and beside the field what the server refuses, and keeps what was typed', async () => {
    const page = await openConsole(house, 'set-up/channels/+new?type=dummy', { expected: refusals });
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('[data-field=lane]').getByText('Fill this in.').waitFor();
    await type(page, 'Lane', 'sandbox');
    await page.getByRole('button', { name: 'Create' }).click();
    // There is one already.
    await page.locator('[data-field=lane]').getByText('taken already').waitFor();
    await type(page, 'Lane', 'second');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'dummy:second' }).waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('is removed after saying what that does; one that is in use is not', async () => {
    await house.call('/api/v1/channels/dummy:busy', {}, 'PUT');
    const to = { csid: '966500000009' };
    const { sessionId } = await house.call<{ sessionId: string }>('/api/v1/messages', {
      ...{ to, channelId: 'dummy:busy', content: { text: 'Hello' } },
    });
    const page = await openConsole(house, at('dummy:busy'), { expected: refusals });
    await page.getByRole('button', { name: 'Remove the channel' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Conversations and messages stay').waitFor();
    await dialog.getByRole('button', { name: 'Remove the channel' }).click();
    await dialog.getByText('It is in use').waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-channel-remove');
    const closed = await page.request.post(`/api/v1/inbox/sessions/${sessionId}/close`, {
      headers: { 'x-parley-client': 'inbox' },
      data: {},
    });
    expect(closed.status(), await closed.text()).toBeLessThan(300);
    await dialog.getByRole('button', { name: 'Remove the channel' }).click();
    await page.getByText('The channel is removed').waitFor();
    await page.getByRole('heading', { name: 'Channels' }).waitFor();
    expect(await page.locator('[data-row]').filter({ hasText: 'dummy:busy' }).count()).toBe(0);
    expect(await house.tidy()).toEqual([]);
  });
});

describe('the list of channels', () => {
  /** As if its provider had refused the credentials three times. */
  const refused = (id: string) =>
    sql(
      house,
      `update channel set attention = jsonb_build_object('since', 1700000000000, 'reason', 'Invalid token') where id = $1`,
      [id],
    );

  it('shows those first that somebody has to look at, with the reason, until they are mended', async () => {
    const { id } = await connected(whatsapp, '15550002');
    await refused(id);
    const page = await openConsole(house, 'set-up/channels');
    const first = page.locator('[data-row]').first();
    await first.getByText('Needs attention').waitFor();
    const mine = page.locator(`[data-row="${id}"]`);
    expect(await mine.textContent()).toContain('refused the credentials several times');
    await page.getByLabel('Every state').selectOption('attention');
    await page.getByText(/found/).waitFor();
    await mine.getByRole('link').click();
    const health = page.getByRole('region', { name: 'Health' });
    await health.getByText('Invalid token').waitFor();
    await health.getByText('Enter valid credentials below').waitFor();
    await testButton(page).click();
    await page.getByText('All is well.', { exact: true }).waitFor();
    await health.getByText('Needs attention').waitFor({ state: 'hidden' });
    expect(await house.tidy()).toEqual([]);
  });

  it('can be used by everybody, and so can its pages', async () => {
    const { id, board } = await connected(whatsapp, '15550003');
    await house.call(`/api/v1/channels/${id}`, { name: 'متجرنا على واتساب' }, 'PUT');
    await refused(id);
    const page = await openConsole(house, 'set-up/channels');
    await everybodyCanUse(page, 'channels', () => page.locator('[data-row]').first().waitFor());
    await page.goto('/console/set-up/channels/+new');
    await everybodyCanUse(page, 'channels-new', () => page.locator('main li a').first().waitFor());
    await page.goto('/console/set-up/channels/+new?type=smpp');
    await everybodyCanUse(page, 'channel-new-smpp', async () => {
      await field(page, 'host').waitFor();
      await page.locator('summary').click();
    });
    board.switches.expired = true;
    await page.goto(`/console/${at(id)}`);
    await everybodyCanUse(page, 'channel', async () => {
      await page.locator('[id="field-name"]').waitFor();
      await page.getByRole('button', { name: /^(Test the channel|اختبار القناة)$/ }).click();
      await beside(page, 'accessToken').locator('[data-kind=wrong]').waitFor();
    });
    await prefer(page, { language: 'hi', theme: 'light' });
    await page.goto(`/console/${at(id)}`);
    await page.getByRole('button', { name: 'चैनल जाँचें' }).waitFor();
    await picture(page, 'console-channel-hi');
    expect(await house.tidy()).toEqual([]);
  });
});
