import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { eve, everybodyCanUse, openConsole, picture, refusals, staff, sue } from './console.ts';
import { openDesk, prefer } from './desk.ts';
import type { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openDesk();
  await staff(house);
});
afterAll(() => house?.close());

/** A story that is told once more begins with names of its own. */
let many = 0;
const fresh = () => String(1000 + many++);

/** Eve does something, as herself. */
async function eveDoes(method: string, path: string, body: unknown): Promise<void> {
  const { token } = await house.call<{ token: string }>('/api/v1/sign-in', { ...eve, as: 'token' });
  const answer = await fetch(`${house.parley.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  expect(answer.status, await answer.text()).toBeLessThan(300);
}

describe('the audit log', () => {
  it('tells an administrator who changed what, and how it was before', async () => {
    const code = `returns-${fresh()}`;
    await house.call(`/api/v1/teams/${code}`, { name: 'Returns' }, 'PUT');
    await eveDoes('PUT', `/teams/${code}`, { name: 'Returns and refunds' });
    const page = await openConsole(house, 'look/audit');
    const row = page.locator('[data-row]').filter({ hasText: 'Team changed' }).first();
    await row.waitFor();
    expect(await row.textContent()).toContain('Eve Moreau');
    expect(await row.textContent()).toContain('127.0.0.1');
    await row.getByRole('link').click();
    await page.getByRole('heading', { name: 'Team changed' }).waitFor();
    const change = page.getByRole('row').filter({ hasText: 'name' });
    expect(await change.getByRole('cell').allTextContents()).toEqual(['Returns', 'Returns and refunds']);
    await page.getByRole('link', { name: 'Everything that was done to it' }).click();
    await page.getByText('Only what was done to').waitFor();
    const left = page.locator('[data-row]');
    await expect.poll(() => left.count()).toBe(2);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => left.count()).toBeGreaterThan(2);
    expect(await house.tidy()).toEqual([]);
  });

  it('never shows a secret: only that it was replaced', async () => {
    const settings = {
      url: 'http://127.0.0.1:9/x',
      verifyToken: 'a-token-of-the-web-site',
      contactType: 'WEBSITE',
    };
    const at = `/api/v1/channels/custom:site${fresh()}`;
    await house.call(at, { settings }, 'PUT');
    await house.call(
      at,
      { name: 'The site', settings: { ...settings, verifyToken: 'another-token-of-it' } },
      'PUT',
    );
    const page = await openConsole(house, 'look/audit?kind=channel&what=channel.changed');
    await page.locator('[data-row]').filter({ hasText: 'The site' }).getByRole('link').click();
    await page.getByText('The secret was replaced. It is never shown.').waitFor();
    expect(await page.locator('main').textContent()).not.toMatch(/another-token|a-token-of-the-web/);
    expect(await house.tidy()).toEqual([]);
  });

  it('is filtered, searched and gone through by keys, and what was asked stays in the address', async () => {
    const no = fresh();
    await eveDoes('PUT', `/teams/night-${no}`, { name: `الوردية ${no}` });
    await eveDoes('PUT', `/teams/night-${no}`, { name: 'Night shift' });
    const page = await openConsole(house, 'look/audit');
    await page.getByLabel('Done to anything').selectOption('Teams');
    await page.getByLabel('Done by anybody').selectOption('Eve Moreau');
    await page.getByLabel('Any change').selectOption('Team changed');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Audit log' }).click();
    await page.keyboard.press('/');
    await page.keyboard.type(`الورديه ${no}`);
    await page.getByText('1 found').waitFor();
    expect(new URL(page.url()).searchParams.get('who')).toBe('agent:eve');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type(`night ${no}`);
    await page.getByText('1 found').waitFor();
    await page.keyboard.press('Tab');
    await page.getByRole('heading', { name: 'Audit log' }).click();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Team changed' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('1 found').waitFor();
    expect(await page.getByLabel('Search this list').inputValue()).toBe(`night ${no}`);
    // Of tomorrow there is nothing yet.
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel('From', { exact: true }).fill(tomorrow);
    await page.getByText('Nothing is like that').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.locator('[data-row]').first().waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('is taken along as a table, and that stands in it, too', async () => {
    await eveDoes('PUT', '/teams/table', { name: `=1+${fresh()}` });
    const page = await openConsole(house, 'look/audit?kind=team');
    await page.locator('[data-row]').first().waitFor();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    const download = await saving;
    expect(download.suggestedFilename()).toBe('audit.csv');
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toContain('team.created');
    expect(text).toContain("'=1+");
    expect(text).not.toContain('agent.signedIn');
    await page.goto('/console/look/audit?kind=audit');
    await page.locator('[data-row]').filter({ hasText: 'Audit log exported' }).first().waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('goes on below for as long as there is more', async () => {
    const no = fresh();
    await house.call('/api/v1/apply', {
      tags: Array.from({ length: 70 }, (_, i) => ({ name: `Tag ${i} of ${no}` })),
    });
    const page = await openConsole(house, `look/audit?kind=tag&what=tag.created&q=${no}`);
    await page.getByText('More than 50 found').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText('70 found').waitFor();
    expect(await page.locator('[data-row]').count()).toBe(70);
    expect(await house.tidy()).toEqual([]);
  });

  it('is not for supervisors, and says when it cannot be read', async () => {
    const supervisor = await openConsole(house, 'look/audit', { who: sue });
    await supervisor.getByText('This page is for administrators').waitFor();
    const page = await openConsole(house, 'look/audit', { expected: refusals });
    await page.locator('[data-row]').first().waitFor();
    await page.route('**/api/v1/audit?**', (route) => route.fulfill({ status: 500, body: '{}' }));
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    await page.getByRole('alert').getByText('It was not exported.').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.reload();
    await page.getByText('This could not be loaded').waitFor();
    await page.unroute('**/api/v1/audit?**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('[data-row]').first().waitFor();
    await page.goto('/console/look/audit/000000000000000000000000');
    await page.getByText('This is not there any more').waitFor();
    expect((await house.tidy()).filter((one) => !/500/.test(one))).toEqual([]);
  });

  it('can be used by everybody', async () => {
    await eveDoes('PUT', '/agents/ben', { displayName: 'بن', skills: ['ar', 'en'], lang: 'ar' });
    await eveDoes('PUT', '/templates/hello/en', { body: 'Hello {{name}},\nyour order is on its way.' });
    await eveDoes('PUT', '/templates/hello/en', {
      body: 'Dear {{name}},\nyour order has left.',
      title: 'Order',
    });
    const page = await openConsole(house, 'look/audit');
    await everybodyCanUse(page, 'audit', () => page.locator('[data-row]').first().waitFor());
    await page.goto('/console/look/audit?kind=template&what=template.changed');
    await page.locator('[data-row]').first().getByRole('link').click();
    await everybodyCanUse(page, 'audit-line', () => page.getByRole('table').waitFor());
    await prefer(page, { language: 'ar', theme: 'light' });
    await page.goto('/console/look/audit?q=nothing-is-called-so');
    await page.getByText('لا شيء').first().waitFor();
    await picture(page, 'console-audit-nothing-ar');
    await prefer(page, { language: 'hi', theme: 'light' });
    await page.goto('/console/look/audit');
    await page.getByRole('heading', { name: 'ऑडिट लॉग' }).waitFor();
    await page.locator('[data-row]').first().waitFor();
    await picture(page, 'console-audit-hi');
    expect(await house.tidy()).toEqual([]);
  });
});
