import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { picture } from './console.ts';
import { customerWrites, fitsAcross, openDesk, prefer, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let session: string;
let other: string;
beforeAll(async () => {
  house = await openDesk();
  const page = await signIn(house);
  session = await customerWrites(page, '966500009200', 'Nora', 'Is the oak desk still in stock?');
  other = await customerWrites(page, '966500009201', 'Omar', 'And the lamp?');
  await house.tidy();
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

/** What a browser says of a screen that breaks. */
const breaks = /TypeError|Cannot read|error occurred|net::ERR_FAILED/;
const sorry = 'This part of the screen does not work';

/** An answer of the server in which something lacks that no screen can do without. */
const lacking = (change: (answer: never) => void) => async (route: Route) => {
  const response = await route.fetch();
  const json = await response.json();
  change(json as never);
  // Who asked may have gone on meanwhile.
  await route.fulfill({ response, json }).catch(() => {});
};

const open = async (path: string, options = {}): Promise<Page> => {
  const page = await signIn(house, { expected: breaks, ...options });
  await page.goto(path);
  return page;
};

describe('a part of the screen that breaks', () => {
  it('says so in the thread alone, and the answer that was begun goes on', async () => {
    const page = await open(`/inbox/${other}`);
    await page.locator('article').waitFor();
    const messages = `**/inbox/sessions/${session}/messages?**`;
    await page.route(
      messages,
      lacking(({ items }: { items: { content: unknown }[] }) => {
        for (const one of items) one.content = null;
      }),
    );
    await page.locator(`[data-session="${session}"]`).click();
    const alert = page.getByRole('alert').filter({ hasText: sorry });
    await alert.waitFor();
    await reply(page).fill('I will look for it');
    const again = alert.getByRole('button', { name: 'Try again' });
    await again.click();
    await expect.poll(() => again.getAttribute('data-loading')).toBe(null);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await alert.getByRole('button', { name: 'Copy details for a report' }).click();
    await alert.getByRole('button', { name: 'Copied' }).waitFor();
    const report = await page.evaluate(() => navigator.clipboard.readText());
    expect(report).toMatch(/TypeError[\s\S]*at [\s\S]*\/inbox\//);
    expect(report).not.toContain('oak desk');
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'inbox-broken-thread');
    // The rest goes on, and so does this part, once what broke it is mended.
    await page.locator(`[data-session="${other}"]`).click();
    await page.locator('article').filter({ hasText: 'And the lamp?' }).waitFor();
    await page.locator(`[data-session="${session}"]`).click();
    await alert.waitFor();
    await page.unroute(messages);
    await again.click();
    await page.locator('article').filter({ hasText: 'oak desk' }).waitFor();
    expect(await reply(page).inputValue()).toBe('I will look for it');
    await page.context().close();
  });

  it('says so in the list alone, and a conversation can be answered', async () => {
    const page = await signIn(house, { expected: breaks });
    await page.route(
      '**/inbox/sessions?**',
      lacking(({ items }: { items: { id: string; contact: unknown }[] }) => {
        items.find(({ id }) => id === other)!.contact = null;
      }),
    );
    // The first answer comes along with the page.
    await page.goto(`/inbox/${session}?view=all&state=any`);
    const alert = page.getByRole('alert').filter({ hasText: sorry });
    await alert.waitFor();
    await page.locator('article').filter({ hasText: 'oak desk' }).waitFor();
    await reply(page).fill('It is.');
    const again = alert.getByRole('button', { name: 'Try again' });
    await again.click();
    await expect.poll(() => again.getAttribute('data-loading')).toBe('true');
    await expect.poll(() => again.getAttribute('data-loading')).toBe(null);
    await page.unroute('**/inbox/sessions?**');
    await again.click();
    await page.locator(`[data-session="${other}"]`).waitFor();
    expect(await reply(page).inputValue()).toBe('It is.');
    await page.context().close();
  });

  it('says so beside the conversation, where it is about the customer', async () => {
    const page = await signIn(house, { expected: breaks });
    await page.route(
      '**/inbox/contacts/*',
      lacking((person: { profile: unknown }) => {
        person.profile = null;
      }),
    );
    await page.goto(`/inbox/${session}`);
    const pane = page.getByRole('complementary', { name: 'About the customer' });
    await pane.getByText(sorry).waitFor();
    await page.locator('article').filter({ hasText: 'oak desk' }).waitFor();
    await page.unroute('**/inbox/contacts/*');
    await pane.getByRole('button', { name: 'Try again' }).click();
    await pane.getByRole('heading', { name: 'Nora' }).waitFor();
    await page.context().close();
  });

  it('says so on a page of the console, whose others can be opened', async () => {
    const page = await signIn(house, { expected: breaks });
    const tags = '**/api/v1/tags?**';
    await page.route(
      tags,
      lacking((all: { items: unknown[] }) => {
        all.items = [null];
      }),
    );
    await page.goto('/console/set-up/tags');
    await page.getByText(sorry).waitFor();
    await page.getByRole('link', { name: 'Teams' }).click();
    await page.getByRole('heading', { name: 'Teams', level: 1 }).waitFor();
    expect(await page.getByText(sorry).count()).toBe(0);
    await page.getByRole('link', { name: 'Tags' }).click();
    await page.getByText(sorry).waitFor();
    await page.unroute(tags);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Tags', level: 1 }).waitFor();
    await page.context().close();
  });

  it('loads the page anew where its code did not come', async () => {
    const page = await signIn(house, { expected: breaks });
    const code = /settings-[^/]*\.js$/;
    await page.route(code, (route) => route.abort());
    await page.goto('/settings');
    await page.getByText(sorry).waitFor();
    await page.unroute(code);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.context().close();
  });

  it('is the whole of it where the texts do not come: it says so, and goes on once they do', async () => {
    const page = await signIn(house, { expected: breaks });
    const texts = /\/en-[^/]*\.js$/;
    await page.route(texts, (route) => route.abort());
    await page.goto('/inbox', { waitUntil: 'commit' });
    await page.getByRole('alert').getByText('Parley could not be loaded.').waitFor();
    await page.unroute(texts);
    await page.locator(`[data-session="${other}"]`).waitFor();
    await page.context().close();
  });

  it('fits a narrow screen in Arabic, and leads back to the list', async () => {
    const page = await signIn(house, { expected: breaks, viewport: { width: 360, height: 740 } });
    await prefer(page, { language: 'ar' });
    await page.route(
      `**/inbox/sessions/${session}`,
      lacking((detail: { contact: unknown }) => {
        detail.contact = null;
      }),
    );
    await page.goto(`/inbox/${session}`);
    await page.getByRole('alert').waitFor();
    expect(await barriers(page)).toEqual([]);
    await fitsAcross(page);
    await picture(page, 'inbox-broken-ar-phone');
    await page.getByRole('button', { name: 'العودة إلى القائمة' }).click();
    await page.locator(`[data-session="${other}"]`).waitFor();
    await page.context().close();
  });
});
