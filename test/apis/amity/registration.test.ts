import { createHmac } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { claimsOf, testNetwork } from './network.ts';

const { ask, own, another, db, end } = await testNetwork();
afterAll(end);

const time = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
const privateId = expect.stringMatching(/^[0-9a-f]{24}$/);
const paths = { bot: '/bot', visitor: '/visitor', 'signed-in': '' } as const;
const kinds = Object.keys(paths) as (keyof typeof paths)[];
const bodyOf = (kind: keyof typeof paths, deviceId: unknown) => ({
  deviceId,
  ...(kind === 'signed-in' && { userId: 'huda' }),
});

describe('a registration', () => {
  it('of a bot is answered with the session and its user alone, in no envelope', async () => {
    const { status, headers, body } = await own.register('/bot', {
      deviceId: 'crawler-1',
      deviceInfo: { kind: 'node', model: 'crawler', sdkVersion: '1' },
    });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('set-cookie')).toBeNull();
    const [user] = body.users;
    expect(body).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      issuedAt: time,
      expiresAt: time,
      users: [
        {
          _id: privateId,
          path: expect.stringMatching(new RegExp(`^[0-9a-f-]{36}/user/${user._id}$`)),
          userId: `bot_${user._id}`,
          userInternalId: user._id,
          userPublicId: `bot_${user._id}`,
          roles: [],
          permissions: [],
          displayName: 'bot',
          flagCount: 0,
          hashFlag: null,
          metadata: {},
          isGlobalBan: false,
          isBrand: false,
          isDeleted: false,
          createdAt: time,
          updatedAt: time,
        },
      ],
      roles: [],
      files: [],
      lastCachePurge: time,
      userType: 'bot',
    });
  });

  it('as the published page shows it is taken word for word, and answered with fields that it shows', async () => {
    const answer = await ask('POST', '/api/v5/sessions/bot', {
      key: own.publishable,
      headers: { 'content-type': 'application/json' },
      body: `{
  "deviceId": "<string>",
  "deviceInfo": {
    "kind": "ios",
    "model": "<string>",
    "sdkVersion": "<string>"
  }
}`,
    });
    expect(answer.status).toBe(200);
    const session = 'accessToken issuedAt expiresAt users roles files lastCachePurge userType'.split(' ');
    expect(Object.keys(answer.body)).toEqual(session);
    const user =
      '_id path userId userInternalId userPublicId roles permissions displayName profileHandle description ' +
      'avatarFileId avatarCustomUrl flagCount hashFlag metadata isGlobalBan isBrand createdAt updatedAt isDeleted';
    expect(user.split(' ')).toEqual(expect.arrayContaining(Object.keys(answer.body.users[0])));
  });

  it('is told in the token, which says nothing else', async () => {
    const { body } = await own.register('/visitor', { deviceId: 'browser-1' });
    const [user] = body.users;
    const claims = claimsOf(body.accessToken);
    expect(decodeProtectedHeader(body.accessToken)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(claims).toEqual({
      iss: 'parley-end-users',
      jti: privateId,
      iat: Date.parse(body.issuedAt) / 1000,
      exp: Date.parse(body.expiresAt) / 1000,
      userType: 'visitor',
      user: { userId: user._id, publicUserId: user.userId },
      networkId: user.path.split('/')[0],
    });
    expect(claims.exp! - claims.iat!).toBe(30 * 86_400);
    expect(user.userId).toBe(`visitor_${user._id}`);
  });

  it('of somebody who signs in has the id exactly as it was sent', async () => {
    for (const userId of [' Huda ', 'ÄPFEL/100', '🙂'.repeat(50), 'admin_x']) {
      const { status, body } = await own.register('', { userId, deviceId: 'phone-ids' });
      expect([status, body.userType, body.users[0]?.userId]).toEqual([200, 'signed-in', userId]);
      expect(body.users[0].displayName).toBe(userId);
    }
  });

  it('updates the names that are given, and leaves the others', async () => {
    const register = async (more: object) =>
      (await own.register('', { userId: 'lina', deviceId: 'phone-names', ...more })).body.users[0];
    const first = await register({ displayName: 'Lina', profileHandle: 'lina.s' });
    expect(first).toMatchObject({ displayName: 'Lina', profileHandle: 'lina.s' });
    expect(await register({})).toEqual(first);
    const renamed = await register({ displayName: 'Lina S.' });
    expect(renamed).toMatchObject({ _id: first._id, displayName: 'Lina S.', profileHandle: 'lina.s' });
    expect(Date.parse(renamed.updatedAt)).toBeGreaterThan(Date.parse(first.updatedAt));
  });

  it.each(['/api/v4/sessions', '/api/v3/sessions'])('at %s is the same as that of v5', async (path) => {
    const body = { userId: 'older', deviceId: path, deviceInfo: { model: 'x'.repeat(300) } };
    const answer = await ask('POST', path, { key: own.publishable, body });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ userType: 'signed-in', users: [{ userId: 'older' }] });
    expect(answer.body).not.toHaveProperty('refreshToken');
  });

  it('passes over what it does not know, as the clients send it', async () => {
    const { status } = await own.register('/visitor', {
      deviceId: `ascWebSdk#${crypto.randomUUID()}`,
      deviceInfo: { kind: 'web', model: 'v20.19.0', sdkVersion: 'v7.20.0-cjs', more: { deep: [1] } },
      sessionHandler: {},
      authSignature: 'not looked at',
    });
    expect(status).toBe(200);
  });
});

