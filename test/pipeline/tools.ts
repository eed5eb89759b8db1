import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { vi } from 'vitest';
import { surfaces as builtIn } from '../../src/apis/index.ts';
import type { Surface } from '../../src/apis/surface.ts';
import type { Received, ReceivedMessage } from '../../src/channels/channel.ts';
import { makeHttp } from '../../src/http.ts';
import { addIngress } from '../../src/ingress.ts';
import { parseAllowList } from '../../src/model/address.ts';
import { type EventType, eventTypes, type StoredEvent } from '../../src/model/event.ts';
import { newId } from '../../src/model/ids.ts';
import type { Message } from '../../src/model/message.ts';
import { type Role, roles } from '../../src/model/role.ts';
import type { Setup } from '../../src/model/setup.ts';
import type { Caller, SendRequest } from '../../src/pipeline/core.ts';
import { openFolder } from '../../src/pipeline/file-store-disk.ts';
import { makeSeal } from '../../src/pipeline/seal.ts';
import { type Pipeline, startPipeline } from '../../src/pipeline/start.ts';
import { addPushFiles } from '../../src/push-files.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import * as events from '../../src/store/events.ts';
import * as messages from '../../src/store/messages.ts';
import { scratchDatabase } from '../database.ts';
import { type CuttableDatabase, cuttable } from './cuttable.ts';

// Leases and sweeps take up to ten seconds; a machine that is busy with other things takes longer.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** A surface that tells every event as it is, so that tests see what the pipeline says. */
const plain: Surface = {
  name: 'plain',
  prefix: '/plain',
  routes: () => {},
  error: () => ({ status: 500, body: {} }),
  tells: eventTypes,
  render: (event) => ({ body: event }),
};
/** A surface of endpoints of one event each, with a signature and a patience of its own. */
const topical: Surface = {
  ...plain,
  name: 'topical',
  prefix: '/topical',
  topics: { wrote: ['message.received'], moved: ['message.status', 'contact.assigned'], never: [] },
  render: (event, { topic }) => ({ body: { topic, type: event.type }, headers: { 'x-said': 'yes' } }),
  sign: (body, { verifyToken }) => ({
    authorization: `Bearer ${verifyToken}`,
    'x-length': String(body.length),
  }),
  timeoutMs: 700,
};
const surfaces = [...builtIn, plain, topical];

/** A pipeline at work, on a connection pool of its own. */
export interface Running extends Pipeline {
  readonly database: CuttableDatabase;
  /** Where providers call, for example `http://127.0.0.1:20123`. */
  readonly address: string;
}

/** A scratch database, and pipelines on it. */
export class House {
  readonly db: Database;
  readonly url: string;
  readonly mediaDir: string;
  readonly credentialsDir: string;
  readonly #drop: () => Promise<void>;
  readonly #running = new Map<Running, () => Promise<void>>();
  #businesses = 0;

  private constructor(scratch: { db: Database; url: string; drop(): Promise<void> }, mediaDir: string) {
    this.db = scratch.db;
    this.url = scratch.url;
    this.mediaDir = mediaDir;
    this.credentialsDir = join(mediaDir, 'credentials');
    this.#drop = () => scratch.drop();
  }

  static async open(): Promise<House> {
    const mediaDir = await mkdtemp(join(tmpdir(), 'parley-pipeline-'));
    return new House(await scratchDatabase({ max: 4 }), mediaDir);
  }

