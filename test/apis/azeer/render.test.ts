import { describe, expect, it } from 'vitest';
import { render } from '../../../src/apis/azeer/render.ts';
import type { Recipient } from '../../../src/apis/surface.ts';
import type { StoredEvent } from '../../../src/model/event.ts';
import type { Content } from '../../../src/model/message.ts';
import type { Agent } from '../../../src/model/setup.ts';

const ann = { code: 'ann', platformId: 'ann@shop.example' } as Agent;
const recipient = (topic: string): Recipient => ({
  business: { id: 1, uuid: 'u-1', domain: 'shop', name: 'Shop', settings: {}, createdAt: 0 },
  agents: new Map([[ann.code, ann]]),
  endpointId: 'e',
  topic,
  server: 'example',
  mediaLink: (id) => `https://files.example/${id}`,
});
const contact = {
  id: 'wa1_2',
  no: 7,
  type: 'WHATSAPP',
  channelId: 'c:2',
  lane: '2',
  csid: '1',
  profile: {},
  businessProfile: {},
} as const;
const at = Date.UTC(2026, 0, 5, 9, 12, 31, 900);
const session = { id: 's', queue: 'q', routingId: 'r', mode: 'BOT', resolved: false, startedAt: at } as const;

/** The body of what is told of an event; undefined: nothing. */
function told(topic: string, type: string, data: object) {
  const event = { id: 'x', seq: 1, at, type, data: { contact, ...data } } as unknown as StoredEvent;
  return render(event, recipient(topic))?.body as Record<string, unknown> | undefined;
}

const accepted = (content: Content, direction = 'O') =>
  told('outgoing_msg', 'message.accepted', {
    message: { id: 'm', no: 5, direction, content, timestamp: at, contactId: 'wa1_2', sessionId: 's' },
  });

describe('what is no news to a partner', () => {
  it('a line of the log, and a note of an agent', () => {
    expect(accepted({ type: 'system', text: 'Opened' }, 'L')).toBeUndefined();
    expect(accepted({ type: 'text', text: 'Careful' }, 'N')).toBeUndefined();
    expect(accepted({ type: 'text', text: 'Hello' })).toBeDefined();
  });

  it('a conversation that follows its owner, or that nobody has any more', () => {
    const assigned = (assignment: object) =>
      told('chat_assigned', 'session.assigned', { session, assignment });
    expect(assigned({ newAgent: 'ann', reason: 'owner' })).toBeUndefined();
    expect(assigned({ oldAgent: 'ann', reason: 'request' })).toBeUndefined();
    expect(assigned({ newAgent: 'ann', reason: 'request' })).toMatchObject({
      assigned_platform_id: 'ann@shop.example',
    });
    expect(told('chat_assigned', 'contact.assigned', { oldAgent: 'ann' })).toBeUndefined();
    // Another team, the same agent.
    expect(
      assigned({ oldAgent: 'ann', newAgent: 'ann', newTeam: 'night', reason: 'request' }),
    ).toBeUndefined();
    expect(assigned({ oldAgent: 'ben', newAgent: 'ann', reason: 'returned to the owner' })).toBeDefined();
  });

  it('a message that the person took back', () => {
    const status = (short: string) =>
      told('message_status_changed', 'message.status', {
        short,
        messageId: 'm',
        no: 5,
        messageType: 'text',
        timestamp: at,
        errors: [],
      });
    expect(status('DELTD')).toBeUndefined();
    expect(status('READ')).toMatchObject({ status: 'read' });
  });

  it('a template that was refused', () => {
    const status = (word: string) =>
      told('template_approved', 'template.status', { code: 't', lang: 'en', channelId: 'c:2', status: word });
    expect(status('REJECTED')).toBeUndefined();
    expect(status('approved')).toMatchObject({ template_id: 't', status: 'approved' });
  });
});

