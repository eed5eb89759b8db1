import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { ben, eve, everybodyCanUse, openConsole, picture, refusals, saved, staff, sue } from './console.ts';
import { openDesk, prefer } from './desk.ts';
import type { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openDesk();
  await staff(house);
});
afterAll(() => house?.close());

const makeTag = (name: string, more: object = {}) =>
  house.call<{ id: number }>('/api/v1/tags', { name, ...more });
const row = { name: 'Name', save: 'Save' };

describe('the console', () => {
  it('is there for who supervises or sets up, and tells others which right is missing', async () => {
    const agent = await openConsole(house, 'set-up/tags', { who: ben });
    await agent.getByText('This page is for administrators').waitFor();
    await agent.getByText('Your role is “agent”').waitFor();
    expect(await agent.getByRole('link', { name: 'Administration' }).count()).toBe(0);
    const supervisor = await openConsole(house, 'set-up/tags', { who: sue });
    await supervisor.getByText('This page is for administrators').waitFor();
    await supervisor.getByText('Your role is “supervisor”').waitFor();
    expect(await barriers(supervisor)).toEqual([]);
    await supervisor.goto('/inbox');
    await supervisor.getByRole('link', { name: 'Administration' }).waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('is reached and left by keys, and tells where one is', async () => {
    const page = await openConsole(house, 'set-up/tags');
    expect(await page.title()).toBe('Tags');
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.locator('#list').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await page.getByRole('navigation', { name: 'Administration' }).waitFor();
    await page.goto('/console/set-up/nothing-here');
    await page.getByText('There is no such page').waitFor();
    expect(await house.tidy()).toEqual([]);
  });
});

describe('tags', () => {
  it('are made, found, changed and removed by keyboard alone', async () => {
    const page = await openConsole(house, 'set-up/tags');
    await page.keyboard.press('n');
    const name = page.getByLabel('Name', { exact: true });
    await name.focus();
    await page.keyboard.type('Wholesale ٥٠');
    await page.getByLabel(/What it is for/).focus();
    await page.keyboard.type('Buys by the dozen');
    await page.keyboard.press('Control+s');
    await saved(page);
    await makeTag('Alone');
    await page.reload();
    await page.getByRole('link', { name: 'Wholesale' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('dozen');
    await page.getByText('1 found').waitFor();
    expect(await page.getByRole('link', { name: 'Alone' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Alone' }).waitFor();
    await page.keyboard.press('j');
    expect(await page.locator('[data-row]:focus-within').textContent()).toContain('Wholesale');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Wholesale ٥٠' }).waitFor();
    await page.getByRole('button', { name: 'Remove the tag' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('taken off every customer').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the tag' }).focus();
    // The list takes its time: what is gone does not stand in it meanwhile.
    await page.route(/\/api\/v1\/tags\?/, (route) => setTimeout(() => void route.continue(), 500));
    await page.keyboard.press('Enter');
    await page.getByText('The tag is removed').waitFor();
    expect(await page.getByRole('link', { name: 'Wholesale' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Alone' }).waitFor();
    expect(await page.getByRole('link', { name: 'Wholesale' }).count()).toBe(0);
    expect(await house.tidy()).toEqual([]);
  });

  it('say beside the field and on top what is wrong, and keep what was typed', async () => {
    await makeTag('Gold');
    const page = await openConsole(house, 'set-up/tags/+new', { expected: refusals });
    await page.getByRole('button', { name: 'Create' }).click();
    const summary = page.getByRole('alert');
    await summary.getByText('Fill this in.').waitFor();
    expect(await summary.evaluate((box) => box === document.activeElement)).toBe(true);
    await summary.getByRole('link', { name: 'Name' }).click();
    const name = page.getByLabel('Name', { exact: true });
    expect(await name.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    await name.fill('gold');
    await page.getByLabel(/What it is for/).fill('Another one');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('[data-field=name]').getByText('taken already').waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-tags-errors');
    expect(await page.getByLabel(/What it is for/).inputValue()).toBe('Another one');
    await name.fill('Golden');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'Golden' }).waitFor();
    const { items } = await house.call<{ items: { name: string }[] }>('/api/v1/tags');
    expect(items.map((tag) => tag.name)).toEqual(expect.arrayContaining(['Gold', 'Golden']));
    expect(await house.tidy()).toEqual([]);
  });

  it('are not overwritten when two administrators change one', async () => {
    const { id } = await makeTag('Shared', { description: 'As it was' });
    const path = `set-up/tags/${id}`;
    const mine = await openConsole(house, path, { expected: refusals });
    const theirs = await openConsole(house, path, { who: eve });
    await mine.getByLabel(/What it is for/).fill('As I want it');
    await theirs.getByLabel('Name', { exact: true }).fill('Shared by Eve');
    await theirs.getByRole('button', { name: row.save }).click();
    await theirs.getByRole('link', { name: 'Shared by Eve' }).waitFor();
    await mine.getByRole('button', { name: row.save }).click();
    const dialog = mine.getByRole('dialog', { name: 'Somebody changed this meanwhile' });
    await dialog.getByText('Shared by Eve').waitFor();
    await dialog.getByText('As I want it').waitFor();
    expect(await barriers(mine)).toEqual([]);
    await picture(mine, 'console-tags-meanwhile');
    expect(await house.call(`/api/v1/tags/${id}`)).toMatchObject({ description: 'As it was' });
    await dialog.getByRole('button', { name: 'Put my changes on top' }).click();
    expect(await mine.getByLabel('Name', { exact: true }).inputValue()).toBe('Shared by Eve');
    await mine.getByRole('button', { name: row.save }).click();
    await mine.getByRole('link', { name: 'Shared by Eve' }).waitFor();
    expect(await house.call(`/api/v1/tags/${id}`)).toMatchObject({
      name: 'Shared by Eve',
      description: 'As I want it',
    });
    expect(await house.tidy()).toEqual([]);
  });

  it('keep what is typed while a save is under way, and say that it is not saved yet', async () => {
    const { id } = await makeTag('Slow', { description: 'As it was' });
    const page = await openConsole(house, `set-up/tags/${id}`);
    const [name, what] = [page.getByLabel('Name', { exact: true }), page.getByLabel(/What it is for/)];
    let answer = () => {};
    await page.route(`**/api/v1/tags/${id}`, async (route) => {
      if (route.request().method() === 'PATCH') await new Promise<void>((done) => (answer = done));
      await route.continue();
    });
    await name.fill('Slower');
    const sent = page.waitForRequest((request) => request.method() === 'PATCH');
    await page.keyboard.press('Control+s');
    await sent;
    await what.fill('Typed meanwhile');
    answer();
    await saved(page);
    expect(await house.call(`/api/v1/tags/${id}`)).toMatchObject({
      name: 'Slower',
      description: 'As it was',
    });
    expect(page.url()).toContain(`/tags/${id}`);
    expect(await name.inputValue()).toBe('Slower');
    expect(await what.inputValue()).toBe('Typed meanwhile');
    await page.getByText('Not saved yet').waitFor();
    await page.unroute(`**/api/v1/tags/${id}`);
    await page.getByRole('button', { name: row.save }).click();
    await page.getByRole('link', { name: 'Slower' }).waitFor();
    expect(await house.call(`/api/v1/tags/${id}`)).toMatchObject({ description: 'Typed meanwhile' });
    expect(await house.tidy()).toEqual([]);
  });

  it('can be made again when somebody took one away meanwhile', async () => {
    const { id } = await makeTag('Fleeting');
    const page = await openConsole(house, `set-up/tags/${id}`, { expected: refusals });
    await page.getByLabel('Name', { exact: true }).fill('Lasting');
    await house.call(`/api/v1/tags/${id}`, undefined, 'DELETE');
    await page.getByRole('button', { name: row.save }).click();
    const dialog = page.getByRole('dialog', { name: 'Somebody took this away meanwhile' });
    await dialog.getByRole('button', { name: 'Make it again from mine' }).click();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Lasting');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'Lasting' }).waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('lose nothing when the save fails, when one goes elsewhere, and when one has to sign in again', async () => {
    const { id } = await makeTag('Careful');
    const page = await openConsole(house, `set-up/tags/${id}`, { expected: refusals });
    const what = page.getByLabel(/What it is for/);
    await what.fill('Typed at length');
    house.line.cut();
    await page.getByRole('button', { name: row.save }).click();
    await page.getByRole('alert').getByText('The server cannot be reached').waitFor();
    house.line.mend();
    expect(await what.inputValue()).toBe('Typed at length');
    // Elsewhere and back.
    await page.getByRole('link', { name: 'Inbox' }).click();
    const ask = page.getByRole('dialog', { name: 'Leave without saving?' });
    await ask.waitFor();
    expect(await barriers(page)).toEqual([]);
    await ask.getByRole('button', { name: 'Stay here' }).click();
    expect(page.url()).toContain('/console/');
    await page.getByRole('link', { name: 'Inbox' }).click();
    await ask.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.waitForURL(/\/inbox/);
    await page.goto(`/console/set-up/tags/${id}`);
    await page.getByText('What you had typed and not saved is back.').waitFor();
    expect(await what.inputValue()).toBe('Typed at length');
    // Signed out meanwhile.
    await page.context().clearCookies();
    await page.getByRole('button', { name: row.save }).click();
    const door = page.getByRole('dialog').filter({ has: page.getByLabel('Password', { exact: true }) });
    await door.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await door.getByRole('button', { name: 'Sign in' }).click();
    await door.waitFor({ state: 'hidden' });
    expect(await what.inputValue()).toBe('Typed at length');
    await page.getByRole('button', { name: row.save }).click();
    await page.getByRole('link', { name: 'Careful' }).waitFor();
    expect(await house.call(`/api/v1/tags/${id}`)).toMatchObject({ description: 'Typed at length' });
    expect(await house.tidy()).toEqual([]);
  });

  it('are not removed when somebody changed one since it was looked at', async () => {
    const { id } = await makeTag('Doubtful');
    const page = await openConsole(house, `set-up/tags/${id}`, { expected: refusals });
    await page.getByRole('button', { name: 'Remove the tag' }).click();
    await house.call(`/api/v1/tags/${id}`, { description: 'Not doubtful at all' }, 'PATCH');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Remove the tag' }).click();
    await dialog.getByText('Somebody changed it meanwhile').waitFor();
    expect(await house.call(`/api/v1/tags/${id}`)).toMatchObject({ name: 'Doubtful' });
    expect(await house.tidy()).toEqual([]);
  });

  it('tell of each state: nothing found, no answer, gone', async () => {
    await makeTag('Found');
    const page = await openConsole(house, 'set-up/tags?q=nobody-has-this', { expected: refusals });
    await page.getByText('The search or a filter hides everything.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByRole('link', { name: 'Found' }).waitFor();
    await page.route('**/api/v1/tags?**', (route) => route.fulfill({ status: 500, body: '{}' }));
    await page.reload();
    await page.getByText('This could not be loaded').waitFor();
    await page.unroute('**/api/v1/tags?**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'Found' }).waitFor();
    await page.goto('/console/set-up/tags/987654');
    await page.getByText('This is not there any more').waitFor();
    expect((await house.tidy()).filter((one) => !/500/.test(one))).toEqual([]);
  });

  it('can be used by everybody', async () => {
    await makeTag('VIP', { colour: '#0b6e58', description: 'Spends most' });
    const { id } = await makeTag('عملاء الجملة', { description: 'يشترون بالكمية من +971 50 123 4567' });
    const page = await openConsole(house, 'set-up/tags');
    await everybodyCanUse(page, 'tags', () => page.locator('[data-row]').first().waitFor());
    await page.goto(`/console/set-up/tags/${id}`);
    await everybodyCanUse(page, 'tag', () => page.locator('#field-name').waitFor());
    await prefer(page, { language: 'ar', theme: 'light' });
    await page.goto('/console/set-up/tags/+new');
    await page.getByRole('button', { name: 'إنشاء' }).click();
    await page.locator('[data-field=name]').getByText('املأ هذا الحقل.').waitFor();
    await page.setViewportSize({ width: 390, height: 780 });
    await page.goto('/console');
    await page.getByRole('link', { name: 'الوسوم' }).click();
    await page.locator('[data-row]').first().waitFor();
    expect(await house.tidy()).toEqual([]);
  });
});
