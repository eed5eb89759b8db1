import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../src/model/event.ts';
import * as contacts from '../../src/store/contacts.ts';
import * as messages from '../../src/store/messages.ts';
import * as sessions from '../../src/store/sessions.ts';
import { FakeMeta } from './fake-meta.ts';
import { House, type Running, type Tenant, times } from './tools.ts';

let house: House;
let running: Running;
let meta: FakeMeta;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
  meta = await FakeMeta.open();
});
afterAll(async () => {
  await house.close();
  await meta.close();
});

const contactOf = async ({ id }: Tenant, contactId: string) =>
  (await contacts.byIds(house.db, id, [contactId])).get(contactId);
const contactsOf = ({ id }: Tenant) => contacts.list(house.db, id, { limit: 2000 });
const typesOf = (events: StoredEvent[]) => events.map(({ type }) => type);

/** A shop with agents, a tag or two, and a sandbox. */
async function shopWithPeople(): Promise<{ shop: Tenant; box: string; vip: number; late: number }> {
  const shop = await house.business(running, {
    apps: [{ code: 'desk', mode: 'AGENT' }],
    queues: [{ code: 'support', type: 'AGENT', app: 'desk' }],
    agents: [{ code: 'ann' }, { code: 'ben' }, { code: 'cem', active: false }],
  });
  const box = await shop.sandbox();
  const { value: vip } = await shop.core.change.putTag({ businessId: shop.id }, { name: 'VIP' });
  const { value: late } = await shop.core.change.putTag({ businessId: shop.id }, { name: 'Pays late' });
  return { shop, box, vip: vip.id, late: late.id };
}

describe('numbers', () => {
  it('are one row for contacts and agents, and never twice in a business', async () => {
    const { shop, box } = await shopWithPeople();
    await shop.send(box, 'n1');
    await shop.hear(box, 'n2');
    const { agents } = await shop.setup();
    const all = [...[...agents.values()], ...(await contactsOf(shop))].map(({ no }) => no);
    expect(all.every((no) => Number.isInteger(no) && no > 0)).toBe(true);
    expect(new Set(all).size).toBe(5);
    const [first] = await contactsOf(shop);
    expect(await contacts.byNumber(house.db, shop.id, first!.no)).toEqual(first);
  });

  it('of messages are told by the answer, by the row and by the events alike', async () => {
    const { shop, box } = await shopWithPeople();
    const answers = await Promise.all(times(20, (i) => shop.send(box, `m${i % 3}`, `message ${i}`)));
    const heard = await shop.hear(box, 'm1', 'I wrote');
    for (const { id, no } of [...answers, heard]) {
      expect(no).toBeGreaterThan(0);
      expect((await messages.byNumbers(house.db, shop.id, [no]))[0]!.id).toBe(id);
    }
    expect(new Set([...answers, heard].map(({ no }) => no)).size).toBe(21);
    const told = await shop.events('message.accepted', 'message.received');
    expect(new Map(told.map(({ data }) => [data.message.id, data.message.no]))).toEqual(
      new Map([...answers, heard].map(({ id, no }) => [id, no])),
    );
    await shop.reaches(answers[0]!.id, 'READ');
    const [status] = (await shop.events('message.status')).filter((e) => e.data.messageId === answers[0]!.id);
    expect(status!.data).toMatchObject({ no: answers[0]!.no, messageType: 'text' });
  });

  it('grow within a conversation', async () => {
    const { shop, box } = await shopWithPeople();
    const sent = await Promise.all(times(30, (i) => shop.send(box, 'grows', `message ${i}`)));
    const byId = [...sent].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ no }) => no);
    expect(byId).toEqual([...byId].sort((a, b) => a - b));
  });

  it('of the message answered are told with the answer', async () => {
    const { shop, box } = await shopWithPeople();
    const asked = await shop.hear(box, 'r1', 'Where is it?', { providerId: 'in-1' });
    const reply = await shop.send(box, 'r1', 'On its way', { replyTo: asked.id });
    const { providerId } = await shop.reaches(reply.id, 'READ');
    await shop.hear(box, 'r1', 'Thanks', { replyIdExt: providerId! });
    await shop.hear(box, 'r1', 'I mean that one', { replyIdExt: 'in-1' });
    await shop.hear(box, 'r1', 'or that', { replyIdExt: 'nobody knows it' });
    await shop.hear(box, 'r2', 'of somebody else', { replyIdExt: 'in-1' });
    const [accepted] = await shop.events('message.accepted');
    expect(accepted!.data.message.replyNo).toBe(asked.no);
    const heard = (await shop.events('message.received')).filter(({ data }) => data.message.replyIdExt);
    expect(heard.map(({ data }) => data.message.replyNo)).toEqual([reply.no, asked.no, undefined, undefined]);
  });
});

