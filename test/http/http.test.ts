import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { xms } from '../../src/apis/xms/index.ts';
import { makeHttp } from '../../src/http.ts';
import { Problem } from '../../src/model/problem.ts';
import { FakeCore, makeXms } from '../apis/xms/fake-core.ts';

const send = '/xms/api/v1/message/send';
const key = { 'x-api-key': 'key-bot' };
const payload = JSON.stringify({ to: { contactId: 'wa919988776655_918828218374' }, text: { body: 'Hi' } });

describe('where nothing is', () => {
  test('below a surface it is told in its shape, elsewhere as plain JSON', async () => {
    const { app } = makeXms();
    const below = await app.inject({ url: '/xms/api/v1/nothing' });
    expect(below.statusCode).toBe(404);
    expect(below.json()).toMatchObject({ status: '404', statusKey: 'NOT_FOUND', results: [] });
    const elsewhere = await app.inject({ url: '/nothing' });
    expect(elsewhere.statusCode).toBe(404);
    expect(elsewhere.headers['content-type']).toMatch(/^application\/json/);
    expect(elsewhere.json()).toMatchObject({ status: 404, error: 'notFound', traceid: expect.any(String) });
  });

  test('also when a body of any kind is sent there', async () => {
    const { app } = makeXms();
    for (const type of ['application/xml', 'text/plain', 'application/json']) {
      const answer = await app.inject({
        method: 'POST',
        url: '/xms/api/v1/nothing',
        headers: { 'content-type': type },
        payload: '<a>',
      });
      expect(answer.statusCode, type).toBe(404);
      expect(answer.json().statusKey).toBe('NOT_FOUND');
    }
  });

  test('a wrong method and a broken escape are told so, too', async () => {
    const { app } = makeXms();
    expect((await app.inject({ method: 'DELETE', url: send })).json().statusKey).toBe('NOT_FOUND');
    const broken = await app.inject({ url: '/xms/api/v1/%zz' });
    expect(broken.statusCode).toBe(400);
    expect(broken.json().statusKey).toBe('PARAM_INVALID');
  });
});

