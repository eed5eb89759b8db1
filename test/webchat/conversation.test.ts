import { createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer, until } from '../apis/parley/server.ts';
import { type Frame, openBrowser, openWindow } from './visitor.ts';

const { address, api, call, end } = await testServer();
const secret = 'a-secret-of-the-business';
const key = { shop: '', members: '' };

beforeAll(async () => {
  for (const [lane, settings] of [
    ['shop', { origins: ['https://shop.example'], identitySecret: secret }],
    [
      'members',
      {
        origins: ['https://*.shop.example'],
        identitySecret: secret,
        enforce: true,
        preChatEmail: 'required',
      },
    ],
  ] as const) {
    const { status, body } = await api('PUT', `/channels/web:${lane}`, { settings });
    expect(status, JSON.stringify(body)).toBe(201);
    key[lane] = body.siteKey;
  }
});
afterAll(end);

const browser = () => openBrowser(address, key.shop);
const identity = async (sub: string, more: Record<string, string> = {}, signedWith = secret, exp = '5m') => ({
  token: await new SignJWT(more)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setExpirationTime(exp)
    .sign(new TextEncoder().encode(signedWith)),
});
/** The newest message of a text in the whole history, by the API. */
const stored = (text: string) =>
  until(
    async () => {
      const { body } = await api('GET', '/events?limit=200');
      return body.items
        .map((event: { data: { message?: { id: string; content: { text?: string } } } }) => event.data)
        .find((data: { message?: { content: { text?: string } } }) => data.message?.content.text === text);
    },
    (one) => one !== undefined,
  );
const answer = (contactId: string, content: object) =>
  api('POST', '/messages', { to: { contactId }, content }).then(({ body }) => body);

