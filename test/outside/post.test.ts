import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { outsideHere, serve, serveTcp } from './tools.ts';

const outside = outsideHere();
afterAll(() => outside.close());

const post = (url: string, more: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
  outside.post({ url, headers: { 'webhook-id': 'evt_1' }, body: '{"a":1}', ...more });

describe('an answer', () => {
  it('is told with its status, its Retry-After, and its text', async () => {
    await using server = await serve((request, response) => {
      response.writeHead(429, { 'retry-after': '120' });
      response.end(`${request.headers['content-type']} ${request.headers['webhook-id']}`);
    });
    expect(await post(server.url)).toEqual({
      kind: 'answered',
      status: 429,
      headers: expect.objectContaining({ 'retry-after': '120' }),
      retryAfter: '120',
      text: 'application/json evt_1',
      cut: false,
      ms: expect.any(Number),
    });
  });

  it('of a redirect is the redirect: it is never followed', async () => {
    await using server = await serve((request, response) => {
      const location = request.url === '/loop' ? '/loop' : 'http://169.254.169.254/latest/meta-data/';
      response.writeHead(request.url === '/loop' ? 301 : 302, { location }).end();
    });
    expect(await post(`${server.url}/loop`)).toMatchObject({ kind: 'answered', status: 301 });
    expect(await post(`${server.url}/away`)).toMatchObject({ kind: 'answered', status: 302 });
    const called = await outside.call({ method: 'GET', url: `${server.url}/away` });
    expect(called.status).toBe(302);
    expect(server.asked).toEqual(['POST /loop', 'POST /away', 'GET /away']);
  });

  it('that comes a byte a second counts by its status, and ends in time', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const posted = await post(server.url, { timeoutMs: 300 });
    expect(posted).toMatchObject({ kind: 'answered', status: 200, text: expect.stringMatching(/^x+$/) });
    await server.idle();
  });

  it('whose header comes a byte a second is none, and ends in time', async () => {
    await using server = await serveTcp((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      const timer = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await post(server.url, { timeoutMs: 300 })).toMatchObject({ kind: 'failed', stage: 'timeout' });
    await server.idle();
  });
});

describe('an answer without end', () => {
  it('is cut after 64 KB, of which 16 KB are kept, and the connection is closed', async () => {
    let written = 0;
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': String(10 * 1024 ** 3) });
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, 'x'))) written += 16_384;
      };
      response.on('drain', pour);
      pour();
    });
    const posted = await post(server.url);
    expect(posted).toMatchObject({ kind: 'answered', status: 200, text: 'x'.repeat(16_384), cut: true });
    await server.idle();
    expect(written).toBeLessThan(64 * 1024 ** 2);
  });

  it('fails a call that wants the whole of it, at the limit that it sets', async () => {
    await using server = await serve((request, response) => {
      response.end(Buffer.alloc(Number(request.url?.slice(1)), 'x'));
    });
    const get = (bytes: number) =>
      outside.call({ method: 'GET', url: `${server.url}/${bytes}`, maxBytes: 100_000 });
    expect((await get(100_000)).body).toHaveLength(100_000);
    await expect(get(100_001)).rejects.toMatchObject({
      failure: { class: 'OUTCOME_UNKNOWN', text: expect.stringContaining('longer than 100000 bytes') },
    });
  });

  it('is not unpacked: a gzip bomb stays small', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 ** 2));
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    const answer = await outside.call({ method: 'GET', url: server.url });
    expect(answer.body.equals(bomb)).toBe(true);
  });

  it.each([
    ['header', 'HTTP/1.1 200 OK\r\n', `x-a: ${'y'.repeat(1000)}\r\n`],
    ['row of interim answers', '', `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n`],
    ['trailer', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n', `x-a: ${'y'.repeat(1000)}\r\n`],
  ])('in its %s is cut, and the connection is closed', async (_, begin, more) => {
    await using server = await serveTcp((socket) => {
      socket.write(begin);
      const timer = setInterval(() => socket.write(more), 2);
      socket.on('close', () => clearInterval(timer));
    });
    const posted = await post(server.url, { timeoutMs: 1500 });
    if (begin.includes('chunked')) expect(posted).toMatchObject({ kind: 'answered', status: 200 });
    else expect(posted).toMatchObject({ kind: 'failed' });
    await server.idle();
  });
});

describe('a failure', () => {
  it('is told with its stage', async () => {
    await using cut = await serveTcp((socket) => socket.once('data', () => socket.destroy()));
    await using never = await serve(() => {});
    const gone = await serve(() => {});
    await gone[Symbol.asyncDispose]();
    expect(await post(cut.url)).toMatchObject({ kind: 'failed', stage: 'reset' });
    expect(await post(gone.url)).toMatchObject({ kind: 'failed', stage: 'connect' });
    expect(await post(never.url, { timeoutMs: 50 })).toMatchObject({ kind: 'failed', stage: 'timeout' });
    expect(await post('http://10.0.0.1/')).toMatchObject({ kind: 'failed', stage: 'blocked', ms: 0 });
    expect(await post('nonsense')).toMatchObject({ kind: 'failed', stage: 'blocked' });
  });

  it('is none when we are shutting down', async () => {
    const ending = new AbortController();
    await using never = await serve(() => ending.abort());
    const posted = await post(never.url, { signal: ending.signal });
    expect(posted).toMatchObject({ kind: 'failed', stage: 'interrupted' });
    await never.idle();
  });

  it('of plain http comes before the call, where it is not allowed', async () => {
    await using server = await serve((_, response) => response.end());
    const strict = outsideHere({ allowHttp: false });
    expect(await strict.post({ url: server.url, headers: {}, body: '' })).toMatchObject({ stage: 'blocked' });
    // A provider's gateway in the operator's own network may well speak plain http.
    expect((await strict.call({ method: 'GET', url: server.url })).status).toBe(200);
    expect(server.asked).toEqual(['GET /']);
    await strict.close();
  });
});

it('two receivers on one host that never answer do not hold up a third one there', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/well') response.end('ok');
  });
  const own = outsideHere();
  // As many as are under way to two endpoints at a time.
  const stuck = Array.from({ length: 256 }, (_, n) =>
    own.post({ url: `${server.url}/never/${n % 2}`, headers: {}, body: '' }),
  );
  for (let i = 0; i < 10; i++) {
    const posted = await own.post({ url: `${server.url}/well`, headers: {}, body: '' });
    expect(posted).toMatchObject({ status: 200 });
  }
  await own.close();
  for (const posted of await Promise.all(stuck)) expect(posted).toMatchObject({ stage: 'interrupted' });
});

it('a receiver that never answers does not hold up another one', async () => {
  await using never = await serve(() => {});
  await using well = await serve((_, response) => response.end('ok'));
  const own = outsideHere();
  const stuck = Array.from({ length: 600 }, () => own.post({ url: never.url, headers: {}, body: '' }));
  for (let i = 0; i < 50; i++) {
    expect(await own.post({ url: well.url, headers: {}, body: '' })).toMatchObject({ status: 200 });
  }
  await own.close();
  for (const posted of await Promise.all(stuck)) expect(posted).toMatchObject({ stage: 'interrupted' });
});
