import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { customerWrites, openDesk, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let page: Page;
let session: string;
const number = '966500006000';
beforeAll(async () => {
  house = await openDesk();
  page = await signIn(house, { expected: /status of (413|503)/ });
  for (let n = 1; n <= 5; n++) session = await customerWrites(page, number, 'Dana', `zebra ${n}`);
});
afterAll(() => house?.close());
afterEach(async () => {
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  expect(house.complaints()).toEqual([]);
});

const open = async () => {
  await page.goto(`/inbox/${session}`);
  await page.locator('article').first().waitFor();
};
/** The Enter with which a word is taken over that is being put together, as transliteration of Hindi does. */
const composes = (where: string) =>
  page
    .locator(where)
    .first()
    .evaluate((field) =>
      field.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }),
      ),
    );

it('the search in a thread stays at what one looks at when something new comes', async () => {
  await open();
  await page.keyboard.press('Control+f');
  const field = page.getByRole('searchbox', { name: 'Search in this conversation' });
  await field.fill('zebra');
  const at = page.locator('article[data-lit]');
  await at.filter({ hasText: 'zebra 5' }).waitFor();
  await field.press('Enter');
  await field.press('Enter');
  await at.filter({ hasText: 'zebra 3' }).waitFor();
  await customerWrites(page, number, 'Dana', 'a new zebra');
  await page.getByRole('status').filter({ hasText: '6 found' }).waitFor();
  await page.waitForTimeout(300);
  expect(await at.filter({ hasText: /zebra [245]|new/ }).count()).toBe(0);
  await composes('search input');
  await page.waitForTimeout(300);
  expect(await at.filter({ hasText: /zebra [245]|new/ }).count()).toBe(0);
  await field.press('Enter');
  await at.filter({ hasText: 'zebra 2' }).waitFor();
});

it('the Enter of a word that is put together runs no command', async () => {
  await open();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'What do you want to do?' });
  await field.fill('dark');
  await composes('[role="dialog"] input');
  await page.waitForTimeout(300);
  expect(await field.isVisible()).toBe(true);
  await page.keyboard.press('Escape');
});

it('what could not be read about a customer is not told as if there were nothing', async () => {
  const refuse = (path: string) =>
    page.route(path, (route) => route.fulfill({ status: 503, body: '{}', contentType: 'application/json' }));
  await refuse('**/inbox/contacts/*/sessions?**');
  await refuse('**/inbox/contacts/*/events');
  await open();
  const pane = page.getByRole('complementary', { name: 'About the customer' });
  const failed = pane.getByRole('alert').filter({ hasText: 'This could not be loaded' });
  await failed.nth(1).waitFor();
  expect(await pane.getByText('This is the only one.').count()).toBe(0);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  for (let left = 2; left > 0; left--) {
    await failed.first().getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => failed.count()).toBe(left - 1);
  }
  await pane.getByText('This is the only one.').waitFor();
});

it('what the simulator could not send is told, and stands there still', async () => {
  await page.goto(`/inbox/${session}?simulator=1`);
  const field = page.getByRole('textbox', { name: 'Write as the customer' });
  await page.route('**/phones/*/messages', (route) => route.fulfill({ status: 503, body: '{}' }));
  await field.fill('Do you hear me?');
  await field.press('Enter');
  const dismiss = page.getByRole('button', { name: 'Dismiss' });
  await dismiss.waitFor();
  await expect.poll(() => field.inputValue()).toBe('Do you hear me?');
  await dismiss.click();
  await dismiss.waitFor({ state: 'detached' });
  await page.route('**/api/v1/media?**', (route) => route.fulfill({ status: 413, body: '{}' }));
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Send a file as the customer' }).click();
  await (await chooser).setFiles({
    name: 'big.pdf',
    mimeType: 'application/pdf',
    buffer: Buffer.from('%PDF'),
  });
  await dismiss.waitFor();
});

it('End goes to the last of all conversations, not to the last that was read so far', async () => {
  for (let n = 0; n < 70; n++)
    await customerWrites(page, `9665000061${String(n).padStart(2, '0')}`, `Person ${n}`, 'Hello');
  await page.goto('/inbox?view=all');
  await page.locator('[data-row="0"]').focus();
  await page.keyboard.press('End');
  const last = page.locator(`[data-session="${session}"]`);
  await expect.poll(() => last.evaluate((row) => row.contains(document.activeElement))).toBe(true);
});
