import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/model/message.ts';
import { ann, botApp, makeXms, openSession } from './fake-core.ts';

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
    no: 71,
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
