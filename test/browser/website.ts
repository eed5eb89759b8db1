import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame, Page } from 'playwright-core';
import type { House } from './house.ts';

/** A website of a business, on an origin of its own, with the widget on it. */
export interface Website {
  readonly url: string;
  readonly siteKey: string;
  readonly channelId: string;
  close(): Promise<void>;
}

/** How a website is made. */
export interface WebsiteOptions {
  /** Of its channel. */
  settings?: object;
  /** Its content policy; `SERVER` stands for the origin of Parley. */
  policy?: string;
  lang?: string;
}

let count = 0;

/** A page whose own styles would spoil anything that is not shielded from them. */
const page = (lang: string, script: string) => `<!doctype html>
<html lang="${lang}" dir="${/^(ar|ur)/.test(lang) ? 'rtl' : 'ltr'}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/shop.css"></head>
<body><main><h1>Shop</h1><a href="/second">Second page</a></main><script async src="${script}"></script></body></html>`;

const styles = `* { margin: 9px; text-transform: uppercase; } button, iframe, div { display: inline !important; opacity: .3; }
h1, a { opacity: 1; }`;

/** Opens a website with a channel of its own. Close it with the house. */
export async function openWebsite(house: House, options: WebsiteOptions = {}): Promise<Website> {
  const { settings = {}, policy, lang = 'en' } = options;
  let html = '';
  const worker = `importScripts('${house.url}/push/worker.js');`;
  const server = createServer(({ url }, response) => {
    const [type, body] =
      url === '/shop.css'
        ? ['text/css', styles]
        : url === '/parley-push.js'
          ? ['text/javascript', worker]
          : ['text/html; charset=utf-8', html];
    response.writeHead(200, {
      'content-type': type,
      ...(policy && { 'content-security-policy': policy.replaceAll('SERVER', house.url) }),
    });
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  count += 1;
  const channelId = `web:site${count}`;
  const { siteKey } = await house.call<{ siteKey: string }>(
    `/api/v1/channels/${channelId}`,
    { name: 'Corner shop', settings: { origins: [url], captureEmail: false, ...settings } },
    'PUT',
  );
  html = page(lang, `${house.url}/widget/${siteKey}.js`);
  return {
    url,
    siteKey,
    channelId,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** Opens the chat on a page with a click on the launcher, and answers the frame when one can write in it. */
export async function openChat(page: Page): Promise<Frame> {
  await page.locator('parley-chat').waitFor({ state: 'attached' });
  await pressLauncher(page);
  return chatOf(page);
}

/** Clicks on the launcher, wherever it stands. */
export async function pressLauncher(page: Page): Promise<void> {
  const box = (await page.locator('parley-chat').boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}

/** The frame of the chat, when it shows what it has to show. */
export async function chatOf(page: Page): Promise<Frame> {
  const handle = await page
    .waitForEvent('framenavigated', { predicate: isChat, timeout: 1 })
    .catch(() => undefined);
  let frame = handle ?? page.frames().find(isChat);
  while (!frame) {
    await page.waitForTimeout(20);
    frame = page.frames().find(isChat);
  }
  await frame.locator('header').waitFor();
  return frame;
}

const isChat = (frame: Frame) => frame.url().includes('/widget/frame');

/** Writes a text in the chat, as a person does. */
export async function write(chat: Frame, text: string): Promise<void> {
  await chat.locator('textarea').fill(text);
  await chat.locator('textarea').press('Enter');
}

/** The bubble that says something. */
export const bubble = (chat: Frame, text: string) => chat.locator('.bubble').filter({ hasText: text });

/** The contact who began the newest conversation of a website, as the business sees it; waits for it. */
export async function visitorOf(house: House, { channelId }: { channelId: string }): Promise<string> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    const { items } = await house.call<{ items: Session[] }>('/api/v1/sessions?open=true&limit=100');
    const found = items.find((session) => session.channelId === channelId);
    if (found) return found.contactId;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`nobody wrote on ${channelId}`);
}

interface Session {
  channelId: string;
  contactId: string;
}

/** The business answers. */
export const answer = (house: House, contactId: string, content: object) =>
  house.call<{ id: string }>('/api/v1/messages', { to: { contactId }, content });
