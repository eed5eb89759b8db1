import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startWhatsAppCloud, type WhatsAppCloud } from '../fakes/whatsapp-cloud.ts';
import { until } from '../parley.ts';
import { barriers } from './accessible.ts';
import { customerWrites, furnish, openDesk, prefer, reply, signIn, sql } from './desk.ts';
import type { House } from './house.ts';
import { layLine } from './line.ts';

let house: House;
let cloud: WhatsAppCloud;
beforeAll(async () => {
  [house, cloud] = await Promise.all([openDesk(), startWhatsAppCloud()]);
  await furnish(house);
});
afterAll(() => Promise.all([house?.close(), cloud?.close()]));
afterEach(() => expect(house.complaints()).toEqual([]));

const shown = (page: Page, text: string) => page.locator('article').filter({ hasText: text });

it('shows its first screen with what came along with the page', async () => {
  const page = await signIn(house);
  const session = await customerWrites(page, '966500007010', 'Salma', '</script><b>$& is my favourite shop');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto('/inbox');
  await page.locator(`[data-session="${session}"]`).getByText('$& is my favourite shop').waitFor();
  const first = ['/api/v1/me', '/api/v1/inbox/setup', '/api/v1/inbox/sessions'];
  expect(asked.filter((path) => first.includes(path))).toEqual([]);
  await page.context().close();
});

describe('who comes back after ten minutes', () => {
  it('has everything that was written and done meanwhile, once, without loading the page again', async () => {
    const line = await layLine(house.url);
    const page = await signIn(house, { baseURL: line.url, expected: /ERR_|WebSocket|Failed to fetch/ });
    const desk = await signIn(house);
    const open = await customerWrites(desk, '966500007029', 'Nada', 'Before the break');
    const other = await customerWrites(desk, '966500007039', 'Omar', 'Also before');
    await page.clock.install();
    await page.goto(`/inbox/${open}`);
    await shown(page, 'Before the break').waitFor();
    await page.evaluate(() => Object.assign(window, { same: true }));
    line.cut();
    await page.getByText('No connection.').waitFor();
    const meanwhile = Array.from({ length: 12 }, (_, n) => `Meanwhile ${n + 1} of 12`);
    for (const text of meanwhile) await customerWrites(desk, '966500007029', 'Nada', text);
    await customerWrites(desk, '966500007049', 'Huda', 'I am new here');
    await desk.goto(`/inbox/${other}`);
    await shown(desk, 'Also before').waitFor();
    await desk.keyboard.press('e');
    await desk.getByText('Resolved').first().waitFor();
    await page.clock.fastForward('10:00');
    line.mend();
    await page.getByText('No connection.').waitFor({ state: 'detached' });
    for (const text of meanwhile) await shown(page, text).waitFor();
    expect(await page.locator('article').filter({ hasText: 'Meanwhile' }).count()).toBe(12);
    await page.locator('[data-session]').filter({ hasText: 'I am new here' }).waitFor();
    await page.locator(`[data-session="${other}"]`).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => 'same' in window)).toBe(true);
    await Promise.all([page.context().close(), desk.context().close()]);
    await line.close();
  });

  it('finds out about a line that is dead and looks open', async () => {
    const line = await layLine(house.url);
    const page = await signIn(house, { baseURL: line.url, expected: /WebSocket/ });
    const desk = await signIn(house);
    const session = await customerWrites(desk, '966500007059', 'Rami', 'Hello');
    await page.clock.install();
    await page.goto(`/inbox/${session}`);
    await shown(page, 'Hello').waitFor();
    line.starve();
    await customerWrites(desk, '966500007059', 'Rami', 'Are you there?');
    // The next question to the server, and the time that it has for a word.
    await page.clock.fastForward('00:26');
    await page.clock.fastForward('00:09');
    await shown(page, 'Are you there?').waitFor();
    await Promise.all([page.context().close(), desk.context().close()]);
    await line.close();
  });
});

it('answers in a conversation that was opened without a line, and has what was said once the line is back', async () => {
  const line = await layLine(house.url);
  const page = await signIn(house, { baseURL: line.url, expected: /ERR_|WebSocket|Failed to fetch/ });
  const here = await customerWrites(page, '966500007610', 'Majid', 'Hello');
  // Above it in the list: what the one below says is read ahead.
  const later = await customerWrites(page, '966500007600', 'Lina', 'Is anybody there?');
  await page.goto(`/inbox/${here}`);
  await shown(page, 'Hello').waitFor();
  line.cut();
  await page.getByText('No connection.').waitFor();
  await page.evaluate(() => Object.assign(window, { same: true }));
  await page.locator(`[data-session="${later}"]`).click();
  const thread = page.locator('#thread');
  await thread.getByText('This could not be loaded').waitFor();
  await thread.getByRole('button', { name: 'Try again' }).click();
  // The last try has failed, too.
  await page.waitForTimeout(5000);
  await thread.getByText('Lina').first().waitFor();
  await reply(page).fill('Here we are');
  await reply(page).press('Enter');
  await page.locator('[data-outgoing="queued"]').filter({ hasText: 'Here we are' }).waitFor();
  line.mend();
  await shown(page, 'Is anybody there?').waitFor();
  await shown(page, 'Here we are').locator('[data-tick="read"]').waitFor();
  await page
    .getByRole('complementary', { name: 'About the customer' })
    .getByRole('heading', { name: 'Lina' })
    .waitFor();
  expect(await thread.getByText('This could not be loaded').count()).toBe(0);
  expect(await page.evaluate(() => 'same' in window)).toBe(true);
  await page.context().close();
  await line.close();
});

