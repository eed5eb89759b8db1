import type { FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { picture } from './console.ts';
import { ann, ben, customerWrites, furnish, openDesk, prefer, reply, signIn } from './desk.ts';
import { type HostPage, openHostPage } from './host-page.ts';
import type { House } from './house.ts';
import { isPost, messagesOf, refusal } from './refusal.ts';

let house: House;
let host: HostPage;
beforeAll(async () => {
  host = await openHostPage();
  house = await openDesk({ INBOX_FRAME_ORIGINS: host.url });
  await furnish(house);
});
afterAll(async () => {
  await house?.close();
  await host?.close();
});
afterEach(() => expect(house.complaints()).toEqual([]));

/** What the server says of a sign-in that has ended: to calls, and to sockets. */
const ended = /401|WebSocket/;
const row = (inbox: FrameLocator, text: string) => inbox.locator('[data-session]').filter({ hasText: text });
const field = (inbox: FrameLocator) => inbox.getByRole('textbox', { name: 'Reply', exact: true });
/** Everything that can be read there, selected or searched. */
// biome-ignore lint/performance/useDomNodeTextContent: what is hidden is not read.
const readable = (at: Page | FrameLocator) => at.locator('body').innerText();

it('who is signed out everywhere is out at once at an idle screen: nothing can be read behind the way in', async () => {
  const lost = await signIn(house, { expected: ended });
  const session = await customerWrites(lost, '966500008010', 'Salma', 'My number is 4711');
  await lost.goto(`/inbox/${session}`);
  await lost.locator('article').filter({ hasText: '4711' }).waitFor();
  await reply(lost).fill('Half of an answer');
  await lost.locator(`[data-session="${session}"]`).getByText('Draft').waitFor();
  const other = await signIn(house);
  const answer = await other.request.post('/api/v1/sign-out/everywhere', {
    headers: { 'x-parley-client': 'inbox' },
    data: {},
  });
  expect(answer.status()).toBe(200);
  await other.context().close();
  const dialog = lost.getByRole('dialog', { name: 'Sign in again' });
  await dialog.waitFor();
  const seen = await readable(lost);
  for (const gone of ['4711', 'Salma', 'Half of an answer', 'No connection'])
    expect(seen).not.toContain(gone);
  expect(await lost.getByText('4711').first().isVisible()).toBe(false);
  expect(await barriers(lost)).toEqual([]);
  await picture(lost, 'inbox-signed-out');
  await customerWrites(await signIn(house), '966500008010', 'Salma', 'Are you still there?');
  await dialog.getByLabel('Password', { exact: true }).fill(ann.password);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
  await dialog.waitFor({ state: 'detached' });
  await lost.locator('article').filter({ hasText: 'Are you still there?' }).waitFor();
  expect(await reply(lost).inputValue()).toBe('Half of an answer');
  // The line is back as well: what comes now is there by itself.
  await customerWrites(lost, '966500008010', 'Salma', 'Good');
  await lost.locator('article').filter({ hasText: 'Good' }).waitFor();
  expect(await house.tidy()).toEqual([]);
});

it('a sign-in that ended while there was no line is told once the server is back', async () => {
  const page = await signIn(house, { expected: /401|WebSocket|ERR_/ });
  await customerWrites(page, '966500008020', 'Tariq', 'My number is 4712');
  await page.locator('[data-session]').filter({ hasText: '4712' }).waitFor();
  house.line.cut();
  await page.getByText('No connection.').waitFor();
  await page.context().clearCookies();
  house.line.mend();
  await page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
  expect(await readable(page)).not.toMatch(/4712|No connection/);
  expect(await house.tidy()).toEqual([]);
});

describe('in a frame of another page', () => {
  it('the inbox goes on with a token that was renewed in time, and hears what comes', async () => {
    const caller = await signIn(house);
    const inbox = await host.open(house, { expected: ended });
    await customerWrites(caller, '966500008030', 'Umar', 'Before');
    await row(inbox, 'Before').waitFor();
    await host.renew();
    await host.end(1);
    // So long that the server has sent away whom it no longer knows.
    await host.page.waitForTimeout(7000);
    await customerWrites(caller, '966500008031', 'Vera', 'After the first token');
    await row(inbox, 'After the first token').waitFor();
    expect(await inbox.getByText('No connection').count()).toBe(0);
    expect(await inbox.getByRole('dialog').count()).toBe(0);
    expect(host.heard).not.toContain('parley:expired');
    expect(await house.tidy()).toEqual([]);
  });

  it('the page is asked for another token, and no event of the time between is missed', async () => {
    const caller = await signIn(house);
    const inbox = await host.open(house, { expected: /401|403|WebSocket/ });
    await customerWrites(caller, '966500008040', 'Wafa', 'Where is it?');
    await row(inbox, 'Where is it?').click();
    await inbox.locator('article').filter({ hasText: 'Where is it?' }).waitFor();
    await field(inbox).fill('On its');
    host.isSignedIn = false;
    await host.end();
    const dialog = inbox.getByRole('dialog', { name: 'Waiting for the page around' });
    await dialog.waitFor();
    expect(await inbox.locator('input[name="password"]').count()).toBe(0);
    expect(host.heard).toEqual(['parley:ready', 'parley:expired']);
    expect(await readable(inbox)).not.toMatch(/Where is it|Wafa|On its/);
    await picture(host.page, 'inbox-waits-for-host');
    await customerWrites(caller, '966500008040', 'Wafa', 'I found it');
    host.isSignedIn = true;
    await host.renew();
    await dialog.waitFor({ state: 'detached' });
    await inbox.locator('article').filter({ hasText: 'I found it' }).waitFor();
    expect(await field(inbox).inputValue()).toBe('On its');
    await customerWrites(caller, '966500008040', 'Wafa', 'Thank you');
    await inbox.locator('article').filter({ hasText: 'Thank you' }).waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('what somebody has written never goes out as the next one who sits there', async () => {
    const caller = await signIn(house);
    const inbox = await host.open(house, { expected: /401|503|WebSocket/ });
    const { page } = host;
    await customerWrites(caller, '966500008050', 'Yara', 'Who are you?');
    await row(inbox, 'Who are you?').click();
    await inbox.locator('article').filter({ hasText: 'Who are you?' }).waitFor();
    const posts: (string | undefined)[] = [];
    await page.route(messagesOf('*'), async (route) => {
      if (!isPost(route)) return route.continue();
      posts.push(route.request().headers().authorization);
      return route.fulfill(refusal(503, 'UNAVAILABLE', 'Not now'));
    });
    await field(inbox).fill('I am Ann');
    await field(inbox).press('Enter');
    await expect.poll(() => posts.length).toBeGreaterThan(0);
    let tell = () => {};
    const wait = new Promise<void>((done) => {
      tell = done;
    });
    await page.route('**/api/v1/me', (route) => wait.then(() => route.continue()));
    host.who = ben;
    await host.renew();
    // The message is tried again meanwhile, as Ann.
    const before = posts.length;
    await expect.poll(() => posts.length, { timeout: 20_000 }).toBeGreaterThan(before);
    tell();
    await page.unroute('**/api/v1/me');
    await inbox
      .getByRole('button', { name: /Ben Adler/ })
      .first()
      .waitFor();
    expect(posts).not.toContain(`Bearer ${host.tokens.at(-1)}`);
    host.who = ann;
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    expect(await house.tidy()).toEqual([]);
  });

  it('one signs in by password where the page hands over nothing, and needs no cookies to stay', async () => {
    host.isSignedIn = false;
    const inbox = await host.open(house, { expected: /401|403/ });
    await inbox.locator('input[name="email"]').fill(ann.email);
    await inbox.locator('input[name="password"]').fill(ann.password);
    await inbox.getByRole('button', { name: 'Sign in' }).click();
    await inbox.locator('[data-session]').first().waitFor();
    expect(await host.page.context().cookies()).toEqual([]);
    host.isSignedIn = true;
    expect(await house.tidy()).toEqual([]);
  });

  it('the wait for the page fits a narrow screen in Arabic, and ends with a password', async () => {
    const caller = await signIn(house);
    await prefer(caller, { language: 'ar' });
    const inbox = await host.open(house, {
      expected: /401|403|WebSocket/,
      viewport: { width: 320, height: 640 },
    });
    await inbox.locator('[data-session]').first().waitFor();
    host.isSignedIn = false;
    await host.end();
    await inbox.getByRole('dialog').waitFor();
    await picture(host.page, 'inbox-waits-for-host-ar');
    await inbox.locator('input[name="password"]').fill(ann.password);
    await picture(host.page, 'inbox-waited-for-host-ar');
    await inbox.locator('form button[type="submit"]').click();
    await inbox.getByRole('dialog').waitFor({ state: 'detached' });
    await inbox.locator('[data-session]').first().waitFor();
    host.isSignedIn = true;
    await prefer(caller, { language: 'en' });
    expect(await house.tidy()).toEqual([]);
  });
});
