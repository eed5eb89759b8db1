import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDesk, signIn } from './desk.ts';
import type { House } from './house.ts';
import { answer, bubble, chatOf, openChat, openWebsite, visitorOf, type Website, write } from './website.ts';

let house: House;
const open: Website[] = [];
beforeAll(async () => {
  house = await openDesk();
});
afterAll(async () => {
  for (const website of open) await website.close();
  await house?.close();
});
afterEach(async () => expect(await house.tidy()).toEqual([]));

async function website(settings: object, lang?: string) {
  const made = await openWebsite(house, { settings, ...(lang && { lang }) });
  open.push(made);
  return made;
}

/** Notes in each frame how often it made itself heard. */
const countingSounds = `{
  window.sounds = 0;
  const Real = window.AudioContext;
  window.AudioContext = class extends Real {
    constructor(...given) { super(...given); window.sounds += 1; }
  };
}`;

it('makes a sound where the site wants one; who switched it off is left in peace, also after a reload', async () => {
  const shop = await website({ sound: true });
  const page = await house.page({ openShadows: true });
  await page.addInitScript(countingSounds);
  await page.goto(shop.url);
  const launcher = page.locator('parley-chat button');
  const sounds = async () =>
    (await chatOf(page)).evaluate(() => (window as unknown as { sounds: number }).sounds);
  let chat = await openChat(page);
  await write(chat, 'I listen');
  await bubble(chat, 'I listen').locator('[data-step=sent]').waitFor();
  const visitor = await visitorOf(house, shop);
  await chat.getByRole('button', { name: 'Close chat' }).click();
  await answer(house, visitor, { text: 'Ding' });
  await page.locator('parley-chat').getByRole('button', { name: 'Chat, unread: 1' }).waitFor();
  await expect.poll(sounds).toBe(1);

  await launcher.click();
  await chat.getByRole('button', { name: 'Turn sound off' }).click();
  await page.reload();
  chat = await chatOf(page);
  await bubble(chat, 'Ding').waitFor();
  await chat.getByRole('button', { name: 'Turn sound on' }).waitFor();
  await chat.getByRole('button', { name: 'Close chat' }).click();
  await answer(house, visitor, { text: 'Hush' });
  await page.locator('parley-chat').getByRole('button', { name: 'Chat, unread: 1' }).waitFor();
  await launcher.click();
  await bubble(chat, 'Hush').waitFor();
  expect(await sounds()).toBe(0);
});

describe('in colours of the visitor’s own', () => {
  it.each(['light', 'dark'] as const)('%s: the launcher is seen, open and closed', async (colorScheme) => {
    const shop = await website({ colour: colorScheme === 'light' ? '#ffffff' : '#000000' });
    const page = await house.page({ forcedColors: 'active', colorScheme, openShadows: true });
    await page.goto(shop.url);
    const launcher = page.locator('parley-chat button');
    await launcher.waitFor();
    expect(await contrasts(page)).toEqual({ edge: true, sign: true });
    const chat = await openChat(page);
    await chat.locator('textarea').waitFor();
    await page.mouse.move(0, 0);
    expect(await contrasts(page)).toEqual({ edge: true, sign: true });
    const edge = await chat
      .locator('header')
      .evaluate((header) => getComputedStyle(header).borderBottomWidth);
    expect(edge).toBe('1px');
  });
});

