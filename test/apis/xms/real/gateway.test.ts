import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Wrapper } from '../../../../src/apis/xms/schemas/inbound.ts';
import { type House, openHouse, statusesOf, type Thing, until } from './house.ts';
import { mailToken } from './setup.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const receive = async (body: unknown, token?: string) => {
  const answer = await house.connector('message/receive', body, token);
  return { ...answer, wrapper: answer.body as unknown as Wrapper };
};

describe('message/receive', () => {
  it('D66: takes people and messages in, and answers the wrapper with what it became', async () => {
    const contact = {
      csid: 'g1',
      profile: { name: 'Ann' },
      businessProfile: { profileId: 'C34567', email: 'ann@example.com' },
      channelId: 'custom:kiosk',
    };
    const { status, wrapper } = await receive({
      type: 'message',
      contacts: [contact],
      messages: [{ id: 1234567, from: 'g1', type: 'text', text: { body: 'Hi' } }],
    });
    expect(status).toBe(200);
    expect(wrapper).toEqual({
      meta: { domain: 'acme', server: 'parley.test' },
      type: 'message',
      contacts: [
        {
          contactType: 'WEBSITE',
          channelId: 'custom:kiosk',
          lane: 'kiosk',
          csid: 'g1',
          contactId: 'webg1_kiosk',
          profile: { name: 'Ann' },
          businessProfile: { profileId: 'C34567', email: 'ann@example.com' },
        },
      ],
      messages: [
        {
          id: expect.stringMatching(/^[0-9a-f]{24}$/),
          messageIdExt: '1234567',
          contactId: 'webg1_kiosk',
          from: 'g1',
          type: 'text',
          timestamp: expect.any(Number),
          text: { body: 'Hi' },
          session: { sessionId: expect.any(String), routingId: expect.any(String) },
        },
      ],
    });
    await until(() =>
      house.outside.told('front').find(({ messages }) => messages?.[0]?.id === wrapper.messages?.[0]?.id),
    );
  });

  it('D66: the token is that of a channel: missing or wrong it is 401, for another channel 403', async () => {
    const messages = [{ from: 'g2', text: { body: 'Hi' } }];
    await house.rest();
    const before = await house.counts();
    const body = JSON.stringify({ messages });
    expect((await house.request('POST', 'message/receive', body)).status).toBe(401);
    for (const wrong of ['nobody-has-this-token', house.front.key, 'token-of-the-front-app']) {
      expect((await receive({ messages }, wrong)).status).toBe(401);
    }
    for (const [contact, field] of [
      [{ csid: 'g2', channelId: 'custom:mail' }, 'contacts[0].channelId'],
      [{ csid: 'g2', channelId: 'wa360:4930900' }, 'contacts[0].channelId'],
      [{ csid: 'g2', lane: 'mail' }, 'contacts[0].lane'],
    ] as const) {
      const refused = await receive({ contacts: [contact], messages });
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({
        statusKey: 'FORBIDDEN',
        errors: [{ field, code: 'OTHER_CHANNEL' }],
      });
    }
    expect((await house.connector('contact/info', { csid: 'g2', channelId: 'custom:mail' })).status).toBe(
      403,
    );
    expect(await house.counts()).toEqual(before);
  });

  it('D66: told twice, by the id of the channel or else by its own, a message is one', async () => {
    const message = { id: 'A', messageIdExt: 'X', from: 'g3', text: { body: 'Once' } };
    const all = await Promise.all(Array.from({ length: 6 }, () => receive({ messages: [message] })));
    expect(new Set(all.map(({ wrapper }) => wrapper.messages?.[0]?.id)).size).toBe(1);
    const again = await receive({ messages: [{ ...message, id: 'B', text: { body: 'Twice' } }] });
    expect(again.wrapper.messages?.[0]?.id).toBe(all[0]?.wrapper.messages?.[0]?.id);
    const { sessionId } = again.wrapper.messages![0]!.session!;
    expect((await house.history(sessionId!)).map(({ text }) => text)).toEqual(['Once']);
    await house.rest();
    const told = house.outside.told('front').flatMap(({ messages = [] }) => messages);
    expect(told.filter(({ contactId }) => contactId === 'webg3_kiosk')).toHaveLength(1);
    // The ids of one channel say nothing of another's.
    const other = await receive({ messages: [{ ...message, from: 'ann@example.com' }] }, mailToken);
    expect(other.wrapper.messages?.[0]?.id).not.toBe(again.wrapper.messages?.[0]?.id);
  });

  it('D66: a message says itself who wrote it where there are no contacts', async () => {
    const text = { body: 'Hi' };
    const { wrapper } = await receive({
      messages: [
        { from: 'g4', text },
        { contactId: 'webg5_kiosk', text },
      ],
    });
    expect(wrapper.messages?.map(({ contactId }) => contactId)).toEqual(['webg4_kiosk', 'webg5_kiosk']);
    await house.rest();
    const before = await house.counts();
    const nobody = await receive({ messages: [{ from: 'g4', text }, { text }] });
    expect(nobody.status).toBe(400);
    expect(nobody.body.errors[0]).toMatchObject({ field: 'messages[1].contactId', code: 'REQUIRED' });
    // Refused as a whole.
    expect(await house.counts()).toEqual(before);
  });

  it('D66: statuses move messages of this channel, found by our id, then by that of the channel', async () => {
    const { contactId } = await house.kioskSays('g6', 'Hi');
    const [byId, byExt, failed, gone] = await Promise.all(
      ['1', '2', '3', '4'].map((body) => house.front.send({ to: { contactId }, text: { body } })),
    );
    await house.rest();
    const find = { name: 'test.ext', text: 'select provider_id as ext from message where id = $1' };
    const [row] = await house.db.run<{ ext: string }>(find, [byExt]);
    await receive({
      statuses: [
        { id: byId, status: 'READ', timestamp: 1_700_000_000_000 },
        { id: 'none of ours', messageIdExt: row!.ext, status: 'DLVRD' },
        { id: failed, status: 'FAILD', errors: [{ code: 17, title: 'Line is cut', details: 'By a digger' }] },
        { id: gone, status: 'DELTD' },
        { messageIdExt: 'never heard of', status: 'READ' },
      ],
    });
    await house.rest();
    const codes = (id: string | undefined) => statusesOf(house.outside, 'front', id!);
    expect([byId, byExt, failed, gone].map(codes)).toEqual([
      ['SENT', 'READ'],
      ['SENT', 'DLVRD'],
      ['SENT', 'FAILD'],
      ['SENT', 'DELTD'],
    ]);
    const told = house.outside.told('front').flatMap(({ statuses = [] }) => statuses);
    expect(told.find(({ id, status }) => id === failed && status === 'FAILD')?.errors).toEqual([
      expect.objectContaining({ code: '17', details: expect.stringContaining('Line is cut') }),
    ]);
    // A message of another channel is none of its business.
    const mail = await house.front.send({
      channelId: 'custom:mail',
      to: { email: 'a@example.com' },
      text: { body: 'Hi' },
    });
    await house.rest();
    expect((await receive({ statuses: [{ id: mail, status: 'READ' }] })).status).toBe(200);
    await house.rest();
    expect(codes(mail)).toEqual(['SENT']);
  });

  it('refuses statuses and types that it does not know, and lists without what they need', async () => {
    for (const [body, field] of [
      [{ statuses: [{ id: 'x', status: 'SEEN' }] }, 'statuses[0].status'],
      [{ statuses: [{ id: 'x' }] }, 'statuses[0].status'],
      [{ statuses: [{ status: 'READ' }] }, 'statuses[0].id'],
      [{ messages: [{ from: 'g7', type: 'smell', text: { body: 'Hi' } }] }, 'messages[0].type'],
      [{ messages: [{ from: 'g7', type: 'image' }] }, 'messages[0].image'],
      [{ messages: [{ from: 'g7', image: { link: 'file:///etc/passwd' } }] }, 'messages[0].image.link'],
      [{ messages: [{ from: 'g7' }] }, 'messages[0].type'],
      [{ messages: [{ from: 'g7', location: { latitude: 1 } }] }, 'messages[0].location.longitude'],
      [{ messages: [{ contactId: 'wag7_4930900', text: { body: 'Hi' } }] }, 'messages[0].contactId'],
      [{ events: [{}] }, 'events[0].eventCode'],
      [{ actions: [{ actionCode: 'X' }] }, 'contacts'],
      [{ contacts: [{ csid: 'g7', contactType: 'PIGEON' }], messages: [] }, 'contacts[0].contactType'],
      [{ contacts: [{ csid: 'g7' }] }, 'messages'],
    ] as const) {
      const { status, body: refused } = await receive(body);
      expect(status, JSON.stringify(body)).toBe(400);
      expect(refused.errors[0]?.field, JSON.stringify(body)).toBe(field);
    }
  });

  it('D66: events and actions are kept with the conversation', async () => {
    const { contactId } = await house.kioskSays('g8', 'Hi');
    const { status } = await receive({
      contacts: [{ contactId }],
      events: [{ eventCode: 'DOOR_OPENED', checksum: 'c' }],
      actions: [{ actionCode: 'SEND_INVOICE' }],
    });
    expect(status).toBe(200);
    const rows = await house.db.run<{ type: string; code: string }>(
      {
        name: 'test.kept',
        text: "select type, data->>'code' as code from event where lane = $1 and type in ('channel.event', 'action.triggered') order by seq",
      },
      [contactId],
    );
    expect(rows).toEqual([
      { type: 'channel.event', code: 'DOOR_OPENED' },
      { type: 'action.triggered', code: 'SEND_INVOICE' },
    ]);
  });

  it('D23: reads which list is filled, whatever the type says', async () => {
    for (const type of ['message', 'messages', 'statuses', undefined, null]) {
      const { status } = await receive({ type, messages: [{ from: 'g9', text: { body: 'Hi' } }] });
      expect(status).toBe(200);
    }
  });
});

