import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type Json, openHouse, ourNumber, type Reply, until } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

let next = 966517000000;
const number = () => String(++next);

/** Asks XMS, as the app in front or as another one. */
function xms(path: string, body: unknown, key = house.keys['front/all']!): Promise<Reply> {
  return house.request('POST', `/xms/api/v1/${path}`, JSON.stringify(body), { 'x-api-key': key });
}

const text = (body: string) => ({ type: 'text', text: { body } });

/** The session that XMS was told of for a person. */
const sessionOf = (person: string): Promise<string> =>
  until(
    () =>
      house.outside
        .told('front')
        .flatMap(({ events = [] }) => events)
        .find((event) => event.eventCode === 'SESSION_ROUTED' && event.contact?.csid === person)?.sessionId,
  );

describe('a person', () => {
  it('made by Azeer is the one that XMS sends to', async () => {
    const person = number();
    const made = await house.contact(person, { profile_name: 'Huda' });
    const contactId = `wa${person}_${ourNumber}`;
    const sent = await xms('message/send', {
      to: { contactId },
      template: { code: 'order_ready', lang: 'en', data: { 1: 'Huda', 2: '7' } },
    });
    expect(sent.status, sent.text).toBe(200);
    const carried = await until(() => house.cloud.sent.find(({ to }) => to === person));
    expect(carried.body.type).toBe('template');
    expect((await house.all.get(`contact/${person}`)).body).toEqual(made);
    const count = {
      name: 'test.azeer.same',
      text: `select count(*)::int as n from contact where csid = '${person}'`,
    };
    expect(await house.db.run(count, [])).toEqual([{ n: 1 }]);
  });

  it('of whom XMS learned a name is told with it by Azeer, and the other way round', async () => {
    const person = number();
    await house.contact(person, { profile_name: 'Huda', profile_email: 'huda@x.example' });
    const told = await house.request('GET', `/api/v1/contacts/wa${person}_${ourNumber}`, undefined, {
      'x-api-key': house.all.key,
    });
    expect(told.body).toMatchObject({
      businessProfile: { name: 'Huda', email: 'huda@x.example' },
    });
    const wrote = number();
    await house.says(wrote, 'Hi', 'Asha');
    expect((await house.all.get(`contact/${wrote}`)).body.profile_name).toBe('Asha');
  });
});

describe('a message', () => {
  it('sent by Azeer is in the reading of XMS, and told by both in their own words', async () => {
    const person = number();
    const { path: outgoing } = await house.webhook('outgoing_msg');
    const { path: statuses } = await house.webhook('message_status_changed');
    await house.says(person, 'Where is my order?', 'Huda');
    const sessionId = await sessionOf(person);
    const { id, message_id } = await house.text(person, 'On its way.');

    const history = await xms('session/messages', { sessionId });
    expect(history.status).toBe(200);
    expect(history.body.results).toMatchObject([
      { type: 'I', text: 'Where is my order?' },
      { type: 'O', text: 'On its way.', messageId: id },
    ]);
    const told = await until(() =>
      house.outside.told('front').find(({ statuses = [] }) => statuses.some((one) => one.id === id)),
    );
    expect(told.statuses![0]).toMatchObject({ id, status: 'SENT' });
    expect(await house.told(outgoing, (body) => body.id === id)).toMatchObject({
      message_id,
      text: 'On its way.',
    });
    expect(await house.told(statuses, (body) => body.id === id)).toMatchObject({
      message_id,
      status: 'sent',
    });
  });

  it('sent by XMS is told by Azeer, and deleted by it', async () => {
    const person = number();
    const { path } = await house.webhook('outgoing_msg');
    await house.says(person, 'Hi', 'Huda');
    const sessionId = await sessionOf(person);
    const sent = await xms('message/send', {
      to: { contactId: `wa${person}_${ourNumber}` },
      ...text('Hello'),
    });
    expect(sent.status).toBe(200);
    const { id } = sent.body.data;
    const told = await house.told(path, (body) => body.id === id);
    expect(told).toMatchObject({ to: person, text: 'Hello', direction: 'out' });
    await house.rest();
    expect((await house.all.del(`message/${told.message_id}`)).status).toBe(200);
    const history = await xms('session/messages', { sessionId });
    expect(history.body.results.map((one: Json) => one.text)).toEqual(['Hi']);
  });

  it('of a person is told by both', async () => {
    const person = number();
    const { path } = await house.webhook('incoming_msg');
    const id = await house.says(person, 'Good morning', 'Huda');
    expect(await house.told(path, (body) => body.id === id)).toMatchObject({ text: 'Good morning' });
    const wrapper = await until(() =>
      house.outside
        .told('front')
        .find(({ messages = [] }) => messages.some((one) => one.messageIdExt === id)),
    );
    expect(wrapper.messages![0]).toMatchObject({ from: person, text: { body: 'Good morning' } });
  });
});

