import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { installationKey, testServer, until } from '../apis/parley/server.ts';

const { address, api, call, end } = await testServer();
afterAll(end);

interface Heard {
  type: string;
  seq?: number;
  business?: string;
  event?: { seq: number; type: string; data: { message?: { content: { text: string } } } };
}

const open = new Set<WebSocket>();
afterAll(() => {
  for (const socket of open) socket.terminate();
});

/** A client of the live socket, with everything that it has heard. */
async function listen(query = '', how: { protocols?: string[]; headers?: Record<string, string> } = {}) {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/api/v1/live${query}`, how.protocols ?? [], {
    headers: how.headers ?? (how.protocols ? {} : { 'x-api-key': installationKey }),
  });
  open.add(socket);
  const heard: Heard[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  await once(socket, 'open');
  const seqs = () => heard.flatMap(({ event }) => (event ? [event.seq] : []));
  return { socket, heard, seqs };
}

/** The status with which an upgrade was refused. */
function refusal(path: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}${path}`, { headers });
  socket.on('error', () => {});
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('open', () => reject(new Error('it was let in')));
  });
}

const send = (text: string) =>
  api('POST', '/messages', {
    channelId: 'dummy:sandbox',
    to: { phone: '966500000200' },
    content: { text },
  });
const feed = async (after: number) => {
  const all: { seq: number; type: string }[] = [];
  for (let at = after; ; ) {
    const { body } = await api('GET', `/events?limit=200&after=${at}`);
    if (body.items.length === 0) return all;
    all.push(...body.items);
    at = body.next;
  }
};

describe('the live socket', () => {
  it('tells what happens as it happens, as the feed tells it', async () => {
    const { heard } = await listen();
    await until(
      async () => heard,
      (all) => all.some(({ type }) => type === 'live'),
    );
    expect(heard[0]).toMatchObject({ type: 'hello', business: 'first', seq: expect.any(Number) });
    await send('as it happens');
    const told = await until(
      async () => heard.find(({ event }) => event?.data.message?.content.text === 'as it happens'),
      (one) => one !== undefined,
    );
    const [same] = await feed(told!.event!.seq - 1);
    expect(told!.event).toEqual(same);
  });

  it('goes on after any number, without a gap and without a double', async () => {
    await send('one more');
    const last = await until(
      async () => (await feed(0)).length,
      (n) => n > 5,
    );
    const { seqs } = await listen('?after=0');
    await until(
      async () => seqs(),
      (list) => list.length >= last,
    );
    expect(seqs().slice(0, last)).toEqual(Array.from({ length: last }, (_, i) => i + 1));
  });

  it('misses nothing when it is cut again and again amid what is written', async () => {
    let at = (await feed(0)).at(-1)!.seq;
    const began = at;
    const writing = Promise.all(Array.from({ length: 120 }, (_, n) => send(`cut ${n}`)));
    const all: number[] = [];
    for (let cut = 0; cut < 25; cut += 1) {
      const { socket, heard, seqs } = await listen(`?after=${at}`);
      await until(
        async () => heard,
        (list) => seqs().length > 3 || list.some(({ type }) => type === 'live'),
      );
      socket.terminate();
      all.push(...seqs());
      at = seqs().at(-1) ?? at;
    }
    await writing;
    const { seqs } = await listen(`?after=${at}`);
    const total = await until(
      async () => (await feed(began)).length,
      (n) => n >= 120,
    );
    await until(
      async () => all.length + seqs().length,
      (n) => n >= total,
    );
    const heard = [...all, ...seqs()].slice(0, total);
    expect(heard).toEqual(Array.from({ length: total }, (_, i) => began + 1 + i));
  });

  it('takes the key of a browser as a sub-protocol, and does not repeat it', async () => {
    const { socket, heard } = await listen('', { protocols: ['parley.v1', `bearer.${installationKey}`] });
    expect(socket.protocol).toBe('parley.v1');
    await until(
      async () => heard,
      (all) => all.length > 0,
    );
  });

  it('lets nobody in who may not read the feed', async () => {
    const made = await api('POST', '/keys', { app: 'default', name: 'of one app' });
    expect(await refusal('/api/v1/live', {})).toBe(401);
    expect(await refusal('/api/v1/live', { 'x-api-key': 'nobody' })).toBe(401);
    expect(await refusal('/api/v1/live', { 'x-api-key': made.body.key })).toBe(403);
    expect(await refusal('/api/v1/live?after=x', { 'x-api-key': installationKey })).toBe(400);
    expect(await refusal('/socket.io/?EIO=3&transport=websocket', {})).toBe(404);
  });

  it('is told as what it is to whoever comes without a socket', async () => {
    const answer = await call('GET', '/api/v1/live');
    expect(answer.status).toBe(400);
    expect(answer.body.error.fields).toMatchObject([{ field: 'upgrade' }]);
  });

  it('tells the others while one does not read', async () => {
    const slow = await listen('?after=0');
    slow.socket.pause();
    const quick = await listen();
    await send('for those who read');
    await until(
      async () => quick.heard,
      (all) => all.some(({ event }) => event?.data.message?.content.text === 'for those who read'),
    );
  });

  it('hears of its own business while others are listened to and written in', async () => {
    const made = await api('POST', '/businesses', { domain: 'beside' });
    const theirs = { 'x-api-key': made.body.key as string };
    for (let n = 0; n < 10; n += 1) {
      const writing = Promise.all(Array.from({ length: 5 }, (_, i) => send(`beside ${n} ${i}`)));
      const { socket, heard } = await listen('', { headers: theirs });
      await until(
        async () => heard,
        (all) => all.some(({ type }) => type === 'live'),
      );
      await writing;
      socket.close();
      await once(socket, 'close');
    }
    const { heard } = await listen('', { headers: theirs });
    await fetch(`${address}/api/v1/channels/dummy:own`, { method: 'PUT', headers: theirs, body: '{}' });
    const text = {
      channelId: 'dummy:own',
      to: { phone: '966500000200' },
      content: { text: 'heard at last' },
    };
    await fetch(`${address}/api/v1/messages`, {
      method: 'POST',
      headers: theirs,
      body: JSON.stringify(text),
    });
    await until(
      async () => heard,
      (all) => all.some(({ event }) => event?.data.message?.content.text === 'heard at last'),
    );
  });

  it('is closed when its key is revoked', async () => {
    const { body } = await api('POST', '/keys', { name: 'for a while', tenantWide: true });
    const { socket, heard } = await listen('', { headers: { 'x-api-key': body.key } });
    const closed = once(socket, 'close');
    await until(
      async () => heard,
      (all) => all.length > 0,
    );
    await api('DELETE', `/keys/${body.id}`);
    expect((await closed)[0]).toBe(4001);
  });

  it('ends with the server, which says so', async () => {
    const { socket } = await listen();
    const closed = once(socket, 'close');
    const other = await testServer();
    const there = new WebSocket(`${other.address.replace('http', 'ws')}/api/v1/live`, {
      headers: { 'x-api-key': installationKey },
    });
    await once(there, 'open');
    const gone = once(there, 'close');
    await other.end();
    expect((await gone)[0]).toBe(1012);
    socket.close();
    await closed;
  });
});
