import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ann, customerWrites, furnish, notices, openDesk, reply, signIn, sql } from './desk.ts';
import type { House } from './house.ts';
import { layLine } from './line.ts';
import { isPost, messagesOf, refusal, refuse, said, told } from './refusal.ts';

let house: House;
let page: Page;
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  page = await signIn(house, { expected: /status of (400|401|403|409)/ });
});
afterAll(() => house?.close());
afterEach(async () => {
  await page.unrouteAll({ behavior: 'wait' });
  expect(house.complaints()).toEqual([]);
});

const open = async (id: string, where = page) => {
  await where.goto(`/inbox/${id}`);
  await where.locator('article').first().waitFor();
};
const stateOf = async (session: string) => (await told<{ state: string }>(page, session)).state;

describe('a message on its way', () => {
  it('stands there once, also when its event is faster than the answer', async () => {
    const session = await customerWrites(page, '966500006005', 'Amal', 'Are you there?');
    await open(session);
    await page.route(messagesOf(session), async (route) => {
      if (!isPost(route)) return route.continue();
      const response = await route.fetch();
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await route.fulfill({ response });
    });
    await reply(page).fill('We are.');
    await reply(page).press('Enter');
    const own = page.locator('article').filter({ hasText: 'We are.' });
    await page.locator('article[data-message]').filter({ hasText: 'We are.' }).waitFor();
    expect(await page.locator('[data-outgoing]').count()).toBe(0);
    expect(await own.count()).toBe(1);
    await expect.poll(() => page.evaluate(() => document.querySelectorAll('[data-outgoing]').length)).toBe(0);
    expect(await own.count()).toBe(1);
  });
});

