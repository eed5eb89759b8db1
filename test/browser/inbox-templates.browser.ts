import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startWhatsAppCloud, type WhatsAppCloud } from '../fakes/whatsapp-cloud.ts';
import { customerWrites, furnish, openDesk, reply, signIn, sql } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let cloud: WhatsAppCloud;
const channel = '/api/v1/channels/wacfb:966500007000';
beforeAll(async () => {
  [house, cloud] = await Promise.all([openDesk(), startWhatsAppCloud()]);
  await furnish(house);
  await house.call(channel, { name: 'WhatsApp', settings: cloud.settings }, 'PUT');
  cloud.webhook = (await house.call<{ webhookUrl: string }>(channel)).webhookUrl;
  const approval = '/api/v1/templates/order_shipped/en/approvals/wacfb:966500007000';
  await house.call(approval, { status: 'APPROVED' }, 'PUT');
});
afterAll(() => Promise.all([house?.close(), cloud?.close()]));
afterEach(() => expect(house.complaints()).toEqual([]));

const order = (page: Page) => page.getByRole('textbox', { name: 'order' });
const fillIn = async (page: Page, value: string) => {
  await page.getByRole('button', { name: /Order shipped/ }).click();
  await order(page).fill(value);
};

describe('what is filled into a template', () => {
  it('waits while another conversation is looked at, over a reload, and while one writes something else', async () => {
    const page = await signIn(house, { expected: /400/ });
    const session = await customerWrites(page, '966500008010', 'Rana', 'Where is it?');
    const other = await customerWrites(page, '966500008020', 'Sami', 'And mine?');
    await page.goto(`/inbox/${session}`);
    await reply(page).waitFor();
    await page.getByRole('button', { name: 'Template', exact: true }).click();
    await fillIn(page, 'A-1029');
    await page.locator(`[data-session="${other}"]`).click();
    await page.locator('article').filter({ hasText: 'And mine?' }).waitFor();
    await reply(page).waitFor();
    await page.locator(`[data-session="${session}"]`).click();
    await expect.poll(() => order(page).inputValue()).toBe('A-1029');
    await page.locator(`[data-session="${session}"]`).getByText('Draft').waitFor();
    await page.reload();
    await expect.poll(() => order(page).inputValue()).toBe('A-1029');
    // Who only comes by goes on by the keys.
    for (const [key, to] of [
      ['k', other],
      ['j', session],
      ['k', other],
      ['j', session],
    ] as const) {
      await page.keyboard.press(key);
      await page.waitForURL(`**/inbox/${to}`);
      await (to === session ? order(page) : reply(page)).waitFor();
    }
    expect(await order(page).inputValue()).toBe('A-1029');
    await page.keyboard.press('t');
    await expect.poll(() => order(page).evaluate((field) => field === document.activeElement)).toBe(true);
    await page.getByRole('button', { name: 'No template' }).click();
    await reply(page).fill('One moment please');
    await reply(page).press('Enter');
    await page.locator('article').filter({ hasText: 'One moment' }).locator('[data-tick="read"]').waitFor();
    await page.getByRole('button', { name: 'Template', exact: true }).click();
    await expect.poll(() => order(page).inputValue()).toBe('A-1029');
    await page.getByRole('button', { name: 'Send the template' }).click();
    await page.locator('article').filter({ hasText: 'order A-1029 is on its way' }).waitFor();
    await page.locator(`[data-session="${session}"]`).getByText('Draft').waitFor({ state: 'detached' });
    await page.reload();
    await page.locator('article').filter({ hasText: 'order A-1029 is on its way' }).waitFor();
    await reply(page).waitFor();
    await page.context().close();
  });

  it('stays under the hands of who fills it in when the customer writes and anything can be sent again', async () => {
    await cloud.say('966500008030', 'Hello', 'Tala');
    const page = await signIn(house, { expected: /400/ });
    await page.locator('[data-session]').filter({ hasText: 'Tala' }).click();
    await reply(page).waitFor();
    await sql(
      house,
      `update contact set last_inbound_at = now() - interval '25 hours' where csid = '966500008030'`,
    );
    await page.reload();
    await fillIn(page, 'A-10');
    await cloud.say('966500008030', 'Are you there?', 'Tala');
    await page.getByText('The customer has written: you can answer freely now.').waitFor();
    await page.keyboard.type('30');
    expect(await order(page).inputValue()).toBe('A-1030');
    await page.getByRole('button', { name: 'Write an answer' }).click();
    await reply(page).waitFor();
    expect(await reply(page).inputValue()).toBe('');
    await page.context().close();
  });
});

it('a template does not go past what the customer has written meanwhile', async () => {
  const page = await signIn(house, { expected: /400|409/ });
  const session = await customerWrites(page, '966500008040', 'Umar', 'Send the red one');
  await page.goto(`/inbox/${session}`);
  await page.locator('article').first().waitFor();
  // Its socket is gone, and does not come back.
  await page.routeWebSocket(/\/live/, () => {});
  await page.goto(`/inbox/${session}`);
  await page.locator('article').filter({ hasText: 'Send the red one' }).waitFor();
  await page.getByRole('button', { name: 'Template', exact: true }).click();
  await fillIn(page, 'RED-1');
  await customerWrites(page, '966500008040', 'Umar', 'No, the blue one');
  await page.getByRole('button', { name: 'Send the template' }).click();
  await page.getByText('The customer has written since. Read it, then decide.').waitFor();
  await page.locator('article').filter({ hasText: 'No, the blue one' }).waitFor();
  const answer = await page.request.get(`/api/v1/inbox/sessions/${session}/messages`);
  expect(await answer.text()).not.toContain('RED-1');
  await page.context().close();
});
