import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ann, customerWrites, fitsAcross, furnish, openDesk, prefer, reply, signIn } from './desk.ts';
import type { House } from './house.ts';
import { layLine } from './line.ts';

let house: House;
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

/** From side to side. */
async function inView(what: Locator, width: number): Promise<void> {
  const { x, width: wide } = (await what.boundingBox())!;
  expect([x >= 0, x + wide <= width]).toEqual([true, true]);
}
const ticks = (page: Page) => page.locator('article [data-tick]');

it('is tried by a newcomer with no account anywhere: writes as the customer, answers, sees it read', async () => {
  const began = Date.now();
  const step = (what: string) =>
    process.stdout.write(`newcomer, ${((Date.now() - began) / 1000).toFixed(1)} s: ${what}\n`);
  const page = await signIn(house);
  step('signed in');
  await page.getByRole('button', { name: 'Open the simulator' }).click();
  await page.getByText('You are the customer now').waitFor();
  step('the simulator is open');
  await page.getByRole('textbox', { name: 'Write as the customer' }).fill('Is the oak desk in stock?');
  await page.getByRole('button', { name: 'Send as the customer' }).click();
  await page.locator('article').filter({ hasText: 'Is the oak desk in stock?' }).waitFor();
  step('what the customer wrote is in the inbox');
  await reply(page).fill('Yes, we have two.');
  await reply(page).press('Enter');
  await page.getByRole('log').getByText('Yes, we have two.').waitFor();
  step('the answer is on the phone');
  await page.locator('article [data-tick="read"]').waitFor();
  step('the tick says: read');
  await page.context().close();
});