describe('contact/info', () => {
  const info = (body: Thing) => house.connector('contact/info', body);

  it('D66: keeps what the channel knows of a person, and answers what we know', async () => {
    const first = await info({ csid: 'g20', profile: { name: 'Ann', phone: 4915112 } });
    expect(first.status).toBe(200);
    expect(first.body).toEqual({ name: 'Ann', mobile: '4915112' });
    const second = await info({
      contactId: 'webg20_kiosk',
      profile: { email: 'ann@example.com', name: null },
      businessProfile: { name: 'Ann Smith', profileId: 34567 },
    });
    expect(second.body).toEqual({
      name: 'Ann Smith',
      email: 'ann@example.com',
      mobile: '4915112',
      profileId: '34567',
    });
    expect((await info({ csid: 'g20' })).body).toEqual(second.body);
  });

  it('D58: reads the older forms of number and profile id', async () => {
    expect((await info({ csid: 'g21', profileId: 'C1', profile: { mobile: '4915113' } })).body).toEqual({
      mobile: '4915113',
      profileId: 'C1',
    });
  });

  it('needs to know who it is about', async () => {
    const { status, body } = await info({ profile: { name: 'Ann' } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ statusKey: 'PARAM_MISSING', errors: [{ field: 'contactId' }] });
  });
});

