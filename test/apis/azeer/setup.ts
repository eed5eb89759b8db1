/** The business's own number: the lane of its WhatsApp channel. */
export const ourNumber = '966594000000';
export const secondNumber = '966594000009';

/** What the business of the stories has set up; `outside` is where apps and connectors are. */
export function setup(outside: string, cloud: Record<string, string>) {
  const approvals = [{ channel: `wacfb:${ourNumber}`, status: 'APPROVED' }];
  return {
    business: { name: 'Corner Shop', lang: 'en' },
    apps: [
      {
        code: 'front',
        mode: 'BOT',
        webhook: `${outside}/apps/front`,
        keys: [
          { name: 'all', tenantWide: true },
          { name: 'main' },
          { name: 'reader', scope: 'read', tenantWide: true },
          { name: 'page', kind: 'publishable' },
        ],
      },
      { code: 'desk', mode: 'AGENT', webhook: `${outside}/apps/desk`, keys: [{ name: 'main' }] },
    ],
    queues: [
      { code: 'front', type: 'BOT', app: 'front', isDefault: true },
      { code: 'agent_desk', app: 'desk' },
    ],
    channels: [
      { type: 'dummy', lane: 'lab', name: 'Lab', sandbox: true, settings: { speed: 1000 } },
      { type: 'wacfb', lane: ourNumber, name: 'WhatsApp', settings: cloud },
      { type: 'wacfb', lane: secondNumber, name: 'Second number', settings: cloud },
    ],
    templates: [
      {
        code: 'order_ready',
        category: 'UTILITY',
        variants: [
          { lang: 'en', body: 'Hi {{1}}, order {{2}} is ready.', footer: 'Corner Shop' },
          { lang: 'ar', body: 'مرحبا {{1}}، الطلب {{2}} جاهز.' },
        ],
        approvals,
      },
      {
        code: 'receipt',
        category: 'UTILITY',
        variants: [
          {
            lang: 'en',
            media: { type: 'document' },
            body: 'Here is your receipt, {{name}}.',
            buttons: [
              { type: 'URL', label: 'Follow', url: 'https://shop.example/{{data.order}}' },
              { type: 'QUICK_REPLY', label: 'Stop', code: 'stop' },
            ],
          },
        ],
        approvals,
      },
      {
        code: 'titled',
        variants: [{ lang: 'en', header: 'Order {{1}}', body: 'Dear {{1}}, thank you.' }],
        approvals,
      },
      { code: 'plain', variants: [{ lang: 'en', body: 'We are open.' }], approvals },
      {
        code: 'draft',
        category: 'MARKETING',
        variants: [{ lang: 'en', body: 'Not yet.' }],
        approvals: [{ channel: `wacfb:${ourNumber}`, status: 'PENDING' }],
      },
    ],
  };
}

/** Another business on the same server. */
export function rivalSetup(outside: string) {
  return {
    business: { domain: 'rival', name: 'Rival' },
    apps: [
      {
        code: 'shop',
        mode: 'WEBHOOK',
        webhook: `${outside}/apps/rival`,
        keys: [{ name: 'main', tenantWide: true }],
      },
    ],
    queues: [{ code: 'shop', type: 'BOT', app: 'shop', isDefault: true }],
    channels: [
      {
        type: 'custom',
        lane: 'rival',
        settings: {
          url: `${outside}/connector/rival`,
          verifyToken: 'token-of-the-rival-connector',
          contactType: 'WHATSAPP',
        },
      },
    ],
  };
}
