import { afterAll, describe, expect, it } from 'vitest';
import { receiver } from './receiver.ts';
import { testServer, until } from './server.ts';

const { api, end } = await testServer();
afterAll(end);

const made = async (method: string, path: string, body: unknown) => {
  const answer = await api(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};

describe('a channel', () => {
  const settings = {
    url: 'http://127.0.0.1:9/in',
    verifyToken: 'planted-verify-token-1',
    contactType: 'SMS',
  };

  it('says before what is to be filled in', async () => {
    const { body } = await api('GET', '/channel-types/custom');
    expect(body.settings.properties.verifyToken).toMatchObject({ secret: true });
    expect(body.carries.out.text).toBe('native');
    const all = (await api('GET', '/channel-types')).body.items.map(({ type }: { type: string }) => type);
    expect(all).toEqual(expect.arrayContaining(['custom', 'dummy', 'wa360']));
  });

  it('is made, read, changed and taken away, and never shows a secret', async () => {
    const answers = [
      await api('PUT', '/channels/custom:modem', { name: 'Modem', settings }),
      await api('GET', '/channels/custom:modem'),
      await api('PUT', '/channels/custom:modem', {
        settings: { ...settings, url: 'http://127.0.0.1:9/out' },
      }),
      await api('PUT', '/channels/custom:modem', {
        settings: { ...settings, verifyToken: 'planted-other-token' },
      }),
      await api('PUT', '/channels/custom:modem', { enabled: false }),
      await api('GET', '/channels'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 200]);
    expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain('planted');
    expect(answers[1]!.body).toEqual({
      id: 'custom:modem',
      type: 'custom',
      contactType: 'SMS',
      lane: 'modem',
      name: 'Modem',
      sandbox: false,
      enabled: true,
      settings: { url: settings.url, contactType: 'SMS' },
      secrets: ['verifyToken'],
      webhookUrl: expect.stringMatching(/^https:\/\/first\.parley\.example\/webhook\/custom\/[0-9a-f]{40}$/),
    });
    expect(answers[2]!.body.settings.url).toBe('http://127.0.0.1:9/out');
    expect(answers[4]!.body).toMatchObject({ enabled: false, secrets: ['verifyToken'] });
    expect((await api('DELETE', '/channels/custom:modem')).body).toEqual({ removed: true });
    expect((await api('GET', '/channels/custom:modem')).status).toBe(404);
  });

  it('keeps what it carries, and says so', async () => {
    await made('PUT', '/channels/custom:fixed', {
      settings: { ...settings, verifyToken: 'planted-fixed-token' },
    });
    const { status, body } = await api('PUT', '/channels/custom:fixed', {
      settings: { ...settings, contactType: 'OA' },
    });
    expect([status, body.error.code, body.error.fields[0].field]).toEqual([409, 'CONFLICT', 'settings']);
    expect(body.error.message).toContain('SMS');
  });

  it('tells its webhook address to those alone who may set it up', async () => {
    const { key } = await made('POST', '/keys', { name: 'of an app' });
    const { body } = await api('GET', '/channels/dummy:sandbox', undefined, key);
    expect(body.id).toBe('dummy:sandbox');
    expect(JSON.stringify(body)).not.toContain('/webhook/');
  });

  it('says what its provider refused, until its settings are mended', async () => {
    const provider = await receiver(() => 401);
    const own = { url: provider.url, verifyToken: 'planted-token-of-own' };
    await made('PUT', '/channels/custom:own', { settings: own });
    const send = (csid: string) =>
      api('POST', '/messages', { to: { csid }, channelId: 'custom:own', content: { text: 'Hello' } });
    for (const csid of ['a', 'b', 'c', 'd', 'e', 'f']) expect((await send(csid)).status).toBe(201);
    const { attention } = (
      await until(
        () => api('GET', '/channels/custom:own'),
        ({ body }) => 'attention' in body,
      )
    ).body;
    expect(attention).toEqual({ since: expect.any(Number), reason: expect.any(String) });
    const mended = await api('PUT', '/channels/custom:own', {
      settings: { ...own, verifyToken: 'planted-token-of-own-2' },
    });
    expect('attention' in mended.body).toBe(false);
    await provider.end();
  });

  it('is told what is wrong with it, field by field, and nothing is stored', async () => {
    const refused: [path: string, body: unknown, field: string][] = [
      ['/channels/custom', {}, 'id'],
      ['/channels/pigeon:1', {}, 'type'],
      ['/channels/custom:1', { settings: { url: 'http://127.0.0.1:9' } }, 'settings.verifyToken'],
      ['/channels/custom:1', { settings: { ...settings, colour: 'red' } }, 'settings.colour'],
      ['/channels/custom:1', { settings, colour: 'red' }, 'colour'],
      ['/channels/custom:1', { settings, enabled: 'yes' }, 'enabled'],
      ['/channels/custom:1', { settings, queue: 'nowhere' }, 'queue'],
    ];
    for (const [path, body, field] of refused) {
      const answer = await api('PUT', path, body);
      const { fields } = answer.body.error;
      expect([answer.status, fields.map((one: { field: string }) => one.field)], path).toEqual([
        400,
        [field],
      ]);
    }
    expect((await api('GET', '/channels/custom:1')).status).toBe(404);
  });
});

describe('the health of channels', () => {
  it('is told for one and for all, with what to do and where to enter the address', async () => {
    await made('PUT', '/channels/wacfb:15550001', {
      settings: {
        phoneNumberId: '106540352242922',
        accessToken: 'planted-access-token',
        appSecret: 'planted-app-secret',
        verifyToken: 'planted-verify-token-9',
        expiresOn: '2020-01-31',
      },
    });
    const { status, body } = await api('GET', '/channels/wacfb:15550001/health');
    expect(status).toBe(200);
    expect(body).toEqual({
      channelId: 'wacfb:15550001',
      state: 'attention',
      problems: [
        {
          code: 'CREDENTIALS_END',
          needsAttention: true,
          text: expect.stringMatching(/\.$/),
          cure: expect.stringMatching(/\.$/),
        },
      ],
      credentials: { endsAt: Date.UTC(2020, 0, 31), daysLeft: expect.any(Number), renewed: false },
      webhook: {
        how: 'entered',
        hint: expect.stringContaining('At Meta'),
        with: ['verifyToken'],
        url: expect.stringMatching(/^https:\/\/first\.parley\.example\/webhook\/wacfb\/[0-9a-f]{40}$/),
      },
    });
    expect(body.credentials.daysLeft).toBeLessThan(-2000);
    const all = await api('GET', '/channel-states');
    expect(all.body.items).toContainEqual(body);
    const { key } = await made('POST', '/keys', { name: 'of another app' });
    const seen = await api('GET', '/channels/wacfb:15550001/health', undefined, key);
    expect(JSON.stringify(seen.body)).not.toContain('/webhook/');
    expect((await api('GET', '/channels/wacfb:none/health')).status).toBe(404);
  });
});

describe('a test of a channel', () => {
  it('says that the sandbox is well', async () => {
    const { status, body } = await api('POST', '/channels/dummy:sandbox/test');
    expect([status, body.tested, body.well]).toEqual([200, true, true]);
    expect(body.findings).toEqual([{ kind: 'well', text: expect.stringMatching(/\.$/) }]);
  });

  it('says of settings that are not saved what is wrong, by their field, and stores nothing', async () => {
    const account = { appSecret: 'planted-app-secret', verifyToken: 'planted-verify-token' };
    const settings = {
      ...account,
      phoneNumberId: '106540352242922',
      accessToken: 'planted-access-token',
      apiBase: 'http://127.0.0.1:9',
    };
    const { status, body } = await api('POST', '/channel-types/wa/test', { lane: '15550002', settings });
    expect([status, body.well]).toEqual([200, false]);
    expect(body.findings[0]).toEqual({
      kind: 'wrong',
      class: 'UNAVAILABLE',
      field: 'settings.apiBase',
      text: expect.any(String),
      cure: expect.any(String),
      said: expect.stringContaining('127.0.0.1'),
    });
    expect(JSON.stringify(body)).not.toContain('planted');
    expect((await api('GET', '/channels/wa:15550002')).status).toBe(404);
  });

  it('calls no address that is out of bounds', async () => {
    const settings = { url: 'http://10.1.2.3/in', verifyToken: 'planted-token-of-nobody' };
    const { body } = await api('POST', '/channel-types/custom/test', { settings });
    expect(body.findings[0]).toMatchObject({ kind: 'wrong', class: 'CONFIG', field: 'settings.url' });
    expect(body.findings[0].said).toContain('private');
  });

  it('takes the saved secrets for those that are left out, of the same type alone', async () => {
    const provider = await receiver(() => 401);
    const settings = { url: provider.url, verifyToken: 'planted-token-of-a-test' };
    await made('PUT', '/channels/custom:tested', { settings });
    const put = {
      lane: 'tested',
      settings: { url: provider.url, verifyToken: '' },
      channelId: 'custom:tested',
    };
    expect((await api('POST', '/channel-types/custom/test', put)).body).toMatchObject({
      tested: true,
      well: true,
    });
    const other = { ...put, channelId: 'dummy:sandbox' };
    expect((await api('POST', '/channel-types/custom/test', other)).status).toBe(404);
    const without = await api('POST', '/channel-types/custom/test', { settings: { url: provider.url } });
    expect([without.status, without.body.error.fields[0].field]).toEqual([400, 'settings.verifyToken']);
    await provider.end();
  });

  it('has its bounds in each business, and not in all of them together', async () => {
    let release = () => {};
    const after = new Promise<void>((done) => {
      release = done;
    });
    const slow = await receiver(() => ({ status: 200, body: '{}', after }));
    const settings = {
      ...{ appSecret: 'planted-app-secret', verifyToken: 'planted-verify-token' },
      ...{ phoneNumberId: '106540352242922', accessToken: 'planted-access-token', apiBase: slow.url },
    };
    const { key: one } = await made('POST', '/businesses', { domain: 'tests-a-lot' });
    const { key: other } = await made('POST', '/businesses', { domain: 'tests-once' });
    const test = (key: string, put: object = { settings: { speed: 9 } }, type = 'dummy') =>
      api('POST', `/channel-types/${type}/test`, put, key);
    const open = Array.from({ length: 4 }, () => test(one, { lane: '15550003', settings }, 'wa'));
    await until(
      async () => slow.calls.length,
      (calls) => calls >= 4,
    );
    const fifth = await test(one);
    expect([fifth.status, fifth.body.error.code]).toEqual([429, 'TOO_MANY']);
    expect(Number(fifth.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await test(other)).status).toBe(200);
    release();
    for (const { status } of await Promise.all(open)) expect(status).toBe(200);
    let told = 200;
    for (let n = 0; n < 60 && told === 200; n++) told = (await test(one)).status;
    expect(told).toBe(429);
    expect((await test(other)).status).toBe(200);
    await slow.end();
  });

  it('refuses what could not be saved, what there is not, and who may not', async () => {
    const test = async (path: string, body: unknown, key?: string) =>
      (await api('POST', path, body, key)).status;
    expect(await test('/channels/dummy:sandbox/test', { settings: { speed: 'fast' } })).toBe(400);
    expect(await test('/channels/dummy:sandbox/test', { colour: 'red' })).toBe(400);
    expect(await test('/channel-types/pigeon/test', { settings: {} })).toBe(404);
    expect(await test('/channels/dummy:none/test', {})).toBe(404);
    const { key } = await made('POST', '/keys', { name: 'of a third app' });
    expect(await test('/channels/dummy:sandbox/test', {}, key)).toBe(403);
  });
});