describe('a message takes the conversation along', () => {
  it('resolves it, once the server has the message', async () => {
    const session = await customerWrites(page, '966500006000', 'Alia', 'It works now, thank you');
    await open(session);
    await reply(page).fill('Glad to hear it.');
    await reply(page).press('Control+Shift+Enter');
    await page.getByText('Resolved. It opens again when the customer writes.').waitFor();
    await expect.poll(() => stateOf(session)).toBe('resolved');
    expect(await said(page, session)).toContain('Glad to hear it.');
  });

  it('resolves it with a note, too', async () => {
    const session = await customerWrites(page, '966500006001', 'Aya', 'Never mind');
    await open(session);
    await page.getByRole('tab', { name: 'Note' }).click();
    const note = page.getByRole('textbox', { name: 'Note' });
    await note.fill('She found it herself.');
    await note.press('Control+Shift+Enter');
    await page.getByText('Resolved: Aya').waitFor();
    expect(await stateOf(session)).toBe('resolved');
    expect(await said(page, session)).toContain('She found it herself.');
  });

  it('snoozes it, and never for a message that was refused', async () => {
    const session = await customerWrites(page, '966500006010', 'Badr', 'Tomorrow is fine');
    await open(session);
    const keys: string[] = [];
    let refuses = true;
    await page.route(messagesOf(session), async (route) => {
      if (!isPost(route)) return route.continue();
      keys.push(route.request().headers()['idempotency-key']!);
      return refuses ? route.fulfill(refusal(400, 'INVALID', 'Not like this')) : route.continue();
    });
    await reply(page).fill('Until tomorrow then.');
    await page.getByRole('button', { name: 'More ways to send' }).click();
    await page.getByRole('menuitem', { name: /^Send, and snooze until/ }).click();
    await page.locator('[data-outgoing="failed"]').waitFor();
    expect(await stateOf(session)).toBe('open');
    refuses = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(/^Snoozed until/).waitFor();
    expect(await stateOf(session)).toBe('snoozed');
    expect(await said(page, session)).toContain('Until tomorrow then.');
    // The same message, and not another one.
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('leads to the conversation that an answer begins, where the one before was closed', async () => {
    const session = await customerWrites(page, '966500006020', 'Celine', 'That was all');
    await open(session);
    const closed = await page.request.post(`/api/v1/inbox/sessions/${session}/close`, {
      headers: { 'x-parley-client': 'inbox' },
      data: {},
    });
    expect(closed.status()).toBe(200);
    await page.getByText('This conversation is closed.').waitFor();
    const posts: string[] = [];
    let go = (): void => {};
    const gone = new Promise<void>((done) => {
      go = done;
    });
    await page.route(messagesOf('*'), async (route) => {
      if (isPost(route)) posts.push(route.request().url());
      await gone;
      await route.continue();
    });
    for (const text of ['One thing more.', 'And another one.']) {
      await reply(page).fill(text);
      await reply(page).press('Enter');
    }
    go();
    await page.getByText('The conversation was over: your answer has begun a new one.').waitFor();
    await page.waitForURL((url) => url.pathname !== `/inbox/${session}`);
    for (const text of ['One thing more.', 'And another one.'])
      await page.locator('article').filter({ hasText: text }).locator('[data-tick="read"]').waitFor();
    // What was written after it goes to the new one itself.
    const begun = new URL(page.url()).pathname.split('/').at(-1)!;
    expect(posts.map((url) => url.split('/').at(-2))).toEqual([session, begun]);
    expect(await said(page, session)).not.toContain('One thing more.');
  });
});

describe('a message on a bad line', () => {
  it('waits for its answer while the server still works at it', async () => {
    const session = await customerWrites(page, '966500006030', 'Dima', 'Anyone?');
    await open(session);
    const keys: string[] = [];
    await page.route(messagesOf(session), async (route) => {
      if (!isPost(route)) return route.continue();
      keys.push(route.request().headers()['idempotency-key']!);
      return keys.length === 1
        ? route.fulfill(refusal(409, 'IDEMPOTENCY_RUNNING', 'Under way', { 'retry-after': '1' }))
        : route.continue();
    });
    await reply(page).fill('Here I am.');
    await reply(page).press('Enter');
    await page.locator('article').filter({ hasText: 'Here I am.' }).locator('[data-tick="read"]').waitFor();
    expect(new Set(keys).size).toBe(1);
    expect((await said(page, session)).filter((text) => text === 'Here I am.')).toHaveLength(1);
  });

  it('goes again over the new line when the old one never answers', async () => {
    const line = await layLine(house.url);
    const mine = await signIn(house, { baseURL: line.url, expected: /ERR_|WebSocket|Failed to fetch/ });
    const session = await customerWrites(mine, '966500006040', 'Edda', 'Are you still there?');
    await open(session, mine);
    let held = 0;
    await mine.route(messagesOf(session), (route) => {
      if (!isPost(route) || held > 0) return route.continue();
      // No answer, ever.
      held += 1;
      return undefined;
    });
    await reply(mine).fill('Still here.');
    await reply(mine).press('Enter');
    await mine.locator('[data-outgoing="sending"]').waitFor();
    line.cut();
    await mine.getByText('No connection.').waitFor();
    line.mend();
    await mine.locator('article').filter({ hasText: 'Still here.' }).locator('[data-tick="read"]').waitFor();
    await mine.context().close();
    await line.close();
  });
});

describe('a message whose sign-in ended under way', () => {
  it('is sent once, though it goes again after its writer has signed in anew', async () => {
    const mine = await signIn(house, { expected: /status of 401|ERR_FAILED|WebSocket/ });
    const session = await customerWrites(mine, '966500006045', 'Hala', 'Do you ship to Jeddah?');
    await open(session, mine);
    let posts = 0;
    await mine.route(messagesOf(session), async (route) => {
      if (!isPost(route) || posts++ > 0) return route.continue();
      // The server has it, and the answer is lost on its way.
      await route.fetch();
      await sql(house, 'delete from sign_in where id = (select max(id) from sign_in)');
      return route.abort();
    });
    await reply(mine).fill('We do.');
    await reply(mine).press('Enter');
    await mine.locator('input[name="email"]').fill(ann.email);
    await mine.locator('input[name="password"]').fill(ann.password);
    await mine.locator('form button[type="submit"]').click();
    await mine.locator('article').filter({ hasText: 'We do.' }).locator('[data-tick="read"]').waitFor();
    await mine.locator('[data-outgoing]').waitFor({ state: 'detached' });
    expect((await said(mine, session)).filter((text) => text === 'We do.')).toHaveLength(1);
    expect(posts).toBeGreaterThan(1);
    await mine.context().close();
  });
});

describe('a message that was refused', () => {
  it('holds up nothing, and says so wherever its writer is', async () => {
    const session = await customerWrites(page, '966500006050', 'Farid', 'Two questions');
    const other = await customerWrites(page, '966500006051', 'Greta', 'Hello');
    await open(session);
    let end = (): void => {};
    await page.route(messagesOf(session), async (route) => {
      if (!isPost(route) || !route.request().postData()!.includes('First')) return route.continue();
      await new Promise<void>((done) => {
        end = done;
      });
      return route.fulfill(refusal(400, 'INVALID', 'Not like this'));
    });
    await reply(page).fill('First answer');
    await reply(page).press('Enter');
    await page.locator('[data-outgoing="sending"]').waitFor();
    await page.locator(`[data-session="${other}"]`).click();
    await page.locator(`#thread[data-shown="${other}"]`).waitFor();
    end();
    const notice = notices(page).filter({ hasText: 'Your message to Farid was not sent.' });
    await notice.waitFor();
    await page.locator(`[data-session="${session}"]`).getByText('Not sent').waitFor();
    await notice.getByRole('button', { name: 'Open it' }).click();
    await page.locator('[data-outgoing="failed"]').filter({ hasText: 'First answer' }).waitFor();
    await reply(page).fill('Second answer');
    await reply(page).press('Enter');
    await page
      .locator('article')
      .filter({ hasText: 'Second answer' })
      .locator('[data-tick="read"]')
      .waitFor();
    await page.getByText('Not like this').waitFor();
    await page.getByRole('button', { name: 'Copy details' }).waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.locator('[data-outgoing]').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.locator('[data-outgoing="failed"]').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.locator(`[data-session="${session}"]`).getByText('Not sent').waitFor({ state: 'detached' });
    expect(await said(page, session)).not.toContain('First answer');
  });

  it('tells who listens, in the conversation itself', async () => {
    const session = await customerWrites(page, '966500006060', 'Hana', 'Hello');
    await open(session);
    await refuse(page, session);
    await reply(page).fill('Hello Hana');
    await reply(page).press('Enter');
    await page
      .locator('[aria-live="assertive"]')
      .filter({ hasText: 'Your message to Hana was not sent.' })
      .waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Discard' }).click();
  });

  it('tells who listens also when it is the phone that it did not reach', async () => {
    const session = await customerWrites(page, '966500006101', 'Hind', 'Hello');
    await open(session);
    await reply(page).fill('Hello Hind');
    await reply(page).press('Enter');
    await page
      .locator('[aria-live="assertive"]')
      .filter({ hasText: 'Your message to Hind did not arrive.' })
      .waitFor({ state: 'attached' });
  });

  it('comes back to be written anew beside what is typed, with its quote', async () => {
    const session = await customerWrites(page, '966500006070', 'Ines', 'Which colour?');
    await open(session);
    await refuse(page, session);
    await page.locator('article').first().hover();
    await page.getByRole('button', { name: 'Reply to this message' }).first().click();
    await reply(page).fill('Gren');
    await reply(page).press('Enter');
    await page.locator('[data-outgoing="failed"]').waitFor();
    await reply(page).fill('And soon.');
    await page.getByRole('button', { name: 'Edit' }).click();
    await expect.poll(() => reply(page).inputValue()).toBe('Gren\n\nAnd soon.');
    await page.getByRole('button', { name: 'Cancel the reply' }).waitFor();
    await page.locator('[data-outgoing]').waitFor({ state: 'detached' });
    await page.unrouteAll();
    await reply(page).fill('Green, and soon.');
    await reply(page).press('Enter');
    const sent = page.locator('article').filter({ hasText: 'Green, and soon.' });
    await sent.filter({ hasText: 'Which colour?' }).locator('[data-tick]').waitFor();
  });

  it('is only discarded or tried again, where it was a template', async () => {
    const session = await customerWrites(page, '966500006080', 'Jana', 'Where is it?');
    await open(session);
    await refuse(page, session);
    await page.keyboard.press('t');
    await page.getByRole('button', { name: 'Order shipped' }).click();
    await page.getByRole('textbox', { name: 'order', exact: true }).fill('A-17');
    await page.getByRole('button', { name: 'Send the template' }).click();
    await page.locator('[data-outgoing="failed"]').waitFor();
    expect(await page.getByRole('button', { name: 'Edit' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.locator('[data-outgoing]').waitFor({ state: 'detached' });
  });
});

it('what was read counts as read, also for who has scrolled up; and one’s own answer comes into view', async () => {
  const session = await customerWrites(page, '966500006090', 'Karim', 'First of many');
  for (let i = 2; i <= 30; i += 1)
    await customerWrites(page, '966500006090', 'Karim', `Number ${i} of many, with a few words more`);
  await open(session);
  // It begins at the first unread one.
  const box = page.getByTestId('messages');
  await box.evaluate((one) => one.scrollTo(0, one.scrollHeight));
  await page.locator('article').filter({ hasText: 'Number 30 of many' }).waitFor();
  await page.waitForTimeout(300);
  await box.evaluate((one) => one.scrollTo(0, 0));
  await page.locator('article').filter({ hasText: 'First of many' }).waitFor();
  await reply(page).fill('All of it at once');
  await reply(page).press('Enter');
  const own = page.locator('article').filter({ hasText: 'All of it at once' });
  await own.locator('[data-tick="read"]').waitFor();
  await expect
    .poll(() =>
      own.evaluate((one) => one.getBoundingClientRect().bottom <= (innerHeight || 0) && one.isConnected),
    )
    .toBe(true);
  expect(await page.locator('[data-outgoing="stale"]').count()).toBe(0);
});

it('a note calls who is a colleague, and keeps the other words with the sign', async () => {
  const session = await customerWrites(page, '966500006100', 'Lina', 'It is broken');
  await open(session);
  await page.getByRole('tab', { name: 'Note' }).click();
  const note = page.getByRole('textbox', { name: 'Note' });
  await note.fill('Sold as @home. Please look, @ben. Or write to care@shop.example.');
  await note.press('Escape');
  await page.getByRole('button', { name: 'Add note' }).click();
  await page.getByRole('article', { name: /^Note/ }).filter({ hasText: 'Sold as @home' }).waitFor();
  await expect
    .poll(async () => {
      const { items } = await told<{ items: { direction: string; mentions?: string[] }[] }>(
        page,
        `${session}/messages`,
      );
      return items.find(({ direction }) => direction === 'N')?.mentions;
    })
    .toEqual(['ben']);
});
