import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../cli/src/main.ts';
import { installationKey, testServer, until } from '../apis/parley/server.ts';

const { address, api, end } = await testServer();
afterAll(end);

/** The program of a developer, and what it was told. */
async function program() {
  const told: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    told.push({ headers: request.headers, body });
    response.writeHead(told.length === 1 ? 500 : 204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => server.close());
  return { told, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

/** `parley listen`, until it is ended. */
function listen(target: string, ...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const ending = new AbortController();
  const code = run(['listen', target, ...args], {
    env: { PARLEY_URL: address, PARLEY_API_KEY: installationKey },
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    signal: ending.signal,
  });
  return { out, err, code, end: () => ending.abort() };
}

const send = (text: string) =>
  api('POST', '/messages', { channelId: 'dummy:sandbox', to: { phone: '966500000200' }, content: { text } });

describe('parley listen', () => {
  it('hands over what happens, signed, in order, and says what was answered', async () => {
    const { told, url } = await program();
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const listening = listen(url, '--secret', secret);
    await until(
      async () => listening.out,
      (lines) => lines.some((line) => line.startsWith('Listening to first')),
    );
    await send('one');
    await send('two');
    await until(
      async () => told.filter(({ body }) => body.includes('message.accepted')),
      (list) => list.length === 2,
    );
    const seqs = told.map(({ body }) => JSON.parse(body).seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    const checked = new Webhook(secret);
    for (const { body, headers } of told) checked.verify(body, headers as Record<string, string>);
    await until(
      async () => listening.out,
      (lines) => lines.filter((line) => line.includes('message.accepted →')).length === 2,
    );
    expect(listening.out.some((line) => / → 500 \(\d+ ms\)$/.test(line))).toBe(true);
    expect(listening.out.some((line) => / → 204 \(\d+ ms\)$/.test(line))).toBe(true);
    listening.end();
    expect(await listening.code).toBe(0);
  });

  it('tells in the words of a surface what one app would be told', async () => {
    const { told, url } = await program();
    const listening = listen(url, '--surface', 'xms', '--app', 'default', '--after', '0');
    await until(
      async () => told,
      (list) => list.some(({ body }) => body.includes('"statuses"')),
    );
    const { meta } = JSON.parse(told.find(({ body }) => body.includes('"statuses"'))!.body);
    expect(meta).toMatchObject({ domain: 'first', appId: expect.any(String) });
    listening.end();
    expect(await listening.code).toBe(0);
  });

  it('says in a line what it cannot do', async () => {
    const wrong = [
      [['--key', 'nobody'], 1, /Refused: /],
      [['--surface', 'latin'], 1, /surface must be one of/],
      [['--app', 'none'], 1, /no such app/],
    ] as const;
    for (const [args, code, message] of wrong) {
      const { err, code: ended } = listen('http://127.0.0.1:9/hook', ...args);
      expect(await ended).toBe(code);
      expect(err.join('\n')).toMatch(message);
    }
    const noTarget = listen('nowhere');
    expect(await noTarget.code).toBe(2);
  });
});
