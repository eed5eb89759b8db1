import Fastify from 'fastify';
import pg from 'pg';
import { insertRows, rowValues } from './reference.ts';

// A process of its own, as Parley is: the least that can be said to have accepted a message. A Fastify route puts the row
// of the message into the database, together with what else arrives meanwhile, and answers after the commit. No key, no
// contact, no session, no event, nothing to be found by. Tells its address to who started it.

const pool = new pg.Pool({ connectionString: process.argv[2], max: 2 });
let waiting: { row: { n: number; text: string }; done(answer: { id: string }): void }[] = [];
let writing = 0;
let accepted = 0;

async function write(): Promise<void> {
  if (writing === 2 || waiting.length === 0) return;
  writing += 1;
  const batch = waiting;
  waiting = [];
  await pool.query({ ...insertRows, values: rowValues(batch.map(({ row }) => row)) });
  for (const { row, done } of batch) done({ id: String(row.n) });
  writing -= 1;
  void write();
}

const app = Fastify();
app.post(
  '/send',
  (request) =>
    new Promise((done) => {
      const { text } = request.body as { text: { body: string } };
      waiting.push({ row: { n: accepted++, text: text.body }, done });
      if (waiting.length === 1) setImmediate(write);
    }),
);
process.send!(await app.listen({ port: 0, host: '127.0.0.1' }));
process.once('disconnect', () => process.exit());
