import { afterAll, describe, expect, it } from 'vitest';
import { holderOf, makeLimit } from '../../../src/http-limits.ts';
import { startServer } from '../../../src/server.ts';
import * as accessTokens from '../../../src/store/access-tokens.ts';
import * as authTokens from '../../../src/store/auth-tokens.ts';
import * as endUsers from '../../../src/store/end-users.ts';
import { claimsOf, testNetwork } from './network.ts';

const network = await testNetwork({ REGISTRATIONS_PER_MINUTE: '100', TRUSTED_PROXIES: '127.0.0.1' });
const { ask, own, another, db, run, api, started, end } = network;
afterAll(end);

const keys = async () =>
  (await run('select public_id from end_user')).map(({ public_id }) => public_id as string);

describe('what is over', () => {
  it('is forgotten: tokens, what vouched for people, bots and visitors that do not come back', async () => {
    const { body: gone } = await own.register('/visitor', { deviceId: 'gone' });
    const { body: back } = await own.register('/bot', { deviceId: 'back' });
    const { body: living } = await own.register('/visitor', { deviceId: 'living' });
    const { body: banned } = await own.register('/bot', { deviceId: 'banned' });
    await own.register('', { userId: 'person', deviceId: 'person' });
    const idsOf = (bodies: { accessToken: string }[]) =>
      bodies.map(({ accessToken }) => claimsOf(accessToken).jti);
    await run(`update access_token set expires_at = now() - interval '1 day' where id = any($1)`, [
      idsOf([gone, back, banned]),
    ]);
    await run(`update end_user set seen_at = now() - interval '61 days', banned_at = case
      when device_id = 'banned' then now() end`);
    await own.register('/bot', { deviceId: 'back' });
    await run(`insert into auth_token values (1, '\\x00', 'k', 'u', now() - interval '1 s')`);

    expect(await accessTokens.forgetExpired(db)).toBe(2);
    await authTokens.forgetExpired(db);
    expect(await run('select 1 from auth_token')).toEqual([]);
    expect(await endUsers.forgetIdle(db, 60)).toBe(1);
    const left = await keys();
    expect(left).not.toContain(gone.users[0].userId);
    for (const { users } of [back, living, banned]) expect(left).toContain(users[0].userId);
    expect(left).toContain('person');
  });

  it('goes by itself', async () => {
    const { body } = await own.register('/visitor', { deviceId: 'swept' });
    await run(`update access_token set expires_at = now() - interval '1 day' where id = $1`, [
      claimsOf(body.accessToken).jti,
    ]);
    await run(`update end_user set seen_at = now() - interval '61 days' where device_id = 'swept'`);
    await expect.poll(keys, { timeout: 25_000, interval: 200 }).not.toContain(body.users[0].userId);
  });
});

describe('after another start', () => {
  it('what was given is good still, and what was revoked stays dead', async () => {
    const [good, revoked] = [await own.bot('good'), await own.bot('revoked')];
    await ask('DELETE', '/api/v4/sessions', { bearer: revoked });
    const again = await startServer(started.config, started.url, started.log);
    const secret = { ...started.config, secret: 'another secret of the tests' };
    const moved = await startServer(
      { ...secret, formerSecrets: [started.config.secret] },
      started.url,
      started.log,
    );
    const lost = await startServer(secret, started.url, started.log);
    try {
      const at = async (address: string, bearer: string) =>
        (await fetch(`${address}/api/v3/sessions`, { headers: { authorization: `Bearer ${bearer}` } }))
          .status;
      expect([await at(again.address, good), await at(again.address, revoked)]).toEqual([200, 401]);
      expect([await at(moved.address, good), await at(moved.address, revoked)]).toEqual([200, 401]);
      expect(await at(lost.address, good)).toBe(401);
    } finally {
      await Promise.all([again.stop(), moved.stop(), lost.stop()]);
    }
  });
});

