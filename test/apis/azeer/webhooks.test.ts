import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type Json, openHouse, ourNumber, until } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const names = [
  'incoming_msg',
  'outgoing_msg',
  'chat_assigned',
  'chat_closed',
  'chat_mentioned',
  'template_approved',
  'broadcast_complete',
  'billing_alert',
  'new_contact',
  'for_rules',
  'message_status_changed',
];
const inbox = {
  name: 'inbox',
  description: 'incoming to CRM',
  url: 'https://crm.example/hook',
  event: 'incoming_msg',
  securetoken: 's3cr3t-value',
  policy: 'retry',
  enabled: true,
};
const seconds = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

let next = 966515000000;
const number = () => String(++next);

describe('a webhook', () => {
  it('is created, listed, read and deleted; its secret is shown once', async () => {
    const { status, body } = await house.all.post('webhook', { ...inbox, unknown: 'ignored' });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    const data = {
      id: expect.any(String),
      business_id: house.uuid,
      ...inbox,
      created_at: time,
      updated_at: time,
    };
    expect([status, body]).toEqual([200, { success: true, message: 'webhook created', data }]);
    const { id } = body.data;
    const masked = { ...body.data, securetoken: '********' };
    const list = await house.reader.get('webhook');
    expect(list.body).toEqual({ success: true, message: 'webhooks list', data: expect.any(Array) });
    expect(list.body.data).toContainEqual(masked);
    expect((await house.reader.get(`webhook/${id}`)).body).toEqual({
      success: true,
      message: 'webhook details',
      data: masked,
    });
    expect(list.text).not.toContain('s3cr3t-value');
    const gone = await house.all.del(`webhook/${id}`);
    expect([gone.status, gone.body]).toEqual([
      200,
      { success: true, message: 'webhook deleted', data: { id } },
    ]);
    for (const answer of [await house.all.get(`webhook/${id}`), await house.all.del(`webhook/${id}`)]) {
      expect([answer.status, answer.body]).toEqual([
        404,
        { success: false, message: 'There is no webhook with this id', error: 'NotFound' },
      ]);
    }
  });

  it.each(names)('takes a subscription to %s', async (event) => {
    const { status, body } = await house.all.post('webhook', { ...inbox, event });
    expect([status, body.data?.event]).toEqual([200, event]);
    await house.all.del(`webhook/${body.data.id}`);
  });

  it.each<[string, object, string]>([
    ['no name', { name: undefined }, 'name'],
    ['no description', { description: undefined }, 'description'],
    ['no address', { url: undefined }, 'url'],
    ['an address that is none', { url: 'crm' }, 'url'],
    ['an event that there is not', { event: 'new_order' }, 'event'],
    ['no event', { event: undefined }, 'event'],
    ['no secret', { securetoken: undefined }, 'securetoken'],
    ['a secret that no header carries', { securetoken: 'two words' }, 'securetoken'],
    ['no policy', { policy: undefined }, 'policy'],
    ['a word for enabled', { enabled: 'yes' }, 'enabled'],
    ['no enabled', { enabled: undefined }, 'enabled'],
  ])('is refused with %s', async (_, wrong, named) => {
    const before = await house.counts();
    const { status, body } = await house.all.post('webhook', { ...inbox, ...wrong });
    expect([status, body]).toEqual([
      400,
      { success: false, message: expect.stringContaining(named), error: 'BadRequest' },
    ]);
    expect(await house.counts()).toEqual(before);
  });

  it('of one business is none of another’s', async () => {
    const { id } = await house.webhook('new_contact');
    expect((await house.rival.get(`webhook/${id}`)).status).toBe(404);
    expect((await house.rival.del(`webhook/${id}`)).status).toBe(404);
    expect((await house.rival.get('webhook')).body.data).toEqual([]);
  });

  it('hears of everybody, and is made, seen and taken away by a key of the whole business alone', async () => {
    const { id } = await house.webhook('new_contact');
    const before = await house.counts();
    for (const answer of [
      await house.front.post('webhook', inbox),
      await house.front.get('webhook'),
      await house.front.get(`webhook/${id}`),
      await house.front.del(`webhook/${id}`),
    ]) {
      expect([answer.status, answer.body.error]).toEqual([403, 'Forbidden']);
    }
    expect(await house.counts()).toEqual(before);
  });

  it.each(['retry', 'Retry later', 'none'])('has the policy %j as it was given', async (policy) => {
    const { id } = await house.webhook('incoming_msg', { policy });
    expect((await house.all.get(`webhook/${id}`)).body.data.policy).toBe(policy);
    expect((await house.all.get('webhook')).body.data).toContainEqual(
      expect.objectContaining({ id, policy }),
    );
  });

  it('has another policy, when that is set elsewhere', async () => {
    const { id } = await house.webhook('incoming_msg', { policy: 'none' });
    const { url } = (await house.all.get(`webhook/${id}`)).body.data;
    const { change } = house.server.pipeline.core;
    await change.putEndpoint(
      { businessId: house.businessId },
      { id, surface: 'azeer', url, name: 'renamed' },
    );
    expect((await house.all.get(`webhook/${id}`)).body.data).toMatchObject({
      name: 'renamed',
      policy: 'none',
    });
    await change.putEndpoint(
      { businessId: house.businessId },
      { id, surface: 'azeer', url, policy: 'schedule' },
    );
    expect((await house.all.get(`webhook/${id}`)).body.data.policy).toBe('schedule');
  });
});

