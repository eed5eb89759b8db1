import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as contacts from '../../src/store/contacts.ts';
import * as sessions from '../../src/store/sessions.ts';
import { receiver, takesAll } from './receiver.ts';
import { eventually, House, type Running, type Tenant, times } from './tools.ts';

let house: House;
let running: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());

/** How many rows of each kind a business has. */
async function rowsOf({ id }: Tenant): Promise<{ contacts: number; sessions: number; messages: number }> {
  const [row] = await house.sql<{ contacts: number; sessions: number; messages: number }>(
    `select (select count(*)::int from contact where business_id = $1) as contacts,
       (select count(*)::int from session where business_id = $1 and closed_at is null) as sessions,
       (select count(*)::int from message where business_id = $1) as messages`,
    [id],
  );
  return row!;
}

describe('a message that is accepted', () => {
  it('is stored with its contact, its session and its events before the caller hears of it', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const { id, sessionId, contactId } = await shop.send(box, '966500001', 'Welcome', {
      to: { csid: '966500001', name: 'Amina' },
    });
    const message = await shop.message(id);
    expect(message).toMatchObject({
      direction: 'O',
      channelId: box,
      contactId: 'dummy966500001_box',
      content: { type: 'text', text: 'Welcome' },
      senderType: 'API',
      appId: await shop.appId(),
    });
    expect(message.stamps.CRTD).toBe(message.timestamp);
    const contact = (await contacts.byIds(house.db, shop.id, [contactId])).get(contactId);
    expect(contact).toMatchObject({ businessProfile: { name: 'Amina' }, csid: '966500001', optedOut: false });
    expect(await sessions.find(house.db, shop.id, sessionId)).toMatchObject({
      contactId,
      queue: 'default',
      resolved: false,
      started: false,
      first: true,
    });
    const [created, opened, accepted] = await shop.events();
    expect([created!.seq, created!.type]).toEqual([1, 'contact.created']);
    expect([opened!.seq, opened!.type]).toEqual([2, 'session.opened']);
    expect([accepted!.seq, accepted!.type]).toEqual([3, 'message.accepted']);
    expect(accepted!.data).toMatchObject({ message: { id }, session: { id: sessionId } });
  });

  it('goes on in the open session of its person, and in none that is closed', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const first = await shop.send(box, '1');
    const second = await shop.send(box, '1');
    expect(second.sessionId).toBe(first.sessionId);
    await shop.core.close(await shop.caller(), first.sessionId);
    const third = await shop.send(box, '1');
    expect(third.sessionId).not.toBe(first.sessionId);
    expect((await sessions.find(house.db, shop.id, third.sessionId))!.first).toBe(false);
  });

  it('leaves nothing behind when it is refused', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    await expect(shop.send('dummy:nowhere', '1')).rejects.toMatchObject({ kind: 'invalid' });
    await expect(shop.send(box, '1', 'x', { to: {} })).rejects.toMatchObject({ kind: 'missing' });
    await expect(shop.send(box, '1', 'x', { replyTo: '0'.repeat(24) })).rejects.toMatchObject({
      details: [{ field: 'replyTo' }],
    });
    expect(await rowsOf(shop)).toEqual({ contacts: 0, sessions: 0, messages: 0 });
    expect(await shop.events()).toEqual([]);
  });
});

