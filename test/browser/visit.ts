import type { CDPSession, Page } from 'playwright-core';
import { reply } from './desk.ts';
import { slowDown } from './figures.ts';

interface Visit {
  /** Each press and key, and how long it took until the screen had changed, ms (the Event Timing API, in steps of 8). */
  interactions: { what: string; took: number }[];
  /** The sum of what moved without being asked to. */
  shift: number;
}

/** What an agent does in a few minutes, by mouse and by keys, at a processor so many times as slow. */
export async function visit(page: Page, cdp: CDPSession, rate: number, from: number): Promise<Visit> {
  await page.goto('/inbox');
  await page.locator('[data-row="5"]').waitFor();
  await page.evaluate(watch);
  await slowDown(cdp, rate);
  const doing = (what: string) => page.evaluate((what) => Object.assign(window, { doing: what }), what);
  const row = (i: number) => page.locator(`[data-row="${i}"]`);
  const layer = page.locator('[role="menu"], [role="listbox"]').first();
  const close = async () => {
    await page.keyboard.press('Escape');
    await page.waitForTimeout(150);
  };
  await doing('choose');
  for (let i = 0; i < 4; i += 1) {
    await row(1 + ((from + i) % 8)).click();
    await page.locator('#thread article').last().waitFor();
    await page.waitForTimeout(300);
  }
  await doing('step');
  for (const key of ['j', 'j', 'k']) {
    await page.keyboard.press(key);
    await page.waitForTimeout(300);
  }
  for (const name of ['More about this message', 'More actions', /^Assign: /, 'Snooze']) {
    await doing(String(name));
    const button = page.locator('#thread').getByRole('button', { name }).last();
    // Those of a message show when one points at it.
    if (name === 'More about this message') await page.locator('#thread article').last().hover();
    await button.click();
    await layer.waitFor();
    await close();
    await layer.waitFor({ state: 'hidden' });
  }
  await doing('tab');
  await page.getByRole('tab', { name: 'Note' }).click();
  await page.getByRole('tab', { name: 'Reply' }).click();
  await doing('type');
  await reply(page).pressSequentially('A short answer.', { delay: 40 });
  await doing('emoji');
  await page.getByRole('button', { name: 'Emoji' }).click();
  await page.getByRole('dialog', { name: 'Emoji' }).waitFor();
  await close();
  await doing('send');
  await reply(page).click();
  await page.keyboard.press('Enter');
  await page.waitForTimeout(500);
  await doing('palette');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').waitFor();
  await page.keyboard.type('resolve', { delay: 40 });
  await close();
  await doing('find');
  const find = page.locator('#list input[type="search"]').first();
  await find.pressSequentially('Customer 1', { delay: 40 });
  await page.waitForTimeout(600);
  await find.fill('');
  await page.waitForTimeout(600);
  await slowDown(cdp, 1);
  return page.evaluate(() => (window as unknown as { seen(): Visit }).seen());
}

/** In the page: follows how long what is pressed takes, and what moves by itself. */
function watch(): void {
  const longest = new Map<number, { what: string; took: number }>();
  let shift = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries() as (PerformanceEventTiming & { interactionId?: number })[]) {
      if (!one.interactionId) continue;
      const what = (window as unknown as { doing: string }).doing;
      const before = longest.get(one.interactionId);
      if (!before || before.took < one.duration)
        longest.set(one.interactionId, { what: before?.what ?? what, took: one.duration });
    }
  }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  new PerformanceObserver((list) => {
    for (const one of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[])
      if (!one.hadRecentInput) shift += one.value;
  }).observe({ type: 'layout-shift' });
  Object.assign(window, { doing: '', seen: () => ({ interactions: [...longest.values()], shift }) });
}
