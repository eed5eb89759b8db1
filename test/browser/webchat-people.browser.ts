import { SignJWT } from 'jose';
import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from './house.ts';
import { answer, bubble, chatOf, openChat, openWebsite, visitorOf, type Website, write } from './website.ts';

const secret = 'a-secret-of-the-business';
let house: House;
const open: Website[] = [];
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  for (const website of open) await website.close();
  await house?.close();
});
afterEach(async () => expect(await house.tidy()).toEqual([]));

async function website(
  ...options: Parameters<typeof openWebsite> extends [unknown, ...infer Rest] ? Rest : never
) {
  const made = await openWebsite(house, ...options);
  open.push(made);
  return made;
}

const tokenOf = (sub: string, expires = '5m') =>
  new SignJWT({ name: sub })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));

/** Calls the page API as the page does. */
const parley = (page: Page, ...command: unknown[]) =>
  page.evaluate((given) => {
    const host = window as unknown as { parley: unknown[] };
    host.parley ??= [];
    host.parley.push(given);
  }, command);

const sent = (chat: Frame, text: string) => bubble(chat, text).locator('[data-step=sent]').waitFor();

describe('who signs in', () => {
  it('has his conversation on every device, and leaves nothing behind when he signs out', async () => {
    const shop = await website({ settings: { identitySecret: secret } });
    const page = await house.page();
    await page.goto(shop.url);
    await parley(page, 'identify', await tokenOf('amina'));
    const chat = await openChat(page);
    await write(chat, 'My order is late');
    await sent(chat, 'My order is late');

    const phone = await house.page();
    await phone.goto(shop.url);
    await parley(phone, 'identify', { token: await tokenOf('amina') });
    const there = await openChat(phone);
    await bubble(there, 'My order is late').waitFor();
    await write(there, 'I am on the phone now');
    await bubble(chat, 'I am on the phone now').waitFor();

    await parley(phone, 'logout');
    await bubble(there, 'My order is late').waitFor({ state: 'detached' });
    await write(there, 'Somebody else');
    await sent(there, 'Somebody else');
    expect(await bubble(chat, 'Somebody else').count()).toBe(0);
    await phone.reload();
    const after = await chatOf(phone);
    await bubble(after, 'Somebody else').waitFor();
    expect(await after.getByText('My order is late').count()).toBe(0);
  });

  it('keeps what he wrote before; the page is asked again when its word has grown old', async () => {
    const shop = await website({ settings: { identitySecret: secret } });
    const page = await house.page({ expected: /401/ });
    await page.goto(shop.url);
    const chat = await openChat(page);
    await write(chat, 'Written before');
    await sent(chat, 'Written before');
    const [old, fresh] = [await tokenOf('omar', '1s'), await tokenOf('omar')];
    await page.waitForTimeout(1100);
    await page.evaluate(
      ([first, second]) => {
        const tokens = [first!, second!];
        const host = window as unknown as { parley: { identify(ask: () => string): void } };
        host.parley.identify(() => tokens.shift() ?? second!);
      },
      [old, fresh],
    );
    await write(chat, 'Written after');
    await sent(chat, 'Written after');
    const contact = await house.call(`/api/v1/contacts/${await visitorOf(house, shop)}`);
    expect(JSON.stringify(contact)).toContain('"profileId":"omar"');
    await bubble(chat, 'Written before').waitFor();
  });

  it('is who must be, where only known people may chat', async () => {
    const shop = await website({ settings: { identitySecret: secret, enforce: true } });
    const page = await house.page({ expected: /401/ });
    await page.goto(shop.url);
    const chat = await openChat(page);
    await chat.getByText('Please sign in on this website to chat.').waitFor();
    await parley(page, 'identify', await tokenOf('layla'));
    await write(chat, 'It is me');
    await sent(chat, 'It is me');
  });
});

describe('what is asked', () => {
  it('before the chat: each mistake stands beside its field, and is asked once', async () => {
    const shop = await website({ settings: { preChatName: 'optional', preChatEmail: 'required' } });
    const page = await house.page();
    await page.goto(shop.url);
    const chat = await openChat(page);
    const begin = chat.getByRole('button', { name: 'Start the chat' });
    await begin.click();
    await chat.getByText('This is needed.').waitFor();
    expect(await chat.locator('input').count()).toBe(2);
    const email = chat.getByLabel('E-mail address');
    expect(await email.evaluate((field) => field === document.activeElement)).toBe(true);
    await email.fill('amina');
    await begin.click();
    await chat.getByText('This does not look like an e-mail address.').waitFor();
    await email.fill('amina@shop.example');
    await begin.click();
    await write(chat, 'Now I may');
    await sent(chat, 'Now I may');
    await page.reload();
    await bubble(await chatOf(page), 'Now I may').waitFor();
    const contact = await visitorOf(house, shop);
    expect(JSON.stringify(await house.call(`/api/v1/contacts/${contact}`))).toContain('amina@shop.example');
  });

  it('outside of the hours: where the visitor can be answered', async () => {
    const shop = await website({ settings: { captureEmail: true } });
    const page = await house.page();
    await page.goto(shop.url);
    const chat = await openChat(page);
    await write(chat, 'Nobody there?');
    await sent(chat, 'Nobody there?');
    await chat.getByLabel('E-mail address').fill('omar@shop.example');
    await chat.getByRole('button', { name: 'Save' }).click();
    await chat.getByText('We write to omar@shop.example.').waitFor();
    const contact = await visitorOf(house, shop);
    expect(JSON.stringify(await house.call(`/api/v1/contacts/${contact}`))).toContain('omar@shop.example');
  });

  it('first of all: whether anything may be kept; until then nothing is', async () => {
    const shop = await website({ settings: { consent: true } });
    const page = await house.page();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(shop.url);
    const chat = await openChat(page);
    const agree = chat.getByRole('button', { name: 'Agree and chat' });
    await agree.waitFor();
    const kept = () => chat.evaluate(() => Object.keys(localStorage));
    expect(await kept()).toEqual([]);
    expect(await page.evaluate(() => Object.keys(localStorage).concat(Object.keys(sessionStorage)))).toEqual(
      [],
    );
    expect(asked.filter((url) => url.includes('/widget/session'))).toEqual([]);
    await agree.click();
    await write(chat, 'I agree');
    await sent(chat, 'I agree');
    expect(await kept()).not.toEqual([]);
    await page.reload();
    await chatOf(page).then((again) => bubble(again, 'I agree').waitFor());
  });
});

