import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { fetch } from 'undici';
import type { Wrapper, WrapperMessage } from '../../../../src/apis/xms/schemas/inbound.ts';
import { readConfig } from '../../../../src/config.ts';
import { newId } from '../../../../src/model/ids.ts';
import { type Server, startServer } from '../../../../src/server.ts';
import { type ScratchDatabase, scratchDatabase } from '../../../database.ts';
import { type Outside, openOutside } from './outside.ts';
import { installationKey, kioskToken, rivalSetup, setup, whatsappSecret } from './setup.ts';

/** One thing in an answer, whatever it is. */
export type Thing = Record<string, unknown>;

export interface FieldError {
  field?: string;
  obzect?: string;
  code: string;
  codeKey: string;
  codes: string[];
  description: string;
  possibleValues?: unknown[];
  body?: unknown;
}

/** What came back: every answer of the surface is JSON. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  body: {
    status: string;
    statusKey: string;
    message: string;
    messageKey: string;
    path: string;
    traceid: string;
    timestamp: number;
    error?: string;
    data?: Thing;
    results: Thing[];
    errors: FieldError[];
  } & Thing;
}

type Headers = Record<string, string>;

/** An app of the business, with its key. */
export interface Client {
  key: string;
  get(path: string): Promise<Reply>;
  post(path: string, body: unknown, headers?: Headers): Promise<Reply>;
  /** Sends a message, which must be accepted; answers its id. */
  send(message: unknown): Promise<string>;
}

/** A business at work on the real server, and everything around it. */
export interface House {
  server: Server;
  db: ScratchDatabase['db'];
  databaseUrl: string;
  outside: Outside;
  businessId: number;
  rivalId: number;
  /** Id of an app, by its code. */
  appId(code: string): Promise<string>;
  /** The app that answers first, a bot. */
  front: Client;
  desk: Client;
  /** An app of another business. */
  rival: Client;
  client(key: string): Client;
  /** Keys by `<app>/<name>`. */
  keys: Record<string, string>;
  /** One raw request; `body` is sent as it is. */
  request(method: string, path: string, body?: string | Buffer, headers?: Headers): Promise<Reply>;
  /** What the connector of the kiosk posts; `token` of another connector where given. */
  connector(path: string, body: unknown, token?: string): Promise<Reply>;
  /** A person writes at the kiosk; answers the message as the wrapper came back. */
  kioskSays(csid: string, text: string, more?: WrapperMessage): Promise<WrapperMessage>;
  /** A person writes on WhatsApp. `message` replaces the text. */
  whatsappSays(from: string, text: string, message?: Thing): Promise<void>;
  /** WhatsApp tells what became of a message of ours. */
  whatsappTells(status: Thing): Promise<void>;
  /** A file of a setup document, applied to the business. */
  apply(document: Thing): Promise<void>;
  /** Rows of every table that a caller's request may fill. */
  counts(): Promise<Record<string, number>>;
  /** Waits until there is nothing left to send, to tell or to come back. */
  rest(): Promise<void>;
  /** All messages of a session, as the surface tells them. */
  history(sessionId: string): Promise<Thing[]>;
  close(): Promise<void>;
}

export const prefix = '/xms/api/v1';

