import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customerWrites, openDesk, reply, signIn, sql } from './desk.ts';
import type { House } from './house.ts';

/** The figures of docs/performance.md, taken anew: FIGURES=1 npm run test:browser inbox-figures. None is asserted. */
const wanted = process.env.FIGURES !== undefined;
const sessions = wanted ? 100_000 : 1_000;
const switches = 50;

let house: House;
let page: Page;
let cdp: CDPSession;
beforeAll(async () => {
  house = await openDesk();
  page = await signIn(house);
  const id = await customerWrites(page, '966500009000', 'Zero', 'Is the oak desk still in stock?');
  for (const text of filling(sessions)) await sql(house, text, [id]);
  await sql(house, 'analyze');
  await page.goto('/inbox');
  await page.locator('[data-session]').nth(5).waitFor();
  cdp = await page.context().newCDPSession(page);
});
afterAll(() => house?.close());

/** One session as many: each with a person, a message and its row in the inbox, a minute older than the one before. */
function filling(count: number): string[] {
  const other = (id: string) => `substr(${id}, 1, 12) || lpad(to_hex(n), 12, '0')`;
  const clones = (table: string, of: string, changes: string) =>
    `insert into ${table} select (jsonb_populate_record(o, jsonb_build_object(${changes}))).*
     from ${table} o, generate_series(1, ${count}) n where o.${of} = $1`;
  const at = `now() - n * interval '1 minute'`;
  const person = `'id', o.contact_id || n`;
  return [
    `insert into contact select (jsonb_populate_record(c, jsonb_build_object('id', c.id || n, 'csid', c.csid || n,
       'no', nextval('person_number'), 'profile', jsonb_build_object('name', 'Customer ' || n)))).*
     from session o join contact c on c.id = o.contact_id, generate_series(1, ${count}) n where o.id = $1`,
    clones('session', 'id', `'id', ${other('o.id')}, ${person.replace("'id'", "'contact_id'")}`),
    clones(
      'message',
      'session_id',
      `'id', ${other('o.id')}, 'session_id', ${other('o.session_id')}, 'contact_id', o.contact_id || n, 'at', ${at},
       'provider_id', o.provider_id || n, 'no', nextval(pg_get_serial_sequence('message', 'no'))`,
    ),
    clones(
      'inbox_session',
      'session_id',
      `'session_id', ${other('o.session_id')}, 'contact_id', o.contact_id || n, 'active_at', ${at}`,
    ),
  ];
}

const print = (what: string, value: string) => process.stdout.write(`figures: ${what}: ${value}\n`);
function spread(values: number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const part = (of: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0).toFixed(1);
  return `median ${part(0.5)} ms, p95 ${part(0.95)} ms, worst ${part(1)} ms of ${sorted.length}`;
}

/** Scrolls the list by so many px in each frame; answers how long the frames took, ms. */
const scroll = (px: number, frames: number) =>
  page.evaluate(
    async ([px, frames]) => {
      const box = document.querySelector('#list [role="list"]')!.parentElement!;
      const frame = () => new Promise<number>((done) => requestAnimationFrame(done));
      const took: number[] = [];
      let before = await frame();
      for (let i = 0; i < frames!; i += 1) {
        box.scrollTop += px!;
        const now = await frame();
        took.push(now - before);
        before = now;
      }
      return took;
    },
    [px, frames],
  );

describe(`a list of ${sessions} conversations`, () => {
  it('scrolls, and has no more on the page than one sees', async () => {
    const frames = wanted ? 600 : 30;
    print('reading, 40 px a frame', spread(await scroll(40, frames)));
    print('hurrying, 800 px a frame', spread(await scroll(800, frames)));
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
    if (wanted) print('hurrying back, 4,000 px a frame', spread(await scroll(-4000, 600)));
  });
});

describe.runIf(wanted)('a conversation', () => {
  it('is there at once when one is chosen', async () => {
    await page.goto('/inbox');
    await page.locator('[data-row="5"]').waitFor();
    for (const rate of [1, 4]) {
      await cdp.send('Emulation.setCPUThrottlingRate', { rate });
      print(`switching, CPU ×${rate}`, spread(await page.evaluate(switchAll, switches)));
    }
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    print(`heap after ${switches} conversations`, `${(usedSize / 1e6).toFixed(0)} MB`);
  });

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
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await page.evaluate(() => {
      const long: number[] = [];
      new PerformanceObserver((list) =>
        long.push(...list.getEntries().map(({ duration }) => duration)),
      ).observe({
        type: 'longtask',
      });
      Object.assign(window, { long });
    });
    await reply(page).pressSequentially('A sentence that takes a while to be typed, letter by letter.', {
      delay: 20,
    });
    const long = await page.evaluate(() => (window as unknown as { long: number[] }).long);
    print('long tasks while typing, CPU ×4', long.length === 0 ? 'none' : spread(long));
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    await reply(page).fill('');
  });
});

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
  await cdp.send('Emulation.setCPUThrottlingRate', { rate });
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
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 });
});

/** In the page: presses the rows one after the other; how long until each one's messages stand there, ms. */
async function switchAll(count: number): Promise<number[]> {
  const frame = () => new Promise<number>((done) => requestAnimationFrame(done));
  const took: number[] = [];
  document.querySelector('#list [role="list"]')!.parentElement!.scrollTop = 0;
  for (let i = 0; i < count; i += 1) {
    const find = () => document.querySelector<HTMLElement>(`[data-row="${i}"]`);
    while (!find()) await frame();
    const row = find()!;
    const session = row.dataset.session;
    const began = performance.now();
    row.click();
    const isThere = () =>
      location.pathname.endsWith(`/${session}`) && document.querySelector('#thread article');
    // The old thread goes in the same turn.
    await frame();
    while (!isThere()) await frame();
    took.push(performance.now() - began);
    document.querySelector<HTMLElement>(`[data-row="${i + 1}"]`)?.scrollIntoView({ block: 'nearest' });
    await new Promise((done) => setTimeout(done, 100));
  }
  return took;
}

/** In the page: Enter in the field, as a key; ms until the text stands in the thread. */
async function enterToScreen(text: string): Promise<number> {
  const field = document.querySelector('textarea')!;
  const began = performance.now();
  field.dispatchEvent(
    new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true }),
  );
  const isThere = () =>
    [...document.querySelectorAll('#thread article')].some((one) => one.textContent?.includes(text));
  do await new Promise((done) => requestAnimationFrame(done));
  while (!isThere());
  return performance.now() - began;
}

/** In the page: when the text stands in the thread, epoch ms. */
async function screenHas(text: string): Promise<number> {
  const isThere = () =>
    [...document.querySelectorAll('#thread article')].some((one) => one.textContent?.includes(text));
  do await new Promise((done) => requestAnimationFrame(done));
  while (!isThere());
  return Date.now();
}
