import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ann, openDesk } from './desk.ts';
import type { House } from './house.ts';
import { answer, bubble, chatOf, openChat, openWebsite, visitorOf, type Website, write } from './website.ts';

let house: House;
let shop: Website;
beforeAll(async () => {
  house = await openDesk();
  shop = await openWebsite(house, {
    settings: { languages: ['en', 'ar'], greeting: { en: 'Hello!', ar: 'أهلا!' } },
  });
});
afterAll(async () => {
  await shop?.close();
  await house?.close();
});
afterEach(async () => expect(await house.tidy()).toEqual([]));

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEklEQVQImWOYaZw20ziNAUIBACJSBMnZCN26AAAAAElFTkSuQmCC',
  'base64',
);

describe('a newcomer', () => {
  it('opens the demo of the very first start, writes, and answers himself', async () => {
    const page = await house.page();
    await page.goto('/demo');
    const chat = await openChat(page);
    await write(chat, 'Is anybody there?');
    await bubble(chat, 'Is anybody there?').locator('[data-step=sent]').waitFor();
    const { items } = await house.call<{ items: { contactId: string }[] }>(
      '/api/v1/sessions?open=true&limit=1',
    );
    await answer(house, items[0]!.contactId, { text: 'You are.', buttons: [{ label: 'Thanks' }] });
    await chat.getByRole('button', { name: 'Thanks' }).click();
    await chat.locator('.in .bubble').filter({ hasText: 'Thanks' }).locator('[data-step]').waitFor();
  });
});

describe('the demo', () => {
  it('leads to the inbox, where a newcomer answers himself', async () => {
    const page = await house.page();
    await page.goto('/demo');
    const chat = await openChat(page);
    await write(chat, 'Do you grind it, too?');
    await bubble(chat, 'Do you grind it, too?').locator('[data-step=sent]').waitFor();
    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Open the inbox' }).click();
    const inbox = await opened;
    await inbox.getByLabel('E-mail').fill(ann.email);
    await inbox.getByLabel('Password', { exact: true }).fill(ann.password);
    await inbox.getByRole('button', { name: 'Sign in' }).click();
    await inbox.locator('[data-session]').filter({ hasText: 'Do you grind it, too?' }).click();
    await chat
      .locator('input[type=file]')
      .setInputFiles({ name: 'mill.png', mimeType: 'image/png', buffer: png });
    const picture = inbox
      .locator('article')
      .getByRole('button', { name: /mill\.png/ })
      .locator('img');
    await picture.waitFor();
    // The small one is enough for both.
    for (const one of [picture, chat.locator('.in .picture img')])
      await expect.poll(() => one.getAttribute('src')).toContain('/thumbnail?');
    await expect.poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(2);
    const reply = inbox.getByRole('textbox', { name: 'Reply', exact: true });
    await reply.fill('As fine as you like.');
    await reply.press('Enter');
    await bubble(chat, 'As fine as you like.').waitFor();
  });
});