  /**
   * Starts one more pipeline on the same database, as a second process would; `secrets`: the secret of the installation,
   * and those before it; `has`: its roles.
   */
  async start(secrets = ['the secret of the tests'], has: readonly Role[] = roles): Promise<Running> {
    const database = cuttable(openDatabase(this.url, { max: 12 }));
    const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });
    const bySurface = new Map(surfaces.map((surface) => [surface.name, surface]));
    const pipeline = await startPipeline({
      db: database,
      log,
      seal: makeSeal(secrets[0]!, secrets.slice(1)),
      publicUrl: new URL('http://house.parley.test'),
      server: 'parley.test',
      files: openFolder(this.mediaDir),
      credentialsDir: this.credentialsDir,
      allowed: parseAllowList(['127.0.0.0/8']),
      allowHttp: true,
      agentHours: 24,
      signInHours: 24,
      keep: { endUserDays: 60, eventDays: 30, auditDays: 400 },
      roles: has,
      first: { apiKey: 'k'.repeat(32), adminEmail: 'admin@parley.test', adminPassword: 'of the tests' },
      surfaces,
      render: (surface, event, to) =>
        bySurface.get(surface)?.render(event, {
          ...to,
          server: 'parley.test',
          mediaLink: (id) => `http://house.parley.test/media/${id}`,
        }),
    });
    const http = makeHttp({
      core: pipeline.core,
      surfaces: [],
      log,
      version: 'test',
      rawRoutes(app) {
        addIngress(app, pipeline, log);
        addPushFiles(app, pipeline, new URL('http://house.parley.test'));
      },
    });
    const address = await http.listen({ port: 0, host: '127.0.0.1' });
    const stop = async () => {
      await http.close();
      await pipeline.stop();
    };
    const running = { ...pipeline, database, address, stop };
    this.#running.set(running, async () => {
      database.mend();
      await stop();
      await database.close();
    });
    return running;
  }

  /** Stops a pipeline and lets go of its connections. */
  async stop(running: Running): Promise<void> {
    const stop = this.#running.get(running);
    this.#running.delete(running);
    await stop?.();
  }

  /** A business of a test's own. `document` is one for `apply`. */
  async business(running: Running, document: Record<string, unknown> = {}): Promise<Tenant> {
    this.#businesses += 1;
    const domain = `shop${this.#businesses}`;
    const { value } = await running.core.change.putBusiness({}, { domain });
    const tenant = new Tenant(this, running, value.id);
    await tenant.apply(document);
    return tenant;
  }

  /** SQL by hand, for clocks that would take hours and for looking at what is stored. */
  async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((running) => this.stop(running)));
    await this.#drop();
    await rm(this.mediaDir, { recursive: true, force: true });
  }
}

/** One business of the tests, as its own programs see it. */
export class Tenant {
  readonly id: number;
  readonly #house: House;
  readonly #running: Running;

  constructor(house: House, running: Running, id: number) {
    this.#house = house;
    this.#running = running;
    this.id = id;
  }

