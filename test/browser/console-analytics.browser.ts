import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { storeRows } from '../figures/rows.ts';
import { barriers } from './accessible.ts';
import { ben, everybodyCanUse, openConsole, picture, refusals, staff, sue } from './console.ts';
import { customerWrites, openDesk, prefer } from './desk.ts';
import type { House } from './house.ts';

let house: House;
/** Its clocks are six hours ahead of UTC. */
const zone = 'Asia/Dhaka';

beforeAll(async () => {
  house = await openDesk();
  await staff(house);
  await house.call('/api/v1/business', { settings: { timeZone: zone } }, 'PATCH');
  await house.call('/api/v1/apply', {
    agents: [
      { code: 'a7', name: 'Amina Haddad' },
      { code: 'a11', name: 'سارة العلي' },
    ],
    queues: [{ code: 'q1', name: 'Orders' }],
    channels: [{ type: 'dummy', lane: 'quiet', name: 'Quiet one' }],
  });
  await aBusyQuarter();
});
afterAll(() => house?.close());

/** Four months of conversations, as an installation has them that was there before figures were kept. */
async function aBusyQuarter(): Promise<void> {
  const client = await house.database.db.connect();
  try {
    const { rows } = await client.query(`select id from business limit 1`);
    await storeRows(client as never, {
      businessId: rows[0].id,
      messages: 8000,
      first: 10,
      days: 120,
      ago: 0,
    });
    await client.query(`update message set channel_id = 'dummy:sandbox' where channel_id = 'seed:3'`);
    const tables = [
      'progress',
      'message',
      'error',
      'failure',
      'session',
      'wait',
      'wait_axis',
      'asked',
      'call',
    ];
    await client.query(`begin; ${tables.map((table) => `delete from figure_${table}`).join('; ')}; commit`);
  } finally {
    await client.end();
  }
  await counted();
}

/** All is counted, however long ago it was, by the days of the business. */
const counted = () =>
  vi.waitFor(async () => expect(await overview()).toMatchObject({ complete: true, timeZone: zone }), {
    timeout: 60_000,
    interval: 200,
  });

interface Overview {
  complete: boolean;
  timeZone: string;
  to: string;
  messages: { received: number; accepted: number; delivered: number };
  before: { messages: { received: number } };
}
const overview = (query = '') => house.call<Overview>(`/api/v1/analytics/overview?compare=true${query}`);

const told = (value: number) => value.toLocaleString('en-GB');
/** A tile of the overview, with all that it says. */
const tile = (page: Page, name: string) =>
  page.getByRole('region', { name: 'Overview' }).locator('dl > div').filter({ hasText: name }).first();
/** A part of the page, by its title. */
const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

