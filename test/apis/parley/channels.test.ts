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