describe('a device', () => {
  it.each(kinds)('of a %s may be named in 1 to 150 characters', async (kind) => {
    for (const good of ['x', ' ', 'ü'.repeat(150), '🙂'.repeat(150)]) {
      expect((await own.register(paths[kind], bodyOf(kind, good))).status, good).toBe(200);
    }
    for (const bad of ['', 'x'.repeat(151), '🙂'.repeat(151), null, 7, ['x'], {}, true, undefined]) {
      const { status, body } = await own.register(paths[kind], bodyOf(kind, bad));
      expect([status, body.status, body.code], JSON.stringify(bad)).toEqual([422, 'error', 500000]);
      expect(body.data.detail).toEqual([expect.stringContaining('deviceId')]);
      expect(body.message).toBe(body.data.detail[0]);
    }
  });

  it('is one visitor, and another device, kind or network another', async () => {
    const other = await another('elsewhere');
    const idOf = async (by: typeof own, path: string, deviceId: string) =>
      (await by.register(path, { deviceId })).body.users[0].userId;
    const first = await idOf(own, '/visitor', 'kiosk');
    expect(await idOf(own, '/visitor', 'kiosk')).toBe(first);
    const others = [
      await idOf(own, '/visitor', 'kiosk-2'),
      await idOf(own, '/bot', 'kiosk'),
      await idOf(other, '/visitor', 'kiosk'),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it('holds one token of a kind: the last', async () => {
    const alive = async (bearer: string) => (await ask('GET', '/api/v3/sessions', { bearer })).status;
    const first = await own.visitor('tablet');
    const bot = await own.bot('tablet');
    const elsewhere = await own.visitor('tablet-2');
    const second = await own.visitor('tablet');
    expect(await Promise.all([first, bot, elsewhere, second].map(alive))).toEqual([401, 200, 200, 200]);
    const huda = await own.signedIn('huda', 'shared');
    const lina = await own.signedIn('lina', 'shared');
    expect(await Promise.all([huda, lina].map(alive))).toEqual([401, 200]);
  });

  it('that registers many times at once is one user, with one token', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => own.register('/visitor', { deviceId: 'race' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.users[0].userId)).size).toBe(1);
    const alive = await Promise.all(
      answers.map(({ body }) => ask('GET', '/api/v3/sessions', { bearer: body.accessToken })),
    );
    expect(alive.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});

describe('refused is', () => {
  const device = { deviceId: 'refused' };

  it.each(kinds)('a %s without a key or with a wrong one, whatever the body is', async (kind) => {
    for (const key of [undefined, '', 'nobody-made-this-key']) {
      for (const body of [device, '{', { deviceId: 7 }]) {
        const answer = await ask('POST', `/api/v5/sessions${paths[kind]}`, {
          ...(key !== undefined && { key }),
          body,
        });
        expect([answer.status, answer.body.code], String(key)).toEqual([401, 400100]);
        expect(answer.body).toEqual({ status: 'error', code: 400100, message: expect.any(String) });
      }
    }
  });

  it('a key that may only read, since registering is a write, and one that only vouches', async () => {
    const { key } = await own.made({ scope: 'read' });
    for (const one of [key, own.server]) {
      const { status, body } = await own.register('/bot', device, one);
      expect([status, body.code]).toEqual([403, 400300]);
    }
  });

  it('no bearer that is left over, dead or empty', async () => {
    const dead = await own.bot('leftover');
    await own.bot('leftover');
    for (const authorization of ['', 'Bearer ', `Bearer ${dead}`, 'Bearer nonsense', 'Bearer eyJ.a.b']) {
      const answer = await ask('POST', '/api/v5/sessions/bot', {
        key: own.publishable,
        body: device,
        headers: { authorization, 'set-access-token-cookie': 'true' },
      });
      expect(answer.status, authorization).toBe(200);
    }
  });

  it('what is no JSON object', async () => {
    for (const body of ['{', '[]', '"x"', '7', 'null']) {
      const answer = await ask('POST', '/api/v5/sessions/bot', { key: own.publishable, body });
      expect([answer.status, answer.body.code], body).toEqual([400, 400000]);
    }
  });

  it('a body of more than 16 KiB', async () => {
    const { status, body } = await own.register('/bot', { ...device, more: 'x'.repeat(16 * 1024) });
    expect([status, body.code]).toEqual([413, 500000]);
  });

  it('every field that is wrong, all at once', async () => {
    const { status, body } = await own.register('', {
      userId: 'x'.repeat(51),
      deviceInfo: { kind: 'toaster', model: 'x'.repeat(301), sdkVersion: 7 },
      displayName: null,
      profileHandle: 'x'.repeat(101),
      authToken: '',
    });
    expect(status).toBe(422);
    expect(body.data.detail.map((one: string) => one.split(' ')[0])).toEqual([
      'userId',
      'deviceId',
      'deviceInfo.kind',
      'deviceInfo.model',
      'deviceInfo.sdkVersion',
      'displayName',
      'profileHandle',
      'authToken',
    ]);
  });

  it.each(['ADMIN_x', 'DELETED_x', 'bot_x', 'visitor_x'])('the identity %s', async (userId) => {
    const { status, body } = await own.register('', { ...device, userId });
    expect([status, body.code]).toEqual([422, 500000]);
    expect(body.data.detail[0]).toContain('userId');
  });

  it('who is not welcome', async () => {
    const closed = await another('closed');
    expect((await closed.settings({ bots: false, visitors: false })).status).toBe(200);
    for (const path of ['/bot', '/visitor']) {
      const { status, body } = await closed.register(path, device);
      expect([status, body.code], path).toEqual([403, 400300]);
    }
    expect((await closed.register('', { ...device, userId: 'huda' })).status).toBe(200);
  });
});

describe('a signature', async () => {
  const strict = await another('strict');
  await strict.settings({ signedVisitors: true });
  const soon = () => new Date(Date.now() + 60_000).toISOString();
  const sign = (secret: string, deviceId: string, until: string) =>
    createHmac('sha256', secret).update(`deviceId=${deviceId}&authSignatureExpiresAt=${until}`).digest('hex');
  const renew = async () =>
    (await ask('POST', '/api/v1/visitor-secret', { key: strict.admin, body: {} })).body.secret as string;
  const register = async (body: object) => strict.register('/visitor', body);

  it('is demanded even before there is a secret', async () => {
    const until = soon();
    const authSignature = sign('', 'd', until);
    const { status } = await register({ deviceId: 'd', authSignature, authSignatureExpiresAt: until });
    expect(status).toBe(422);
  });

  it('lets a visitor in when it is right, in capitals too, with the time exactly as it was signed', async () => {
    const secret = await renew();
    for (const until of [soon(), new Date(Date.now() + 7_200_000).toISOString().replace('Z', '+00:00')]) {
      const authSignature = sign(secret, 'd&=é', until);
      for (const given of [authSignature, authSignature.toUpperCase()]) {
        const body = { deviceId: 'd&=é', authSignature: given, authSignatureExpiresAt: until };
        expect((await register(body)).status).toBe(200);
      }
    }
  });

  it('keeps everybody else out, and does not tell why', async () => {
    const secret = await renew();
    const until = soon();
    const good = sign(secret, 'd', until);
    const past = new Date(Date.now() - 1000).toISOString();
    const flipped = (good[0] === '0' ? '1' : '0') + good.slice(1);
    const vague = 'tomorrow';
    const wrong: object[] = [
      {},
      { authSignature: good },
      { authSignatureExpiresAt: until },
      { authSignature: flipped, authSignatureExpiresAt: until },
      { authSignature: good.slice(1), authSignatureExpiresAt: until },
      { authSignature: `${good}00`, authSignatureExpiresAt: until },
      { authSignature: 7, authSignatureExpiresAt: until },
      { authSignature: good, authSignatureExpiresAt: new Date(Date.now() + 120_000).toISOString() },
      { authSignature: sign(secret, 'd', past), authSignatureExpiresAt: past },
      { authSignature: sign(secret, 'd', vague), authSignatureExpiresAt: vague },
      { authSignature: sign('another secret', 'd', until), authSignatureExpiresAt: until },
      { deviceId: 'another', authSignature: good, authSignatureExpiresAt: until },
    ];
    for (const one of wrong) {
      const { status, body } = await register({ deviceId: 'd', ...one });
      expect(body, JSON.stringify(one)).toEqual({
        status: 'error',
        code: 500000,
        message: 'Invalid signature',
        data: { detail: ['Invalid signature'] },
      });
      expect(status).toBe(422);
    }
    const right = { deviceId: 'd', authSignature: good, authSignatureExpiresAt: until };
    expect((await register(right)).status).toBe(200);
    await renew();
    expect((await register(right)).status).toBe(422);
  });

  it('is kept sealed', async () => {
    const secret = await renew();
    const rows = await db.run(
      { name: 'test.secrets', text: `select encode(visitor_secret, 'escape') as kept from business` },
      [],
    );
    expect(JSON.stringify(rows)).not.toContain(secret);
  });
});
