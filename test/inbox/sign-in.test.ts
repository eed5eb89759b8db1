import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { faultOf, inboxHouse, password } from './people.ts';

const house = await inboxHouse();
const { ask, signIn, api, done, address } = house;
afterAll(house.end);

const page = { 'x-parley-client': 'inbox' };
const inBrowser = (
  method: string,
  path: string,
  cookie: string | undefined,
  body?: unknown,
  headers: object = page,
) =>
  ask(method, path, {
    body,
    ...(cookie !== undefined && { cookie }),
    headers: headers as Record<string, string>,
  });
/** What a browser would keep of an answer. */
const cookieOf = (answer: { headers: Headers }) => answer.headers.get('set-cookie')?.split(';')[0];

let ann = '';
beforeAll(async () => {
  ann = await house.agent('ann', { name: 'Ann', teams: [] });
});

describe('the administrator of the first start', () => {
  it('is an agent who may set the business up', async () => {
    const { status, body } = await signIn('Admin@first.parley.example');
    expect(status).toBe(200);
    expect(body.me).toMatchObject({
      agent: { code: 'admin', email: 'admin@first.parley.example' },
      role: 'admin',
      rights: { seesAll: true, setup: true },
      hasPassword: true,
      totp: false,
    });
    const made = await ask('PUT', '/tags/1', { bearer: body.token, body: {} });
    expect(made.status).not.toBe(401);
    expect((await ask('PUT', '/teams/care', { bearer: body.token, body: { name: 'Care' } })).status).toBe(
      201,
    );
    expect(faultOf(await ask('PUT', '/teams/care', { bearer: ann, body: {} }))).toEqual({
      status: 403,
      code: 'NOT_TENANT_WIDE',
    });
    // To make further businesses is the right of a key alone.
    expect((await ask('GET', '/businesses', { bearer: body.token })).status).toBe(403);
  });
});

describe('signing in', () => {
  it('answers who it is, and what was brought along is good on each surface until the sign-out', async () => {
    const { body } = await signIn('ann@shop.example');
    const bearer = body.token;
    expect((await ask('GET', '/me', { bearer })).body).toMatchObject({
      agent: { code: 'ann' },
      role: 'agent',
    });
    const others = ['/v1/tags', '/xms/api/v1/config/channels', '/api/v1/sessions'];
    const statuses = () =>
      Promise.all(
        others.map(
          async (path) =>
            (await fetch(address + path, { headers: { authorization: `Bearer ${bearer}` } })).status,
        ),
      );
    expect(await statuses()).toEqual([200, 200, 200]);
    expect((await ask('POST', '/sign-out', { bearer, body: {} })).body).toEqual({ ended: 1 });
    expect(await statuses()).toEqual([401, 401, 401]);
    expect((await ask('GET', '/me', { bearer: ann })).status).toBe(200);
  });

  it('does not tell whether there is such an account', async () => {
    const wrong = await signIn('ann@shop.example', { password: 'not the one' });
    const unknown = await signIn('nobody@shop.example', { password: 'not the one' });
    expect(wrong.status).toBe(401);
    const { traceId: _, ...told } = wrong.body;
    expect(unknown.body).toMatchObject(told);
    expect(faultOf(unknown)).toEqual({ status: 401, code: 'WRONG_SIGN_IN' });
  });

  it('locks an account after ten failures, also one that is not there, also ten at once', async () => {
    for (const email of ['ben@shop.example', 'nobody-else@shop.example']) {
      if (email.startsWith('ben')) await house.agent('ben');
      const guess = () => signIn(email, { password: 'a wrong guess' });
      expect((await guess()).status).toBe(401);
      await house.db.run(
        { name: 'test.fail', text: 'update sign_in_failure set failures = 9 where failures = 1' },
        [],
      );
      const tries = await Promise.all([guess(), guess(), guess()]);
      expect(tries.map(({ status }) => status).sort()).toEqual([401, 429, 429]);
      const right = await signIn(email);
      expect(faultOf(right)).toEqual({ status: 429, code: 'LOCKED' });
      expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(600);
    }
    expect((await signIn('ann@shop.example')).status).toBe(200);
  });

  it('asks for the business where the address has an account in several', async () => {
    const { body: other } = await api('POST', '/businesses', { domain: 'other' });
    await api('PUT', '/agents/ann', { email: 'ann@shop.example' }, other.key);
    const { body: link } = await api('POST', '/agents/ann/link', {}, other.key);
    await ask('POST', '/sign-in/password', { body: { token: link.token, password, as: 'token' } });
    const several = await signIn('ann@shop.example');
    expect(faultOf(several)).toEqual({ status: 409, code: 'SEVERAL_BUSINESSES' });
    expect(several.body.error.fields[0].possibleValues).toEqual(['first', 'other']);
    const there = (await signIn('ann@shop.example', { business: 'other' })).body;
    expect(there.me.business.domain).toBe('other');
    // Nothing of the one is seen from the other.
    expect((await ask('GET', '/teams/care', { bearer: there.token })).status).toBe(404);
    await api('DELETE', '/agents/ann', undefined, other.key);
    expect((await ask('GET', '/me', { bearer: there.token })).status).toBe(401);
  });
});

