import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';
import pg from 'pg';
import { type LoadResult, load } from './load.ts';
import type { Load } from './measure.ts';
import { startPeers } from './peers.ts';
import { until } from './scenarios.ts';
import { sendBody } from './setup.ts';

const table = `create table message (
  business_id integer not null, id text collate "C" not null, session_id text collate "C" not null,
  contact_id text collate "C" not null, channel_id text collate "C" not null, direction char(1) not null,
  status text not null, due_at timestamptz, mask boolean not null, at timestamptz not null,
  app_id text collate "C", sender_type text, content jsonb not null, stamps jsonb not null,
  primary key (business_id, id));
  create index on message (business_id, channel_id, due_at) where due_at is not null;
  create index on message (business_id, contact_id, id) where due_at is not null;
  create index on message (business_id, session_id, id)`;

/** Puts many rows in. */
export const insertRows = {
  name: 'insert',
  text: `insert into message select business_id, id, session_id, contact_id, channel_id, direction, status, now(), false,
  now(), app_id, sender_type, content, '{}' from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
  $7::text[], $8::text[], $9::text[], $10::jsonb[])
  v (business_id, id, session_id, contact_id, channel_id, direction, status, app_id, sender_type, content)`,
};

/** They are sent: no work waits for them any more. */
export const settleRows = {
  name: 'settle',
  text: `update message set status = 'SENTX', due_at = null, stamps = '{}' where business_id = 1 and id = any($1::text[])`,
};

/** The columns of these rows; the `n`th message is of one of 5,000 people. */
export function rowValues(rows: { n: number; text: string }[]): unknown[][] {
  const hex = (n: number) => n.toString(16).padStart(24, '0');
  return [
    rows.map(() => 1),
    rows.map(({ n }) => hex(n)),
    rows.map(({ n }) => hex(n % 5000)),
    rows.map(({ n }) => `sms${919_900_000_000 + (n % 5000)}_bench`),
    rows.map(() => 'custom:bench'),
    rows.map(() => 'O'),
    rows.map(() => 'CRTD'),
    rows.map(() => hex(1)),
    rows.map(() => 'API'),
    rows.map(({ text }) => JSON.stringify({ type: 'text', text })),
  ];
}

async function makeTable(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(table).finally(() => client.end());
}

/** What `least.ts` takes: a route that commits the row of each message, and does nothing else. */
export async function leastRoute(databaseUrl: string, load: Load): Promise<LoadResult> {
  await makeTable(databaseUrl);
  return withLeast([databaseUrl], (url) => asked(url, load));
}

/** The same, which then calls the provider, commits that, and calls the webhook: until that has heard of all. */
export async function leastToEnd(databaseUrl: string, { warmup, ...load }: Load): Promise<LoadResult> {
  await makeTable(databaseUrl);
  const peers = await startPeers();
  const round = async (url: string, requests: number) => {
    const before = (await peers.counts()).webhooks.statuses ?? 0;
    const began = performance.now();
    const result = await asked(url, { ...load, requests, warmup: 0 });
    await until(peers, ({ webhooks }) => (webhooks.statuses ?? 0) - before >= requests);
    return { ...result, perSecond: requests / ((performance.now() - began) / 1000) };
  };
  try {
    return await withLeast([databaseUrl, peers.url], async (url) => {
      if (warmup > 0) await round(url, warmup);
      return round(url, load.requests);
    });
  } finally {
    peers.stop();
  }
}

async function withLeast(args: string[], run: (url: string) => Promise<LoadResult>): Promise<LoadResult> {
  const child = fork(fileURLToPath(new URL('least.js', import.meta.url)), args);
  try {
    const url = await new Promise<string>((resolve, reject) => {
      child.once('message', (address) => resolve(String(address)));
      child.once('exit', () => reject(new Error('the route that commits one row has ended')));
    });
    return await run(url);
  } finally {
    child.removeAllListeners('exit').kill();
  }
}

/** Rows a second that PostgreSQL takes of just the message row, in batches of 100, two at a time: no more can be accepted. */
export async function batchedInserts(databaseUrl: string, rows: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  await makeTable(databaseUrl);
  const size = 100;
  let next = 0;
  const began = performance.now();
  const write = async () => {
    for (let at = next; at < rows; at = next) {
      next += size;
      const many = Array.from({ length: size }, (_, i) => ({ n: at + i, text: sendBody(at + i, 5000) }));
      await pool.query({ ...insertRows, values: rowValues(many) });
    }
  };
  await Promise.all([write(), write()]);
  const seconds = (performance.now() - began) / 1000;
  await pool.end();
  return rows / seconds;
}

/** A Fastify route that reads the same body and answers a few words, and does nothing else. */
export async function bareRoute(load: Load): Promise<LoadResult> {
  const app = Fastify();
  app.post('/send', async (request) => ({ id: (request.body as { to: { phone: string } }).to.phone }));
  const result = await asked(await app.listen({ port: 0, host: '127.0.0.1' }), load);
  await app.close();
  return result;
}

/** The messages are sent to a route, after as many as warm it up. */
async function asked(url: string, { requests, connections, warmup }: Load): Promise<LoadResult> {
  const ask = (requests: number) =>
    load(url, { connections, requests, make: (n) => ({ path: '/send', body: sendBody(n, 5000) }) });
  if (warmup > 0) await ask(warmup);
  return ask(requests);
}
