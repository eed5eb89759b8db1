import { randomBytes } from 'node:crypto';
import { Agent, request } from 'undici';
import type { Receiver } from './fakes/receiver.ts';
import type { WhatsAppCloud } from './fakes/whatsapp-cloud.ts';

/** The server answered something else than 200, or not at all (status 0). */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, answer: string) {
    super(status ? `it answered ${status}: ${answer}` : answer);
    this.status = status;
  }
}

/** Calls of one client with one API key. */
export interface Client {
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Opens a client of the server at `url`; every call that is not answered 200 throws `Refused`. */
export function openClient(url: string, apiKey: string, connections = 16): Client {
  const dispatcher = new Agent({ connections, pipelining: 1 });
  const call = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> => {
    const answered = await request(new URL(path, url), {
      method,
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      dispatcher,
    }).catch((error: Error) => {
      throw new Refused(0, error.message);
    });
    const text = await answered.body.text().catch((error: Error) => {
      throw new Refused(0, error.message);
    });
    if (answered.statusCode !== 200) throw new Refused(answered.statusCode, text);
    return JSON.parse(text);
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    close: () => dispatcher.destroy(),
  };
}

/** A shop on WhatsApp: an app that sends, a bot that answers, one number, one template. */
export interface Shop {
  channelId: string;
  /** Code of the bot's queue. */
  botQueue: string;
  template: string;
  /** Key of the app that sends; its webhook hears of statuses. */
  shopKey: string;
  /** Key of the bot's app. */
  botKey: string;
}

/**
 * Sets up a shop of a new name in the business of `admin`, as `parley apply` does, with its number at
 * the fake and its webhooks at the receivers.
 */
export async function openShop(
  admin: Client,
  parts: { url: string; cloud: WhatsAppCloud; shop: Receiver; bot: Receiver },
): Promise<Shop> {
  const run = randomBytes(4).toString('hex');
  const lane = `1555${String(randomBytes(4).readUInt32BE()).padStart(10, '0')}`;
  const channelId = `wacfb:${lane}`;
  const webhook = ({ url, secret, verifyToken }: Receiver) => ({ url, secret, verifyToken });
  const names = { shop: `shop_${run}`, bot: `bot_${run}`, template: `order_shipped_${run}` };
  const applied = (await admin.post('/api/v1/apply', {
    apps: [
      { code: names.shop, mode: 'PUSH', webhook: webhook(parts.shop), keys: [{ name: 'shop' }] },
      { code: names.bot, mode: 'BOT', webhook: webhook(parts.bot), keys: [{ name: 'bot' }] },
    ],
    queues: [{ code: names.bot, type: 'BOT', app: names.bot }],
    channels: [
      {
        type: 'wacfb',
        lane,
        queue: names.bot,
        settings: { ...parts.cloud.settings, perSecond: 100_000 },
      },
    ],
    templates: [
      {
        code: names.template,
        variants: [{ lang: 'en', body: 'Hello {{data.name}}, order {{data.order}} is on its way.' }],
        approvals: [{ channel: channelId, status: 'APPROVED' }],
      },
    ],
  })) as { keys: { app: string; key: string }[] };
  const told = (await admin.get(`/api/v1/channels/${channelId}`)) as { webhookUrl: string };
  parts.cloud.webhook = new URL(new URL(told.webhookUrl).pathname, parts.url).href;
  const keyOf = (app: string) => applied.keys.find((one) => one.app === app)?.key ?? '';
  return {
    channelId,
    botQueue: names.bot,
    template: names.template,
    shopKey: keyOf(names.shop),
    botKey: keyOf(names.bot),
  };
}

/** Sends the shop's template; answers the id of the message. */
export async function sendOrder(
  client: Client,
  shop: Shop,
  to: string,
  data: { name: string; order: string },
): Promise<string> {
  const answer = (await client.post('/xms/api/v1/message/send', {
    channelId: shop.channelId,
    to: { phone: to },
    type: 'template',
    template: { code: shop.template, lang: 'en', data },
  })) as { results: { id: string }[] };
  return answer.results[0]!.id;
}