describe('in a browser', () => {
  it('keeps a cookie that no script reads and no other site sends', async () => {
    const signed = await inBrowser('POST', '/sign-in', undefined, { email: 'ann@shop.example', password });
    expect(signed.body.token).toBeUndefined();
    expect(signed.headers.get('set-cookie')).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; .*Secure$/);
    const cookie = cookieOf(signed)!;
    expect((await inBrowser('GET', '/me', cookie, undefined, {})).body.signIn.kind).toBe('cookie');
    const write = (headers: object) =>
      inBrowser('PUT', '/me/preferences', cookie, { theme: 'dark' }, headers);
    expect((await write(page)).status).toBe(200);
    for (const foreign of [
      {},
      { ...page, origin: 'https://evil.example' },
      { ...page, 'sec-fetch-site': 'cross-site' },
      { ...page, origin: 'null' },
    ]) {
      expect(faultOf(await write(foreign)), JSON.stringify(foreign)).toEqual({
        status: 403,
        code: 'CROSS_SITE',
      });
    }
    expect((await write({ ...page, origin: address, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await write({ ...page, origin: 'https://first.parley.example' })).status).toBe(200);
    // Nor can another page sign a browser in as somebody else.
    const planted = await inBrowser(
      'POST',
      '/sign-in',
      undefined,
      { email: 'ann@shop.example', password },
      {},
    );
    expect(planted.headers.get('set-cookie')).toBeNull();
    expect(faultOf(planted)).toEqual({ status: 403, code: 'CROSS_SITE' });
    const out = await inBrowser('POST', '/sign-out', cookie, {});
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await inBrowser('GET', '/me', cookie, undefined, {})).status).toBe(401);
  });

  it('a key that is named counts more than the cookie; the socket opens for our pages alone', async () => {
    const cookie = cookieOf(
      await inBrowser('POST', '/sign-in', undefined, { email: 'admin@first.parley.example', password }),
    )!;
    const byKey = await ask('GET', '/me', {
      cookie,
      headers: { 'x-api-key': 'installation-key-of-the-tests' },
    });
    expect(byKey.status).not.toBe(200);
    const socket = (origin: string) =>
      new Promise<string>((resolve) => {
        const one = new WebSocket(`${address.replace('http', 'ws')}/api/v1/live`, {
          origin,
          headers: { cookie },
        });
        one.once('message', (frame) => {
          resolve(JSON.parse(String(frame)).type);
          one.close();
        });
        one.once('unexpected-response', (_, { statusCode }) => resolve(String(statusCode)));
        one.once('error', () => resolve('refused'));
      });
    expect(await socket(address)).toBe('hello');
    expect(await socket('https://evil.example')).not.toBe('hello');
  });
});

