/** What an operation is asked, and the object that it answers, as the document shows them. */
export interface Example {
  request?: unknown;
  answer: unknown;
}

const contactId = 'wa966512340001_966500000001';
const sessionId = '65f0c0ffee65f0c0ffee65f2';
const messageId = '65f0c0ffee65f0c0ffee65f0';
const at = 1_767_604_351_000;
const contact = {
  channelType: 'wa',
  contactId,
  contactType: 'WHATSAPP',
  csid: '966512340001',
  lane: '966500000001',
  name: 'Huda',
  phone: '966512340001',
};
const session = {
  queue: 'support',
  mode: 'BOT',
  routingId: 'Q7K2',
  resolved: false,
  sessionStamp: at - 60_000,
};
const event = (eventCode: string, more: object = {}) => ({
  eventCode,
  eventId: '65f0c0ffee65f0c0ffee65f3',
  contactId,
  contact,
  sessionId,
  session,
  ...more,
});
const customer = { linkName: 'identity', linkType: 'CUSTOMER', linkValue: 'C-17' };
const line = {
  messageId,
  sessionId,
  type: 'O',
  text: 'Your order is ready.',
  status: 'READ',
  stamps: { CRTD: at, SENTX: at + 400, DLVRD: at + 900, READ: at + 5000 },
  timestamp: at,
  sender: 'shop',
  contact,
};
const history: Example = { request: { sessionId }, answer: line };

/** By method and path of the operation. */
export const examples: Readonly<Record<string, Example>> = {
  'GET config/channels': {
    answer: {
      channelId: 'custom:shop',
      contactType: 'WHATSAPP',
      lane: '966500000001',
      name: 'Corner Shop',
    },
  },
  'GET config/global/vars': {
    answer: {
      id: '65f0c0ffee65f0c0ffee65f4',
      key: 'hotline',
      value: '800 100 200',
      description: 'The number to call',
      domain: 'shop',
      server: 'parley.example',
      disabled: false,
      shared: true,
    },
  },
  'GET config/tmpl/hsm': {
    answer: {
      id: '65f0c0ffee65f0c0ffee65f5',
      code: 'order_ready',
      lang: 'en',
      name: 'Order ready',
      category: 'UTILITY',
      body: 'Hi {{data.name}}, order {{data.order}} is ready.',
      footer: 'Corner Shop',
      approved: [{ channelId: 'custom:shop', status: 'APPROVED', templateId: '4711' }],
      createdStamp: at,
    },
  },
  'POST config/webhook': {
    request: { url: 'https://shop.example/events' },
    answer: {
      id: '65f0c0ffee65f0c0ffee65f6',
      appMode: 'BOT',
      appType: 'DEFAULT',
      queue: 'support',
      webhook: 'https://shop.example/events',
      keyName: 'main',
      keyVersion: '1',
      readOnly: false,
      shared: false,
    },
  },
  'POST contact/prefs/lang': {
    request: { contactId, lang: 'ar' },
    answer: event('CONTACT_UPDATE'),
  },
  'POST data/push': {
    request: { type: 'CUSTOMER', id: 'C-17', data: { tier: 'gold' }, links: [customer] },
    answer: { type: 'CUSTOMER', id: 'C-17', data: { tier: 'gold' }, links: [customer] },
  },
  'POST event/push': {
    request: { eventName: 'CART_LEFT', id: 'E-1', links: [customer] },
    answer: { eventName: 'CART_LEFT', id: 'E-1', links: [customer] },
  },
  'POST contact/info': {
    request: { csid: 'visitor-7', profile: { name: 'Amina', email: 'amina@shop.example' } },
    answer: { name: 'Amina', email: 'amina@shop.example', profileId: 'C-17', labels: [] },
  },
  'POST message/receive': {
    request: {
      contacts: [{ csid: 'visitor-7', profile: { name: 'Amina' } }],
      messages: [{ id: 'm-1', from: 'visitor-7', type: 'text', text: { body: 'Is it in stock?' } }],
    },
    answer: {
      contacts: [
        {
          contactId: 'oavisitor-7_shop',
          contactType: 'OA',
          channelId: 'custom:shop',
          csid: 'visitor-7',
          lane: 'shop',
          profile: { name: 'Amina' },
          businessProfile: {},
        },
      ],
      messages: [
        {
          id: messageId,
          messageIdExt: 'm-1',
          contactId: 'oavisitor-7_shop',
          from: 'visitor-7',
          type: 'text',
          text: { body: 'Is it in stock?' },
          timestamp: at,
          session: { sessionId, routingId: 'Q7K2' },
        },
      ],
    },
  },
  'POST message/send': {
    request: {
      channelId: 'dummy:sandbox',
      to: { phone: '966500000000', name: 'Huda' },
      text: { body: 'Your order is ready.' },
      options: { buttons: [{ label: 'Thank you', code: 'THANKS' }] },
    },
    answer: { id: messageId },
  },
  'POST session/close': { request: { sessionId }, answer: event('SESSION_CLOSED') },
  'POST session/messages': history,
  'GET session/messages': { answer: line },
  'POST session/resolve': {
    request: { sessionId },
    answer: event('SESSION_STATUS', { session: { ...session, resolved: true } }),
  },
  'POST session/routing': {
    request: { sessionId, queue: 'agent_desk', team: 'sales', skills: ['english'] },
    answer: event('SESSION_ROUTED', {
      sessionRouted: {
        routingId: 'Q7K3',
        sessionStart: false,
        sourceQueue: 'support',
        targetQueue: 'agent_desk',
      },
    }),
  },
};
