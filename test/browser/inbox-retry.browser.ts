import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { customerWrites, openDesk, reply, signIn } from './desk.ts';
import type { House } from './house.ts';
import { refusal, said } from './refusal.ts';

let house: House;
let page: Page;
beforeAll(async () => {
  house = await openDesk();
  page = await signIn(house, { expected: /status of 409|ERR_INTERNET_DISCONNECTED|ERR_FAILED/ });
});
afterAll(() => house?.close());
afterEach(async () => {
  await page.unrouteAll({ behavior: 'wait' });
  expect(house.complaints()).toEqual([]);
});

const headers = { 'x-parley-client': 'inbox' };
const switches = (csid: string, data: object) =>
  page.request.put(`/api/v1/inbox/simulator/dummy:sandbox/phones/${csid}/switches`, { headers, data });
const own = (text: string, where = page) => where.locator('article[data-message]').filter({ hasText: text });

/** A conversation in which an answer did not arrive. */
async function failed(csid: string, name: string, text: string): Promise<string> {
  const session = await customerWrites(page, csid, name, 'Hello?');
  await switches(csid, { receipts: 'auto', fail: 'UNREACHABLE' });
  await page.goto(`/inbox/${session}`);
  await reply(page).fill(text);
  await reply(page).press('Enter');
  await own(text).locator('[data-tick="failed"]').waitFor();
  await switches(csid, { receipts: 'auto' });
  return session;
}

describe('a message that did not arrive', () => {
  it('is sent anew once, however often it is pressed, and says so on every screen', async () => {
    const session = await failed('966500006050', 'Huda', 'Only once');
    const other = await signIn(house);
    await other.goto(`/inbox/${session}`);
    await other.getByRole('button', { name: 'Try again' }).waitFor();
    await page.route('**/retry', async (route) => {
      const response = await route.fetch();
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.fulfill({ response });
    });
    await page.getByRole('button', { name: 'Try again' }).dblclick();
    await page.getByRole('button', { name: 'Sending…' }).click({ force: true });
    for (const one of [page, other]) {
      await one.getByText('Sent again').waitFor();
      await own('Only once', one).locator('[data-tick="read"]').waitFor();
      expect(await one.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    }
    await page.reload();
    await page.getByText('Sent again').waitFor();
    expect((await said(page, session)).filter((text) => text === 'Only once')).toHaveLength(2);
    await page.getByRole('button', { name: 'Show it' }).click();
    await expect.poll(() => own('Only once').nth(1).getAttribute('data-lit')).toBe('true');
    await other.context().close();
  });

  it('is the same try after one whose answer was lost', async () => {
    const session = await failed('966500006051', 'Hind', 'Are you there?');
    let isLost = false;
    await page.route('**/retry', async (route) => {
      if (isLost) return route.continue();
      isLost = true;
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Sent again').waitFor();
    expect((await said(page, session)).filter((text) => text === 'Are you there?')).toHaveLength(2);
  });
});

describe('a message that waits for its time', () => {
  it('says so when it cannot be cancelled any more', async () => {
    const session = await customerWrites(page, '966500006052', 'Hala', 'Tomorrow?');
    const answer = await page.request.post(`/api/v1/inbox/sessions/${session}/messages`, {
      headers,
      data: { content: { text: 'In time' }, sendAt: Date.now() + 3_600_000 },
    });
    expect(answer.status()).toBe(201);
    await page.goto(`/inbox/${session}`);
    const cancel = async () => {
      await own('In time').hover();
      await own('In time')
        .locator('xpath=..')
        .getByRole('button', { name: 'More about this message' })
        .click();
      await page.getByRole('menuitem', { name: 'Cancel sending' }).click();
    };
    await page.route('**/messages/*', (route) =>
      route.request().method() === 'DELETE'
        ? route.fulfill(refusal(409, 'BEING_SENT', 'The message is being sent at this moment'))
        : route.continue(),
    );
    await cancel();
    // It stands there, and is read out.
    await page.getByText('The message is being sent at this moment.').first().waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.route('**/messages/*', (route) =>
      route.request().method() === 'DELETE' ? route.abort() : route.continue(),
    );
    await cancel();
    await page
      .getByText('The server cannot be reached: the message is not cancelled, and will be sent.')
      .first()
      .waitFor();
    expect(await own('In time').count()).toBe(1);
    await page.unrouteAll({ behavior: 'wait' });
    await cancel();
    await own('In time').waitFor({ state: 'detached' });
  });
});
