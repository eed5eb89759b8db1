import Fastify from 'fastify';
import pg from 'pg';
import { type LoadResult, load } from './load.ts';
import type { Load } from './measure.ts';
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

const insert = `insert into message select business_id, id, session_id, contact_id, channel_id, direction, status, now(), false,
  now(), app_id, sender_type, content, '{}' from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
  $7::text[], $8::text[], $9::text[], $10::jsonb[])
  v (business_id, id, session_id, contact_id, channel_id, direction, status, app_id, sender_type, content)`;

/** Rows a second that PostgreSQL takes of just the message row, in batches of 100, two at a time: no more can be accepted. */
export async function batchedInserts(databaseUrl: string, rows: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  await pool.query(table);
  const size = 100;
  let next = 0;
  const began = performance.now();
  const write = async () => {
    for (let at = next; at < rows; at = next) {
      next += size;
      const many = Array.from({ length: size }, (_, i) => at + i);
      const hex = (n: number) => n.toString(16).padStart(24, '0');
      await pool.query({
        name: 'insert',
        text: insert,
        values: [
          many.map(() => 1),
          many.map(hex),
          many.map((n) => hex(n % 5000)),
          many.map((n) => `sms${919_900_000_000 + (n % 5000)}_bench`),
          many.map(() => 'custom:bench'),
          many.map(() => 'O'),
          many.map(() => 'CRTD'),
          many.map(() => hex(1)),
          many.map(() => 'API'),
          many.map((n) => JSON.stringify({ type: 'text', text: sendBody(n, 5000) })),
        ],
      });
    }
  };
  await Promise.all([write(), write()]);
  const seconds = (performance.now() - began) / 1000;
  await pool.end();
  return rows / seconds;
}

/** A Fastify route that reads the same body and answers a few words, and does nothing else. */
export async function bareRoute({ requests, connections, warmup }: Load): Promise<LoadResult> {
  const app = Fastify();
  app.post('/send', async (request) => ({ id: (request.body as { to: { phone: string } }).to.phone }));
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const ask = (requests: number) =>
    load(url, { connections, requests, make: (n) => ({ path: '/send', body: sendBody(n, 5000) }) });
  if (warmup > 0) await ask(warmup);
  const result = await ask(requests);
  await app.close();
  return result;
}