describe('an agent', () => {
  it('keeps what was typed over a reload, each conversation its own', async () => {
    const page = await signIn(house);
    const first = await customerWrites(page, '966500000010', 'Basma', 'Hello');
    const second = await customerWrites(page, '966500000020', 'Carlos', 'Hola');
    await page.goto(`/inbox/${first}`);
    await reply(page).fill('Half an answer');
    await page.locator(`[data-session="${second}"]`).click();
    await page.locator(`#thread[data-shown="${second}"]`).waitFor();
    expect(await reply(page).inputValue()).toBe('');
    await page.locator(`[data-session="${first}"]`).getByText('Draft').waitFor();
    await page.goto(`/inbox/${first}`);
    await expect.poll(() => reply(page).inputValue()).toBe('Half an answer');
    await reply(page).fill('');
    await page.context().close();
  });

  it('reads why a message did not arrive, in words', async () => {
    const page = await signIn(house);
    const session = await customerWrites(page, '966500000101', 'Dana', 'Are you there?');
    await page.goto(`/inbox/${session}`);
    await reply(page).fill('We are.');
    await reply(page).press('Enter');
    await page.locator('article [data-tick="failed"]').waitFor();
    await page.getByRole('button', { name: 'Copy details' }).waitFor();
    await page.context().close();
  });

  it('resolves by key, and takes it back', async () => {
    const page = await signIn(house);
    const session = await customerWrites(page, '966500000030', 'Emre', 'Thanks!');
    await page.goto(`/inbox/${session}`);
    await page.locator('article').first().waitFor();
    await page.keyboard.press('e');
    await page.getByText('Resolved: Emre').waitFor();
    await page.locator(`[data-session="${session}"]`).waitFor({ state: 'detached' });
    await page.keyboard.press('z');
    await page.locator(`[data-session="${session}"]`).waitFor();
    await page.context().close();
  });

  it('finds a word in all messages, and everything that can be done in the palette', async () => {
    const page = await signIn(house);
    await customerWrites(page, '966500000040', 'Farah', 'Do you sell zanzibar lamps?');
    await page.keyboard.press('/');
    await page.getByRole('searchbox', { name: 'Search all messages' }).fill('zanzib');
    await page.locator('mark').filter({ hasText: 'zanzib' }).first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('dark');
    await page.keyboard.press('Enter');
    await page.locator('[data-mantine-color-scheme="dark"]').waitFor();
    await prefer(page, { theme: 'light' });
    await page.context().close();
  });

  it('loses nothing when the sign-in has ended: it is sent once signed in again', async () => {
    const page = await signIn(house, { expected: /401/ });
    const session = await customerWrites(page, '966500000050', 'Gita', 'Hello');
    await page.goto(`/inbox/${session}`);
    await page.locator('article').first().waitFor();
    await reply(page).fill('This must not be lost');
    await page.context().clearCookies();
    await reply(page).press('Enter');
    await page.getByRole('dialog', { name: 'Sign in again' }).waitFor();
    // Nothing is shown behind the dialog, and all of it is there.
    const waits = page.locator('[data-outgoing]').filter({ hasText: 'This must not be lost' });
    await waits.waitFor({ state: 'hidden' });
    await waits.waitFor({ state: 'attached' });
    await page.getByLabel('Password', { exact: true }).fill(ann.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.locator('article [data-tick="read"]').waitFor();
    await page.context().close();
  });
});

it('sends what was written without a line once it is back, and once only', async () => {
  const line = await layLine(house.url);
  const page = await signIn(house, { baseURL: line.url, expected: /ERR_|WebSocket|Failed to fetch/ });
  const session = await customerWrites(page, '966500000060', 'Hasan', 'Hello');
  await page.goto(`/inbox/${session}`);
  await page.locator('article').first().waitFor();
  line.cut();
  await page.getByText('No connection.').waitFor();
  await reply(page).fill('Written in a tunnel');
  await reply(page).press('Enter');
  await page.locator('[data-outgoing="queued"]').filter({ hasText: 'Written in a tunnel' }).waitFor();
  line.mend();
  await ticks(page).last().and(page.locator('[data-tick="read"]')).waitFor();
  await page.getByText('No connection.').waitFor({ state: 'detached' });
  const { items } = await house.call<{ items: { content: { text?: string } }[] }>(
    `/api/v1/sessions/${session}/messages`,
  );
  expect(items.filter(({ content }) => content.text === 'Written in a tunnel')).toHaveLength(1);
  await page.context().close();
  await line.close();
});

describe('in Arabic', () => {
  it('runs from right to left, and leaves numbers as they are', async () => {
    const page = await signIn(house);
    const session = await customerWrites(page, '966500000070', 'نورة', 'رقمي +971 50 123 4567 وشكرا');
    await prefer(page, { language: 'ar' });
    await page.goto(`/inbox/${session}`);
    await page.locator('article').first().waitFor();
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
    const number = page.locator('article bdo[dir="ltr"]');
    expect(await number.textContent()).toBe('+971 50 123 4567');
    const [list, thread] = await Promise.all([
      page.locator('#list').boundingBox(),
      page.locator('#thread').boundingBox(),
    ]);
    expect(list!.x).toBeGreaterThan(thread!.x);
    await page.getByRole('tab', { name: 'ملاحظة' }).waitFor();
    await page.context().close();
  });

  it.each([320, 768, 1024])('needs no sideways scrolling at %d px', async (width) => {
    const page = await signIn(house);
    for (const language of ['ar', 'en']) {
      await prefer(page, { language });
      await page.setViewportSize({ width, height: 700 });
      await page.goto('/inbox');
      await page.locator('[data-session]').first().click();
      await page.locator('article').first().waitFor();
      await fitsAcross(page);
      await page.keyboard.press('t');
      // What was begun with a template is there again.
      const [template, submit] = [page.getByText('Order shipped'), page.locator('form button[type=submit]')];
      await template.or(submit).first().waitFor();
      if (!(await submit.isVisible())) await template.click();
      await inView(submit, width);
      await page.goto('/settings/sign-in');
      await page.getByRole('heading', { level: 1 }).waitFor();
      await fitsAcross(page);
    }
    await page.context().close();
  });
});
