import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refusedBodies } from '../http/bodies.ts';
import { allHolds, type House, houseKey, openHouse, short, well } from './house.ts';
import { note } from './table.ts';

let house: House;

beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await allHolds(house);
  await house.close();
});

/** A write of each surface, and the route where a connector posts. */
const doors = [
  ['POST', '/api/v1/messages'],
  ['POST', '/xms/api/v1/message/send'],
  ['POST', '/v1/message/send'],
  ['POST', '/api/v1/contacts'],
  ['PUT', '/api/v1/agents/ann'],
] as const;

/** Raw bytes over a connection of its own; answers what came back. */
function raw(bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(house.url()!);
  return new Promise((done) => {
    const socket = connect(Number(port), hostname);
    let heard = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text;
    });
    socket.on('error', () => {});
    socket.once('close', () => done(heard));
    socket.write(bytes);
  });
}

/** Posts bytes as they are. */
async function post(
  method: string,
  path: string,
  body: string | Buffer,
): Promise<{ status: number; text: string }> {
  const answer = await fetch(new URL(path, house.url()!), {
    method,
    headers: { 'x-api-key': houseKey, 'content-type': 'application/json' },
    body: Buffer.from(body),
  });
  return { status: answer.status, text: await answer.text() };
}

it('JSON that is none, or that nobody can keep, is refused at every door, and never a 500', async () => {
  for (const [method, path] of doors) {
    for (const [name, body] of refusedBodies) {
      const { status, text } = await post(method, path, body);
      expect(status, `${name} at ${path}: ${text}`).toBe(400);
    }
  }
  const cases = doors.length * refusedBodies.length;
  await note({
    test: 20,
    run: 'bodies that are no JSON, or too deep',
    runs: cases,
    shown: `${cases} times 400`,
  });
});

const message = { channelId: 'dummy:sandbox', to: { phone: '966500000000' } };

it('JSON that is odd has one meaning', async () => {
  const text =
    '{"channelId":"dummy:sandbox","to":{"phone":"966500000000"},"content":{"text":"first"},"content":{"text":"last"}}';
  const { id } = await well(house.call('POST', '/api/v1/messages', text));
  expect((await well(house.call('GET', `/api/v1/messages/${id}`))).content.text).toBe('last');
  // Whatever it says of itself, it is JSON.
  const said = await house.call(
    'POST',
    '/api/v1/messages',
    { ...message, content: { text: 'x' } },
    { headers: { 'content-type': 'text/xml; charset=latin1' } },
  );
  expect(said.status).toBe(201);
  for (const sendAt of [9007199254740993n, 2n ** 63n, -(2n ** 63n)]) {
    const body = JSON.stringify({ ...message, content: { text: 'x' }, sendAt: 'N' }).replace(
      '"N"',
      String(sendAt),
    );
    const { status, text: told } = await house.call('POST', '/api/v1/messages', body);
    expect([400, ...(sendAt < 0 ? [201] : [])], told).toContain(status);
  }
  for (const id of ['9007199254740993', '9223372036854775808', '1e999', '-1', '0x10', 'NaN']) {
    for (const path of [
      `/v1/contact/${id}`,
      `/v1/agent/${id}`,
      `/api/v1/messages/${id}`,
      `/api/v1/tags/${id}`,
    ]) {
      const { status, text: told } = await house.call('GET', path);
      expect([400, 404], `${path}: ${told}`).toContain(status);
    }
    for (const path of [
      `/api/v1/events?after=${id}`,
      `/api/v1/contacts?tag=${id}`,
      `/api/v1/events?limit=${id}`,
    ]) {
      const { status, text: told } = await house.call('GET', path);
      expect(status, `${path}: ${told}`).toBeLessThan(500);
    }
  }
  await note({ test: 20, run: 'duplicate keys, numbers beyond 2^53, wrong content type', runs: 47 });
});

/** Posts without saying how much; answers the status, or 0 when the line was cut. */
function pour(path: string, megabytes: number): Promise<number> {
  return new Promise((done) => {
    const asked = request(new URL(path, house.url()!), {
      method: 'POST',
      headers: { 'x-api-key': houseKey },
    });
    let status = 0;
    asked.once('response', (answer) => {
      status = answer.statusCode ?? 0;
      answer.resume();
    });
    asked.on('error', () => {});
    asked.once('close', () => done(status));
    const part = Buffer.alloc(64 * 1024, 'x');
    let left = megabytes * 16;
    const more = () => {
      while (left > 0 && !asked.destroyed) {
        left -= 1;
        if (!asked.write(part)) return;
      }
      asked.end();
    };
    asked.on('drain', more);
    more();
  });
}

it('100 MB in parts is cut off soon, and others are served meanwhile', async () => {
  const callers = short ? 4 : 20;
  const pouring = Promise.all(Array.from({ length: callers }, (_, n) => pour(doors[n % 2]![1], 100)));
  let over = false;
  void pouring.then(() => {
    over = true;
  });
  let served = 0;
  do {
    await well(house.call('GET', '/api/v1/channels'));
    served += 1;
  } while (!over);
  const statuses = await pouring;
  for (const status of statuses) expect([413, 0]).toContain(status);
  expect(statuses).toContain(413);
  const big = await house.call('POST', '/api/v1/messages', `"${'e\u0301'.repeat(5 * 1024 ** 2)}"`);
  expect(big.status).toBe(413);
  await note({ test: 20, run: '100 MB in parts', runs: callers, shown: `413, ${served} others served` });
});

