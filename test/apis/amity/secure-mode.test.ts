import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testNetwork } from './network.ts';

const { ask, own, another, run, end } = await testNetwork();
afterAll(end);

const path = '/api/v4/authentication/token';
const vouch = (key: string | undefined, body: unknown) =>
  ask('POST', path, { body, ...(key !== undefined && { headers: { 'x-server-key': key } }) });

it('is off at first: nobody is vouched for, and nobody needs it', async () => {
  const answer = await vouch(own.server, { userId: 'huda' });
  expect([answer.status, answer.body.code]).toEqual([403, 400300]);
  expect((await own.register('', { userId: 'huda', deviceId: 'd', authToken: 'whatever' })).status).toBe(200);
});

describe('in secure mode', async () => {
  const secure = await another('secure');
  beforeAll(() => secure.settings({ secureMode: true }));
  const signIn = (body: object) => secure.register('', { deviceId: 'phone', ...body });

  it('a server gets a token as plain text, with which the person signs in, twice if need be', async () => {
    const { status, headers, text: authToken } = await vouch(secure.server, { userId: 'huda' });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(authToken).toMatch(/^[\w-]{40}$/);
    for (let i = 0; i < 2; i++) {
      const answer = await signIn({ userId: 'huda', authToken });
      expect([answer.status, answer.body.users?.[0].userId]).toEqual([200, 'huda']);
    }
  });

  it('the older form is answered as a JSON string', async () => {
    const answer = await ask('GET', '/api/v3/authentication/token?userId=lina', {
      headers: { 'x-server-key': secure.server },
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.body).toMatch(/^[\w-]{40}$/);
    expect((await signIn({ userId: 'lina', authToken: answer.body })).status).toBe(200);
  });

  it('nobody signs in without a token, with another person’s, another network’s or an old one', async () => {
    const forHuda = (await vouch(secure.server, { userId: 'huda' })).text;
    const other = await another('secure-too');
    await other.settings({ secureMode: true });
    const theirs = (await vouch(other.server, { userId: 'lina' })).text;
    const old = (await vouch(secure.server, { userId: 'lina' })).text;
    await run(`update auth_token set expires_at = now() - interval '1 s' where user_id = 'lina'`);
    for (const more of [
      {},
      { authToken: 'x' },
      { authToken: forHuda },
      { authToken: theirs },
      { authToken: old },
    ]) {
      const { status, body } = await signIn({ userId: 'lina', ...more });
      expect([status, body.code], JSON.stringify(more)).toEqual([401, 400100]);
    }
    const fields = await signIn({ userId: '' });
    expect(fields.status, 'fields come before tokens').toBe(422);
  });

  it('does not concern bots and visitors', async () => {
    expect((await secure.register('/bot', { deviceId: 'b' })).status).toBe(200);
    expect((await secure.register('/visitor', { deviceId: 'v' })).status).toBe(200);
  });

  it('a wrong key is refused in plain text, before the body is looked at', async () => {
    for (const key of [undefined, 'wrong', secure.admin, secure.publishable, 'x'.repeat(200)]) {
      const { status, headers, text } = await vouch(key, '{');
      expect([status, text]).toEqual([401, 'Unauthorized']);
      expect(headers.get('content-type')).toMatch(/^text\/plain/);
    }
    for (const body of ['{', '[]']) {
      expect((await vouch(secure.server, body)).body).toMatchObject({ status: 'error', code: 400000 });
    }
    for (const body of [{}, { userId: '' }, { userId: 7 }, { userId: 'x'.repeat(51) }, { userId: 'bot_1' }]) {
      const answer = await vouch(secure.server, body);
      expect([answer.status, answer.body.code], JSON.stringify(body)).toEqual([422, 500000]);
    }
  });

  it('a server key does nothing else, and is named as what it is', async () => {
    for (const headers of [{ 'x-api-key': secure.server }, { authorization: `Bearer ${secure.server}` }]) {
      const answer = await ask('GET', '/api/v1/channels', { headers });
      expect(answer.body.error.fields[0].code).toBe('SERVER_KEY');
    }
  });

  it('keeps neither keys nor tokens as they are, and forgets what a revoked key vouched for', async () => {
    const { id, key } = await secure.made({ kind: 'server' });
    const token = (await vouch(key, { userId: 'huda' })).text;
    const kept = await run(`select t::text, encode(t.hash, 'escape') from auth_token t`);
    expect(JSON.stringify(kept)).not.toContain(token);
    await ask('DELETE', `/api/v1/keys/${id}`, { key: secure.admin });
    expect((await vouch(key, { userId: 'huda' })).status).toBe(401);
    expect((await signIn({ userId: 'huda', authToken: token })).status).toBe(401);
  });
});
