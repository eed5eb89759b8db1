import { text } from 'node:stream/consumers';
import { FormData as UndiciFormData } from 'undici';
import { afterAll, describe, expect, it } from 'vitest';
import { SendFailure } from '../../src/model/failure.ts';
import { Interrupted } from '../../src/pipeline/outside.ts';
import { outsideHere, serve, serveTcp } from './tools.ts';

const outside = outsideHere();
afterAll(() => outside.close());

/** The failure that a call ends in. */
async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SendFailure);
  return (error as SendFailure).failure;
}

describe('what is written', () => {
  const echo = () =>
    serve(async (request, response) => {
      const { host: _, connection: __, ...headers } = request.headers;
      const raw = request.rawHeaders.filter((name, i) => i % 2 === 0 && /^content-type$/i.test(name));
      response.setHeader('x-many', ['a', 'b']);
      response.end(JSON.stringify({ headers, types: raw.length, body: await text(request) }));
    });

  it('sends objects as JSON, and reads the answer', async () => {
    await using server = await echo();
    const answer = await outside.call({
      method: 'POST',
      url: `${server.url}/a?b=c`,
      body: { text: 'Grüße' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({ 'x-many': 'a, b' });
    expect(answer.json()).toMatchObject({
      headers: { 'content-type': 'application/json', 'user-agent': 'Parley' },
      body: '{"text":"Grüße"}',
    });
    expect(server.asked).toEqual(['POST /a?b=c']);
  });

  it('sends strings, buffers and forms as what they are, and headers once whatever their case', async () => {
    await using server = await echo();
    const send = async (body: unknown, headers = {}) =>
      (await outside.call({ method: 'PUT', url: server.url, body, headers })).json();
    expect(await send('a=b')).toMatchObject({ types: 0, body: 'a=b' });
    expect(await send(Buffer.from('bytes'))).toMatchObject({ types: 0, body: 'bytes' });
    expect(await send(new URLSearchParams({ a: 'b c' }))).toMatchObject({
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=b+c',
    });
    const typed = await send({ a: 1 }, { 'Content-Type': 'application/vnd.api+json', 'User-Agent': 'own' });
    expect(typed).toMatchObject({
      types: 1,
      headers: { 'content-type': 'application/vnd.api+json', 'user-agent': 'own' },
    });
  });

  it.each([
    ['Node', () => new FormData()],
    ['undici', () => new UndiciFormData()],
  ])('sends the FormData of %s as multipart', async (_, make) => {
    await using server = await echo();
    const form = make();
    form.append('type', 'image/png');
    form.append('file', new Blob(['bytes of it'], { type: 'image/png' }), 'a.png');
    const answer = await outside.call({ method: 'POST', url: server.url, body: form });
    const { headers, body } = answer.json() as { headers: Record<string, string>; body: string };
    expect(headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(body).toMatch(/name="file"; filename="a.png"\r\nContent-Type: image\/png\r\n\r\nbytes of it\r\n/i);
  });

  it.each(['a\r\nx-evil: 1', 'a\0b'])('does not write a header with %j', async (value) => {
    await using server = await echo();
    const failure = await failureOf(
      outside.call({ method: 'GET', url: server.url, headers: { 'x-a': value } }),
    );
    expect(failure).toMatchObject({ class: 'INTERNAL', text: expect.stringContaining('x-a') });
    expect(server.asked).toEqual([]);
  });

  it('answers JSON that is none with undefined', async () => {
    await using server = await serve((_, response) => response.end('<html>'));
    expect((await outside.call({ method: 'GET', url: server.url })).json()).toBeUndefined();
  });
});

describe('surely not written: UNAVAILABLE', () => {
  it('connection refused', async () => {
    const gone = await serve(() => {});
    await gone[Symbol.asyncDispose]();
    expect(await failureOf(outside.call({ method: 'POST', url: gone.url }))).toEqual({
      class: 'UNAVAILABLE',
      text: `127.0.0.1:${gone.port} could not be reached: the connection was refused.`,
    });
  });

  it.each([
    ['ENOTFOUND', 'the host name is not known'],
    ['EAI_AGAIN', 'the host name could not be looked up: no name server answered'],
  ])('host name: %s', async (code, reason) => {
    const unknown = outsideHere({ resolve: () => Promise.reject(Object.assign(new Error(), { code })) });
    expect(await failureOf(unknown.call({ method: 'POST', url: 'https://nobody.test/' }))).toEqual({
      class: 'UNAVAILABLE',
      text: `nobody.test could not be reached: ${reason}.`,
    });
    await unknown.close();
  });

  it('no connection in time, and no address in time', async () => {
    await using silent = await serveTcp(() => {});
    const slow = outsideHere({ connectTimeoutMs: 200, resolve: () => new Promise(() => {}) });
    const url = silent.url.replace('http', 'https');
    const late = {
      class: 'UNAVAILABLE',
      text: expect.stringContaining('no connection could be made in time'),
    };
    expect(await failureOf(slow.call({ method: 'POST', url }))).toEqual(late);
    expect(await failureOf(slow.call({ method: 'POST', url: 'http://slow.test/', timeoutMs: 100 }))).toEqual(
      late,
    );
    await slow.close();
  });

  it('a call that waits for a free connection for too long, which is never written then', async () => {
    await using server = await serve(() => {});
    const own = outsideHere({ connections: 4 });
    const held = Array.from({ length: 4 }, () =>
      own.call({ method: 'POST', url: server.url, timeoutMs: 800 }),
    );
    const waiting = own.call({ method: 'POST', url: `${server.url}/late`, timeoutMs: 200 });
    expect(await failureOf(waiting)).toMatchObject({ class: 'UNAVAILABLE' });
    for (const failed of await Promise.all(held.map(failureOf))) expect(failed.class).toBe('OUTCOME_UNKNOWN');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(server.asked).toHaveLength(4);
    await own.close();
  });
});

describe('written but not answered: OUTCOME_UNKNOWN', () => {
  it('no answer in time', async () => {
    await using server = await serve(() => {});
    expect(await failureOf(outside.call({ method: 'POST', url: server.url, timeoutMs: 100 }))).toEqual({
      class: 'OUTCOME_UNKNOWN',
      text: `127.0.0.1:${server.port} did not answer: there was no answer in time.`,
    });
    await server.idle();
  });

  it.each([
    ['a connection cut after the request', '', 'the connection was cut before the answer'],
    ['an answer that is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'its answer is not HTTP'],
  ])('%s', async (_, says, reason) => {
    await using server = await serveTcp((socket) => socket.once('data', () => socket.end(says)));
    const failure = await failureOf(outside.call({ method: 'POST', url: server.url, body: {} }));
    expect(failure).toEqual({
      class: 'OUTCOME_UNKNOWN',
      text: `127.0.0.1:${server.port} did not answer: ${reason}.`,
    });
  });

  it('an acceptance that breaks off', async () => {
    await using server = await serveTcp((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":')),
    );
    const failure = await failureOf(outside.call({ method: 'POST', url: server.url, body: {} }));
    expect(failure).toMatchObject({ class: 'OUTCOME_UNKNOWN', text: expect.stringContaining('broke off') });
  });

  it('but a refusal that breaks off is a refusal', async () => {
    await using server = await serveTcp((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 404 No\r\ncontent-length: 100\r\n\r\n{"err')),
    );
    const answer = await outside.call({ method: 'POST', url: server.url, body: {} });
    expect([answer.status, answer.body.toString(), answer.json()]).toEqual([404, '{"err', undefined]);
  });
});

describe('interrupted by a shutdown', () => {
  it.each(['before', 'while'])('by its signal, %s it is under way', async (when) => {
    const ending = new AbortController();
    await using server = await serve(() => ending.abort());
    if (when === 'before') ending.abort();
    const error = await outside
      .call({ method: 'POST', url: server.url, signal: ending.signal })
      .catch((e) => e);
    expect(error).toBeInstanceOf(Interrupted);
    expect(error.written).toBe(when === 'while');
    await server.idle();
  });

  it('by closing, wherever each call is', async () => {
    await using server = await serve(() => {});
    const own = outsideHere({ resolve: () => new Promise(() => {}) });
    const calls = [server.url, 'http://slow.test/'].map((url) =>
      own.call({ method: 'POST', url }).catch((e) => e),
    );
    while (server.asked.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
    await own.close();
    const errors = await Promise.all(calls);
    for (const error of errors) expect(error).toBeInstanceOf(Interrupted);
    expect(errors.map(({ written }) => written)).toEqual([true, false]);
    expect(await own.call({ method: 'GET', url: server.url }).catch((e) => e)).toBeInstanceOf(Interrupted);
    await server.idle();
  });

  it('watches one signal for any number of calls', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    await using server = await serve((_, response) => response.end());
    const ending = new AbortController();
    const calls = Array.from({ length: 100 }, () =>
      outside.call({ method: 'GET', url: server.url, signal: ending.signal }),
    );
    expect(await Promise.all(calls)).toHaveLength(100);
    await new Promise(setImmediate);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});
