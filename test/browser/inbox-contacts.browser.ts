import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startWhatsAppCloud } from '../fakes/whatsapp-cloud.ts';
import { barriers } from './accessible.ts';
import { picture } from './console.ts';
import { ben, customerWrites, fitsAcross, furnish, openDesk, prefer, reply, signIn } from './desk.ts';
import type { House } from './house.ts';
import { refusal } from './refusal.ts';

let house: House;
let page: Page;
const sessions: Record<string, string> = {};
const ids: Record<string, string> = {};
let vip = 0;

async function told(csid: string, name: string, more: object = {}): Promise<void> {
  const { email, ...rest } = more as { email?: string };
  const businessProfile = { name, ...(email && { email }) };
  const put = await house.call<{ items: { contact: { id: string } }[] }>('/api/v1/contacts', {
    contacts: [{ channelId: 'dummy:sandbox', csid, businessProfile, ...rest }],
  });
  ids[name] = put.items[0]!.contact.id;
}
const owned = (name: string, agent: string) =>
  house.call(`/api/v1/contacts/${encodeURIComponent(ids[name]!)}/owner`, { agent }, 'PUT');

beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  await house.call('/api/v1/apply', {
    tags: [{ name: 'VIP', colour: '#0b6e58' }, { name: 'Refund' }],
    customFields: [{ key: 'city', name: 'City' }],
  });
  const tags = await house.call<{ items: { id: number; name: string }[] }>('/api/v1/tags');
  vip = tags.items.find(({ name }) => name === 'VIP')!.id;
  page = await signIn(house, { expected: /status of (400|404|503)|ERR_/ });
  await told('966512340001', 'منى الأحمد', { tags: [vip], email: 'mona@shop.example' });
  await told('966512340002', 'Ravi Kumar');
  await told('966512340003', 'Zed');
  for (const [csid, name] of [
    ['966500009301', 'Nora'],
    ['966500009302', 'Omar'],
  ] as const) {
    sessions[name] = await customerWrites(page, csid, name, `Hello from ${name}`);
    ids[name] = `dummy${csid}_sandbox`;
  }
  await owned('Ravi Kumar', 'ben');
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

const list = (of = page) => of.locator('main');
const rows = (of = page) => of.locator('[data-contact]');
const namesOf = async (of = page) =>
  (await rows(of).locator('[dir="auto"].one-line').allTextContents()).filter((name) => !/Ben/.test(name));
const row = (name: string, of = page) => rows(of).filter({ hasText: name });
const find = (of = page) => of.getByRole('searchbox', { name: /^Search the contacts/ });
const profile = (of = page) => of.locator('[data-region="contact"]');
const show = async (path = '/contacts', of = page) => {
  await of.goto(path);
  await rows(of).first().waitFor();
};
const everybody = ['Omar', 'Nora', 'Zed', 'Ravi Kumar', 'منى الأحمد'];

