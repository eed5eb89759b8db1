import { TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { ben, customerWrites, furnish, openDesk, reply, signIn } from './desk.ts';
import type { House } from './house.ts';
import { layLine } from './line.ts';

let house: House;
let page: Page;
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  page = await signIn(house);
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

it('sets up codes of a second device, and signs in with one', async () => {
  const bens = await signIn(house, { who: ben, expected: /401|400/ });
  await bens.goto('/settings/sign-in');
  await bens.getByRole('button', { name: 'Set up' }).click();
  await bens.getByLabel('Your password, to be sure that it is you').fill(ben.password);
  await bens.getByRole('button', { name: 'Go on' }).click();
  await bens.getByRole('img', { name: 'QR code for your app for codes' }).waitFor();
  expect(await barriers(bens)).toEqual([]);
  const secret = (await bens.locator('form code').textContent())!.replaceAll(' ', '');
  await bens.getByLabel('The code that the app shows').fill(new TOTP({ secret }).generate());
  await bens.getByRole('button', { name: 'Confirm' }).click();
  const recovery = await bens.getByRole('status').getByRole('listitem').first().textContent();
  await bens.getByRole('button', { name: 'I have kept them' }).click();
  await bens.getByText('A code is asked for at each sign-in.').waitFor();
  await bens.context().clearCookies();
  await bens.goto('/');
  await bens.getByLabel('E-mail').fill(ben.email);
  await bens.getByLabel('Password', { exact: true }).fill(ben.password);
  await bens.getByRole('button', { name: 'Sign in' }).click();
  await bens.getByLabel('Code of your authenticator, or a recovery code').fill(recovery!);
  await bens.getByRole('button', { name: 'Sign in' }).click();
  await bens.locator('#list').waitFor();
  await bens.context().close();
});

it('tags a customer by keys, also where the pane has to be opened first', async () => {
  await house.call('/api/v1/apply', { tags: [{ name: 'VIP', colour: '#0b6e58' }] });
  const session = await customerWrites(page, '966500004010', 'Tara', 'Hello again');
  await page.setViewportSize({ width: 1100, height: 800 });
  await page.goto(`/inbox/${session}`);
  await page.locator('article').first().waitFor();
  await page.keyboard.press('l');
  await page.getByRole('menuitem', { name: 'VIP' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Take the tag VIP away' }).waitFor();
});

it('has room for a conversation at 1280 px, with everything beside it', async () => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto('/inbox');
  await page.locator('[data-session]').first().click();
  await page.getByRole('complementary', { name: 'About the customer' }).waitFor();
  await reply(page).waitFor();
  expect((await page.locator('#thread').boundingBox())!.width).toBeGreaterThanOrEqual(440);
});

describe('what an agent notes about a customer', () => {
  const about = (desk: Page) => desk.getByRole('complementary', { name: 'About the customer' });
  const name = (desk: Page) => about(desk).getByRole('textbox', { name: 'Name', exact: true });
  const choose = async (desk: Page, session: string, who: string) => {
    await desk.locator(`[data-session="${session}"]`).click();
    await about(desk).getByRole('heading', { name: who, exact: true }).waitFor();
  };

  it('is noted of the one it was typed for, also when one goes on by key meanwhile', async () => {
    const vera = await customerWrites(page, '966500004020', 'Vera', 'Hello');
    const walid = await customerWrites(page, '966500004030', 'Walid', 'Good morning');
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto('/inbox');
    await choose(page, walid, 'Walid');
    await choose(page, vera, 'Vera');
    await about(page).getByRole('button', { name: 'Change Name' }).click();
    await name(page).fill('Vera Lind');
    await page.keyboard.press('Alt+ArrowUp');
    await about(page).getByRole('heading', { name: 'Walid', exact: true }).waitFor();
    expect(await name(page).count()).toBe(0);
    await page.locator(`[data-session="${vera}"]`).getByText('Vera Lind').waitFor();
    await page.reload();
    await about(page).getByRole('heading', { name: 'Walid', exact: true }).waitFor();
    await choose(page, vera, 'Vera Lind');
  });

  it('stays in its field where it could not be saved, until another try', async () => {
    const line = await layLine(house.url);
    const desk = await signIn(house, { baseURL: line.url, expected: /ERR_|WebSocket|Failed to fetch/ });
    const xenia = await customerWrites(desk, '966500004040', 'Xenia', 'Hello');
    const yusuf = await customerWrites(desk, '966500004050', 'Yusuf', 'Good morning');
    await desk.goto('/inbox');
    await choose(desk, yusuf, 'Yusuf');
    await choose(desk, xenia, 'Xenia');
    line.cut();
    await about(desk).getByRole('button', { name: 'Change Name' }).click();
    await name(desk).fill('Xenia Maro');
    await name(desk).press('Enter');
    await reply(desk).click();
    await about(desk).getByText('Not saved.').waitFor();
    expect(await name(desk).inputValue()).toBe('Xenia Maro');
    expect(await reply(desk).evaluate((field) => field === document.activeElement)).toBe(true);
    await choose(desk, yusuf, 'Yusuf');
    expect(await name(desk).count()).toBe(0);
    await choose(desk, xenia, 'Xenia');
    expect(await name(desk).inputValue()).toBe('Xenia Maro');
    line.mend();
    await desk.getByText('No connection.').waitFor({ state: 'detached' });
    await name(desk).press('Enter');
    await choose(desk, xenia, 'Xenia Maro');
    expect(await about(desk).getByText('Not saved.').count()).toBe(0);
    await desk.context().close();
    await line.close();
  });
});

it('sees what time it is where the customer is', async () => {
  const desk = await signIn(house, { timezoneId: 'America/Lima' });
  const session = await customerWrites(desk, '966500004060', 'Zain', 'Are you open?');
  await desk.goto(`/inbox/${session}`);
  const there = () =>
    new Intl.DateTimeFormat('en-GB', {
      hour: 'numeric',
      minute: '2-digit',
      timeZone: 'Asia/Riyadh',
    }).format();
  const before = there();
  const shown = desk.locator('dd[title="Asia/Riyadh"]');
  await shown.waitFor();
  expect(
    (await shown.textContent())!.endsWith(before) || (await shown.textContent())!.endsWith(there()),
  ).toBe(true);
  await desk.context().close();
});
