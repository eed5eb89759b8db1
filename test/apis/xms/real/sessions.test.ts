import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WrapperEvent } from '../../../../src/apis/xms/schemas/inbound.ts';
import { type House, openHouse, type Thing, until } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** A new person at the kiosk writes; answers who and in which session. */
let people = 0;
async function somebody() {
  const csid = `g${++people}`;
  const { session, contactId } = await house.kioskSays(csid, 'Hi');
  return { csid, contactId: contactId!, sessionId: session!.sessionId!, routingId: session!.routingId! };
}

const change = async (what: 'close' | 'resolve' | 'routing', body: Thing) => {
  const answer = await house.front.post(`session/${what}`, body);
  return { ...answer, event: answer.body.results[0] as WrapperEvent | undefined };
};

/** All events that an app was told about a contact, once nothing more is on its way. */
async function eventsOf(app: string, contactId: string): Promise<WrapperEvent[]> {
  await house.rest();
  return house.outside
    .told(app)
    .filter(({ contacts }) => contacts?.[0]?.contactId === contactId)
    .flatMap(({ events = [] }) => events);
}
const codesOf = async (app: string, contactId: string) =>
  (await eventsOf(app, contactId)).map(({ eventCode }) => eventCode);

describe('the first queue', () => {
  it('D49: is that of the channel, before that of the business', async () => {
    const kiosk = await somebody();
    expect(kiosk.routingId).toMatch(new RegExp(`^${kiosk.sessionId}_front_`));
    const token = 'token-of-the-mail-connector';
    const told = { messages: [{ from: 'ann@example.com', text: { body: 'Hi' } }] };
    const { body } = await house.connector('message/receive', told, token);
    const [{ session }] = body.messages as [{ session: Thing }];
    expect(session.routingId).toMatch(new RegExp(`^${session.sessionId}_second_`));
  });
});

describe('session/routing', () => {
  it('D51: the start is told before the first message, with no source; a routing names both queues', async () => {
    const { csid, contactId, sessionId, routingId } = await somebody();
    await house.rest();
    const [first, second] = house.outside
      .told('front')
      .filter(
        ({ contacts, events }) =>
          contacts?.[0]?.contactId === contactId && events?.[0]?.eventCode !== 'SESSION_INIT',
      );
    expect(first?.events?.[0]).toMatchObject({
      eventCode: 'SESSION_ROUTED',
      sessionId,
      session: { routingId, queue: 'front', initMessage: true, firstMessage: true },
      sessionRouted: { sessionStart: true, targetQueue: 'front', routingId },
    });
    expect(first?.events?.[0]?.sessionRouted).not.toHaveProperty('sourceQueue');
    expect(second?.messages?.[0]?.text?.body).toBe('Hi');
    const params = { reason: 'asked for a person', history: [1, { two: null }] };
    const { event } = await change('routing', { sessionId, queue: 'second', params });
    expect(event?.sessionRouted).toMatchObject({
      sessionStart: false,
      sourceQueue: 'front',
      targetQueue: 'second',
      params,
    });
    const [told] = (await eventsOf('second', contactId)).filter(
      ({ eventCode }) => eventCode === 'SESSION_ROUTED',
    );
    expect(told).toEqual(event);
    const { id } = await house.kioskSays(csid, 'Hello again');
    await until(() => house.outside.told('second').some(({ messages }) => messages?.[0]?.id === id));
    expect(house.outside.told('front').some(({ messages }) => messages?.[0]?.id === id)).toBe(false);
  });

  it('makes a new routing id each time, also to the same queue', async () => {
    const { sessionId, routingId } = await somebody();
    const ids = [routingId];
    for (let i = 0; i < 2; i++) {
      const { event } = await change('routing', { sessionId, queue: 'front' });
      expect(event?.session?.routingId).toMatch(new RegExp(`^${sessionId}_front_`));
      ids.push(event!.session!.routingId!);
    }
    expect(new Set(ids).size).toBe(3);
  });

  it('D50: without a queue an agent, a team or skills lead to the desk of the agents', async () => {
    for (const [wish, holder] of [
      [{ agent: 'ann' }, { agent: 'ann' }],
      [{ team: 'sales' }, { dept: 'sales' }],
      [{ skills: ['english', 'german'] }, { agent: 'ann' }],
    ] as const) {
      const { sessionId, contactId } = await somebody();
      const { status, event } = await change('routing', { sessionId, ...wish });
      expect(status).toBe(200);
      expect(event?.session).toMatchObject({ queue: 'agent_desk', mode: 'AGENT', ...holder });
      expect(await codesOf('desk', contactId)).toEqual(['SESSION_ROUTED', 'SESSION_ASSIGNED']);
    }
  });

  it('D50: what is not known is refused with what there is, and changes nothing', async () => {
    const { sessionId } = await somebody();
    await house.rest();
    const before = await house.counts();
    for (const [wish, field, possible] of [
      [{ queue: 'nowhere' }, 'queue', 'second'],
      [{ queue: 'shop' }, 'queue', 'agent_desk'],
      [{ queue: 'agent_desk', team: 'nobody' }, 'team', 'sales'],
      [{ agent: 'nobody' }, 'agent', 'ann'],
      [{ agent: 'cy' }, 'agent', 'bo'],
    ] as const) {
      const { status, body } = await change('routing', { sessionId, ...wish });
      expect(status).toBe(400);
      expect(body).toMatchObject({ statusKey: 'PARAM_INVALID', errors: [{ field }] });
      expect(body.errors[0]?.possibleValues).toContain(possible);
    }
    expect((await change('routing', { sessionId })).body).toMatchObject({ statusKey: 'PARAM_MISSING' });
    expect(await house.counts()).toEqual(before);
  });

  it('D50: agent and team do not count in a queue without agents, and a note is kept', async () => {
    const { sessionId } = await somebody();
    const { event } = await change('routing', {
      sessionId,
      queue: 'second',
      agent: 'nobody',
      team: 'nobody',
      note: 'Wants a refund',
    });
    expect(event?.session).not.toHaveProperty('agent');
    expect(await house.history(sessionId)).toContainEqual(
      expect.objectContaining({ type: 'N', text: 'Wants a refund' }),
    );
  });

  it('tells an assignment with the old holder and the new one, bots too', async () => {
    const { sessionId, contactId } = await somebody();
    await change('routing', { sessionId, agent: 'ann' });
    await change('routing', { sessionId, agent: 'bo', team: 'returns' });
    await change('routing', { sessionId, queue: 'second' });
    const assigned = [
      ...(await eventsOf('desk', contactId)),
      ...(await eventsOf('second', contactId)),
    ].flatMap(({ sessionAssigned }) => sessionAssigned ?? []);
    expect(assigned).toEqual([
      { oldBot: 'front', newAgent: 'ann' },
      { oldAgent: 'ann', newAgent: 'bo', newDept: 'returns' },
      { oldAgent: 'bo', oldDept: 'returns', newBot: 'second' },
    ]);
  });
});