describe('a visitor of a web site', () => {
  it('writes, is answered, and each side sees how far it went', async () => {
    const shop = browser();
    const session = await shop.session({ page: { url: 'https://shop.example/shoes', title: 'Shoes' } });
    expect(session).toMatchObject({ open: false, unread: 0, visitor: { identified: false } });
    expect(session.config).toMatchObject({ key: key.shop, name: expect.any(String), maxText: 4000 });
    const window = await shop.connect(session.token);
    expect(await window.hears('welcome')).toMatchObject({ seq: 0, reset: true, messages: [], more: false });
    window.say({ t: 'msg', cid: 'one', type: 'text', text: 'Is it in stock?' });
    const ack = await window.hears('ack');
    expect(ack).toMatchObject({ cid: 'one', id: expect.stringMatching(/^[0-9a-f]{24}$/) });
    const own = await window.hears('msg');
    expect(own).toMatchObject({ id: ack.id, cid: 'one', dir: 'in', type: 'text', text: 'Is it in stock?' });

    const { contact } = await stored('Is it in stock?');
    expect(contact).toMatchObject({ type: 'WEBSITE', channelId: 'web:shop' });
    const sent = await answer(contact.id, {
      text: 'It is.',
      buttons: [{ label: 'Buy', code: 'buy' }],
    });
    const told = await window.hears('msg', ({ dir }) => dir === 'out');
    expect(told).toMatchObject({ id: sent.id, text: 'It is.', from: { kind: 'team' }, status: 'sent' });
    expect(told.buttons).toEqual([{ type: 'QUICK_REPLY', code: 'buy', label: 'Buy' }]);
    const status = (wanted: string) =>
      until(
        () => api('GET', `/messages/${sent.id}`),
        ({ body }) => body.status === wanted,
      );
    await status('SENTX');
    window.say({ t: 'ack', seq: told.seq });
    await status('DLVRD');
    window.say({ t: 'read', seq: told.seq });
    await status('READ');
    await window.hears('status', (one) => one.status === 'read');
    expect((await shop.session({ visitorId: session.visitorId })).unread).toBe(0);

    window.say({ t: 'button', cid: 'two', messageId: sent.id, payload: 'buy' });
    expect(await window.hears('msg', ({ cid }) => cid === 'two')).toMatchObject({
      text: 'Buy',
      press: { code: 'buy', label: 'Buy' },
    });
    window.close();
  });

  it('says a thing once however often it is said, and goes on where it was cut without a gap', async () => {
    const shop = browser();
    const { token } = await shop.session();
    const first = await shop.connect(token);
    for (let n = 0; n < 3; n += 1) first.say({ t: 'msg', cid: 'same', text: 'Once' });
    await until(
      async () => first.heard.filter(({ t }) => t === 'ack').length,
      (n) => n === 3,
    );
    const ids = new Set(first.heard.filter(({ t }) => t === 'ack').map(({ id }) => id));
    expect(ids.size).toBe(1);
    const own = await first.hears('msg');
    const { contact } = await stored('Once');
    const before = first.heard.flatMap(({ seq, t }) => (t !== 'welcome' && seq ? [seq] : []));
    first.socket.terminate();
    for (const text of ['a', 'b', 'c']) await answer(contact.id, { text });
    const again = await shop.connect(token, { lastSeq: own.seq });
    await again.hears('msg', ({ text }) => text === 'c');
    expect(again.heard[0]).toMatchObject({ t: 'welcome' });
    expect(again.heard[0]).not.toHaveProperty('reset');
    const after = again.heard.slice(1).flatMap(({ seq }) => (seq ? [seq] : []));
    const all = [...new Set([...before, ...after])].sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: all.length }, (_, i) => i + 1));
    // A window that has nothing, and one that has what there never was, begin with what there is.
    for (const lastSeq of [undefined, 999]) {
      const fresh = await shop.connect(token, { lastSeq });
      const welcome = await fresh.hears('welcome');
      expect(welcome.reset).toBe(true);
      expect((welcome.messages as Frame[]).map(({ text }) => text)).toEqual(['Once', 'a', 'b', 'c']);
      fresh.close();
    }
    again.close();
  });

  it('is the same person on every device once the business vouches for it, and nobody else is', async () => {
    const [laptop, phone] = [browser(), browser()];
    const anonymous = await laptop.session();
    const window = await laptop.connect(anonymous.token);
    window.say({ t: 'msg', cid: 'x', text: 'Before I signed in' });
    await window.hears('ack');
    const signedIn = await laptop.session({
      visitorId: anonymous.visitorId,
      identity: await identity('huda', { name: 'Huda', email: 'huda@example.com' }),
    });
    expect(signedIn).toMatchObject({ visitor: { identified: true, name: 'Huda' }, open: true });
    expect(signedIn.conversation).toBe(anonymous.conversation);
    // What she wrote is hers now: the browser's own word for it opens it no longer.
    expect(await window.ends()).toBe(4410);
    expect(signedIn.visitorId).not.toBe(anonymous.visitorId);
    const stranger = await laptop.session({ visitorId: anonymous.visitorId });
    expect(stranger.conversation).not.toBe(anonymous.conversation);
    const old = await openWindow(address, 'https://shop.example', { token: anonymous.token });
    expect(await old.ends()).toBe(4401);

    const there = await phone.session({ identity: await identity('huda') });
    const seen = await phone.connect(there.token);
    expect((await seen.hears('welcome')).messages).toMatchObject([{ text: 'Before I signed in' }]);
    const other = await phone.session({ identity: await identity('omar') });
    expect((await (await phone.connect(other.token)).hears('welcome')).messages).toEqual([]);
    // The business writes to its customer by its own id.
    await api('POST', '/messages', {
      channelId: 'web:shop',
      to: { csid: 'huda' },
      content: { text: 'Hello Huda' },
    });
    await seen.hears('msg', ({ text }) => text === 'Hello Huda');
    const { body: contact } = await api('GET', `/contacts/${(await stored('Hello Huda')).contact.id}`);
    expect(contact.businessProfile).toMatchObject({ profileId: 'huda', name: 'Huda' });
    // Without the identity, for as long as the token is good.
    const renewed = await phone.session({ token: there.token });
    expect(renewed).toMatchObject({ conversation: there.conversation, visitor: { identified: true } });
    const hash = createHmac('sha256', secret).update('huda').digest('hex');
    const hashed = await laptop.session({ identity: { userId: 'huda', hash } });
    expect(hashed.conversation).toBe(there.conversation);
    seen.close();
  });

  it('is refused with what is forged, expired, of another page, or nobody’s', async () => {
    const shop = browser();
    const refusals: [object, number, string][] = [
      [{ identity: await identity('huda', {}, 'another secret of somebody') }, 401, 'IDENTITY'],
      [{ identity: await identity('huda', {}, secret, '-5m') }, 401, 'IDENTITY_EXPIRED'],
      [{ identity: await identity('visitor-0123') }, 401, 'IDENTITY'],
      [{ identity: { userId: 'huda', hash: '00' } }, 401, 'IDENTITY'],
      [{ identity: { userId: 'huda' } }, 401, 'IDENTITY'],
      [{ identity: 7 }, 400, 'BAD_FIELD'],
      [{ siteKey: 'x' }, 404, 'UNKNOWN_SITE'],
      [{ siteKey: undefined }, 400, 'BAD_FIELD'],
      [{ siteKey: key.members }, 403, 'ORIGIN'],
    ];
    for (const [more, status, code] of refusals) {
      const { status: told, body } = await shop.post('/widget/session', { siteKey: key.shop, ...more });
      expect([told, body.error.code], JSON.stringify(more)).toEqual([status, code]);
    }
    const elsewhere = openBrowser(address, key.shop, 'https://evil.example');
    expect((await elsewhere.post('/widget/session', { siteKey: key.shop })).body.error.code).toBe('ORIGIN');
    const { token } = await shop.session();
    expect(await (await openWindow(address, 'https://evil.example', { token })).ends()).toBe(4403);
    const [head, body, signature] = token.split('.');
    for (const forged of [
      '',
      'x',
      `${head}.${body}.${'A'.repeat(43)}`,
      `${head}.${btoa('{"sub":"web1_shop"}')}.${signature}`,
    ]) {
      expect(await (await openWindow(address, 'https://shop.example', { token: forged })).ends()).toBe(4401);
      expect((await shop.call('/widget/poll', { token: forged })).status).toBe(401);
    }
    const nobody = await openWindow(address, 'https://shop.example', undefined);
    nobody.say({ t: 'msg', cid: 'a', text: 'hi' });
    expect(await nobody.ends()).toBe(4408);
    // A visitor's id that is none of ours is no error: the visitor begins anew.
    expect((await shop.session({ visitorId: 'forged.forged' })).visitorId).not.toBe('forged.forged');
    // Nor is a visitor's token good for anything else.
    expect(
      (await fetch(`${address}/api/v1/contacts`, { headers: { authorization: `Bearer ${token}` } })).status,
    ).toBe(401);
  });

  it('speaks from sub-domains where the site says so, and only with what is asked for', async () => {
    const members = openBrowser(address, key.members, 'https://club.shop.example');
    const { body: refusal } = await members.post('/widget/session', { siteKey: key.members });
    expect(refusal.error.code).toBe('IDENTITY_REQUIRED');
    const { token } = await members.session({ identity: await identity('mona') });
    const window = await members.connect(token);
    await window.hears('welcome');
    // Whom the business vouches for is asked for nothing.
    window.say({ t: 'msg', cid: 'a', text: 'Hello from the club' });
    await window.hears('ack');
    await api('PUT', '/channels/web:asking', { settings: { preChatEmail: 'required' } });
    const { body } = await api('GET', '/channels/web:asking');
    const asking = openBrowser(address, body.siteKey, 'https://first.parley.example');
    const session = await asking.session();
    expect(session.config.preChat).toEqual({ email: 'required' });
    const asked = await asking.connect(session.token);
    asked.say({ t: 'msg', cid: 'a', text: 'Hello' });
    expect(await asked.hears('error')).toMatchObject({ code: 'PRECHAT_REQUIRED', field: 'email', cid: 'a' });
    asked.say({ t: 'profile', cid: 'p', email: 'no address' });
    expect(await asked.hears('error', ({ cid }) => cid === 'p')).toMatchObject({ field: 'email' });
    asked.say({ t: 'profile', cid: 'q', email: 'amina@example.com', name: 'Amina' });
    await asked.hears('profile');
    asked.say({ t: 'msg', cid: 'a', text: 'Hello, it is Amina' });
    await asked.hears('ack');
    expect((await stored('Hello, it is Amina')).contact.profile).toEqual({
      email: 'amina@example.com',
      name: 'Amina',
    });
    for (const one of [window, asked]) one.close();
  });

  it('is told what is wrong with what it says, and stays', async () => {
    const made = await api('PUT', '/channels/web:patient', {
      settings: { origins: ['https://shop.example'], messagesPerSecond: 100, framesPerSecond: 100 },
    });
    const shop = openBrowser(address, made.body.siteKey);
    const { token } = await shop.session();
    const window = await shop.connect(token);
    await window.hears('welcome');
    const bad: [frame: object | string, code: string, field?: string][] = [
      ['{', 'BAD_FRAME'],
      [{ t: 'nothing' }, 'BAD_FRAME', 't'],
      [{ t: 'msg', cid: 'a b', text: 'x' }, 'BAD_FIELD', 'cid'],
      [{ t: 'msg', cid: 'e', text: '  ' }, 'BAD_FIELD', 'text'],
      [{ t: 'msg', cid: 'l', text: 'x'.repeat(4001) }, 'TOO_LONG', 'text'],
      [
        { t: 'msg', cid: 'm', type: 'image', media: { id: '65f0c0ffee0123456789abcd' } },
        'NOT_FOUND',
        'media.id',
      ],
      [{ t: 'msg', cid: 'r', text: 'x', replyTo: '65f0c0ffee0123456789abcd' }, 'NOT_FOUND', 'replyTo'],
      [
        { t: 'button', cid: 'b', messageId: '65f0c0ffee0123456789abcd', payload: 'x' },
        'NOT_FOUND',
        'messageId',
      ],
      [{ t: 'msg', cid: 't', type: 'system', text: 'x' }, 'BAD_FIELD', 'type'],
      [
        { t: 'msg', cid: 'g', type: 'location', location: { latitude: 99, longitude: 1 } },
        'BAD_FIELD',
        'location.latitude',
      ],
      [{ t: 'ack', seq: 'x' }, 'BAD_FIELD', 'seq'],
    ];
    for (const [frame, code, field] of bad) {
      const before = window.heard.length;
      if (typeof frame === 'string') window.socket.send(frame);
      else window.say(frame);
      const error = await until(
        async () => window.heard.slice(before).find(({ t }) => t === 'error'),
        (one) => one !== undefined,
      );
      expect([error!.code, error!.field], JSON.stringify(frame)).toEqual([code, field]);
    }
    window.socket.send('x'.repeat(20_000));
    expect(await window.ends()).toBe(1009);
  });

  it('is slowed down politely, and sent away when it does not listen', async () => {
    const shop = browser();
    const { token } = await shop.session();
    const window = await shop.connect(token);
    await window.hears('welcome');
    for (let n = 0; n < 8; n += 1) window.say({ t: 'msg', cid: `f-${n}`, text: `flood ${n}` });
    const error = await window.hears('error');
    expect(error).toMatchObject({
      code: 'RATE',
      retryAfter: expect.any(Number),
      cid: expect.stringMatching(/^f-/),
    });
    for (let n = 0; n < 200; n += 1) window.say({ t: 'ping' });
    expect(await window.ends()).toBe(4429);
    const other = await shop.session();
    const windows = await Promise.all([1, 2, 3].map(() => shop.connect(other.token)));
    await Promise.all(windows.map((one) => one.hears('welcome')));
    expect(await (await shop.connect(other.token)).ends()).toBe(4429);
    for (const one of windows) one.close();
  });

  it('has the same conversation where sockets are blocked', async () => {
    const shop = browser();
    const { token } = await shop.session();
    const poll = (after?: number) =>
      shop
        .call(`/widget/poll${after === undefined ? '' : `?after=${after}`}`, { token })
        .then(({ body }) => body.frames as Frame[]);
    const [welcome] = await poll();
    expect(welcome).toMatchObject({ t: 'welcome', seq: 0, messages: [] });
    const { body } = await shop.post(
      '/widget/frames',
      { frames: [{ t: 'msg', cid: 'p', text: 'By post' }, { t: 'x' }] },
      token,
    );
    expect(body.frames).toMatchObject([
      { t: 'ack', cid: 'p' },
      { t: 'error', code: 'BAD_FRAME' },
    ]);
    let seq = 0;
    const told: Frame[] = [];
    const { contact } = await stored('By post');
    const waiting = (async () => {
      while (!told.some(({ text }) => text === 'By poll')) {
        const frames = await poll(seq);
        told.push(...frames);
        seq = Math.max(seq, ...frames.map((frame) => frame.seq ?? 0));
      }
    })();
    await answer(contact.id, { text: 'By poll' });
    await waiting;
    expect(told.flatMap((frame) => frame.seq ?? [])).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
    const { body: older } = await shop.call('/widget/history?limit=1', { token });
    expect(older).toMatchObject({ messages: [{ text: 'By poll' }], more: true });
    const { body: oldest } = await shop.call(`/widget/history?before=${older.messages[0].id}`, { token });
    expect(oldest).toMatchObject({ messages: [{ text: 'By post', cid: 'p' }], more: false });
  });

  it('is let go when its site is switched off', async () => {
    const { body } = await api('PUT', '/channels/web:brief', {
      settings: { origins: ['https://shop.example'] },
    });
    const brief = openBrowser(address, body.siteKey);
    const window = await brief.connect((await brief.session()).token);
    await window.hears('welcome');
    await api('PUT', '/channels/web:brief', { enabled: false });
    expect(await window.ends()).toBe(4410);
    expect((await brief.post('/widget/session', { siteKey: body.siteKey })).body.error.code).toBe(
      'UNKNOWN_SITE',
    );
  });

  it('is found by the key of the site alone, which is no secret', async () => {
    const { body } = await api('GET', '/channels/web:shop');
    expect(body.snippet).toBe(
      `<script async src="https://first.parley.example/widget/${key.shop}.js"></script>`,
    );
    expect(JSON.stringify(body)).not.toContain(secret);
    expect((await call('GET', `/widget/${'0'.repeat(40)}.js`)).body.error.code).toBe('UNKNOWN_SITE');
  });
});
