import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './accessible.ts';
import { picture } from './console.ts';
import { ben, customerWrites, furnish, openDesk, prefer, reply, signIn } from './desk.ts';
import type { House } from './house.ts';

let house: House;
let [anns, bens]: Page[] = [];
beforeAll(async () => {
  house = await openDesk();
  await furnish(house);
  await house.call('/api/v1/apply', { tags: [{ name: 'VIP', colour: '#0b6e58' }] });
  await house.call('/api/v1/channels/dummy:sandbox', { queue: 'agent_desk' }, 'PUT');
  anns = await signIn(house);
  bens = await signIn(house, { who: ben, expected: /status of 404/ });
});
afterAll(() => house?.close());
afterEach(() => expect(house.complaints()).toEqual([]));

describe('a list without a conversation', () => {
  const list = () => anns!.locator('#list');
  const view = (name: string) =>
    anns!
      .getByRole('navigation', { name: 'Lists' })
      .getByRole('button', { name: new RegExp(`^${name}`) })
      .click();

  it.each([
    ['Mine', 'You are all caught up'],
    ['Unassigned', 'Everything is assigned'],
    ['Mentions', 'Nobody has mentioned you'],
    ['Snoozed', 'Nothing is snoozed'],
    ['Resolved', 'Nothing is resolved yet'],
    ['Closed', 'Nothing is closed yet'],
    ['Returns', 'Nothing is assigned here'],
    ['VIP', 'No open conversations with this tag'],
  ])('%s: says what would stand in it, and leads on', async (name, title) => {
    await view(name);
    await list().getByText(title).waitFor();
    await list().getByRole('button', { name: 'Look at all conversations' }).click();
    await list().getByText('No conversations here').waitFor();
  });

  it('says of a queue and of a channel when something stands there', async () => {
    await anns!.goto('/inbox?channel=dummy:sandbox');
    await list()
      .getByText(/^As soon as a customer writes over .+, it appears here\.$/)
      .waitFor();
    await anns!.goto('/inbox?unread=1');
    await list().getByText('The filter hides everything').waitFor();
    expect(await barriers(anns!)).toEqual([]);
  });

  it('leads to the simulator, where there is nothing at all', async () => {
    await anns!.setViewportSize({ width: 390, height: 844 });
    await anns!.goto('/inbox');
    await anns!.getByRole('button', { name: 'Open the simulator' }).click();
    await anns!.getByText('You are the customer now').waitFor();
    await anns!.setViewportSize({ width: 1440, height: 900 });
    for (const language of ['ar', 'hi']) {
      await prefer(anns!, { language });
      for (const search of ['view=mentions', 'state=closed', 'team=returns']) {
        await anns!.goto(`/inbox?${search}`);
        await list().locator('button').last().waitFor();
        await picture(anns!, `inbox-empty-${language}-${search.replace('=', '-')}`);
      }
    }
    await prefer(anns!, { language: 'en' });
  });
});

describe('where agents see their own conversations and those that wait', () => {
  it('one that a colleague takes is gone from the screen that shows it, which says why, until it comes back', async () => {
    await house.call('/api/v1/business', { settings: { agentsSee: 'own' } }, 'PATCH');
    const session = await customerWrites(anns!, '966500009010', 'Rana', 'Who takes me?');
    await bens!.goto(`/inbox/${session}`);
    await reply(bens!).waitFor();
    const hold = (agent: string) =>
      anns!.request.put(`/api/v1/inbox/sessions/${session}/holder`, {
        headers: { 'x-parley-client': 'inbox' },
        data: { agent },
      });
    expect((await hold('admin')).status()).toBe(200);
    await bens!.getByText('This conversation is not yours to see').waitFor();
    await bens!.getByText('A supervisor sees all of them').waitFor();
    expect(await bens!.locator('textarea').count()).toBe(0);
    expect(await bens!.getByRole('heading', { name: 'Rana' }).count()).toBe(0);
    expect(await bens!.locator(`[data-session="${session}"]`).count()).toBe(0);
    expect(await barriers(bens!)).toEqual([]);
    await picture(bens!, 'inbox-gone-en');
    expect((await hold('ben')).status()).toBe(200);
    await bens!.locator('article').filter({ hasText: 'Who takes me?' }).waitFor();
    await reply(bens!).waitFor();
    for (const language of ['ar', 'hi']) {
      await prefer(bens!, { language });
      await hold('admin');
      await bens!.goto(`/inbox/${session}`);
      await bens!.locator('#thread p').first().waitFor();
      await picture(bens!, `inbox-gone-${language}`);
    }
  });

  it('one that there is not is told of as such to who sees all', async () => {
    const page = await signIn(house, { expected: /status of 404/ });
    await page.goto('/inbox/0123456789abcdef01234567');
    await page.getByText('There is no such conversation').waitFor();
    await page.context().close();
  });
});
