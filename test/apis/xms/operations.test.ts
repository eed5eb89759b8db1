import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/model/message.ts';
import type { Template } from '../../../src/model/setup.ts';
import { ann, botApp, FakeCore, makeXms, openSession } from './fake-core.ts';

const template = (code: string, ...approvals: Template['approvals']): Template => ({
  id: `id-${code}`,
  code,
  lang: 'en',
  name: code,
  body: 'Hello {{name}}',
  buttons: [{ type: 'QUICK_REPLY', code: 'Y', label: 'Yes' }],
  meta: {},
  approvals,
  createdAt: 1,
});

function makeSetup() {
  const core = new FakeCore();
  const channel = {
    contactType: 'WHATSAPP' as const,
    lane: '918828218374',
    accountId: 'a',
    enabled: true,
    settings: {},
  };
  core.things.channels.set('wa360:918828218374', {
    ...channel,
    id: 'wa360:918828218374',
    type: 'wa360',
    name: 'Support',
    sandbox: false,
  });
  core.things.channels.set('dummy:sandbox', {
    ...channel,
    id: 'dummy:sandbox',
    type: 'dummy',
    contactType: 'DUMMY',
    lane: 'sandbox',
    name: 'Sandbox',
    sandbox: true,
  });
  const one = { shared: false, disabled: false };
  core.things.vars.push(
    { ...one, id: 'v1', key: 'shop', value: { name: 'Shop', open: null } },
    { ...one, id: 'v2', key: 'line', value: 7, channelId: 'wa360:918828218374', disabled: true },
    { ...one, id: 'v3', key: 'other', value: 'x', channelId: 'dummy:sandbox' },
  );
  core.things.templates.push(
    template('A', { channelId: 'wa360:918828218374', status: 'approved' }),
    template('B', { channelId: 'wa360:918828218374', status: 'PENDING' }),
    template('C', { channelId: 'dummy:sandbox', status: 'PENDING' }),
    template('D'),
  );
  return makeXms(core);
}

const codes = ({ results }: { results: { code: string }[] }) => results.map(({ code }) => code).join('');

describe('config/channels', () => {
  test('lists channels in the compact envelope, the sandbox only when asked for, by either spelling', async () => {
    const { call } = makeSetup();
    const { status, body } = await call('GET', 'config/channels');
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(
      ['message', 'messageKey', 'results', 'status', 'statusKey', 'timestamp', 'traceid'].sort(),
    );
    expect(body.results).toEqual([
      { channelId: 'wa360:918828218374', contactType: 'WHATSAPP', lane: '918828218374', name: 'Support' },
    ]);
    for (const wish of ['sabdnox=true', 'sandbox=1', 'sabdnox=YES']) {
      expect((await call('GET', `config/channels?${wish}`)).body.results, wish).toHaveLength(2);
    }
    for (const wish of ['sabdnox=false', 'sandbox=on', 'sabdnox=']) {
      expect((await call('GET', `config/channels?${wish}`)).body.results, wish).toHaveLength(1);
    }
  });

  test('may be read with a key that only reads', async () => {
    const { call } = makeSetup();
    expect((await call('GET', 'config/channels', undefined, { 'x-api-key': 'key-read' })).status).toBe(200);
  });
});

describe('config/global/vars', () => {
  test('lists variables as they are, with disabled ones, and echoes the query', async () => {
    const { call } = makeSetup();
    const { body } = await call('GET', 'config/global/vars?channelId=wa360:918828218374');
    expect(body.results).toEqual([
      {
        id: 'v1',
        key: 'shop',
        value: { name: 'Shop', open: null },
        shared: false,
        disabled: false,
        domain: 'alex',
        server: 'example.com',
      },
      {
        id: 'v2',
        key: 'line',
        value: 7,
        shared: false,
        disabled: true,
        domain: 'alex',
        server: 'example.com',
      },
    ]);
    expect(body).toMatchObject({
      path: '/xms/api/v1/config/global/vars',
      query: { channelId: 'wa360:918828218374' },
    });
    expect(body.data).toBeUndefined();
    expect((await call('GET', 'config/global/vars')).body.results).toHaveLength(3);
  });
});

describe('config/tmpl/hsm', () => {
  test('keeps what the channel approved, or what has the status asked for', async () => {
    const { call } = makeSetup();
    const of = async (query: string) => codes((await call('GET', `config/tmpl/hsm${query}`)).body);
    expect(await of('')).toBe('ABCD');
    expect(await of('?channelId=wa360:918828218374')).toBe('A');
    expect(await of('?channelId=wa360:918828218374&channelStatus=pending')).toBe('B');
    expect(await of('?channelStatus=PENDING')).toBe('BC');
    expect(await of('?channelId=unknown')).toBe('');
    const { body } = await call('GET', 'config/tmpl/hsm?channelId=wa360:918828218374');
    expect(body.results[0]).toMatchObject({
      id: 'id-A',
      body: 'Hello {{name}}',
      options: { buttons: [{ type: 'QUICK_REPLY', code: 'Y', label: 'Yes' }] },
      approved: [{ channelId: 'wa360:918828218374', status: 'approved' }],
      createdStamp: 1,
    });
  });
});