describe('session/resolve', () => {
  it('D52: frees the agent and keeps the session; a new message reopens it', async () => {
    const { csid, contactId, sessionId } = await somebody();
    await change('routing', { sessionId, agent: 'ann' });
    const { event } = await change('resolve', { sessionId });
    expect(event).toMatchObject({ eventCode: 'SESSION_STATUS', sessionId, session: { resolved: true } });
    expect(event?.session).not.toHaveProperty('agent');
    const { session } = await house.kioskSays(csid, 'One more thing');
    expect(session?.sessionId).toBe(sessionId);
    const told = (await eventsOf('desk', contactId)).filter(
      ({ eventCode }) => eventCode === 'SESSION_STATUS',
    );
    expect(told.map((one) => [one.session?.resolved, one.session?.queue])).toEqual([
      [true, 'agent_desk'],
      [false, 'agent_desk'],
    ]);
    expect(told[0]).toEqual(event);
    // Resolved again, it is another event.
    expect((await change('resolve', { sessionId })).event?.eventId).not.toBe(event?.eventId);
  });

  it('D53: asked again, it answers the first event and tells nothing', async () => {
    const { contactId, sessionId } = await somebody();
    const first = await change('resolve', { sessionId });
    await house.rest();
    const before = await house.counts();
    const again = await change('resolve', { sessionId });
    expect(again.status).toBe(200);
    expect(again.event).toEqual(first.event);
    expect(await house.counts()).toEqual(before);
    expect((await codesOf('front', contactId)).filter((code) => code === 'SESSION_STATUS')).toHaveLength(1);
  });
});