  /** The same business as another process serves it. */
  at(running: Running): Tenant {
    return new Tenant(this.#house, running, this.id);
  }

  get core() {
    return this.#running.core;
  }

  async apply(document: Record<string, unknown>): Promise<void> {
    await this.core.change.apply(document, {
      dryRun: false,
      by: { businessId: this.id, installation: false },
    });
  }

  setup(): Promise<Setup> {
    return this.core.setup(this.id);
  }

  async appId(code = 'default'): Promise<string> {
    const app = [...(await this.setup()).apps.values()].find((one) => one.code === code);
    if (!app) throw new Error(`there is no app ${code}`);
    return app.id;
  }

  async caller(app = 'default'): Promise<Caller> {
    return {
      businessId: this.id,
      bearer: 'key',
      keyId: newId(),
      appId: await this.appId(app),
      tenantWide: true,
      installation: false,
      scope: 'write',
      kind: 'confidential',
    };
  }

  /** A sandbox channel; answers its id. */
  async sandbox(lane = 'box', settings: Record<string, unknown> = { speed: 100 }): Promise<string> {
    await this.core.change.putChannel({ businessId: this.id }, { type: 'dummy', lane, settings });
    return `dummy:${lane}`;
  }

  /** A channel of a connector of the business's own; answers its id. */
  async connector(lane: string, url: string, settings: Record<string, unknown> = {}): Promise<string> {
    await this.core.change.putChannel(
      { businessId: this.id },
      {
        type: 'custom',
        lane,
        settings: { url, verifyToken: `token-of-${this.id}-${lane}-connector`, ...settings },
      },
    );
    return `custom:${lane}`;
  }

  /** Where an app hears of its events, in the words of a surface. Answers the endpoint's id. */
  async webhook(url: string, surface = 'xms', app = 'default'): Promise<string> {
    const endpoint = await this.core.change.setWebhook(
      { businessId: this.id },
      await this.appId(app),
      surface,
      url,
    );
    return endpoint!.id;
  }

  /** Sends a text; answers the message's id, session and contact. */
  async send(channelId: string, csid: string, text = 'Hello', more: Partial<SendRequest> = {}) {
    return this.core.send(await this.caller(), {
      to: { csid },
      channelId,
      content: { type: 'text', text },
      sender: { type: 'API' },
      ...more,
    });
  }

  /** What a channel received; messages may be told by half. */
  receive(channelId: string, part: Partial<Received>) {
    return this.core.receive(this.id, channelId, {
      messages: [],
      receipts: [],
      events: [],
      ignored: [],
      ...part,
    });
  }

  /** A text from a person; answers what was stored of it. */
  async hear(channelId: string, csid: string, text = 'Hi', more: Partial<ReceivedMessage> = {}) {
    const message = { providerId: newId(), csid, timestamp: Date.now(), content: textOf(text), ...more };
    const effects = await this.receive(channelId, { messages: [message] });
    return effects.messages[0]!;
  }

  async message(id: string): Promise<Message> {
    const found = await messages.find(this.#house.db, this.id, id);
    if (!found) throw new Error(`there is no message ${id}`);
    return found;
  }

  /** Waits until a message has this status. */
  async reaches(id: string, status: Message['status']): Promise<Message> {
    return eventually(async () => {
      const message = await this.message(id);
      if (message.status !== status) throw new Error(`${id} is ${message.status}, not ${status}`);
      return message;
    });
  }

  /** The log of the business; of some types when named. */
  async events<T extends EventType = EventType>(...types: T[]): Promise<Extract<StoredEvent, { type: T }>[]> {
    const all = await events.after(this.#house.db, this.id, 0, 100_000);
    return all.filter((one) => types.length === 0 || types.includes(one.type as T)) as never;
  }

  /** Every message of the business, oldest first. */
  async messages(): Promise<{ id: string; direction: string; status: string; due: boolean }[]> {
    return this.#house.sql(
      'select id, direction, status, due_at is not null as due from message where business_id = $1 order by id',
      [this.id],
    );
  }

  /** Everything that waits becomes due: what would have taken seconds or hours. */
  async hurry(): Promise<void> {
    await this.#house.sql(
      `update message set due_at = now() where business_id = $1 and due_at > now() and due_at < 'infinity'
         and status <> 'SCHLD'`,
      [this.id],
    );
    await this.#house.sql(
      `update delivery set due_at = now() where business_id = $1 and due_at > now() and due_at < 'infinity'`,
      [this.id],
    );
  }

  /** Waits until nothing is under way or waiting any more, neither messages nor deliveries. */
  async settled(): Promise<void> {
    await eventually(async () => {
      const [row] = await this.#house.sql<{ messages: number; deliveries: number }>(
        `select (select count(*)::int from message where business_id = $1 and due_at is not null) as messages,
           (select count(*)::int from delivery where business_id = $1 and due_at is not null) as deliveries`,
        [this.id],
      );
      if (row!.messages + row!.deliveries > 0) throw new Error(`still waiting: ${JSON.stringify(row)}`);
    });
  }
}

export function textOf(text: string): ReceivedMessage['content'] {
  return { type: 'text', text };
}

/** Tries until `condition` does not throw, and is not false; answers what it answered. */
export async function eventually<T>(condition: () => T | Promise<T>, withinMs = 40_000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      const value = await condition();
      if (value !== false) return value;
      if (Date.now() > end) throw new Error('the condition never came true');
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** `n` numbers from 0, for many of the same. */
export function times<T>(n: number, make: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => make(i));
}
