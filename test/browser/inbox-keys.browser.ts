import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { customerWrites, fitsAcross, furnish, openDesk, prefer, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let page: Page;
/** Conversations as the list has them, the latest on top. */
let ids: string[];
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  page = await signIn(house);
  ids = [];
  for (const [i, name] of ['Sami', 'Rosa', 'Quentin', 'Pia', 'Omar'].entries())
    ids.unshift(await customerWrites(page, `96650000940${i}`, name, `I am ${name}`));
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const focused = (what: Locator) => what.and(page.locator(':focus')).waitFor();
const row = (id: string) => page.locator(`[data-session="${id}"]`);
const open = async (id = ids[0]!) => {
  await page.goto(`/inbox/${id}`);
  await Promise.all([row(id).waitFor(), page.locator('article').first().waitFor()]);
};

describe('what one opens by key in the composer has the focus, and the field has it again afterwards:', () => {
  it('a template, sent or not', async () => {
    await open();
    await page.keyboard.press('t');
    await focused(page.getByRole('searchbox', { name: 'Find a template' }));
    await page.keyboard.press('Escape');
    await focused(reply(page));
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await page.keyboard.type('shipped');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await focused(page.getByRole('textbox', { name: 'order', exact: true }));
    await page.keyboard.type('A-18');
    await page.getByRole('button', { name: 'Send the template', disabled: false }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('article').filter({ hasText: 'order A-18 is on its way' }).waitFor();
    await focused(reply(page));
  });

  it('an emoji, from the field or from a sign', async () => {
    await open();
    for (const keys of [[], ['Tab']]) {
      await page.getByRole('button', { name: 'Emoji' }).click();
      await focused(page.getByRole('searchbox', { name: 'Find an emoji' }));
      for (const key of keys) await page.keyboard.press(key);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog', { name: 'Emoji' }).waitFor({ state: 'detached' });
      await focused(reply(page));
      expect(page.url()).toContain(ids[0]);
    }
  });

  it('a voice message that is thrown away', async () => {
    await open();
    for (const end of ['Escape', 'Discard']) {
      await page.getByRole('button', { name: 'Voice message' }).click();
      await focused(page.getByRole('button', { name: 'Done' }));
      if (end === 'Escape') await page.keyboard.press(end);
      else await page.getByRole('button', { name: end }).click();
      await focused(reply(page));
      expect(page.url()).toContain(ids[0]);
    }
  });

  it('the search in the conversation, which leaves the second Ctrl+F to the browser', async () => {
    await open();
    await reply(page).focus();
    const search = page.getByRole('searchbox', { name: 'Search in this conversation' });
    await page.evaluate(() => {
      const taken: boolean[] = [];
      Object.assign(window, { taken });
      addEventListener('keydown', (event) => {
        if (event.code === 'KeyF') taken.push(event.defaultPrevented);
      });
    });
    await page.keyboard.press('Control+f');
    await focused(search);
    await page.keyboard.press('Control+f');
    expect(await page.evaluate(() => (window as unknown as { taken: boolean[] }).taken)).toEqual([
      true,
      false,
    ]);
    await page.keyboard.press('Escape');
    await focused(reply(page));
  });
});

it('a key that is held down does once what it does', async () => {
  await open();
  await page.keyboard.down('Shift');
  for (let n = 0; n < 4; n++) await page.keyboard.down('e');
  await page.keyboard.up('e');
  await page.keyboard.up('Shift');
  await page.getByText('Resolved: Omar').waitFor();
  await row(ids[0]!).waitFor({ state: 'detached' });
  expect(await page.getByText(/^Resolved: /).count()).toBe(1);
  await page.keyboard.press('z');
  await row(ids[0]!).waitFor();
});

it('J goes on where the conversation stood that was resolved', async () => {
  await open(ids[2]);
  await page.keyboard.press('e');
  await row(ids[2]!).waitFor({ state: 'detached' });
  await page.keyboard.press('j');
  await expect.poll(() => ids.findIndex((id) => page.url().includes(id))).toBe(3);
  await page.getByText('Resolved: Quentin').waitFor();
  await page.keyboard.press('z');
  await row(ids[2]!).waitFor();
});

describe('rows that are selected', () => {
  const toolbar = () => page.getByRole('toolbar', { name: 'With the selected ones' });

  it('are those from the one that was selected last, and are assigned together', async () => {
    await open(ids[1]);
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Shift+X');
    await toolbar().getByText('3 selected').waitFor();
    await page.keyboard.press('Shift+X');
    await toolbar().getByText('3 selected').waitFor();
    await page.keyboard.press('a');
    await page.getByRole('combobox', { name: 'Find an agent, a team or a queue' }).fill('ben');
    await page.keyboard.press('Enter');
    await page.getByText('3 conversations assigned').waitFor();
    await page.keyboard.press('z');
  });

  it('are done with by key also where no conversation is open', async () => {
    await page.goto('/inbox');
    for (const id of ids.slice(3)) await row(id).click({ modifiers: ['Control'] });
    await page.keyboard.press('s');
    await page.getByRole('menu', { name: 'Snooze' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('e');
    await page.getByText('2 conversations resolved').waitFor();
    await page.keyboard.press('z');
    for (const id of ids) await row(id).waitFor();
  });

  it('are let go with the list that they are in', async () => {
    await page.goto('/inbox');
    await row(ids[0]!).click({ modifiers: ['Control'] });
    await toolbar().waitFor();
    await page.getByRole('navigation', { name: 'Lists' }).getByRole('button', { name: 'Resolved' }).click();
    await toolbar().waitFor({ state: 'detached' });
  });
});

describe('F6', () => {
  const region = () =>
    page.evaluate(
      () => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset.region ?? 'none',
    );

  it('goes through all parts of the screen, forwards and back, also out of a field', async () => {
    await open();
    await row(ids[0]!).focus();
    for (const name of ['thread', 'composer', 'contact', 'rail']) {
      await page.keyboard.press('F6');
      expect(await region()).toBe(name);
    }
    for (const name of ['contact', 'composer']) {
      await page.keyboard.press('Shift+F6');
      expect(await region()).toBe(name);
    }
    await focused(reply(page));
    await page.keyboard.press('Shift+F6');
    expect(await region()).toBe('thread');
  });
});

describe('keys of one’s own', () => {
  it('can be chosen for what is done with a conversation, also before one is open', async () => {
    await page.goto('/settings/keys');
    await page.getByRole('button', { name: 'Change the key of: Snooze' }).click();
    await page.keyboard.press('w');
    await page.getByRole('button', { name: 'Change the key of: Snooze' }).getByText('W').waitFor();
    await open();
    await page.getByRole('button', { name: 'Snooze', exact: true }).hover();
    await page.getByRole('tooltip').getByText('W', { exact: true }).waitFor();
    await page.keyboard.press('w');
    await page.getByRole('menu', { name: 'Snooze' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('may be none that are single signs: Esc and the arrows are no signs', async () => {
    await prefer(page, { singleKeys: false });
    await open();
    await page.keyboard.press('e');
    await page.keyboard.press('ArrowDown');
    await page.waitForURL(`**/inbox/${ids[1]}`);
    await page.keyboard.press('Escape');
    await page.waitForURL(/\/inbox$/);
    expect(await row(ids[0]!).count()).toBe(1);
    await prefer(page, {});
  });
});

it('the arrows on “Reply” and “Note” take the focus along', async () => {
  await open();
  await page.getByRole('tab', { name: 'Reply' }).focus();
  await page.keyboard.press('ArrowRight');
  await focused(page.getByRole('tab', { name: 'Note', selected: true }));
  await page.keyboard.press('ArrowRight');
  await focused(page.getByRole('tab', { name: 'Reply', selected: true }));
});

it('under a finger everything is large enough, and a message is answered from its menu', async () => {
  const phone = await signIn(house, {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  await phone.goto(`/inbox/${ids[0]}`);
  await phone.locator('article').first().waitFor();
  const small = await phone.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('#thread button')]
      .filter((one) => one.offsetParent && !one.closest('article'))
      .map((one) => [one.getAttribute('aria-label') ?? one.textContent, one.getBoundingClientRect()] as const)
      .filter(([, { width, height }]) => Math.min(width, height) < 44)
      .map(([name, { width, height }]) => `${name}: ${width} × ${height}`),
  );
  expect(small).toEqual([]);
  for (const width of [360, 320]) {
    await phone.setViewportSize({ width, height: 740 });
    await fitsAcross(phone);
  }
  await phone.getByRole('button', { name: 'More about this message' }).last().tap();
  await phone.getByRole('menuitem', { name: 'Reply to this message' }).tap();
  await phone.getByRole('button', { name: 'Cancel the reply' }).waitFor();
  await reply(phone).and(phone.locator(':focus')).waitFor();
  await phone.context().close();
});
