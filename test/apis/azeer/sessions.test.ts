import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type Json, openHouse, until } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const user = (more: object = {}) => ({
  business_id: house.uuid,
  platform_type: 'avocado',
  platform_id: 'lina@shop.example',
  role: 'admin',
  profile_name: 'lina',
  display_name: 'Lina S.',
  profile_image_url: 'https://img.example/lina.png',
  ...more,
});
const open = (more: object = {}, query = '') => house.all.post(`app/user.new.session${query}`, user(more));

/** The claims of a token; whoever trusts them without the signature is no part of the server. */
function claimsOf(authorization: string): Json {
  const [, payload] = authorization.replace('Bearer ', '').split('.');
  return JSON.parse(Buffer.from(payload!, 'base64url').toString('utf8'));
}

describe('a user session', () => {
  it('answers a ready-made header set, and who it is for', async () => {
    const { status, body } = await open({ unknown: 'ignored' }, '?host_id=xyz');
    expect(status).toBe(200);
    expect(body).toEqual({
      headers: {
        Authorization: expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/),
        'x-hasura-business-id': house.uuid,
        'x-hasura-user-id': expect.stringMatching(/^\d+$/),
        'x-host-id': 'xyz',
      },
      user_details: {
        id: body.headers['x-hasura-user-id'],
        name: 'lina',
        display_name: 'Lina S.',
        email: 'lina@shop.example',
        image: 'https://img.example/lina.png',
        language: 'en',
        role: 'admin',
      },
      channels: ['WhatsApp'],
      billing_source: 'none',
      success: true,
    });
    expect(Object.keys(body)).toEqual(['headers', 'user_details', 'channels', 'billing_source', 'success']);
  });

  it('carries the claims of the user, and an end', async () => {
    const { body } = await open({}, '?host_id=xyz');
    const claims = claimsOf(body.headers.Authorization);
    expect(claims).toMatchObject({
      iss: 'avocado-core',
      sub: body.user_details.id,
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    expect(claims.exp - claims.iat).toBe(24 * 3600);
    expect(claims['https://hasura.io/jwt/claims']).toMatchObject({
      'x-hasura-user-id': body.user_details.id,
      'x-hasura-profile-id': body.user_details.id,
      'x-hasura-business-id': house.uuid,
      'x-hasura-default-role': 'admin',
      'x-avc-host-id': 'xyz',
      'x-avc-platform-id': 'lina@shop.example',
      'x-avc-platform-type': 'avocado',
    });
    expect(claims['https://hasura.io/jwt/claims']).not.toHaveProperty('x-avc-apikey-id');
  });

  it('makes the user once, and refreshes role, names and picture', async () => {
    const first = (await open({ platform_id: 'omar@shop.example', profile_name: 'omar' })).body;
    const second = (
      await open({
        platform_id: 'omar@shop.example',
        role: 'agent',
        profile_name: 'omar k',
        display_name: 'Omar K.',
        profile_image_url: 'https://img.example/o.png',
      })
    ).body;
    expect(second.user_details).toEqual({
      id: first.user_details.id,
      name: 'omar k',
      display_name: 'Omar K.',
      email: 'omar@shop.example',
      image: 'https://img.example/o.png',
      language: 'en',
      role: 'agent',
    });
    expect((await house.all.get('agent/omar@shop.example')).body).toMatchObject({
      id: Number(first.user_details.id),
      display_name: 'Omar K.',
    });
  });

  it('knows one id of two platforms as two users, and says no e-mail where it knows none', async () => {
    const own = (await open({ platform_id: '1234567890' })).body.user_details;
    const other = (await open({ platform_type: 'shopify', platform_id: '1234567890' })).body.user_details;
    const odd = (await open({ platform_type: 'shopify', platform_id: 'gid://User/1 2' })).body.user_details;
    expect(new Set([own.id, other.id, odd.id]).size).toBe(3);
    expect([own.email, other.email, odd.email]).toEqual(['', '', '']);
    const again = (await open({ platform_type: 'shopify', platform_id: 'gid://User/1 2' })).body.user_details;
    expect(again.id).toBe(odd.id);
  });

  it.each([
    'business_id',
    'platform_type',
    'platform_id',
    'role',
    'profile_name',
    'display_name',
    'profile_image_url',
  ])('is refused without %s, and with an empty one', async (name) => {
    const before = await house.counts();
    for (const value of [undefined, '', null, {}]) {
      const { status, body } = await open({ platform_id: 'refused@shop.example', [name]: value });
      expect([status, body]).toEqual([
        400,
        { success: false, message: expect.stringContaining(name), error: 'BadRequest' },
      ]);
    }
    expect(await house.counts()).toEqual(before);
  });

  it('is opened for the business of the key alone, and by a key that may', async () => {
    const before = await house.counts();
    const foreign = user({ platform_id: 'spy@shop.example' });
    for (const answer of [
      await house.rival.post('app/user.new.session', foreign),
      await open({ business_id: '550e8400-e29b-41d4-a716-446655440000' }),
      await house.reader.post('app/user.new.session', foreign),
      await house.front.post('app/user.new.session', foreign),
    ]) {
      expect([answer.status, answer.body]).toEqual([
        403,
        { success: false, message: expect.any(String), error: 'Forbidden' },
      ]);
    }
    expect(await house.counts()).toEqual(before);
  });
});

describe('who a user is', () => {
  it('stays when its e-mail is another one', async () => {
    const { id } = (await open({ platform_id: '5551234' })).body.user_details;
    const put = await house.all.put(`agent/${id}`, { email: 'john@shop.example' });
    expect(put.status, put.text).toBe(200);
    expect((await house.all.get(`agent/${id}`)).body).toMatchObject({
      platform_id: '5551234',
      email: 'john@shop.example',
    });
    expect((await open({ platform_id: '5551234' })).body.user_details).toMatchObject({
      id,
      email: 'john@shop.example',
    });
  });

  it('goes with the e-mail when that is its id', async () => {
    const { id } = (await open({ platform_id: 'Old@shop.example' })).body.user_details;
    await house.all.put(`agent/${id}`, { email: 'new@shop.example' });
    expect((await open({ platform_id: 'new@shop.example' })).body.user_details).toMatchObject({
      id,
      email: 'new@shop.example',
    });
  });

  it('is told with the e-mail that is its id, of one who was there without it, too', async () => {
    const by = { businessId: house.businessId, installation: true };
    const agents = [{ code: 'sami', name: 'Sami', platformId: 'sami@shop.example' }];
    await house.server.pipeline.core.change.apply({ agents }, { dryRun: false, by });
    const { body } = await open({ platform_id: 'sami@shop.example' });
    expect(body.user_details.email).toBe('sami@shop.example');
    expect((await house.all.get(`agent/${body.user_details.id}`)).body.email).toBe('sami@shop.example');
  });

  it('is refused while it is not active, and nothing is changed', async () => {
    const { id } = (await open({ platform_id: 'gone@shop.example' })).body.user_details;
    await house.all.put(`agent/${id}`, { status: 'inactive' });
    const before = (await house.all.get(`agent/${id}`)).body;
    const answer = await open({ platform_id: 'gone@shop.example', display_name: 'Back again' });
    expect([answer.status, answer.body]).toEqual([
      400,
      { success: false, message: 'platform_id: this agent is not active', error: 'BadRequest' },
    ]);
    expect((await house.all.get(`agent/${id}`)).body).toEqual(before);
  });
});

describe('the host of a session', () => {
  it.each(['', 'a,b', 'h\u00f6st', ' host', 'x'.repeat(129), 'a\tb'])('cannot be %j', async (host) => {
    const before = await house.counts();
    const answer = await open({ platform_id: 'host@shop.example' }, `?host_id=${encodeURIComponent(host)}`);
    expect([answer.status, answer.body.error]).toEqual([400, 'BadRequest']);
    expect(answer.body.message).toContain('host_id');
    expect(await house.counts()).toEqual(before);
  });

  it.each(['x', 'shop 7 (main)', '~'.repeat(128)])('can be %j, and its headers are taken', async (host) => {
    const { status, body } = await open({}, `?host_id=${encodeURIComponent(host)}`);
    expect([status, body.headers?.['x-host-id']]).toEqual([200, host]);
    expect((await house.request('GET', 'agent', undefined, body.headers)).status).toBe(200);
  });
});

describe('the headers of a session', () => {
  it('are taken on every surface', async () => {
    const { headers } = (await open()).body;
    for (const path of ['/v1/agent', '/v1/tags', '/xms/api/v1/config/channels', '/api/v1/agents']) {
      const { status } = await house.request('GET', path, undefined, headers);
      expect(status, path).toBe(200);
    }
  });

  it('let the user write, who is told as the sender', async () => {
    const { headers } = (await open()).body;
    const to = '966516000001';
    await house.says(to, 'Hi');
    const message = JSON.stringify({ to, type: 'text', text: { body: 'Hello from Lina' } });
    const sent = await house.request('POST', 'message/send', message, headers);
    expect(sent.status, sent.text).toBe(200);
    const read = await house.request('GET', `/api/v1/messages/${sent.body.id}`, undefined, {
      'x-api-key': house.all.key,
    });
    expect(read.body).toMatchObject({ senderType: 'AGENT', senderCode: 'lina@shop.example' });
    await until(() => house.cloud.sent.find((one) => one.to === to));
  });

  it('must agree with the token', async () => {
    const { headers } = (await open({}, '?host_id=xyz')).body;
    for (const [name, value] of [
      ['x-hasura-business-id', '550e8400-e29b-41d4-a716-446655440000'],
      ['x-hasura-user-id', '999999'],
      ['x-host-id', 'abc'],
    ] as const) {
      const answer = await house.request('GET', 'agent', undefined, { ...headers, [name]: value });
      expect([answer.status, answer.body], name).toEqual([
        401,
        { success: false, message: expect.any(String), error: 'Unauthorized' },
      ]);
    }
    const { Authorization } = headers;
    expect((await house.request('GET', 'agent', undefined, { Authorization })).status).toBe(200);
  });

  it('open no session for somebody else', async () => {
    const { headers } = (await open()).body;
    const body = JSON.stringify(user({ platform_id: 'boss@shop.example' }));
    const answer = await house.request('POST', 'app/user.new.session', body, headers);
    expect([answer.status, answer.body.error]).toEqual([403, 'Forbidden']);
  });

  it('may be sent by a web page', async () => {
    const asked = 'authorization, content-type, x-hasura-business-id, x-hasura-user-id, x-host-id';
    const { status, headers } = await house.request('OPTIONS', 'message/send', undefined, {
      origin: 'https://inbox.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': asked,
    });
    expect(status).toBeLessThan(300);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-allow-methods']).toContain('POST');
    const allowed = headers['access-control-allow-headers']!.toLowerCase();
    for (const name of asked.split(', ')) expect(allowed).toContain(name);
  });
});
