import { createHmac } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTokens } from '../../src/pipeline/jwt.ts';
import { makeSeal } from '../../src/pipeline/seal.ts';
import { startServer } from '../../src/server.ts';
import { claimsOf, testNetwork } from '../apis/amity/network.ts';

/** Keys in both forms, and the tokens of agents, on every surface. */
const network = await testNetwork();
const { ask, own, another, server, api, end } = network;
afterAll(end);

const hasura = 'https://hasura.io/jwt/claims';
const everySurface = ['/xms/api/v1/config/channels', '/api/v1/channels', '/v1/agent', '/api/v3/sessions'];
const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const statusesOf = async (how: Parameters<typeof ask>[2]) =>
  Promise.all(everySurface.map(async (path) => (await ask('GET', path, how)).status));
const all = (status: number) => everySurface.map(() => status);
let business = '';
beforeAll(async () => {
  business = (await api('GET', '/business')).body.uuid;
});

describe('a new confidential key', () => {
  it('is answered as it is and as a token, whose claims are those that clients know', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { id, key, token } = await own.made({ name: 'Shop' });
    expect(key).toMatch(/^parley_/);
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
    const claims = claimsOf(token);
    expect(claims).toEqual({
      admin: true,
      iat: expect.any(Number),
      iss: 'avocado-core',
      name: 'Shop',
      sub: '0',
      [hasura]: {
        'x-hasura-user-id': '0',
        'x-hasura-profile-id': '0',
        'x-hasura-business-id': business,
        'x-hasura-default-role': 'admin',
        'x-hasura-allowed-roles': ['admin', 'superadmin'],
        'x-avc-apikey-id': uuid,
        'x-avc-apikey-scope': 'insert',
        'x-avc-host-id': business,
        'x-avc-platform-id': '',
        'x-avc-platform-type': 'avocado',
      },
    });
    expect(claims.iat).toBeGreaterThanOrEqual(before);
    const list = (await api('GET', '/keys?limit=200')).body.items as { id: string; uuid: string }[];
    expect(list.find((one) => one.id === id)!.uuid).toBe(claims[hasura]!['x-avc-apikey-id']);
    const reading = claimsOf((await own.made({ scope: 'read' })).token);
    expect(reading[hasura]!['x-avc-apikey-scope']).toBe('select');
  });

  it('is good in both forms, as x-api-key and as a bearer, on every surface, until it is revoked', async () => {
    const { id, key, token } = await own.made({});
    const forms = [{ key }, { key: token }, { bearer: key }, { bearer: token }];
    for (const how of forms) expect(await statusesOf(how)).toEqual(all(200));
    await api('DELETE', `/keys/${id}`);
    for (const how of forms) expect(await statusesOf(how)).toEqual(all(401));
  });

  it('is the same key in both forms: its scope, its business, its end', async () => {
    const { token } = await own.made({ scope: 'read' });
    const write = await ask('PUT', '/api/v1/teams/x', { bearer: token, body: {} });
    expect(write.body.error.fields[0].code).toBe('READ_ONLY_KEY');
    const expiresAt = Date.now() + 1500;
    const short = await own.made({ expiresAt });
    expect(claimsOf(short.token).exp).toBe(Math.floor(expiresAt / 1000));
    expect(await statusesOf({ bearer: short.token })).toEqual(all(200));
    await new Promise((resolve) => setTimeout(resolve, expiresAt - Date.now() + 10));
    expect(await statusesOf({ bearer: short.token })).toEqual(all(401));
  });

  it('has no token when it is of another kind', async () => {
    for (const kind of ['publishable', 'server'])
      expect(await own.made({ kind })).not.toHaveProperty('token');
  });

  it('is answered so wherever keys are made', async () => {
    const applied = await api('POST', '/apply', {
      apps: [{ code: 'by-file', keys: [{ name: 'a' }, { name: 'b', kind: 'server' }] }],
    });
    expect(applied.body.keys.map((key: object) => Object.keys(key).sort())).toEqual([
      ['app', 'key', 'name', 'token'],
      ['app', 'key', 'name'],
    ]);
    const { body } = await api('POST', '/businesses', { domain: 'made-here' });
    expect(claimsOf(body.token)[hasura]!['x-hasura-business-id']).toBe(body.uuid);
  });
});

