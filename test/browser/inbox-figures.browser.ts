import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customerWrites, openDesk, reply, signIn, sql } from './desk.ts';
import {
  enterToScreen,
  filling,
  part,
  print,
  screenHas,
  scroll,
  slowDown,
  spread,
  switchAll,
  talking,
  talks,
} from './figures.ts';
import type { House } from './house.ts';
import { threadTime } from './thread-time.ts';
import { visit } from './visit.ts';

/**
 * The figures of docs/performance.md, taken anew: FIGURES=1 npm run test:browser inbox-figures, or with fewer
 * conversations FIGURES=5000. None is asserted.
 */
const wanted = process.env.FIGURES !== undefined;
const asked = Number(process.env.FIGURES);
const sessions = !wanted ? 1_000 : asked > 2 * talks ? asked : 100_000;
const switches = 50;

let house: House;
let page: Page;
let cdp: CDPSession;
beforeAll(async () => {
  house = await openDesk();
  page = await signIn(house);
  const id = await customerWrites(page, '966500009000', 'Zero', 'Is the oak desk still in stock?');
  for (const text of filling(sessions)) await sql(house, text, [id]);
  await page.goto(`/inbox/${id}`);
  await reply(page).fill('It is.');
  await reply(page).press('Enter');
  await page.locator('article [data-tick="read"]').waitFor();
  await sql(house, talking, [id]);
  await sql(house, 'analyze');
  await page.goto('/inbox');
  await page.locator('[data-session]').nth(5).waitFor();
  cdp = await page.context().newCDPSession(page);
});
afterAll(() => house?.close());

describe(`a list of ${sessions} conversations`, () => {
  it('scrolls, and has no more on the page than one sees', async () => {
    const frames = wanted ? 600 : 30;
    print('reading, 40 px a frame', spread(await scroll(page, 40, frames)));
    print('hurrying, 800 px a frame', spread(await scroll(page, 800, frames)));
    await page.locator('[data-session]').first().waitFor();
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    print('elements on the page', String(elements));
    expect(elements).toBeLessThan(1500);
  });

  it('has its end, once one goes there', async () => {
    const began = Date.now();
    const box = page.locator('#list [role="list"]');
    await expect
      .poll(
        async () => {
          await box.evaluate(({ parentElement }) => parentElement!.scrollTo(0, parentElement!.scrollHeight));
          return page.getByRole('listitem').last().getAttribute('aria-posinset');
        },
        { timeout: 110_000 },
      )
      .toBe(String(sessions + 1));
    await page.getByText(`Customer ${sessions}`, { exact: true }).waitFor({ timeout: 110_000 });
    print('all rows loaded', `${((Date.now() - began) / 1000).toFixed(1)} s`);
    if (wanted) print('hurrying back, 4,000 px a frame', spread(await scroll(page, -4000, 600)));
  });
});