describe('a person who becomes known', () => {
  it('is told of once, before all else, whoever makes the contact', async () => {
    const { shop, box } = await shopWithPeople();
    await shop.send(box, 'a');
    await shop.send(box, 'a');
    await shop.hear(box, 'b');
    await shop.core.updateContact(shop.id, { channelId: box, csid: 'c' }, { profile: { name: 'Cleo' } });
    await shop.core.updateContact(shop.id, { channelId: box, csid: 'c' }, { profile: { name: 'Cleopatra' } });
    await shop.core.putContacts(await shop.caller(), [{ csid: 'd', businessProfile: {} }]);
    const created = await shop.events('contact.created');
    expect(created.map(({ data }) => data.contact.csid)).toEqual(['a', 'b', 'c', 'd']);
    const all = await contactsOf(shop);
    expect(created.map(({ data }) => data.contact.no)).toEqual(all.map(({ no }) => no));
    const ofB = (await shop.events()).filter(({ lane }) => lane === 'dummyb_box');
    expect(typesOf(ofB)).toEqual(['contact.created', 'session.opened', 'session.routed', 'message.received']);
    expect(ofB[0]!.appId).toBe(ofB[1]!.appId);
  });

  it('is one contact and told once, out of fifty first messages at once in two processes', async () => {
    const { shop, box } = await shopWithPeople();
    const there = shop.at(await house.start());
    await Promise.all(
      times(50, (i) => {
        const at = i % 2 ? shop : there;
        return i % 3 ? at.hear(box, 'crowd', `in ${i}`) : at.send(box, 'crowd', `out ${i}`);
      }),
    );
    expect(await contactsOf(shop)).toHaveLength(1);
    expect(await shop.events('contact.created')).toHaveLength(1);
    expect(await shop.events('session.opened')).toHaveLength(1);
  });
});

describe('a person who is known', () => {
  it('costs no statement for numbers, owners and events of a new one', async () => {
    const quiet = await House.open();
    const alone = await quiet.start();
    const shop = await quiet.business(alone);
    const box = await shop.sandbox();
    const later = { sendAt: Date.now() + 3_600_000 };
    await shop.send(box, 'known', 'first', later);
    await shop.hear(box, 'known', 'first');
    const noted = alone.database.note();
    await shop.send(box, 'known', 'second', later);
    await shop.hear(box, 'known', 'second', { replyIdExt: 'some' });
    expect(noted.filter((names) => names.includes('messages.insert'))).toEqual([
      ['sessions.holdOpenOf', 'messages.insert', 'events.append'],
      [
        'messages.byProviderId',
        'contacts.heardFrom',
        'sessions.openOf',
        'messages.lastOffered',
        'messages.insert',
        'events.append',
      ],
    ]);
    await quiet.close();
  });
});

