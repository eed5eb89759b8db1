import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTokens } from '../../../src/pipeline/jwt.ts';
import { makeSeal } from '../../../src/pipeline/seal.ts';
import { claimsOf, testNetwork } from './network.ts';

const { ask, own, another, run, end } = await testNetwork();
afterAll(end);

const isAlive = async (bearer: string) => (await ask('GET', '/api/v3/sessions', { bearer })).status === 200;
const revoked = { status: 'error', code: 400100, message: expect.any(String) };

describe('a token that is good', () => {
  it('is told when clients should have dropped what they kept: always the same', async () => {
    const bearer = await own.bot('checker');
    const { status, body } = await ask('GET', '/api/v3/sessions', { bearer });
    expect(status).toBe(200);
    expect(body).toEqual({ lastCachePurge: expect.stringMatching(/Z$/) });
    const registered = await own.register('/visitor', { deviceId: 'checker' });
    expect(registered.body.lastCachePurge).toBe(body.lastCachePurge);
  });

  it('reads its own user, however the id is written, and nobody else', async () => {
    const userId = 'a/b c%20';
    const bearer = await own.signedIn(userId, 'own-user');
    for (const written of [encodeURIComponent(userId), 'a/b%20c%2520']) {
      const { status, body } = await ask('GET', `/api/v3/users/${written}`, { bearer });
      expect([status, Object.keys(body)]).toEqual([200, ['users', 'files']]);
      expect(body.users).toEqual([expect.objectContaining({ userId, userPublicId: userId })]);
    }
    await own.signedIn('somebody', 'else');
    const bot = await own.bot('curious');
    const visitor = await own.visitor('curious');
    for (const [token, code] of [
      [bearer, 400301],
      [bot, 403998],
      [visitor, 403999],
    ] as const) {
      for (const userId of ['somebody', 'nobody']) {
        const { status, body } = await ask('GET', `/api/v3/users/${userId}`, { bearer: token });
        expect([status, body.code]).toEqual([403, code]);
      }
      expect(await isAlive(token), 'refusing leaves the token alive').toBe(true);
    }
    const byKey = await ask('GET', '/api/v3/users/somebody', { key: own.admin });
    expect(byKey.body.users[0].userId).toBe('somebody');
    const unknown = await ask('GET', '/api/v3/users/nobody', { key: own.admin });
    expect([unknown.status, unknown.body.code]).toEqual([404, 400400]);
  });

  it('reads what holds for the chat, without which no client logs in', async () => {
    const network = await another('chatty');
    const bearer = await network.visitor('chat');
    const read = async () => (await ask('GET', '/api/v3/network-settings/chat', { bearer })).body;
    expect(await read()).toEqual({
      enabled: true,
      mention: { isAllowMentionedChannelEnabled: true },
      messagePreview: { enabled: false, isIncludeDeleted: false },
      isAllowAdminViewConversationMessage: true,
      isAllowAdminManageConversationMessage: true,
      allowMemberToUpdateConversationChannel: false,
    });
    await network.settings({ chat: { messagePreview: true, membersUpdate: true } });
    expect(await read()).toMatchObject({
      messagePreview: { enabled: true },
      allowMemberToUpdateConversationChannel: true,
    });
  });
});