describe('what the connector is posted', () => {
  it('D66: a message in the words of message/send, its template filled in, with our id and the token', async () => {
    const { contactId } = await house.kioskSays('g30', 'Hi');
    const id = await house.front.send({
      to: { contactId, name: 'Ann' },
      template: { code: 'parcel', lang: 'en_GB', data: { number: 1 } },
    });
    const [came] = await until(() => {
      const found = house.outside.at('/connector/kiosk').filter(({ body }) => body.id === id);
      return found.length > 0 && found;
    });
    expect(came?.body).toEqual({
      id,
      channelId: 'custom:kiosk',
      to: { contactId, csid: 'g30', name: 'Ann' },
      type: 'text',
      text: { body: 'Dear Ann, parcel 1 is on its way, cheers.' },
    });
    expect(came?.headers['x-verify-token']).toBe('token-of-the-kiosk-connector');
  });

  it('D66: what it answers is the id of the channel, or nothing', async () => {
    const { contactId, session } = await house.kioskSays('g31', 'Hi');
    const extOf = async (answer: unknown) => {
      house.outside.answers('/connector/kiosk', () => ({ body: answer }));
      const id = await house.front.send({ to: { contactId }, text: { body: 'Hello' } });
      await house.rest();
      house.outside.answers('/connector/kiosk', undefined);
      const line = (await house.history(session!.sessionId!)).find(({ messageId }) => messageId === id);
      expect(line?.status).toBe('SENTX');
      return line?.messageIdExt;
    };
    expect(await extOf({ id: 4711 })).toBe('4711');
    expect(await extOf({})).toBeUndefined();
    expect(await extOf([])).toBeUndefined();
    expect(await extOf({ id: randomBytes(2500).toString('hex') })).toBeUndefined();
  });
});