describe('the page of contacts', () => {
  it('is reached by G then C, by the rail and by the palette, and named by the help', async () => {
    await page.goto('/inbox');
    await page.locator('[data-session]').first().waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('heading', { name: 'Contacts' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/contacts');
    await expect.poll(() => page.title()).toMatch(/Contacts$/);
    await page.goto('/inbox');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Contacts' }).click();
    await rows().first().waitFor();
    await page.goto('/settings');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill('go to the contacts');
    await page.keyboard.press('Enter');
    await rows().first().waitFor();
    await page.keyboard.press('Shift+Slash');
    await page.getByRole('dialog').getByText('Go to the contacts').waitFor();
    await page.getByRole('dialog').getByText('Next contact').waitFor();
    await page.keyboard.press('Escape');
  });

  it('lists everybody, who came last first, with what one wants to know', async () => {
    await show();
    expect(await namesOf()).toEqual(everybody);
    await list().getByRole('status').getByText('5 contacts').waitFor();
    const mona = row('منى');
    await mona.getByText('VIP').waitFor();
    await mona.getByText('mona@shop.example').waitFor();
    await row('Ravi').getByText('Ben Adler').waitFor();
    await row('Nora').locator('time').waitFor();
    expect(await row('Zed').locator('time').count()).toBe(0);
  });

  it.each(['مني الاحمد', 'mona@shop', '٩٦٦٥١٢٣٤٠٠٠١', '९६६५१२३४०००१', '+966 51 234 0001'])(
    'finds somebody as people write them: %s',
    async (text) => {
      await show();
      await page.keyboard.press('/');
      await page.keyboard.insertText(text);
      await expect.poll(namesOf.bind(undefined, page), { timeout: 10_000 }).toEqual(['منى الأحمد']);
      expect(new URL(page.url()).searchParams.get('text')).toBe(text);
    },
  );

  it('keeps search, filters and who is chosen in the address: a reload and the way back show the same', async () => {
    await show();
    await page.getByLabel('Owner', { exact: true }).selectOption({ label: 'Nobody' });
    await expect.poll(() => namesOf()).toEqual(['Omar', 'Nora', 'Zed', 'منى الأحمد']);
    await page.getByLabel('Tag', { exact: true }).selectOption({ label: 'VIP' });
    await expect.poll(() => namesOf()).toEqual(['منى الأحمد']);
    await row('منى').click();
    await profile().getByRole('heading', { name: 'منى الأحمد' }).waitFor();
    await page.reload();
    await profile().getByRole('heading', { name: 'منى الأحمد' }).waitFor();
    expect(await namesOf()).toEqual(['منى الأحمد']);
    expect(await page.getByLabel('Tag', { exact: true }).inputValue()).toBe(String(vip));
    await page.goBack();
    await expect.poll(() => profile().count()).toBe(0);
    expect(await namesOf()).toEqual(['منى الأحمد']);
    await page.getByLabel('Owner', { exact: true }).selectOption({ label: 'Ben Adler' });
    await list().getByText('The filter hides everybody').waitFor();
    await list().getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => namesOf()).toEqual(everybody);
  });
});

describe('a contact that is opened', () => {
  it('is edited as beside a conversation, and the list says so at once', async () => {
    await show();
    await row('Zed').click();
    await profile().getByRole('button', { name: 'Change Name' }).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('Zaid');
    await page.keyboard.press('Enter');
    await row('Zaid').waitFor();
    await profile().getByRole('heading', { name: 'Zaid' }).waitFor();
    await profile().getByRole('button', { name: 'Change City' }).click();
    await page.keyboard.type('Riyadh');
    await page.keyboard.press('Enter');
    await page.keyboard.press('l');
    await page.getByRole('menuitem', { name: 'Refund' }).click();
    await row('Zaid').getByText('Refund').waitFor();
    const person = `/api/v1/contacts/${encodeURIComponent(ids.Zed!)}`;
    await expect
      .poll(() => house.call(person))
      .toMatchObject({ businessProfile: { name: 'Zaid' }, labels: [{ key: 'city', value: 'Riyadh' }] });
  });

  it('leads to its conversation, and to the place where one answers', async () => {
    await show();
    await row('Nora').click();
    await profile()
      .getByRole('button', { name: /Hello from Nora/ })
      .click();
    await page.locator('article').filter({ hasText: 'Hello from Nora' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/inbox/${sessions.Nora}`);
    await page.goBack();
    await profile().getByRole('button', { name: 'Write a message' }).click();
    await reply(page).and(page.locator(':focus')).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/inbox/${sessions.Nora}`);
  });

  it('with whom nobody spoke yet is written to from here; what was begun is there after a reload', async () => {
    await show(`/contacts/${ids['Ravi Kumar']}`);
    await profile().getByText('None yet.').waitFor();
    await page.keyboard.press('r');
    const first = profile().getByRole('textbox', { name: 'Your first message' });
    await first.and(page.locator(':focus')).waitFor();
    await first.fill('Good morning, your desk is ready.');
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'contacts-write');
    // Who comes back to somebody has not asked to write: no key falls into what was begun.
    await row('Nora').click();
    await profile().getByRole('heading', { name: 'Nora' }).waitFor();
    await row('Ravi Kumar').click();
    await profile().getByRole('button', { name: 'Write a message' }).waitFor();
    expect(await first.count()).toBe(0);
    await page.reload();
    await profile().getByRole('button', { name: 'Write a message' }).click();
    expect(await first.inputValue()).toBe('Good morning, your desk is ready.');
    await page.keyboard.press('Control+Enter');
    await page.locator('article').filter({ hasText: 'your desk is ready' }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/inbox\/./);
    await page.goBack();
    await profile()
      .getByRole('button', { name: /your desk is ready/ })
      .waitFor();
  });

  it('shows what the customer did elsewhere', async () => {
    await house.call('/xms/api/v1/event/push', {
      eventName: 'Order placed',
      links: [{ linkType: 'MOBILE', linkValue: '966500009301' }],
    });
    await show(`/contacts/${ids.Nora}`);
    await profile().getByText('Order placed').waitFor();
  });

  it('says when there is none, and when it is not one’s own to see', async () => {
    await page.goto('/contacts/dummy000_sandbox');
    await profile().getByText('There is no such contact').waitFor();
    await picture(page, 'contacts-gone');
    await profile().getByRole('button', { name: 'Back to the list' }).click();
    await expect.poll(() => profile().count()).toBe(0);
    expect(await rows().count()).toBe(5);
  });
});

describe('live', () => {
  it('who comes and who changes is on the screen without a reload', async () => {
    await show();
    await told('966512340009', 'Newcomer');
    await row('Newcomer').waitFor();
    expect((await namesOf())[0]).toBe('Newcomer');
    await list().getByRole('status').getByText('6 contacts').waitFor();
    await owned('Newcomer', 'ben');
    await row('Newcomer').getByText('Ben Adler').waitFor();
    await show(`/contacts?tag=${vip}`);
    expect(await namesOf()).toEqual(['منى الأحمد']);
    const path = `/api/v1/contacts/${encodeURIComponent(ids.Newcomer!)}/tags`;
    await house.call(path, { tags: [vip] }, 'PUT');
    await row('Newcomer').waitFor();
    await house.call(path, { tags: [] }, 'PUT');
    await expect.poll(() => namesOf()).toEqual(['منى الأحمد']);
    // A list that one comes back to knows as well what came to pass while another one was shown.
    const tag = page.getByLabel('Tag', { exact: true });
    await tag.selectOption('');
    await row('Newcomer').waitFor();
    await house.call(path, { tags: [vip] }, 'PUT');
    await row('Newcomer').getByText('VIP').waitFor();
    await tag.selectOption({ label: 'VIP' });
    await expect.poll(() => namesOf()).toEqual(['Newcomer', 'منى الأحمد']);
    await house.call(path, { tags: [] }, 'PUT');
    await expect.poll(() => namesOf()).toEqual(['منى الأحمد']);
    await show('/contacts?text=kumar');
    const ravi = [
      { channelId: 'dummy:sandbox', csid: '966512340002', businessProfile: { email: 'ravi@shop.example' } },
    ];
    await house.call('/api/v1/contacts', { contacts: ravi });
    await row('Ravi').getByText('ravi@shop.example').waitFor();
  });

  it('what was read stays there while the line is cut, and is right again afterwards', async () => {
    await show();
    await row('Nora').click();
    await profile().getByRole('heading', { name: 'Nora' }).waitFor();
    house.line.cut();
    await page.getByText('No connection.').waitFor();
    expect(await rows().count()).toBeGreaterThan(4);
    await profile().getByRole('heading', { name: 'Nora' }).waitFor();
    await told('966512340010', 'Meanwhile');
    house.line.mend();
    await row('Meanwhile').waitFor();
    await page.getByText('No connection.').waitFor({ state: 'detached' });
  });
});

describe('what can go wrong', () => {
  const asks = '**/api/v1/inbox/contacts?**';

  it('an error says so, with the id of the request, and another try has it', async () => {
    await page.goto('/inbox');
    await page.route(asks, (route) => route.fulfill(refusal(503, 'UNAVAILABLE', 'Not now')));
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Contacts' }).click();
    const alert = list().getByRole('alert');
    await alert.getByText('trace-1').waitFor();
    await picture(page, 'contacts-error');
    expect(await barriers(page)).toEqual([]);
    await page.unroute(asks);
    await alert.getByRole('button', { name: 'Try again' }).click();
    await rows().first().waitFor();
  });

  it('a slow answer has a skeleton', async () => {
    await page.goto('/inbox');
    let go = () => {};
    const wait = new Promise<void>((done) => {
      go = done;
    });
    await page.route(asks, async (route) => {
      await wait;
      await route.continue();
    });
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Contacts' }).click();
    await list().getByRole('status', { name: 'Loading' }).waitFor();
    await picture(page, 'contacts-loading');
    go();
    await rows().first().waitFor();
    await page.unroute(asks);
  });

  it('nobody yet, and a filter that hides all, are told apart', async () => {
    await page.route(asks, (route) => route.fulfill({ json: { items: [], total: 0 } }));
    await page.goto('/inbox');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Contacts' }).click();
    await list().getByText('No contacts yet').waitFor();
    await list().getByRole('button', { name: 'Open the simulator' }).waitFor();
    await picture(page, 'contacts-empty');
    await page.unroute(asks);
    await page.goto('/contacts?text=zzzz');
    await list().getByText('The filter hides everybody').waitFor();
    await picture(page, 'contacts-filtered');
  });
});

describe('an agent who sees a part of the conversations', () => {
  it('has its own people in the list alone, also by search and by address', async () => {
    await house.call('/api/v1/business', { settings: { agentsSee: 'own' } }, 'PATCH');
    for (const [name, agent] of [
      ['Nora', 'ben'],
      ['Omar', 'admin'],
    ] as const) {
      const path = `/api/v1/inbox/sessions/${sessions[name]}/holder`;
      const held = await page.request.put(path, { headers: { 'x-parley-client': 'inbox' }, data: { agent } });
      expect(held.status()).toBe(200);
    }
    const bens = await signIn(house, { who: ben, expected: /status of 404/ });
    await show('/contacts', bens);
    expect(await namesOf(bens)).toEqual(['Newcomer', 'Nora', 'Ravi Kumar']);
    await find(bens).fill('omar');
    await list(bens).getByText('The filter hides everybody').waitFor();
    await bens.goto(`/contacts/${ids.Omar}`);
    await profile(bens).getByText('This contact is not yours to see').waitFor();
    expect(await barriers(bens)).toEqual([]);
    await picture(bens, 'contacts-not-yours');
    // Somebody whose conversation comes to Ben comes into the list.
    await show('/contacts', bens);
    await page.request.put(`/api/v1/inbox/sessions/${sessions.Omar}/holder`, {
      headers: { 'x-parley-client': 'inbox' },
      data: { agent: 'ben' },
    });
    await row('Omar', bens).waitFor();
    await house.call('/api/v1/business', { settings: { agentsSee: 'all' } }, 'PATCH');
    await bens.context().close();
  });
});

describe('by keyboard', () => {
  const focused = (what: string) => page.locator(`${what}:focus`).waitFor();
  const chosen = () => profile().getByRole('heading', { level: 2 }).textContent();

  it('goes through the list, opens, and comes back to where one was', async () => {
    await show();
    const names = await namesOf();
    await page.keyboard.press('j');
    await expect.poll(chosen).toBe(names[0]);
    await page.keyboard.press('j');
    await expect.poll(chosen).toBe(names[1]);
    await page.keyboard.press('ArrowDown');
    await expect.poll(chosen).toBe(names[2]);
    await page.keyboard.press('k');
    await expect.poll(chosen).toBe(names[1]);
    await page.keyboard.press('Escape');
    await expect.poll(() => profile().count()).toBe(0);
    await focused('[data-contact]');
    await page.keyboard.press('End');
    await focused(`[data-row="${names.length - 1}"]`);
    await page.keyboard.press('Home');
    await focused('[data-row="0"]');
    await page.keyboard.press('ArrowDown');
    await focused('[data-row="1"]');
    await page.keyboard.press('Enter');
    await expect.poll(chosen).toBe(names[1]);
    expect(await rows().and(page.locator('[tabindex="0"]')).count()).toBe(1);
  });

  it('goes from search to list, and through the parts of the screen', async () => {
    await show(`/contacts/${ids.Nora}`);
    await profile().getByRole('heading', { name: 'Nora' }).waitFor();
    await page.keyboard.press('/');
    await focused('input[type="search"]');
    await page.keyboard.press('ArrowDown');
    await focused('[data-contact]');
    const regions: (string | undefined)[] = [];
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('F6');
      regions.push(
        await page.evaluate(
          () => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset.region,
        ),
      );
    }
    expect(regions).toEqual(['contact', 'rail', 'list']);
  });
});

