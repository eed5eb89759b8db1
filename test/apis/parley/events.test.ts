import { describe, expect, it } from 'vitest';
import { parley } from '../../../src/apis/parley/index.ts';
import type { Recipient } from '../../../src/apis/surface.ts';
import { type ContactSnapshot, eventTypes, type StoredEvent } from '../../../src/model/event.ts';

const to: Recipient = {
  business: {
    id: 1,
    uuid: '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b',
    domain: 'shop',
    name: 'Shop',
    settings: {},
    createdAt: 1_700_000_000_000,
  },
  agents: new Map(),
  endpointId: 'e1',
  server: 'parley.example',
  mediaLink: (id, signed) => `https://shop.parley.example/media/${id}${signed ? '?signed' : ''}`,
};
const contact: ContactSnapshot = {
  id: 'wa49_1',
  no: 51,
  type: 'WHATSAPP',
  channelId: 'any:1',
  lane: '1',
  csid: '49',
  profile: {},
  businessProfile: {},
};
const common = {
  id: '01a20ffdf222000094435751',
  seq: 7,
  at: 1_700_000_000_000,
  lane: contact.id,
  appId: 'a1',
};

describe('an event in plain words', () => {
  it('is told whatever its type', () => {
    expect(parley.tells).toEqual(eventTypes);
    const event: StoredEvent = {
      ...common,
      type: 'channel.attention',
      data: { channelId: 'any:1', needed: true, reason: 'AUTH' },
    };
    expect(parley.render(event, to)).toEqual({
      body: {
        id: common.id,
        type: 'channel.attention',
        seq: 7,
        at: common.at,
        business: 'shop',
        data: { channelId: 'any:1', needed: true, reason: 'AUTH' },
      },
    });
  });

  it('has a link to a file that came with a message, and not the provider’s name of it', () => {
    const event: StoredEvent = {
      ...common,
      type: 'message.received',
      data: {
        contact,
        message: {
          id: 'm1',
          no: 71,
          direction: 'I',
          contactId: contact.id,
          channelId: 'any:1',
          sessionId: 's1',
          content: { type: 'image', media: { id: 'f1', providerId: 'inside', mime: 'image/png' } },
          timestamp: common.at,
        },
      },
    };
    expect(parley.render(event, to)?.body).toMatchObject({
      data: {
        contact: { id: contact.id },
        message: {
          id: 'm1',
          content: {
            type: 'image',
            media: { id: 'f1', mime: 'image/png', link: 'https://shop.parley.example/media/f1' },
          },
        },
      },
    });
    expect(JSON.stringify(parley.render(event, to))).not.toContain('inside');
  });

  it('of a template keeps what it says', () => {
    const template = {
      id: 't1',
      code: 'hello',
      lang: 'en',
      body: 'Hello',
      media: { type: 'image', link: 'https://a.example', providerId: 'inside' },
    } as const;
    const message = {
      id: 'm1',
      no: 71,
      direction: 'O',
      contactId: contact.id,
      channelId: 'any:1',
      sessionId: 's1',
      content: { type: 'template', template },
      timestamp: common.at,
    } as const;
    const told = JSON.stringify(
      parley.render({ ...common, type: 'message.accepted', data: { contact, message } }, to),
    );
    expect(told).toContain('"body":"Hello"');
    expect(told).toContain('https://a.example');
    expect(told).not.toContain('inside');
  });
});
