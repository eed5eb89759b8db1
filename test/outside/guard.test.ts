import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllowList } from '../../src/model/address.ts';
import { SendFailure } from '../../src/model/failure.ts';
import { openOutside } from '../../src/pipeline/outside.ts';
import { insideTargets, strangeTargets } from './targets.ts';
import { type Here, outsideHere, serve } from './tools.ts';

let server: Here & { asked: string[] };
beforeAll(async () => {
  server = await serve((_, response) => response.end('inside'));
});
afterAll(() => server[Symbol.asyncDispose]());

/** Fault test 17. Every one of them would reach a server on this machine if it were let through. */
describe('nothing inside is reached', () => {
  const outside = openOutside({
    allowed: parseAllowList([]),
    resolve: async (host) => [
      { address: host.includes('six') ? '::1' : '127.0.0.1', family: host.includes('six') ? 6 : 4 },
    ],
  });
  afterAll(() => outside.close());

  it.each(insideTargets)('%s', async (pattern) => {
    const url = pattern.replace('PORT', String(server.port));
    const error = await outside.call({ method: 'GET', url }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SendFailure);
    expect((error as SendFailure).failure).toEqual({
      class: 'CONFIG',
      code: 'BLOCKED_ADDRESS',
      text: `${new URL(url).host} was not called: the address is in a private or reserved network.`,
    });
    expect(await outside.post({ url, headers: {}, body: '' })).toMatchObject({
      kind: 'failed',
      stage: 'blocked',
      text: 'the address is in a private or reserved network',
    });
    expect(server.sockets.size).toBe(0);
  });

  it.each(strangeTargets)('%s', async (pattern) => {
    const url = pattern.replace('PORT', String(server.port));
    await expect(outside.call({ method: 'GET', url })).rejects.toMatchObject({
      failure: { class: 'CONFIG', code: 'BLOCKED_ADDRESS' },
    });
    expect(await outside.post({ url, headers: {}, body: '' })).toMatchObject({ stage: 'blocked' });
  });
});

describe('a name', () => {
  const allowed = parseAllowList(['127.0.0.1']);

  it('that changes its answer after it was checked is judged again at each connection', async () => {
    const answers = ['127.0.0.1', '127.0.0.2', '169.254.169.254', '127.0.0.1'];
    const outside = openOutside({ allowed, resolve: async () => [{ address: answers.shift()!, family: 4 }] });
    const url = `http://rebinding.example:${server.port}/`;
    const call = () => outside.post({ url, headers: { connection: 'close' }, body: '' });
    expect(await call()).toMatchObject({ status: 200 });
    expect(await call()).toMatchObject({ stage: 'blocked' });
    expect(await call()).toMatchObject({ stage: 'blocked' });
    expect(await call()).toMatchObject({ status: 200 });
    expect(answers).toEqual([]);
    await outside.close();
  });

  it('with good and bad addresses is called at the good ones only', async () => {
    const mixed = ['10.0.0.1', '::1', '127.0.0.1'].map((address) => ({
      address,
      family: address === '::1' ? 6 : 4,
    }));
    const outside = openOutside({ allowed, resolve: async () => mixed });
    const answer = await outside.call({ method: 'GET', url: `http://mixed.example:${server.port}/` });
    expect(answer.body.toString()).toBe('inside');
    await outside.close();
  });

  it('without any address is not known', async () => {
    const outside = openOutside({ allowed, resolve: async () => [] });
    expect(await outside.post({ url: 'http://empty.example/', headers: {}, body: '' })).toMatchObject({
      stage: 'dns',
      text: 'the host name is not known',
    });
    await outside.close();
  });

  it('is resolved by the system when nothing else is said', async () => {
    const outside = openOutside({ allowed: parseAllowList(['127.0.0.0/8', '::1']) });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        outside.call({ method: 'GET', url: `http://localhost:${server.port}/` }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    await outside.close();
  });
});

it('what the operator allows is reached', async () => {
  const outside = outsideHere();
  expect((await outside.call({ method: 'GET', url: server.url })).status).toBe(200);
  expect((await outside.call({ method: 'GET', url: `http://hook.test:${server.port}/` })).status).toBe(200);
  await outside.close();
});
