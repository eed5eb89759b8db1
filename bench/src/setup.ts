import { createHmac } from 'node:crypto';
import pg from 'pg';
import type { Parley } from './parley.ts';
import type { Peers } from './peers.ts';

export const lane = '918828218374';
const appSecret = 'bench-app-secret';
const phoneNumberId = '106540352242922';

/** Channels to the peers: a connector of our own, and WhatsApp's Cloud API. `hears`: events are told to a webhook. */
export async function setUp(parley: Parley, peers: Peers, hears: boolean): Promise<void> {
  await parley.post('/api/v1/apply', {
    channels: [
      {
        type: 'custom',
        lane: 'bench',
        settings: { url: `${peers.url}/send`, verifyToken: connectorToken, contactType: 'SMS' },
      },
      {
        type: 'wacfb',
        lane,
        settings: {
          phoneNumberId,
          accessToken: 'bench-access-token',
          appSecret,
          verifyToken: 'bench-verify-token',
          apiBase: peers.url,
          mediaBase: peers.url,
        },
      },
    ],
    ...(hears && { apps: [{ code: 'default', webhook: `${peers.url}/hook` }] }),
  });
}

export const connectorToken = 'bench-connector-token';

/** The number of one of so many people; those before 0 are other ones. `fill` knows neither. */
function phone(n: number, people: number): string {
  const first = n < 0 ? 919_940_000_000 : 919_950_000_000;
  return String(first + Math.abs(n % people));
}

const text = (n: number) => `Your order ${n} is on its way and will be with you tomorrow between 9 and 12.`;

/** One text in the words of `message/send`, to one of `people` recipients. */
export function sendBody(n: number, people: number): string {
  const to = { phone: phone(n, people) };
  return JSON.stringify({ channelId: 'custom:bench', to, type: 'text', text: { body: text(n) } });
}

/** So many texts in one call. */
export function bulkBody(from: number, count: number, people: number): string {
  const one = (n: number) => ({
    channelId: 'custom:bench',
    to: { phone: phone(n, people) },
    content: { text: text(n) },
  });
  return JSON.stringify({ messages: Array.from({ length: count }, (_, i) => one(from + i)) });
}

/** One message from one of `people` persons, as Meta posts it, with its signature. */
export function whatsappInbound(n: number, people: number): { body: string; signature: string } {
  const from = phone(n, people);
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102290129340398',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: lane, phone_number_id: phoneNumberId },
              contacts: [{ profile: { name: `Person ${n % people}` }, wa_id: from }],
              messages: [
                {
                  from,
                  id: `wamid.bench${n}`,
                  timestamp: String(Math.floor(Date.now() / 1000)),
                  type: 'text',
                  text: { body: 'When will my order arrive?' },
                },
              ],
            },
          },
        ],
      },
    ],
  });
  const signature = `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
  return { body, signature };
}

/** The address part of the WhatsApp channel that `setUp` made in the database at `url`. */
export async function account(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`select account_id from channel where type = 'wacfb'`);
  await client.end();
  return rows[0].account_id;
}
