import { createHmac } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { picture } from './console.ts';
import { ben, customerWrites, fitsAcross, furnish, openDesk, prefer, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let page: Page;
let chat: string;
let mail: string;
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  page = await signIn(house);
  chat = await customerWrites(page, '966500009400', 'Nora', 'Is the oak desk still in stock?');
  mail = await mailComes('Where is my order?');
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const secret = 'secret-of-the-stories';
const signature = 'Ann of the shop\nWe are open from nine to six';

/** A mail of somebody to the shop; answers its conversation. */
async function mailComes(text: string): Promise<string> {
  await house.call('/api/v1/apply', {
    channels: [
      {
        type: 'email',
        lane: 'support',
        settings: {
          address: 'support@shop.example',
          smtpHost: '127.0.0.1',
          inbound: 'raw',
          webhookSecret: secret,
        },
      },
    ],
  });
  const { webhookUrl } = await house.call<{ webhookUrl: string }>('/api/v1/channels/email:support');
  const data = [
    'From: Omar <omar@home.example>',
    'To: support@shop.example',
    'Subject: My order',
    'Message-ID: <1@home.example>',
    '',
    text,
  ].join('\r\n');
  const time = String(Math.floor(Date.now() / 1000));
  const signed = createHmac('sha256', secret).update(`${time}.${data}`).digest('hex');
  const answer = await page.request.post(new URL(webhookUrl).pathname, {
    headers: { 'content-type': 'message/rfc822', 'x-timestamp': time, 'x-signature': `sha256=${signed}` },
    data,
  });
  expect(answer.status(), await answer.text()).toBeLessThan(300);
  await page.goto('/inbox');
  const row = page.locator('[data-session]').filter({ hasText: 'Omar' });
  return (await row.getAttribute('data-session'))!;
}

const open = async (id: string) => {
  await page.goto(`/inbox/${id}`);
  await reply(page).waitFor();
};
const tool = () => page.getByRole('button', { name: 'Signature', exact: true });

describe('a signature', () => {
  it('is asked for where there is none, and kept with the agent', async () => {
    await open(chat);
    await tool().click();
    await page.getByText('Write your signature here first.').waitFor();
    await page.getByRole('textbox', { name: 'Signature' }).fill(signature);
    const kept = page.waitForResponse('**/me/preferences');
    await page.getByRole('button', { name: 'Save' }).click();
    expect((await kept).status()).toBe(200);
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'inbox-signature-settings');
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await expect.poll(() => page.getByRole('textbox', { name: 'Signature' }).inputValue()).toBe(signature);
  });

  it('stands below what is written, once, and the caret stays where it was', async () => {
    await open(chat);
    await reply(page).fill('It is in stock');
    await tool().click();
    expect(await reply(page).inputValue()).toBe(`It is in stock\n\n${signature}`);
    await page.keyboard.type('.');
    expect(await reply(page).inputValue()).toBe(`It is in stock.\n\n${signature}`);
    await tool().click();
    expect(await reply(page).inputValue()).toBe(`It is in stock.\n\n${signature}`);
    await picture(page, 'inbox-signature');
    await reply(page).fill('');
  });

  it('comes by itself below new mails where that is wished, and below nothing else', async () => {
    await page.goto('/settings/writing');
    const kept = page.waitForResponse('**/me/preferences');
    await page.getByRole('switch', { name: /Add it to new mails/ }).click();
    await kept;
    await open(mail);
    await reply(page).pressSequentially('Dear Omar');
    expect(await reply(page).inputValue()).toBe(`Dear Omar\n\n${signature}`);
    // Who takes it away has no other one.
    await reply(page).fill('Dear Omar,');
    await page.keyboard.type(' it is on its way');
    expect(await reply(page).inputValue()).toBe('Dear Omar, it is on its way');
    await reply(page).fill('');
    await page.getByRole('tab', { name: /^Note/ }).click();
    await page.getByRole('textbox', { name: 'Note', exact: true }).pressSequentially('He is');
    expect(await page.getByRole('textbox', { name: 'Note', exact: true }).inputValue()).toBe('He is');
    await page.getByRole('textbox', { name: 'Note', exact: true }).fill('');
    await open(chat);
    await reply(page).pressSequentially('Hello');
    expect(await reply(page).inputValue()).toBe('Hello');
    await reply(page).fill('');
  });

  it('has its place on a phone in Arabic, where letters are written', async () => {
    const phone = await signIn(house, { viewport: { width: 360, height: 740 } });
    await prefer(phone, { language: 'ar', signature, signs: true });
    await phone.goto(`/inbox/${mail}`);
    await phone.getByRole('button', { name: 'التوقيع', exact: true }).waitFor();
    expect(await barriers(phone)).toEqual([]);
    await fitsAcross(phone);
    await picture(phone, 'inbox-signature-ar-phone');
    await phone.goto('/settings/writing');
    await phone.getByRole('switch').waitFor();
    await fitsAcross(phone);
    await picture(phone, 'inbox-signature-settings-ar-phone');
    await prefer(phone, { language: 'en' });
    await phone.context().close();
  });

  it('is of one person: a colleague at the same screen has it not', async () => {
    await prefer(page, { language: 'en', signature });
    await page.context().clearCookies();
    await page.goto('/inbox');
    await page.getByLabel('E-mail').fill(ben.email);
    await page.getByLabel('Password', { exact: true }).fill(ben.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('#list').waitFor();
    await page.goto('/settings/writing');
    await expect.poll(() => page.getByRole('textbox', { name: 'Signature' }).inputValue()).toBe('');
  });
});