describe('session/close', () => {
  it('ends the session: the next message opens a new one at the first queue', async () => {
    const { csid, contactId, sessionId } = await somebody();
    await change('routing', { sessionId, queue: 'second' });
    const { event } = await change('close', { sessionId });
    expect(event).toMatchObject({
      eventCode: 'SESSION_CLOSED',
      sessionId,
      session: { resolved: false, queue: 'second' },
    });
    const { session } = await house.kioskSays(csid, 'Me again');
    expect(session?.sessionId).not.toBe(sessionId);
    expect(session?.routingId).toContain('_front_');
    const starts = (await eventsOf('front', contactId)).filter(
      ({ sessionRouted }) => sessionRouted?.sessionStart,
    );
    expect(starts.map((one) => [one.session?.initMessage, one.session?.firstMessage])).toEqual([
      [true, true],
      [true, false],
    ]);
  });

  it('D53: asked again, also by many at once, it answers the first event and tells nothing', async () => {
    const { contactId, sessionId } = await somebody();
    const all = await Promise.all(Array.from({ length: 8 }, () => change('close', { sessionId })));
    expect(new Set(all.map(({ event }) => JSON.stringify(event))).size).toBe(1);
    expect(all.every(({ status }) => status === 200)).toBe(true);
    expect((await codesOf('front', contactId)).filter((code) => code === 'SESSION_CLOSED')).toHaveLength(1);
  });

  it('D53: a closed session can be neither resolved nor routed', async () => {
    const { sessionId } = await somebody();
    await change('close', { sessionId });
    for (const [what, body] of [
      ['resolve', { sessionId }],
      ['routing', { sessionId, queue: 'second' }],
    ] as const) {
      const answer = await change(what, body);
      expect(answer.status).toBe(400);
      expect(answer.body.errors[0]).toMatchObject({
        field: 'sessionId',
        code: 'SESSION_CLOSED',
        codeKey: 'PARAM_INVALID',
      });
    }
  });

  it('D53: an unknown session is not found, whatever its id looks like', async () => {
    for (const sessionId of ['61f3810a02e14c0877fc1a32', 'x', '', "' or 1=1", 'z'.repeat(5000), 12]) {
      for (const [what, more] of [
        ['close', {}],
        ['resolve', {}],
        ['routing', { queue: 'front' }],
      ] as const) {
        const { status, body } = await change(what, { sessionId, ...more });
        expect(status).toBe(404);
        expect(body.errors[0]).toMatchObject({
          field: 'sessionId',
          code: 'SESSION_NOT_FOUND',
          codeKey: 'NOT_FOUND',
        });
      }
      expect((await house.front.post('session/messages', { sessionId })).status).toBe(404);
    }
  });

  it('D48: a session without messages for as long as the business says ends by itself', async () => {
    const [young, old] = [await somebody(), await somebody()];
    const aged = (sessionId: string, text: string) =>
      house.db.run(
        {
          name: `test.age.${text}`,
          text: `with s as (update session set expires_at = now() - interval '1 s', started_at = started_at - interval '${text}'
                 where id = $1) update message set at = at - interval '${text}' where session_id = $1`,
        },
        [sessionId],
      );
    await aged(young.sessionId, '23 hours');
    await aged(old.sessionId, '25 hours');
    const closed = await until(() =>
      house.outside
        .told('front')
        .find(
          ({ events }) =>
            events?.[0]?.eventCode === 'SESSION_CLOSED' && events[0].sessionId === old.sessionId,
        ),
    );
    expect(closed.contacts?.[0]?.contactId).toBe(old.contactId);
    const sessionOf = async (csid: string) => (await house.kioskSays(csid, 'Me again')).session?.sessionId;
    expect(await sessionOf(young.csid)).toBe(young.sessionId);
    expect(await sessionOf(old.csid)).not.toBe(old.sessionId);
  });
});