describe('a channel on which one may not simply write', () => {
  const focused = (what: Locator) => what.and(page.locator(':focus')).waitFor();

  it('has templates for the first message', async () => {
    const cloud = await startWhatsAppCloud();
    const channel = 'wacfb:966500007000';
    await house.call(`/api/v1/channels/${channel}`, { name: 'WhatsApp', settings: cloud.settings }, 'PUT');
    const approval = `/api/v1/templates/order_shipped/en/approvals/${channel}`;
    await house.call(approval, { status: 'APPROVED' }, 'PUT');
    await told('966500007055', 'Lina', { channelId: channel });
    await show(`/contacts/${ids.Lina}`);
    await profile().getByText('None yet.').waitFor();
    const write = profile().getByRole('button', { name: 'Write a message' });
    await write.click();
    await focused(profile().getByRole('searchbox', { name: 'Find a template' }));
    await page.keyboard.press('Escape');
    await focused(write);
    await write.click();
    await profile()
      .getByRole('button', { name: /Order shipped/ })
      .click();
    await profile().getByRole('textbox', { name: 'order' }).fill('A-77');
    await profile().getByText('Hello Lina, order A-77 is on its way.').waitFor();
    expect(await barriers(page)).toEqual([]);
    await picture(page, 'contacts-template');
    await profile().getByRole('button', { name: 'Send the template' }).click();
    await page.locator('article').filter({ hasText: 'order A-77 is on its way' }).waitFor();
    await expect
      .poll(() => cloud.sent.filter(({ body }) => body.type === 'template'))
      .toMatchObject([{ to: '966500007055' }]);
    await house.call(`/api/v1/channels/${channel}`, { enabled: false }, 'PUT');
    await cloud.close();
  });
});