describe('config/webhook', () => {
  test('sets the webhook and answers the app, without key and secret', async () => {
    const { call, core } = makeSetup();
    const { body } = await call('POST', 'config/webhook', { url: 'https://bot.example/hook', headers: {} });
    expect(body.data).toEqual({
      id: botApp.id,
      appMode: 'BOT',
      appType: 'DEFAULT',
      agentApp: false,
      props: {},
      webhook: 'https://bot.example/hook',
      keyName: 'main',
      shared: false,
      readOnly: false,
    });
    expect(body.results).toEqual([body.data]);
    expect(core.asked.at(-1)?.with).toEqual({
      appId: botApp.id,
      surface: 'xms',
      url: 'https://bot.example/hook',
    });
    expect((await call('POST', 'config/webhook', { url: '' })).body.data.webhook).toBe('');
  });

  test('tells what is wrong with an address, and never a password in it', async () => {
    const { call } = makeSetup();
    const { status, body } = await call('POST', 'config/webhook', { url: 'http://me:secret@bot.example' });
    expect(status).toBe(400);
    expect(body.errors[0]).toMatchObject({
      field: 'url',
      obzect: 'WebhookUrlRequest',
      codeKey: 'PARAM_INVALID',
    });
    expect(JSON.stringify(body)).not.toContain('secret@');
    expect((await call('POST', 'config/webhook', {})).body.statusKey).toBe('PARAM_MISSING');
  });
});

describe('sessions', () => {
  test('are routed, resolved and closed with the event that tells it', async () => {
    const { call, core } = makeXms();
    const routing = { sessionId: openSession.id, queue: 'b', params: { a: null }, skills: ['x'], note: 'n' };
    const routed = await call('POST', 'session/routing', routing);
    expect(routed.body.results).toMatchObject([
      {
        eventCode: 'SESSION_ROUTED',
        eventId: '65f0000000000000000000e1',
        sessionId: openSession.id,
        sessionRouted: { sourceQueue: 'a', targetQueue: 'b', sessionStart: false },
      },
    ]);
    expect(core.asked.at(-1)?.with).toEqual(routing);
    const resolved = await call('POST', 'session/resolve', { sessionId: openSession.id });
    expect(resolved.body.results).toMatchObject([
      { eventCode: 'SESSION_STATUS', session: { resolved: true } },
    ]);
    const closed = await call('POST', 'session/close', { sessionId: openSession.id });
    expect(closed.body.results).toMatchObject([{ eventCode: 'SESSION_CLOSED' }]);
  });

  test('that are not known are told so, whatever the id looks like', async () => {
    const { call } = makeXms();
    for (const sessionId of ['61f3810a02e14c0877fc1a99', 'nonsense', '', 7]) {
      for (const path of ['session/close', 'session/resolve', 'session/messages']) {
        const { status, body } = await call('POST', path, { sessionId });
        expect(status, `${path} ${sessionId}`).toBe(404);
        expect(body).toMatchObject({
          statusKey: 'NOT_FOUND',
          errors: [{ field: 'sessionId', code: 'SESSION_NOT_FOUND' }],
        });
      }
    }
  });

  test('are routed somewhere', async () => {
    const { call } = makeXms();
    const { status, body } = await call('POST', 'session/routing', { sessionId: openSession.id });
    expect(status).toBe(400);
    expect(body).toMatchObject({ statusKey: 'PARAM_MISSING', errors: [{ field: 'queue' }] });
  });
});

