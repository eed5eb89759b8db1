import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { rssMb } from './cpu.ts';
import { type Parley, startParley } from './parley.ts';
import { startPostgres } from './postgres.ts';

// Web chat on one process: many visitors who are only there, and some who talk.
const { values } = parseArgs({
  options: {
    idle: { type: 'string', default: '2000' },
    busy: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '30' },
  },
});
const [idle, busy, seconds] = [Number(values.idle), Number(values.busy), Number(values.seconds)];
/** A busy visitor says something this often, ms. */
const everyMs = 1000;

interface Frame {
  t: string;
  cid?: string;
  seq?: number;
}

/** One visitor, from an address of his own. */
async function enter(parley: Parley, siteKey: string, n: number): Promise<WebSocket> {
  const address = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
  const headers = { origin: 'https://shop.example', 'x-forwarded-for': address };
  const answer = await fetch(`${parley.url}/widget/session`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ siteKey }),
  });
  const { token } = (await answer.json()) as { token?: string };
  if (!token) throw new Error(`no session: ${answer.status}`);
  const socket = new WebSocket(`${parley.url.replace('http', 'ws')}/widget/ws`, 'widget.v1', { headers });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  socket.send(JSON.stringify({ t: 'hello', token }));
  await new Promise((resolve) => socket.once('message', resolve));
  return socket;
}

/** Talks until `end`; notes how long each message took until it was acknowledged, and until it was told back. */
function talk(socket: WebSocket, end: number, acked: number[], told: number[]): void {
  const sent = new Map<string, number>();
  let n = 0;
  socket.on('message', (data) => {
    const { t, cid, seq } = JSON.parse(String(data)) as Frame;
    const at = cid === undefined ? undefined : sent.get(cid);
    if (at !== undefined && t === 'ack') acked.push(performance.now() - at);
    if (at !== undefined && t === 'msg') told.push(performance.now() - at);
    if (t === 'msg') socket.send(JSON.stringify({ t: 'ack', seq }));
  });
  const next = () => {
    if (Date.now() > end) return;
    const cid = `m-${n++}`;
    sent.set(cid, performance.now());
    socket.send(JSON.stringify({ t: 'msg', cid, type: 'text', text: `message ${n}` }));
    setTimeout(next, everyMs);
  };
  setTimeout(next, Math.random() * everyMs);
}

function percentile(values: number[], part: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${(sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(0)} ms`;
}

const postgres = await startPostgres();
try {
  process.env.TRUSTED_PROXIES = '127.0.0.1';
  const parley = await startParley(await postgres.database('visitors'));
  try {
    const answer = await fetch(`${parley.url}/api/v1/channels/web:bench`, {
      method: 'PUT',
      headers: { 'x-api-key': parley.key },
      body: JSON.stringify({ settings: { origins: ['https://shop.example'] } }),
    });
    const { siteKey } = (await answer.json()) as { siteKey: string };
    const before = rssMb(parley.pid);
    const sockets: WebSocket[] = [];
    while (sockets.length < idle + busy) {
      const from = sockets.length;
      const some = Array.from({ length: Math.min(50, idle + busy - from) }, (_, i) =>
        enter(parley, siteKey, from + i),
      );
      sockets.push(...(await Promise.all(some)));
    }
    const waiting = rssMb(parley.pid);
    const [acked, told]: [number[], number[]] = [[], []];
    const cpu = parley.cpuSeconds();
    const end = Date.now() + seconds * 1000;
    for (const socket of sockets.slice(0, busy)) talk(socket, end, acked, told);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000 + 2000));
    const used = parley.cpuSeconds() - cpu;
    process.stdout.write(
      [
        '',
        `${idle} visitors who are there and ${busy} who say something every second, for ${seconds} s`,
        `memory: ${before.toFixed(0)} MB alone, ${waiting.toFixed(0)} MB with all of them, ${rssMb(parley.pid).toFixed(0)} MB after it, ${parley.peakMb().toFixed(0)} MB at most`,
        `a message acknowledged: median ${percentile(acked, 0.5)}, p99 ${percentile(acked, 0.99)} (${acked.length} messages)`,
        `told to its window: median ${percentile(told, 0.5)}, p99 ${percentile(told, 0.99)} (${told.length})`,
        `CPU of the process: ${((used / (seconds + 2)) * 100).toFixed(0)} % of a core`,
        '',
      ].join('\n'),
    );
    for (const socket of sockets) socket.terminate();
  } finally {
    await parley.stop();
  }
} finally {
  await postgres.stop();
}
