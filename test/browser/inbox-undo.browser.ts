import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { customerWrites, furnish, keepUndos, openDesk, reply, signIn } from './desk.ts';
import type { House } from './house.ts';
import { told } from './refusal.ts';

let house: House;
let page: Page;
let sessions: string[];
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  page = await signIn(house, { expected: /status of 409/ });
  await keepUndos(page);
  sessions = [];
  for (let n = 0; n < 5; n += 1) {
    const session = await customerWrites(page, `96650000900${n}`, `Customer ${n}`, 'Where is it?');
    await hold(session, 'ben');
    sessions.push(session);
  }
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const headers = { 'x-parley-client': 'inbox' };
async function hold(session: string, agent: string | null): Promise<void> {
  const path = `/api/v1/inbox/sessions/${session}/holder`;
  expect((await page.request.put(path, { headers, data: { agent } })).status()).toBe(200);
}
interface Standing {
  state: string;
  agent?: string;
  waitingSince?: number;
  snoozedUntil?: number;
}
const standing = async (session: string): Promise<Standing> => {
  const { state, agent, waitingSince, snoozedUntil } = await told<Standing>(page, session);
  return { state, agent, waitingSince, snoozedUntil } as Standing;
};
const row = (id: string) => page.locator(`[data-session="${id}"]`);
const open = async (id: string) => {
  await page.goto(`/inbox/${id}`);
  await page.locator('article').first().waitFor();
  await row(id).waitFor();
};

it('a resolve that is taken back leaves the conversation with its holder, and its customer waiting', async () => {
  const [session] = sessions as [string];
  const before = await standing(session);
  expect(before).toMatchObject({ state: 'open', agent: 'ben', waitingSince: expect.any(Number) });
  await open(session);
  await page.keyboard.press('e');
  await page.getByText('Resolved: Customer 0').waitFor();
  await expect.poll(async () => (await standing(session)).state).toBe('resolved');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => standing(session)).toEqual(before);
  await page.getByRole('button', { name: 'Assign: Ben Adler' }).waitFor();
});

it('a snooze over an earlier one is taken back to the earlier one', async () => {
  const [, session] = sessions as [string, string];
  const path = `/api/v1/inbox/sessions/${session}/snooze`;
  await page.request.put(path, { headers, data: { until: Date.now() + 100 * 3_600_000 } });
  const before = await standing(session);
  await page.goto('/inbox?state=snoozed');
  await row(session).click({ modifiers: ['Control'] });
  await page.keyboard.press('s');
  await page.getByRole('menu', { name: 'Snooze' }).getByRole('menuitem').first().click();
  await page.getByText('1 conversation snoozed').waitFor();
  await expect.poll(() => standing(session)).not.toEqual(before);
  await page.keyboard.press('z');
  await expect.poll(() => standing(session)).toEqual(before);
  await page.request.delete(path, { headers });
});

it('of many acts each can be taken back, one after the other, whatever is said meanwhile', async () => {
  const before = await Promise.all(sessions.map(standing));
  await open(sessions[4]!);
  for (let left = sessions.length - 1; left >= 0; left -= 1) {
    await page.keyboard.press('Shift+E');
    await expect.poll(() => page.locator('[data-session]').count()).toBe(left);
  }
  const states = async () => (await Promise.all(sessions.map(standing))).map(({ state }) => state);
  await expect.poll(states).toEqual(sessions.map(() => 'resolved'));
  for (const _ of sessions) await page.keyboard.press('z');
  await expect.poll(() => Promise.all(sessions.map(standing))).toEqual(before);
});

it('many that are resolved together go back to whom each was with', async () => {
  await hold(sessions[2]!, null);
  const some = [sessions[2]!, sessions[3]!];
  const before = await Promise.all(some.map(standing));
  await page.goto('/inbox');
  for (const id of some) await row(id).click({ modifiers: ['Control'] });
  await page.keyboard.press('e');
  await page.getByText('2 conversations resolved').waitFor();
  await page.keyboard.press('z');
  await expect.poll(() => Promise.all(some.map(standing))).toEqual(before);
});

it('an answer that resolves leaves the way back to the open conversation', async () => {
  const session = sessions[3]!;
  await open(session);
  await reply(page).fill('It is on its way.');
  await reply(page).press('Control+Shift+Enter');
  await page.getByText('Resolved: Customer 3').waitFor();
  await expect.poll(async () => (await standing(session)).state).toBe('resolved');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => standing(session)).toMatchObject({ state: 'open', agent: 'ben' });
});

it('what a colleague did meanwhile stays', async () => {
  const session = sessions[4]!;
  await open(session);
  await page.keyboard.press('e');
  await page.getByText('Resolved: Customer 4').waitFor();
  await expect.poll(async () => (await standing(session)).state).toBe('resolved');
  await page.request.post(`/api/v1/inbox/sessions/${session}/reopen`, { headers, data: {} });
  await page.keyboard.press('z');
  await page.getByText('A colleague was faster. Look again before you go on.').first().waitFor();
  expect(await standing(session)).toMatchObject({ state: 'open', agent: 'admin' });
});