describe('session/messages', () => {
  const line = (more: Partial<Message>): Message => ({
    id: 'm1',
    direction: 'I',
    contactId: ann.id,
    channelId: ann.channelId,
    sessionId: openSession.id,
    content: { type: 'text', text: 'Hello' },
    status: 'FORWARDED',
    stamps: { RECEIVD: 1, FORWARDED: 2 },
    errors: [],
    mask: false,
    timestamp: 1,
    ...more,
  });

  test('lists all lines, by POST and as it used to be asked for', async () => {
    const { call, core } = makeXms();
    core.messages.push(
      line({ providerId: 'wamid.1' }),
      line({ id: 'm2', content: { type: 'image', media: { id: 'f', mime: 'image/png' } }, replyId: 'm0' }),
      line({
        id: 'm3',
        direction: 'O',
        content: { type: 'template', template: { id: 't', code: 'A', lang: 'en', body: 'Hi Ann' } },
        senderType: 'BOT',
        senderCode: 'helpbot',
        appId: botApp.id,
      }),
      line({ id: 'm4', direction: 'O', content: { type: 'text', text: 'PIN 1234' }, mask: true }),
    );
    const { body } = await call('POST', 'session/messages', { sessionId: openSession.id });
    expect(body.results).toMatchObject([
      {
        messageId: 'm1',
        messageIdExt: 'wamid.1',
        type: 'I',
        text: 'Hello',
        status: 'FORWARDED',
        stamps: { RECEIVD: 1, FORWARDED: 2 },
        sender: ann.id,
        name: 'Ann',
        contact: { contactId: ann.id, channelType: 'wa360' },
      },
      {
        messageId: 'm2',
        replyId: 'm0',
        attachments: [{ mediaId: 'f', mediaType: 'IMAGE', mediaMimeType: 'image/png' }],
      },
      {
        messageId: 'm3',
        type: 'O',
        text: 'Hi Ann',
        template: 'A',
        templateId: 't',
        sender: 'helpbot',
        route: { senderType: 'BOT', senderCode: 'helpbot', senderApp: botApp.id },
      },
      { messageId: 'm4', text: '*****' },
    ]);
    const before = await call('GET', `session/messages?sessionId=${openSession.id}`);
    expect(before.body.results).toEqual(body.results);
    expect((await call('GET', 'session/messages')).body.statusKey).toBe('PARAM_MISSING');
  });

  test('shows cards and places as cards', async () => {
    const { call, core } = makeXms();
    core.messages.push(
      line({ content: { type: 'location', location: { latitude: '1.5', longitude: '2', name: 'Shop' } } }),
      line({
        content: {
          type: 'contacts',
          cards: [
            { name: { formatted_name: 'Bob' }, phones: [{ phone: '1', wa_id: '1' }], org: { title: 'Cook' } },
          ],
        },
      }),
    );
    const { body } = await call('POST', 'session/messages', { sessionId: openSession.id });
    expect(body.results[0].vccards).toEqual([
      { locations: [{ latitude: '1.5', longitude: '2', name: 'Shop' }] },
    ]);
    expect(body.results[1].vccards).toEqual([
      {
        name: { formattedName: 'Bob' },
        phones: [{ phone: '1', whatsAppId: '1' }],
        work: [{ title: 'Cook' }],
      },
    ]);
  });
});

describe('contact/prefs/lang', () => {
  test('answers the change as an event', async () => {
    const { call } = makeXms();
    const { body } = await call('POST', 'contact/prefs/lang', { contactId: ann.id, lang: 'en' });
    expect(body.results).toMatchObject([
      { eventCode: 'CONTACT_UPDATE', contactId: ann.id, contact: { name: 'Ann' } },
    ]);
  });

  test('knows no stranger and no odd language', async () => {
    const { call } = makeXms();
    expect((await call('POST', 'contact/prefs/lang', { contactId: 'x', lang: 'en' })).status).toBe(404);
    expect((await call('POST', 'contact/prefs/lang', { contactId: ann.id, lang: '??' })).status).toBe(400);
    const { body } = await call('POST', 'contact/prefs/lang', {});
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(['contactId', 'lang']);
  });
});

describe('customers', () => {
  test('are pushed by id or by their links, CUSTOMER unless said otherwise, nulls kept', async () => {
    const { call, core } = makeXms();
    const { body } = await call('POST', 'data/push', { id: 7, data: { tier: null, n: 1 } });
    expect(body.data).toEqual({ type: 'CUSTOMER', id: '7', data: { tier: null, n: 1 }, links: [] });
    expect(core.asked.at(-1)?.with).toEqual({
      type: 'CUSTOMER',
      id: '7',
      data: { tier: null, n: 1 },
      links: [],
    });
    const missing = await call('POST', 'data/push', { data: {} });
    expect(missing.body).toMatchObject({ statusKey: 'PARAM_MISSING', errors: [{ field: 'id' }] });
  });

  test('do things, with data of any kind', async () => {
    const { call } = makeXms();
    const links = [{ linkName: 'identity', linkType: 'CUSTOMER', linkValue: 7 }];
    const { body } = await call('POST', 'event/push', { eventName: 'LOGIN', data: [1, null], links });
    expect(body.results).toEqual([
      { eventName: 'LOGIN', id: 'made', data: [1, null], links: [{ ...links[0], linkValue: '7' }] },
    ]);
  });
});

describe('errors', () => {
  test('name the field, the object, and what would have been possible', async () => {
    const { call } = makeXms();
    const { status, body } = await call('POST', 'message/send', {
      to: { phone: {} },
      type: 'push',
      text: { body: 1 },
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      results: [],
      status: '400',
      statusKey: 'PARAM_INVALID',
      error: 'Bad Request',
      path: '/xms/api/v1/message/send',
      errors: [
        {
          field: 'to.phone',
          obzect: 'OutBoundMsg',
          code: 'NOT_A_TEXT',
          codeKey: 'PARAM_INVALID',
          codes: ['NOT_A_TEXT.OutBoundMsg.to.phone', 'NOT_A_TEXT.to.phone', 'NOT_A_TEXT', 'PARAM_INVALID'],
        },
      ],
    });
    const unknown = await call('POST', 'message/send', { to: {}, type: 'push', text: { body: 1 } });
    expect(unknown.body.errors[0]).toMatchObject({ field: 'type', body: 'push' });
    expect(unknown.body.errors[0].possibleValues).toContain('text');
  });

  test('of JSON that is none are told so', async () => {
    const { call } = makeXms();
    const { status, body } = await call('POST', 'message/send', '{"to":');
    expect(status).toBe(400);
    expect(body).toMatchObject({ statusKey: 'PARAM_INVALID', messageKey: 'BAD_JSON' });
  });
});
