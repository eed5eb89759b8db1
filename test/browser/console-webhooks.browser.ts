import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answered, type Received, receiver } from '../apis/parley/receiver.ts';
import { barriers } from './accessible.ts';
import { eve, everybodyCanUse, field, openConsole, picture, refusals, saved, staff, sue } from './console.ts';
import { customerWrites, openDesk, prefer } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let crm: Awaited<ReturnType<typeof receiver>>;
let answer: (call: Received) => number | Answered = () => 200;
beforeAll(async () => {
  house = await openDesk();
  await staff(house);
  crm = await receiver((call) => answer(call));
});
beforeEach(() => {
  answer = () => ({ status: 200, body: 'thank you' });
});
afterAll(async () => {
  await house?.close();
  await crm?.end();
});

/** A story that is told once more begins with addresses and customers of its own. */
let many = 0;
const fresh = () => String(1000 + many++);

interface Made {
  id: string;
  url: string;
}
/** An endpoint that hears customers write, unless something else is said. */
const make = (more: object = {}) =>
  house.call<Made>('/api/v1/endpoints', {
    url: `${crm.url}/${fresh()}`,
    types: ['message.received'],
    ...more,
  });
const at = ({ id }: Made, ...more: string[]) => ['developers/webhooks', id, ...more].join('/');
const calls = ({ url }: Made) => crm.calls.filter(({ path }) => url.endsWith(path));
const writes = (page: Page, text: string) => customerWrites(page, `9715510${fresh()}9`, 'Amina Rahman', text);
const rows = (page: Page) => page.locator('[data-row]');
/** What the page looks up by itself takes its time. */
const soon = { timeout: 20_000 };
/** What has the focus, by what stands in it. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent);
const health = (page: Page) => page.getByRole('region', { name: 'Health' });

describe('a webhook', () => {
  it('is made, told once its secret, and tried out, by keyboard alone', async () => {
    const url = `${crm.url}/orders-${fresh()}`;
    const page = await openConsole(house, 'developers/webhooks');
    await page.keyboard.press('n');
    await page.getByRole('heading', { name: 'New webhook' }).waitFor();
    await page.getByLabel('Address', { exact: true }).focus();
    await page.keyboard.insertText(url);
    await page.getByLabel('Hears', { exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('checkbox', { name: 'A customer wrote' }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Control+s');
    await page.getByRole('heading', { name: 'The webhook is made' }).waitFor();
    await expect.poll(() => focused(page)).toBe('The webhook is made');
    const secret = await page.getByRole('group', { name: 'The secret' }).locator('code').textContent();
    expect(secret).toMatch(/^whsec_/);
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-webhook-made');
    await page.getByRole('link', { name: 'I have kept it: try the webhook out' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Send the sample' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('The receiver took it.').waitFor();
    await page.getByText('thank you').waitFor();
    const [call] = crm.calls.filter(({ path }) => url.endsWith(path));
    expect(call!.headers['webhook-test']).toBe('1');
    expect(await page.content()).not.toContain(secret);
    const { items } = await house.call<{ items: (Made & { types: string[] })[] }>('/api/v1/endpoints');
    expect(items.find((one) => one.url === url)!.types).toEqual(['message.received']);
    expect(await house.tidy()).toEqual([]);
  });

  it('says beside the field what is wrong, and what the server does not take', async () => {
    const taken = await make();
    const page = await openConsole(house, 'developers/webhooks/+new', { expected: refusals });
    await page.getByRole('button', { name: 'Create' }).click();
    const address = page.locator('[data-field="url"]');
    await address.getByText('Fill this in.').waitFor();
    await field(page, 'url').fill('crm.example.com');
    await page.getByRole('button', { name: 'Create' }).click();
    await address.getByText('Write a whole address').waitFor();
    await field(page, 'hears').selectOption('some');
    await field(page, 'url').fill(taken.url);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Choose one at least.').first().waitFor();
    await page.getByRole('checkbox', { name: 'A customer wrote' }).check();
    await page.getByRole('button', { name: 'Create' }).click();
    await address.getByText('This is taken already.').waitFor();
    // A surface whose webhooks hear one event each asks for that one.
    await field(page, 'surface').selectOption('azeer');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('[data-field="topic"]').getByText('Choose one.', { exact: true }).waitFor();
    await field(page, 'topic').selectOption('incoming_msg');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'The webhook is made' }).waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('takes nothing along of a surface that was chosen before', async () => {
    const url = `${crm.url}/turned-${fresh()}`;
    const page = await openConsole(house, 'developers/webhooks/+new');
    await field(page, 'url').fill(url);
    await field(page, 'surface').selectOption('azeer');
    await field(page, 'topic').selectOption('incoming_msg');
    await field(page, 'surface').selectOption('parley');
    await page.getByText('A secret of your own').click();
    await field(page, 'secret').fill('mine');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('[data-field="secret"]').getByText('It begins with “whsec_”').waitFor();
    await field(page, 'secret').fill('');
    expect(await field(page, 'secret').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'The webhook is made' }).waitFor();
    const { items } = await house.call<{ items: Made[] }>('/api/v1/endpoints');
    expect(items.find((one) => one.url === url)).toMatchObject({ surface: 'parley' });
    expect(items.find((one) => one.url === url)).not.toHaveProperty('topic');
    expect(await house.tidy()).toEqual([]);
  });

  it('is changed, and not overwritten when somebody else was faster', async () => {
    const hook = await make({ name: 'Orders' });
    const mine = await openConsole(house, at(hook), { expected: refusals });
    const theirs = await openConsole(house, at(hook), { who: eve });
    await field(mine, 'hears').selectOption('all');
    await field(theirs, 'name').fill('Orders of the shop');
    await theirs.getByRole('button', { name: 'Save' }).click();
    await saved(theirs);
    await mine.getByRole('button', { name: 'Save' }).click();
    const question = mine.getByRole('dialog', { name: 'Somebody changed this meanwhile' });
    await question.getByText('Orders of the shop').first().waitFor();
    expect(await house.call(`/api/v1/endpoints/${hook.id}`)).toHaveProperty('types');
    await question.getByRole('button', { name: /mine|my/i }).click();
    await mine.getByRole('button', { name: 'Save' }).click();
    await saved(mine);
    const now = await house.call<object>(`/api/v1/endpoints/${hook.id}`);
    expect(now).toMatchObject({ name: 'Orders of the shop' });
    expect(now).not.toHaveProperty('types');
    await mine.getByRole('button', { name: 'Remove the webhook' }).click();
    const sure = mine.getByRole('dialog');
    await sure.getByText('Nothing is told to it any more').waitFor();
    await sure.getByRole('button', { name: 'Remove the webhook' }).click();
    await mine.getByRole('heading', { name: 'Webhooks' }).waitFor();
    await expect(house.call(`/api/v1/endpoints/${hook.id}`)).rejects.toThrow('404');
    expect(await house.tidy()).toEqual([]);
  });

  it('gets another secret, with the one before still good for a day, or at once without it', async () => {
    const hook = await make();
    const page = await openConsole(house, at(hook));
    await page.getByRole('button', { name: 'Replace the secret' }).click();
    await page.getByText('For 24 hours each call is signed with both').waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Replace the secret' }).click();
    const shown = page.getByRole('group', { name: 'The secret' });
    const secret = await shown.locator('code').textContent();
    expect(secret).toMatch(/^whsec_/);
    await page.getByText('The secret before is still good until').waitFor();
    await shown.getByRole('button', { name: 'I have kept it' }).click();
    await expect.poll(() => focused(page)).toBe('Replace the secret');
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Replace the secret' }).click();
    await page.getByLabel('Somebody else knows the old one').check();
    await page.getByText('The old one is out of use at once').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Replace the secret' }).click();
    await page.getByText('The secret before is still good until').waitFor({ state: 'detached' });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Replace the verify token' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Replace the verify token' }).click();
    await page.getByRole('group', { name: 'The verify token' }).waitFor();
    expect(await house.tidy()).toEqual([]);
  });
});

describe('the tester', () => {
  it('tells in plain words what the receiver answered, and what would have followed', async () => {
    const hook = await make();
    const page = await openConsole(house, at(hook, 'test'));
    const send = page.getByRole('button', { name: 'Send the sample' });
    const meanings: [number | Answered, string, string][] = [
      [401, 'does not believe that the call is ours', 'would not be told again by itself'],
      [404, 'There is nothing at this address', 'would not be told again by itself'],
      [{ status: 500, body: 'TypeError: x' }, 'The receiver itself failed', 'told again within a minute'],
      [
        { status: 301, headers: { location: '/new' } },
        'points to another address',
        'told again within a minute',
      ],
      [410, 'gone for good', 'the webhook would be out of use now'],
    ];
    for (const [given, said, follows] of meanings) {
      answer = () => given;
      await send.click();
      const result = page.getByRole('status').filter({ hasText: said });
      await result.getByText(follows).waitFor();
    }
    await picture(page, 'console-webhook-tested');
    // Nothing of it counts.
    expect(await house.call(`/api/v1/endpoints/${hook.id}/health`)).toMatchObject({
      state: 'new',
      failed: 0,
    });
    const dead = await make({ url: 'http://127.0.0.1:9/x' });
    await page.goto(`/console/${at(dead, 'test')}`);
    await send.click();
    await page.getByText('No connection could be made.').waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await house.tidy()).toEqual([]);
  });

  it('shows and sends every event in the words of each surface', async () => {
    const hook = await make();
    const page = await openConsole(house, at(hook, 'test'));
    const sample = page.getByRole('region', { name: 'What is sent' });
    await sample.getByText('"type": "message.received"').waitFor();
    await page.getByLabel('Sample', { exact: true }).selectOption('picture');
    await sample.getByText('"image"').first().waitFor();
    await page.getByLabel('In the words of').selectOption('xms');
    await sample.getByText('"type": "messages"').waitFor();
    await page.getByRole('button', { name: 'Send the sample' }).click();
    await page.getByText('The receiver took it.').waitFor();
    expect(JSON.parse(calls(hook).at(-1)!.body)).toMatchObject({ type: 'messages' });
    await page.getByLabel('In the words of').selectOption('azeer');
    await sample.getByText('messages').first().waitFor({ state: 'detached' });
    await page.getByLabel('In the words of').selectOption('parley');
    await page.getByLabel('Event', { exact: true }).selectOption('template.status');
    await page.getByText('It does not hear such events').waitFor();
    await sample.getByText('"type": "template.status"').waitFor();
    expect(await house.tidy()).toEqual([]);
  });
});

describe('the delivery log', () => {
  it('shows what is told as it happens, with request and answer, and is filtered by outcome', async () => {
    const hook = await make();
    const page = await openConsole(house, at(hook, 'deliveries'));
    await page.getByText('Nothing was told yet').waitFor();
    await writes(page, 'Where is my order?');
    await rows(page).first().getByText('Taken', { exact: true }).waitFor();
    answer = () => ({ status: 422, body: 'no such field' });
    await writes(page, 'And my receipt?');
    await expect.poll(() => rows(page).count(), soon).toBe(2);
    await page.getByLabel('Every outcome').selectOption('Never taken');
    await expect.poll(() => rows(page).count(), soon).toBe(1);
    expect(await rows(page).first().textContent()).toMatch(
      /A customer wrote.*Never taken.*HTTP 422.*no such field/,
    );
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'A customer wrote' }).waitFor();
    await page.getByText('The receiver does not understand the call.').first().waitFor();
    await page.getByRole('region', { name: 'Request' }).getByText('And my receipt?').waitFor();
    await page.getByRole('region', { name: 'Answers' }).getByText('no such field').waitFor();
    await picture(page, 'console-webhook-delivery');
    answer = () => 200;
    await page.getByRole('button', { name: 'Tell it again' }).click();
    await page.getByText('The receiver took it.').first().waitFor();
    const told = calls(hook).map(({ headers }) => headers['webhook-id']);
    expect(told).toHaveLength(3);
    expect(told[2]).toBe(told[1]);
    await page.keyboard.press('Escape');
    await page.getByText('Nothing is like that').waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('says how much it is before it tells again what was never taken, or what happened in a time', async () => {
    const hook = await make();
    const page = await openConsole(house, at(hook, 'deliveries'));
    answer = () => 400;
    await writes(page, 'One');
    await writes(page, 'Two');
    await expect.poll(() => rows(page).getByText('Never taken').count(), soon).toBe(2);
    answer = () => 200;
    await page.getByRole('button', { name: 'Tell it again …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Tell it again' });
    await dialog.getByText('2 events are told.').waitFor();
    await dialog.getByText('2 it never took').waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-webhook-replay');
    expect(calls(hook)).toHaveLength(2);
    await dialog.getByRole('button', { name: 'Tell it again' }).click();
    await page.getByText('2 events are told again').waitFor();
    await expect.poll(() => rows(page).getByText('Taken', { exact: true }).count(), soon).toBe(2);
    await page.getByRole('button', { name: 'Tell it again …' }).click();
    await dialog.getByText('There is nothing of that.').waitFor();
    await dialog.getByLabel('Everything that happened in a time').check();
    await dialog.getByText('2 it took already').waitFor();
    await dialog.getByLabel('To', { exact: true }).fill('2026-01-01T00:00');
    await dialog.getByText('The end lies before the beginning.').waitFor();
    await dialog.getByLabel('From', { exact: true }).fill('2025-12-31T00:00');
    await dialog.getByText('There is nothing of that.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Tell it again' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await house.tidy()).toEqual([]);
  });
});

describe('a webhook that fails', () => {
  it('says why and what to do, and is taken back into use with what was held back', async () => {
    const [stock, accounts] = [`Stock ${fresh()}`, `Accounts ${fresh()}`];
    const hook = await make({ name: stock });
    // It hears nothing of what goes wrong now.
    await make({ name: accounts, types: ['session.closed'] });
    const page = await openConsole(house, at(hook), { expected: refusals });
    answer = () => 503;
    await writes(page, 'One');
    await health(page).getByText('Failing').waitFor();
    await health(page)
      .getByText(/The last (call|\d+ calls) failed/)
      .waitFor();
    await health(page).getByText('Something in front of the receiver answers for it').waitFor();
    answer = () => 410;
    await writes(page, 'Two');
    await health(page).getByText('Out of use', { exact: true }).waitFor();
    await health(page).getByText('What there is to tell is held back.').waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-webhook-dead');
    await page.goto('/console/developers/webhooks');
    const row = rows(page).filter({ hasText: stock });
    await row.getByText('Out of use').waitFor();
    // One that somebody has to look at comes first.
    const places = async () => {
      const all = await rows(page).allTextContents();
      return [stock, accounts].map((name) => all.findIndex((text) => text.includes(name)));
    };
    await expect.poll(async () => ((await places())[0] ?? 0) < ((await places())[1] ?? 0), soon).toBe(true);
    await row.getByRole('link').click();
    answer = () => 200;
    const before = calls(hook).length;
    await health(page)
      .getByRole('button', { name: /^Take it back into use/ })
      .click();
    await page.getByText('The webhook is back in use').waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Health');
    await expect.poll(() => calls(hook).length, soon).toBeGreaterThan(before);
    await health(page).getByText('Well', { exact: true }).waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('that was switched off says so, and is told nothing again before it is switched on', async () => {
    const hook = await make();
    const page = await openConsole(house, at(hook));
    await page.getByRole('switch', { name: 'In use' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await saved(page);
    await health(page).getByText('Nothing is told to it, and nothing is kept for later.').waitFor();
    await page.getByRole('link', { name: 'Delivery log' }).click();
    await page.getByRole('button', { name: 'Tell it again …' }).click();
    await page.getByRole('dialog').getByText('The webhook is out of use').waitFor();
    expect(await house.tidy()).toEqual([]);
  });
});

describe('webhooks', () => {
  it('are for administrators, and say when they cannot be read or are gone', async () => {
    const supervisor = await openConsole(house, 'developers/webhooks', { who: sue });
    await supervisor.getByText('This page is for administrators').waitFor();
    const page = await openConsole(house, 'developers/webhooks', { expected: /./ });
    await page.route('**/api/v1/endpoints?**', (route) => route.fulfill({ status: 500, body: '{}' }));
    await page.reload();
    await page.getByText('This could not be loaded').waitFor();
    await page.unroute('**/api/v1/endpoints?**');
    const name = `There again ${fresh()}`;
    await make({ name });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(name).waitFor();
    for (const part of ['', '/deliveries', '/deliveries/1', '/test']) {
      await page.goto(`/console/developers/webhooks/000000000000000000000000${part}`);
      await page.getByText('This is not there any more').waitFor();
    }
    expect(await house.tidy()).toEqual([]);
  });

  it('can be used by everybody', async () => {
    const hook = await make({ name: 'خدمة الطلبات', surface: 'xms', app: 'default', types: undefined }).catch(
      () => make({ name: 'خدمة الطلبات' }),
    );
    const page = await openConsole(house, 'developers/webhooks');
    answer = ({ body }) =>
      body.includes('Again') ? { status: 500, body: '{"error":"stock is empty"}' } : 200;
    await writes(page, 'أين طلبي؟');
    await writes(page, 'Again and again');
    await everybodyCanUse(page, 'webhooks', () => rows(page).first().waitFor());
    await page.goto(`/console/${at(hook)}`);
    await everybodyCanUse(page, 'webhook', () => field(page, 'url').waitFor());
    await page.goto(`/console/${at(hook, 'deliveries')}`);
    await everybodyCanUse(page, 'webhook-log', () => rows(page).first().waitFor());
    await rows(page).first().getByRole('link').click();
    await everybodyCanUse(page, 'webhook-delivery', () => page.locator('pre').first().waitFor());
    await page.goto(`/console/${at(hook, 'test')}`);
    await everybodyCanUse(page, 'webhook-tester', () => page.locator('pre').first().waitFor());
    await prefer(page, { language: 'ar', theme: 'light' });
    await page.reload();
    await page.getByRole('button', { name: 'إرسال العيّنة' }).click();
    await page.getByText('قبله المستقبِل.').waitFor();
    await picture(page, 'console-webhook-tested-ar');
    await page.goto(`/console/${at(hook, 'deliveries')}`);
    await page.getByRole('button', { name: 'إعادة الإبلاغ…' }).click();
    await page.getByText('كل ما لم يقبله قط').waitFor();
    await picture(page, 'console-webhook-replay-ar');
    await prefer(page, { language: 'hi', theme: 'light' });
    await page.goto('/console/developers/webhooks');
    await page.getByRole('heading', { name: 'वेबहुक' }).waitFor();
    await rows(page).first().waitFor();
    await picture(page, 'console-webhooks-hi');
    expect(await house.tidy()).toEqual([]);
  });
});
