import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { ben, eve, everybodyCanUse, field, openConsole, picture, refusals, saved, staff } from './console.ts';
import { customerWrites, openDesk, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openDesk();
  await staff(house);
  await house.call('/api/v1/apply', {
    apps: [{ code: 'helpbot', name: 'Help bot', mode: 'BOT' }],
    teams: [{ code: 'returns', name: 'Returns' }],
    queues: [{ code: 'night', name: 'Night shift', type: 'AGENT' }],
  });
});
afterAll(() => house?.close());

describe('queues', () => {
  it('of agents and of programs are made, and one of them is the default', async () => {
    const page = await openConsole(house, 'set-up/queues/+new', { expected: refusals });
    await field(page, 'code').fill('bot');
    await field(page, 'name').fill('The bot');
    await field(page, 'type').selectOption('BOT');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.locator('[data-field=app]').getByText('Fill this in.').waitFor();
    await field(page, 'app').selectOption('helpbot');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'The bot' }).waitFor();
    expect(await house.call('/api/v1/queues/bot')).toMatchObject({ type: 'BOT', app: 'helpbot' });
    await page.goto('/console/set-up/queues/night');
    await field(page, 'isDefault').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-row=night]').getByText('Everything else').waitFor();
    expect(await house.call('/api/v1/business')).toMatchObject({ defaultQueue: 'night' });
    await page.goto('/console/set-up/queues/night');
    await page.getByText('This is the default queue.').waitFor();
    expect(await field(page, 'isDefault').isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Remove the queue' }).count()).toBe(0);
    await house.call('/api/v1/queues/default', { isDefault: true }, 'PUT');
    expect(await house.tidy()).toEqual([]);
  });

  it('are not removed while something relies on them, which is named and linked', async () => {
    await house.call('/api/v1/queues/busy', { name: 'Busy' }, 'PUT');
    await house.call(
      '/api/v1/channels/dummy:busy',
      { settings: {}, name: 'Busy line', queue: 'busy' },
      'PUT',
    );
    await house.call('/api/v1/agents/kim', { name: 'Kim Lee', queues: ['busy'] }, 'PUT');
    const page = await openConsole(house, 'set-up/queues/busy', { expected: refusals });
    await page.getByRole('button', { name: 'Remove the queue' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Remove the queue' }).click();
    await dialog.getByText('It is in use. Change what relies on it first:').waitFor();
    await dialog.getByText('Busy line').waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-queue-in-use');
    await dialog.getByRole('link', { name: 'Kim Lee' }).click();
    await page.getByRole('heading', { name: 'Kim Lee' }).waitFor();
    await page.getByRole('group', { name: 'Queues' }).getByLabel('Busy').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await saved(page);
    await house.call('/api/v1/channels/dummy:busy', undefined, 'DELETE');
    await page.goto('/console/set-up/queues/busy');
    await page.getByRole('button', { name: 'Remove the queue' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the queue' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('It is back').waitFor();
    expect(await house.call('/api/v1/queues/busy')).toMatchObject({ name: 'Busy', type: 'AGENT' });
    expect(await house.tidy()).toEqual([]);
  });

  it('can be used by everybody', async () => {
    const page = await openConsole(house, 'set-up/queues');
    await everybodyCanUse(page, 'queues', () => page.locator('[data-row]').first().waitFor());
    await page.goto('/console/set-up/queues/night');
    await everybodyCanUse(page, 'queue', () => field(page, 'name').waitFor());
    expect(await house.tidy()).toEqual([]);
  });
});

describe('teams', () => {
  it('are made, show who is in them, and stay while somebody is', async () => {
    const page = await openConsole(house, 'set-up/teams/+new', { expected: refusals });
    await field(page, 'code').fill('vip');
    await field(page, 'name').fill('VIP care');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('link', { name: 'VIP care' }).waitFor();
    await house.call('/api/v1/agents/zoe', { name: 'Zoe Park', teams: ['vip'] }, 'PUT');
    await page.goto('/console/set-up/teams/vip');
    await page.getByRole('link', { name: 'Zoe Park' }).waitFor();
    await page.getByRole('button', { name: 'Remove the team' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the team' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Zoe Park' }).waitFor();
    expect(await house.call('/api/v1/teams/vip')).toMatchObject({ name: 'VIP care' });
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await everybodyCanUse(page, 'team', () => page.getByRole('link', { name: 'Zoe Park' }).waitFor());
    await page.goto('/console/set-up/teams');
    await everybodyCanUse(page, 'teams', () => page.locator('[data-row]').first().waitFor());
    expect(await house.tidy()).toEqual([]);
  });
});

/** Ben, who has set up codes of a second device. */
async function withDevice() {
  const page = await signIn(house, { who: ben });
  const headers = { 'x-parley-client': 'inbox' };
  const path = '/api/v1/me/totp';
  const begun = await page.request.post(path, { headers, data: { password: ben.password } });
  const { secret } = await begun.json();
  const confirmed = await page.request.put(path, {
    headers,
    data: { code: new TOTP({ secret }).generate() },
  });
  expect(confirmed.status(), await confirmed.text()).toBe(200);
  return { page };
}

describe('agents', () => {
  it('are invited by a link that is shown once, and come in with it', async () => {
    const page = await openConsole(house, 'set-up/agents/+new', { expected: refusals });
    await field(page, 'name').fill('Lina Saleh');
    await field(page, 'email').fill('Lina@shop.example');
    expect(await field(page, 'code').inputValue()).toBe('lina');
    await field(page, 'skills').fill('french, refunds،arabic');
    await page.getByRole('group', { name: 'Teams' }).getByLabel('Returns').check();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'Lina Saleh' }).waitFor();
    expect(await house.call('/api/v1/agents/lina')).toMatchObject({
      email: 'lina@shop.example',
      teams: ['returns'],
      skills: ['french', 'refunds', 'arabic'],
    });
    await page.getByRole('button', { name: 'Make an invitation link' }).click();
    const once = page.getByRole('group', { name: 'Invitation link' });
    const url = await once.locator('code').textContent();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'console-agent-link');
    await once.getByRole('button', { name: 'I have kept it' }).click();
    expect(await page.getByText(url!).count()).toBe(0);
    const lina = await house.page({ viewport: { width: 1280, height: 800 } });
    await lina.goto(url!);
    await lina.locator('input[type=password]').first().fill('correct horse battery');
    await lina
      .getByRole('button')
      .filter({ hasText: /password|in/i })
      .first()
      .click();
    await lina.locator('#list').waitFor();
    await page.reload();
    await page.getByText('There is a password.').waitFor();
    await page.getByRole('button', { name: 'End all sign-ins' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End all sign-ins' }).click();
    await page.getByText('Nowhere at the moment.').waitFor();
    expect((await house.tidy()).filter((one) => !refusals.test(one))).toEqual([]);
  });

  it('lose the second device when they lost it', async () => {
    const { page: lost } = await withDevice();
    const page = await openConsole(house, 'set-up/agents/ben');
    await page.getByText('A code of a second device is asked for.').waitFor();
    await page.getByRole('button', { name: 'Take the second device off' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('only do it for somebody whom you know').waitFor();
    await dialog.getByRole('button', { name: 'Take the second device off' }).click();
    await page.getByText('No code of a second device is asked for.').waitFor();
    await lost.context().close();
    await signIn(house, { who: ben });
    expect(await house.tidy()).toEqual([]);
  });

  it('stay out while they are inactive', async () => {
    const kept = await signIn(house, { who: ben, expected: refusals });
    const page = await openConsole(house, 'set-up/agents/ben');
    await field(page, 'active').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('[data-row=ben]').getByText('Inactive').waitFor();
    expect((await kept.request.get('/api/v1/me')).status()).toBe(401);
    await page.getByLabel('Active or not').selectOption('inactive');
    await page.getByText('1 found').waitFor();
    await page.locator('[data-row=ben] a').click();
    await page.getByText('An inactive agent cannot sign in.').waitFor();
    await field(page, 'active').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Nothing is like that').waitFor();
    expect(await house.call('/api/v1/agents/ben')).toMatchObject({ active: true, status: 'active' });
    expect(await house.tidy()).toEqual([]);
  });

  it('are not removed while they hold a conversation, and never by themselves', async () => {
    await house.call('/api/v1/agents/max', { name: 'Max Stone' }, 'PUT');
    const page = await openConsole(house, 'set-up/agents', { expected: refusals });
    await page.getByRole('link', { name: 'ann@shop.example' }).click();
    await page.getByText('You cannot change your own role').waitFor();
    expect(await page.getByRole('button', { name: 'Remove the agent' }).count()).toBe(0);
    const session = await customerWrites(page, '966500000119', 'Nora', 'Hello');
    await house.call('/xms/api/v1/session/routing', {
      sessionId: session,
      queue: 'agent_desk',
      agent: 'max',
    });
    await page.goto('/console/set-up/agents/max');
    await page.getByRole('button', { name: 'Remove the agent' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the agent' }).click();
    await page.getByRole('dialog').getByText('Open conversations: 1').waitFor();
    expect(await house.call('/api/v1/agents/max')).toMatchObject({ name: 'Max Stone' });
    expect(await house.tidy()).toEqual([]);
  });

  it('need a seat, where seats are counted', async () => {
    const { items } = await house.call<{ items: { active: boolean }[] }>('/api/v1/agents?limit=200');
    const agentSeats = items.filter(({ active }) => active).length;
    await house.call('/api/v1/business', { settings: { agentSeats } }, 'PATCH');
    const page = await openConsole(house, 'set-up/agents/+new', { expected: refusals, who: eve });
    await field(page, 'name').fill('One too many');
    await field(page, 'code').fill('many');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('alert').getByText('All seats are taken').waitFor();
    expect(await field(page, 'name').inputValue()).toBe('One too many');
    await house.call('/api/v1/business', { settings: { agentSeats: 0 } }, 'PATCH');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'One too many' }).waitFor();
    expect(await house.tidy()).toEqual([]);
  });

  it('can be used by everybody', async () => {
    await house.call(
      '/api/v1/agents/noor',
      {
        name: 'نور العلي',
        displayName: 'نور',
        email: 'noor@shop.example',
        teams: ['returns'],
      },
      'PUT',
    );
    const page = await openConsole(house, 'set-up/agents');
    await everybodyCanUse(page, 'agents', () => page.locator('[data-row]').first().waitFor());
    await page.goto('/console/set-up/agents/noor');
    await everybodyCanUse(page, 'agent', () => page.locator('main section h2').last().waitFor());
    expect(await house.tidy()).toEqual([]);
  });
});