describe('a site', () => {
  it('has its own colour, side and theme, whatever the visitor’s system has', async () => {
    const shop = await website({ colour: '#b00b69', side: 'start', theme: 'dark' });
    const page = await house.page({ colorScheme: 'light', openShadows: true });
    await page.goto(shop.url);
    const chat = await openChat(page);
    await chat.locator('textarea').waitFor();
    const colourOf = (element: Element) => getComputedStyle(element).backgroundColor;
    const brand = 'rgb(176, 11, 105)';
    expect(await page.locator('parley-chat button').evaluate(colourOf)).toBe(brand);
    expect(await chat.locator('header').evaluate(colourOf)).toBe(brand);
    expect(await chat.locator('body').evaluate(colourOf)).toBe('rgb(23, 25, 28)');
    expect((await page.locator('parley-chat').boundingBox())!.x).toBe(20);

    const other = await website({ colour: '#ffd400', side: 'end', theme: 'light' });
    const dark = await house.page({ colorScheme: 'dark', openShadows: true });
    await dark.goto(other.url);
    const there = await openChat(dark);
    await there.locator('textarea').waitFor();
    expect(await there.locator('header').evaluate(colourOf)).toBe('rgb(255, 212, 0)');
    // On a light colour nobody could read white.
    expect(await there.locator('header').evaluate((header) => getComputedStyle(header).color)).not.toBe(
      'rgb(255, 255, 255)',
    );
    expect(await there.locator('body').evaluate(colourOf)).toBe('rgb(255, 255, 255)');
    const box = (await dark.locator('parley-chat').boundingBox())!;
    expect(box.x + box.width).toBe(dark.viewportSize()!.width - 20);
  });

  it.each([
    ['ur', 'rtl', 'پیغام لکھیں', 'بھیجیں', 'بھیج دیا گیا', 'چیٹ'],
    ['fr', 'ltr', 'Écrivez un message', 'Envoyer', 'Envoyé', 'Chat'],
    ['es', 'ltr', 'Escriba un mensaje', 'Enviar', 'Enviado', 'Chat'],
  ] as const)('speaks %s, written %s', async (lang, dir, writing, send, sent, name) => {
    const shop = await website({ languages: ['en', 'ur', 'fr', 'es'] }, lang);
    const page = await house.page({ openShadows: true });
    await page.goto(shop.url);
    await page.locator('parley-chat').getByRole('button', { name, exact: true }).waitFor();
    const chat = await openChat(page);
    const box = chat.getByPlaceholder(writing);
    await box.fill('12345');
    expect(await chat.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
      lang,
      dir,
    ]);
    const button = chat.getByRole('button', { name: send, exact: true });
    const [left, right] = [(await button.boundingBox())!.x, (await box.boundingBox())!];
    expect(left < right.x + right.width / 2).toBe(dir === 'rtl');
    await button.click();
    await bubble(chat, '12345').locator('[data-step=sent]').getByText(sent).waitFor();
  });

  it('is closed by its hours: who writes is told when it opens, and asked where to be answered', async () => {
    // Somebody is there all the same: it is the hours that count.
    const desk = await signIn(house);
    await desk.locator('#list').waitFor();
    const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
    const names = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
    const inThreeDays = (new Date().getUTCDay() + 3) % 7;
    const hours = [{ days: [days[inThreeDays]], from: '09:00', to: '17:00' }];
    const [closed, always] = [
      await website({ captureEmail: true, hours, timeZone: 'UTC' }),
      await website({ captureEmail: true }),
    ];
    const page = await house.page({ timezoneId: 'UTC' });
    await page.goto(closed.url);
    const chat = await openChat(page);
    await chat.locator('header').getByText(`We are back ${names[inThreeDays]}`).waitFor();
    await write(chat, 'Nobody there?');
    await bubble(chat, 'Nobody there?').locator('[data-step=sent]').waitFor();
    await chat.getByText('Nobody is here right now.').waitFor();
    await chat.getByLabel('E-mail address').fill('omar@shop.example');
    await chat.getByRole('button', { name: 'Save' }).click();
    await chat.getByText('We write to omar@shop.example.').waitFor();
    const contact = await visitorOf(house, closed);
    expect(JSON.stringify(await house.call(`/api/v1/contacts/${contact}`))).toContain('omar@shop.example');

    const other = await house.page();
    await other.goto(always.url);
    const there = await openChat(other);
    await there.locator('header').getByText('Online').waitFor();
    await write(there, 'Somebody there?');
    await bubble(there, 'Somebody there?').locator('[data-step=sent]').waitFor();
    expect(await there.getByLabel('E-mail address').count()).toBe(0);
  });
});

/** Whether the launcher stands out from the page, and its sign from the launcher: by 3 to 1, as they are painted. */
async function contrasts(page: Page): Promise<{ edge: boolean; sign: boolean }> {
  const box = (await page.locator('parley-chat').boundingBox())!;
  const { data, info } = await sharp(
    await page.screenshot({ clip: { x: box.x - 10, y: box.y - 10, width: 80, height: 80 } }),
  )
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const light = (x: number, y: number) => {
    const [r, g, b] = data.subarray((y * info.width + x) * 3);
    const linear = (part: number) =>
      part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * linear(r!) + 0.7152 * linear(g!) + 0.0722 * linear(b!);
  };
  const differ = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) >= 3;
  const around = light(0, 0);
  const across = Array.from({ length: 80 }, (_, x) => light(x, 40));
  const inner = Array.from({ length: 30 * 30 }, (_, i) => light(25 + (i % 30), 25 + Math.floor(i / 30)));
  const ground = light(20, 40);
  return {
    edge:
      across.slice(8, 20).some((one) => differ(one, around)) &&
      across.slice(60, 72).some((one) => differ(one, around)),
    sign: inner.filter((one) => differ(one, ground)).length > 50,
  };
}
