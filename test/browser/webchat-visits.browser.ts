import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { openDesk, signIn, sql } from './desk.ts';
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

async function website(settings: object = {}, lang?: string) {
  const made = await openWebsite(house, { settings, ...(lang && { lang }) });
  open.push(made);
  return made;
}

const broken = /ERR_|WebSocket|Failed to load/;

describe('how far a message has come', () => {
  it('the visitor sees when an agent has read it, and the agent when it was delivered, and when read', async () => {
    const shop = await website();
    const page = await house.page({ openShadows: true });
    await page.goto(shop.url);
    const chat = await openChat(page);
    await write(chat, 'Are you open?');
    const asked = bubble(chat, 'Are you open?');
    await asked.locator('[data-step=sent]').waitFor();
    await chat.getByRole('button', { name: 'Close chat' }).click();

    const desk = await signIn(house);
    await desk.locator('[data-session]').filter({ hasText: 'Are you open?' }).click();
    await desk.getByRole('textbox', { name: 'Reply', exact: true }).waitFor();
    // In the frame that is closed now, too: it is there when it is opened.
    await asked.locator('[data-step=read]').waitFor({ state: 'attached' });
    await answer(house, await visitorOf(house, shop), { text: 'Until six.' });
    await page.locator('parley-chat').getByRole('button', { name: 'Chat, unread: 1' }).waitFor();
    await desk.getByRole('article', { name: /Until six\..*Delivered$/ }).waitFor();

    await page.locator('parley-chat button').click();
    await bubble(chat, 'Until six.').waitFor();
    await asked.getByTitle('Read', { exact: true }).waitFor();
    await desk.getByRole('article', { name: /Until six\..*Read$/ }).waitFor();
  });
});

describe('who comes back', () => {
  it('on the next day finds what was said yesterday under its day, and goes on', async () => {
    const shop = await website();
    const page = await house.page({ openShadows: true });
    await page.goto(shop.url);
    const chat = await openChat(page);
    await write(chat, 'I think about it');
    await bubble(chat, 'I think about it').locator('[data-step=sent]').waitFor();
    const visitor = await visitorOf(house, shop);
    await answer(house, visitor, { text: 'Take your time' });
    await bubble(chat, 'Take your time').waitFor();
    const context = page.context();
    await page.close();
    await sql(house, `update message set at = at - interval '1 day' where contact_id = $1`, [visitor]);

    const next = await context.newPage();
    await next.goto(`${shop.url}/second`);
    const again = await openChat(next);
    await bubble(again, 'Take your time').waitFor();
    await write(again, 'I take it');
    await bubble(again, 'I take it').locator('[data-step=sent]').waitFor();
    const told = await again.locator('[role=log]').locator('h2, .text').allTextContents();
    expect(told).toEqual(['yesterday', 'I think about it', 'Take your time', 'today', 'I take it']);
    const { items } = await house.call<{ items: unknown[] }>(`/api/v1/sessions?contactId=${visitor}`);
    expect(items).toHaveLength(1);
  });
});

describe('who would rather speak', () => {
  it('records a voice message, sends it, and can hear it; for the business it is one, too', async () => {
    const shop = await website();
    const page = await house.page({ permissions: ['microphone'], openShadows: true });
    await page.goto(shop.url);
    const chat = await openChat(page);
    await write(chat, 'Listen');
    await bubble(chat, 'Listen').locator('[data-step=sent]').waitFor();
    await chat.getByRole('button', { name: 'Record a voice message' }).click();
    await chat.getByRole('timer').filter({ hasText: '0:02' }).waitFor();
    expect(await barriers(page, 'parley-chat')).toEqual([]);
    await chat.getByRole('button', { name: 'Stop and send' }).click();
    const voice = chat.locator('.in audio');
    await voice.waitFor();
    expect(await voice.getAttribute('aria-label')).toBe('Voice message');
    const length = await voice.evaluate(
      (audio: HTMLAudioElement) =>
        new Promise<boolean>((resolve, reject) => {
          audio.onloadedmetadata = () => resolve(audio.duration > 0);
          audio.onerror = () => reject(new Error(audio.error?.message));
          audio.preload = 'metadata';
          audio.load();
        }),
    );
    expect(length).toBe(true);
    const visitor = await visitorOf(house, shop);
    const sessions = await house.call<{ items: { id: string }[] }>(`/api/v1/sessions?contactId=${visitor}`);
    const { items } = await house.call<{
      items: { content: { type: string; media?: { sizeBytes?: number } } }[];
    }>(`/api/v1/sessions/${sessions.items[0]!.id}/messages`);
    const { content } = items.find((one) => one.content.media)!;
    expect(content.type).toBe('voice');
    expect(content.media!.sizeBytes).toBeGreaterThan(1000);
  });
});

describe('in Arabic', () => {
  it('a visitor writes, presses a button, loads the page again and is cut off: everything is there once', async () => {
    const shop = await website({ languages: ['en', 'ar'], greeting: { en: 'Hello!', ar: 'أهلا بك!' } }, 'ar');
    const page = await house.page({ locale: 'ar', expected: broken });
    await page.goto(shop.url);
    const chat = await openChat(page);
    expect(await chat.evaluate(() => document.documentElement.dir)).toBe('rtl');
    await bubble(chat, 'أهلا بك!').waitFor();
    await write(chat, 'هل الحذاء متوفر؟');
    await bubble(chat, 'هل الحذاء متوفر؟').locator('[data-step=sent]').getByText('أُرسلت').waitFor();
    const visitor = await visitorOf(house, shop);
    await answer(house, visitor, {
      text: 'نعم. أي مقاس؟',
      buttons: [
        { label: 'صغير', code: 's' },
        { label: 'كبير', code: 'l' },
      ],
    });
    await chat.getByRole('button', { name: 'كبير' }).click();
    await bubble(chat, 'كبير').locator('[data-step=sent]').waitFor();
    expect(await chat.getByRole('button', { name: 'صغير' }).getAttribute('aria-disabled')).toBe('true');

    await page.reload();
    const again = await chatOf(page);
    await again.getByRole('button', { name: 'كبير', pressed: true }).waitFor();
    house.line.cut();
    await again.getByText('لا يوجد اتصال. ما تكتبه يُرسل عند عودته.').waitFor();
    await write(again, 'متى يصل؟');
    await bubble(again, 'متى يصل؟').locator('[data-step=queued]').waitFor();
    await answer(house, visitor, { text: 'غدا بإذن الله' });
    house.line.mend();
    await bubble(again, 'غدا بإذن الله').waitFor();
    await bubble(again, 'متى يصل؟').locator('[data-step=sent]').waitFor();
    const told = await again.locator('[role=log] .text').allTextContents();
    expect(told.slice(0, 4)).toEqual(['أهلا بك!', 'هل الحذاء متوفر؟', 'نعم. أي مقاس؟', 'كبير']);
    expect(told.slice(4).toSorted()).toEqual(['غدا بإذن الله', 'متى يصل؟']);
  });
});
