import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type House, openHouse, type PageOptions } from './house.ts';

/** Who answers in these stories. */
export const ann = { email: 'ann@shop.example', password: 'correct horse battery' };

/** A house whose first administrator is Ann. */
export const openDesk = (env: Record<string, string> = {}) =>
  openHouse({ PARLEY_ADMIN_EMAIL: ann.email, PARLEY_ADMIN_PASSWORD: ann.password, ...env });

/** Her colleague. */
export const ben = { email: 'ben@shop.example', password: 'correct horse battery' };

/** What a shop has set up: Ben, a team, a template with variables, a canned answer. */
export async function furnish(house: House): Promise<void> {
  await house.call('/api/v1/apply', {
    teams: [{ code: 'returns', name: 'Returns' }],
    agents: [{ code: 'ben', name: 'Ben Adler', email: ben.email, teams: ['returns'] }],
    cannedAnswers: [
      { code: 'hours', title: 'Opening hours', text: 'Dear {{contact.name}}, we are open from nine to six.' },
    ],
    templates: [
      {
        code: 'order_shipped',
        name: 'Order shipped',
        variants: [
          {
            lang: 'en',
            body: 'Hello {{contact.name}}, order {{data.order}} is on its way.',
            footer: 'The shop',
          },
        ],
        approvals: [{ channel: 'dummy:sandbox', status: 'APPROVED' }],
      },
    ],
  });
  const { token } = await house.call<{ token: string }>('/api/v1/agents/ben/link', {});
  await house.call('/api/v1/sign-in/password', { token, password: ben.password, as: 'token' });
}

/** Signs somebody in, Ann when nobody is named, as at a machine of one's own. */
export async function signIn(
  house: House,
  { who = ann, ...options }: PageOptions & { who?: typeof ann } = {},
): Promise<Page> {
  const page = await house.page({ viewport: { width: 1440, height: 900 }, ...options });
  await page.goto('/');
  // In whichever language their browser asks for.
  await page.locator('input[name="email"]').fill(who.email);
  await page.locator('input[name="password"]').fill(who.password);
  await page.locator('form button[type="submit"]').click();
  await page.locator('#list').waitFor();
  return page;
}

/** A furnished desk with Ann at it, and a customer who has written to her. */
export async function deskWithNadia(): Promise<{ house: House; page: Page; session: string }> {
  const house = await openDesk();
  await furnish(house);
  const page = await signIn(house);
  return { house, page, session: await customerWrites(page, '966500002000', 'Nadia', 'Good morning') };
}

/** Opens a conversation, with what was said in it. */
export async function openIn(page: Page, session: string): Promise<void> {
  await page.goto(`/inbox/${session}`);
  await page.locator('article').first().waitFor();
}

/** Where an answer is written. */
export const reply = (page: Page): Locator => page.getByRole('textbox', { name: 'Reply', exact: true });

/** What was just done, and what went wrong. */
export const notices = (page: Page): Locator => page.locator('[data-region="notices"]');

/** What can be taken back stays so for as long as the page is there, however slow the machine is. */
export const keepUndos = (page: Page) =>
  page.addInitScript(() => {
    const { setTimeout: later } = window;
    const undoMs = 8000;
    window.setTimeout = ((run: () => void, ms?: number, ...rest: []) =>
      later(run, ms === undoMs ? 600_000 : ms, ...rest)) as typeof setTimeout;
  });

/** What no screen and no API does: at the database itself. */
export async function sql(house: House, text: string, values: unknown[] = []): Promise<void> {
  const client = await house.database.db.connect();
  try {
    await client.query('set statement_timeout = 0');
    await client.query(text, values);
  } finally {
    await client.end();
  }
}

/** A customer writes, over the sandbox: the text, as that number; the last digits say how answers fare. */
export async function customerWrites(page: Page, csid: string, name: string, text: string): Promise<string> {
  const path = `/api/v1/inbox/simulator/dummy:sandbox/phones/${csid}/messages`;
  const answer = await page.request.post(path, {
    headers: { 'x-parley-client': 'inbox' },
    data: { name, type: 'text', text },
  });
  expect(answer.status(), await answer.text()).toBeLessThan(300);
  return ((await answer.json()) as { sessionId: string }).sessionId;
}

/** Chooses how this person wants the inbox, before the page begins. */
export async function prefer(page: Page, preferences: Record<string, unknown>): Promise<void> {
  const answer = await page.request.put('/api/v1/me/preferences', {
    headers: { 'x-parley-client': 'inbox' },
    data: preferences,
  });
  expect(answer.status()).toBe(200);
  await page.evaluate((all) => localStorage.setItem('parley.preferences', JSON.stringify(all)), preferences);
}

/** Nothing on the page is wider than the page. */
export async function fitsAcross(page: Page): Promise<void> {
  const [wide, has] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect(wide).toBeLessThanOrEqual(has!);
}