/** Starts the server on a scratch database, with an outside of its own. */
export async function openHouse(env: Record<string, string> = {}): Promise<House> {
  const [scratch, outside, dataDir] = await Promise.all([
    scratchDatabase(),
    openOutside(),
    mkdtemp(join(tmpdir(), 'parley-xms-')),
  ]);
  const server = await serverOn(scratch.url, dataDir, env);
  const businessId = server.pipeline.first!.businessId;
  const by = { businessId, installation: true };
  const { change } = server.pipeline.core;
  const own = await change.apply(setup(outside.url), { dryRun: false, by });
  const theirs = await change.apply(rivalSetup(outside.url), { dryRun: false, by });
  const keys = Object.fromEntries(own.keys.map(({ app, name, key }) => [`${app}/${name}`, key]));
  const rivalKey = theirs.keys[0]!.key;
  const request = requester(server.address);
  const client = (key: string) => clientOf(request, key);
  const front = client(keys['front/main']!);
  const accountId = (await server.pipeline.core.setup(businessId)).channels.get('wa360:4930900')!.accountId;
  const rivalId = (await server.pipeline.core.authenticate(rivalKey)).businessId;

  const connector = (path: string, body: unknown, token = kioskToken) =>
    request('POST', path, JSON.stringify(body), { 'x-verify-token': token });

  async function whatsapp(value: Thing): Promise<void> {
    const body = {
      object: 'whatsapp_business_account',
      entry: [{ changes: [{ field: 'messages', value }] }],
    };
    const answer = await fetch(`${server.address}/webhook/wa360/${accountId}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-webhook-secret': whatsappSecret },
      body: JSON.stringify(body),
    });
    if (answer.status !== 200) throw new Error(`the provider was answered ${answer.status}`);
  }

  return {
    server,
    db: scratch.db,
    databaseUrl: scratch.url,
    outside,
    businessId,
    rivalId,
    async appId(code) {
      const { apps } = await server.pipeline.core.setup(businessId);
      return [...apps.values()].find((app) => app.code === code)!.id;
    },
    front,
    desk: client(keys['desk/main']!),
    rival: client(rivalKey),
    client,
    keys,
    request,
    connector,
    async kioskSays(csid, text, more = {}) {
      const message = { id: newId(), from: csid, type: 'text', text: { body: text }, ...more };
      const { status, body } = await connector('message/receive', { messages: [message] });
      if (status !== 200) throw new Error(`the connector was refused: ${JSON.stringify(body)}`);
      return (body as unknown as Wrapper).messages![0]!;
    },
    whatsappSays: (from, text, message = { type: 'text', text: { body: text } }) =>
      whatsapp({
        contacts: [{ wa_id: from, profile: { name: `Person ${from}` } }],
        messages: [
          { from, id: `wamid.in.${newId()}`, timestamp: String(Math.floor(Date.now() / 1000)), ...message },
        ],
      }),
    whatsappTells: (status) => whatsapp({ statuses: [status] }),
    async apply(document) {
      await change.apply(document, { dryRun: false, by });
    },
    counts: () => countsOf(scratch.db),
    rest: () => restOf(scratch.db),
    async history(sessionId) {
      return (await front.post('session/messages', { sessionId })).body.results;
    },
    async close() {
      await server.stop();
      await outside.close();
      await scratch.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A server on this database: the one of the house, or a second one with other settings. */
export function serverOn(databaseUrl: string, dataDir: string, env: Record<string, string>): Promise<Server> {
  const config = readConfig({
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
    PUBLIC_URL: 'http://acme.parley.test',
    DATA_DIR: dataDir,
    PARLEY_SECRET: 'the secret of the XMS stories',
    PARLEY_API_KEY: installationKey,
    PARLEY_ADMIN_PASSWORD: 'the password of the XMS stories',
    ...env,
  });
  return startServer(config, databaseUrl, pino({ level: config.logLevel }));
}

/** Makes requests of one server. */
export function requester(address: string): House['request'] {
  return async (method, path, body, headers = {}) => {
    const url = path.startsWith('/') ? `${address}${path}` : `${address}${prefix}/${path}`;
    const answer = await fetch(url, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      text,
      body: text === '' ? ({} as Reply['body']) : (JSON.parse(text) as Reply['body']),
    };
  };
}

export function clientOf(request: House['request'], key: string): Client {
  const own = { 'x-api-key': key };
  const client: Client = {
    key,
    get: (path) => request('GET', path, undefined, own),
    post: (path, body, headers) => request('POST', path, JSON.stringify(body), { ...own, ...headers }),
    async send(message) {
      const { status, body } = await client.post('message/send', message);
      if (status !== 200) throw new Error(`a message was refused: ${JSON.stringify(body.errors)}`);
      return String(body.data?.id);
    },
  };
  return client;
}

const tables = [
  'contact',
  'session',
  'message',
  'event',
  'delivery',
  'endpoint',
  'media',
  'early_receipt',
  'customer_object',
  'customer_event',
] as const;

async function countsOf(db: ScratchDatabase['db']): Promise<Record<string, number>> {
  const columns = tables.map((table) => `(select count(*)::int from ${table}) as "${table}"`);
  const rows = await db.run<Record<string, number>>(
    { name: 'test.counts', text: `select ${columns.join(', ')}` },
    [],
  );
  return rows[0]!;
}

async function restOf(db: ScratchDatabase['db']): Promise<void> {
  const text = `select 1 from message where due_at is not null union all select 1 from delivery where due_at is not null
    union all select 1 from echo limit 1`;
  await until(async () => (await db.run({ name: 'test.rest', text }, [])).length === 0);
}

const deadlineMs = 15_000;

/** Waits until `look` finds something, and answers it; looks again and again until a deadline. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`it did not happen: ${look.toString().slice(0, 300)}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** The codes of the statuses that an app was told about a message, in their order. */
export function statusesOf(outside: Outside, app: string, messageId: string): string[] {
  return outside
    .told(app)
    .flatMap(({ statuses = [] }) => statuses)
    .flatMap(({ id, status }) => (id === messageId && status ? [status] : []));
}
