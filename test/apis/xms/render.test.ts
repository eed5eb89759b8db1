import { describe, expect, test } from 'vitest';
import type { Recipient } from '../../../src/apis/surface.ts';
import { reader } from '../../../src/apis/xms/input.ts';
import { render, tells } from '../../../src/apis/xms/render.ts';
import { InBoundWrapper, type Wrapper } from '../../../src/apis/xms/schemas/inbound.ts';
import { eventTypes, type StoredEvent } from '../../../src/model/event.ts';
import type { Content } from '../../../src/model/message.ts';
import type { SessionSnapshot } from '../../../src/model/session.ts';
import { botApp } from './fake-core.ts';

const to: Recipient = {
  business: {
    id: 1,
    uuid: '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b',
    domain: 'alex',
    name: 'Alex',
    settings: {},
    createdAt: 1_700_000_000_000,
  },
  app: botApp,
  queue: 'helpbot',
  agents: new Map(),
  endpointId: 'e',
  server: 'example.com',
  mediaLink: (id, signed) => `https://alex.example.com/media/${id}${signed ? '?until=1' : ''}`,
};
const contact = {
  id: 'wa919988776655_918828218374',
  type: 'WHATSAPP',
  channelId: 'wa360:918828218374',
  lane: '918828218374',
  csid: '919988776655',
  profile: { name: 'Ann' },
  businessProfile: { profileId: 'C1' },
} as const;
const session: SessionSnapshot = {
  id: '61f3810a02e14c0877fc1a32',
  queue: 'helpbot',
  routingId: '61f3810a02e14c0877fc1a32_helpbot_x',
  agent: 'ann',
  team: 'sales',
  mode: 'BOT',
  resolved: false,
  startedAt: 1_700_000_000_000,
};

function bodyOf(type: string, data: Record<string, unknown>): Wrapper {
  const event = {
    id: 'e1',
    seq: 1,
    type,
    at: 5,
    data: { contact, session, ...data },
  } as unknown as StoredEvent;
  return render(event, to)?.body as Wrapper;
}

function messageOf(content: Content) {
  const message = {
    id: 'm1',
    direction: 'I',
    contactId: contact.id,
    channelId: contact.channelId,
    sessionId: session.id,
    content,
    timestamp: 1_700_000_000_001,
    providerId: 'wamid.1',
  };
  return bodyOf('message.received', { message }).messages?.[0];
}