describe('contacts that the business tells of', () => {
  it('are made, a thousand at once, and told more of the second time', async () => {
    const { shop, box, vip } = await shopWithPeople();
    const caller = await shop.caller();
    const drafts = times(1000, (i) => ({
      channelId: box,
      csid: `k${i}`,
      businessProfile: { name: `Person ${i}` },
    }));
    const made = await shop.core.putContacts(caller, drafts);
    expect(made.every(({ created }) => created)).toBe(true);
    expect(made.map(({ contact }) => contact.csid)).toEqual(drafts.map(({ csid }) => csid));
    expect(await shop.events('contact.created')).toHaveLength(1000);
    const more = await shop.core.putContacts(caller, [
      { ...drafts[7]!, businessProfile: { displayName: 'Seven', countryCode: 'SA' }, tags: [vip] },
      drafts[8]!,
      { csid: 'new', businessProfile: {}, tags: [vip, vip] },
    ]);
    expect(more.map(({ created }) => created)).toEqual([false, false, true]);
    expect(more[0]!.contact).toMatchObject({
      businessProfile: { name: 'Person 7', displayName: 'Seven', countryCode: 'SA' },
      tags: [vip],
    });
    expect(await contactOf(shop, more[0]!.contact.id)).toEqual(more[0]!.contact);
    expect(await contactOf(shop, more[2]!.contact.id)).toMatchObject({ tags: [vip], csid: 'new' });
    // The one of whom nothing new was told is not told of.
    const updated = await shop.events('contact.updated');
    expect(updated.map(({ data }) => [data.contact.csid, data.changed])).toEqual([
      ['k7', ['businessProfile', 'tags']],
    ]);
  });

  it('are one person when named twice in a call', async () => {
    const { shop, box, vip, late } = await shopWithPeople();
    const answers = await shop.core.putContacts(await shop.caller(), [
      { channelId: box, csid: 'twin', businessProfile: { name: 'Tara' }, tags: [late] },
      { channelId: box, csid: 'twin', businessProfile: { email: 't@shop.test' }, tags: [vip] },
    ]);
    expect(answers.map(({ created }) => created)).toEqual([true, false]);
    expect(answers[0]!.contact).toEqual(answers[1]!.contact);
    expect(answers[0]!.contact).toMatchObject({
      businessProfile: { name: 'Tara', email: 't@shop.test' },
      tags: [vip, late].sort((a, b) => a - b),
    });
  });

  it.each([
    [
      'a tag that there is not',
      { csid: 'y', businessProfile: {}, tags: [2_000_000_000] },
      'contacts[1].tags',
    ],
    ['no address', { csid: '', businessProfile: {} }, 'contacts[1].csid'],
    [
      'a channel that there is not',
      { channelId: 'no:one', csid: 'y', businessProfile: {} },
      'contacts[1].channelId',
    ],
    [
      'what cannot be stored',
      { csid: 'y', businessProfile: { name: 'a\0b' } },
      'contacts[1].businessProfile.name',
    ],
  ])('are refused as a whole for %s, with its place', async (_, bad, field) => {
    const { shop, box } = await shopWithPeople();
    const good = { channelId: box, csid: 'x', businessProfile: {} };
    await expect(shop.core.putContacts(await shop.caller(), [good, bad])).rejects.toMatchObject({
      kind: expect.stringMatching(/invalid|missing/),
      details: [{ field }],
    });
    expect(await contactsOf(shop)).toEqual([]);
    expect(await shop.events('contact.created')).toEqual([]);
  });

  it('are at most a thousand, and at least one', async () => {
    const { shop } = await shopWithPeople();
    const caller = await shop.caller();
    const many = times(1001, (i) => ({ csid: `p${i}`, businessProfile: {} }));
    await expect(shop.core.putContacts(caller, many)).rejects.toMatchObject({ kind: 'invalid' });
    await expect(shop.core.putContacts(caller, [])).rejects.toMatchObject({ kind: 'missing' });
  });

  it('are found by their address on every lane, whoever wrote last first', async () => {
    const { shop, box } = await shopWithPeople();
    const other = await shop.sandbox('other');
    await shop.send(other, 'twice');
    await shop.hear(box, 'twice', 'Hi');
    const found = await contacts.byAddress(house.db, shop.id, 'DUMMY', 'twice');
    expect(found.map(({ lane }) => lane)).toEqual(['box', 'other']);
    expect(await contacts.byAddress(house.db, shop.id, 'SMS', 'twice')).toEqual([]);
  });
});