describe('analytics', () => {
  it('tell a supervisor how much came and went, beside the period before, by the days of the business', async () => {
    const page = await openConsole(house, 'look/analytics', { who: sue });
    await page.getByText(`in the time zone ${zone}`).waitFor();
    const { messages, before } = await overview();
    expect(messages.received).toBeGreaterThan(100);
    await tile(page, 'Messages in').getByText(told(messages.received), { exact: true }).waitFor();
    await tile(page, 'Messages in')
      .getByText(`before: ${told(before.messages.received)}`)
      .waitFor();
    await tile(page, 'Messages out').getByText(told(messages.accepted), { exact: true }).waitFor();
    const share = Math.round((100 * messages.delivered) / messages.accepted);
    await tile(page, 'Delivered').getByText(`${share}%`, { exact: true }).waitFor();
    // Only administrators may change the time zone.
    expect(await page.getByRole('link', { name: 'Change the time zone' }).count()).toBe(0);
    expect(await barriers(page)).toEqual([]);
    expect(await house.tidy()).toEqual([]);
  });

  it('have a table behind each chart, reached by keyboard, which stays open in the address', async () => {
    const page = await openConsole(house, 'look/analytics?range=7d');
    const volume = card(page, 'Messages in and out');
    await volume.getByRole('button', { name: 'Show the table' }).focus();
    await page.keyboard.press('Enter');
    const rows = volume.getByRole('row');
    await expect.poll(() => rows.count()).toBe(8);
    const { series } = await house.call<{ series: { measures: { received: number } }[] }>(
      `/api/v1/analytics/messages?from=${new Date(Date.parse((await overview()).to) - 6 * 86_400_000).toISOString().slice(0, 10)}`,
    );
    expect(await rows.last().getByRole('cell').first().textContent()).toBe(
      told(series.at(-1)!.measures.received),
    );
    expect(await barriers(page)).toEqual([]);
    await page.reload();
    await rows.last().waitFor();
    await volume.getByRole('button', { name: 'Hide the table' }).click();
    await expect.poll(() => rows.count()).toBe(0);
    expect(await house.tidy()).toEqual([]);
  });

  it('are asked for any days, cut into any periods; the address says which', async () => {
    const page = await openConsole(house, 'look/analytics');
    await page.getByRole('radio', { name: '30 days' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/range=90d/);
    await page.getByLabel('Periods').selectOption('By week');
    await page.waitForURL(/by=week/);
    await page.getByRole('radio', { name: 'Own days' }).check();
    await page.getByLabel('From', { exact: true }).fill('2026-01-31');
    await page.getByLabel('To', { exact: true }).fill('2026-01-01');
    await page.getByRole('alert').getByText('The last day is before the first one.').waitFor();
    expect(await page.getByRole('region', { name: 'Overview' }).count()).toBe(0);
    await page.getByLabel('From', { exact: true }).fill('2005-01-01');
    await page.getByRole('alert').getByText('Choose at most 3,660 days').waitFor();
    await page.getByLabel('From', { exact: true }).fill('2026-01-01');
    await page.getByText('Nothing happened in this time').waitFor();
    // A year of which only one digit is written is none yet.
    await page.getByLabel('From', { exact: true }).fill('0002-01-01');
    expect(new URL(page.url()).searchParams.get('from')).toBe('2026-01-01');
    await page.getByLabel('From', { exact: true }).blur();
    await expect.poll(() => page.getByLabel('From', { exact: true }).inputValue()).toBe('2026-01-01');
    const { to } = await overview();
    await page.getByLabel('To', { exact: true }).fill(to);
    await card(page, 'Messages in and out').waitFor();
    await page.reload();
    expect(await page.getByLabel('To', { exact: true }).inputValue()).toBe(to);
    await page.getByRole('combobox', { name: 'Channel' }).selectOption('Quiet one');
    await page.getByText('Choose all channels, or a longer time.').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.goto('/console/look/analytics?range=never&by=moon&delivery=luck');
    await card(page, 'Delivery').getByRole('radio', { name: 'Channel' }).waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('tell channels, templates, errors, agents and queues apart, the largest first', async () => {
    const page = await openConsole(house, 'look/analytics?range=90d');
    const delivery = card(page, 'Delivery');
    await delivery.getByRole('rowheader', { name: 'Sandbox' }).waitFor();
    await delivery.getByRole('radio', { name: 'Template' }).check();
    await delivery.getByRole('rowheader', { name: 'Without a template' }).waitFor();
    await delivery.getByRole('radio', { name: 'Error' }).check();
    await delivery.getByRole('rowheader', { name: 'E1', exact: true }).waitFor();
    const work = card(page, 'Agents and queues');
    const amina = work.getByRole('row').filter({ hasText: 'Amina Haddad' });
    const { groups } = await house.call<{ groups: { key: string; measures: { written: number } }[] }>(
      `/api/v1/analytics/sessions?per=agent&from=${new Date(Date.parse((await overview()).to) - 89 * 86_400_000).toISOString().slice(0, 10)}`,
    );
    const { written } = groups.find(({ key }) => key === 'a7')!.measures;
    await amina
      .getByRole('cell', { name: told(written), exact: true })
      .first()
      .waitFor();
    await work.getByRole('radio', { name: 'Queue' }).check();
    await work.getByRole('rowheader', { name: 'Orders' }).waitFor();
    expect(new URL(page.url()).searchParams.get('work')).toBe('queue');
    expect(await barriers(page)).toEqual([]);
    expect(await house.tidy()).toEqual([]);
  });

  it('count what is written just now', async () => {
    const page = await openConsole(house, 'look/analytics?range=today');
    const { messages } = await overview(`&from=${(await overview()).to}`);
    await tile(page, 'Messages in').getByText(told(messages.received), { exact: true }).waitFor();
    await page.getByText('Today is not over').waitFor();
    await customerWrites(page, '971500001009', 'Huda', 'Is anybody there?');
    await expect
      .poll(async () => {
        await page.reload();
        await tile(page, 'Messages in').waitFor();
        return tile(page, 'Messages in').locator('dd').first().textContent();
      })
      .toBe(told(messages.received + 1));
    expect(await house.tidy()).toEqual([]);
  });

  it('are taken along as tables, and the audit log says so', async () => {
    const page = await openConsole(house, 'look/analytics?range=7d&delivery=template');
    for (const [name, file, head] of [
      ['CSV: Messages in and out', /^messages-2\S+\.csv$/, 'at,received,accepted'],
      ['CSV: Delivery', /^messages-template-\S+\.csv$/, 'template,name,received'],
      ['CSV: Agents and queues', /^sessions-agent-\S+\.csv$/, 'agent,name,opened'],
    ] as const) {
      const saving = page.waitForEvent('download');
      await page.getByRole('button', { name, exact: true }).click();
      const download = await saving;
      expect(download.suggestedFilename()).toMatch(file);
      expect((await readFile(await download.path(), 'utf8')).slice(1)).toMatch(new RegExp(`^${head}`));
    }
    await page.goto('/console/look/audit?kind=analytics');
    await page.locator('[data-row]').filter({ hasText: 'Figures exported' }).nth(2).waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('are not for agents, and say when they cannot be read', async () => {
    const agent = await openConsole(house, 'look/analytics', { who: ben });
    await agent.getByText('This page is for supervisors and administrators').waitFor();
    const page = await openConsole(house, 'look/analytics', { expected: refusals });
    const delivery = card(page, 'Delivery');
    await delivery.getByRole('rowheader').first().waitFor();
    await page.route('**/api/v1/analytics/messages?**', (route) =>
      route.fulfill({ status: 500, body: '{}' }),
    );
    await delivery.getByRole('button', { name: 'CSV: Delivery' }).click();
    await delivery.getByRole('alert').getByText('It was not exported.').waitFor();
    await page.reload();
    await delivery.getByText('This could not be loaded').waitFor();
    // The rest of the page stays usable.
    await card(page, 'Agents and queues').getByRole('rowheader').first().waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.unroute('**/api/v1/analytics/messages?**');
    await delivery.getByRole('button', { name: 'Try again' }).click();
    await delivery.getByRole('rowheader').first().waitFor();
    expect((await house.tidy()).filter((one) => !/500/.test(one))).toEqual([]);
  });

  it('take their days from the time zone that an administrator chooses', async () => {
    const page = await openConsole(house, 'look/analytics');
    await page.getByRole('link', { name: 'Change the time zone' }).click();
    const field = page.getByLabel(/^Time zone/);
    await field.fill('CET');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-field=timeZone]').getByText('Write a time zone by its name').waitFor();
    await field.fill('Asia/Dubai');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Saved', { exact: true }).first().waitFor();
    await page.goto('/console/look/analytics');
    // All days are cut anew, which takes a moment.
    await page.getByText('in the time zone Asia/Dubai').waitFor({ timeout: 60_000 });
    await page.goto('/console/set-up/business');
    await field.fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Saved', { exact: true }).first().waitFor();
    await page.goto('/console/look/analytics');
    await page.getByText('in the time zone UTC').waitFor({ timeout: 60_000 });
    await house.call('/api/v1/business', { settings: { timeZone: zone } }, 'PATCH');
    await counted();
    expect(await house.tidy()).toEqual([]);
  });

  it('can be used by everybody', async () => {
    const page = await openConsole(house, 'look/analytics');
    const ready = async () => {
      await page.locator('main section rect').first().waitFor({ state: 'attached' });
      await page.locator('main svg path[d^="M"]').first().waitFor({ state: 'attached' });
    };
    await everybodyCanUse(page, 'analytics', ready);
    await page.setViewportSize({ width: 1280, height: 2900 });
    await picture(page, 'console-analytics-whole');
    await page.goto('/console/look/analytics?tables=volume.answers&range=12m');
    await everybodyCanUse(page, 'analytics-tables', ready);
    await prefer(page, { language: 'ar', theme: 'light', digits: 'native' });
    await page.goto('/console/look/analytics');
    await page.getByRole('heading', { name: 'التحليلات' }).waitFor();
    await ready();
    await page.setViewportSize({ width: 1280, height: 2900 });
    await picture(page, 'console-analytics-ar-whole');
    // Time goes as the language is read: the numbers of the axis stand on the right, and today on the left.
    const labels = page.locator('main section svg text[text-anchor=end]').first();
    const chart = page.locator('main section svg:has(text)').first();
    const [axis, whole] = [await labels.boundingBox(), await chart.boundingBox()];
    expect(axis!.x).toBeGreaterThan(whole!.x + whole!.width / 2);
    await prefer(page, { language: 'hi', theme: 'light' });
    await page.goto('/console/look/analytics');
    await page.getByRole('heading', { name: 'विश्लेषण' }).waitFor();
    await ready();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-analytics-hi');
    expect(await house.tidy()).toEqual([]);
  });
});