describe('what is told', () => {
  it('names an agent who is gone by what is still known of them', () => {
    expect(told('chat_assigned', 'contact.assigned', { newAgent: 'gone' })).toMatchObject({
      assigned_platform_id: 'gone',
    });
  });

  it('names the agent who held a conversation that is closed, if any did', () => {
    const closed = (more: object) =>
      told('chat_closed', 'session.closed', { session: { ...session, ...more }, reason: 'request' });
    expect(closed({ agent: 'ann' })).toMatchObject({ assigned_platform_id: 'ann@shop.example' });
    expect(closed({})).not.toHaveProperty('assigned_platform_id');
  });

  it('has times of whole seconds, and the number where no name is known', () => {
    expect(told('new_contact', 'contact.created', {})).toEqual({
      business_id: 'u-1',
      contact_id: 7,
      contact_name: '1',
      platform: 'whatsapp',
      platform_id: '1',
      timestamp: '2026-01-05T09:12:31Z',
      type: 'contact',
      webhook_event_type: 'new_contact',
    });
  });

  it('has nothing of what is to be hidden', () => {
    expect(accepted({ type: 'text' })).toMatchObject({ text: '', message_body: { text: { body: '' } } });
  });

  it.each<[string, Content, object]>([
    [
      'a file by its own address',
      { type: 'image', media: { id: 'f', mime: 'image/png', caption: 'New' } },
      {
        message_type: 'image',
        filename_url: 'https://files.example/f',
        media_id: 'f',
        mime_type: 'image/png',
        message_body: {
          image: { id: 'f', link: 'https://files.example/f', caption: 'New', mime_type: 'image/png' },
        },
      },
    ],
    [
      'a file by the address that it came with',
      { type: 'document', media: { link: 'https://x.example/a' } },
      { filename_url: 'https://x.example/a', message_body: { document: { link: 'https://x.example/a' } } },
    ],
    [
      'a reaction',
      { type: 'reaction', reaction: { emoji: '👍', messageIdExt: 'w' } },
      { message_type: 'reaction', message_body: { reaction: { message_id: 'w', emoji: '👍' } } },
    ],
    [
      'choices with what stands around them',
      {
        type: 'text',
        text: 'Now?',
        heading: 'Order',
        footer: 'Shop',
        buttons: [
          { type: 'QUICK_REPLY', code: 'y', label: 'Yes' },
          { type: 'URL', code: 'u', label: 'See', url: 'https://x.example' },
        ],
      },
      {
        message_type: 'interactive',
        text: 'Order\n\nNow?\n\nShop',
        message_body: {
          interactive: {
            type: 'button',
            header: { type: 'text', text: 'Order' },
            body: { text: 'Now?' },
            footer: { text: 'Shop' },
            action: {
              buttons: [
                { type: 'reply', reply: { id: 'y', title: 'Yes' } },
                { type: 'url', text: 'See', url: 'https://x.example' },
              ],
            },
          },
        },
      },
    ],
    [
      'a picture with choices, and what it says',
      {
        type: 'image',
        media: { link: 'https://x.example/a.png', caption: 'Which?' },
        buttons: [{ type: 'QUICK_REPLY', code: 'a', label: 'This' }],
      },
      {
        message_type: 'interactive',
        text: 'Which?',
        filename_url: 'https://x.example/a.png',
        message_body: {
          interactive: {
            type: 'button',
            header: { type: 'image', image: { link: 'https://x.example/a.png' } },
            body: { text: 'Which?' },
          },
        },
      },
    ],
    [
      'a list, by its parts',
      {
        type: 'text',
        text: 'Tea?',
        listLabel: 'Menu',
        buttons: [
          { type: 'QUICK_REPLY', code: 't', label: 'Tea', section: 'Hot', desc: 'With milk' },
          { type: 'QUICK_REPLY', code: 'w', label: 'Water', section: 'Cold' },
          { type: 'QUICK_REPLY', code: 'c', label: 'Coffee', section: 'Hot' },
        ],
      },
      {
        message_type: 'interactive',
        message_body: {
          interactive: {
            type: 'list',
            body: { text: 'Tea?' },
            action: {
              button: 'Menu',
              sections: [
                {
                  title: 'Hot',
                  rows: [
                    { id: 't', title: 'Tea', description: 'With milk' },
                    { id: 'c', title: 'Coffee' },
                  ],
                },
                { title: 'Cold', rows: [{ id: 'w', title: 'Water' }] },
              ],
            },
          },
        },
      },
    ],
    [
      'a link to press',
      {
        type: 'text',
        text: 'See',
        buttons: [{ type: 'URL', code: 'u', label: 'Open', url: 'https://x.example' }],
      },
      {
        message_body: {
          interactive: {
            type: 'cta_url',
            action: { name: 'cta_url', parameters: { display_text: 'Open', url: 'https://x.example' } },
          },
        },
      },
    ],
    [
      'a request for a place',
      { type: 'text', text: 'Where?', buttons: [{ type: 'LOCATION_REQUEST', code: 'location', label: '' }] },
      {
        message_body: {
          interactive: { type: 'location_request_message', action: { name: 'send_location' } },
        },
      },
    ],
  ])('%s', (_, content, parts) => {
    expect(accepted(content)).toMatchObject(parts);
  });
});
