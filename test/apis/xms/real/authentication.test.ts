import { mkdtemp, rm } from 'node:fs/promises';
import { request as rawRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, type House, openHouse, prefix, requester, serverOn, until } from './house.ts';
import { installationKey, kioskToken } from './setup.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe('who may call', () => {
  it('needs a key, and one that it knows', async () => {
    for (const headers of [{}, { 'x-api-key': '' }, { 'x-api-key': 'parley_nobody' }] as Record<
      string,
      string
    >[]) {
      const { status, body } = await house.request('GET', 'config/channels', undefined, headers);
      expect(status).toBe(401);
      expect(body).toMatchObject({
        status: '401',
        statusKey: 'UNAUTHORIZED',
        error: 'Unauthorized',
        results: [],
      });
    }
  });

  it('takes a key until it is revoked, and from then on no more', async () => {
    const { change } = house.server.pipeline.core;
    const { id, key } = await change.createKey(
      { businessId: house.businessId },
      { app: 'front', name: 'for a while' },
    );
    const client = house.client(key);
    expect((await client.get('config/channels')).status).toBe(200);
    await change.revokeKey({ businessId: house.businessId }, id);
    await until(async () => (await client.get('config/channels')).status === 401);
  });

  it('D2: the key alone names its app, whose webhook is the one that is set', async () => {
    const { body } = await house.client(house.keys['quiet/main']!).post('config/webhook', { url: '' });
    expect(body.data?.id).toBe(await house.appId('quiet'));
  });

  it('D2: x-api-id may be the app of the key, in any case', async () => {
    const id = await house.appId('front');
    for (const given of [id, id.toUpperCase()]) {
      const { status } = await house.front.post(
        'session/messages',
        { sessionId: 'none' },
        { 'x-api-id': given },
      );
      expect(status).toBe(404);
    }
  });

  it('D2: x-api-id of another app is forbidden, unless the key is for the whole business', async () => {
    const quiet = { 'x-api-id': await house.appId('quiet') };
    const refused = await house.front.post('config/webhook', { url: '' }, quiet);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({
      statusKey: 'FORBIDDEN',
      errors: [{ field: 'x-api-id', code: 'OTHER_APP' }],
    });
    const everything = house.client(house.keys['front/everything']!);
    const taken = await everything.post('config/webhook', { url: '' }, quiet);
    expect(taken.status).toBe(200);
    expect(taken.body.data).toMatchObject({ id: quiet['x-api-id'], shared: true });
  });

  it('D2: not even a key for the whole business acts for an app that is not there', async () => {
    const everything = house.client(house.keys['front/everything']!);
    const { apps } = await house.server.pipeline.core.setup(house.rivalId);
    for (const appId of ['61ec7d9c2ce85742b201c5ab', [...apps.keys()][0]!, 'front']) {
      const { status } = await everything.post('config/webhook', { url: '' }, { 'x-api-id': appId });
      expect(status).toBe(403);
    }
  });

  it('D5: a key that arrives several times is read once: the last one that is not empty', async () => {
    const asked = async (key: string | string[]) =>
      new Promise<number>((resolve, reject) => {
        const { port } = new URL(house.server.address);
        rawRequest({ port, path: `${prefix}/config/channels`, headers: { 'x-api-key': key } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        })
          .on('error', reject)
          .end();
      });
    const { key } = house.front;
    expect(await asked(['wrong', key])).toBe(200);
    expect(await asked([key, ''])).toBe(200);
    expect(await asked(`wrong, ${key}, ,`)).toBe(200);
    expect(await asked([key, 'wrong'])).toBe(401);
  });

  it('D6: a web page may call from any origin, with the documented headers and without cookies', async () => {
    const { status, headers } = await house.request('OPTIONS', 'message/send', undefined, {
      origin: 'https://shop.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type, x-api-key, x-api-id',
    });
    expect(status).toBeLessThan(300);
    expect(headers['access-control-allow-origin']).toBe('*');
    const allowed = headers['access-control-allow-headers']!.split(/,\s*/);
    expect(allowed).toEqual(expect.arrayContaining(['content-type', 'x-api-key', 'x-api-id']));
    expect(headers['access-control-allow-methods']).toContain('POST');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
    const origin = { origin: 'https://shop.example' };
    expect((await house.request('GET', 'config/channels', undefined, origin)).headers).toMatchObject({
      'access-control-allow-origin': '*',
    });
  });

  it('D6: which origins may call is a setting', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'parley-xms-'));
    const strict = await serverOn(house.databaseUrl, dataDir, { CORS_ORIGINS: 'https://shop.example' });
    const ask = requester(strict.address);
    const preflight = async (origin: string) =>
      (await ask('OPTIONS', 'message/send', undefined, { origin, 'access-control-request-method': 'POST' }))
        .headers;
    expect((await preflight('https://shop.example'))['access-control-allow-origin']).toBe(
      'https://shop.example',
    );
    expect(await preflight('https://other.example')).not.toHaveProperty('access-control-allow-origin');
    // Its tenants are the same, and so are their keys.
    expect((await clientOf(ask, house.front.key).get('config/channels')).status).toBe(200);
    await strict.stop();
    await rm(dataDir, { recursive: true });
  });

  it('D3: what a key may not do is told as 403, what is not there as 404, and nothing of it is stored', async () => {
    await house.rest();
    const before = await house.counts();
    const reader = house.client(house.keys['front/reader']!);
    const message = { channelId: 'dummy:lab', to: { phone: '966500000000' }, text: { body: 'Hello' } };
    expect((await reader.post('message/send', message)).status).toBe(403);
    expect((await house.front.get('config/nothing')).status).toBe(404);
    expect((await house.front.post('session/close', { sessionId: '61f3810a02e14c0877fc1a32' })).status).toBe(
      404,
    );
    expect(await house.counts()).toEqual(before);
  });

  it('takes the key of the installation, preset by the operator, on every operation', async () => {
    const { status, body } = await house.client(installationKey).get('config/channels?sabdnox=true');
    expect(status).toBe(200);
    expect(body.results.map(({ channelId }) => channelId)).toContain('dummy:sandbox');
  });

  it('does not take a key for a token, nor a token for a key', async () => {
    const body = JSON.stringify({ messages: [{ from: 'g1', text: { body: 'Hi' } }] });
    const byKey = { 'x-api-key': house.front.key, 'x-verify-token': house.front.key };
    expect((await house.request('POST', 'message/receive', body, byKey)).status).toBe(401);
    expect((await house.client(kioskToken).get('config/channels')).status).toBe(401);
  });
});