describe('tags', () => {
  it('are added, set, and told', async () => {
    const { shop, box, vip, late } = await shopWithPeople();
    const caller = await shop.caller();
    const { contactId } = await shop.hear(box, 'tagged');
    expect((await shop.core.tagContact(caller, contactId, [late])).tags).toEqual([late]);
    expect((await shop.core.tagContact(caller, contactId, [vip, late])).tags).toEqual([vip, late]);
    await shop.core.tagContact(caller, contactId, [vip]);
    const updated = await shop.events('contact.updated');
    expect(updated.map(({ data }) => data.changed)).toEqual([['tags'], ['tags']]);
    expect((await shop.core.setTags(caller, contactId, [])).tags).toEqual([]);
    expect((await contactOf(shop, contactId))!.tags).toEqual([]);
  });

  it('that there are not are refused, and nothing is changed; those of others are not there', async () => {
    const { shop, box, vip } = await shopWithPeople();
    const other = await shopWithPeople();
    const { contactId } = await shop.hear(box, 'p');
    await expect(
      shop.core.tagContact(await shop.caller(), contactId, [vip, other.vip]),
    ).rejects.toMatchObject({ kind: 'invalid', details: [{ field: 'tags', code: 'UNKNOWN_TAG' }] });
    expect((await contactOf(shop, contactId))!.tags).toEqual([]);
    await expect(shop.core.tagContact(await shop.caller(), 'nobody', [vip])).rejects.toMatchObject({
      kind: 'notFound',
    });
  });

  it('that are removed are off every contact, also of those who get them at that moment', async () => {
    const { shop, box, vip, late } = await shopWithPeople();
    const caller = await shop.caller();
    const ids = await Promise.all(times(12, async (i) => (await shop.hear(box, `t${i}`)).contactId));
    await Promise.all(ids.slice(0, 4).map((id) => shop.core.tagContact(caller, id, [vip, late])));
    await Promise.all([
      ...ids.slice(4).map((id) => shop.core.tagContact(caller, id, [vip]).catch(() => undefined)),
      shop.core.change.remove({ businessId: shop.id }, 'tags', String(vip)),
    ]);
    expect((await contactsOf(shop)).filter(({ tags }) => tags.includes(vip))).toEqual([]);
    expect((await contactsOf(shop)).filter(({ tags }) => tags.includes(late))).toHaveLength(4);
    expect((await shop.setup()).tags.has(vip)).toBe(false);
  });
});

