import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { barriers } from './accessible.ts';
import { type House, openHouse } from './house.ts';
import { answer, bubble, chatOf, openChat, openWebsite, visitorOf, type Website, write } from './website.ts';

let house: House;
let shop: Website;
let noise: Buffer;
beforeAll(async () => {
  house = await openHouse();
  shop = await openWebsite(house, { settings: { messagesPerSecond: 50 } });
  // A photo of some 7 MB: what is random does not become smaller.
  noise = await sharp({
    create: {
      width: 1900,
      height: 1300,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer();
});
afterAll(async () => {
  await shop?.close();
  await house?.close();
});
afterEach(async () => expect(await house.tidy()).toEqual([]));

const photo = (name: string) => ({ name, mimeType: 'image/png', buffer: noise });
const broken = /ERR_|WebSocket|Failed to load/;
/** The files of this name that the server has. */
const kept = async (name: string) => {
  const rows = await house.database.db.run<{ state: string }>(
    { name: 'test.kept', text: `select message_id is not null as state from media where filename = $1` },
    [name],
  );
  return rows.length;
};

/** A visitor who has written already. */
async function arrive(options: Parameters<House['page']>[0] = {}, first = 'Hello') {
  const page = await house.page(options);
  await page.goto(shop.url);
  const chat = await openChat(page);
  await write(chat, first);
  await bubble(chat, first).locator('[data-step=sent]').waitFor();
  return { page, chat, visitor: await visitorOf(house, shop) };
}

describe('a file', () => {
  it('shows how far it has come, and then itself: small in the chat, whole behind it', async () => {
    const { page, chat } = await arrive();
    house.line.limit(500_000);
    await chat.locator('input[type=file]').setInputFiles(photo('kitchen.png'));
    await chat.getByRole('progressbar', { name: 'Sending kitchen.png' }).waitFor();
    // Looked at by the page itself: from here a busy machine would miss most of it.
    const seen = await chat.evaluate(
      () =>
        new Promise<number[]>((done) => {
          const values = new Set<number>();
          const looking = setInterval(() => {
            const bar = document.querySelector('progress');
            if (bar) values.add(bar.value);
            if (bar && bar.value < 1 && values.size < 4) return;
            clearInterval(looking);
            done([...values]);
          }, 20);
        }),
    );
    expect(seen.filter((part) => part > 0 && part < 1).length).toBeGreaterThan(2);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    house.line.limit();
    const picture = chat.locator('.in .picture img');
    await picture.waitFor();
    const shown = () =>
      picture.evaluate((image) => [
        (image as HTMLImageElement).naturalWidth,
        (image as HTMLImageElement).src,
      ]);
    await vi.waitFor(async () => expect((await shown())[0]).toBe(480), { timeout: 20_000 });
    expect((await shown())[1]).toContain('/thumbnail?');
    const whole = await page.request.get((await chat.locator('.in a.picture').getAttribute('href'))!);
    expect((await whole.body()).equals(noise)).toBe(true);
    expect(await barriers(page, 'parley-chat')).toEqual([]);
  });

  it('that is no picture stands there by its name and size, to be saved', async () => {
    const { page, chat } = await arrive();
    const buffer = Buffer.from(`%PDF-1.7 ${'bill '.repeat(400)}`);
    await chat
      .locator('input[type=file]')
      .setInputFiles({ name: 'bill فاتورة.pdf', mimeType: 'application/pdf', buffer });
    const card = chat.locator('.in a.file');
    await card.waitFor();
    expect(await card.textContent()).toMatch(/bill فاتورة\.pdf\s*2(\.0)? kB/);
    const saved = await page.request.get((await card.getAttribute('href'))!);
    expect((await saved.body()).equals(buffer)).toBe(true);
    expect(saved.headers()['content-type']).toBe('application/pdf');
  });

  it('is taken back while it goes up: nothing of it is sent, and nothing kept', async () => {
    const { chat } = await arrive({ expected: broken });
    house.line.limit(200_000);
    await chat.locator('input[type=file]').setInputFiles(photo('by mistake.png'));
    await chat.getByRole('progressbar').waitFor();
    await chat.getByRole('button', { name: 'Cancel' }).click();
    await chat.getByText('by mistake.png').waitFor({ state: 'detached' });
    house.line.limit();
    await write(chat, 'Never mind');
    await bubble(chat, 'Never mind').locator('[data-step=sent]').waitFor();
    expect(await kept('by mistake.png')).toBe(0);
  });

  it('whose line is cut goes up again from the start when it is back, and is sent once', async () => {
    const { chat } = await arrive({ expected: broken });
    house.line.limit(200_000);
    await chat.locator('input[type=file]').setInputFiles(photo('in the lift.png'));
    await chat.getByRole('progressbar').waitFor();
    house.line.cut();
    await chat.locator('.in [data-step=queued]').waitFor();
    house.line.limit();
    house.line.mend();
    await chat.locator('.in .picture img').waitFor();
    expect(await chat.locator('.in .picture').count()).toBe(1);
    expect(await kept('in the lift.png')).toBe(1);
  });

  it('that is refused says why, and is tried again or taken away', async () => {
    const { page, chat } = await arrive({ expected: broken });
    const files = chat.locator('input[type=file]');
    const html = Buffer.from('<!doctype html><script>alert(1)</script>');
    await files.setInputFiles({ name: 'liar.png', mimeType: 'image/png', buffer: html });
    const failure = chat.locator('.failure');
    await failure.waitFor();
    expect(await failure.textContent()).toContain('Files of this kind cannot be sent here');
    expect(await barriers(page, 'parley-chat')).toEqual([]);
    await failure.getByRole('button', { name: 'Remove' }).click();
    await failure.waitFor({ state: 'detached' });
    expect(await kept('liar.png')).toBe(0);

    // Something on the way that only refuses once.
    await page.route(
      '**/widget/media?*',
      (route) => route.fulfill({ status: 403, json: { error: { code: 'PROXY', message: 'Not now' } } }),
      { times: 1 },
    );
    await files.setInputFiles(photo('second try.png'));
    await failure.waitFor();
    await failure.getByRole('button', { name: 'Try again' }).click();
    await chat.locator('.in .picture img').waitFor();
    expect(await kept('second try.png')).toBe(1);
  });
});

describe('what the business sends', () => {
  it('a list to choose from, with parts; links and numbers to call', async () => {
    const { page, chat, visitor } = await arrive();
    await answer(house, visitor, {
      text: 'When shall we bring it?',
      buttons: [
        ...['Sunday', 'Monday'].map((label) => ({ label, desc: 'from 9 to 5', section: 'This week' })),
        ...['Friday', 'Saturday'].map((label) => ({ label, code: `next ${label}`, section: 'Next week' })),
      ],
    });
    await chat.locator('.choice[aria-expanded=false]').click();
    const list = chat.locator('.choices.list');
    expect(await list.locator('li > b').allTextContents()).toEqual(['This week', 'Next week']);
    expect(await barriers(page, 'parley-chat')).toEqual([]);
    await list.getByRole('button', { name: 'Friday' }).click();
    await chat.locator('.in .bubble').filter({ hasText: 'Friday' }).locator('[data-step]').waitFor();
    expect(await list.getByRole('button', { name: 'Monday' }).getAttribute('aria-disabled')).toBe('true');

    await answer(house, visitor, {
      text: 'Follow it, or call the driver.',
      buttons: [
        { type: 'URL', label: 'Follow', url: 'https://shop.example/orders/1' },
        { type: 'PHONE_NUMBER', label: 'Call', phone: '+971501234567' },
      ],
    });
    expect(await chat.getByRole('link', { name: 'Follow' }).getAttribute('href')).toBe(
      'https://shop.example/orders/1',
    );
    expect(await chat.getByRole('link', { name: 'Call' }).getAttribute('href')).toBe('tel:+971501234567');
  });

  it('a picture with its words, a place, and a card of somebody', async () => {
    const { page, chat, visitor } = await arrive();
    const uploaded = await fetch(`${house.parley.url}/api/v1/media?filename=cup.png`, {
      method: 'POST',
      headers: { 'x-api-key': house.apiKey },
      body: noise as Buffer<ArrayBuffer>,
    });
    const { id } = (await uploaded.json()) as { id: string };
    await answer(house, visitor, { type: 'image', media: { id, caption: 'The blue one' } });
    const picture = chat.locator('.out .picture img');
    await picture.waitFor();
    expect(await picture.getAttribute('alt')).toBe('The blue one');
    await answer(house, visitor, {
      type: 'location',
      location: { latitude: '24.7', longitude: '46.6', name: 'Our shop', address: 'King Fahd Road' },
    });
    await bubble(chat, 'King Fahd Road').getByRole('link', { name: 'Show on a map' }).waitFor();
    await answer(house, visitor, {
      type: 'contacts',
      cards: [
        {
          name: { formatted_name: 'Layla Haddad' },
          phones: [{ phone: '+971 50 123 4567' }],
          emails: [{ email: 'layla@shop.example' }],
        },
      ],
    });
    const card = chat.locator('.card-of');
    expect(await card.getByRole('link', { name: '+971 50 123 4567' }).getAttribute('href')).toBe(
      'tel:+971501234567',
    );
    expect(await card.getByRole('link', { name: 'layla@shop.example' }).getAttribute('href')).toBe(
      'mailto:layla@shop.example',
    );
    expect(await barriers(page, 'parley-chat')).toEqual([]);
  });
});

it('older messages come when they are wanted, above what is read, which stays where it is', async () => {
  const { page, visitor } = await arrive({}, 'number 0');
  for (let n = 1; n <= 130; n += 1) await answer(house, visitor, { text: `number ${n}` });
  await page.reload();
  const chat = await chatOf(page);
  await bubble(chat, 'number 130').waitFor();
  const texts = () => chat.locator('[role=log] .text').allTextContents();
  const before = (await texts()).length;
  expect(before).toBeLessThan(131);
  for (let rounds = 0; rounds < 10 && (await texts()).length < 131; rounds += 1) {
    const [uppermost, ...others] = await texts();
    await chat.locator('.scroll').evaluate((box) => box.scrollTo(0, 0));
    await vi.waitFor(async () => expect((await texts()).length).toBeGreaterThan(others.length + 1), {
      timeout: 10_000,
    });
    const now = (await chat.getByText(uppermost!, { exact: true }).boundingBox())!;
    const box = (await chat.locator('.scroll').boundingBox())!;
    expect(now.y).toBeGreaterThan(box.y - 5);
    expect(now.y).toBeLessThan(box.y + box.height);
  }
  expect(await texts()).toEqual(Array.from({ length: 131 }, (_, n) => `number ${n}`));
  await chat.getByRole('button', { name: 'Earlier messages' }).waitFor({ state: 'detached' });
});