describe('a delivery', () => {
  it('carries the secret, and a signature of the body by it', async () => {
    const { path } = await house.webhook('incoming_msg', { securetoken: 'abc' });
    const from = number();
    await house.says(from, 'Hello');
    await house.told(path, (body) => body.from === from);
    const [came] = house.outside.at(path);
    expect(came!.method).toBe('POST');
    expect(came!.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      authorization: 'Bearer abc',
      'x-signature': `sha256=${createHmac('sha256', 'abc').update(came!.raw).digest('hex')}`,
    });
    for (const name of ['x-verify-token', 'webhook-signature', 'x-xms-signature'])
      expect(came!.headers).not.toHaveProperty(name);
  });

  it('is made to each webhook of an event, and to none that is switched off or deleted', async () => {
    const [one, two, off, gone] = await Promise.all([
      house.webhook('incoming_msg'),
      house.webhook('incoming_msg'),
      house.webhook('incoming_msg', { enabled: false }),
      house.webhook('incoming_msg'),
    ]);
    await house.all.del(`webhook/${gone.id}`);
    const from = number();
    await house.says(from, 'Hello');
    await house.told(one.path, (body) => body.from === from);
    await house.told(two.path, (body) => body.from === from);
    await house.rest();
    expect([...off.came(), ...gone.came()]).toEqual([]);
  });

  it('is tried once where the policy is not retry', async () => {
    const { path, came } = await house.webhook('incoming_msg', { policy: 'never again' });
    house.outside.answers(path, () => ({ status: 500 }));
    await house.says(number(), 'Hello');
    await house.rest();
    expect(came()).toHaveLength(1);
  });

  it('is tried again where the policy is retry', async () => {
    const { path, came } = await house.webhook('incoming_msg');
    let calls = 0;
    house.outside.answers(path, () => ({ status: ++calls === 1 ? 503 : 200 }));
    const from = number();
    await house.says(from, 'Hello');
    await until(() => came().filter(({ body }) => (body as Json).from === from).length === 2);
  }, 30_000);
});

