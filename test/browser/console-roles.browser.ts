import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ann, ben, openConsole, staff, sue } from './console.ts';
import { openDesk } from './desk.ts';
import type { House } from './house.ts';

/** Every page with who may open it, as the console lists them: the module itself is for browsers. */
const listed = readFileSync(new URL('../../web/src/console/pages.ts', import.meta.url), 'utf8');
const pages = [...listed.matchAll(/^ {2}page\(\s*'([\w-]+)',\s*'([\w-]+)',\s*'(supervisor|admin)'/gm)].map(
  ([, group, id, right]) => ({ path: `${group}/${id}`, right }),
);

let house: House;
beforeAll(async () => {
  house = await openDesk();
  await staff(house);
});
afterAll(() => house?.close());

describe.each([
  ['an administrator', ann, ['supervisor', 'admin']],
  ['a supervisor', sue, ['supervisor']],
  ['an agent', ben, []],
])('%s', (_name, who, rights) => {
  it('opens what is for them, and is told of the rest whose it is; the server refuses nothing that a page asks', async () => {
    expect(pages.length).toBe(listed.match(/^ {2}page\(/gm)!.length);
    const mine = pages.filter(({ right }) => rights.includes(right!));
    const page = await openConsole(house, `${(mine[0] ?? pages[0]!).path}`, { who });
    const offered = page.getByRole('navigation', { name: 'Administration' }).getByRole('link');
    const to = await offered.evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(to.map((href) => href!.replace('/console/', '')).sort()).toEqual(
      mine.map(({ path }) => path).sort(),
    );
    for (const { path, right } of pages) {
      await page.goto(`/console/${path}`);
      const missing = page.getByText(
        right === 'admin'
          ? 'This page is for administrators'
          : 'This page is for supervisors and administrators',
      );
      if (rights.includes(right!)) {
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await page.waitForLoadState('networkidle');
        expect(await missing.count(), path).toBe(0);
      } else await missing.waitFor();
    }
    expect(await house.tidy()).toEqual([]);
  });
});
