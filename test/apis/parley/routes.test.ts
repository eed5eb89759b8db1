import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nouns } from '../../../src/apis/parley/index.ts';
import { testServer } from './server.ts';

const { api, call, server, end } = await testServer();
afterAll(end);

const table = Object.values(nouns)
  .flat()
  // What is for people is asked of them in test/inbox.
  .filter(({ right }) => !['agent', 'supervisor', 'open'].includes(right))
  .map((route) => ({ ...route, name: `${route.method} ${route.path}` }));
const withParams = table.filter(({ path }) => path.includes(':') && !path.startsWith('/channel-types'));
/** A body for each change that needs one, so that nothing but the key or the id can be at fault. */
const bodies: Record<string, unknown> = {
  'POST /businesses': { domain: 'another' },
  'POST /keys': { name: 'another' },
  'POST /endpoints': { url: 'https://another.example/events' },
  'POST /tags': { name: 'another' },
  'PUT /contacts/:id/tags': { tags: [] },
  'POST /contacts/:id/tags': { tags: [] },
  'POST /contacts': { contacts: [{ channelId: 'dummy:sandbox', csid: 'another' }] },
  'POST /messages/delete': { ids: [] },
  'POST /messages': { to: { phone: '966500000000' }, channelId: 'dummy:sandbox', content: { text: 'Hi' } },
  'POST /endpoints/:id/rotate': { what: 'secret' },
  'PATCH /endpoints/:id': { url: 'https://another.example/events' },
  'PUT /templates/:code/:lang': { body: 'Another' },
  'PUT /templates/:code/:lang/approvals/:channel': { status: 'APPROVED' },
  'POST /channels/:id/templates/import': { templates: [{ name: 'hello', lang: 'en' }] },
  'PUT /vars/:key': { value: 'another' },
  'PUT /canned-answers/:code': { text: 'Another' },
  'POST /apply': { teams: [{ code: 'another' }] },
};
const keys: Record<string, string> = {};
const theirs: Record<string, string> = {};

const goesOn = ['/messages', '/events', '/endpoints/health'];

/** Everything in a business that a change could have touched. */
async function everything(key: string) {
  const lists = table.filter(
    ({ method, path, right }) =>
      // The log goes on by itself: receipts come in, webhooks fail.
      method === 'GET' &&
      !path.includes(':') &&
      right !== 'installation' &&
      !goesOn.includes(path) &&
      !path.startsWith('/analytics'),
  );
  const answers = await Promise.all(
    lists.map(async ({ path }) => [path, (await api('GET', path, undefined, key)).body]),
  );
  const all = Object.fromEntries(answers);
  // When a key was last used is no part of what was set up.
  for (const one of all['/keys'].items) delete one.lastUsedAt;
  return all;
}