describe.runIf(wanted)('a conversation', () => {
  it('is there at once when one is chosen', async () => {
    await page.goto('/inbox');
    await page.locator('[data-row="5"]').waitFor();
    const switching = async (what: string, rate: number, from: number, pause = 100) => {
      await slowDown(cdp, rate);
      let all: Awaited<ReturnType<typeof switchAll>> = [];
      const { between } = await threadTime(house.browser, async () => {
        all = await page.evaluate(switchAll, [from, switches, pause]);
      });
      await slowDown(cdp, 1);
      print(`switching, CPU ×${rate}, ${what}`, spread(all.map(({ took }) => took)));
      print('until the list shows what is chosen', spread(all.map(({ answered }) => answered)));
      print('of it the page’s thread worked', spread(between));
    };
    await switching('a talk', 1, 1);
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    print(`heap after ${switches} conversations`, `${(usedSize / 1e6).toFixed(0)} MB`);
    await switching('a talk', 4, switches + 1);
    await switching('a talk that was read already', 4, switches + 1);
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    print('elements on the page with a talk', String(elements));
    await switching('one message', 4, talks + 1);
    await switching('one message that was read already', 4, talks + 1);
    // Whoever looks at each for a moment finds the next one read ahead.
    await switching('one message, a second and a half after the one before', 4, talks + switches + 1, 1500);
  }, 400_000);

  it('shows what is written, and what comes', async () => {
    const [own, come]: [number[], number[]] = [[], []];
    await page.goto('/inbox');
    await customerWrites(page, '966500009000', 'Zero', 'Are you there?');
    await page.locator('[data-session]').filter({ hasText: 'Zero' }).click();
    await page.locator('article').filter({ hasText: 'Are you there?' }).waitFor();
    for (let i = 0; i < 20; i += 1) {
      await reply(page).fill(`Answer ${i}`);
      own.push(await page.evaluate(enterToScreen, `Answer ${i}`));
      await page
        .locator('article')
        .filter({ hasText: `Answer ${i}` })
        .locator('[data-tick="read"]')
        .waitFor();
      const seen = page.evaluate(screenHas, `Question ${i}`);
      const began = Date.now();
      await customerWrites(page, '966500009000', 'Zero', `Question ${i}`);
      come.push((await seen) - began);
    }
    print('own message after Enter', spread(own));
    print('what the customer wrote, from the call to the screen', spread(come));
  });

  it('takes what is typed', async () => {
    await slowDown(cdp, 4);
    await page.evaluate(() => {
      const long: number[] = [];
      new PerformanceObserver((list) =>
        long.push(...list.getEntries().map(({ duration }) => duration)),
      ).observe({
        type: 'longtask',
      });
      Object.assign(window, { long });
    });
    const { tasks } = await threadTime(house.browser, () =>
      reply(page).pressSequentially('A sentence that takes a while to be typed, letter by letter.', {
        delay: 20,
      }),
    );
    const long = await page.evaluate(() => (window as unknown as { long: number[] }).long);
    print('long tasks while typing, CPU ×4', long.length === 0 ? 'none' : spread(long));
    print(
      'the longest by what the thread worked',
      tasks
        .slice(0, 5)
        .map((took) => `${took.toFixed(1)} ms`)
        .join(', '),
    );
    await slowDown(cdp, 1);
    await reply(page).fill('');
  });
});

it.runIf(wanted).each([1, 4])(
  'a visit answers whatever one does, CPU ×%d',
  async (rate) => {
    const visits = [];
    for (let i = 0; i < 8; i += 1) visits.push(await visit(page, cdp, rate, 4 * i));
    const worst = visits.map(({ interactions }) => Math.max(...interactions.map(({ took }) => took)));
    print(`INP of a visit, CPU ×${rate}`, `p75 ${part(worst, 0.75)} ms; each: ${worst.join(', ')} ms`);
    const all = visits.flatMap(({ interactions }) => interactions);
    print(`each interaction, CPU ×${rate}`, spread(all.map(({ took }) => took)));
    const slowest = all.sort((a, b) => b.took - a.took).slice(0, 8);
    print('the slowest', slowest.map(({ what, took }) => `${what} ${took} ms`).join(', '));
    print(`layout shift of a visit, CPU ×${rate}`, Math.max(...visits.map(({ shift }) => shift)).toFixed(3));
  },
  600_000,
);

it.runIf(wanted).each([1, 4])('the page is there, CPU ×%d', async (rate) => {
  await page.goto('/inbox');
  await cdp.send('Network.enable');
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 100,
    downloadThroughput: 9e6 / 8,
    uploadThroughput: 9e6 / 8,
  });
  await slowDown(cdp, rate);
  await page.reload();
  await page.locator('[data-row="5"]').waitFor();
  const { paint, shift } = await page.evaluate(
    () =>
      new Promise<{ paint: number; shift: number }>((done) => {
        let [paint, shift] = [0, 0];
        new PerformanceObserver((list) => {
          for (const one of list.getEntries()) paint = one.startTime;
        }).observe({ type: 'largest-contentful-paint', buffered: true });
        new PerformanceObserver((list) => {
          for (const one of list.getEntries()) shift += (one as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => done({ paint, shift }), 500);
      }),
  );
  print(`largest paint at 9 Mbit/s and 100 ms, CPU ×${rate}`, `${(paint / 1000).toFixed(2)} s`);
  print('layout shift', shift.toFixed(3));
  await slowDown(cdp, 1);
});
