import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, bodyOf, listen } from './http.ts';
import { isProved, unproved } from './meta.ts';
import type { Shown, Simulated, Simulator, Taken } from './simulator.ts';
import type { Board } from './switches.ts';
import { type ShelfAnswer, type ShelfAsked, TemplateShelf } from './whatsapp-templates.ts';

const phoneNumberId = '106540352242922';
const wabaId = '102290129340398';
const secrets = {
  accessToken: 'token-of-the-simulator',
  appSecret: 'app-secret-of-the-simulator',
  apiKey: 'api-key-of-the-simulator',
  webhookSecret: 'webhook-secret-of-the-simulator',
} as const;

/** How Meta refuses; 360dialog has words of its own for a key that is none. */
const refusals = {
  tooFast: { status: 429, error: { code: 130429, message: '(#130429) Rate limit hit' } },
  fault: { status: 500, error: { code: 131000, message: '(#131000) Something went wrong' } },
  expired: { status: 401, error: { code: 190, message: 'Error validating access token' } },
  unknown: { status: 400, error: { code: 100, message: 'Unsupported get request' } },
} as const;

const idOf = () => `wamid.${randomBytes(18).toString('base64url')}`;
const seconds = () => String(Math.floor(Date.now() / 1000));

/** In what the two ways to a number differ. */
interface Way {
  name: string;
  about: string;
  type: string;
  /** Before `/messages`. */
  api: string;
  settings: Record<string, unknown>;
  lets(request: IncomingMessage): boolean;
  /** What vouches for what it tells. */
  vouch(body: string): Record<string, string>;
  /** What it answers about templates; undefined: it is not about these. */
  templates(shelf: TemplateShelf, asked: ShelfAsked): ShelfAnswer | undefined;
  /** What it answers to a question; undefined: there is no such thing. */
  tell(url: URL, webhook: string): object | undefined;
}

function simulatorOf(way: Way): Simulator {
  return {
    name: way.name,
    about: way.about,
    person: '966500000001',
    async start({ port, board }): Promise<Simulated> {
      const taken: Taken[] = [];
      const shown: Shown[] = [];
      const heard = new Set<string>();
      const tell = async (value: object) => {
        const { webhook } = simulated;
        if (!webhook) throw new Error('It is not known where to call: PUT /webhook {"url": …}.');
        await callBack(webhook, value, way);
      };
      const shelf = new TemplateShelf();
      const desk: Desk = {
        way,
        taken,
        shown,
        heard,
        board,
        tell,
        shelf,
        webhook: () => simulated.webhook ?? '',
      };
      const here = await listen((request, response) => take(request, response, desk), port);
      const simulated: Simulated = {
        type: way.type,
        settings: { ...way.settings, apiBase: here.url, perSecond: 1000 },
        taken,
        shown,
        async say(from, text) {
          const id = idOf();
          heard.add(id);
          const message = { from, id, timestamp: seconds(), type: 'text', text: { body: text } };
          const contacts = [{ profile: { name: 'Amina' }, wa_id: from }];
          await board.tell(() => tell({ contacts, messages: [message] }));
        },
        cut: () => here.cut(),
        close: () => here.close(),
      };
      return simulated;
    },
  };
}

interface Desk {
  way: Way;
  shelf: TemplateShelf;
  taken: Taken[];
  shown: Shown[];
  /** Ids of what people wrote. */
  heard: Set<string>;
  board: Board;
  tell(value: object): Promise<void>;
  webhook(): string;
}

async function callBack(url: string, value: object, { vouch }: Way): Promise<void> {
  const metadata = { display_phone_number: '15550001', phone_number_id: phoneNumberId };
  const change = { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } };
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '102290129340398', changes: [change] }],
  });
  const headers = { 'content-type': 'application/json', ...vouch(body) };
  const { status } = await fetch(url, { method: 'POST', headers, body });
  if (status >= 300) throw new Error(`${url} answered with status ${status}`);
}

async function refuse(response: ServerResponse, why: keyof typeof refusals): Promise<void> {
  const { status, error } = refusals[why];
  if (why === 'tooFast') response.setHeader('retry-after', '1');
  await answer(response, status, { error });
}

