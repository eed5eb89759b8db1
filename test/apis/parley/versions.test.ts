import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installationKey, testServer } from './server.ts';

const { address, api, end } = await testServer();
afterAll(end);

/** A call as a program makes it that keeps an eye on versions. */
async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${address}/api/v1${path}`, {
    method,
    headers: { 'x-api-key': installationKey, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    etag: answer.headers.get('etag') ?? '',
    body: JSON.parse(await answer.text()),
  };
}
const done = async (...args: Parameters<typeof ask>) => {
  const answer = await ask(...args);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer;
};

/** Everything that is set up and read one by one: where it is, how it is made, and a change of it. */
const things: [path: string, made: object, changed: object, method?: string][] = [
  ['/apps/shop', { name: 'Shop' }, { name: 'Shop two' }],
  ['/queues/orders', { name: 'Orders' }, { name: 'Orders two' }],
  ['/teams/returns', { name: 'Returns' }, { name: 'Returns two' }],
  ['/agents/ann', { name: 'Ann', email: 'ann@shop.example', skills: ['b', 'a'] }, { displayName: 'Ann A.' }],
  ['/agents/ben@shop.example', { name: 'Ben' }, { lang: 'ar-sa' }],
  ['/custom-fields/size', { name: 'Size' }, { type: 'number' }],
  ['/channels/dummy:here', { settings: {} }, { name: 'Here' }],
  ['/templates/hello/en_US', { body: 'Hello {{contact.name}}' }, { footer: 'The shop' }],
  ['/vars/hotline', { value: { phone: '+1', at: 1e3 } }, { description: 'Where to call' }],
  ['/canned-answers/hours', { text: 'From nine to six.' }, { title: 'Hours' }],
];
const patched: [path: string, changed: object][] = [['/business', { name: 'Shop of all' }]];
beforeAll(async () => {
  for (const [path, made] of things) await done('PUT', path, made);
  const tag = await done('POST', '/tags', { name: 'VIP', colour: '#1CA08A' });
  const endpoint = await done('POST', '/endpoints', { url: 'https://crm.example/events' });
  patched.push([`/tags/${tag.body.id}`, { description: 'Spends most' }]);
  patched.push([`/endpoints/${endpoint.body.id}`, { name: 'CRM' }]);
  things.push(...patched.map(([path, changed]) => [path, {}, changed, 'PATCH'] as (typeof things)[number]));
});

describe('the version of what is set up', () => {
  it('is told with it, stays while nobody changes it, and is another one after a change', async () => {
    expect(things).toHaveLength(13);
    for (const [path, , changed, method = 'PUT'] of things) {
      const first = await done('GET', path);
      expect(first.etag, path).toMatch(/^"[\w-]{22}"$/);
      const after = await done(method, path, changed, { 'if-match': first.etag });
      expect(after.etag, path).not.toBe(first.etag);
      // What the change is answered with is what the next one reads: one may go on from there.
      expect((await done('GET', path)).etag, path).toBe(after.etag);
      // The same once more changes nothing.
      expect((await done(method, path, changed, { 'if-match': after.etag })).etag, path).toBe(after.etag);
    }
  });

  it('keeps two people from overwriting each other', async () => {
    for (const [path, , , method = 'PUT'] of things) {
      const stale = { 'if-match': '"of-another-time"' };
      const before = (await done('GET', path)).body;
      const answer = await ask(method, path, {}, stale);
      expect(answer, path).toMatchObject({
        status: 412,
        body: { error: { code: 'STALE', fields: [{ code: 'STALE' }] }, traceId: expect.any(String) },
      });
      if (path !== '/business') expect((await ask('DELETE', path, undefined, stale)).status).toBe(412);
      expect((await done('GET', path)).body).toEqual(before);
    }
  });

  it('lets one of two changes through that were begun from the same version', async () => {
    await done('PUT', '/teams/raced', { name: 'Raced' });
    const { etag } = await done('GET', '/teams/raced');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        ask('PUT', '/teams/raced', { name: `By ${i}` }, { 'if-match': etag }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
    const won = answers.find(({ status }) => status === 200)!;
    expect((await done('GET', '/teams/raced')).body.name).toBe(won.body.name);
  });

  it('knows what is there already, and what is gone', async () => {
    const fresh = { 'if-none-match': '*' };
    await done('PUT', '/queues/second', { name: 'Second' }, fresh);
    expect(await ask('PUT', '/queues/second', { name: 'Another' }, fresh)).toMatchObject({
      status: 412,
      body: { error: { code: 'STALE', fields: [{ field: 'code', code: 'TAKEN' }] } },
    });
    expect((await done('GET', '/queues/second')).body.name).toBe('Second');
    const { etag } = await done('GET', '/queues/second');
    await done('DELETE', '/queues/second', undefined, { 'if-match': etag });
    expect((await ask('PUT', '/queues/second', {}, { 'if-match': etag })).status).toBe(412);
    expect((await ask('PUT', '/queues/second', {}, { 'if-match': '*' })).status).toBe(412);
    expect((await ask('GET', '/queues/second')).status).toBe(404);
  });

  it('is of a secret, too', async () => {
    const path = '/channels/custom:own';
    const settings = { url: 'https://own.example', contactType: 'SMS' };
    await done('PUT', path, { settings: { ...settings, verifyToken: 'a-token-of-our-own' } });
    const { etag } = await done('GET', path);
    await done('PUT', path, { settings: { ...settings, verifyToken: 'another-token-of-ours' } });
    expect((await done('GET', path)).etag).not.toBe(etag);
  });

  it('is asked for in the words of HTTP', async () => {
    const { etag } = await done('GET', '/teams/returns');
    const several = { 'if-match': `"of-another-time", ${etag}` };
    expect((await ask('PUT', '/teams/returns', {}, several)).status).toBe(200);
    for (const never of [`W/${etag}`, '']) {
      expect((await ask('PUT', '/teams/returns', {}, { 'if-match': never })).status, never).toBe(412);
    }
    const malformed = await ask('PUT', '/teams/returns', {}, { 'if-match': etag.replaceAll('"', '') });
    expect(malformed).toMatchObject({ status: 400, body: { error: { fields: [{ field: 'if-match' }] } } });
    expect(await ask('PUT', '/teams/returns', {}, { 'if-none-match': etag })).toMatchObject({
      status: 400,
      body: { error: { fields: [{ field: 'if-none-match' }] } },
    });
  });

  it('is nothing to end users, who are told less of a thing', async () => {
    const registered = await fetch(`${address}/api/v5/sessions/bot`, {
      method: 'POST',
      headers: { 'x-api-key': installationKey },
      body: JSON.stringify({ deviceId: 'indexer' }),
    });
    const { accessToken } = JSON.parse(await registered.text());
    const answer = await fetch(`${address}/api/v1/agents/ann`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.has('etag')).toBe(false);
  });

  it('lets a repeat under the same key through, which changes nothing', async () => {
    const { etag } = await done('GET', '/teams/returns');
    const once = { 'if-match': etag, 'idempotency-key': 'rename-returns' };
    await done('PUT', '/teams/returns', { name: 'Renamed once' }, once);
    await done('PUT', '/teams/returns', { name: 'Renamed once' }, once);
  });

  it('stands in the reference', async () => {
    const document = await fetch(`${address}/openapi.json`).then(async (answer) =>
      JSON.parse(await answer.text()),
    );
    const queue = document.paths['/api/v1/queues/{code}'];
    expect(queue.get.responses['200'].headers.ETag).toBeDefined();
    expect(queue.put.parameters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ in: 'header', name: 'if-match' }),
        expect.objectContaining({ in: 'header', name: 'if-none-match' }),
      ]),
    );
    expect(queue.put.responses['200']).toMatchObject({ description: 'Done', headers: { ETag: {} } });
    expect((await api('GET', '/queues')).headers.has('etag')).toBe(false);
  });
});