describe('a page', () => {
  it('with the strictest policy needs to allow our script and our frame, and nothing else', async () => {
    const shop = await website({
      policy:
        "default-src 'none'; script-src SERVER; frame-src SERVER; style-src 'self'; img-src data:; base-uri 'none'; " +
        "require-trusted-types-for 'script'; trusted-types 'none'",
    });
    const page = await house.page();
    await page.goto(shop.url);
    const chat = await openChat(page);
    await write(chat, 'Strict, but fair');
    await sent(chat, 'Strict, but fair');
  });

  it('has one global more, one element more, and gets rid of both', async () => {
    const shop = await website();
    const page = await house.page();
    await page.addInitScript(() => {
      Object.defineProperty(document, 'globalsBefore', { value: Object.getOwnPropertyNames(window) });
    });
    await page.goto(shop.url);
    await page.locator('parley-chat').waitFor({ state: 'attached' });
    const more = await page.evaluate(() => {
      const { globalsBefore } = document as unknown as { globalsBefore: string[] };
      return Object.getOwnPropertyNames(window).filter((name) => !globalsBefore.includes(name));
    });
    expect(more.filter((name) => !/^\d+$/.test(name))).toEqual(['parley']);
    expect(
      await page.evaluate(() => (document.querySelector('parley-chat') as Element).shadowRoot),
    ).toBeNull();

    const heard = await page.evaluate(() => {
      const { parley } = window as unknown as {
        parley: { [name: string]: (...given: unknown[]) => unknown };
      };
      const told: string[] = [];
      const stop = parley.on!('open', () => told.push('open')) as () => void;
      parley.open!();
      stop();
      parley.close!();
      parley.open!();
      parley.destroy!();
      return { told, left: document.querySelectorAll('parley-chat').length, api: 'parley' in window };
    });
    expect(heard).toEqual({ told: ['open'], left: 0, api: false });
    await page.evaluate((address) => {
      for (let n = 0; n < 2; n += 1) {
        const script = document.createElement('script');
        script.src = address;
        document.body.append(script);
      }
    }, `${house.url}/widget/${shop.siteKey}.js`);
    await page.locator('parley-chat').waitFor({ state: 'attached' });
    await page.waitForLoadState('networkidle');
    expect(await page.locator('parley-chat').count()).toBe(1);
  });

  it('that is not of the site does not get the frame', async () => {
    const shop = await website();
    const foreign = await website({ settings: { origins: ['https://elsewhere.example'] } });
    const page = await house.page({ expected: /frame-ancestors|Framing|chrome-error|403/ });
    await page.goto(foreign.url);
    await page.locator('parley-chat').waitFor({ state: 'attached' });
    await parley(page, 'open');
    await page.waitForLoadState('networkidle');
    expect(page.frames().some((frame) => frame.url().includes('/widget/frame'))).toBe(false);
    expect(shop.siteKey).not.toBe(foreign.siteKey);
  });

  it('tells the chat where the visitor is and who, and hears what happens', async () => {
    const shop = await website();
    const page = await house.page();
    await page.goto(shop.url);
    await parley(page, 'setContext', { name: 'Amina', email: 'amina@shop.example' });
    await page.evaluate(() => {
      const host = window as unknown as { parley: { push(command: unknown[]): void }; told: unknown[] };
      host.told = [];
      for (const name of ['ready', 'open', 'unread', 'message']) {
        host.parley.push(['on', name, (data: unknown) => host.told.push([name, data])]);
      }
    });
    const chat = await openChat(page);
    await write(chat, 'Hello');
    await sent(chat, 'Hello');
    const contact = await visitorOf(house, shop);
    await answer(house, contact, { text: 'Hello Amina' });
    await bubble(chat, 'Hello Amina').waitFor();
    const told = await page.evaluate(() => (window as unknown as { told: [string, unknown][] }).told);
    expect(told.map(([name]) => name)).toEqual(expect.arrayContaining(['ready', 'open', 'message']));
    // What is said is between the two.
    expect(JSON.stringify(told)).not.toContain('Hello');
    expect(JSON.stringify(await house.call(`/api/v1/contacts/${contact}`))).toContain('Amina');
  });
});