async function take(request: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  const { way, board } = desk;
  const bytes = await bodyOf(request);
  const url = new URL(request.url ?? '', 'http://whatsapp');
  const asked = { method: request.method ?? '', url, body: bytes };
  const told = way.lets(request) ? way.templates(desk.shelf, asked) : undefined;
  if (told) {
    const entry = await board.entry();
    return entry === 'taken'
      ? void (await answer(response, told.status, told.body))
      : refuse(response, entry);
  }
  if (request.method === 'GET') return tellOf(request, url, response, desk);
  const isFile = url.pathname === `${way.api}/media`;
  if (!isFile && url.pathname !== `${way.api}/messages`) return refuse(response, 'unknown');
  if (!way.lets(request)) return refuse(response, 'expired');
  const verdict = isFile ? await board.entry() : await board.verdict();
  if (verdict !== 'taken') return refuse(response, verdict);
  if (isFile) return void (await answer(response, 200, { id: randomBytes(8).toString('hex') }));
  const posted = JSON.parse(bytes.toString());
  if (posted.status === 'read') return show(posted, response, desk);
  await accept(posted, response, desk);
}

/** What a person wrote is read, and somebody writes to them. */
async function show(
  { message_id: message, typing_indicator }: { message_id: string; typing_indicator?: { type: string } },
  response: ServerResponse,
  { shown, heard }: Desk,
): Promise<void> {
  if (!heard.has(message)) return refuse(response, 'unknown');
  shown.push({ what: 'read', message });
  if (typing_indicator?.type === 'text') shown.push({ what: 'typing', message });
  await answer(response, 200, { success: true });
}

async function tellOf(
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
  { way, board, webhook }: Desk,
): Promise<void> {
  if (!way.lets(request) || (await board.entry()) === 'expired') return refuse(response, 'expired');
  if (!isProved(url, secrets.accessToken, secrets.appSecret))
    return void (await answer(response, unproved.status, { error: unproved.error }));
  const told = way.tell(url, webhook());
  if (!told) return refuse(response, 'unknown');
  await answer(response, 200, told);
}

async function accept(
  { to, text }: { to: string; text?: { body?: string } },
  response: ServerResponse,
  { taken, board, tell, webhook }: Desk,
): Promise<void> {
  const id = idOf();
  taken.push({ id, to, text: text?.body ?? '' });
  await answer(response, 200, {
    messaging_product: 'whatsapp',
    contacts: [{ input: to, wa_id: to }],
    messages: [{ id }],
  });
  if (!webhook()) return;
  for (const status of ['sent', 'delivered']) {
    const told = { id, status, timestamp: seconds(), recipient_id: to };
    await board.receipt(() => tell({ statuses: [told] })).catch(() => {});
  }
}

/** A number at Meta. */
export const whatsapp: Simulator = simulatorOf({
  name: 'whatsapp',
  about: 'Meta’s Cloud API for a number at WhatsApp.',
  type: 'wacfb',
  api: `/v23.0/${phoneNumberId}`,
  settings: {
    phoneNumberId,
    wabaId,
    accessToken: secrets.accessToken,
    appSecret: secrets.appSecret,
    verifyToken: 'verify-token-of-the-simulator',
  },
  lets: ({ headers }) =>
    [`Bearer ${secrets.accessToken}`, `OAuth ${secrets.accessToken}`].includes(headers.authorization ?? ''),
  templates: (shelf, asked) => shelf.cloud(asked, '/v23.0', wabaId),
  vouch: (body) => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', secrets.appSecret).update(body).digest('hex')}`,
  }),
  tell: ({ pathname }, webhook) =>
    pathname === `/v23.0/${phoneNumberId}`
      ? {
          id: phoneNumberId,
          display_phone_number: '+1 555-0001',
          verified_name: 'Our shop',
          quality_rating: 'GREEN',
          webhook_configuration: webhook ? { application: webhook } : {},
        }
      : undefined,
});

/** A number at 360dialog. */
export const dialog: Simulator = simulatorOf({
  name: '360dialog',
  about: '360dialog’s API for a number at WhatsApp.',
  type: 'wa360',
  api: '',
  settings: { apiKey: secrets.apiKey, webhookSecret: secrets.webhookSecret },
  lets: ({ headers }) => headers['d360-api-key'] === secrets.apiKey,
  templates: (shelf, asked) => shelf.dialog(asked),
  vouch: () => ({ 'x-webhook-secret': secrets.webhookSecret }),
  tell: ({ pathname }, url) =>
    pathname === '/v1/configs/webhook'
      ? { url, headers: { 'X-Webhook-Secret': secrets.webhookSecret } }
      : undefined,
});