describe('session/messages', () => {
  it('D54: lists everything of the session, oldest first, also when it is closed', async () => {
    const { csid, contactId, sessionId } = await somebody();
    const to = { contactId };
    const link = 'https://files.example/bill.pdf';
    const ids = [
      await house.front.send({ to, text: { body: 'One' } }),
      await house.front.send({
        to,
        type: 'document',
        document: { link, caption: 'Bill', filename: 'bill.pdf' },
      }),
      await house.front.send({
        to,
        type: 'location',
        location: { latitude: 52.5, longitude: 13.4, name: 'Shop' },
      }),
      await house.front.send({
        to,
        type: 'contacts',
        contacts: [
          {
            name: { formatted_name: 'Ann' },
            birthday: '1990-01-01',
            phones: [{ phone: '49151', wa_id: '49151' }],
          },
        ],
      }),
      await house.front.send({ to, type: 'system', text: { body: 'Looked up' } }),
    ];
    await house.rest();
    await house.kioskSays(csid, 'Thanks');
    await change('close', { sessionId });
    const lines = await house.history(sessionId);
    expect(lines.map(({ type }) => type)).toEqual(['I', 'O', 'O', 'O', 'O', 'L', 'I']);
    expect(lines.slice(1, 6).map(({ messageId }) => messageId)).toEqual(ids);
    const times = lines.map(({ timestamp }) => Number(timestamp));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(lines[0]).toMatchObject({
      text: 'Hi',
      sender: contactId,
      sessionId,
      contact: { contactId, csid },
    });
    expect(lines[1]).toMatchObject({
      text: 'One',
      route: { senderType: 'BOT' },
      stamps: { SENTX: expect.any(Number) },
    });
    expect(lines[2]).toMatchObject({
      text: 'Bill',
      attachments: [{ mediaType: 'DOCUMENT', mediaURL: link, mediaName: 'bill.pdf', mediaCaption: 'Bill' }],
    });
    expect(lines[3]).toMatchObject({
      vccards: [{ locations: [{ latitude: '52.5', longitude: '13.4', name: 'Shop' }] }],
    });
    expect(lines[4]).toMatchObject({
      vccards: [{ name: { formattedName: 'Ann' }, phones: [{ phone: '49151', whatsAppId: '49151' }] }],
    });
  });

  it('D54: tells which message an answer on WhatsApp is about', async () => {
    await house.whatsappSays('4915110101', 'Hi');
    const id = await house.front.send({ to: { contactId: 'wa4915110101_4930900' }, text: { body: 'Yes?' } });
    await house.rest();
    const find = {
      name: 'test.wamid',
      text: 'select provider_id as ext, session_id as session from message where id = $1',
    };
    const [row] = await house.db.run<{ ext: string; session: string }>(find, [id]);
    await house.whatsappSays('4915110101', '', {
      type: 'text',
      text: { body: 'This' },
      context: { id: row!.ext },
    });
    // WhatsApp tells whole seconds, so the answer may stand before what it answers.
    expect(await house.history(row!.session)).toContainEqual(
      expect.objectContaining({ text: 'This', replyIdExt: row!.ext }),
    );
  });

  it('D55: may be asked for by GET, too', async () => {
    const { sessionId } = await somebody();
    const { status, body } = await house.front.get(`session/messages?sessionId=${sessionId}`);
    expect(status).toBe(200);
    expect(body.results).toEqual(await house.history(sessionId));
    const reader = house.client(house.keys['front/reader']!);
    expect((await reader.get(`session/messages?sessionId=${sessionId}`)).status).toBe(200);
    expect((await house.front.get('session/messages')).body).toMatchObject({ statusKey: 'PARAM_MISSING' });
    expect((await house.rival.get(`session/messages?sessionId=${sessionId}`)).status).toBe(404);
  });
});

describe('a session in events', () => {
  it('D56: tells its mode, its holder, its start and a short reference', async () => {
    const { contactId, sessionId, routingId } = await somebody();
    const [init, start] = await eventsOf('front', contactId);
    expect(init?.eventCode).toBe('SESSION_INIT');
    expect(start?.session).toEqual({
      mode: 'BOT',
      queue: 'front',
      bot: 'front',
      routingId,
      resolved: false,
      initMessage: true,
      firstMessage: true,
      sessionStamp: expect.any(Number),
      ticketHash: expect.stringMatching(/^[0-9A-Z]{7,8}$/),
    });
    const { event } = await change('close', { sessionId });
    expect(event?.session?.ticketHash).toBe(start?.session?.ticketHash);
    expect(event?.session).not.toHaveProperty('initMessage');
  });

  it('D24: the codes are those of the documented family', async () => {
    const codes = new Set(
      ['front', 'second', 'desk'].flatMap((app) =>
        house.outside.told(app).flatMap(({ events = [] }) => events.map(({ eventCode }) => eventCode)),
      ),
    );
    const { contactId } = await somebody();
    await house.front.post('contact/prefs/lang', { contactId, lang: 'en' });
    for (const code of await codesOf('front', contactId)) codes.add(code);
    expect([...codes].sort()).toEqual([
      'CONTACT_UPDATE',
      'SESSION_ASSIGNED',
      'SESSION_CLOSED',
      'SESSION_INIT',
      'SESSION_ROUTED',
      'SESSION_STATUS',
    ]);
  });
});
