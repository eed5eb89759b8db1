import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { ben, customerWrites, furnish, notices, openDesk, reply, signIn } from './desk.ts';
import type { House } from './house.ts';
import { layLine } from './line.ts';

let house: House;
let anns: Page;
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  await house.call('/api/v1/business', { settings: { agentsSee: 'own' } }, 'PATCH');
  anns = await signIn(house);
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const give = async (session: string, agent: string) => {
  const answer = await anns.request.put(`/api/v1/inbox/sessions/${session}/holder`, {
    headers: { 'x-parley-client': 'inbox' },
    data: { agent },
  });
  expect(answer.status()).toBe(200);
};
const ownCode = async () => {
  const answer = await anns.request.get('/api/v1/me');
  return ((await answer.json()) as { agent: { code: string } }).agent.code;
};
const open = async (page: Page, session: string) => {
  await page.goto(`/inbox/${session}`);
  await page.locator('article').first().waitFor();
  await reply(page).waitFor();
};

it('an answer that waited for the line is not lost when a colleague has the conversation meanwhile', async () => {
  const session = await customerWrites(anns, '966500007010', 'Nura', 'Is it ready?');
  await give(session, 'ben');
  const line = await layLine(house.url);
  const bens = await signIn(house, {
    who: ben,
    baseURL: line.url,
    expected: /ERR_|WebSocket|Failed to fetch|404/,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await open(bens, session);
  line.cut();
  await bens.getByText('No connection.').waitFor();
  await reply(bens).fill('Ready since this morning');
  await reply(bens).press('Enter');
  await reply(bens).fill('And we are open until nine');
  await give(session, await ownCode());
  line.mend();
  await bens.getByText('has this conversation now').waitFor();
  const kept = bens.locator('[data-unsent]').filter({ hasText: 'Ready since this morning' });
  const began = bens.getByRole('textbox', { name: 'The answer you began' });
  await kept.waitFor();
  expect(await began.inputValue()).toBe('And we are open until nine');
  expect(await barriers(bens)).toEqual([]);
  await bens.reload();
  await kept.waitFor();
  await expect.poll(() => began.inputValue()).toBe('And we are open until nine');
  await kept.getByRole('button', { name: 'Copy' }).click();
  await kept.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await bens.evaluate(() => navigator.clipboard.readText())).toBe('Ready since this morning');
  await kept.getByRole('button', { name: 'Discard' }).click();
  await kept.waitFor({ state: 'detached' });
  await bens.getByRole('button', { name: 'Undo' }).click();
  await kept.getByRole('button', { name: 'Discard' }).click();
  await bens.getByRole('button', { name: 'Discard' }).click();
  await began.waitFor({ state: 'detached' });
  await bens.context().close();
  await line.close();
});

it('who is in the middle of a word when it is handed away writes it to its end, and reads who has it and since when', async () => {
  const session = await customerWrites(anns, '966500007020', 'Omar', 'Which size?');
  await give(session, 'ben');
  const bens = await signIn(house, { who: ben, expected: /404/ });
  await open(bens, session);
  await reply(bens).pressSequentially('The mid');
  await give(session, await ownCode());
  await bens.getByText('has this conversation now').waitFor();
  await bens.getByText(/^Since /).waitFor();
  const began = bens.getByRole('textbox', { name: 'The answer you began' });
  await expect.poll(() => began.evaluate((box) => box === document.activeElement)).toBe(true);
  await bens.keyboard.type('dle one');
  expect(await began.inputValue()).toBe('The middle one');
  // It is handed back: the text is where it belongs.
  await give(session, 'ben');
  await expect.poll(() => reply(bens).inputValue()).toBe('The middle one');
  await bens.context().close();
});

it('who is elsewhere is told, and led to what was written', async () => {
  const [one, other] = [
    await customerWrites(anns, '966500007030', 'Pola', 'Hello?'),
    await customerWrites(anns, '966500007040', 'Qais', 'Hello!'),
  ];
  for (const session of [one, other]) await give(session, 'ben');
  const bens = await signIn(house, { who: ben, expected: /404/ });
  await open(bens, one);
  await reply(bens).fill('I will look it up');
  await bens.locator(`[data-session="${one}"]`).getByText('Draft').waitFor();
  await bens.locator(`[data-session="${other}"]`).click();
  await bens.locator('article').filter({ hasText: 'Hello!' }).waitFor();
  await give(one, await ownCode());
  const told = notices(bens).filter({ hasText: 'in which you had begun to write' });
  await told.getByRole('button', { name: 'Open it' }).click();
  await expect
    .poll(() => bens.getByRole('textbox', { name: 'The answer you began' }).inputValue())
    .toBe('I will look it up');
  await bens.context().close();
});
