import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { eve, everybodyCanUse, field, openConsole, picture, refusals, saved, staff } from './console.ts';
import { openDesk } from './desk.ts';
import type { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openDesk();
  await staff(house);
});
afterAll(() => house?.close());

/** As a program comes with a key. */
const asked = (key: string) =>
  fetch(`${house.url}/api/v1/queues`, { headers: { 'x-api-key': key } }).then(({ status }) => status);

describe('the business', () => {
  it('is set up on one page, with numbers in any digits', async () => {
    const page = await openConsole(house, 'set-up/business');
    await field(page, 'name').fill('Oak & Iron');
    await field(page, 'lang').fill('ar');
    await page.locator('[data-field=lang]').getByText('Arabic').waitFor();
    await field(page, 'defaultQueue').selectOption('agent_desk');
    await field(page, 'sessionHours').fill('٤٨');
    await field(page, 'agentsSee').selectOption('own');
    await field(page, 'agentSeats').fill('200');
    await field(page, 'signedVisitors').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await saved(page);
    expect(await house.call('/api/v1/business')).toMatchObject({
      name: 'Oak & Iron',
      defaultQueue: 'agent_desk',
      settings: {
        lang: 'ar',
        sessionHours: 48,
        agentsSee: 'own',
        agentSeats: 200,
        endUsers: { signedVisitors: true },
      },
    });
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    await field(page, 'sessionHours').fill('0');
    await field(page, 'agentSeats').fill('many');
    await page.getByRole('button', { name: 'Save' }).click();
    const summary = page.getByRole('alert');
    await summary.getByRole('link', { name: 'Hours until a silent conversation ends' }).waitFor();
    await summary.getByRole('link', { name: 'Seats' }).click();
    expect(await field(page, 'agentSeats').evaluate((one) => one === document.activeElement)).toBe(true);
    expect(await barriers(page)).toEqual([]);
    expect(await house.tidy()).toEqual([]);
  });

  it('is not overwritten when two administrators change it', async () => {
    const mine = await openConsole(house, 'set-up/business', { expected: refusals });
    const theirs = await openConsole(house, 'set-up/business', { who: eve });
    await field(mine, 'tokenDays').fill('7');
    await field(theirs, 'dailyReads').fill('5000');
    await theirs.keyboard.press('Control+s');
    await saved(theirs);
    await mine.keyboard.press('Control+s');
    const dialog = mine.getByRole('dialog', { name: 'Somebody changed this meanwhile' });
    await dialog.getByText('5000').waitFor();
    await dialog.getByRole('button', { name: 'Put my changes on top' }).click();
    await mine.keyboard.press('Control+s');
    await saved(mine);
    expect(await house.call('/api/v1/business')).toMatchObject({
      settings: { endUsers: { tokenDays: 7, dailyReads: 5000 } },
    });
    expect(await house.tidy()).toEqual([]);
  });

  it('has a secret for visitors, which is shown once', async () => {
    const page = await openConsole(house, 'set-up/business');
    await page.getByRole('button', { name: 'Make a new visitor secret' }).click();
    await page.getByRole('dialog').getByText('good for nothing from now on').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Make a new visitor secret' }).click();
    const secret = await page.getByRole('group', { name: 'Visitor secret' }).locator('code').textContent();
    expect(secret!.length).toBeGreaterThan(20);
    await page.reload();
    await page.getByRole('button', { name: 'Make a new visitor secret' }).waitFor();
    expect(await page.getByText(secret!).count()).toBe(0);
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(kept).not.toContain(secret);
    await everybodyCanUse(page, 'business', () => field(page, 'name').waitFor());
    expect(await house.tidy()).toEqual([]);
  });
});

describe('apps and keys', () => {
  it('are made, shown once, used, and revoked', async () => {
    const page = await openConsole(house, 'developers/apps/+new', { expected: refusals });
    await field(page, 'code').fill('shop');
    await field(page, 'name').fill('The shop');
    await field(page, 'props').fill('[1, 2]');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('[data-field=props]').getByText('This is no JSON object').waitFor();
    await field(page, 'props').fill('{"shelf": 7}');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'New key' }).click();
    await field(page, 'name').fill('Cash desk');
    await field(page, 'lastDay').fill('2020-01-01');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('[data-field=lastDay]').getByText('Choose a day that is still to come.').waitFor();
    await field(page, 'lastDay').fill('2090-01-01');
    await page.getByRole('button', { name: 'Create' }).click();
    const once = page.getByRole('group', { name: 'The key', exact: true });
    const key = (await once.locator('code').textContent())!;
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-key-once');
    expect(await asked(key)).toBe(200);
    await page.getByRole('link', { name: 'I have kept it' }).click();
    await page.getByText('Cash desk').waitFor();
    expect(await page.getByText(key).count()).toBe(0);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('The key is revoked').waitFor();
    expect(await asked(key)).toBe(401);
    await page.getByRole('button', { name: 'Remove the app' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the app' }).click();
    await page.getByText('The app is removed').waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('of each kind may what they say', async () => {
    const page = await openConsole(house, 'developers/apps/default/+key');
    await field(page, 'name').fill('Web page');
    await field(page, 'kind').selectOption('publishable');
    await page.getByText('May stand in web pages').waitFor();
    expect(await field(page, 'scope').count()).toBe(0);
    await page.getByRole('button', { name: 'Create' }).click();
    const code = page.getByRole('group', { name: 'The key', exact: true }).locator('code');
    expect(await asked((await code.textContent())!)).toBe(403);
    await page.goto('/console/developers/apps/default/+key');
    await field(page, 'name').fill('Reports');
    await field(page, 'scope').selectOption('read');
    await field(page, 'tenantWide').check();
    await page.getByRole('button', { name: 'Create' }).click();
    expect(await asked((await code.textContent())!)).toBe(200);
    const { items } = await house.call<{ items: object[] }>('/api/v1/keys?limit=200');
    expect(items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'Web page', kind: 'publishable' }),
        expect.objectContaining({ name: 'Reports', scope: 'read', tenantWide: true }),
      ]),
    );
    expect(await house.tidy()).toEqual([]);
  });

  it('stay while something relies on them; the last key of the installation stays, too', async () => {
    await house.call('/api/v1/apps/busy', { name: 'Busy app' }, 'PUT');
    await house.call('/api/v1/queues/of-app', { name: 'Of the app', type: 'BOT', app: 'busy' }, 'PUT');
    const page = await openConsole(house, 'developers/apps/busy', { expected: refusals });
    await page.getByRole('button', { name: 'Remove the app' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the app' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Of the app' }).waitFor();
    await page.goto('/console/developers/apps/default');
    const row = page.getByRole('listitem').filter({ hasText: 'may create businesses' });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByText('it has to stay').waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('can be used by everybody', async () => {
    await house.call('/api/v1/keys', { name: 'الصندوق', app: 'default', scope: 'read' });
    const page = await openConsole(house, 'developers/apps');
    await everybodyCanUse(page, 'apps', () => page.locator('[data-row]').first().waitFor());
    await page.goto('/console/developers/apps/default');
    await everybodyCanUse(page, 'app', () => page.getByText('الصندوق').waitFor());
    await page.goto('/console/developers/apps/default/+key');
    await everybodyCanUse(page, 'key', () => field(page, 'name').waitFor());
    expect(await house.tidy()).toEqual([]);
  });
});