describe('a token that nobody gave', () => {
  const secret = makeSeal('the secret of the tests').keysFor('avocado-core')[0]!;
  const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = (header: object, claims: object, key: Buffer = secret) => {
    const text = `${b64(header)}.${b64(claims)}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };

  it.each<[string, (token: string) => string | Promise<string>]>([
    ['with another signature', (token) => `${token.slice(0, -3)}AAA`],
    ['without algorithm', (token) => `${b64({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.`],
    ['with the secret as a public key', (token) => signed({ alg: 'RS256' }, claimsOf(token))],
    ['of another issuer', (token) => signed({ alg: 'HS256' }, { ...claimsOf(token), iss: 'other' })],
    [
      'signed as those of end users are',
      (token) => makeTokens(makeSeal('the secret of the tests'), 'parley-end-users').sign(claimsOf(token)),
    ],
    ['that names no key', (token) => signed({ alg: 'HS256' }, { ...claimsOf(token), [hasura]: {} })],
    [
      'that names a key that there is not',
      (token) =>
        signed(
          { alg: 'HS256' },
          { ...claimsOf(token), [hasura]: { 'x-avc-apikey-id': crypto.randomUUID() } },
        ),
    ],
    [
      'that has expired',
      (token) => signed({ alg: 'HS256' }, { ...claimsOf(token), exp: Math.floor(Date.now() / 1000) - 1 }),
    ],
  ])('%s is refused on every surface', async (_, forge) => {
    const { token } = await own.made({});
    expect(await statusesOf({ bearer: signed({ alg: 'HS256' }, claimsOf(token)) })).toEqual(all(200));
    const forged = await forge(token);
    expect(await statusesOf({ bearer: forged })).toEqual(all(401));
    expect((await statusesOf({ key: forged })).slice(0, 3)).toEqual([401, 401, 401]);
  });

  it('of a key names another business in vain: the store says whose it is', async () => {
    const other = await another('claimed');
    const { token } = await own.made({});
    const theirs = claimsOf((await other.made({})).token)[hasura]!['x-hasura-business-id'];
    const claims = claimsOf(token);
    const forged = signed(
      { alg: 'HS256' },
      { ...claims, [hasura]: { ...(claims[hasura] as unknown as object), 'x-hasura-business-id': theirs } },
    );
    expect((await ask('GET', '/api/v1/business', { bearer: forged })).body.uuid).toBe(business);
  });
});

describe('the token of an agent', () => {
  const { core } = server.pipeline;
  const opened = async (role: string, by: string = own.admin, hostId?: string) => {
    const code = `agent-${role}`;
    await api('PUT', `/agents/${code}`, { name: 'Lina', email: `${role}@shop.example` });
    const caller = await core.authenticate(by);
    const { value } = await core.change.putAgent({ businessId: caller.businessId }, { code, role });
    return {
      code,
      ...(await core.access.openForAgent(caller, value, hostId === undefined ? {} : { hostId })),
      value,
    };
  };

  it('says who it is, with an end, and is good on every surface', async () => {
    const { token, expiresAt, hostId, value } = await opened('admin', own.admin, 'host-of-the-partner');
    expect(hostId).toBe('host-of-the-partner');
    const claims = claimsOf(token);
    expect(claims).toEqual({
      admin: true,
      iat: claims.exp! - 24 * 3600,
      exp: expiresAt / 1000,
      jti: expect.stringMatching(/^[0-9a-f]{24}$/),
      iss: 'avocado-core',
      name: 'Lina',
      sub: String(value.no),
      [hasura]: {
        'x-hasura-user-id': String(value.no),
        'x-hasura-profile-id': String(value.no),
        'x-hasura-business-id': business,
        'x-hasura-default-role': 'admin',
        'x-hasura-allowed-roles': ['admin'],
        'x-avc-host-id': 'host-of-the-partner',
        'x-avc-platform-id': 'admin@shop.example',
        'x-avc-platform-type': 'avocado',
      },
    });
    expect(await statusesOf({ bearer: token })).toEqual(all(200));
    const headers = {
      'x-hasura-business-id': business,
      'x-hasura-user-id': String(value.no),
      'x-host-id': 'host-of-the-partner',
    };
    expect(await statusesOf({ bearer: token, headers })).toEqual(all(200));
    for (const name of Object.keys(headers)) {
      const wrong = { ...headers, [name]: crypto.randomUUID() };
      expect(await statusesOf({ bearer: token, headers: wrong }), name).toEqual(all(401));
      const alone = { [name]: 'another' };
      expect(await statusesOf({ bearer: token, key: own.admin, headers: alone }), name).toEqual(all(401));
    }
  });

  it('sets up the business only as an administrator, and makes keys in the agent’s name', async () => {
    const { token: plain } = await opened('agent');
    const refused = await ask('PUT', '/api/v1/teams/x', { bearer: plain, body: {} });
    expect(refused.body.error.fields[0].code).toBe('NOT_TENANT_WIDE');
    const { token: admin, value } = await opened('admin');
    const made = await ask('POST', '/api/v1/keys', { bearer: admin, body: { name: 'of Lina' } });
    expect(made.status).toBe(201);
    expect(claimsOf(made.body.token).sub).toBe(String(value.no));
    const installation = await ask('GET', '/api/v1/businesses', { bearer: admin });
    expect(installation.status).toBe(403);
  });

  it('is in no other way a token: not in the place of a key', async () => {
    const { token } = await opened('admin');
    expect((await ask('GET', '/api/v1/channels', { key: token })).status).toBe(401);
    expect((await own.register('/bot', { deviceId: 'x' }, token)).status).toBe(401);
  });

  it('ends when it is revoked, with its key, and with the agent', async () => {
    const alive = async (bearer: string) => (await ask('GET', '/api/v1/channels', { bearer })).status;
    const first = await opened('revoked');
    const list = (await api('GET', '/access-tokens?limit=200')).body.items as { id: string; agent: string }[];
    const { id } = list.find(({ agent }) => agent === first.code)!;
    expect(id).toBe(claimsOf(first.token).jti);
    expect(JSON.stringify(list)).not.toContain(first.token.split('.')[2]);
    expect(await alive(first.token)).toBe(200);
    await api('DELETE', `/access-tokens/${id}`);
    expect(await alive(first.token)).toBe(401);
    expect((await api('DELETE', `/access-tokens/${id}`)).status).toBe(404);

    const { id: keyId, key } = await own.made({ tenantWide: true });
    const second = await opened('of-a-key', key);
    expect(await alive(second.token)).toBe(200);
    await api('DELETE', `/keys/${keyId}`);
    expect(await alive(second.token)).toBe(401);

    const third = await opened('leaving');
    await api('PUT', `/agents/${third.code}`, { active: false });
    expect(await alive(third.token)).toBe(401);
    await api('PUT', `/agents/${third.code}`, { active: true });
    expect(await alive(third.token)).toBe(200);
    await api('DELETE', `/agents/${third.code}`);
    expect(await alive(third.token)).toBe(401);
  });
});

describe('another process', () => {
  it('knows what this one gave, and what it took back', async () => {
    const { config, log } = network.started;
    const second = await startServer(config, network.started.url, log);
    try {
      const there = async (bearer: string) =>
        (await fetch(`${second.address}/api/v3/sessions`, { headers: { authorization: `Bearer ${bearer}` } }))
          .status;
      const bot = await own.bot('two-processes');
      const { id, token } = await own.made({});
      expect([await there(bot), await there(token)]).toEqual([200, 200]);
      await ask('DELETE', '/api/v4/sessions', { bearer: bot });
      await api('DELETE', `/keys/${id}`);
      expect(await there(bot)).toBe(401);
      await expect.poll(() => there(token)).toBe(401);
    } finally {
      await second.stop();
    }
  });
});
