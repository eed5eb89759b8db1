import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ben, customerWrites, furnish, openDesk, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let [anns, bens]: Page[] = [];
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  anns = await signIn(house);
  bens = await signIn(house, { who: ben });
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const row = (page: Page, session: string) => page.locator(`[data-session="${session}"]`);
const view = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Lists' }).getByRole('button', { name }).click();

describe('two agents', () => {
  it('see each other in one conversation, and who is writing', async () => {
    const session = await customerWrites(anns!, '966500001010', 'Iris', 'Two of you?');
    await anns!.goto(`/inbox/${session}`);
    await reply(anns!).waitFor();
    await bens!.goto(`/inbox/${session}`);
    await anns!.getByRole('img', { name: 'Also here: Ben Adler' }).waitFor();
    await reply(bens!).pressSequentially('I am on it');
    await anns!.getByText('Ben Adler is writing').waitFor();
    await reply(bens!).fill('');
    await anns!.getByText('Ben Adler is writing').waitFor({ state: 'detached' });
    await bens!.goto('/inbox');
    await anns!.getByRole('img', { name: 'Also here: Ben Adler' }).waitFor({ state: 'detached' });
  });

  it('take a conversation once only: the other sees who has it', async () => {
    const session = await customerWrites(anns!, '966500001020', 'Jamal', 'Who takes me?');
    for (const page of [anns!, bens!]) await page.goto(`/inbox/${session}`);
    await reply(bens!).pressSequentially('Hello');
    await bens!.getByRole('button', { name: 'Take it' }).click();
    await anns!.getByRole('button', { name: 'Assign: Ben Adler' }).waitFor();
    await reply(anns!).pressSequentially('Hi');
    await anns!.getByText('Ben Adler is assigned to this conversation.').waitFor();
  });

  it('call each other in notes, which the customer never sees', async () => {
    const session = await customerWrites(anns!, '966500001030', 'Kaya', 'It came broken');
    await anns!.goto(`/inbox/${session}`);
    await anns!.getByRole('tab', { name: 'Note' }).click();
    const note = anns!.getByRole('textbox', { name: 'Note' });
    await note.pressSequentially('Can you look at this, @be');
    await anns!.getByRole('option', { name: 'Ben Adler' }).waitFor();
    await note.press('Enter');
    await expect.poll(() => note.inputValue()).toBe('Can you look at this, @ben ');
    await note.press('Enter');
    await anns!.getByRole('article', { name: /^Note/ }).filter({ hasText: 'Can you look at this' }).waitFor();
    await bens!.goto('/inbox');
    await view(bens!, 'Mentions');
    await row(bens!, session).filter({ hasText: 'Can you look at this' }).click();
    await bens!.getByRole('article', { name: /^Note/ }).waitFor();
    const phone = await anns!.request.get('/api/v1/inbox/simulator/dummy:sandbox/phones/966500001030');
    expect(await phone.text()).not.toContain('Can you look at this');
  });

  it('hand a conversation to a team and to a colleague, and take it back', async () => {
    const session = await customerWrites(anns!, '966500001040', 'Lena', 'I want my money back');
    await anns!.goto(`/inbox/${session}`);
    await reply(anns!).waitFor();
    await anns!.keyboard.press('a');
    const find = anns!.getByRole('combobox', { name: 'Find an agent, a team or a queue' });
    await find.fill('retur');
    await anns!.keyboard.press('Enter');
    await anns!.getByText('Assigned to Returns').waitFor();
    // A second look at the menu comes when the first one is gone.
    await find.waitFor({ state: 'detached' });
    await anns!.getByRole('button', { name: 'Assign: Returns' }).click();
    await anns!.getByRole('option', { name: 'Ben Adler' }).click();
    await bens!.goto('/inbox');
    await view(bens!, 'Mine');
    await row(bens!, session).waitFor();
    await anns!.keyboard.press('z');
    await row(bens!, session).waitFor({ state: 'detached' });
    await anns!.getByRole('button', { name: 'Assign: Returns' }).waitFor();
  });
});

describe('what a window has not shown', () => {
  it('is shown before an answer goes past it', async () => {
    // Told again, it has a customer of its own.
    const phone = `9665${String(Date.now()).slice(-7)}9`;
    const session = await customerWrites(anns!, phone, 'Mona', 'Send me the red one');
    const page = await signIn(house, { expected: /409/ });
    await page.goto(`/inbox/${session}`);
    await page.locator('article').waitFor();
    // Its socket is gone, and does not come back.
    await page.routeWebSocket(/\/live/, () => {});
    await page.goto(`/inbox/${session}`);
    await page.locator('article').filter({ hasText: 'Send me the red one' }).waitFor();
    await customerWrites(anns!, phone, 'Mona', 'No, the blue one');
    await reply(page).fill('The red one is on its way');
    await reply(page).press('Enter');
    await page.getByText('The customer has written since. Read it, then decide.').waitFor();
    await page.locator('article').filter({ hasText: 'No, the blue one' }).waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    await expect.poll(() => reply(page).inputValue()).toBe('The red one is on its way');
    await reply(page).fill('The blue one, then');
    await reply(page).press('Enter');
    await page.locator('article [data-tick]').filter({ visible: true }).first().waitFor();
    await page.locator('[data-outgoing]').waitFor({ state: 'detached' });
    await page.context().close();
  });
});

it('a channel that waits for an administrator says so to everybody, and why, until it is switched off', async () => {
  const set = (enabled: boolean) =>
    house.call('/api/v1/apply', {
      channels: [{ type: 'dummy', lane: 'kiosk', name: 'Kiosk', sandbox: true, enabled }],
    });
  await set(true);
  for (const page of [anns!, bens!]) await page.goto('/inbox');
  for (const phone of ['966500001300', '966500002300', '966500003300'])
    await house.call('/api/v1/messages', {
      channelId: 'dummy:kiosk',
      to: { phone },
      content: { text: 'Hello' },
    });
  for (const page of [anns!, bens!])
    await page
      .getByRole('status')
      .filter({ hasText: /^Kiosk waits for an administrator/ })
      .waitFor();
  await set(false);
  for (const page of [anns!, bens!])
    await page.getByText(/^Kiosk waits for an administrator/).waitFor({ state: 'detached' });
});
