import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../src/apis/azeer/index.ts';
import { type House, openHouse, type Reply } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const cases = routes.map((one) => [`${one.method} ${one.url}`, one] as const);
const writes = cases.filter(([, { method }]) => method !== 'GET');
const withoutParams = (url: string) => url.replace(':id', '1');

function ask(
  { method, url, example }: (typeof routes)[number],
  headers: Record<string, string>,
): Promise<Reply> {
  const body = method === 'GET' ? undefined : JSON.stringify(example.request ?? {});
  return house.request(method, withoutParams(url), body, headers);
}

function expectRefusal({ status, body, headers }: Reply, expected: number, error: string, about = ''): void {
  expect([status, body], about).toEqual([
    expected,
    { success: false, message: expect.stringMatching(/\w/), error },
  ]);
  expect(headers['content-type'], about).toContain('application/json');
}

/** What a token says, signed by nobody. */
function forged(header: object, claims: object, signature = 'AAAA'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${signature}`;
}

describe('every route', () => {
  it.each(cases)('%s: nobody without a key that we know', async (_, route) => {
    await house.rest();
    const before = await house.counts();
    const claims = {
      iss: 'avocado-core',
      sub: '1',
      'https://hasura.io/jwt/claims': { 'x-hasura-business-id': house.uuid, 'x-avc-apikey-scope': 'insert' },
    };
    for (const authorization of [
      undefined,
      'Bearer',
      'Bearer nobody',
      `Basic ${house.all.key}`,
      `Bearer ${forged({ alg: 'none', typ: 'JWT' }, claims, '')}`,
      `Bearer ${forged({ alg: 'HS256', typ: 'JWT' }, claims)}`,
      `Bearer ${forged({ alg: 'RS256', typ: 'JWT' }, claims)}`,
    ]) {
      const answer = await ask(route, authorization === undefined ? {} : { authorization });
      expectRefusal(answer, 401, 'Unauthorized', authorization);
    }
    expect(await house.counts()).toEqual(before);
  });

  it.each(cases)('%s: not with a key for web pages', async (_, route) => {
    const answer = await ask(route, { authorization: `Bearer ${house.keys['front/page']}` });
    expectRefusal(answer, 403, 'Forbidden');
  });

  it.each(writes)('%s: no writing with a key for reading', async (_, route) => {
    await house.rest();
    const before = await house.counts();
    expectRefusal(await ask(route, { authorization: `Bearer ${house.reader.key}` }), 403, 'Forbidden');
    expect(await house.counts()).toEqual(before);
  });

  it.each(cases)('%s: answers a preflight from any page', async (_, { method, url }) => {
    const answer = await house.request('OPTIONS', withoutParams(url), undefined, {
      origin: 'https://shop.example',
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization, content-type',
    });
    expect(answer.status).toBeLessThan(300);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers['access-control-allow-methods']).toContain(method);
    expect(answer.headers['access-control-allow-headers']).toMatch(/authorization/i);
    expect(answer.headers['access-control-allow-headers']).toMatch(/content-type/i);
  });

  it('lets a page read its answer, and its refusals', async () => {
    for (const authorization of [`Bearer ${house.all.key}`, 'Bearer nobody']) {
      const { headers } = await house.request('GET', 'tags', undefined, {
        authorization,
        origin: 'https://shop.example',
      });
      expect(headers['access-control-allow-origin']).toBe('*');
    }
  });
});

describe('a key', () => {
  it('works in the form of a token, and no more when it is revoked', async () => {
    const own = { 'x-api-key': house.all.key };
    const made = await house.request(
      'POST',
      '/api/v1/keys',
      JSON.stringify({ name: 'partner', tenantWide: true }),
      own,
    );
    const { id, key, token } = made.body;
    const [, payload] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    expect(claims).toMatchObject({ iss: 'avocado-core', iat: expect.any(Number) });
    expect(claims).not.toHaveProperty('exp');
    expect(claims['https://hasura.io/jwt/claims']).toMatchObject({
      'x-hasura-business-id': house.uuid,
      'x-avc-apikey-scope': 'insert',
    });
    for (const bearer of [key, token]) {
      expect((await house.client(bearer).get('tags')).status).toBe(200);
      expect((await house.client(bearer).post('tags', { tag: bearer.slice(-20) })).status).toBe(200);
    }
    await house.request('DELETE', `/api/v1/keys/${id}`, undefined, own);
    for (const bearer of [key, token])
      expectRefusal(await house.client(bearer).get('tags'), 401, 'Unauthorized');
  });

  it('for reading says so in its token', async () => {
    const made = await house.request(
      'POST',
      '/api/v1/keys',
      JSON.stringify({ name: 'viewer', scope: 'read', tenantWide: true }),
      { 'x-api-key': house.all.key },
    );
    const viewer = house.client(made.body.token);
    expect((await viewer.get('agent')).status).toBe(200);
    expectRefusal(await viewer.post('tags', { tag: 'No' }), 403, 'Forbidden');
  });
});

describe('a bot', () => {
  async function botOf(key: string): Promise<{ get(path: string): Promise<Reply>; token: string }> {
    const answer = await house.request(
      'POST',
      '/api/v5/sessions/bot',
      JSON.stringify({ deviceId: `device-${key.slice(-6)}` }),
      { 'x-api-key': key },
    );
    const token = answer.body?.accessToken as string;
    expect(token, answer.text).toBeTruthy();
    return { token, get: (path) => house.client(token).get(path) };
  }

  it('of a confidential key reads templates, contacts, tags, fields, and agents without their e-mail', async () => {
    const lina = { role: 'agent', name: 'Lina', display_name: 'Lina', status: 'active' };
    await house.all.post('agent', { ...lina, email: 'lina@shop.example' });
    await house.contact('966518000001');
    const bot = await botOf(house.all.key);
    for (const path of ['partner/templates', 'tags', 'customfield/group', 'contact/966518000001']) {
      expect((await bot.get(path)).status, path).toBe(200);
    }
    const { status, text, body } = await bot.get('agent');
    expect(status).toBe(200);
    // Beside the administrator of the first start, who is an agent, too.
    expect(body).toMatchObject([{ role: 'admin' }, { name: 'Lina', display_name: 'Lina' }]);
    expect(text).not.toContain('@');
    const [, agent] = body;
    expect((await bot.get(`agent/${agent.id}`)).status).toBe(200);
    const { email } = (await house.all.get(`agent/${agent.id}`)).body;
    expect(email).toContain('@');
    expect((await bot.get(`agent/${email}`)).status).toBe(404);
    expect((await bot.get('webhook')).status).toBe(403);
  });

  it('writes nothing', async () => {
    const { token } = await botOf(house.all.key);
    for (const [, route] of writes) {
      const answer = await ask(route, { authorization: `Bearer ${token}` });
      expectRefusal(answer, 403, 'Forbidden', route.url);
    }
  });

  it('of a publishable key reads nothing here', async () => {
    const bot = await botOf(house.keys['front/page']!);
    for (const path of ['partner/templates', 'tags', 'customfield/group', 'agent', 'webhook'])
      expectRefusal(await bot.get(path), 403, 'Forbidden', path);
  });
});

it('an address that there is not is told in the same shape', async () => {
  for (const [method, path] of [
    ['GET', 'nothing'],
    ['POST', 'message'],
    ['GET', '/v1/agent/1/more'],
  ] as const)
    expectRefusal(
      await house.request(method, path, undefined, { authorization: `Bearer ${house.all.key}` }),
      404,
      'NotFound',
    );
});
