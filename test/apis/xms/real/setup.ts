export const installationKey = 'the key of the installation'.replaceAll(' ', '-');
export const kioskToken = 'token-of-the-kiosk-connector';
export const mailToken = 'token-of-the-mail-connector';
export const whatsappSecret = 'secret-of-the-whatsapp-webhook';
export const frontToken = 'token-of-the-front-app';
/** Signing secret of the front app's webhook. */
export const frontSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

/** What the business of the stories has set up; `outside` is where apps and providers are. */
export function setup(outside: string) {
  return {
    business: { name: 'Acme', lang: 'en' },
    apps: [
      {
        code: 'front',
        mode: 'BOT',
        webhook: {
          url: `${outside}/apps/front`,
          surface: 'xms',
          verifyToken: frontToken,
          secret: frontSecret,
        },
        keys: [
          { name: 'main' },
          { name: 'reader', scope: 'read' },
          { name: 'page', kind: 'publishable' },
          { name: 'everything', tenantWide: true },
        ],
      },
      { code: 'desk', mode: 'AGENT', webhook: `${outside}/apps/desk`, keys: [{ name: 'main' }] },
      { code: 'second', mode: 'BOT', webhook: `${outside}/apps/second`, keys: [{ name: 'main' }] },
      // Has no webhook: its address is set by itself.
      { code: 'quiet', mode: 'WEBHOOK', keys: [{ name: 'main' }] },
    ],
    teams: [{ code: 'sales' }, { code: 'returns' }],
    queues: [
      { code: 'front', type: 'BOT', app: 'front', isDefault: true },
      { code: 'second', type: 'BOT', app: 'second' },
      { code: 'agent_desk', app: 'desk' },
    ],
    agents: [
      { code: 'ann', teams: ['sales'], skills: ['english', 'german'] },
      { code: 'bo', teams: ['sales', 'returns'], skills: ['english'] },
      { code: 'cy', active: false },
    ],
    channels: [
      { type: 'dummy', lane: 'lab', name: 'Lab', sandbox: true, settings: { speed: 1000 } },
      {
        type: 'custom',
        lane: 'kiosk',
        name: 'Kiosk',
        settings: { url: `${outside}/connector/kiosk`, verifyToken: kioskToken, contactType: 'WEBSITE' },
      },
      {
        type: 'custom',
        lane: 'mail',
        name: 'Mail',
        queue: 'second',
        settings: { url: `${outside}/connector/mail`, verifyToken: mailToken, contactType: 'EMAIL' },
      },
      {
        type: 'wa360',
        lane: '4930900',
        name: 'WhatsApp',
        settings: {
          apiKey: 'key-at-the-provider',
          webhookSecret: whatsappSecret,
          apiBase: `${outside}/whatsapp`,
        },
      },
    ],
    templates: [
      {
        code: 'parcel',
        name: 'Parcel',
        category: 'SHIPPING_UPDATE',
        variants: [
          {
            lang: 'en',
            title: 'Parcel {{data.number}}',
            body: 'Dear {{contact.name}}, parcel {{number}} is on its way. {{global.hotline}}{{global.old}}',
            buttons: [
              { type: 'QUICK_REPLY', label: 'Talk to us', code: 'TALK' },
              { type: 'URL', label: 'Track', url: 'https://acme.example/track/{{data.number}}' },
            ],
          },
          { lang: 'en_GB', body: 'Dear {{contact.name}}, parcel {{number}} is on its way, cheers.' },
          { lang: 'de_DE', body: 'Hallo {{contact.name}}, Paket {{data.number}} kommt.' },
        ],
        approvals: [
          { channel: 'wa360:4930900', status: 'APPROVED', templateId: 'provider-parcel' },
          { channel: 'custom:kiosk', status: 'PENDING' },
        ],
      },
      {
        code: 'draft',
        variants: [
          { lang: 'fr', body: 'Bonjour {{a}}|{{data.deep.er}}|{{data.list}}|{{contact.labels.tier}}' },
        ],
        approvals: [{ channel: 'wa360:4930900', status: 'REJECTED' }],
      },
      {
        code: 'refused',
        variants: [{ lang: 'fr', body: 'Bonjour {{a}}' }],
        approvals: [{ channel: 'wa360:4930900', status: 'REJECTED' }],
      },
    ],
    vars: [
      { key: 'hotline', value: '030 900', description: 'The number to call', group: 'phones', shared: true },
      { key: 'hotline', value: '030 901', channel: 'custom:kiosk' },
      { key: 'old', value: 'not used any more', disabled: true },
      { key: 'hours', value: { open: 9, close: [17, null] }, channel: 'wa360:4930900' },
    ],
  };
}

/** Another business on the same server. */
export function rivalSetup(outside: string) {
  return {
    business: { domain: 'rival', name: 'Rival' },
    apps: [{ code: 'shop', mode: 'WEBHOOK', webhook: `${outside}/apps/rival`, keys: [{ name: 'main' }] }],
    queues: [{ code: 'shop', type: 'BOT', app: 'shop', isDefault: true }],
    channels: [{ type: 'dummy', lane: 'rival', sandbox: true, settings: { speed: 1000 } }],
    templates: [{ code: 'theirs', variants: [{ lang: 'en', body: 'Theirs' }] }],
  };
}
