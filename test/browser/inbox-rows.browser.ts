import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { customerWrites, furnish, keepUndos, notices, openDesk, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let page: Page;
/** Conversations as the list has them, the latest on top. */
let ids: string[];
let names: string[];
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  await house.call('/api/v1/apply', { tags: [{ name: 'Gold' }, { name: 'Late' }] });
  page = await signIn(house);
  await keepUndos(page);
  for (const [i, name] of ['Sami', 'Rosa', 'Quentin', 'Pia', 'Omar'].entries())
    await customerWrites(page, `96650001${i}421`, name, `I am ${name}`);
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));
/** What was done with a conversation may have changed where it stands. */
beforeEach(async () => {
  await page.goto('/inbox');
  await expect.poll(() => page.locator('[data-session]').count()).toBe(5);
  const rows = await page
    .locator('[data-session]')
    .evaluateAll((all) =>
      all
        .sort((a, b) => Number(a.getAttribute('data-row')) - Number(b.getAttribute('data-row')))
        .map(
          (one) =>
            [one.getAttribute('data-session')!, one.querySelector('[dir="auto"]')!.textContent!] as const,
        ),
    );
  ids = rows.map(([id]) => id);
  names = rows.map(([, name]) => name);
  await openFirst();
});

async function openFirst(): Promise<void> {
  await page.goto(`/inbox/${ids[0]}`);
  await Promise.all([row(0).waitFor(), page.locator('article').first().waitFor(), shown(0)]);
}

const row = (at: number) => page.locator(`[data-session="${ids[at]}"]`);
const focused = (what: Locator) => what.and(page.locator(':focus')).waitFor();
const shown = (at: number) => page.locator(`#thread[data-shown="${ids[at]}"]`).waitFor();
const said = (text: string | RegExp) => notices(page).getByText(text).waitFor();
const bar = () => page.getByRole('toolbar', { name: 'With the selected ones' });
const unread = (at: number) => row(at).locator('[data-unread]');
/** To a row below the open conversation, by the arrows. */
async function goTo(at: number): Promise<void> {
  await row(0).focus();
  for (let n = 0; n < at; n++) await page.keyboard.press('ArrowDown');
  await focused(row(at));
}
async function undo(): Promise<void> {
  await page.keyboard.press('z');
  await notices(page).waitFor({ state: 'detached' });
}

