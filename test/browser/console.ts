import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { barriers, settled } from './accessible.ts';
import { ann, ben, fitsAcross, prefer, signIn } from './desk.ts';
import type { House, PageOptions } from './house.ts';

/** Ann's colleague, who sees all conversations and sets nothing up. */
export const sue = { email: 'sue@shop.example', password: 'correct horse battery' };
/** A second administrator. */
export const eve = { email: 'eve@shop.example', password: 'correct horse battery' };
export { ann, ben };

/** Beside Ann, who sets everything up: Eve, who may, too; Sue, who supervises; Ben, who answers. */
export async function staff(house: House): Promise<void> {
  await house.call('/api/v1/apply', {
    agents: [
      { code: 'ben', name: 'Ben Adler', email: ben.email },
      { code: 'sue', name: 'Sue Park', email: sue.email, role: 'supervisor' },
      { code: 'eve', name: 'Eve Moreau', email: eve.email, role: 'admin' },
    ],
  });
  for (const { email, password } of [ben, sue, eve]) {
    const link = `/api/v1/agents/${email.split('@')[0]}/link`;
    const { token } = await house.call<{ token: string }>(link, {});
    await house.call('/api/v1/sign-in/password', { token, password, as: 'token' });
  }
}

/** Refusals that a story is about stand in the console of the browser, too. */
export const refusals = /status of 4\d\d|net::ERR_|WebSocket/;

/** Somebody opens a page of the console at a machine of their own: Ann, in English, when nothing else is said. */
export async function openConsole(
  house: House,
  path: string,
  { who = ann, preferences, ...options }: PageOptions & { who?: typeof ann; preferences?: object } = {},
): Promise<Page> {
  const page = await signIn(house, { who, ...options });
  await prefer(page, { language: 'en', theme: 'light', ...preferences });
  await page.goto(`/console/${path}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  return page;
}

/** A field of a form, by what it is called in the form itself. */
export const field = (page: Page, name: string): Locator => page.locator(`#field-${name}`);

/** The notice that something is saved. */
export const saved = (page: Page) =>
  page.getByRole('status').getByText('Saved', { exact: true }).first().waitFor();

/**
 * Looks at a page as it stands, in all that it must work in: light and English, dark and Arabic, and as narrow as a
 * telephone. axe finds nothing, and nothing is wider than the page. With a folder in `PICTURES` each is taken.
 */
export async function everybodyCanUse(
  page: Page,
  name: string,
  ready: () => Promise<unknown>,
): Promise<void> {
  for (const [how, size, preferences] of looks) {
    await page.setViewportSize(size);
    await prefer(page, preferences);
    await page.reload();
    await ready();
    expect(await barriers(page), `${name}, ${how}`).toEqual([]);
    await fitsAcross(page);
    await picture(page, `console-${name}-${how}`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await prefer(page, { language: 'en', theme: 'light' });
  await page.reload();
  await ready();
}

const looks = [
  ['light', { width: 1440, height: 900 }, { language: 'en', theme: 'light' }],
  ['ar-dark', { width: 1280, height: 800 }, { language: 'ar', theme: 'dark' }],
  ['phone', { width: 390, height: 780 }, { language: 'en', theme: 'light' }],
  ['ar-small', { width: 320, height: 640 }, { language: 'ar', theme: 'light' }],
] as const;

/** Takes a picture to be looked at, when a folder in `PICTURES` asks for it. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.PICTURES;
  if (!folder || folder === '1') return;
  await settled(page);
  await page.screenshot({ path: `${folder}/${name}.png` });
}
