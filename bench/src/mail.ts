import { createHmac } from 'node:crypto';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { load } from './load.ts';
import { type Parley, startParley } from './parley.ts';
import { startPostgres } from './postgres.ts';
import { connect, simulate, until } from './simulated.ts';

// How fast mails come in: parsed, cleaned, told from what they repeat, put into their conversation, stored.
const { values } = parseArgs({ options: { mails: { type: 'string', default: '4000' } } });
const mails = Number(values.mails);
/** Each writes several mails, of which each answers the one before. */
const people = 400;
const secret = 'secret-of-the-bench-webhook';

const paragraph = 'When I opened the parcel the lid was cracked, and the handle did not fit either. ';

/** A mail as people's programs write them: text and HTML, what it answers below; every tenth has a picture. */
function mailOf(n: number): string {
  const person = n % people;
  const idOf = (one: number) => `<bench-${one}@people.example>`;
  const before = n >= people ? idOf(n - people) : undefined;
  const text = [paragraph.repeat(6), '', 'On Monday somebody wrote:', `> ${paragraph}`].join('\r\n');
  const html = `<p style="margin:0">${paragraph.repeat(6)}</p><img src="https://track.example/p.gif"><blockquote>${paragraph}</blockquote>`;
  const picture = [
    '--m',
    'Content-Type: image/png; name=lid.png',
    'Content-Disposition: attachment; filename=lid.png',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(40_000, n)])
      .toString('base64')
      .replace(/(.{76})/g, '$1\r\n'),
  ];
  return [
    `From: Person ${person} <person${person}@people.example>`,
    'To: support@shop.example',
    `Message-ID: ${idOf(n)}`,
    ...(before ? [`In-Reply-To: ${before}`, `References: ${before}`] : []),
    'Subject: =?utf-8?Q?My_order_=E2=80=93_broken?=',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=m',
    '',
    '--m',
    'Content-Type: multipart/alternative; boundary=a',
    '',
    '--a',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '--a',
    'Content-Type: text/html; charset=utf-8',
    '',
    html,
    '--a--',
    ...(n % 10 === 0 ? picture : []),
    '--m--',
    '',
  ].join('\r\n');
}

/** By webhook: signed, stored when it is answered. */
async function byWebhook(parley: Parley): Promise<number> {
  const path = await connect(parley, 'email:webhook', {
    address: 'support@shop.example',
    smtpHost: '127.0.0.1',
    inbound: 'raw',
    webhookSecret: secret,
  });
  const time = String(Math.floor(Date.now() / 1000));
  const shots = Array.from({ length: mails }, (_, n) => {
    const body = mailOf(n);
    const signature = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
    return { body, signature: `sha256=${signature}` };
  });
  const result = await load(parley.url, {
    connections: 32,
    requests: mails,
    make: (n) => ({
      path,
      headers: {
        'content-type': 'message/rfc822',
        'x-timestamp': time,
        'x-signature': shots[n]!.signature,
      },
      body: shots[n]!.body,
    }),
  });
  if (result.refused > 0) throw new Error(`${result.refused} refused: ${result.refusal}`);
  return result.perSecond;
}

/** By IMAP: out of a mailbox in which all of them lie, when the channel is switched on. */
async function byImap(parley: Parley, client: pg.Client): Promise<number> {
  const server = await simulate('mail');
  try {
    await connect(parley, 'email:imap', server.settings);
    const began = performance.now();
    await server.ask('POST', '/arrive', { mails: Array.from({ length: mails }, (_, n) => mailOf(n)) });
    await until('all are stored', async () => (await stored(client, 'email:imap')) >= mails);
    return mails / ((performance.now() - began) / 1000);
  } finally {
    server.stop();
  }
}

async function stored(client: pg.Client, channelId: string): Promise<number> {
  const sql = 'select count(*) from message where channel_id = $1';
  return Number((await client.query(sql, [channelId])).rows[0].count);
}

/** Each person has one conversation, and each later mail is known as the answer to the one before. */
async function threaded(client: pg.Client, channelId: string): Promise<string> {
  const { rows } = await client.query(
    `select count(distinct session_id) as sessions, count(*) filter (where reply_id_ext is not null) as replies
     from message where channel_id = $1`,
    [channelId],
  );
  return `${rows[0].sessions} conversations, ${rows[0].replies} answers to an earlier mail`;
}

const postgres = await startPostgres();
try {
  const url = await postgres.database('mail');
  const parley = await startParley(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const webhook = await byWebhook(parley);
    const imap = await byImap(parley, client);
    process.stdout.write(
      [
        '',
        `${mails} mails of ${people} people, as text and HTML, each tenth with a picture of 40 kB`,
        `by webhook: ${webhook.toFixed(0)} mails/s (${await threaded(client, 'email:webhook')})`,
        `by IMAP: ${imap.toFixed(0)} mails/s (${await threaded(client, 'email:imap')})`,
        `memory of Parley: ${parley.peakMb().toFixed(0)} MB at most`,
        '',
      ].join('\n'),
    );
  } finally {
    await client.end();
    await parley.stop();
  }
} finally {
  await postgres.stop();
}