beforeAll(async () => {
  const made = await api('POST', '/businesses', { domain: 'their' });
  keys.theirs = made.body.key;
  const put = async (method: string, path: string, body: unknown) => {
    const answer = await api(method, path, body, keys.theirs);
    expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  };
  await put('PUT', '/apps/bot', { mode: 'BOT' });
  await put('PUT', '/teams/sales', {});
  await put('PUT', '/queues/bots', { app: 'bot' });
  await put('PUT', '/agents/ann', { teams: ['sales'] });
  await put('PUT', '/canned-answers/hours', { text: 'We are open.' });
  await put('PUT', '/custom-fields/loyalty', { type: 'number' });
  const tag = await put('POST', '/tags', { name: 'VIP' });
  await put('PUT', '/channels/dummy:own', {});
  await put('PUT', '/templates/hello/en', { body: 'Hello' });
  await put('PUT', '/templates/hello/en/approvals/dummy:own', { status: 'APPROVED' });
  await put('PUT', '/vars/hotline', { value: '123' });
  const endpoint = await put('POST', '/endpoints', { url: 'https://their.example/events' });
  const key = await put('POST', '/keys', { name: 'their nightly' });
  const sent = await put('POST', '/messages', {
    to: { csid: 'someone' },
    channelId: 'dummy:own',
    content: { text: 'Hello' },
  });
  const file = await put('POST', '/media', 'a file');
  const publishable = await put('POST', '/keys', { name: 'their page', kind: 'publishable' });
  const registration = await call(
    'POST',
    '/api/v5/sessions',
    { userId: 'someone', deviceId: 'theirs' },
    publishable.key,
  );
  const endUser = registration.body.users[0]._id;
  const { core } = server.pipeline;
  const caller = await core.authenticate(keys.theirs);
  const agent = (await core.setup(caller.businessId)).agents.get('ann')!;
  await core.access.openForAgent(caller, agent);
  const [token] = (await api('GET', '/access-tokens', undefined, keys.theirs)).body.items;
  const [line] = (await api('GET', '/audit', undefined, keys.theirs)).body.items;
  Object.assign(theirs, {
    '/apps/:code': '/apps/bot',
    '/keys/:id': `/keys/${key.id}`,
    '/queues/:code': '/queues/bots',
    '/teams/:code': '/teams/sales',
    '/agents/:code': '/agents/ann',
    '/agents/:code/link': '/agents/ann/link',
    '/agents/:code/sign-ins': '/agents/ann/sign-ins',
    '/agents/:code/access': '/agents/ann/access',
    '/agents/:code/totp': '/agents/ann/totp',
    '/canned-answers/:code': '/canned-answers/hours',
    '/tags/:id': `/tags/${tag.id}`,
    '/custom-fields/:key': '/custom-fields/loyalty',
    '/channels/:id': '/channels/dummy:own',
    '/channels/:id/health': `/channels/dummy:own/health`,
    '/channels/:id/test': `/channels/dummy:own/test`,
    '/templates/:code/:lang': '/templates/hello/en',
    '/templates/:code/:lang/approvals/:channel': '/templates/hello/en/approvals/dummy:own',
    '/templates/:code/:lang/approvals/:channel/submit': '/templates/hello/en/approvals/dummy:own/submit',
    '/channels/:id/templates': `/channels/dummy:own/templates`,
    '/channels/:id/templates/sync': `/channels/dummy:own/templates/sync`,
    '/channels/:id/templates/import': `/channels/dummy:own/templates/import`,
    '/vars/:key': '/vars/hotline',
    '/endpoints/:id': `/endpoints/${endpoint.id}`,
    '/endpoints/:id/rotate': `/endpoints/${endpoint.id}/rotate`,
    '/endpoints/:id/enable': `/endpoints/${endpoint.id}/enable`,
    '/endpoints/:id/deliveries': `/endpoints/${endpoint.id}/deliveries`,
    '/endpoints/:id/deliveries/:seq': `/endpoints/${endpoint.id}/deliveries/1`,
    '/endpoints/:id/health': `/endpoints/${endpoint.id}/health`,
    '/endpoints/:id/sample': `/endpoints/${endpoint.id}/sample`,
    '/endpoints/:id/test': `/endpoints/${endpoint.id}/test`,
    '/endpoints/:id/replay': `/endpoints/${endpoint.id}/replay`,
    '/contacts/:id': `/contacts/${sent.contactId}`,
    '/contacts/:id/tags': `/contacts/${sent.contactId}/tags`,
    '/contacts/:id/owner': `/contacts/${sent.contactId}/owner`,
    '/sessions/:id': `/sessions/${sent.sessionId}`,
    '/sessions/:id/messages': `/sessions/${sent.sessionId}/messages`,
    '/messages/:id': `/messages/${sent.id}`,
    '/messages/:id/why': `/messages/${sent.id}/why`,
    '/media/:id': `/media/${file.id}`,
    '/end-users/:id': `/end-users/${endUser}`,
    '/end-users/:id/ban': `/end-users/${endUser}/ban`,
    '/end-users/:id/unban': `/end-users/${endUser}/unban`,
    '/end-users/:id/access-tokens': `/end-users/${endUser}/access-tokens`,
    '/access-tokens/:id': `/access-tokens/${token.id}`,
    '/audit/:id': `/audit/${line.id}`,
  });
  const make = async (name: string, more: object) => {
    keys[name] = (await api('POST', '/keys', { name, ...more })).body.key;
  };
  await make('of an app', {});
  await make('publishable', { kind: 'publishable' });
  await make('of the business, reading', { tenantWide: true, scope: 'read' });
  await make('of the business', { tenantWide: true });
});