describe('an agent', () => {
  it('made by Azeer can be routed to by XMS, which Azeer tells', async () => {
    const lina = { role: 'agent', name: 'Lina', display_name: 'Lina', status: 'active' };
    expect((await house.all.post('agent', { ...lina, email: 'Lina@shop.example' })).status).toBe(200);
    const { path } = await house.webhook('chat_assigned');
    const person = number();
    await house.says(person, 'A human, please', 'Huda');
    const sessionId = await sessionOf(person);
    const routed = await xms('session/routing', {
      sessionId,
      queue: 'agent_desk',
      agent: 'lina@shop.example',
    });
    expect(routed.status, routed.text).toBe(200);
    expect(await house.told(path, (body) => body.platform_id === person)).toMatchObject({
      type: 'chat',
      assigned_platform_id: 'lina@shop.example',
    });
  });

  it('to whom Azeer assigns a contact gets its conversation, which XMS tells', async () => {
    const omar = { role: 'agent', name: 'Omar', display_name: 'Omar', status: 'active' };
    await house.all.post('agent', { ...omar, email: 'omar@shop.example' });
    const person = number();
    await house.says(person, 'Hi', 'Huda');
    const sessionId = await sessionOf(person);
    const assigned = await house.all.post('contact/assign', {
      platform_id: person,
      assigned_platform_id: 'omar@shop.example',
    });
    expect(assigned.status).toBe(200);
    const session = await house.request('GET', `/api/v1/sessions/${sessionId}`, undefined, {
      'x-api-key': house.all.key,
    });
    expect(session.body).toMatchObject({ agent: 'omar@shop.example' });
  });

  it('that is inactive at Azeer takes no session of XMS', async () => {
    const asleep = { role: 'agent', name: 'Asleep', display_name: 'Asleep', status: 'inactive' };
    await house.all.post('agent', { ...asleep, email: 'asleep@shop.example' });
    const person = number();
    await house.says(person, 'Hi', 'Huda');
    const routed = await xms('session/routing', {
      sessionId: await sessionOf(person),
      queue: 'agent_desk',
      agent: 'asleep@shop.example',
    });
    expect(routed.status).toBe(400);
  });
});

describe('a template', () => {
  it('is one for both: approved in the one, sent by the other', async () => {
    const own = { 'x-api-key': house.all.key };
    const body = JSON.stringify({ body: 'Hello {{name}}, welcome.' });
    await house.request('PUT', '/api/v1/templates/welcome/en', body, own);
    const person = number();
    await house.contact(person);
    const send = () =>
      house.all.post('message/send', {
        to: person,
        type: 'template',
        template: { template_id: 'welcome', language: 'en', argument: { BODY: ['Huda'] } },
      });
    expect((await send()).body).toMatchObject({
      success: false,
      message: expect.stringContaining('not approved'),
    });
    await house.request(
      'PUT',
      `/api/v1/templates/welcome/en/approvals/wacfb:${ourNumber}`,
      JSON.stringify({ status: 'APPROVED' }),
      own,
    );
    expect((await send()).status).toBe(200);
    const carried = await until(() => house.cloud.sent.find(({ to }) => to === person));
    expect(carried.body.template).toMatchObject({ name: 'welcome' });
  });
});
