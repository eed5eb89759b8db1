import { describe, expect, test } from 'vitest';
import type { Received } from '../../../src/channels/channel.ts';
import { FakeCore, makeXms, openSession } from './fake-core.ts';

const token = { 'x-verify-token': 'connector-token' };

function makeGateway() {
  const core = new FakeCore();
  core.things.channels.set('custom:kiosk', {
    id: 'custom:kiosk',
    type: 'custom',
    contactType: 'WEBSITE',
    lane: 'kiosk',
    name: 'Kiosk',
    accountId: 'a',
    sandbox: false,
    enabled: true,
    settings: {},
  });
  const { call } = makeXms(core);
  const receive = async (body: unknown) => {
    const answer = await call('POST', 'message/receive', body, token);
    const asked = core.asked.findLast(({ what }) => what === 'receive')?.with as
      | { received: Received }
      | undefined;
    return { ...answer, received: asked?.received };
  };
  return { call, core, receive };
}

const contact = { csid: 'g42', channelId: 'custom:kiosk', profile: { name: 'Ann', mobile: 12345 } };

describe('message/receive', () => {
  test('takes a message in and answers the wrapper, without envelope, with ids and session', async () => {
    const { receive } = makeGateway();
    const { status, body, received } = await receive({
      contacts: [contact],
      messages: [{ id: 'k1', type: 'text', text: { body: 'Hello' }, timestamp: 1_700_000_000 }],
    });
    expect(status).toBe(200);
    expect(received?.messages).toEqual([
      {
        providerId: 'k1',
        csid: 'g42',
        timestamp: 1_700_000_000_000,
        content: { type: 'text', text: 'Hello' },
        profile: { name: 'Ann', phone: '12345' },
      },
    ]);
    expect(body.statusKey).toBeUndefined();
    expect(body).toMatchObject({
      meta: { domain: 'alex', server: 'example.com' },
      contacts: [{ contactId: 'webg42_kiosk', profile: {} }],
      messages: [
        {
          id: '65f000000000000000000100',
          messageIdExt: 'k1',
          contactId: 'webg42_kiosk',
          text: { body: 'Hello' },
          session: { sessionId: openSession.id, routingId: openSession.routingId },
        },
      ],
    });
  });

  test('finds the writer by contact id or address when there are no contacts', async () => {
    const { receive } = makeGateway();
    const text = { body: 'a' };
    const { received } = await receive({
      messages: [
        { from: 'g1', text },
        { contactId: 'webg2_kiosk', text },
      ],
    });
    expect(received?.messages.map(({ csid }) => csid)).toEqual(['g1', 'g2']);
    const nobody = await receive({ messages: [{ text }] });
    expect(nobody.status).toBe(400);
    expect(nobody.body).toMatchObject({
      statusKey: 'PARAM_MISSING',
      errors: [{ field: 'messages[0].contactId' }],
    });
    const stranger = await receive({ messages: [{ contactId: 'wa1_2', text }] });
    expect(stranger.body).toMatchObject({
      statusKey: 'PARAM_INVALID',
      errors: [{ field: 'messages[0].contactId' }],
    });
  });

  test('understands files, places, stickers and pressed buttons', async () => {
    const { receive } = makeGateway();
    const file = { link: 'https://kiosk.example/f', id: 'f', mime_type: 'image/png' };
    const media = { link: file.link, providerId: 'f', mime: 'image/png' };
    const { received } = await receive({
      contacts: [contact],
      messages: [
        { image: file },
        { type: 'voice', attachments: [file] },
        { type: 'image', sticker: file },
        { location: { latitude: 1.5, longitude: 2 } },
        { form: { reply_id: 'Y', reply_title: 'Yes' } },
        { type: 'text', text: { body: 'No' }, input: { reply_id: 'N' } },
      ],
    });
    expect(received?.messages.map(({ content }) => content)).toEqual([
      { type: 'image', media },
      { type: 'voice', media },
      { type: 'sticker', media },
      { type: 'location', location: { latitude: '1.5', longitude: '2' } },
      { type: 'text', text: 'Yes', press: { code: 'Y', label: 'Yes' } },
      { type: 'text', text: 'No', press: { code: 'N', label: 'No' } },
    ]);
    const bad = await receive({ contacts: [contact], messages: [{ image: { link: 'file:///etc/passwd' } }] });
    expect(bad.body.errors[0]).toMatchObject({ field: 'messages[0].image.link' });
  });

  test('keeps which message was answered, told in either form', async () => {
    const { receive } = makeGateway();
    const text = { body: 'Yes' };
    const { received, body } = await receive({
      contacts: [contact],
      messages: [
        { text, replyTo: { messageIdExt: 17 } },
        { text, replyIdExt: 'x-18' },
        { text, replyTo: {} },
      ],
    });
    expect(received?.messages.map(({ replyIdExt }) => replyIdExt)).toEqual(['17', 'x-18', undefined]);
    expect(body.messages[0].replyTo).toEqual({ messageIdExt: '17' });
  });

  test('takes statuses, refuses unknown ones, and knows the care window', async () => {
    const { receive } = makeGateway();
    const { received } = await receive({
      statuses: [
        { messageIdExt: 'x', status: 'DLVRD', timestamp: 1_700_000_000_000 },
        { id: 'not-ours', messageIdExt: 'y', status: 'FAILD', errors: [{ code: 470, title: 'Outside' }] },
        { messageIdExt: 'z', status: 'FAILD', errors: [{ code: 'E1', title: 'No', details: 'gone' }] },
        { id: '65f000000000000000000001', status: 'READ' },
      ],
    });
    expect(received?.receipts).toMatchObject([
      { providerId: 'x', status: 'DLVRD', timestamp: 1_700_000_000_000 },
      { providerId: 'y', status: 'CCWIN', failure: { class: 'OUTSIDE_WINDOW', code: '470' } },
      {
        providerId: 'z',
        status: 'SENTX_ERR',
        failure: { class: 'UNREACHABLE', code: 'E1', text: 'No: gone' },
      },
      { messageId: '65f000000000000000000001', status: 'READ' },
    ]);
    expect(received?.receipts[1]).not.toHaveProperty('messageId');
    const unknown = await receive({ statuses: [{ id: 'x', status: 'SEEN' }] });
    expect(unknown.body).toMatchObject({
      statusKey: 'PARAM_INVALID',
      errors: [{ field: 'statuses[0].status', possibleValues: ['READ', 'DLVRD', 'SENT', 'FAILD', 'DELTD'] }],
    });
  });

  test('keeps events and actions of the person, and people without messages', async () => {
    const { receive, core } = makeGateway();
    const { received } = await receive({
      contacts: [{ ...contact, profileId: 'C1' }],
      events: [{ eventCode: 'DOOR_OPENED' }],
      actions: [{ actionCode: 'HELP' }],
    });
    expect(received?.events).toMatchObject([
      { kind: 'other', csid: 'g42', code: 'DOOR_OPENED' },
      { kind: 'action', csid: 'g42', code: 'HELP' },
    ]);
    expect(core.asked.find(({ what }) => what === 'updateContact')?.with).toEqual({
      who: { channelId: 'custom:kiosk', csid: 'g42' },
      change: { profile: { name: 'Ann', phone: '12345' }, businessProfile: { profileId: 'C1' } },
    });
  });

  test('wants the token of the channel, and no word of another channel', async () => {
    const { call, receive } = makeGateway();
    const wrapper = { messages: [{ from: 'g1', text: { body: 'a' } }] };
    const keyed = await call('POST', 'message/receive', wrapper);
    expect(keyed.status).toBe(401);
    expect(keyed.body).toMatchObject({ statusKey: 'UNAUTHORIZED', results: [] });
    const other = await receive({ ...wrapper, contacts: [{ ...contact, channelId: 'wa360:918828218374' }] });
    expect(other.status).toBe(403);
    expect(other.body.errors[0]).toMatchObject({ field: 'contacts[0].channelId', code: 'OTHER_CHANNEL' });
  });

  test('wants at least one of the four lists', async () => {
    const { receive } = makeGateway();
    expect((await receive({ contacts: [contact] })).body.statusKey).toBe('PARAM_MISSING');
    expect((await receive({ messages: [] })).status).toBe(200);
  });
});

describe('contact/info', () => {
  test('keeps what is told and answers what is known, without envelope', async () => {
    const { call, core } = makeGateway();
    const told = { csid: 'g42', profile: { name: 'Ann B' }, businessProfile: { phone: 12345 } };
    const { status, body } = await call('POST', 'contact/info', told, token);
    expect(status).toBe(200);
    expect(body).toEqual({ name: 'Ann B', mobile: '12345' });
    expect(core.asked.at(-1)?.with).toEqual({
      who: { channelId: 'custom:kiosk', csid: 'g42' },
      change: { profile: { name: 'Ann B' }, businessProfile: { phone: '12345' } },
    });
  });

  test('wants to know who', async () => {
    const { call } = makeGateway();
    expect((await call('POST', 'contact/info', { profile: {} }, token)).body.statusKey).toBe('PARAM_MISSING');
    const other = await call('POST', 'contact/info', { csid: 'a', channelId: 'custom:other' }, token);
    expect(other.status).toBe(403);
  });
});