describe('for everybody', () => {
  it.each([
    ['en', 'light', 1440],
    ['en', 'dark', 320],
    ['ar', 'light', 320],
    ['ar', 'dark', 1440],
    ['hi', 'light', 900],
  ] as const)('%s, %s, %i px: no barriers, nothing wider than the page', async (language, theme, width) => {
    await page.setViewportSize({ width, height: 800 });
    await prefer(page, { language, theme });
    await show();
    await fitsAcross(page);
    expect(await barriers(page)).toEqual([]);
    await picture(page, `contacts-${language}-${theme}-${width}`);
    await rows().filter({ hasText: 'منى' }).click();
    await profile().getByRole('heading', { name: 'منى الأحمد' }).waitFor();
    await fitsAcross(page);
    expect(await barriers(page)).toEqual([]);
    await picture(page, `contacts-${language}-${theme}-${width}-open`);
    await page.goto('/contacts?text=zzzz');
    await list().getByRole('button').last().waitFor();
    expect(await barriers(page)).toEqual([]);
  });

  it('on a phone one pane has the screen, with a way back', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await prefer(page, { language: 'en', theme: 'light' });
    await page.goto('/inbox');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Contacts' }).click();
    await rows().first().waitFor();
    await row('Nora').click();
    await profile().getByRole('heading', { name: 'Nora' }).waitFor();
    expect(await rows().count()).toBe(0);
    await profile().getByRole('button', { name: 'Back to the list' }).click();
    await rows().first().waitFor();
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('a list without end is read page by page, as one goes down', async () => {
    for (let from = 0; from < 400; from += 200)
      await house.call('/api/v1/contacts', {
        contacts: Array.from({ length: 200 }, (_, i) => ({
          channelId: 'dummy:sandbox',
          csid: `9665200${10000 + from + i}`,
        })),
      });
    await show();
    await list()
      .getByRole('status')
      .getByText(/^40\d contacts$/)
      .waitFor();
    // Whoever changes below what is loaded was counted before.
    const number = () => list().getByRole('status').first().textContent();
    const before = await number();
    const changed = (csid: string, email: string) =>
      house.call('/api/v1/contacts', {
        contacts: [{ channelId: 'dummy:sandbox', csid, businessProfile: { email } }],
      });
    await changed('966512340001', 'mona@elsewhere.example');
    await changed('966520010399', 'last@shop.example');
    await rows().getByText('last@shop.example').waitFor();
    expect(await number()).toBe(before);
    const places = page.getByRole('list', { name: 'Contacts' });
    expect(Number(await places.getByRole('listitem').first().getAttribute('aria-setsize'))).toBeGreaterThan(
      400,
    );
    expect(await rows().count()).toBeLessThan(60);
    await places.evaluate((element) => element.parentElement!.scrollTo(0, element.scrollHeight));
    await row('منى').waitFor();
  });
});

describe('a first message', () => {
  it('goes once, whatever became of the answer, also where the browser keeps nothing', async () => {
    await told('966512340020', 'Sami');
    await told('966512340021', 'Talal');
    const bare = await signIn(house, { expected: /ERR_FAILED/ });
    await bare.addInitScript(() =>
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('Not here', 'SecurityError');
        },
      }),
    );
    await show(`/contacts/${ids.Sami}?text=966512340`, bare);
    const begin = profile(bare).getByRole('button', { name: 'Write a message' });
    const first = profile(bare).getByRole('textbox', { name: 'Your first message' });
    await begin.click();
    await first.fill('Your order is here');
    await bare.route('**/inbox/contacts/*/messages', async (route) => {
      await route.fetch();
      await route.abort();
    });
    // The conversation that has begun is not known here yet.
    await bare.route('**/contacts/*/sessions?**', (route) => route.fulfill({ json: { items: [] } }));
    await first.press('Control+Enter');
    await bare.getByText('The server cannot be reached.').first().waitFor();
    // Whoever looks at somebody else, and comes back, is not writing.
    await row('Talal', bare).click();
    await profile(bare).getByRole('heading', { name: 'Talal' }).waitFor();
    await row('Sami', bare).click();
    await profile(bare).getByRole('heading', { name: 'Sami' }).waitFor();
    await begin.waitFor();
    expect(await first.count()).toBe(0);
    await bare.unrouteAll({ behavior: 'wait' });
    await begin.click();
    expect(await first.inputValue()).toBe('Your order is here');
    await first.press('Control+Enter');
    await bare.locator('article').filter({ hasText: 'Your order is here' }).waitFor();
    expect(await bare.locator('article').filter({ hasText: 'Your order is here' }).count()).toBe(1);
    await bare.context().close();
  });
});