describe('bodies', () => {
  test('are read as JSON whatever their type says, or when it says nothing', async () => {
    const { app } = makeXms();
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
      '',
    ]) {
      const headers = { ...key, ...(type && { 'content-type': type }) };
      const answer = await app.inject({ method: 'POST', url: send, headers, payload });
      expect(answer.statusCode, type).toBe(200);
    }
  });

  test('that are too large are refused with 413', async () => {
    const { app } = makeXms();
    const answer = await app.inject({
      method: 'POST',
      url: send,
      headers: key,
      payload: JSON.stringify({ text: { body: 'x'.repeat(1024 * 1024) } }),
    });
    expect(answer.statusCode).toBe(413);
    expect(answer.json()).toMatchObject({ status: '413', statusKey: 'PARAM_INVALID' });
  });

  test('that are too large are told so to callers who send everything before they listen, and then they go on', async () => {
    const { app } = makeXms();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    const heard: Buffer[] = [];
    const large = 64 * 1024 * 1024;
    socket.write(
      `POST ${send} HTTP/1.1\r\nhost: a\r\nx-api-key: key-bot\r\ncontent-length: ${large}\r\n\r\n`,
    );
    await new Promise<void>((done, fail) => {
      socket.once('error', fail);
      socket.write(Buffer.alloc(large, 'x'), () => done());
    });
    socket.on('data', (bytes) => heard.push(bytes));
    socket.write(`GET /nothing HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
    await new Promise((done) => socket.once('close', done));
    expect(String(Buffer.concat(heard)).match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 404']);
    await app.close();
  });

  test('of strangers are not even read', async () => {
    const { app } = makeXms();
    const answer = await app.inject({ method: 'POST', url: send, payload: '{' });
    expect(answer.statusCode).toBe(401);
  });
});

describe('a browser', () => {
  test('may call from any origin, without credentials', async () => {
    const { app } = makeXms();
    const preflight = await app.inject({
      method: 'OPTIONS',
      url: send,
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-api-key',
      },
    });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe('*');
    const allowed = preflight.headers['access-control-allow-headers'];
    for (const name of ['content-type', 'x-api-key', 'x-api-id', 'authorization', 'idempotency-key']) {
      expect(allowed).toContain(name);
    }
    expect(preflight.headers['access-control-allow-credentials']).toBeUndefined();
  });

  test('may read errors', async () => {
    const { app } = makeXms();
    const answer = await app.inject({
      method: 'POST',
      url: send,
      headers: { origin: 'https://shop.example' },
    });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
  });

  test('is held to the origins that the operator named', async () => {
    const app = makeHttp({
      core: new FakeCore(),
      surfaces: [xms],
      log: pino({ level: 'silent' }),
      version: '0',
      corsOrigins: ['https://shop.example'],
    });
    const of = (origin: string) =>
      app.inject({ url: '/xms/api/v1/config/channels', headers: { ...key, origin } });
    expect((await of('https://shop.example')).headers['access-control-allow-origin']).toBe(
      'https://shop.example',
    );
    expect((await of('https://other.example')).headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('keys', () => {
  test('come in x-api-key, joined by commas, or as a bearer token', async () => {
    const { app } = makeXms();
    const headers = [
      { 'x-api-key': 'key-bot' },
      { 'x-api-key': 'other, key-bot, ' },
      { authorization: 'Bearer key-bot' },
    ];
    for (const one of headers) {
      expect((await app.inject({ method: 'POST', url: send, headers: one, payload })).statusCode).toBe(200);
    }
  });

  test('that may only read, or that are public, send nothing', async () => {
    const { app } = makeXms();
    for (const name of ['key-read', 'key-public']) {
      const answer = await app.inject({ method: 'POST', url: send, headers: { 'x-api-key': name }, payload });
      expect(answer.statusCode, name).toBe(403);
      expect(answer.json().statusKey).toBe('FORBIDDEN');
    }
  });

  test('of one app do not act for another', async () => {
    const { app } = makeXms();
    const headers = { ...key, 'x-api-id': '61ec7d9c2ce85742b201c5ac' };
    const answer = await app.inject({ method: 'POST', url: send, headers, payload });
    expect(answer.statusCode).toBe(403);
  });
});

describe('when something goes wrong', () => {
  const failing = async (failure: unknown) => {
    const lines: Record<string, unknown>[] = [];
    const core = new FakeCore();
    core.failure = failure;
    const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const app = makeHttp({ core, surfaces: [xms], log, version: '0' });
    const answer = await app.inject({ method: 'POST', url: send, headers: key, payload });
    return { answer, lines };
  };

  test('inside, the caller gets a 500 without internals, and the log has them with the trace id', async () => {
    const { answer, lines } = await failing(new TypeError('secret_table does not exist'));
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('secret_table');
    expect(answer.json()).toMatchObject({ status: '500', statusKey: 'SERVER_ERROR', errors: [] });
    expect(lines).toMatchObject([
      { traceid: answer.json().traceid, err: { message: 'secret_table does not exist' } },
    ]);
    expect(answer.headers['x-request-id']).toBe(answer.json().traceid);
  });

  test('with the database, the caller is asked to try again', async () => {
    const { answer } = await failing(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.json().statusKey).toBe('SERVER_ERROR');
  });

  test('with too many calls, the caller is told when to come back', async () => {
    const { answer } = await failing(new Problem('tooMany', 'Slow down', { retryAfterSeconds: 7 }));
    expect(answer.statusCode).toBe(429);
    expect(answer.headers['retry-after']).toBe('7');
    expect(answer.json().statusKey).toBe('TOO_MANY_REQUESTS');
  });

  test('with the HTTP itself, the answer is JSON still', async () => {
    const { app } = makeXms();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      let read = '';
      socket.on('data', (chunk) => {
        read += chunk;
      });
      socket.on('end', () => resolve(read)).on('error', reject);
    });
    await app.close();
    expect(text).toMatch(/^HTTP\/1.1 400/);
    expect(JSON.parse(text.split('\r\n\r\n')[1]!)).toBeTypeOf('object');
  });
});