const ask = (route: { method: string; path: string; name: string }, path: string, key?: string) =>
  api(route.method, path, route.method === 'GET' ? undefined : (bodies[route.name] ?? {}), key);
const anyPath = (path: string) => path.replace(/:\w+/g, 'anything');

describe('every route', () => {
  it.each(table)('$name wants a key that is known', async (route) => {
    for (const key of ['', 'a-key-that-nobody-made', keys.publishable!]) {
      const { status, body } = await ask(route, anyPath(route.path), key);
      expect(body.error.code).toBe(key === keys.publishable ? 'FORBIDDEN' : 'UNAUTHORIZED');
      expect(status).toBe(key === keys.publishable ? 403 : 401);
    }
  });

  it.each(table.filter(({ method }) => method !== 'GET'))(
    '$name is not for a key that may only read',
    async (route) => {
      const { status, body } = await ask(route, anyPath(route.path), keys['of the business, reading']);
      expect([status, body.error.fields[0]?.code]).toEqual([403, 'READ_ONLY_KEY']);
    },
  );

  it.each(table.filter(({ right }) => ['setup', 'listen', 'analytics'].includes(right)))(
    '$name is not for a key of one app',
    async (route) => {
      const { status, body } = await ask(route, anyPath(route.path), keys['of an app']);
      expect([status, body.error.fields[0]?.code]).toEqual([403, 'NOT_TENANT_WIDE']);
    },
  );

  it.each(table.filter(({ right }) => right === 'installation'))(
    '$name is for the installation alone',
    async (route) => {
      const { status, body } = await ask(route, anyPath(route.path), keys['of the business']);
      expect([status, body.error.fields[0]?.code]).toEqual([403, 'NOT_INSTALLATION']);
    },
  );

  it.each(table.filter(({ right, method }) => right !== 'installation' && method === 'GET'))(
    '$name can be read with a key of the business that may only read',
    async (route) => {
      const { status } = await ask(route, anyPath(route.path), keys['of the business, reading']);
      expect(status).toBe(route.path.includes(':') ? 404 : 200);
    },
  );
});

describe('what makes no sense', () => {
  // The body of a file may be anything.
  it.each(table.filter(({ method, path }) => method !== 'GET' && path !== '/media'))(
    'is refused, and never a failure of ours: $name',
    async (route) => {
      const before = await everything(keys.theirs!);
      const bodies = [
        '{',
        '[]',
        'null',
        '"text"',
        '7',
        '\u00ff',
        `${'['.repeat(40)}${']'.repeat(40)}`,
        '{"__proto__":{"a":1}}',
      ];
      for (const body of bodies) {
        const answer = await api(route.method, anyPath(route.path), body, keys.theirs);
        expect(answer.status, body).toBeGreaterThanOrEqual(400);
        expect(answer.status, body).toBeLessThan(500);
        expect(answer.body).toMatchObject({
          error: { code: expect.any(String), fields: expect.any(Array) },
          traceId: expect.any(String),
        });
      }
      expect(await everything(keys.theirs!)).toEqual(before);
    },
  );

  it('is told with every field at fault, and what would have been possible', async () => {
    const { status, body } = await api('POST', '/keys', { kind: 'golden', tenantWide: 'yes', colour: 'red' });
    expect(status).toBe(400);
    expect(body.error.code).toBe('INVALID');
    const fields = new Map(body.error.fields.map((one: { field: string }) => [one.field, one]));
    expect([...fields.keys()].sort()).toEqual(['colour', 'kind', 'name', 'tenantWide']);
    expect(fields.get('kind')).toMatchObject({ possibleValues: ['confidential', 'publishable', 'server'] });
    expect(fields.get('name')).toMatchObject({ code: 'REQUIRED' });
    const missing = await api('POST', '/keys', {});
    expect([missing.status, missing.body.error.code]).toEqual([400, 'MISSING']);
  });

  it('is also a body that is too large', async () => {
    const { status, body } = await api('POST', '/keys', { name: 'x'.repeat(1024 * 1024) });
    expect([status, body.error.code]).toEqual([413, 'TOO_LARGE']);
  });
});

