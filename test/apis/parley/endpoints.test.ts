import { afterAll, describe, expect, it } from 'vitest';
import { isWebhookSigned } from '../../../src/model/webhook.ts';
import { receiver } from './receiver.ts';
import { testServer, until } from './server.ts';

const { api, end } = await testServer();
const crm = await receiver();
afterAll(end);
afterAll(crm.end);

const made = async (method: string, path: string, body: unknown) => {
  const answer = await api(method, path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};

describe('a webhook endpoint', () => {
  it('tells its secrets once, hears of everything in plain words, and keeps a log', async () => {
    const { id, secret, verifyToken } = await made('POST', '/endpoints', { url: crm.url });
    expect(secret).toMatch(/^whsec_/);
    const again = await api('POST', '/endpoints', { url: crm.url });
    expect([again.status, again.body.id, again.body.secret]).toEqual([200, id, undefined]);
    const shown = [await api('GET', '/endpoints'), await api('GET', `/endpoints/${id}`), again];
    for (const { body } of shown) {
      expect(JSON.stringify(body)).not.toContain(secret.slice(6));
      expect(JSON.stringify(body)).not.toContain(verifyToken);
    }

    const sent = await made('POST', '/messages', {
      to: { phone: '966500000000' },
      channelId: 'dummy:sandbox',
      content: { text: 'Hello' },
    });
    const told = await until(
      async () => crm.calls,
      (calls) => calls.some(({ body }) => JSON.parse(body).data.status === 'READ'),
    );
    for (const { headers, body } of told) {
      expect(isWebhookSigned(headers, body, secret, Date.now())).toBe(true);
      expect(JSON.parse(body)).toEqual({
        id: headers['webhook-id'],
        type: expect.any(String),
        seq: expect.any(Number),
        at: expect.any(Number),
        business: 'first',
        data: expect.objectContaining({ contact: expect.objectContaining({ id: sent.contactId }) }),
      });
    }
    const bodies = told.map(({ body }) => JSON.parse(body));
    expect(bodies.slice(0, 3)).toMatchObject([
      { type: 'contact.created', data: { contact: { no: expect.any(Number) } } },
      { type: 'session.opened' },
      { type: 'message.accepted' },
    ]);
    expect(bodies[2]).toMatchObject({
      data: { message: { id: sent.id, content: { type: 'text', text: 'Hello' } } },
    });
    const feed = (await api('GET', '/events')).body.items;
    expect(feed.filter(({ id }: { id: string }) => bodies.some((body) => body.id === id))).toEqual(bodies);

    const log = await until(
      () => api('GET', `/endpoints/${id}/deliveries?limit=2`),
      ({ body }) => body.items[0]?.state === 'delivered',
    );
    expect(log.body.items[0]).toMatchObject({ attempt: 1, answerStatus: 200, type: 'message.status' });
    const next = (await api('GET', `/endpoints/${id}/deliveries?after=${log.body.next}`)).body.items;
    expect(next[0].seq).toBeLessThan(log.body.items[1].seq);
  });

  it('gets a new secret, and for a while signs with both', async () => {
    const url = `${crm.url}/rotated`;
    const { id, secret, verifyToken } = await made('POST', '/endpoints', {
      url,
      types: ['message.accepted'],
    });
    const rotated = (await api('POST', `/endpoints/${id}/rotate`, { what: 'secret' })).body;
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.verifyToken).toBeUndefined();
    const other = (await api('POST', `/endpoints/${id}/rotate`, { what: 'verifyToken' })).body;
    expect(other).toMatchObject({ types: ['message.accepted'], verifyToken: expect.any(String) });
    expect(other.verifyToken).not.toBe(verifyToken);
    expect(other.secret).toBeUndefined();
    await api('POST', '/messages', {
      to: { phone: '966500000000' },
      channelId: 'dummy:sandbox',
      content: { text: 'Hi' },
    });
    const [{ headers, body }] = (await until(
      async () => crm.calls.filter(({ path }) => path.endsWith('/rotated')),
      (calls) => calls.length > 0,
    )) as [(typeof crm.calls)[number]];
    for (const one of [secret, rotated.secret])
      expect(isWebhookSigned(headers, body, one, Date.now())).toBe(true);
  });

  it('that is gone is shut, and opened again', async () => {
    const gone = await receiver(() => 410);
    const { id } = await made('POST', '/endpoints', { url: gone.url });
    await api('POST', '/messages', {
      to: { phone: '966500000000' },
      channelId: 'dummy:sandbox',
      content: { text: 'Hi' },
    });
    const shut = await until(
      () => api('GET', `/endpoints/${id}`),
      ({ body }) => !body.enabled,
    );
    expect(shut.body).toMatchObject({
      disabledAt: expect.any(Number),
      disabledReason: expect.stringContaining('410'),
    });
    const open = (await api('POST', `/endpoints/${id}/enable`)).body;
    expect([open.enabled, 'disabledAt' in open]).toEqual([true, false]);
    expect((await api('DELETE', `/endpoints/${id}`)).status).toBe(200);
    await gone.end();
  });

  it('is told what is wrong with it', async () => {
    const refused: [body: unknown, field: string][] = [
      [{}, 'url'],
      [{ url: 'ftp://crm.example' }, 'url'],
      [{ url: 'http://10.0.0.1/' }, 'url'],
      [{ url: crm.url, types: ['message.eaten'] }, 'types[0]'],
      [{ url: crm.url, types: 'message.received' }, 'types'],
      [{ url: crm.url, surface: 'smoke' }, 'surface'],
      [{ url: crm.url, app: 'nobody' }, 'app'],
      [{ url: crm.url, secret: 'short' }, 'secret'],
      [{ url: crm.url, verifyToken: 'a b' }, 'verifyToken'],
    ];
    const before = (await api('GET', '/endpoints')).body;
    for (const [body, field] of refused) {
      const answer = await api('POST', '/endpoints', body);
      expect([answer.status, answer.body.error.fields[0].field], JSON.stringify(body)).toEqual([400, field]);
    }
    expect((await api('GET', '/endpoints')).body).toEqual(before);
  });
});
