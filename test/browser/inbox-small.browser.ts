import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { customerWrites, openDesk, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
const sessions: string[] = [];
beforeAll(async () => {
  house = await openDesk();
  const page = await signIn(house);
  for (let n = 10; n < 40; n++)
    sessions.unshift(await customerWrites(page, `9665000044${n}`, `Customer ${n}`, `Question ${n}`));
  for (let n = 0; n < 12; n++)
    await customerWrites(page, '966500004439', 'Customer 39', `And a longer line, number ${n}`);
  await page.context().close();
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const row = (page: Page, at: number) => page.locator(`[data-session="${sessions[at]}"]`);
const isFocused = (page: Page, at: number) => row(page, at).evaluate((one) => one === document.activeElement);

describe.each([
  ['a phone with its keyboard up', { width: 360, height: 320 }, 0.4, false],
  ['a zoom of 400 %, with the question for a sound', { width: 320, height: 256 }, 0.5, true],
] as const)('%s', (_, { width, height }, most, asks) => {
  it('shows messages beside six lines of an answer, and what sends it', async () => {
    const page = await signIn(house, { viewport: { width, height: 700 }, hasTouch: true });
    if (!asks) await page.getByRole('button', { name: 'Never' }).click();
    await page.goto(`/inbox/${sessions[0]}`);
    await page.locator('article').first().waitFor();
    await reply(page).focus();
    await page.setViewportSize({ width, height });
    await reply(page).fill(Array.from({ length: 6 }, (_, n) => `Line ${n} of the answer`).join('\n'));
    const box = async (name: string) =>
      (await page.locator(name).evaluate((one) => one.getBoundingClientRect().toJSON())) as DOMRect;
    expect((await box('[data-region="composer"]')).height).toBeLessThanOrEqual(height * most + 1);
    const messages = await box('[data-testid="messages"]');
    expect(messages.height).toBeGreaterThan(60);
    expect(messages.top).toBeLessThan(height - 60);
    const send = page.getByRole('button', { name: 'Send', exact: true });
    for (const one of [send, page.getByRole('button', { name: 'Attach a file' })]) {
      await one.scrollIntoViewIfNeeded();
      const { top, bottom } = (await one.evaluate((button) =>
        button.getBoundingClientRect().toJSON(),
      )) as DOMRect;
      expect(top).toBeGreaterThanOrEqual(0);
      expect(bottom).toBeLessThanOrEqual(height);
    }
    await page.context().close();
  });
});

describe('who goes back to the list', () => {
  it('of a phone is where they were', async () => {
    const page = await signIn(house, { viewport: { width: 390, height: 700 } });
    const scroller = page.locator('[data-density]');
    await scroller.evaluate((one) => one.scrollTo(0, 1400));
    await row(page, 20).click();
    await page.locator('article').first().waitFor();
    const before = await scroller.evaluate((one) => one.scrollTop);
    await page.getByRole('button', { name: 'Back' }).click();
    await expect.poll(() => isFocused(page, 20)).toBe(true);
    expect(before).toBeGreaterThan(1000);
    expect(await scroller.evaluate((one) => one.scrollTop)).toBe(before);
    expect(await page.locator('#list').isVisible()).toBe(true);
    await page.context().close();
  });

  it('by Esc goes on from there', async () => {
    const page = await signIn(house);
    await row(page, 5).click();
    await reply(page).waitFor();
    await reply(page).focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/inbox$/);
    await expect.poll(() => isFocused(page, 5)).toBe(true);
    await page.keyboard.press('j');
    await page.waitForURL(new RegExp(`/inbox/${sessions[6]}`));
    await page.context().close();
  });
});

it('a finger that rests on a row picks it, and the next ones are picked by a touch', async () => {
  const page = await signIn(house, { viewport: { width: 390, height: 844 }, hasTouch: true });
  await row(page, 1).waitFor();
  const middle = async (at: number) => {
    const { x, y, width, height } = (await row(page, at).boundingBox())!;
    return { x: x + width / 2, y: y + height / 2 };
  };
  const hand = await page.context().newCDPSession(page);
  await hand.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [await middle(1)] });
  await page.getByRole('toolbar', { name: 'With the selected ones' }).waitFor();
  await hand.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await row(page, 3).tap();
  await page.getByText('2 selected').waitFor();
  expect(new URL(page.url()).pathname).toBe('/inbox');
  await page.getByRole('button', { name: 'Clear selection' }).click();
  await row(page, 3).tap();
  await page.locator('article').first().waitFor();
  await page.context().close();
});