describe('fifty first messages of a new person', () => {
  it('inbound: one contact, one open session, fifty messages, the start told first', async () => {
    const app = await receiver();
    const shop = await house.business(running);
    const box = await shop.sandbox();
    await shop.webhook(app.url, 'plain');
    await Promise.all(times(50, (i) => shop.hear(box, 'new', `message ${i}`)));
    expect(await rowsOf(shop)).toEqual({ contacts: 1, sessions: 1, messages: 50 });
    await shop.settled();
    const told = app.calls.map(({ body }) => body.type);
    expect(told.slice(0, 3)).toEqual(['contact.created', 'session.opened', 'session.routed']);
    expect(told.slice(3)).toEqual(times(50, () => 'message.received'));
    const seqs = app.calls.map(({ body }) => body.seq as number);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    await app.close();
  });

  it('outbound: one contact, one open session, fifty messages, the start told once and first', async () => {
    const app = await receiver();
    const shop = await house.business(running);
    const box = await shop.sandbox();
    await shop.webhook(app.url, 'plain');
    await Promise.all(times(50, (i) => shop.send(box, '002', `message ${i}`)));
    expect(await rowsOf(shop)).toEqual({ contacts: 1, sessions: 1, messages: 50 });
    await shop.settled();
    const told = app.calls.map(({ body }) => body.type);
    expect(told.slice(0, 2)).toEqual(['contact.created', 'session.opened']);
    expect(told.filter((type) => type === 'session.opened')).toHaveLength(1);
    expect(told.filter((type) => type === 'message.accepted')).toHaveLength(50);
    await app.close();
  });

  it('in both directions at once, in two processes: still one session, opened and started once', async () => {
    const other = await house.start();
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const there = shop.at(other);
    await Promise.all([
      ...times(15, (i) => shop.hear(box, '002', `in ${i}`)),
      ...times(15, (i) => there.hear(box, '002', `in there ${i}`)),
      ...times(10, (i) => shop.send(box, '002', `out ${i}`)),
      ...times(10, (i) => there.send(box, '002', `out there ${i}`)),
    ]);
    expect(await rowsOf(shop)).toEqual({ contacts: 1, sessions: 1, messages: 50 });
    const types = (await shop.events()).map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(['contact.created', 'session.opened']);
    expect(types.filter((type) => type === 'session.opened')).toHaveLength(1);
    expect(types.filter((type) => type === 'session.routed')).toHaveLength(1);
    await house.stop(other);
  });

  it('an open session that nobody has answered yet starts once, whichever process hears first', async () => {
    const other = await house.start();
    const shop = await house.business(running);
    const box = await shop.sandbox();
    await Promise.all(times(20, (i) => shop.send(box, `p${i}002`)));
    await Promise.all(
      times(20, (i) => [shop.hear(box, `p${i}002`), shop.at(other).hear(box, `p${i}002`)]).flat(),
    );
    expect(await shop.events('session.routed')).toHaveLength(20);
    await house.stop(other);
  });
});

describe('one commit for many', () => {
  it('does not fail the neighbours of a bad item', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    // The name passes every check, and is a text that the database cannot keep.
    const bad = { to: { csid: '900', name: 'half a pair \ud83d' } };
    const outcomes = await Promise.allSettled(
      times(40, (i) => shop.send(box, `${i}002`, 'x', i === 20 ? bad : {})),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeLessThanOrEqual(1);
    expect(outcomes[20 - 1]!.status).toBe('fulfilled');
    const stored = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect((await rowsOf(shop)).messages).toBe(stored);
  });
});

describe('a scheduled message', () => {
  it('waits for its time, and then goes', async () => {
    const provider = await receiver(takesAll);
    const shop = await house.business(running);
    const channel = await shop.connector('later', provider.url);
    const later = await shop.send(channel, 'ann', 'tomorrow', { sendAt: Date.now() + 86_400_000 });
    const now = await shop.send(channel, 'ann', 'today');
    await shop.reaches(now.id, 'SENTX');
    expect(await shop.message(later.id)).toMatchObject({ status: 'SCHLD' });
    await house.sql('update message set due_at = now() where id = $1', [later.id]);
    await shop.reaches(later.id, 'SENTX');
    expect(provider.calls).toHaveLength(2);
    await provider.close();
  });

  it('cannot be scheduled for years ahead', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const farAway = { sendAt: Date.now() + 400 * 86_400_000 };
    await expect(shop.send(box, '1', 'x', farAway)).rejects.toMatchObject({ details: [{ field: 'sendAt' }] });
  });

  it('has its whole life before it when its time comes, however long it waited', async () => {
    const provider = await receiver((call, n) => (n === 1 ? 503 : takesAll(call)));
    const shop = await house.business(running);
    const channel = await shop.connector('much-later', provider.url);
    const { id } = await shop.send(channel, 'ann', 'at last', { sendAt: Date.now() + 3 * 86_400_000 });
    // Three days go by.
    await house.sql(`update message set at = at - interval '3 days', due_at = now() where id = $1`, [id]);
    await eventually(async () => (await shop.message(id)).failure !== undefined);
    // The sweep of another process looks at it while it waits for its second try.
    const other = await house.start();
    await eventually(async () => {
      const [row] = await house.sql<{ due: boolean }>(
        'select due_at is not null as due from message where id = $1',
        [id],
      );
      await shop.at(other).hurry();
      return row!.due === false;
    });
    expect((await shop.message(id)).status).toBe('SENTX');
    await house.stop(other);
    await provider.close();
  });
});

