import { parseArgs } from 'node:util';
import pg from 'pg';
import { load } from './load.ts';
import { freePort, startParley } from './parley.ts';
import { startPostgres } from './postgres.ts';
import { connect, put, type Simulated, simulate, until } from './simulated.ts';

// How fast one bind submits: Parley, its PostgreSQL and an SMSC, each in a process of its own on this machine.
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '20000' },
    window: { type: 'string', default: '100' },
    receipts: { type: 'boolean', default: false },
  },
});
const messages = Number(values.messages);
/** Each is a conversation, in which one message goes after the other. */
const people = 5000;
const id = 'smpp:15550001';

const postgres = await startPostgres();
const port = String(await freePort());
let smsc: Simulated | undefined;
try {
  const url = await postgres.database('smpp');
  const parley = await startParley(url);
  try {
    // All are accepted before there is an SMSC: what is measured is the bind, and not the calls.
    await put(parley, id, { host: 'localhost', port: Number(port), systemId: 'parley', password: 'right' });
    const accepted = await load(parley.url, {
      connections: 64,
      requests: messages,
      make: (n) => ({
        path: '/xms/api/v1/message/send',
        headers: { 'x-api-key': parley.key },
        body: JSON.stringify({
          channelId: id,
          to: { phone: String(966_500_000_000 + (n % people)) },
          type: 'text',
          text: { body: `Your code is ${n}. It is good for ten minutes.` },
        }),
      }),
    });
    if (accepted.refused > 0) throw new Error(`${accepted.refused} refused: ${accepted.refusal}`);
    const before = parley.cpuSeconds();
    // Receipts are a second load beside the sends: they count where they are asked for.
    const lost = values.receipts ? 0 : Number.MAX_SAFE_INTEGER;
    const started = await simulate('smpp', '--port', port, '--set', `loseReceipts=${lost}`);
    smsc = started;
    const settings = { ...started.settings, binds: 1, window: Number(values.window), bindPerSecond: 10_000 };
    await connect(parley, id, settings);
    await until('all are submitted', async () => {
      const { submitted } = await started.ask('GET', '/facts');
      return submitted! >= messages;
    });
    const { firstAt, lastAt, submitted, mostOpen } = await started.ask('GET', '/facts');
    const perSecond = (submitted! - 1) / ((lastAt! - firstAt!) / 1000);
    const told = values.receipts ? await delivered(url) : undefined;
    process.stdout.write(
      [
        '',
        `${submitted} submit_sm over one bind with window ${values.window}: ${perSecond.toFixed(0)}/s`,
        `most without an answer at a time: ${mostOpen}; accepted before, one a call: ${accepted.perSecond.toFixed(0)}/s`,
        ...(told === undefined ? [] : [`with every receipt stored: ${told.toFixed(0)}/s`]),
        `CPU of Parley: ${(((parley.cpuSeconds() - before) / messages) * 1e6).toFixed(0)} µs a message; memory ${parley.peakMb().toFixed(0)} MB at most`,
        '',
      ].join('\n'),
    );
    async function delivered(database: string): Promise<number> {
      const client = new pg.Client({ connectionString: database });
      await client.connect();
      const arrived = async () =>
        Number((await client.query(`select count(*) from message where status = 'DLVRD'`)).rows[0].count);
      await until('all have arrived', async () => (await arrived()) >= messages);
      const end = Date.now();
      await client.end();
      return messages / ((end - firstAt!) / 1000);
    }
  } finally {
    await parley.stop();
  }
} finally {
  smsc?.stop();
  await postgres.stop();
}
