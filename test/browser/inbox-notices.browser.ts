import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { customerWrites, furnish, notices, openDesk, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let ids: string[];
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  const page = await signIn(house);
  ids = [];
  for (const [i, name] of ['Lina', 'Karim'].entries())
    ids.push(await customerWrites(page, `96650000${i + 1}421`, name, `I am ${name}, and wait for an answer`));
  await page.context().close();
});
afterAll(() => house?.close());
afterEach(async () => expect(await house.tidy()).toEqual([]));

/** The server refuses what is done with conversations, and an error stands on the screen. */
async function anError(page: Page, goThere?: () => Promise<void>): Promise<void> {
  await page.route('**/inbox/sessions/*/resolve', (route) =>
    route.fulfill({
      status: 500,
      contentType: 'application/problem+json',
      headers: { 'x-request-id': '01980000-0000-7000-8000-000000000000' },
      body: JSON.stringify({
        code: 'INTERNAL',
        detail: 'No',
        requestId: '01980000-0000-7000-8000-000000000000',
      }),
    }),
  );
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await goThere?.();
  await page.keyboard.press('e');
  await notices(page).waitFor();
}

/** Nothing lies over the notices. */
const onTop = (page: Page) =>
  page.evaluate(() => {
    const place = document.querySelector('[data-region="notices"]')!;
    const { left, top, width, height } = place.getBoundingClientRect();
    return place.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });

/** What of the answer's place, of the newest message and of the notices lies over one another, or outside of the screen. */
const covered = (page: Page) =>
  page.evaluate(() => {
    const at = (selector: string) => [...document.querySelectorAll(selector)].at(-1)!.getBoundingClientRect();
    const message = at('article');
    const scroller = document
      .querySelector('article')!
      .closest('[data-testid="messages"]')!
      .getBoundingClientRect();
    const top = Math.max(message.top, scroller.top);
    const seen = new DOMRect(
      message.left,
      top,
      message.width,
      Math.min(message.bottom, scroller.bottom) - top,
    );
    const boxes = {
      notices: at('[data-region="notices"]'),
      composer: at('[data-region="composer"]'),
      message: seen,
    };
    const all = Object.entries(boxes);
    const wrong = all.flatMap(([name, one], i) =>
      all
        .slice(i + 1)
        .filter(
          ([, two]) =>
            one.left < two.right - 1 &&
            two.left < one.right - 1 &&
            one.top < two.bottom - 1 &&
            two.top < one.bottom - 1,
        )
        .map(([other]) => `${name} and ${other}`),
    );
    for (const [name, box] of all)
      if (box.top < -1 || box.bottom > innerHeight + 1 || box.left < -1 || box.right > innerWidth + 1)
        wrong.push(`${name} leaves the screen`);
    if (seen.height < Math.min(message.height, 28)) wrong.push('the newest message is not seen');
    const field = at('[data-region="composer"] textarea');
    for (const y of [field.top + 12, field.bottom - 12])
      if (document.elementFromPoint(field.left + 40, y)?.tagName !== 'TEXTAREA')
        wrong.push('the field is not seen');
    return wrong;
  });

describe('a notice of something that went wrong', () => {
  const sizes = [
    { width: 320, height: 568 },
    // The keyboard of the phone is on the screen.
    { width: 320, height: 320 },
    { width: 390, height: 420 },
    { width: 820, height: 700 },
    { width: 1440, height: 900 },
  ];
  for (const locale of ['en', 'ar'])
    for (const viewport of sizes)
      it(`lies over neither the composer nor the newest message: ${locale}, ${viewport.width} × ${viewport.height}`, async () => {
        const isPhone = viewport.width < 768;
        const page = await signIn(house, {
          locale,
          viewport: isPhone ? { width: viewport.width, height: 640 } : viewport,
          ...(isPhone && { hasTouch: true, isMobile: true }),
          expected: /500/,
        });
        await page.goto(`/inbox/${ids[0]}`);
        await page.locator('article').first().waitFor();
        await anError(page);
        const area = page.locator('[data-region="composer"] textarea');
        await area.fill('Good morning');
        await page.setViewportSize(viewport);
        await page.waitForTimeout(400);
        if (process.env.PICTURES?.startsWith('/'))
          await page.screenshot({
            path: `${process.env.PICTURES}/notice-${locale}-${viewport.width}-${viewport.height}.png`,
          });
        await expect.poll(() => covered(page)).toEqual([]);
        await area.press('Control+Enter');
        await area.press('Enter');
        await page.locator('article').filter({ hasText: 'Good morning' }).first().waitFor();
        // It waits until somebody has seen it.
        await notices(page).getByRole('button').first().click();
        await notices(page).waitFor({ state: 'detached' });
      });

  it('lies above what is open over the conversation on a phone', async () => {
    const page = await signIn(house, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      expected: /500/,
    });
    await page.goto(`/inbox/${ids[0]}`);
    await page.locator('article').first().waitFor();
    await anError(page);
    await page.getByRole('button', { name: 'About Lina' }).click();
    await page.getByRole('dialog', { name: 'About the customer' }).waitFor();
    await expect.poll(() => onTop(page)).toBe(true);
    await notices(page).getByRole('button', { name: 'Dismiss' }).click();
    await notices(page).waitFor({ state: 'detached' });
    await page.getByRole('dialog', { name: 'About the customer' }).waitFor();
    await page.context().close();
  });

  it('is seen on a phone where the conversation is not to be seen any more', async () => {
    const page = await signIn(house, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      expected: /500|404/,
    });
    await page.route(`**/inbox/sessions/${ids[1]}`, (route) => route.fulfill({ status: 404, json: {} }));
    await page.locator(`[data-session="${ids[0]}"]`).waitFor();
    await anError(page, () => page.locator(`[data-session="${ids[0]}"]`).focus());
    await expect.poll(() => onTop(page)).toBe(true);
    await page.locator(`[data-session="${ids[1]}"]`).click();
    await page.getByRole('button', { name: 'Back to the list' }).waitFor();
    await expect.poll(() => onTop(page)).toBe(true);
    await page.context().close();
  });

  it('is read out, and the keyboard goes there', async () => {
    const page = await signIn(house, { expected: /500/ });
    await page.goto(`/inbox/${ids[0]}`);
    await page.locator('article').first().waitFor();
    await anError(page);
    await page
      .locator('[aria-live="assertive"]')
      .filter({ hasText: 'The server failed.' })
      .waitFor({ state: 'attached' });
    await reply(page).focus();
    await page.keyboard.press('F6');
    await page.keyboard.press('F6');
    await notices(page).locator(':focus').waitFor();
    await page.keyboard.press('Enter');
    await notices(page).waitFor({ state: 'detached' });
  });
});