describe('a visitor', () => {
  it('writes, is answered, presses a button, and finds everything again after a reload and on another page', async () => {
    const page = await house.page();
    await page.goto(shop.url);
    const chat = await openChat(page);
    await bubble(chat, 'Hello!').waitFor();
    await write(chat, 'Is it in stock? <b>See</b> https://shop.example/shoes');
    await bubble(chat, 'Is it in stock?').locator('[data-step=sent]').waitFor();
    expect(await chat.locator('.bubble b').count()).toBe(0);
    expect(await chat.locator('.bubble a').getAttribute('href')).toBe('https://shop.example/shoes');

    const visitor = await visitorOf(house, shop);
    await answer(house, visitor, {
      text: 'It is. Which size?',
      buttons: [
        { label: 'Small', code: 's' },
        { label: 'Large', code: 'l' },
      ],
    });
    await chat.getByRole('button', { name: 'Large' }).click();
    await chat.locator('.in .bubble').filter({ hasText: 'Large' }).locator('[data-step]').waitFor();
    expect(await chat.getByRole('button', { name: 'Small' }).getAttribute('aria-disabled')).toBe('true');

    for (const go of [() => page.reload(), () => page.goto(`${shop.url}/second`)]) {
      await go();
      const again = await chatOf(page);
      await bubble(again, 'Is it in stock?').waitFor();
      await again.getByRole('button', { name: 'Large', pressed: true }).waitFor();
      expect(await again.locator('.bubble').filter({ hasText: 'Is it in stock?' }).count()).toBe(1);
    }
  });

  it('sees that the business was told, and the business that it was read', async () => {
    const page = await house.page();
    await page.goto(shop.url);
    const chat = await openChat(page);
    await write(chat, 'Are you open?');
    await bubble(chat, 'Are you open?').locator('[data-step=sent]').waitFor();
    const { id } = await answer(house, await visitorOf(house, shop), { text: 'Until six.' });
    await bubble(chat, 'Until six.').waitFor();
    await vi.waitFor(
      async () =>
        expect((await house.call<{ status: string }>(`/api/v1/messages/${id}`)).status).toBe('READ'),
      { timeout: 20_000 },
    );
  });

  it('is told on the launcher of what came while the chat was closed', async () => {
    const page = await house.page({ openShadows: true });
    await page.goto(shop.url);
    const chat = await openChat(page);
    await write(chat, 'I am looking around');
    await bubble(chat, 'I am looking around').locator('[data-step=sent]').waitFor();
    const visitor = await visitorOf(house, shop);
    await chat.getByRole('button', { name: 'Close chat' }).click();
    const launcher = page.locator('parley-chat button');
    expect(await launcher.getAttribute('aria-expanded')).toBe('false');
    const { id } = await answer(house, visitor, { text: 'Take your time.' });
    await page.locator('parley-chat').getByRole('button', { name: 'Chat, unread: 1' }).waitFor();
    expect((await house.call<{ status: string }>(`/api/v1/messages/${id}`)).status).not.toBe('READ');
    await launcher.click();
    await page.locator('parley-chat').getByRole('button', { name: 'Chat', exact: true }).waitFor();
    await bubble(chat, 'Take your time.').waitFor();
  });

  it('sends a picture, sees it, and is told at once of what cannot be sent', async () => {
    const page = await house.page();
    await page.goto(shop.url);
    const chat = await openChat(page);
    const files = chat.locator('input[type=file]');
    await files.setInputFiles({ name: 'shoe.png', mimeType: 'image/png', buffer: png });
    const picture = chat.locator('.in .picture img');
    await picture.waitFor();
    await vi.waitFor(async () =>
      expect(await picture.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBeGreaterThan(0),
    );
    await files.setInputFiles({ name: 'x.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
    await chat.getByText('x.svg is of a kind that cannot be sent here.').waitFor();
    await files.setInputFiles({ name: 'none.png', mimeType: 'image/png', buffer: Buffer.alloc(0) });
    await chat.getByText('none.png is empty.').waitFor();
  });

  it('sends where he is, when he is asked and says so', async () => {
    const page = await house.page({
      geolocation: { latitude: 24.7136, longitude: 46.6753 },
      permissions: ['geolocation'],
    });
    await page.goto(shop.url);
    const chat = await openChat(page);
    await chat.getByRole('button', { name: 'Send my location' }).click();
    await chat.getByRole('link', { name: 'Show on a map' }).waitFor();
    await chat.locator('.in [data-step=sent]').waitFor();
  });
});

describe('a bad line', () => {
  const broken = /ERR_|WebSocket|Failed to load/;

  it('is cut in the middle: what was written is sent once when it is back, and nothing is missing', async () => {
    const page = await house.page({ expected: broken });
    await page.goto(shop.url);
    const chat = await openChat(page);
    await write(chat, 'before the cut');
    await bubble(chat, 'before the cut').locator('[data-step=sent]').waitFor();
    const visitor = await visitorOf(house, shop);
    house.line.cut();
    await write(chat, 'during the cut');
    await write(chat, 'and another');
    await bubble(chat, 'and another').locator('[data-step=queued]').waitFor();
    await answer(house, visitor, { text: 'said meanwhile' });
    house.line.mend();
    await bubble(chat, 'said meanwhile').waitFor();
    await bubble(chat, 'and another').locator('[data-step=sent]').waitFor();
    const texts = await said(house, visitor);
    expect(texts.filter((text) => /cut|another/.test(text))).toEqual([
      'before the cut',
      'during the cut',
      'and another',
    ]);
    expect(await chat.locator('.bubble').filter({ hasText: 'during the cut' }).count()).toBe(1);
  });

  it('is cut, and the page is loaded again when it is back: what waited is sent', async () => {
    const page = await house.page({ expected: broken });
    await page.goto(shop.url);
    const chat = await openChat(page);
    await write(chat, 'the first');
    await bubble(chat, 'the first').locator('[data-step=sent]').waitFor();
    house.line.cut();
    await write(chat, 'it waited');
    await bubble(chat, 'it waited').locator('[data-step=queued]').waitFor();
    house.line.mend();
    await page.reload();
    const again = await chatOf(page);
    await bubble(again, 'it waited').locator('[data-step=sent]').waitFor();
    expect(
      (await said(house, await visitorOf(house, shop))).filter((text) => text === 'it waited'),
    ).toHaveLength(1);
  });

  it('lets no socket through: the same over plain HTTP', async () => {
    const page = await house.page({ expected: broken });
    await page.addInitScript(noSockets);
    await page.goto(shop.url);
    const chat = await openChat(page);
    await write(chat, 'without a socket');
    await bubble(chat, 'without a socket').locator('[data-step=sent]').waitFor();
    await answer(house, await visitorOf(house, shop), { text: 'It works.' });
    await bubble(chat, 'It works.').waitFor();
  });
});

/** As a proxy that ends every upgrade. */
const noSockets = `window.WebSocket = class {
  static OPEN = 1;
  readyState = 3;
  constructor() { setTimeout(() => this.onclose?.({ code: 1006 })); }
  close() {}
  send() {}
};`;

/** The texts of a visitor, as the business has them. */
async function said({ call }: House, contactId: string): Promise<string[]> {
  const { items } = await call<{ items: { id: string }[] }>(`/api/v1/sessions?contactId=${contactId}`);
  const told = await call<{ items: { dir?: string; direction?: string; content: { text?: string } }[] }>(
    `/api/v1/sessions/${items[0]!.id}/messages?limit=100`,
  );
  return told.items.flatMap(({ content }) => content.text ?? []);
}