describe('with the row that the keyboard is on, while another conversation is open,', () => {
  it('U marks it as unread, and Z takes that back', async () => {
    await page.keyboard.press('u');
    await said(`Marked as unread: ${names[0]}`);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await goTo(1);
    await page.keyboard.press('Enter');
    await shown(1);
    await unread(1).waitFor({ state: 'detached' });
    await openFirst();
    await goTo(1);
    await page.keyboard.press('u');
    await said(`Marked as unread: ${names[1]}`);
    await unread(1).waitFor();
    await undo();
    await unread(1).waitFor({ state: 'detached' });
    await shown(0);
  });

  it('E resolves it, and the next row has the focus', async () => {
    await goTo(1);
    for (const [keys, at] of [
      ['e', 1],
      ['Shift+E', 2],
    ] as const) {
      await page.keyboard.press(keys);
      await said(`Resolved: ${names[at]}`);
      await row(at).waitFor({ state: 'detached' });
      await focused(row(at + 1));
    }
    await shown(0);
    for (const at of [2, 1]) {
      await page.keyboard.press('z');
      await row(at).waitFor();
    }
  });

  it('S, A, L and the full stop open what they open for it, and Esc leads back to it', async () => {
    await goTo(2);
    for (const [key, what] of [
      ['s', page.getByRole('menu', { name: 'Snooze' })],
      ['a', page.getByRole('combobox', { name: 'Find an agent, a team or a queue' })],
      ['l', page.getByRole('menuitem', { name: 'Gold' })],
      ['.', page.getByRole('menuitem', { name: 'Mark as unread' })],
    ] as const) {
      await page.keyboard.press(key);
      await what.waitFor();
      await bar().getByText('1 selected').waitFor();
      expect(await barriers(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await bar().waitFor({ state: 'detached' });
      await focused(row(2));
      await shown(0);
    }
    await page.keyboard.press('s');
    await page.getByRole('menuitem', { name: 'Choose a time…' }).click();
    await page.getByRole('dialog', { name: 'Snooze until' }).waitFor();
    await page.keyboard.press('Escape');
    await bar().waitFor({ state: 'detached' });
    await row(2).focus();
    await page.keyboard.press('s');
    await page.getByRole('menuitem', { name: 'In an hour' }).click();
    await said(/^Snoozed until/);
    await focused(row(3));
    await undo();
    await row(2).waitFor();
  });

  it('M takes it, L tags its customer', async () => {
    await goTo(3);
    await page.keyboard.press('m');
    await said('Assigned to you');
    await undo();
    await page.keyboard.press('l');
    await page.getByRole('menuitem', { name: 'Late' }).click();
    await said('1 customer tagged: Late');
    await row(3).getByText('Late').waitFor();
    await undo();
    await row(3).getByText('Late').waitFor({ state: 'detached' });
    await shown(0);
  });

  it('a tag that is taken back leaves the one that came since', async () => {
    for (const tag of ['Gold', 'Late']) {
      await goTo(4);
      await page.keyboard.press('l');
      await page.getByRole('menuitem', { name: tag }).click();
      await said(`1 customer tagged: ${tag}`);
      await row(4).getByText(tag).waitFor();
    }
    const first = notices(page).getByRole('status').filter({ hasText: 'Gold' });
    await first.getByRole('button', { name: 'Undo' }).click();
    await row(4).getByText('Gold').waitFor({ state: 'detached' });
    await row(4).getByText('Late').waitFor();
    await page.keyboard.press('z');
    await row(4).getByText('Late').waitFor({ state: 'detached' });
  });

  it('R, N and T open it, where one writes', async () => {
    for (const [key, at, place] of [
      ['r', 1, reply(page)],
      ['n', 2, page.getByRole('textbox', { name: 'Note' })],
      ['t', 3, page.getByRole('searchbox', { name: 'Find a template' })],
    ] as const) {
      await openFirst();
      await goTo(at);
      await page.keyboard.press(key);
      await shown(at);
      await focused(place);
    }
  });

  it('J goes on from it, and takes the focus along', async () => {
    await goTo(2);
    await page.keyboard.press('j');
    await shown(3);
    await focused(row(3));
    await page.keyboard.press('k');
    await shown(2);
    await focused(row(2));
    await page.keyboard.press('e');
    await said(`Resolved: ${names[2]}`);
    await row(2).waitFor({ state: 'detached' });
    // The conversation is still there, and the next key means it.
    await focused(page.locator('#thread'));
    await undo();
    await row(2).waitFor();
  });
});

describe('rows that are selected', () => {
  const select = async () => {
    await goTo(1);
    await page.keyboard.press('x');
    for (let n = 0; n < 2; n++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+X');
    await bar().getByText('3 selected').waitFor();
  };

  it('are marked as unread by U and by the bar, and as they were by Z', async () => {
    await select();
    await page.keyboard.press('.');
    await page.getByRole('menuitem', { name: 'Mark as read' }).click();
    for (const at of [1, 2, 3]) await unread(at).waitFor({ state: 'detached' });
    await select();
    await page.keyboard.press('u');
    await said('3 conversations marked as unread');
    for (const at of [1, 2, 3]) await unread(at).waitFor();
    await page.keyboard.press('z');
    for (const at of [1, 2, 3]) await unread(at).waitFor({ state: 'detached' });
    await select();
    await bar().getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Mark as unread' }).click();
    await said('3 conversations marked as unread');
  });

  it('are tagged together, and the tag is taken away where all have it', async () => {
    await select();
    await page.keyboard.press('l');
    await page.getByRole('menuitem', { name: 'Gold' }).click();
    await said('3 customers tagged: Gold');
    await row(2).getByText('Gold').waitFor();
    await page.getByRole('button', { name: 'Clear selection' }).click();
    await select();
    await page.keyboard.press('l');
    await page.getByRole('menuitem', { name: 'Gold' }).click();
    await said('Tag taken away from 3 customers: Gold');
    await row(2).getByText('Gold').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Clear selection' }).click();
  });

  it('are resolved by Shift+E, which goes on to one that is left', async () => {
    await select();
    await row(0).click({ modifiers: ['Control'] });
    await bar().getByText('4 selected').waitFor();
    await page.keyboard.press('Shift+E');
    await said('4 conversations resolved');
    await shown(4);
    await undo();
    await row(1).waitFor();
  });
});