describe('revoking', () => {
  it.each(['/bot', '/visitor', ''])('one’s own token takes it out of force at once: %s', async (path) => {
    const body = { deviceId: 'leaver', ...(path === '' && { userId: 'leaver' }) };
    const bearer = (await own.register(path, body)).body.accessToken;
    const answer = await ask('DELETE', '/api/v4/sessions', { bearer });
    expect([answer.status, answer.body]).toEqual([200, { success: true }]);
    const after = await ask('DELETE', '/api/v4/sessions', { bearer });
    expect([after.status, after.body]).toEqual([401, revoked]);
    const elsewhere = await ask('GET', '/xms/api/v1/config/channels', { bearer });
    expect(elsewhere.status).toBe(401);
  });

  it('all of a user’s is for administrators', async () => {
    const theirs = await Promise.all([own.signedIn('many', 'd1'), own.signedIn('many', 'd2')]);
    const [bot, visitor] = [await own.bot('mean'), await own.visitor('mean')];
    const signedIn = await own.signedIn('mean', 'mean');
    const { key: ofApp } = await own.made({});
    for (const bearer of [bot, visitor, signedIn, ofApp]) {
      const { status, body } = await ask('DELETE', '/api/v4/sessions?userId=many', { bearer });
      expect([status, body.code]).toEqual([403, 400300]);
    }
    for (const [bearer, code] of [
      [bot, 403998],
      [visitor, 403999],
      [signedIn, 400301],
      [ofApp, 400300],
    ] as const) {
      const { status, body } = await ask('DELETE', '/api/v4/sessions/users/many', { bearer });
      expect([status, body.code]).toEqual([403, code]);
    }
    expect(await Promise.all(theirs.map(isAlive))).toEqual([true, true]);
    const answer = await ask('DELETE', '/api/v4/sessions?userId=many', { key: own.admin });
    expect([answer.status, answer.body]).toEqual([200, { success: true }]);
    expect(await Promise.all(theirs.map(isAlive))).toEqual([false, false]);
  });

  it('finds a user by the private id, too, and says when there is none', async () => {
    const { body } = await own.register('', { userId: 'private', deviceId: 'private' });
    const byId = (id: string, isPublic: string) =>
      ask('DELETE', `/api/v4/sessions/users/${id}?isPublic=${isPublic}`, { bearer: own.admin });
    const unknown = await byId(body.users[0]._id, 'true');
    expect([unknown.status, unknown.body.code]).toEqual([404, 400400]);
    expect((await byId(body.users[0]._id, 'false')).body).toEqual({ success: true });
    expect(await isAlive(body.accessToken)).toBe(false);
    expect((await byId('private', 'perhaps')).status).toBe(422);
    const nobody = await ask('DELETE', '/api/v4/sessions', { key: own.admin });
    expect([nobody.status, nobody.body.code]).toEqual([422, 500000]);
    const other = await another('stranger');
    const theirs = await ask('DELETE', '/api/v4/sessions/users/private', { key: other.admin });
    expect(theirs.status).toBe(404);
  });

  it('the key that made it revokes a token, and what it vouched for', async () => {
    const { id, key } = await own.made({ kind: 'publishable' });
    const bearer = await own.bot('of-a-key', key);
    expect(await isAlive(bearer)).toBe(true);
    await ask('DELETE', `/api/v1/keys/${id}`, { key: own.admin });
    expect(await isAlive(bearer)).toBe(false);
  });

  it('an administrator logs people out, bans them and lets them in again', async () => {
    const network = await another('bans');
    const bearer = await network.signedIn('troll', 'cave');
    await network.visitor('unlisted');
    const list = (await ask('GET', '/api/v1/end-users', { key: network.admin })).body.items;
    expect(list.map(({ userId }: { userId: string }) => userId)).toEqual(['troll']);
    const act = (method: string, what: string) =>
      ask(method, `/api/v1/end-users/${list[0].id}/${what}`, { key: network.admin });
    expect((await act('POST', 'ban')).body.bannedAt).toBeTypeOf('number');
    const calls = ['/api/v3/sessions', '/api/v3/network-settings/chat'];
    for (const path of calls) {
      const { status, body } = await ask('GET', path, { bearer });
      expect([status, body.code], path).toEqual([403, 400312]);
    }
    expect((await ask('GET', '/xms/api/v1/config/channels', { bearer })).status).toBe(403);
    const again = await network.register('', { userId: 'troll', deviceId: 'cave', displayName: 'Nice' });
    expect([again.status, again.body.code]).toEqual([403, 400312]);
    const [still] = (await ask('GET', '/api/v1/end-users?userId=troll', { key: network.admin })).body.items;
    expect(still.displayName).toBe('troll');
    await act('POST', 'unban');
    expect(await isAlive(bearer)).toBe(true);
    await act('DELETE', 'access-tokens');
    expect(await isAlive(bearer)).toBe(false);
  });
});

