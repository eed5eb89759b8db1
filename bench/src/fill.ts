import pg from 'pg';
import { load } from './load.ts';
import { startParley } from './parley.ts';
import { startPeers } from './peers.ts';
import { account, sendBody, setUp, whatsappInbound } from './setup.ts';

/** Messages of a conversation, and conversations of a person, as a shop's years leave them. */
const ofSession = 10;
const ofContact = 2;
/** Events that are kept for each message: those of the last weeks. */
const eventsOf = 0.1;
const atOnce = 500_000;

/** Understands `10m`, `250k` and plain numbers. Throws for anything else. */
export function amount(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)([km]?)$/i.exec(text);
  if (!parts) throw new Error(`--fill wants a number such as 250000, 250k or 10m, not "${text}"`);
  return Math.round(Number(parts[1]) * { '': 1, k: 1e3, m: 1e6 }[parts[2]!.toLowerCase() as '' | 'k' | 'm']);
}

/**
 * Stores `messages` in the database at `url`: half of them sent, half received, in conversations that are over. Each
 * is a copy of one that Parley itself stored, under an id, a person and a time of its own; the people whom the
 * scenarios write to are not among them. Its words and figures count as written, and are not.
 */
export async function fill(url: string, messages: number): Promise<void> {
  await storeSamples(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Lost in a crash, it is made anew.
    await client.query('set synchronous_commit = off');
    await setAside(client);
    const indexes = await withoutIndexes(client);
    for (const direction of ['O', 'I'] as const) await copies(client, direction, messages / 2);
    await events(client, Math.round(messages * eventsOf));
    for (const definition of indexes) await client.query(definition);
    await upToDate(client);
    await client.query('vacuum (analyze) contact, session, message, event');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

/** What goes on behind the log, the words and the figures, has nothing to catch up with. */
async function upToDate(client: pg.Client): Promise<void> {
  const head = 'select c.seq from event_counter c where c.business_id = p.business_id';
  await client.query(`update search_progress p set seq = (${head}), message_id = null, contact_id = null`);
  await client.query(
    `update figure_progress p set seq = (${head}), message_id = '', session_id = '', endpoint_id = null`,
  );
}

/** One message out and one in, stored by Parley. */
async function storeSamples(url: string): Promise<void> {
  const parley = await startParley(url);
  const peers = await startPeers();
  try {
    await setUp(parley, peers, false);
    const shot = whatsappInbound(0, 1);
    const once = { connections: 1, requests: 1 };
    await load(parley.url, {
      ...once,
      make: () => ({
        path: '/xms/api/v1/message/send',
        headers: { 'x-api-key': parley.key },
        body: sendBody(0, 1),
      }),
    });
    const path = `/webhook/wacfb/${await account(url)}`;
    const headers = { 'x-hub-signature-256': shot.signature };
    await load(parley.url, { ...once, make: () => ({ path, headers, body: shot.body }) });
    while ((await peers.counts()).sent < 1) await new Promise((resolve) => setTimeout(resolve, 50));
  } finally {
    await parley.stop();
    peers.stop();
  }
}

/** Takes the indexes of the large tables away, and answers how to make them again: building them whole is faster. */
async function withoutIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
     where schemaname = 'public' and tablename in ('contact', 'session', 'message', 'event')
       and indexname not in (select conname from pg_constraint)`,
  );
  for (const { name } of rows) await client.query(`drop index ${name}`);
  return rows.map(({ definition }) => definition);
}

const tables = ['contact', 'session', 'message'] as const;

/** Sets the samples aside while they are all there is: as temporary tables such as `message_o`. */
async function setAside(client: pg.Client): Promise<void> {
  const of = {
    contact: 'c.*, c.id as contact_id',
    session: 's.*, c.csid',
    message: 'm.*, c.csid',
  };
  for (const direction of ['O', 'I'])
    for (const table of tables)
      await client.query(
        `create temporary table ${table}_${direction} as select ${of[table]} from message m
         join contact c on c.business_id = m.business_id and c.id = m.contact_id
         join session s on s.business_id = m.business_id and s.id = m.session_id
         where m.direction = '${direction}' limit 1`,
      );
  await client.query(
    `create temporary table event_sample as select * from event where type = 'message.accepted' limit 1`,
  );
}

async function copies(client: pg.Client, direction: 'O' | 'I', messages: number): Promise<void> {
  const sessions = Math.ceil(messages / ofSession);
  const people = Math.ceil(sessions / ofContact);
  // Ids of ours begin with the time: all of them are above these.
  const id = (n: string) => `'00${direction === 'O' ? 0 : 1}' || lpad(to_hex(${n}), 21, '0')`;
  const csid = (n: string) => `(919900000000 + ${n} % ${people})::text`;
  const contactId = (n: string) => `replace(x.contact_id, x.csid, ${csid(n)})`;
  await insert(client, 'contact', people, `contact_${direction}`, {
    id: contactId('n'),
    csid: csid('n'),
    no: undefined,
  });
  await insert(client, 'session', sessions, `session_${direction}`, {
    id: id('n'),
    contact_id: contactId('n'),
    started_at: ago('n', sessions),
    closed_at: ago('n', sessions),
    resolved: 'true',
  });
  await insert(client, 'message', messages, `message_${direction}`, {
    id: id('n'),
    no: undefined,
    session_id: id(`n / ${ofSession}`),
    contact_id: contactId(`n / ${ofSession}`),
    provider_id: `'fill' || n`,
    due_at: 'null',
    at: ago('n', messages),
  });
}

async function events(client: pg.Client, count: number): Promise<void> {
  const { rows } = await client.query(`select max(seq) as seq from event`);
  await insert(client, 'event', count, 'event_sample', {
    id: `'00e' || lpad(to_hex(n), 21, '0')`,
    seq: `${rows[0].seq} + 1 + n`,
    at: ago('n', count),
  });
  await client.query(
    'update event_counter c set seq = (select max(seq) from event e where e.business_id = c.business_id)',
  );
}

/** When the n-th of so many was: over the last year. */
function ago(n: string, of: number): string {
  return `now() - interval '365 days' * (1 - ${n}::float8 / ${of})`;
}

/**
 * Writes so many copies of the one row of `sample`, called `x`: columns of `changes` by their expression over `n`,
 * from 0; undefined: by its default.
 */
async function insert(
  client: pg.Client,
  table: string,
  count: number,
  sample: string,
  changes: Record<string, string | undefined>,
): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_schema = 'public' and table_name = $1
     and is_generated = 'NEVER'`,
    [table],
  );
  const columns = rows
    .map(({ name }) => name)
    .filter((name) => !(name in changes) || changes[name] !== undefined);
  const values = columns.map((name) => changes[name] ?? `x.${name}`);
  let written = 0;
  for (let from = 0; from < count; from += atOnce) {
    const { rowCount } = await client.query(
      `insert into ${table} (${columns.join()}) select ${values.join()}
       from ${sample} x, generate_series($1::bigint, $2::bigint) n on conflict do nothing`,
      [from, Math.min(from + atOnce, count) - 1],
    );
    written += rowCount ?? 0;
  }
  if (written < count * 0.99) throw new Error(`Of ${count} rows of ${table} only ${written} could be stored`);
}