describe('a webhook call', () => {
  test('says who calls for which app, and whom it is about, for every kind', () => {
    for (const type of ['session.routed', 'session.closed', 'contact.updated', 'action.triggered']) {
      const body = bodyOf(type, { routing: {}, code: 'SEND_INVOICE' });
      expect(body.meta, type).toEqual({
        domain: 'alex',
        server: 'example.com',
        appId: botApp.id,
        appCode: 'helpbot',
        appMode: 'BOT',
        appType: 'DEFAULT',
        debug: false,
      });
      expect(body.contacts, type).toEqual([
        {
          contactType: 'WHATSAPP',
          channelId: 'wa360:918828218374',
          lane: '918828218374',
          csid: '919988776655',
          contactId: contact.id,
          profile: { name: 'Ann' },
          businessProfile: { profileId: 'C1' },
        },
      ]);
    }
  });

  test('tells a message with its session and the way back to its channel', () => {
    expect(messageOf({ type: 'text', text: 'Hello' })).toEqual({
      id: 'm1',
      messageIdExt: 'wamid.1',
      contactId: contact.id,
      from: '919988776655',
      timestamp: 1_700_000_000_001,
      type: 'text',
      text: { body: 'Hello', type: 'text' },
      session: {
        sessionId: session.id,
        routingId: session.routingId,
        assignedToAgent: 'ann',
        assignedToDept: 'sales',
      },
    });
  });

  test('tells a file in its block and among the attachments, by a plain and by an expiring link', () => {
    const media = { id: 'f1', link: 'https://provider.example/f', mime: 'image/png', caption: 'A cat' };
    const told = messageOf({ type: 'image', media });
    expect(told?.image).toEqual({
      id: 'f1',
      link: 'https://alex.example.com/media/f1',
      linkSecure: 'https://alex.example.com/media/f1?until=1',
      mime_type: 'image/png',
      caption: 'A cat',
      type: 'image',
    });
    expect(told?.attachments).toEqual([told?.image]);
    expect(messageOf({ type: 'voice', media })).toMatchObject({ type: 'voice', voice: { id: 'f1' } });
  });

  test('tells a pressed button in both forms', () => {
    const told = messageOf({ type: 'text', text: 'Yes', press: { code: 'Y', label: 'Yes' } });
    expect(told).toMatchObject({
      type: 'text',
      text: { body: 'Yes' },
      input: { reply_id: 'Y' },
      form: { reply_id: 'Y', reply_title: 'Yes' },
    });
  });

  test('tells what the documented words lack by the nearest one, and the original', () => {
    expect(messageOf({ type: 'sticker', media: { id: 'f1' } })).toMatchObject({
      type: 'image',
      image: { id: 'f1' },
      sticker: { id: 'f1' },
    });
    const cards = [{ name: { formatted_name: 'Bob' }, phones: [{ phone: '123' }] }];
    expect(messageOf({ type: 'contacts', cards })).toMatchObject({
      type: 'text',
      text: { body: 'Bob, 123' },
      originalMessage: { type: 'contacts', contacts: cards },
    });
    expect(messageOf({ type: 'reaction', reaction: { emoji: '👍', messageIdExt: 'x' } })).toMatchObject({
      type: 'system',
      text: { body: '👍' },
      originalMessage: { type: 'reaction' },
    });
  });

  test('tells what became of a message, to whom, and in which session', () => {
    const errors = [{ code: '470', title: 'Outside' }];
    const body = bodyOf('message.status', {
      messageId: 'm1',
      providerId: 'wamid.1',
      status: 'CCWIN',
      short: 'FAILD',
      timestamp: 7,
      errors,
    });
    expect(body.type).toBe('statuses');
    expect(body.statuses).toEqual([
      {
        id: 'm1',
        messageIdExt: 'wamid.1',
        contactId: contact.id,
        status: 'FAILD',
        timestamp: 7,
        errors,
        session: expect.objectContaining({ sessionId: session.id }),
      },
    ]);
  });

  test('tells a start without source, and hands the parameters over as they are', () => {
    const routing = {
      start: true,
      targetQueue: 'helpbot',
      routingId: session.routingId,
      params: { a: null },
    };
    expect(bodyOf('session.routed', { routing }).events).toEqual([
      {
        eventId: 'e1',
        eventCode: 'SESSION_ROUTED',
        contactId: contact.id,
        contact: {
          channelType: 'wa360',
          contactId: contact.id,
          contactType: 'WHATSAPP',
          csid: contact.csid,
          lane: contact.lane,
          name: 'Ann',
        },
        sessionId: session.id,
        session: {
          mode: 'BOT',
          queue: 'helpbot',
          routingId: session.routingId,
          agent: 'ann',
          dept: 'sales',
          resolved: false,
          sessionStamp: session.startedAt,
          ticketHash: expect.stringMatching(/^\w{7}$/),
        },
        sessionRouted: {
          targetQueue: 'helpbot',
          routingId: session.routingId,
          sessionStart: true,
          params: { a: null },
        },
      },
    ]);
  });

  test('calls a team a department, and knows the documented codes', () => {
    const assignment = { oldAgent: 'ann', newAgent: 'bob', newTeam: 'sales', reason: 'x' };
    expect(bodyOf('session.assigned', { assignment }).events?.[0]).toMatchObject({
      eventCode: 'SESSION_ASSIGNED',
      sessionAssigned: { oldAgent: 'ann', newAgent: 'bob', newDept: 'sales' },
    });
    const codes = (['session.opened', 'session.resolved', 'session.closed', 'contact.updated'] as const).map(
      (type) => bodyOf(type, {}).events?.[0]?.eventCode,
    );
    expect(codes).toEqual(['SESSION_INIT', 'SESSION_STATUS', 'SESSION_CLOSED', 'CONTACT_UPDATE']);
  });

  test('tells what an agent pressed', () => {
    expect(bodyOf('action.triggered', { code: 'SEND_INVOICE' })).toMatchObject({
      type: 'actions',
      actions: [{ actionCode: 'SEND_INVOICE' }],
    });
  });

  test('is not made of what the contract has no word for', () => {
    for (const type of eventTypes.filter((one) => !tells.includes(one))) {
      expect(bodyOf(type, {}), type).toBeUndefined();
    }
    expect(tells).toHaveLength(9);
  });

  test('can be read by our own gateway', () => {
    const read = reader(InBoundWrapper, { dto: 'InBoundWrapper' });
    const body = bodyOf('session.routed', { routing: { start: true, targetQueue: 'a', routingId: 'b' } });
    expect(read(JSON.parse(JSON.stringify(body)))).toEqual(body);
  });
});