describe('what is another business’s', () => {
  // A code that is chosen by everybody names one's own thing, and makes it.
  const makes = (route: { method: string; path: string }) =>
    route.method === 'PUT' && !/approvals|contacts/.test(route.path);

  it.each(withParams.filter((route) => !makes(route)))('$name: is not there', async (route) => {
    const path = theirs[route.path];
    expect(path, 'the test knows such a thing of theirs').toBeDefined();
    const before = await everything(keys.theirs!);
    const { status, body } = await ask(route, path!);
    expect(status).toBe(404);
    expect(body.error.code).toBe('NOT_FOUND');
    expect(JSON.stringify(body)).not.toMatch(/their|someone|Hello/);
    expect(await everything(keys.theirs!)).toEqual(before);
  });

  it.each(withParams.filter((route) => makes(route) && route.path !== '/queues/:code'))(
    '$name: makes one of our own, and leaves theirs alone',
    async (route) => {
      const before = await everything(keys.theirs!);
      expect((await ask(route, theirs[route.path]!)).status).toBe(201);
      expect((await ask({ ...route, method: 'DELETE' }, theirs[route.path]!)).status).toBe(200);
      expect(await everything(keys.theirs!)).toEqual(before);
    },
  );

  it('cannot be referred to', async () => {
    const { id: appId } = (await api('GET', '/apps/bot', undefined, keys.theirs)).body;
    const { id: template } = (await api('GET', '/templates/hello/en', undefined, keys.theirs)).body;
    const message = theirs['/messages/:id']!.split('/')[2];
    const contactId = theirs['/contacts/:id']!.split('/')[2];
    const to = { phone: '966500000000' };
    const own = (await api('PUT', '/agents/mine', {})).body.code;
    const [{ id: ownContact }] = (
      await api('POST', '/contacts', { contacts: [{ channelId: 'dummy:sandbox', csid: 'mine' }] })
    ).body.items.map((one: { contact: { id: string } }) => one.contact);
    const tag = Number(theirs['/tags/:id']!.split('/')[2]);
    const refused: [method: string, path: string, body: object, field: string][] = [
      ['POST', '/keys', { name: 'x', app: appId }, 'app'],
      ['POST', '/endpoints', { url: 'https://x.example', app: appId }, 'app'],
      ['PUT', '/queues/x', { app: appId }, 'app'],
      ['PUT', '/agents/x', { teams: ['sales'] }, 'teams[0]'],
      ['PUT', `/contacts/${ownContact}/tags`, { tags: [tag] }, 'tags'],
      ['PUT', `/contacts/${ownContact}/owner`, { agent: 'ann' }, 'agent'],
      ['PUT', `/contacts/${contactId}/owner`, { agent: own }, 'contactId'],
      ['POST', '/contacts', { contacts: [{ csid: 'x', tags: [tag] }] }, 'contacts[0].tags'],
      ['PUT', '/channels/dummy:x', { queue: 'bots' }, 'queue'],
      ['PUT', '/vars/x?channel=dummy:own', { value: 1 }, 'channel'],
      ['POST', '/messages', { to, channelId: 'dummy:own', content: { text: 'x' } }, 'channelId'],
      ['POST', '/messages', { to: { contactId }, content: { text: 'x' } }, 'to.contactId'],
      ['POST', '/messages', { to, channelId: 'dummy:sandbox', template: { id: template } }, 'template.id'],
      ['POST', '/messages', { to, channelId: 'dummy:sandbox', template: { code: 'hello' } }, 'template.code'],
      [
        'POST',
        '/messages',
        { to, channelId: 'dummy:sandbox', content: { text: 'x' }, replyTo: message },
        'replyTo',
      ],
    ];
    for (const [method, path, body, field] of refused) {
      const answer = await api(method, path, body);
      expect([400, 404], path).toContain(answer.status);
      expect(answer.body.error.fields[0].field, `${path} ${JSON.stringify(body)}`).toBe(field);
    }
    expect((await api('GET', `/sessions?contactId=${contactId}`)).body.items).toEqual([]);
  });
});