describe('an owner', () => {
  it('has the contact, once: the same again changes nothing and tells nothing', async () => {
    const { shop, box } = await shopWithPeople();
    const caller = await shop.caller();
    const { contactId } = await shop.send(box, 'owned');
    expect(await shop.core.assignContact(caller, contactId, 'ann')).toEqual({ changed: true });
    expect(await shop.core.assignContact(caller, contactId, 'ann')).toEqual({ changed: false });
    expect(await shop.core.assignContact(caller, contactId, 'ben')).toEqual({ changed: true });
    expect(await shop.core.assignContact(caller, contactId, undefined)).toEqual({ changed: true });
    const told = (await shop.events('contact.assigned')).map(({ data: { oldAgent, newAgent } }) => [
      oldAgent,
      newAgent,
    ]);
    expect(told).toEqual([
      [undefined, 'ann'],
      ['ann', 'ben'],
      ['ben', undefined],
    ]);
    expect(await contactOf(shop, contactId)).not.toHaveProperty('owner');
  });

  it('gets the open session: from a bot by way of the agents’ desk, among agents where it is', async () => {
    const { shop, box } = await shopWithPeople();
    const caller = await shop.caller();
    const { contactId, sessionId, routingId } = await shop.hear(box, 'p');
    await shop.core.assignContact(caller, contactId, 'ann');
    const first = (await sessions.find(house.db, shop.id, sessionId))!;
    expect(first).toMatchObject({ queue: 'agent_desk', agent: 'ann' });
    expect(first.routingId).not.toBe(routingId);
    await shop.core.assignContact(caller, contactId, 'ben');
    const second = (await sessions.find(house.db, shop.id, sessionId))!;
    expect(second).toMatchObject({ queue: 'agent_desk', agent: 'ben', routingId: first.routingId });
    const told = (await shop.events()).slice(-5);
    expect(typesOf(told)).toEqual([
      'contact.assigned',
      'session.routed',
      'session.assigned',
      'contact.assigned',
      'session.assigned',
    ]);
    const assignments = await shop.events('session.assigned');
    expect(assignments.map(({ data }) => data.assignment)).toEqual([
      { oldBot: 'default', oldQueue: 'default', newAgent: 'ann', reason: 'owner' },
      { oldAgent: 'ann', newAgent: 'ben', reason: 'owner' },
    ]);
  });

  it('gets the open session back from whom holds it now, and from a bot; one that is resolved rests', async () => {
    const { shop, box } = await shopWithPeople();
    const caller = await shop.caller();
    const { contactId, sessionId } = await shop.hear(box, 'back');
    const holder = async () => {
      const { queue, agent } = (await sessions.find(house.db, shop.id, sessionId))!;
      return [queue, agent];
    };
    const [bot] = await holder();
    await shop.core.assignContact(caller, contactId, 'ann');
    for (const away of [{ agent: 'ben' }, { queue: bot! }]) {
      await shop.core.route(caller, { sessionId, ...away });
      expect(await holder()).not.toEqual(['agent_desk', 'ann']);
      expect(await shop.core.assignContact(caller, contactId, 'ann')).toEqual({ changed: true });
      expect(await holder()).toEqual(['agent_desk', 'ann']);
      expect(await shop.core.assignContact(caller, contactId, 'ann')).toEqual({ changed: false });
    }
    expect(await shop.events('contact.assigned')).toHaveLength(1);
    await shop.core.resolve(caller, sessionId);
    expect(await shop.core.assignContact(caller, contactId, 'ann')).toEqual({ changed: false });
    expect(await holder()).toEqual(['agent_desk', undefined]);
  });

  it('holds the sessions that begin later in a queue of agents, and none that begin with a bot', async () => {
    const { shop, box } = await shopWithPeople();
    const caller = await shop.caller();
    await shop.core.change.putChannel(
      { businessId: shop.id },
      {
        type: 'dummy',
        lane: 'desk',
        queue: 'support',
        settings: {},
      },
    );
    const { contactId, sessionId } = await shop.send('dummy:desk', 'p');
    await shop.core.close(caller, sessionId);
    await shop.core.assignContact(caller, contactId, 'ben');
    const next = await shop.hear('dummy:desk', 'p', 'again');
    expect(next).toMatchObject({ agent: 'ben' });
    const [opened] = (await shop.events('session.opened')).slice(-1);
    expect(opened!.data.session).toMatchObject({ queue: 'support', agent: 'ben' });
    const bot = await shop.send(box, 'q');
    await shop.core.close(caller, bot.sessionId);
    await shop.core.assignContact(caller, bot.contactId, 'ben');
    expect(await shop.hear(box, 'q')).not.toHaveProperty('agent');
  });

  it('who is not active gets no new session, and no contact', async () => {
    const { shop } = await shopWithPeople();
    const caller = await shop.caller();
    await shop.core.change.putChannel(
      { businessId: shop.id },
      {
        type: 'dummy',
        lane: 'desk',
        queue: 'support',
        settings: {},
      },
    );
    const { contactId, sessionId } = await shop.send('dummy:desk', 'p');
    await expect(shop.core.assignContact(caller, contactId, 'cem')).rejects.toMatchObject({
      kind: 'invalid',
      details: [{ field: 'agent', code: 'UNKNOWN_AGENT', possibleValues: ['ann', 'ben'] }],
    });
    await expect(shop.core.assignContact(caller, 'nobody', 'ann')).rejects.toMatchObject({
      kind: 'notFound',
    });
    await shop.core.close(caller, sessionId);
    await shop.core.assignContact(caller, contactId, 'ann');
    await shop.core.change.putAgent({ businessId: shop.id }, { code: 'ann', status: 'inactive' });
    expect(await shop.hear('dummy:desk', 'p')).not.toHaveProperty('agent');
  });

  it('who is removed owns nothing any more', async () => {
    const { shop, box } = await shopWithPeople();
    const { contactId, sessionId } = await shop.send(box, 'p');
    await shop.core.close(await shop.caller(), sessionId);
    await shop.core.assignContact(await shop.caller(), contactId, 'ann');
    await shop.core.change.remove({ businessId: shop.id }, 'agents', 'ann');
    expect(await contactOf(shop, contactId)).not.toHaveProperty('owner');
  });

  it('is the one whom every session has that is opened at the moment of the assignment', async () => {
    const { shop } = await shopWithPeople();
    const caller = await shop.caller();
    await shop.core.change.putChannel(
      { businessId: shop.id },
      {
        type: 'dummy',
        lane: 'desk',
        queue: 'support',
        settings: {},
      },
    );
    for (let i = 0; i < 8; i += 1) {
      const { contactId, sessionId } = await shop.send('dummy:desk', `r${i}`);
      await shop.core.close(caller, sessionId);
      const [next] = await Promise.all([
        shop.send('dummy:desk', `r${i}`),
        shop.core.assignContact(caller, contactId, 'ann'),
      ]);
      expect(await sessions.find(house.db, shop.id, next.sessionId)).toMatchObject({ agent: 'ann' });
    }
  });
});

