import pg from 'pg';
import { expect } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/postgres/embedded.ts';
import type { Queryable } from '../../src/store/database.ts';
import { checkInvariants } from '../../src/store/invariants.ts';
import { freePort } from '../free-port.ts';
import { dataFolder, type Parley, removeDataFolder, startParley } from '../parley.ts';

/** The form for every day: fewer messages and kills. */
export const short = process.env.FAULTS === 'short';

/** The key of the installation. */
export const houseKey = 'a-key-for-the-fault-tests';

/** What a call was answered. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each story knows what it asked for.
  body: any;
}

/** How a call is made. */
export interface CallOptions {
  key?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Parley as it is started, one or several processes, and its PostgreSQL, which outlives them. */
export interface House {
  readonly folder: string;
  readonly postgres: EmbeddedPostgres;
  /** Those that run. */
  readonly parleys: Parley[];
  /** Starts one more process; the first always listens at the same address. */
  start(env?: Record<string, string>): Promise<Parley>;
  /** kill -9 of one. */
  kill(parley: Parley): Promise<void>;
  /** Takes one off the list that ends by itself. */
  gone(parley: Parley): void;
  /** Where callers call now; undefined while nobody runs. */
  url(): string | undefined;
  /** Calls the first process: a path of any surface. A body that is a string goes out as it is. */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>;
  ask<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface HouseOptions {
  /** Settings of every process. */
  env?: Record<string, string>;
  /** A data folder that is there already. */
  folder?: string;
  /** Is called when a process came or went. */
  changed?: () => void;
}

/** Makes an installation with one process at work. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const folder = options.folder ?? (await dataFolder('faults'));
  // We count as one of its users: it runs on while every Parley is dead.
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  pool.on('error', () => {});
  const ports = [await freePort()];
  const parleys: Parley[] = [];
  const gone = (parley: Parley) => {
    parleys.splice(parleys.indexOf(parley), 1);
    ports.push(Number(new URL(parley.url).port));
    options.changed?.();
  };
  const house: House = {
    folder,
    postgres,
    parleys,
    async start(env = {}) {
      const port = ports.shift() ?? (await freePort());
      const own = {
        PORT: String(port),
        PARLEY_API_KEY: houseKey,
        PARLEY_SECRET: 'a secret for all processes',
      };
      const parley = await startParley({ dataDir: folder, env: { ...own, ...options.env, ...env } });
      parleys.push(parley);
      options.changed?.();
      return parley;
    },
    async kill(parley) {
      gone(parley);
      await parley.kill();
    },
    gone,
    url: () => parleys[0]?.url,
    call: (method, path, body, how) => callAt(parleys[0]!.url, method, path, body, how),
    ask: async (sql, values = []) => (await pool.query(sql, values)).rows,
    async close() {
      for (const parley of parleys) await parley.kill();
      await pool.end();
      await postgres.stop();
      await removeDataFolder(folder);
    },
  };
  await house.start();
  return house;
}

/** Calls a server with the key of the installation, or another one; an empty key is none. */
export async function callAt(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  { key = houseKey, headers = {}, signal }: CallOptions = {},
): Promise<Answer> {
  const answer = await fetch(new URL(path, url), {
    method,
    redirect: 'manual',
    headers: { ...(key && { 'x-api-key': key }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await answer.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {}
  return { status: answer.status, headers: answer.headers, text, body: parsed };
}

/** The answer of a call that must be well. */
export async function well(call: Promise<Answer>): Promise<Answer['body']> {
  const { status, text, body } = await call;
  expect(status, text).toBeLessThan(300);
  return body;
}

/** What must always be true of what is stored is true. */
export async function allHolds(house: Pick<House, 'ask'>): Promise<void> {
  const db = { run: async (one: { text: string }, values: unknown[]) => house.ask(one.text, values) };
  const findings = await checkInvariants(db as Queryable);
  expect(findings.filter(({ broken }) => broken > 0)).toEqual([]);
}