describe('settings for end users', () => {
  const set = (endUsers: unknown) => api('PATCH', '/business', { settings: { endUsers } });

  it('that make no sense are refused, and name the field', async () => {
    const before = (await api('GET', '/business')).body.settings;
    const wrong: [unknown, string][] = [
      [{ tokenDays: 29 / 1440 }, 'settings.endUsers.tokenDays'],
      [{ tokenDays: 0 }, 'settings.endUsers.tokenDays'],
      [{ tokenDays: 4000 }, 'settings.endUsers.tokenDays'],
      [{ dailyReads: -1 }, 'settings.endUsers.dailyReads'],
      [{ dailyReads: 1.5 }, 'settings.endUsers.dailyReads'],
      [{ bots: 'no' }, 'settings.endUsers.bots'],
      [{ bot: true }, 'settings.endUsers.bot'],
      [{ chat: { enabled: 1 } }, 'settings.endUsers.chat.enabled'],
      [{ chat: { emoji: true } }, 'settings.endUsers.chat.emoji'],
      ['all', 'settings.endUsers'],
    ];
    for (const [endUsers, field] of wrong) {
      const { status, body } = await set(endUsers);
      expect([status, body.error?.fields[0].field], JSON.stringify(endUsers)).toEqual([400, field]);
    }
    expect((await api('GET', '/business')).body.settings).toEqual(before);
  });

  it('change one by one, and hold for the next registration', async () => {
    expect((await set({ tokenDays: 30 / 1440, dailyReads: 5 })).status).toBe(200);
    expect((await set({ visitors: false })).body.settings.endUsers).toEqual({
      tokenDays: 30 / 1440,
      dailyReads: 5,
      visitors: false,
    });
    const { exp, iat } = claimsOf(await own.bot('short'));
    expect(exp! - iat!).toBe(1800);
  });

  it('are applied from a document, which is right afterwards', async () => {
    const document = { business: { endUsers: { secureMode: true, chat: { messagePreview: true } } } };
    const first = await api('POST', '/apply', document);
    expect(first.body.changes).toEqual([expect.objectContaining({ change: 'changed', noun: 'business' })]);
    expect((await api('GET', '/business')).body.settings.endUsers).toMatchObject({
      secureMode: true,
      dailyReads: 5,
      chat: { messagePreview: true },
    });
    expect((await api('POST', '/apply', document)).body.changes).toEqual([]);
    const wrong = await api('POST', '/apply', { business: { endUsers: { tokenDays: 0.001 } } });
    expect(wrong.body.error.fields[0].field).toBe('business.endUsers.tokenDays');
    await set({ secureMode: false });
  });
});

describe('a page in a browser', () => {
  it('may send every header that the clients send, and read a refusal', async () => {
    const names = [
      'x-api-key',
      'set-access-token-cookie',
      'authorization',
      'content-type',
      'x-server-key',
      'x-hasura-business-id',
      'x-hasura-user-id',
      'x-host-id',
    ];
    const origin = 'https://shop.example';
    for (const path of ['/api/v5/sessions/bot', '/v1/agent', '/xms/api/v1/message/send']) {
      const preflight = await ask('OPTIONS', path, {
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': names.join(','),
        },
      });
      expect(preflight.status).toBe(204);
      const allowed = preflight.headers.get('access-control-allow-headers')!.split(', ');
      for (const name of names) expect(allowed).toContain(name);
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
        expect(preflight.headers.get('access-control-allow-methods')).toContain(method);
    }
    const bearer = await own.bot('page');
    const refused = await ask('POST', '/api/v1/messages', { bearer, body: {}, headers: { origin } });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, '*']);
  });
});

describe('registrations', () => {
  it('are limited for each address, and a proxy that is trusted says whose it is', async () => {
    const crowded = await another('crowded');
    const register = (address: string) =>
      ask('POST', '/api/v5/sessions/bot', {
        key: crowded.publishable,
        body: { deviceId: 'crowd' },
        headers: { 'x-forwarded-for': address },
      });
    let last = await register('203.0.113.7');
    for (let i = 0; i < 210 && last.status === 200; i++) last = await register('203.0.113.7');
    expect([last.status, last.body.code]).toEqual([429, 400311]);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await register('203.0.113.8')).status).toBe(200);
  }, 60_000);

  it('from one network of IPv6 are from one place', () => {
    const holders = [
      '2001:db8:1:2::1',
      '2001:db8:1:2:ffff::9',
      '2001:db8:1:3::1',
      '::ffff:203.0.113.7',
      '203.0.113.7',
    ].map(holderOf);
    expect(holders[1]).toBe(holders[0]);
    expect(holders[2]).not.toBe(holders[0]);
    expect(holders[3]).toBe(holders[4]);
  });

  it('of callers are counted for each, in windows of time', () => {
    let now = 0;
    const limit = makeLimit(2, 1000, () => now);
    const count = (caller: string) => {
      try {
        limit.count(caller);
        return 'counted';
      } catch (error) {
        return (error as { details: { retryAfterSeconds: number }[] }).details[0]!.retryAfterSeconds;
      }
    };
    expect([count('a'), count('a'), count('b')]).toEqual(['counted', 'counted', 'counted']);
    now = 400;
    expect(count('a')).toBe(0.6);
    now = 1000;
    expect(count('a')).toBe('counted');
  });
});