describe('a token that is not', () => {
  let good = '';
  beforeAll(async () => {
    good = await own.visitor('attacker');
  });
  const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const part = (token: string, i: number) => token.split('.')[i]!;
  const secretOf = (issuer: string) => makeSeal('the secret of the tests').keysFor(issuer)[0]!;
  const signed = (claims: object, key: Buffer, header: object = { alg: 'HS256', typ: 'JWT' }) => {
    const text = `${b64(header)}.${b64(claims)}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  const issuer = 'parley-end-users';

  const attacks: [string, () => string | Promise<string>][] = [
    ['with a broken signature', () => `${good.slice(0, -4)}AAAA`],
    ['without one', () => `${part(good, 0)}.${part(good, 1)}.`],
    ['that says that it needs none', () => `${b64({ alg: 'none', typ: 'JWT' })}.${part(good, 1)}.`],
    ['that says so in capitals', () => `${b64({ alg: 'NONE' })}.${part(good, 1)}.${part(good, 2)}`],
    [
      'that takes the secret for a public key',
      () => signed(claimsOf(good), secretOf(issuer), { alg: 'RS256', typ: 'JWT' }),
    ],
    ['of another HMAC', () => signed(claimsOf(good), secretOf(issuer), { alg: 'HS512', typ: 'JWT' })],
    ['of another secret', () => signed(claimsOf(good), Buffer.alloc(32, 7))],
    ['of another issuer', () => signed({ ...claimsOf(good), iss: 'somebody' }, secretOf(issuer))],
    ['signed with the secret of keys', () => signed(claimsOf(good), secretOf('avocado-core'))],
    [
      'said to be of the issuer of keys, with its secret',
      () => signed({ ...claimsOf(good), iss: 'avocado-core' }, secretOf('avocado-core')),
    ],
    [
      'that has expired',
      () => signed({ ...claimsOf(good), exp: Math.floor(Date.now() / 1000) - 1 }, secretOf(issuer)),
    ],
    [
      'that is not good yet',
      () => signed({ ...claimsOf(good), nbf: Math.floor(Date.now() / 1000) + 60 }, secretOf(issuer)),
    ],
    [
      'that nobody knows, with a good signature',
      () => makeTokens(makeSeal('the secret of the tests'), issuer).sign({ jti: '0'.repeat(24) }),
    ],
    ['without an id', () => makeTokens(makeSeal('the secret of the tests'), issuer).sign({ user: {} })],
    [
      'of a former secret that is not named',
      () => makeTokens(makeSeal('the secret before'), issuer).sign(claimsOf(good)),
    ],
    [
      'that demands what nobody understands',
      () =>
        new SignJWT(claimsOf(good))
          .setProtectedHeader({ alg: 'HS256', crit: ['b64'], b64: true })
          .sign(new Uint8Array(secretOf(issuer).subarray(0, 16).toString('hex').length)),
    ],
    ['of whatever', () => 'eyJ.eyJ.x'],
    ['that is endless', () => `eyJ${'x'.repeat(6000)}.e30.x`],
  ];

  it('is the other way round a good one, so that the attacks fail for their own reason', async () => {
    expect(await isAlive(good)).toBe(true);
    expect(await isAlive(signed(claimsOf(good), secretOf(issuer)))).toBe(true);
  });

  it.each(attacks)('%s is refused on every surface', async (_, make) => {
    const bearer = await make();
    const answer = await ask('GET', '/api/v3/sessions', { bearer });
    expect([answer.status, answer.body]).toEqual([401, revoked]);
    for (const path of ['/xms/api/v1/config/channels', '/api/v1/channels', '/v1/agent']) {
      expect((await ask('GET', path, { bearer })).status, path).toBe(401);
    }
    // A key that comes along does not heal it.
    const along = await ask('GET', '/api/v1/channels', { bearer, key: own.confidential });
    expect(along.status).toBe(401);
  });

  it('past its time in the store is refused, whatever it says itself', async () => {
    const bearer = await own.bot('overdue');
    await run(`update access_token set expires_at = now() - interval '1 s' where id = $1`, [
      claimsOf(bearer).jti,
    ]);
    expect(await isAlive(bearer)).toBe(false);
  });

  it('in the place of a key registers nobody', async () => {
    for (const key of [good, await own.bot('as-key', own.confidential)]) {
      const registration = await own.register('/bot', { deviceId: 'x' }, key);
      expect([registration.status, registration.body]).toEqual([401, revoked]);
      expect((await ask('GET', '/api/v1/channels', { key })).status).toBe(401);
    }
  });
});

describe('how many calls', async () => {
  const busy = await another('busy');

  it('a user may make in five seconds is 100, over all devices', async () => {
    const tokens = [await busy.signedIn('eager', 'a'), await busy.signedIn('eager', 'b')];
    const statuses: number[] = [];
    for (let i = 0; i < 240 && !statuses.includes(429); i++) {
      const { status, body, headers } = await ask('GET', '/api/v3/sessions', { bearer: tokens[i % 2]! });
      statuses.push(status);
      if (status !== 429) continue;
      expect(body.code).toBe(400311);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(100);
    expect(statuses.at(-1)).toBe(429);
    const other = await busy.signedIn('patient', 'c');
    expect(await isAlive(other)).toBe(true);
  });

  it('bots and visitors may make a day is what the business says, their own business not counted', async () => {
    await busy.settings({ dailyReads: 2 });
    for (const bearer of [await busy.bot('reader'), await busy.visitor('reader')]) {
      const read = async () => (await ask('GET', '/xms/api/v1/config/channels', { bearer })).status;
      for (let i = 0; i < 4; i++) await isAlive(bearer);
      expect([await read(), await read(), await read()]).toEqual([200, 200, 429]);
      const { body } = await ask('GET', '/api/v1/channels', { bearer });
      expect(body.error.code).toBe('TOO_MANY');
      expect(await isAlive(bearer)).toBe(true);
    }
    await run(`update end_user set reads_day = reads_day - 1 where reads > 2`);
    const bearer = await busy.bot('reader');
    expect((await ask('GET', '/xms/api/v1/config/channels', { bearer })).status).toBe(200);
  });
});

describe('what is not served', () => {
  it('is told in the words of this surface below /api, and real-time is not there', async () => {
    const nothing = await ask('GET', '/api/v3/posts');
    expect(nothing.status).toBe(404);
    expect(nothing.body).toEqual({ status: 'error', code: 400400, message: expect.any(String) });
    const upgrade = await ask('GET', '/socket.io/?token=secret&EIO=3&transport=websocket');
    expect(upgrade.status).toBe(404);
    const parley = await ask('GET', '/api/v1/nothing');
    expect(parley.body).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });
});
