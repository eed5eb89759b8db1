import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ann, ben, customerWrites, deskWithNadia, openIn, reply, signIn } from './desk.ts';
import type { House } from './house.ts';
import { layLine } from './line.ts';
import { told } from './refusal.ts';

let house: House;
let page: Page;
let session: string;
beforeAll(async () => {
  ({ house, page, session } = await deskWithNadia());
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const open = (id = session) => openIn(page, id);
/** What the server has of a conversation. */
const said = async (id: string) => {
  const answer = await page.request.get(`/api/v1/inbox/sessions/${id}/messages`);
  const { items } = (await answer.json()) as { items: { content: { text?: string } }[] };
  return items.map(({ content }) => content.text);
};

it('a draft outlives a cut line, a reload and a sign-in that has ended', async () => {
  const line = await layLine(house.url);
  const mine = await signIn(house, { baseURL: line.url, expected: /ERR_|WebSocket|Failed to fetch|401/ });
  await mine.goto(`/inbox/${session}`);
  await mine.locator('article').first().waitFor();
  line.cut();
  await mine.getByText('No connection.').waitFor();
  await reply(mine).pressSequentially('Written while nobody listened');
  line.mend();
  await mine.reload();
  await expect.poll(() => reply(mine).inputValue()).toBe('Written while nobody listened');
  await mine.context().clearCookies();
  await mine.reload();
  await mine.getByLabel('E-mail').fill(ann.email);
  await mine.getByLabel('Password', { exact: true }).fill(ann.password);
  await mine.getByRole('button', { name: 'Sign in' }).click();
  await expect.poll(() => reply(mine).inputValue()).toBe('Written while nobody listened');
  await mine.context().close();
  await line.close();
  // The server has it by now, too: it is there at another machine.
  await open();
  await expect.poll(() => reply(page).inputValue()).toBe('Written while nobody listened');
  await reply(page).fill('');
});

it('a draft that was sent at another screen is gone here, too, and what is typed meanwhile is not', async () => {
  const id = await customerWrites(page, '966500002050', 'Tarek', 'How much is it?');
  const [here, there] = [await signIn(house), await signIn(house)];
  await here.goto(`/inbox/${id}`);
  await reply(here).fill('Twelve');
  const row = `[data-session="${id}"]`;
  await here.locator(row).getByText('Draft').waitFor();
  await there.goto(`/inbox/${id}`);
  await expect.poll(() => reply(there).inputValue()).toBe('Twelve');
  await reply(there).press('Enter');
  await there.locator('article').filter({ hasText: 'Twelve' }).locator('[data-tick="read"]').waitFor();
  await expect.poll(() => reply(here).inputValue()).toBe('');
  await here.reload();
  await here.locator('article').filter({ hasText: 'Twelve' }).waitFor();
  await reply(here).waitFor();
  await here.waitForTimeout(500);
  expect(await reply(here).inputValue()).toBe('');
  // The server takes drafts away with each message: not what was typed since.
  await there.route(`**/inbox/sessions/${id}/messages`, async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    await there.waitForTimeout(1500);
    return route.continue();
  });
  await reply(there).fill('Or ten');
  await reply(there).press('Enter');
  await reply(there).fill('For two');
  await there.locator('article').filter({ hasText: 'Or ten' }).locator('[data-tick="read"]').waitFor();
  await there.waitForTimeout(1500);
  expect(await reply(there).inputValue()).toBe('For two');
  await there.reload();
  await expect.poll(() => reply(there).inputValue()).toBe('For two');
  for (const each of [here, there]) await each.context().close();
});

it('two screens of one person show the same draft, and what one sends takes nothing away that the other types', async () => {
  const id = await customerWrites(page, '966500002070', 'Vera', 'How do I return it?');
  const [here, there] = [await signIn(house), await signIn(house)];
  for (const each of [here, there]) {
    await each.goto(`/inbox/${id}`);
    await reply(each).waitFor();
  }
  await reply(here).fill('You can bring it back');
  await expect.poll(() => reply(there).inputValue()).toBe('You can bring it back');
  await reply(there).fill('You can bring it back on any day');
  await expect.poll(() => reply(here).inputValue()).toBe('You can bring it back on any day');
  // A template or a file carries nothing of it.
  await house.call('/api/v1/messages', {
    channelId: 'dummy:sandbox',
    to: { phone: '966500002070' },
    content: { text: 'We are open until nine' },
  });
  await here.locator('article').filter({ hasText: 'until nine' }).waitFor();
  expect(await reply(here).inputValue()).toBe('You can bring it back on any day');
  for (const each of [here, there]) await each.context().close();
});

it('what is typed at one screen stays there when another one, which had not heard of it, sends something else', async () => {
  const id = await customerWrites(page, '966500002080', 'Wafa', 'Is it waterproof?');
  const [laptop, phone] = [await signIn(house), await signIn(house, { expected: /409/ })];
  await phone.routeWebSocket(/\/live/, () => {});
  for (const each of [laptop, phone]) {
    await each.goto(`/inbox/${id}`);
    await reply(each).waitFor();
  }
  await reply(laptop).fill('Yes, down to thirty metres');
  await laptop.locator(`[data-session="${id}"]`).getByText('Draft').waitFor();
  await reply(phone).fill('One moment please');
  const beside = phone.getByRole('status').filter({ hasText: 'At another screen you began' });
  await beside.filter({ hasText: 'down to thirty metres' }).waitFor();
  expect(await reply(phone).inputValue()).toBe('One moment please');
  await reply(phone).press('Enter');
  await phone.locator('article[data-message]').filter({ hasText: 'One moment' }).waitFor();
  await expect.poll(() => reply(phone).inputValue()).toBe('Yes, down to thirty metres');
  await laptop.locator('article').filter({ hasText: 'One moment please' }).waitFor();
  expect(await reply(laptop).inputValue()).toBe('Yes, down to thirty metres');
  await laptop.reload();
  await expect.poll(() => reply(laptop).inputValue()).toBe('Yes, down to thirty metres');
  // Both are wanted: one is put before the other, at both screens.
  await reply(laptop).fill('Down to fifty metres');
  await expect.poll(async () => JSON.stringify(await told(page, id))).toContain('Down to fifty metres');
  await reply(phone).fill('Yes');
  await phone.getByRole('button', { name: 'Add it here' }).click();
  await expect.poll(() => reply(phone).inputValue()).toBe('Down to fifty metres\n\nYes');
  // One goes on writing: a button that is gone leaves no keys that are commands.
  expect(await reply(phone).evaluate((field) => field === document.activeElement)).toBe(true);
  await expect.poll(() => reply(laptop).inputValue()).toBe('Down to fifty metres\n\nYes');
  for (const each of [laptop, phone]) await each.context().close();
});

it('what somebody wrote is never sent by who signs in after them', async () => {
  const anns = await signIn(house, { expected: /401/ });
  const id = await customerWrites(anns, '966500002060', 'Mona', 'Hello');
  await anns.goto(`/inbox/${id}`);
  await anns.locator('article').first().waitFor();
  await reply(anns).fill('Written by Ann');
  await anns.context().clearCookies();
  await reply(anns).press('Enter');
  const again = anns.getByRole('dialog', { name: 'Sign in again' });
  await again.getByLabel('E-mail').fill(ben.email);
  await again.getByLabel('Password', { exact: true }).fill(ben.password);
  await again.getByRole('button', { name: 'Sign in' }).click();
  await again.waitFor({ state: 'detached' });
  await anns.locator('article').first().waitFor();
  await reply(anns).waitFor();
  await anns.waitForTimeout(2500);
  expect(await anns.locator('[data-outgoing]').count()).toBe(0);
  expect(await reply(anns).inputValue()).toBe('');
  expect(await said(id)).not.toContain('Written by Ann');
  // It waits for her.
  await anns.context().clearCookies();
  await anns.goto(`/inbox/${id}`);
  await anns.getByLabel('E-mail').fill(ann.email);
  await anns.getByLabel('Password', { exact: true }).fill(ann.password);
  await anns.getByRole('button', { name: 'Sign in' }).click();
  await anns.locator('article').filter({ hasText: 'Written by Ann' }).locator('[data-tick="read"]').waitFor();
  await anns.context().close();
});
