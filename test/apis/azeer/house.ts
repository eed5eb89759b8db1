import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { fetch } from 'undici';
import { routes } from '../../../src/apis/azeer/index.ts';
import type { Server } from '../../../src/server.ts';
import { type ScratchDatabase, scratchDatabase } from '../../database.ts';
import { startWhatsAppCloud, type WhatsAppCloud } from '../../fakes/whatsapp-cloud.ts';
import { serverOn, until } from '../xms/real/house.ts';
import { type Came, type Outside, openOutside } from '../xms/real/outside.ts';
import { ourNumber, rivalSetup, secondNumber, setup } from './setup.ts';

// biome-ignore lint/suspicious/noExplicitAny: the shape of an answer is what the stories are about.
export type Json = any;

/** What came back. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  text: string;
  body: Json;
}

/** Somebody with a key. */
export interface Client {
  key: string;
  get(path: string): Promise<Reply>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  put(path: string, body: unknown): Promise<Reply>;
  patch(path: string, body: unknown): Promise<Reply>;
  del(path: string, body?: unknown): Promise<Reply>;
}

/** A business that partners reach by Azeer, on the real server, with WhatsApp and receivers around it. */
export interface House {
  server: Server;
  db: ScratchDatabase['db'];
  outside: Outside;
  cloud: WhatsAppCloud;
  businessId: number;
  uuid: string;
  /** A key that may act for the whole business. */
  all: Client;
  /** The key of one app. */
  front: Client;
  reader: Client;
  rival: Client;
  client(key: string): Client;
  /** Keys by `<app>/<name>`. */
  keys: Record<string, string>;
  /** One raw request; `body` is sent as it is. */
  request(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Reply>;
  /** A person writes on WhatsApp; answers the provider's id of it. */
  says(from: string, text: string, name?: string): Promise<string>;
  /** A person writes something else than a text. */
  sends(from: string, message: Json): Promise<string>;
  /** A person writes to the second number. */
  saysAtSecond(from: string, text: string): Promise<void>;
  /** A contact of this number. */
  contact(number: string, more?: Json): Promise<Json>;
  /** Sends a text in an open window; answers its ids. */
  text(number: string, body: string): Promise<{ id: string; message_id: number }>;
  /** Makes a webhook for an event. */
  webhook(event: string, more?: Json): Promise<{ id: string; path: string; came(): Came[] }>;
  /** Waits until a webhook was told something that fits. */
  told(path: string, fits: (body: Json) => boolean): Promise<Json>;
  /** Rows of every table that a request may fill. */
  counts(): Promise<Record<string, number>>;
  /** Waits until there is nothing left to send or to tell. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

export { ourNumber, secondNumber, until };

/** Starts the server on a scratch database. */
export async function openHouse(env: Record<string, string> = {}): Promise<House> {
  const [scratch, outside, cloud, dataDir] = await Promise.all([
    scratchDatabase(),
    openOutside(),
    startWhatsAppCloud(),
    mkdtemp(join(tmpdir(), 'parley-azeer-')),
  ]);
  const server = await serverOn(scratch.url, dataDir, env);
  const { core, first } = server.pipeline;
  const { businessId } = first!;
  const by = { businessId, installation: true };
  const own = await core.change.apply(setup(outside.url, cloud.settings), { dryRun: false, by });
  const theirs = await core.change.apply(rivalSetup(outside.url), { dryRun: false, by });
  const keys = Object.fromEntries(own.keys.map(({ app, name, key }) => [`${app}/${name}`, key]));
  const { business, channels } = await core.setup(businessId);
  cloud.webhook = `${server.address}/webhook/wacfb/${channels.get(`wacfb:${ourNumber}`)!.accountId}`;
  const request = requester(server.address);
  const client = (key: string) => clientOf(request, key);
  const all = client(keys['front/all']!);
  let hooks = 0;

  return {
    server,
    db: scratch.db,
    outside,
    cloud,
    businessId,
    uuid: business.uuid,
    all,
    front: client(keys['front/main']!),
    reader: client(keys['front/reader']!),
    rival: client(theirs.keys[0]!.key),
    client,
    keys,
    request,
    says: (from, text, name) => cloud.say(from, text, name),
    sends: (from, message) => posted(cloud, from, message),
    async saysAtSecond(from, text) {
      const { accountId } = channels.get(`wacfb:${secondNumber}`)!;
      const webhook = `${server.address}/webhook/wacfb/${accountId}`;
      await posted({ ...cloud, webhook }, from, { type: 'text', text: { body: text } });
    },
    async contact(number, more = {}) {
      const { status, body } = await all.post('contact/create', {
        platform_id: number,
        platform: 'whatsapp',
        profile_name: 'Huda',
        profile_display_name: 'Huda A.',
        country_code: '966',
        ...more,
      });
      if (status !== 200) throw new Error(`the contact was refused: ${JSON.stringify(body)}`);
      return body.data[0];
    },
    async text(number, body) {
      const sent = await all.post('message/send', { to: number, type: 'text', text: { body } });
      if (sent.status !== 200) throw new Error(`the text was refused: ${sent.text}`);
      return sent.body;
    },
    async webhook(event, more = {}) {
      const path = `/hooks/${++hooks}/${event}`;
      const { status, body } = await all.post('webhook', {
        name: event,
        description: 'for a story',
        url: `${outside.url}${path}`,
        event,
        securetoken: 's3cr3t-value',
        policy: 'retry',
        enabled: true,
        ...more,
      });
      if (status !== 200) throw new Error(`the webhook was refused: ${JSON.stringify(body)}`);
      return { id: body.data.id, path, came: () => outside.at(path) };
    },
    told: (path, fits) =>
      until(() =>
        outside
          .at(path)
          .map(({ body }) => body as Json)
          .find(fits),
      ),
    counts: () => countsOf(scratch.db),
    rest: () => restOf(scratch.db),
    async close() {
      await server.stop();
      await Promise.all([outside.close(), cloud.close()]);
      await scratch.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Makes requests of one server; paths without a slash are below `/v1`. */
function requester(address: string): House['request'] {
  return async (method, path, body, headers = {}) => {
    const url = path.startsWith('/') ? `${address}${path}` : `${address}/v1/${path}`;
    const answer = await fetch(url, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    const told: Reply = {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
    if (answer.ok && method !== 'OPTIONS') assertDeclared(method, new URL(url).pathname, told.body);
    return told;
  };
}

/** Throws when a success of this surface is not what its route declares, or says more than that. */
function assertDeclared(method: string, path: string, body: Json): void {
  const route = routes.find((one) => {
    const pattern = one.url.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+');
    return one.method === method && new RegExp(`^${pattern}$`).test(path);
  });
  if (!route) return;
  const faults = [...Value.Errors(closed(route.answer), body)].map(({ instancePath, message }) =>
    [instancePath, message].join(' '),
  );
  if (faults.length > 0)
    throw new Error(`${method} ${path} answers what it does not declare: ${faults.join('; ')}`);
}

/** The same schema, in which nothing stands that it does not name. */
function closed(schema: TSchema): TSchema {
  const { properties, items, anyOf } = schema as Json;
  const inner = (all: Json) =>
    Object.fromEntries(Object.entries(all).map(([name, one]) => [name, closed(one as TSchema)]));
  return {
    ...schema,
    ...(properties && { properties: inner(properties), additionalProperties: false }),
    ...(items && { items: closed(items) }),
    ...(anyOf && { anyOf: anyOf.map(closed) }),
  };
}

function clientOf(request: House['request'], key: string): Client {
  const own = { authorization: `Bearer ${key}` };
  const send = (method: string) => (path: string, body?: unknown, headers?: Record<string, string>) =>
    request(method, path, body === undefined ? undefined : JSON.stringify(body), { ...own, ...headers });
  return {
    key,
    get: (path) => request('GET', path, undefined, own),
    post: send('POST'),
    put: send('PUT'),
    patch: send('PATCH'),
    del: send('DELETE'),
  };
}

let inbound = 0;

/** Posts a message of any kind as Meta does. */
async function posted(
  cloud: Pick<WhatsAppCloud, 'webhook' | 'settings' | 'phoneNumberId'>,
  from: string,
  message: Json,
): Promise<string> {
  const id = `wamid.story.${++inbound}`;
  const timestamp = String(Math.floor(Date.now() / 1000));
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: ourNumber, phone_number_id: cloud.phoneNumberId },
    contacts: [{ profile: { name: 'A customer' }, wa_id: from }],
    messages: [{ from, id, timestamp, ...message }],
  };
  const raw = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: [{ field: 'messages', value }] }],
  });
  const signature = createHmac('sha256', cloud.settings.appSecret!).update(raw).digest('hex');
  const answer = await fetch(cloud.webhook!, {
    method: 'POST',
    body: raw,
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
  });
  if (answer.status !== 200) throw new Error(`Meta was answered ${answer.status}`);
  return id;
}

const tables = ['contact', 'session', 'message', 'event', 'delivery', 'endpoint', 'agent', 'tag'] as const;

async function countsOf(db: ScratchDatabase['db']): Promise<Record<string, number>> {
  const columns = tables.map((table) => `(select count(*)::int from ${table}) as "${table}"`);
  const text = `select ${columns.join(', ')}`;
  return (await db.run<Record<string, number>>({ name: 'test.azeer.counts', text }, []))[0]!;
}

async function restOf(db: ScratchDatabase['db']): Promise<void> {
  const text = `select 1 from message where due_at is not null union all select 1 from delivery where due_at is not null
    union all select 1 from echo limit 1`;
  await until(async () => (await db.run({ name: 'test.azeer.rest', text }, [])).length === 0);
}
