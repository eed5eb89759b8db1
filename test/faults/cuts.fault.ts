import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { dataFolder, type Parley, removeDataFolder, startParley, until } from '../parley.ts';
import { type Frame, openBrowser } from '../webchat/visitor.ts';
import { note } from './table.ts';

const short = process.env.FAULTS === 'short';
const cuts = short ? 100 : 1000;
const key = 'a-key-for-the-fault-tests';
const parleys: Parley[] = [];
let folder = '';
let postgres: EmbeddedPostgres | undefined;
let pool: pg.Pool | undefined;

afterEach(async () => {
  for (const parley of parleys.splice(0)) await parley.kill();
  await pool?.end();
  await postgres?.stop();
  await removeDataFolder(folder);
});

/** What a widget keeps: everything that it was told, by the number of the last one that it stored. */
class Widget {
  seq = 0;
  readonly messages = new Map<string, Frame>();
  readonly statuses = new Map<string, string>();
  /** Said, and not acknowledged yet. */
  readonly outbox = new Map<string, string>();
  readonly faults: string[] = [];
  repeats = 0;

  take(frame: Frame): void {
    if (frame.t === 'ack') this.outbox.delete(String(frame.cid));
    if (frame.t === 'welcome' && frame.reset) {
      if (this.seq > 0) this.faults.push(`begins anew at ${this.seq}`);
      this.seq = frame.seq!;
      for (const one of frame.messages as Frame[]) this.messages.set(String(one.id), one);
    }
    if (frame.t === 'welcome' || frame.seq === undefined) return;
    if (frame.seq <= this.seq) {
      this.repeats += 1;
      return;
    }
    if (frame.seq !== this.seq + 1) this.faults.push(`${frame.seq} after ${this.seq}`);
    this.seq = frame.seq;
    const id = String(frame.id);
    if (frame.t === 'msg') this.messages.set(id, frame);
    if (frame.t === 'status') this.statuses.set(id, String(frame.status));
  }
}

/** One connection that is cut after a random time, whatever goes on in it. */
async function connectOnce(widget: Widget, at: Parley, token: string, forMs: number): Promise<void> {
  const socket = new WebSocket(`${at.url.replace('http', 'ws')}/widget/ws`, 'widget.v1', {
    headers: { origin: at.url },
  });
  const say = (frame: object) => socket.readyState === socket.OPEN && socket.send(JSON.stringify(frame));
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as Frame;
    widget.take(frame);
    if (frame.t === 'welcome')
      for (const [cid, text] of widget.outbox) say({ t: 'msg', cid, type: 'text', text });
    if (frame.t === 'msg') say({ t: Math.random() < 0.5 ? 'ack' : 'read', seq: widget.seq });
  });
  socket.on('open', () => say({ t: 'hello', token, ...(widget.seq > 0 && { lastSeq: widget.seq }) }));
  const told = new Promise((resolve) => socket.once('message', resolve));
  await Promise.race([told, sleep(2000)]);
  if (Math.random() < 0.6) {
    const cid = randomUUID();
    widget.outbox.set(cid, `said ${cid}`);
    say({ t: 'msg', cid, type: 'text', text: `said ${cid}` });
  }
  await sleep(forMs);
  socket.terminate();
}

it(`a window that is cut ${cuts} times has in the end what the database has, over two processes`, async () => {
  folder = await dataFolder('cuts');
  postgres = await startEmbeddedPostgres({ dataDir: folder });
  pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  const env = { PARLEY_API_KEY: key, PARLEY_SECRET: 'a secret for all processes', LOG_LEVEL: 'warn' };
  for (let n = 0; n < 2; n += 1) parleys.push(await startParley({ dataDir: folder, env }));
  const api = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${parleys[0]!.url}/api/v1${path}`, {
      method,
      headers: { 'x-api-key': key },
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, string>;
  };
  const settings = {
    origins: parleys.map(({ url }) => url),
    messagesPerSecond: 1000,
    framesPerSecond: 1000,
    sockets: 100,
  };
  const { siteKey } = await api('PUT', '/channels/web:cuts', { settings });
  const { token } = await openBrowser(parleys[0]!.url, siteKey!, parleys[0]!.url).session();
  const widget = new Widget();
  widget.outbox.set('first', 'said first');
  while (widget.messages.size === 0) await connectOnce(widget, parleys[0]!, token, 50);
  const { rows: contacts } = await pool.query<{ id: string }>(
    `select id from contact where type = 'WEBSITE'`,
  );
  const contactId = contacts[0]!.id;

  let isCutting = true;
  const answering = (async () => {
    for (let n = 0; isCutting; n += 1) {
      await api('POST', '/messages', { to: { contactId }, content: { text: `answer ${n}` } });
      await sleep(Math.random() * 30);
    }
  })();
  for (let n = 0; n < cuts; n += 1)
    await connectOnce(widget, parleys[n % 2]!, token, Math.random() ** 2 * 120);
  isCutting = false;
  await answering;

  const told = async () =>
    Number((await pool!.query('select told from visitor where contact_id = $1', [contactId])).rows[0].told);
  await until(
    'everything was told',
    async () => {
      await connectOnce(widget, parleys[0]!, token, 300);
      const { rows } = await pool!.query(`select 1 from message where due_at is not null limit 1`);
      return widget.outbox.size === 0 && rows.length === 0 && widget.seq === (await told());
    },
    120_000,
  );
  const { rows: stored } = await pool.query<{ id: string; direction: string; text: string; status: string }>(
    `select id, direction, content->>'text' as text, status from message where contact_id = $1 order by id`,
    [contactId],
  );
  expect(widget.faults).toEqual([]);
  expect(stored.length).toBeGreaterThan(cuts);
  const heard = [...widget.messages.values()]
    .map(({ id, dir, text }) => ({ id, direction: dir === 'in' ? 'I' : 'O', text }))
    .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
  expect(heard).toEqual(stored.map(({ id, direction, text }) => ({ id, direction, text })));
  // Each was said once, however often it was repeated.
  const said = stored.filter(({ direction }) => direction === 'I').map(({ text }) => text);
  expect(new Set(said).size).toBe(said.length);
  const words: Record<string, string | undefined> = { DLVRD: 'delivered', READ: 'read' };
  for (const { id, direction, status } of stored)
    if (direction === 'O') expect([id, widget.statuses.get(id)]).toEqual([id, words[status]]);
  await note({
    test: 35,
    run: 'a window of web chat, cut at random',
    runs: cuts,
    kills: cuts,
    accepted: stored.length,
    sent: heard.length,
    duplicated: 0,
    lost: 0,
    shown: `${widget.seq} numbers without a gap, ${widget.repeats} repeats dropped`,
  });
});