describe('passwords', () => {
  it('are chosen by a link that is good once', async () => {
    await done('PUT', '/agents/cem', { name: 'Cem' });
    expect(faultOf(await api('POST', '/agents/cem/link'))).toEqual({ status: 400, code: 'NO_EMAIL' });
    await done('PUT', '/agents/cem', { email: 'cem@shop.example' });
    const first = await done('POST', '/agents/cem/link');
    const link = await done('POST', '/agents/cem/link');
    expect(link).toMatchObject({
      kind: 'invitation',
      url: `https://first.parley.example/join#token=${link.token}`,
    });
    const look = (token: string) => ask('POST', '/sign-in/link', { body: { token } });
    expect(faultOf(await look(first.token))).toEqual({ status: 401, code: 'DEAD_LINK' });
    expect((await look(link.token)).body).toMatchObject({
      kind: 'invitation',
      name: 'Cem',
      email: 'cem@shop.example',
    });
    const choose = (chosen: string) =>
      ask('POST', '/sign-in/password', { body: { token: link.token, password: chosen, as: 'token' } });
    for (const weak of ['short', 'aaaaaaaaaaaaaaaa', 'cem-12345678', 'x'.repeat(201)])
      expect(faultOf(await choose(weak)), weak).toEqual({ status: 400, code: 'WEAK_PASSWORD' });
    const both = await Promise.all([choose('a good long one'), choose('another long one')]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect((await done('POST', '/agents/cem/link')).kind).toBe('reset');
    expect((await ask('POST', '/agents/cem/link', { bearer: ann, body: {} })).status).toBe(403);
  });

  it('are changed by who knows the old one; the other sign-ins end', async () => {
    const here = await house.agent('dana');
    const there = (await signIn('dana@shop.example')).body.token;
    const change = (old: string, chosen: string) =>
      ask('PUT', '/me/password', { bearer: here, body: { old, password: chosen } });
    expect(faultOf(await change('not the one', 'a good long one'))).toEqual({
      status: 400,
      code: 'WRONG_PASSWORD',
    });
    expect((await change(password, 'a good long one')).body).toEqual({ changed: true });
    expect((await ask('GET', '/me', { bearer: here })).status).toBe(200);
    expect((await ask('GET', '/me', { bearer: there })).status).toBe(401);
    expect((await signIn('dana@shop.example')).status).toBe(401);
    expect((await signIn('dana@shop.example', { password: 'a good long one' })).status).toBe(200);
  });

  it('stand in no table, no answer and no log as they are', async () => {
    const rows = await house.db.run<{ row: string }>(
      {
        name: 'test.secrets',
        text: `select p::text as row from agent_password p union all select s::text from sign_in s
               union all select l::text from sign_in_link l union all select f::text from sign_in_failure f`,
      },
      [],
    );
    expect(rows.length).toBeGreaterThan(5);
    for (const { row } of rows) {
      for (const secret of [password, ann, Buffer.from(ann).toString('hex')])
        expect(row).not.toContain(secret);
    }
  });
});

describe('where I am signed in', () => {
  it('is listed, and ended one by one or all at once', async () => {
    const bearer = await house.agent('eve');
    const phone = (await signIn('eve@shop.example')).body.token;
    const { items } = (await ask('GET', '/me/sign-ins', { bearer })).body;
    expect(items).toHaveLength(2);
    expect(items[1]).toMatchObject({ current: true, kind: 'token', address: '127.0.0.1' });
    expect((await ask('DELETE', `/me/sign-ins/${items[0].id}`, { bearer: ann })).status).toBe(404);
    expect((await ask('DELETE', `/me/sign-ins/${items[0].id}`, { bearer })).status).toBe(200);
    expect((await ask('GET', '/me', { bearer: phone })).status).toBe(401);
    await signIn('eve@shop.example');
    expect((await ask('POST', '/sign-out/everywhere', { bearer, body: {} })).body).toEqual({ ended: 2 });
    expect((await ask('GET', '/me', { bearer })).status).toBe(401);
  });

  it('ends when the agent is set inactive', async () => {
    const bearer = await house.agent('finn');
    await done('PUT', '/agents/finn', { active: false });
    expect((await ask('GET', '/me', { bearer })).status).toBe(401);
    expect((await signIn('finn@shop.example')).status).toBe(401);
  });

  it('also holds the tokens that a host page opened', async () => {
    const { uuid } = (await api('GET', '/business')).body;
    const opened = await house.call('POST', '/v1/app/user.new.session', {
      business_id: uuid,
      platform_type: 'avocado',
      platform_id: 'gul@shop.example',
      role: 'agent',
      profile_name: 'gul',
      display_name: 'Gul',
      profile_image_url: 'https://img.example/gul.png',
    });
    const bearer = opened.body.headers.Authorization.replace('Bearer ', '');
    expect((await ask('GET', '/me', { bearer })).body).toMatchObject({
      agent: { name: 'gul' },
      hasPassword: false,
      signIn: { kind: 'access-token' },
    });
    expect((await ask('POST', '/sign-out/everywhere', { bearer, body: {} })).body).toEqual({ ended: 1 });
    expect((await ask('GET', '/me', { bearer })).status).toBe(401);
  });
});

describe('a second device', () => {
  it('is asked for once it is confirmed; a code and a recovery code are good once', async () => {
    const bearer = await house.agent('hana');
    const begin = (given: string) => ask('POST', '/me/totp', { bearer, body: { password: given } });
    expect(faultOf(await begin('not the one'))).toEqual({ status: 400, code: 'WRONG_PASSWORD' });
    const { secret, uri } = (await begin(password)).body;
    expect(uri).toContain('otpauth://totp/');
    expect((await signIn('hana@shop.example')).status).toBe(200);
    const codeAt = (at: number) => new TOTP({ secret }).generate({ timestamp: at });
    const confirm = (code: string) => ask('PUT', '/me/totp', { bearer, body: { code } });
    expect(faultOf(await confirm('000000')).status).toBe(400);
    const now = Date.now();
    const { recoveryCodes } = (await confirm(codeAt(now))).body;
    expect(recoveryCodes).toHaveLength(10);
    expect(faultOf(await signIn('hana@shop.example'))).toEqual({ status: 401, code: 'CODE_REQUIRED' });
    const by = async (code: string) => faultOf(await signIn('hana@shop.example', { code }));
    expect(await by(codeAt(now))).toEqual({ status: 401, code: 'WRONG_CODE' });
    expect((await by(codeAt(now + 30_000))).status).toBe(200);
    expect((await by(recoveryCodes[3].toUpperCase())).status).toBe(200);
    expect(await by(recoveryCodes[3])).toEqual({ status: 401, code: 'WRONG_CODE' });
    await done('DELETE', '/agents/hana/totp');
    expect((await signIn('hana@shop.example')).status).toBe(200);
  });

  it.each([
    ['Arabic', 0x660],
    ['Persian', 0x6f0],
    ['Devanagari', 0x966],
  ])('may be typed on a keyboard with %s digits', async (name, zero) => {
    const bearer = await house.agent(`with-${name.toLowerCase()}`);
    const typed = (code: string) => code.replace(/\d/g, (c) => String.fromCharCode(zero + Number(c)));
    const { secret } = (await ask('POST', '/me/totp', { bearer, body: { password } })).body;
    const now = Date.now();
    const codeAt = (at: number) => typed(new TOTP({ secret }).generate({ timestamp: at }));
    const { recoveryCodes } = (await ask('PUT', '/me/totp', { bearer, body: { code: codeAt(now) } })).body;
    const by = async (code: string) =>
      (await signIn(`with-${name.toLowerCase()}@shop.example`, { code })).status;
    expect(await by(codeAt(now + 30_000))).toBe(200);
    expect(await by(typed(recoveryCodes[3]))).toBe(200);
    expect(await by('٠٠٠٠٠٠')).toBe(401);
  });
});

describe('preferences', () => {
  it('are of the agent, and no larger than 16 kB', async () => {
    const wanted = { theme: 'dark', widths: { list: 340 }, shortcuts: {} };
    expect((await ask('PUT', '/me/preferences', { bearer: ann, body: wanted })).body).toEqual(wanted);
    expect((await ask('GET', '/me', { bearer: ann })).body.preferences).toEqual(wanted);
    const large = await ask('PUT', '/me/preferences', { bearer: ann, body: { text: 'x'.repeat(17_000) } });
    expect(large.status).toBe(413);
    expect((await ask('GET', '/me')).status).toBe(401);
    expect(faultOf(await api('GET', '/me'))).toEqual({ status: 403, code: 'NO_AGENT' });
  });
});
