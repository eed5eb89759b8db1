import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { receiver } from '../apis/parley/receiver.ts';
import { startWhatsAppCloud, type WhatsAppCloud } from '../fakes/whatsapp-cloud.ts';
import { barriers } from './accessible.ts';
import { ben, everybodyCanUse, openConsole, picture, refusals, staff, sue } from './console.ts';
import { customerWrites, openDesk, prefer, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let cloud: WhatsAppCloud;
let crm: Awaited<ReturnType<typeof receiver>>;
const channel = 'wacfb:15550001111';
beforeAll(async () => {
  house = await openDesk();
  await staff(house);
  cloud = await startWhatsAppCloud({});
  await house.call(`/api/v1/channels/${channel}`, { settings: cloud.settings, name: 'Shop' }, 'PUT');
  const body = 'Hello {{data.name}}, order {{data.order}} is on its way.';
  await house.call('/api/v1/templates/shipped/en', { body }, 'PUT');
  await house.call(`/api/v1/templates/shipped/en/approvals/${channel}`, { status: 'APPROVED' }, 'PUT');
  crm = await receiver(() => ({ status: 500, body: 'no stock' }));
});
afterEach(() => {
  cloud.fail = undefined;
});
afterAll(async () => {
  await house?.close();
  await cloud?.close();
  await crm?.end();
});

let many = 0;
/** A customer whom nobody has written to yet. */
const fresh = () => `9715560${1000 + many++}9`;

/** A template goes to somebody over WhatsApp. */
async function sent(phone = fresh(), more: object = {}): Promise<{ id: string; phone: string }> {
  const { id } = await house.call<{ id: string }>('/api/v1/messages', {
    channelId: channel,
    to: { phone },
    template: { code: 'shipped', lang: 'en', data: { name: 'Amina', order: 'A-17' } },
    ...more,
  });
  return { id, phone };
}
const at = (id: string) => `look/why/${id}`;
const standing = (page: Page) => page.getByRole('region', { name: 'Where it stands' });
const happened = (page: Page) => page.getByRole('region', { name: 'What happened' });
const rows = (page: Page) => page.locator('[data-row]');

describe('“Why?”', () => {
  it('finds a message by what somebody has of it, and tells its whole life, by keyboard', async () => {
    const { id, phone } = await sent();
    const page = await openConsole(house, 'look/why');
    await rows(page).first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.insertText(`+${phone.slice(0, 3)} ${phone.slice(3)}`);
    await expect.poll(() => rows(page).count(), { timeout: 20_000 }).toBe(1);
    await page.getByLabel('Search this list').fill(id);
    await expect.poll(() => rows(page).getAttribute('data-row'), { timeout: 20_000 }).toBe(id);
    await page.keyboard.press('Tab');
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByText('Hello Amina, order A-17 is on its way.').first().waitFor();
    await standing(page).getByText('The provider took it.').waitFor();
    await page.getByText('It needs none: templates go at any time.').waitFor();
    await page.getByText('filled with: Amina · A-17').waitFor();
    const line = happened(page);
    await line.getByText('It was accepted and stored.').waitFor();
    await line.getByText('Attempt 1 went well.').waitFor();
    await line.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    await line.getByText('"type": "template"').waitFor();
    expect(await page.content()).not.toContain(cloud.settings.accessToken);
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await rows(page).first().waitFor();
    // By the provider's own id, too.
    await page.getByLabel('Search this list').fill('nobody-is-called-so');
    await page.getByText('Nothing is like that').waitFor();
    await page.getByLabel('Search this list').fill(cloud.sent.at(-1)!.id);
    await expect.poll(() => rows(page).getAttribute('data-row'), { timeout: 20_000 }).toBe(id);
    expect(await house.tidy()).toEqual([]);
  });

  it('says what the provider refused, in its words and in plain ones, and what to do', async () => {
    cloud.fail = () => ({ status: 400, error: { code: 131026, message: 'Message undeliverable' } });
    const { id } = await sent();
    const page = await openConsole(house, at(id));
    await standing(page).getByText('The provider refused it.').waitFor();
    await standing(page).getByText('131026').waitFor();
    await standing(page).getByText('Message undeliverable').waitFor();
    await happened(page).getByText('Attempt 1 failed.').waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-why-refused');
    expect(await house.tidy()).toEqual([]);
  });

  it('says what it waits for, and goes on by itself when it has come', async () => {
    const { id, phone } = await sent(fresh(), { sendAt: Date.now() + 3_600_000 });
    cloud.fail = () => ({ status: 503, error: { code: 131016, message: 'Service unavailable' } });
    const tried = await sent();
    const behind = await sent(tried.phone);
    const page = await openConsole(house, at(id));
    await standing(page)
      .getByText(/for its time/)
      .waitFor();
    expect(phone).not.toBe(tried.phone);
    await page.goto(`/console/${at(behind.id)}`);
    await standing(page).getByText('for an earlier message of its conversation').waitFor();
    await page.getByRole('link', { name: 'See why that one waits' }).click();
    await standing(page).getByText('for its next attempt').waitFor();
    await standing(page).getByText('The provider cannot be reached.').waitFor();
    cloud.fail = undefined;
    // The pauses between attempts grow.
    await standing(page).getByText('The provider took it.').waitFor({ timeout: 90_000 });
    await happened(page)
      .getByText(/Attempt \d went well/)
      .waitFor({ timeout: 90_000 });
    // What failed before stands with its attempt alone.
    await happened(page).getByText('The provider cannot be reached.').first().waitFor();
    expect(await standing(page).getByText('The provider cannot be reached.').count()).toBe(0);
    await picture(page, 'console-why-tried-again');
    expect(await house.tidy()).toEqual([]);
  });

  it('tells how each webhook took what happened to it, and leads to the call', async () => {
    const url = `${crm.url}/stock`;
    const hook = await house.call<{ id: string }>('/api/v1/endpoints', {
      ...{ url, name: 'Stock', types: ['message.accepted'], policy: 'once' },
    });
    const { id } = await sent();
    const page = await openConsole(house, at(id));
    await happened(page).getByText('Stock').waitFor();
    await happened(page).getByText('Never taken').waitFor();
    await happened(page).getByRole('link', { name: 'See the call' }).click();
    await page.getByText('The receiver itself failed.').first().waitFor();
    await page.getByText('no stock').waitFor();
    const supervisor = await openConsole(house, at(id), { who: sue });
    await happened(supervisor).getByText('Never taken').waitFor();
    expect(await happened(supervisor).getByRole('link', { name: 'See the call' }).count()).toBe(0);
    await house.call(`/api/v1/endpoints/${hook.id}`, undefined, 'DELETE');
    expect(await house.tidy()).toEqual([]);
  });

  it('keeps to itself what a message says that is to be hidden', async () => {
    const { id } = await sent(fresh(), { mask: true });
    const page = await openConsole(house, at(id));
    await page.getByText('What it says is hidden.').waitFor();
    await standing(page).getByText('The provider took it.').waitFor();
    expect(await page.locator('main').textContent()).not.toContain('A-17');
    expect(await house.tidy()).toEqual([]);
  });

  it('is reached from a message of the inbox, by whoever may open it', async () => {
    for (const [who, may] of [
      [sue, true],
      [ben, false],
    ] as const) {
      const page = await signIn(house, { who });
      await prefer(page, { language: 'en', theme: 'light' });
      const desk = await signIn(house);
      const session = await customerWrites(desk, fresh(), 'Amina Rahman', 'Where is my order?');
      await page.goto(`/inbox/${session}`);
      const bubble = page.getByRole('article').filter({ hasText: 'Where is my order?' });
      await bubble.hover();
      await page.getByRole('button', { name: 'More about this message' }).first().click();
      await page.getByRole('menuitem', { name: 'Copy the text' }).waitFor();
      const why = page.getByRole('menuitem', { name: 'Why?' });
      expect(await why.count()).toBe(may ? 1 : 0);
      if (!may) continue;
      await why.click();
      await page.getByRole('heading', { name: 'Message from Amina Rahman' }).waitFor();
      await standing(page).getByText('It came in from the customer.').waitFor();
      await page.getByRole('link', { name: 'See the conversation' }).click();
      await page.waitForURL(`**/inbox/${session}`);
    }
    expect(await house.tidy()).toEqual([]);
  });

  it('is not for agents, and says when a message is not there or cannot be read', async () => {
    const agent = await openConsole(house, 'look/why', { who: ben });
    await agent.getByText('This page is for supervisors and administrators').waitFor();
    const { id } = await sent();
    const page = await openConsole(house, at(id), { expected: refusals });
    await page.route('**/why', (route) => route.fulfill({ status: 500, body: '{}' }));
    await page.reload();
    await page.getByText('This could not be loaded').waitFor();
    await page.unroute('**/why');
    await page.getByRole('button', { name: 'Try again' }).click();
    await standing(page).waitFor();
    for (const wrong of ['ffffffffffffffffffffffff', 'x']) {
      await page.goto(`/console/${at(wrong)}`);
      await page.getByText('This is not there any more').waitFor();
    }
    await page.goto('/console/look/why?q=nobody-is-called-so');
    await page.getByText('Nothing is like that').waitFor();
    expect((await house.tidy()).filter((one) => !/500/.test(one))).toEqual([]);
  });

  it('can be used by everybody', async () => {
    const hook = await house.call<{ id: string }>('/api/v1/endpoints', {
      url: `${crm.url}/all`,
      name: 'المخزن',
    });
    cloud.fail = () => ({ status: 400, error: { code: 131026, message: 'Message undeliverable' } });
    const { id } = await sent();
    const page = await openConsole(house, 'look/why');
    await customerWrites(page, fresh(), 'أمينة', 'أين طلبي رقم A-17؟');
    await everybodyCanUse(page, 'why', () => rows(page).first().waitFor());
    await page.goto(`/console/${at(id)}`);
    const told = () => page.locator('ol > li').nth(3).waitFor();
    await everybodyCanUse(page, 'why-life', told);
    await prefer(page, { language: 'ar', theme: 'light' });
    await page.reload();
    await page.getByText('رفضها المزود.').first().waitFor();
    await page.locator('summary').first().click();
    await page.getByText('ما كان الجواب').first().waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-why-life-ar-open');
    await prefer(page, { language: 'hi', theme: 'light' });
    await page.reload();
    await page.getByText('प्रदाता ने इसे ठुकराया।').first().waitFor();
    await picture(page, 'console-why-life-hi');
    await house.call(`/api/v1/endpoints/${hook.id}`, undefined, 'DELETE');
    expect(await house.tidy()).toEqual([]);
  });
});