describe('a send with conditions', () => {
  /** A WhatsApp number, which has a care window. */
  async function withWindow(lane: string) {
    const shop = await house.business(running);
    await shop.core.change.putChannel(
      { businessId: shop.id },
      { type: 'wacfb', lane, settings: meta.account },
    );
    return { shop, channel: `wacfb:${lane}` };
  }

  it('goes only to a contact that there is', async () => {
    const { shop, box } = await shopWithPeople();
    await expect(shop.send(box, 'stranger', 'Hi', { onlyKnown: true })).rejects.toMatchObject({
      kind: 'invalid',
      details: [{ field: 'to', code: 'UNKNOWN_CONTACT' }],
    });
    expect(await contactsOf(shop)).toEqual([]);
    await shop.hear(box, 'stranger');
    await shop.send(box, 'stranger', 'Hi', { onlyKnown: true });
  });

  it('is refused while the window is closed, and leaves nothing behind', async () => {
    const { shop, channel } = await withWindow('966500000091');
    const only = { onlyInWindow: true };
    await expect(shop.send(channel, '966500000001', 'Hi', only)).rejects.toMatchObject({
      kind: 'invalid',
      details: [{ code: 'WINDOW_CLOSED' }],
    });
    expect(await contactsOf(shop)).toEqual([]);
    expect(await shop.messages()).toEqual([]);
    await shop.hear(channel, '966500000001', 'Hello?');
    await shop.send(channel, '966500000001', 'Hi', only);
    const old = Date.now() - 25 * 3_600_000;
    await shop.hear(channel, '966500000002', 'long ago', { timestamp: old });
    await expect(shop.send(channel, '966500000002', 'Hi', only)).rejects.toMatchObject({
      details: [{ code: 'WINDOW_CLOSED' }],
    });
  });

  it('lets a template through, and everything where there is no window', async () => {
    const { shop, channel } = await withWindow('966500000092');
    const { value } = await shop.core.change.putTemplate(
      { businessId: shop.id },
      {
        code: 'hello',
        lang: 'en',
        body: 'Hello',
      },
    );
    await shop.core.change.approveTemplate({ businessId: shop.id }, value.id, {
      channelId: channel,
      status: 'APPROVED',
    });
    await shop.send(channel, '966500000001', '', {
      content: { type: 'template' },
      template: { code: 'hello', lang: 'en' },
      onlyInWindow: true,
    });
    const box = await shop.sandbox();
    await shop.send(box, 'anybody', 'Hi', { onlyInWindow: true });
  });
});