describe('what a message asks for', () => {
  it('mask: the person reads it, and nobody else afterwards', async () => {
    const provider = await receiver(takesAll);
    const shop = await house.business(running);
    const channel = await shop.connector('secret', provider.url);
    const { id } = await shop.send(channel, 'ann', 'Your code is K-4711', { mask: true });
    const message = await shop.reaches(id, 'SENTX');
    expect(message.content).toEqual({ type: 'text', text: '*****' });
    expect(provider.calls[0]!.raw).toContain('K-4711');
    expect(JSON.stringify(await shop.events())).not.toContain('K-4711');
    await provider.close();
  });

  it('mask: the content is kept while there is one more try, and goes with a final failure', async () => {
    const provider = await receiver((_, n) => (n === 1 ? 503 : 400));
    const shop = await house.business(running);
    const channel = await shop.connector('secret-later', provider.url);
    const { id } = await shop.send(channel, 'ann', 'Your code is K-4711', { mask: true });
    await eventually(async () => (await shop.message(id)).failure !== undefined);
    expect((await shop.message(id)).content.text).toContain('K-4711');
    await eventually(async () => {
      await shop.hurry();
      return (await shop.message(id)).status === 'SENT_ERR';
    });
    expect((await shop.message(id)).content.text).toBe('*****');
    await provider.close();
  });

  it('optout: nothing more goes to the person until an optin, or until the person writes', async () => {
    const provider = await receiver(takesAll);
    const shop = await house.business(running);
    const channel = await shop.connector('consent', provider.url);
    const line = (type: 'optin' | 'optout') => ({ content: { type, text: type } });
    await shop.send(channel, 'ann', '', line('optout'));
    const blocked = await shop.send(channel, 'ann', 'an offer');
    expect(await shop.reaches(blocked.id, 'BLCKD')).toMatchObject({ failure: { class: 'OPTED_OUT' } });
    await shop.send(channel, 'ann', '', line('optin'));
    await shop.reaches((await shop.send(channel, 'ann', 'welcome back')).id, 'SENTX');
    await shop.send(channel, 'ann', '', line('optout'));
    await shop.hear(channel, 'ann', 'I changed my mind');
    await shop.reaches((await shop.send(channel, 'ann', 'good')).id, 'SENTX');
    expect(provider.calls).toHaveLength(2);
    const consent = await shop.events('contact.updated');
    expect(consent.map(({ data }) => data.changed)).toEqual([['consent'], ['consent'], ['consent']]);
    await provider.close();
  });

  it('a system line stands in the session, and goes to nobody', async () => {
    const provider = await receiver(takesAll);
    const shop = await house.business(running);
    const channel = await shop.connector('log', provider.url);
    const { id } = await shop.send(channel, 'ann', '', { content: { type: 'system', text: 'a note' } });
    const sent = await shop.send(channel, 'ann', 'a message');
    await shop.reaches(sent.id, 'SENTX');
    expect(await shop.message(id)).toMatchObject({ direction: 'L', status: 'CRTD' });
    expect(provider.calls).toHaveLength(1);
    await provider.close();
  });
});