describe('incoming_msg', () => {
  let path: string;
  beforeAll(async () => {
    ({ path } = await house.webhook('incoming_msg'));
  });
  const common = (from: string) => ({
    business_id: house.uuid,
    contact_id: expect.any(Number),
    contact_name: expect.any(String),
    direction: 'in',
    from,
    to: ourNumber,
    id: expect.stringMatching(/^wamid\./),
    message_id: expect.any(Number),
    parent_message_id: null,
    platform: 'whatsapp',
    timestamp: seconds,
    type: 'message',
    webhook_event_type: 'incoming_msg',
  });
  const from = async (message: Json) => {
    const person = number();
    const id = await house.sends(person, message);
    return { person, id, told: await house.told(path, (body) => body.id === id) };
  };

  it('tells a text, and who wrote it', async () => {
    const person = number();
    const id = await house.says(person, 'On my way', 'Huda');
    const told = await house.told(path, (body) => body.from === person);
    const { id: contact_id } = (await house.all.get(`contact/${person}`)).body;
    expect(told).toEqual({
      ...common(person),
      id,
      contact_id,
      contact_name: 'Huda',
      message_type: 'text',
      text: 'On my way',
      message_body: { text: { body: 'On my way' } },
    });
  });

  it('tells a press of a button', async () => {
    const { person, told } = await from({
      type: 'interactive',
      interactive: { type: 'button_reply', button_reply: { id: '$0', title: 'Yes' } },
    });
    expect(told).toEqual({
      ...common(person),
      message_type: 'interactive',
      text: 'Yes',
      interactive_reply_id: '$0',
      message_body: { interactive: { type: 'button_reply', button_reply: { id: '$0', title: 'Yes' } } },
    });
  });

  it('tells a choice of a list', async () => {
    const { path } = await house.webhook('incoming_msg');
    const from = number();
    await house.sends(from, {
      type: 'interactive',
      interactive: { type: 'list_reply', list_reply: { id: 'tea', title: 'Tea', description: 'With milk' } },
    });
    expect(await house.told(path, (body) => body.from === from)).toMatchObject({
      message_type: 'interactive',
      text: 'Tea',
      interactive_reply_id: 'tea',
      message_body: {
        interactive: {
          type: 'list_reply',
          list_reply: { id: 'tea', title: 'Tea', description: 'With milk' },
        },
      },
    });
  });

  it('tells a press of a template’s button', async () => {
    const { person, told } = await from({ type: 'button', button: { payload: 'stop', text: 'Stop' } });
    expect(told).toEqual({
      ...common(person),
      message_type: 'button',
      text: 'Stop',
      interactive_reply_id: 'stop',
      message_body: { button: { payload: 'stop', text: 'Stop' } },
    });
  });

  it.each(['image', 'video', 'audio', 'document', 'sticker'])('tells a file: %s', async (type) => {
    const { person, told } = await from({ type, [type]: { id: '4711', mime_type: 'x/y', sha256: '' } });
    expect(told).toEqual({
      ...common(person),
      message_type: type,
      filename_url: expect.stringMatching(/^http:\/\/acme\.parley\.test\/media\//),
      media_id: expect.any(String),
      mime_type: 'x/y',
      message_body: { [type]: expect.objectContaining({ link: told.filename_url, mime_type: 'x/y' }) },
    });
    expect(told).not.toHaveProperty('text');
  });

  it('tells a place and a card by what can be read of them', async () => {
    const place = await from({
      type: 'location',
      location: { latitude: 24.5, longitude: 46.5, name: 'Shop' },
    });
    expect(place.told).toMatchObject({
      message_type: 'location',
      text: 'Shop, 24.5,46.5',
      message_body: { location: { latitude: '24.5', longitude: '46.5', name: 'Shop' } },
    });
    const card = await from({ type: 'contacts', contacts: [{ name: { formatted_name: 'Lina' } }] });
    expect(card.told).toMatchObject({ message_type: 'contacts', text: 'Lina' });
  });

  it('tells which message is answered, by its number', async () => {
    const person = number();
    await house.says(person, 'Hi');
    const sent = await house.text(person, 'Which one?');
    await until(() => house.cloud.sent.find(({ to }) => to === person));
    await house.rest();
    const wamid = house.cloud.sent.find(({ to }) => to === person)!.id;
    const id = await house.sends(person, {
      type: 'text',
      text: { body: 'That one' },
      context: { id: wamid },
    });
    const told = await house.told(path, (body) => body.id === id);
    expect(told).toMatchObject({ text: 'That one', parent_message_id: sent.message_id });
  });
});

describe('what goes out', () => {
  it('is told flat, with the ids that sending answered', async () => {
    const { path } = await house.webhook('outgoing_msg');
    const person = number();
    await house.says(person, 'Hi', 'Huda');
    const { id, message_id } = await house.text(person, 'Your order is ready.');
    expect(await house.told(path, (body) => body.to === person)).toEqual({
      business_id: house.uuid,
      contact_id: expect.any(Number),
      contact_name: 'Huda',
      direction: 'out',
      from: ourNumber,
      to: person,
      id,
      message_id,
      parent_message_id: null,
      message_type: 'text',
      platform: 'whatsapp',
      text: 'Your order is ready.',
      message_body: { text: { body: 'Your order is ready.' } },
      timestamp: seconds,
      type: 'message',
      webhook_event_type: 'outgoing_msg',
    });
  });

  it('is told as what it is: a template, choices', async () => {
    const { path } = await house.webhook('outgoing_msg');
    const person = number();
    await house.says(person, 'Hi');
    await house.all.post('message/send', {
      to: person,
      type: 'template',
      template: { template_id: 'order_ready', language: 'en', argument: { BODY: ['Huda', '7'] } },
    });
    expect(await house.told(path, (body) => body.message_type === 'template')).toMatchObject({
      text: 'Hi Huda, order 7 is ready.\nCorner Shop',
      message_body: { template: { name: 'order_ready', language: { code: 'en' } } },
    });
    await house.all.post('message/send', {
      to: person,
      type: 'interactive',
      interactive: {
        type: 'button',
        body: { text: 'Now?' },
        action: { buttons: [{ reply: { id: 'y', title: 'Yes' } }] },
      },
    });
    expect(await house.told(path, (body) => body.message_type === 'interactive')).toMatchObject({
      text: 'Now?',
      message_body: {
        interactive: { body: { text: 'Now?' }, action: { buttons: [{ reply: { id: 'y', title: 'Yes' } }] } },
      },
    });
  });

  it('tells how it fares: sent, delivered, read', async () => {
    const { path, came } = await house.webhook('message_status_changed');
    const person = number();
    await house.says(person, 'Hi', 'Huda');
    const { id, message_id } = await house.text(person, 'Hello');
    const sent = await until(() => house.cloud.sent.find(({ to }) => to === person));
    await house.rest();
    await house.cloud.report(sent, 'delivered');
    await house.cloud.report(sent, 'read');
    await house.told(path, (body) => body.status === 'read');
    // What becomes of other messages is told here, too.
    const told = came().flatMap(({ body }) => ((body as Json).id === id ? [body as Json] : []));
    expect(told.map(({ status }) => status)).toEqual(['sent', 'delivered', 'read']);
    expect(told[1]).toEqual({
      business_id: house.uuid,
      contact_id: expect.any(Number),
      contact_name: 'Huda',
      direction: 'out',
      from: ourNumber,
      to: person,
      id,
      message_id,
      message_type: 'text',
      platform: 'whatsapp',
      timestamp: seconds,
      type: 'status',
      webhook_event_type: 'message_status_changed',
      status: 'delivered',
    });
  });

  it('has one type in all that is told of a message', async () => {
    const [accepted, fares] = await Promise.all([
      house.webhook('outgoing_msg'),
      house.webhook('message_status_changed'),
    ]);
    const person = number();
    await house.says(person, 'Hi');
    const buttons = [{ reply: { id: 'y', title: 'Yes' } }];
    const header = { type: 'image', image: { link: `${house.outside.url}/a.png` } };
    for (const interactive of [
      { type: 'button', body: { text: 'Now?' }, action: { buttons } },
      { type: 'button', header, body: { text: 'This?' }, action: { buttons } },
    ]) {
      const sent = await house.all.post('message/send', { to: person, type: 'interactive', interactive });
      expect(sent.status, sent.text).toBe(200);
      const isIt = ({ id }: Json) => id === sent.body.id;
      expect((await house.told(accepted.path, isIt)).message_type).toBe('interactive');
      expect((await house.told(fares.path, isIt)).message_type).toBe('interactive');
    }
  });

  it('tells a failure, with what it was', async () => {
    const { path } = await house.webhook('message_status_changed');
    const person = number();
    await house.says(person, 'Hi');
    house.cloud.fail = ({ to }) =>
      to === person ? { status: 400, error: { code: 131047, message: 'Re-engagement message' } } : undefined;
    const { id } = await house.text(person, 'Too late');
    const told = await house.told(path, (body) => body.id === id && body.status === 'failed');
    house.cloud.fail = undefined;
    expect(told).toMatchObject({ type: 'status', direction: 'out', error: expect.stringMatching(/\w/) });
  });
});

describe('people and their conversations', () => {
  const lina = { role: 'agent', name: 'Lina', display_name: 'Lina', status: 'active' };
  beforeAll(async () => {
    for (const email of ['lina@shop.example', 'omar@shop.example'])
      await house.all.post('agent', { ...lina, email });
  });
  const assign = (platform_id: string, assigned_platform_id: string) =>
    house.all.post('contact/assign', { platform_id, assigned_platform_id });
  const about = (person: string, event: string, type: string) => ({
    business_id: house.uuid,
    contact_id: expect.any(Number),
    contact_name: expect.any(String),
    platform: 'whatsapp',
    platform_id: person,
    timestamp: seconds,
    type,
    webhook_event_type: event,
  });

  it('new_contact: once, by whatever made it', async () => {
    const { path, came } = await house.webhook('new_contact');
    const [told, wrote] = [number(), number()];
    await house.contact(told);
    await house.contact(told, { profile_name: 'Again' });
    await house.says(wrote, 'Hi', 'Huda');
    await house.says(wrote, 'Hi again', 'Huda');
    expect(await house.told(path, (body) => body.platform_id === told)).toEqual(
      about(told, 'new_contact', 'contact'),
    );
    expect(await house.told(path, (body) => body.platform_id === wrote)).toEqual(
      about(wrote, 'new_contact', 'contact'),
    );
    await house.rest();
    expect(came()).toHaveLength(2);
  });

  it('chat_assigned: when the agent changes, and only then', async () => {
    const { path, came } = await house.webhook('chat_assigned');
    const person = number();
    await house.contact(person);
    await assign(person, 'lina@shop.example');
    await assign(person, 'lina@shop.example');
    await assign(person, 'omar@shop.example');
    await house.told(path, (body) => body.assigned_platform_id === 'omar@shop.example');
    await house.rest();
    expect(came().map(({ body }) => body)).toEqual([
      { ...about(person, 'chat_assigned', 'chat'), assigned_platform_id: 'lina@shop.example' },
      { ...about(person, 'chat_assigned', 'chat'), assigned_platform_id: 'omar@shop.example' },
    ]);
  });

  it('chat_assigned: once, when an open conversation goes to the agent, too', async () => {
    const { path, came } = await house.webhook('chat_assigned');
    const person = number();
    await house.says(person, 'Hi');
    await assign(person, 'lina@shop.example');
    await house.told(path, (body) => body.platform_id === person);
    await house.rest();
    expect(came()).toHaveLength(1);
  });

  it('chat_assigned: when it comes back to its agent, whom others had it from', async () => {
    const person = number();
    await house.says(person, 'Hi');
    await assign(person, 'lina@shop.example');
    await house.rest();
    const { path, came } = await house.webhook('chat_assigned');
    const routed = await house.request(
      'POST',
      '/xms/api/v1/session/routing',
      JSON.stringify({ sessionId: await sessionOf(person), queue: 'agent_desk', agent: 'omar@shop.example' }),
      { 'x-api-key': house.all.key },
    );
    expect(routed.status, routed.text).toBe(200);
    await assign(person, 'lina@shop.example');
    await assign(person, 'lina@shop.example');
    await house.told(path, (body) => body.assigned_platform_id === 'lina@shop.example');
    await house.rest();
    expect(came().map(({ body }) => (body as Json).assigned_platform_id)).toEqual([
      'omar@shop.example',
      'lina@shop.example',
    ]);
  });

  it('chat_closed: when the conversation is closed', async () => {
    const { path } = await house.webhook('chat_closed');
    const person = number();
    await house.says(person, 'Hi');
    await closeSessionOf(person);
    expect(await house.told(path, (body) => body.platform_id === person)).toEqual(
      about(person, 'chat_closed', 'chat'),
    );
  });

  async function sessionOf(person: string): Promise<string> {
    const text = `select s.id from session s join contact c on c.business_id = s.business_id and c.id = s.contact_id
                  where c.csid = $1`;
    const [session] = await house.db.run<{ id: string }>({ name: 'test.azeer.session', text }, [person]);
    return session!.id;
  }

  async function closeSessionOf(person: string): Promise<void> {
    const body = JSON.stringify({ sessionId: await sessionOf(person) });
    const closed = await house.request('POST', '/xms/api/v1/session/close', body, {
      'x-api-key': house.all.key,
    });
    expect(closed.status).toBe(200);
  }
});

describe('template_approved', () => {
  it('is told when the provider approves, and not when it does not', async () => {
    const { path, came } = await house.webhook('template_approved');
    const tell = (event: string) =>
      house.server.pipeline.core.receive(house.businessId, `wacfb:${ourNumber}`, {
        messages: [],
        receipts: [],
        events: [{ kind: 'template-status', providerName: 'draft', lang: 'en', status: event }],
        ignored: [],
      });
    await tell('REJECTED');
    await tell('APPROVED');
    expect(await house.told(path, (body) => body.template_id === 'draft')).toEqual({
      business_id: house.uuid,
      template_id: 'draft',
      language: 'en',
      status: 'approved',
      timestamp: seconds,
      type: 'template',
      webhook_event_type: 'template_approved',
    });
    await house.rest();
    expect(came()).toHaveLength(1);
  });
});
