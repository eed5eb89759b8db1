import Fastify from 'fastify';
import pg from 'pg';
import { Pool } from 'undici';
import { insertRows, rowValues, settleRows } from './reference.ts';

// A process of its own, as Parley is: the least that can be said to have accepted a message. A Fastify route puts the row
// of the message into the database, together with what else arrives meanwhile, and answers after the commit. No key, no
// contact, no session, no event, nothing to be found by. With the address of the peers it also is the least that can be said to
// have sent and told it: the provider is called, the outcome committed, the webhook called. Nothing is claimed, nothing is in
// order, nothing is tried again, nothing signed. Tells its address to who started it.

const [databaseUrl, peers] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl!, max: 4 });
const outside = peers ? new Pool(peers, { connections: 64 }) : undefined;
let accepted = 0;

/** Writes what comes in one turn, and while others are written, together: two batches at a time. */
function together<T>(write: (batch: T[]) => Promise<unknown>): (one: T) => Promise<void> {
  let waiting: { one: T; done(): void }[] = [];
  let writing = 0;
  const go = async (): Promise<void> => {
    if (writing === 2 || waiting.length === 0) return;
    writing += 1;
    const batch = waiting;
    waiting = [];
    await write(batch.map(({ one }) => one));
    for (const { done } of batch) done();
    writing -= 1;
    void go();
  };
  return (one) =>
    new Promise((done) => {
      waiting.push({ one, done });
      if (waiting.length === 1) setImmediate(go);
    });
}

const insert = together<{ n: number; text: string }>((rows) =>
  pool.query({ ...insertRows, values: rowValues(rows) }),
);
const settle = together<number>((ns) =>
  pool.query({ ...settleRows, values: [rowValues(ns.map((n) => ({ n, text: '' })))[1]] }),
);

async function call(path: string, body: string): Promise<void> {
  const answer = await outside!.request({
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body,
  });
  await answer.body.text();
}

async function send(n: number, text: string): Promise<void> {
  await call('/send', JSON.stringify({ id: n, text }));
  await settle(n);
  await call('/hook', JSON.stringify({ statuses: [{ id: n, status: 'sent' }] }));
}

const app = Fastify();
app.post('/send', async (request) => {
  const { text } = request.body as { text: { body: string } };
  const n = accepted++;
  await insert({ n, text: text.body });
  if (outside) void send(n, text.body);
  return { id: String(n) };
});
process.send!(await app.listen({ port: 0, host: '127.0.0.1' }));
process.once('disconnect', () => process.exit());