describe('the window of WhatsApp', () => {
  it('runs out before the agent’s eyes, and leaves templates to be sent', async () => {
    const channel = '/api/v1/channels/wacfb:966500007000';
    await house.call(channel, { name: 'WhatsApp', settings: cloud.settings }, 'PUT');
    const { webhookUrl } = await house.call<{ webhookUrl: string }>(channel);
    cloud.webhook = webhookUrl;
    await house.call(
      '/api/v1/templates/order_shipped/en/approvals/wacfb:966500007000',
      { status: 'APPROVED' },
      'PUT',
    );
    await cloud.say('966500007069', 'Where is my parcel?', 'Layla');
    const page = await signIn(house, { expected: /400/ });
    await page.locator('[data-session]').filter({ hasText: 'Where is my parcel?' }).click();
    await reply(page).fill('I will look for it');
    const passes = (hours: number) =>
      sql(
        house,
        `update contact set last_inbound_at = now() - $1 * interval '1 hour' where csid = '966500007069'`,
        [hours],
      );
    await passes(23);
    await page.reload();
    await page.getByText(/left to reply/).waitFor();
    await expect.poll(() => reply(page).inputValue()).toBe('I will look for it');
    // Whoever is writing just then does not write commands: the words go on in what takes the place of the field.
    const writing = await signIn(house, { expected: /400|WebSocket/ });
    await writing.clock.install();
    await writing.goto(page.url());
    await reply(writing).focus();
    await writing.clock.fastForward('01:30:00');
    const find = writing.getByRole('searchbox', { name: 'Find a template' });
    await find.and(writing.locator(':focus')).waitFor();
    await writing.keyboard.type('e');
    expect(await find.inputValue()).toBe('e');
    await writing.context().close();
    await passes(25);
    await page.reload();
    await page.getByText('Templates only').waitFor();
    await page.getByText('The reply window is closed. You can send a template at any time.').waitFor();
    expect(await reply(page).count()).toBe(0);
    await page.getByRole('button', { name: /Order shipped/ }).click();
    await page.getByRole('textbox', { name: 'order' }).fill('A-1029');
    await page.getByRole('button', { name: 'Send the template' }).click();
    // Besides, WhatsApp is told that somebody read, and writes.
    const templates = () => cloud.sent.filter(({ body }) => body.type === 'template');
    await until('the template is sent', () => templates().length > 0);
    expect(templates()).toMatchObject([{ to: '966500007069' }]);
    // Colleagues can always be written to, and what the customer writes opens it again.
    await page.getByRole('tab', { name: 'Note' }).click();
    await page.getByRole('textbox', { name: 'Note' }).waitFor();
    await page.getByRole('tab', { name: 'Reply' }).click();
    await cloud.say('966500007069', 'Thank you!', 'Layla');
    await expect.poll(() => reply(page).inputValue()).toBe('I will look for it');
    await page.context().close();
  });
});

describe.each(['en', 'ar'])('the bar of a thread, where it takes room, %s', (language) => {
  it('leaves lines their width and their heights, whether it is there or not', async () => {
    const page = await signIn(house);
    await prefer(page, { language });
    const session = await customerWrites(page, '966500007089', 'Huda', 'One. '.repeat(90));
    await page.goto(`/inbox/${session}`);
    const line = shown(page, 'One. One.').last();
    await line.waitFor();
    // As a desktop with classic bars has it.
    await page.evaluate(() => {
      const style = document.createElement('style');
      style.nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')!.content;
      style.textContent = '[data-testid="messages"]::-webkit-scrollbar { width: 17px }';
      document.head.append(style);
    });
    const box = page.getByTestId('messages');
    const measures = () =>
      box.evaluate((one) => {
        const { width, height } = one.querySelector('article')!.getBoundingClientRect();
        const room = one.querySelector('article')!.parentElement!.getBoundingClientRect().width;
        return [one.clientWidth, room, width, height];
      });
    const before = await measures();
    expect(before[0]).toBe((await box.evaluate((one) => (one as HTMLElement).offsetWidth)) - 17);
    await box.evaluate((one) => one.setAttribute('style', 'block-size: 80px'));
    await expect.poll(() => box.evaluate((one) => one.scrollHeight > one.clientHeight)).toBe(true);
    expect(await measures()).toEqual(before);
    await prefer(page, { language: 'en' });
    await page.context().close();
  });
});

describe('on a phone', () => {
  it('a conversation rests by a key, for as long as one chooses', async () => {
    const page = await signIn(house, { viewport: { width: 390, height: 844 } });
    const session = await customerWrites(page, '966500007079', 'Dana', 'Later, please');
    await page.goto(`/inbox/${session}`);
    await shown(page, 'Later, please').waitFor();
    await page.keyboard.press('s');
    await page.getByRole('menu', { name: 'Snooze' }).waitFor();
    // Where it opens there is no button that could be open.
    expect(await page.locator('span[aria-expanded], span[aria-controls]').count()).toBe(0);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('menuitem', { name: /Tomorrow/ }).click();
    await page
      .getByText(/Snoozed until/)
      .first()
      .waitFor();
    await page.context().close();
  });
});