/** Texts that are right, however they look: kept as they are. */
const odd = [
  `e${'\u0301'.repeat(2000)}`,
  '\u202eright to left\u202c',
  '\u2066isolate\u2069 \u200bzero\u200dwidth\ufeff',
  '👩‍👩‍👧‍👦 🏳️‍🌈',
  'line\r\nline\ttab',
  '<script>alert(1)</script>{{data.name}}%s',
];

it('text that is much or odd is kept exactly, or refused', async () => {
  for (const text of odd) {
    const { id } = await well(house.call('POST', '/api/v1/messages', { ...message, content: { text } }));
    expect((await well(house.call('GET', `/api/v1/messages/${id}`))).content.text).toBe(text);
    const [event] = await house.ask(
      `select data from event where type = 'message.accepted' and data->'message'->>'id' = $1`,
      [id],
    );
    expect(event!.data.message.content.text).toBe(text);
  }
  const marks = `a${'\u0301'.repeat(400_000)}`;
  const { status } = await house.call('POST', '/api/v1/messages', { ...message, content: { text: marks } });
  expect([201, 400]).toContain(status);
  await note({
    test: 19,
    run: 'combining marks, right to left, emoji',
    runs: odd.length + 2,
    shown: 'stored exactly; 10 MB: 413',
  });
});

/** Where a name of one line may be given: the call, with the name in it. */
const names: [what: string, method: string, path: string, body: (name: string) => unknown][] = [
  ['agent', 'PUT', '/api/v1/agents/ann', (name) => ({ name })],
  ['team', 'PUT', '/api/v1/teams/sales', (name) => ({ name })],
  ['queue', 'PUT', '/api/v1/queues/desk', (name) => ({ name, type: 'AGENT' })],
  ['app', 'PUT', '/api/v1/apps/bot', (name) => ({ name })],
  ['channel', 'PUT', '/api/v1/channels/dummy:lab', (name) => ({ name })],
  ['tag', 'POST', '/api/v1/tags', (name) => ({ name })],
  ['key', 'POST', '/api/v1/keys', (name) => ({ name })],
  ['endpoint', 'POST', '/api/v1/endpoints', (name) => ({ url: 'http://127.0.0.1:9/', name })],
  [
    'header of a connector',
    'PUT',
    '/api/v1/channels/custom:shop',
    (verifyToken) => ({ settings: { url: 'https://c.example/', verifyToken } }),
  ],
  [
    'header of a webhook',
    'POST',
    '/api/v1/endpoints',
    (verifyToken) => ({ url: 'http://127.0.0.1:9/', verifyToken }),
  ],
];

it('line breaks, NUL and control characters in names are refused, and get into no header', async () => {
  let refused = 0;
  for (const [what, method, path, body] of names) {
    for (const evil of ['a\r\nx-evil: 1', 'a\nb', 'a\rb', 'a\u0000b', 'a\u001bb', 'a\u0085b']) {
      const { status, text } = await house.call(method, path, body(evil));
      expect(status, `${what} ${JSON.stringify(evil)}: ${text}`).toBe(400);
      refused += 1;
    }
  }
  const asked: [string, string][] = [
    [
      'a file name',
      `POST /api/v1/media?filename=${encodeURIComponent('a\r\nx-evil: 1.png')} HTTP/1.1\r\nhost: x\r\nx-api-key: ${houseKey}\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc`,
    ],
    [
      'a path',
      `GET /api/v1/contacts/${encodeURIComponent('\r\nx-evil: 1')} HTTP/1.1\r\nhost: x\r\nx-api-key: ${houseKey}\r\nconnection: close\r\n\r\n`,
    ],
    [
      'a header',
      `GET /api/v1/contacts HTTP/1.1\r\nhost: x\r\nx-api-key: ${houseKey}\u0000\r\nconnection: close\r\n\r\n`,
    ],
    [
      'two lengths',
      `POST /api/v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: ${houseKey}\r\ncontent-length: 2\r\ncontent-length: 4\r\nconnection: close\r\n\r\n{}{}`,
    ],
    [
      'length and parts',
      `POST /api/v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: ${houseKey}\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\n`,
    ],
    [
      'an origin',
      `OPTIONS /api/v1/messages HTTP/1.1\r\nhost: x\r\norigin: https://a\u0001b\r\naccess-control-request-method: POST\r\nconnection: close\r\n\r\n`,
    ],
  ];
  for (const [what, bytes] of asked) {
    const heard = await raw(Buffer.from(bytes, 'latin1'));
    expect(heard, what).toMatch(/^HTTP\/1\.1 [24]\d\d /);
    expect(heard.slice(0, heard.indexOf('\r\n\r\n')), what).not.toMatch(/^x-evil/im);
  }
  await note({
    test: 18,
    run: 'names and headers',
    runs: refused + asked.length,
    shown: `${refused} times 400; 0 headers injected`,
  });
});

it('the name of a file gets into no header of the link to it', async () => {
  const settings = { url: 'https://connector.example/messages', verifyToken: 'a-token-of-the-connector' };
  await well(house.call('PUT', '/api/v1/channels/custom:shop', { settings }));
  const evil = 'a"\r\nx-evil: 1\r\n\r\n<script>.png';
  const { id } = await well(
    house.call('POST', `/api/v1/media?filename=${encodeURIComponent('ok.png')}`, 'abc'),
  );
  await house.ask('update media set filename = $2 where id = $1', [id, evil]);
  const { link } = await well(house.call('GET', `/api/v1/media/${id}`));
  const answer = await fetch(new URL(new URL(link).pathname + new URL(link).search, house.url()!));
  expect([200, 404]).toContain(answer.status);
  expect(answer.headers.get('x-evil')).toBeNull();
  await note({ test: 18, run: 'the name of a file', runs: 1, shown: '0 headers injected' });
});
