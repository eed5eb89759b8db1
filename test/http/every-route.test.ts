import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { surfaces } from '../../src/apis/index.ts';
import { surfaceAt } from '../../src/apis/surface.ts';
import type { RouteFacts } from '../../src/http.ts';
import { testNetwork } from '../apis/amity/network.ts';
import { until } from '../apis/parley/server.ts';

/** What holds for every route that there is. The list comes from the server: no route escapes it. */
const network = await testNetwork();
const { ask, own, server, db, api } = network;
afterAll(network.end);

const table = server.http.table.filter(({ method }) => method !== 'OPTIONS');
const nameOf = ({ method, url }: RouteFacts) => `${method} ${url}`;
const isRead = ({ method, access }: RouteFacts) =>
  access === 'read' || (access !== 'write' && /^(GET|HEAD)$/.test(method));

/** Who may do what, out of the contract (amity-sessions.md 9), by route; everybody else is refused. */
const everybody = ['reporting bot', 'public bot', 'visitor', 'signed in'] as const;
type Guest = (typeof everybody)[number];
const reporting: readonly Guest[] = ['reporting bot'];
const owners: readonly Guest[] = ['reporting bot', 'visitor', 'signed in'];
const may: Record<string, readonly Guest[]> = {
  'GET /api/v3/sessions': everybody,
  'GET /api/v3/users/:userId': everybody,
  'GET /api/v3/users/*': everybody,
  'GET /api/v3/network-settings/chat': everybody,
  'GET /xms/api/v1/config/channels': everybody,
  'GET /xms/api/v1/config/tmpl/hsm': reporting,
  'POST /xms/api/v1/session/messages': owners,
  'GET /xms/api/v1/session/messages': owners,
  'GET /api/v1/channels': everybody,
  'GET /api/v1/channels/:id': everybody,
  'GET /api/v1/templates': reporting,
  'GET /api/v1/templates/:code/:lang': reporting,
  'GET /api/v1/agents': reporting,
  'GET /api/v1/agents/:code': reporting,
  'GET /api/v1/tags': reporting,
  'GET /api/v1/tags/:id': reporting,
  'GET /api/v1/custom-fields': reporting,
  'GET /api/v1/custom-fields/:key': reporting,
  'GET /api/v1/contacts': owners,
  'GET /api/v1/contacts/:id': owners,
  'GET /api/v1/sessions': owners,
  'GET /api/v1/sessions/:id': owners,
  'GET /api/v1/sessions/:id/messages': owners,
  'GET /api/v1/messages/:id': owners,
  'GET /v1/partner/templates': reporting,
  'GET /v1partner/templates': reporting,
  'GET /v1/contact/:id': owners,
  'GET /v1/tags': reporting,
  'GET /v1/customfield/group': reporting,
  'GET /v1/agent': reporting,
  'GET /v1/agent/:id': reporting,
};
/** Registering looks at no token, and one’s own token may be revoked. */
const excepted = (route: RouteFacts) =>
  route.access === 'register' || nameOf(route) === 'DELETE /api/v4/sessions';

const tokens = {} as Record<Guest, string>;
const ids: Record<string, string> = {};
let readOnly = '';
let theirs: Awaited<ReturnType<typeof network.another>>;
let theirBot = '';

beforeAll(async () => {
  const put = async (method: string, path: string, body: unknown) => {
    const answer = await api(method, path, body);
    expect(answer.status, `${method} ${path} ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  };
  await put('PUT', '/agents/ann', { email: 'ann@secret.example', name: 'Ann Marker' });
  await put('PUT', '/templates/marker/en', { body: 'Marker' });
  await put('PUT', '/channels/dummy:off', { enabled: false });
  const connector = { url: 'http://127.0.0.1:9/none', verifyToken: 'a-token-of-the-web-site' };
  await put('PUT', '/channels/custom:site', { settings: { ...connector, contactType: 'WEBSITE' } });
  await put('POST', '/endpoints', { url: 'https://marker.example/events', types: ['endpoint.failing'] });
  const sent = await put('POST', '/messages', {
    to: { csid: 'marker' },
    channelId: 'dummy:sandbox',
    content: { text: 'Marker' },
  });
  const file = await put('POST', '/media', 'a file');
  Object.assign(ids, { message: sent.id, session: sent.sessionId, contact: sent.contactId, media: file.id });
  tokens['reporting bot'] = await own.bot('reporting', own.confidential);
  tokens['public bot'] = await own.bot('public');
  tokens.visitor = await own.visitor('visitor');
  tokens['signed in'] = await own.signedIn('huda', 'phone');
  readOnly = (await own.made({ scope: 'read', tenantWide: true })).key;
  theirs = await network.another('theirs');
  theirBot = await theirs.bot('theirs', theirs.confidential);
  // What the sandbox tells of the message comes by itself.
  await until(
    () => api('GET', `/messages/${sent.id}`),
    ({ body }) => body.status === 'READ',
  );
});

/** The address of something that is there, with the ids of our own things in it. */
function addressOf({ url }: RouteFacts): string {
  const noun = /\/(contact|session|message|media)s?\/:id/.exec(url)?.[1];
  return url
    .replace(':id', ids[noun ?? ''] ?? (url.includes('/channels/') ? 'dummy:sandbox' : 'ann'))
    .replace(':code', url.includes('/templates/') ? 'marker' : 'ann')
    .replace(':lang', 'en')
    .replace(/:userId|\*$/, 'huda')
    .replace(/:\w+/g, 'anything');
}

/** Everything that the database holds, but what goes on by itself. */
async function everything(): Promise<Record<string, unknown>> {
  const run = <Row extends object>(text: string) =>
    db.run<Row & Record<string, unknown>>({ name: `test.${text}`.slice(0, 60), text }, []);
  const names = await run<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
  );
  const kept: Record<string, unknown> = {};
  for (const { name } of names) {
    // What Parley does by itself, when it comes to it: the rates of channels and how they fare, the index of words.
    if (/^(channel_budget|channel_health|\w+_search|search_progress|figure_\w+)$/.test(name)) continue;
    const rows = await run<{ row: Record<string, unknown> }>(`select to_jsonb(t) as row from "${name}" t`);
    const told = rows.map(({ row: { last_used_at: _, reads: __, reads_day: ___, ...row } }) =>
      JSON.stringify(row),
    );
    kept[name] = told.sort();
  }
  return kept;
}

const codes: Record<Guest, number> = {
  'reporting bot': 403998,
  'public bot': 403998,
  visitor: 403999,
  'signed in': 400301,
};

/** A refusal, in the words of whose path it is. */
function expectRefusal(guest: Guest, path: string, answer: Awaited<ReturnType<typeof ask>>): void {
  const where = `${guest} at ${path}: ${answer.text}`;
  expect(answer.status, where).toBe(403);
  switch (surfaceAt(surfaces, path)?.name) {
    case 'amity':
      expect(answer.body, where).toMatchObject({ status: 'error', code: codes[guest] });
      break;
    case 'xms':
      expect(answer.body, where).toMatchObject({ status: '403', statusKey: 'FORBIDDEN' });
      break;
    case 'azeer':
      expect(answer.body, where).toMatchObject({ success: false, error: 'Forbidden' });
      break;
    case 'parley':
      expect(answer.body, where).toMatchObject({ error: { code: 'FORBIDDEN' } });
      break;
    default:
      if (path.startsWith('/widget/'))
        expect(answer.body, where).toMatchObject({
          error: { code: expect.stringMatching(/_MAY_NOT$|OUT_OF_REACH/) },
        });
      else expect(answer.body, where).toMatchObject({ status: 403, error: 'forbidden' });
  }
}

const send = (route: { method: string }, path: string, how: Parameters<typeof ask>[2]) =>
  ask(route.method, path, { ...how, ...(!/^(GET|HEAD)$/.test(route.method) && { body: {} }) });

it('the table has the routes of every surface, and the others', () => {
  for (const { name } of surfaces) {
    expect(table.filter(({ url }) => surfaceAt(surfaces, url)?.name === name).length, name).toBeGreaterThan(
      10,
    );
  }
  expect(table.map(nameOf)).toEqual(
    expect.arrayContaining(['POST /webhook/:type/:accountId', 'GET /media/:id', 'GET /livez']),
  );
  expect(Object.keys(may).filter((name) => !table.some((route) => nameOf(route) === name))).toEqual([]);
});

describe('end users write nothing', () => {
  const writes = table.filter((route) => !isRead(route) && !excepted(route));

  it.each(everybody)(
    '%s: each write is refused, whatever key comes along, and changes nothing',
    async (guest) => {
      const bearer = tokens[guest];
      const before = await everything();
      expect(writes.length).toBeGreaterThan(50);
      for (const route of writes) {
        const path = addressOf(route);
        expectRefusal(guest, path, await send(route, path, { bearer }));
        const headers = { 'x-verify-token': 'a-token-of-the-web-site', 'x-server-key': own.server };
        expectRefusal(guest, path, await send(route, path, { bearer, key: own.admin, headers }));
      }
      expect(await everything()).toEqual(before);
    },
    60_000,
  );

  it.each(everybody)('%s: also where nothing is', async (guest) => {
    const bearer = tokens[guest];
    for (const path of [
      '/',
      '/nothing',
      '/api/v3/posts',
      '/api/v1/nothing',
      '/xms/api/v1/nothing',
      '/v1/x',
    ]) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        expectRefusal(guest, path, await send({ method }, path, { bearer }));
      }
      // The inbox is at the root; nothing of it is anybody's.
      if (path !== '/') expect((await ask('GET', path, { bearer })).status, path).toBe(404);
    }
    const preflight = await ask('OPTIONS', '/api/v1/messages', {
      bearer,
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
  });
});

describe('end users read what the contract says', () => {
  const reads = table.filter((route) => isRead(route) && route.access !== undefined);

  it.each(everybody)(
    '%s',
    async (guest) => {
      const bearer = tokens[guest];
      expect(reads.length).toBeGreaterThan(50);
      for (const route of reads) {
        const path = addressOf(route);
        const answer = await send(route, path, { bearer, key: own.admin });
        if (!may[nameOf(route)]?.includes(guest)) expectRefusal(guest, path, answer);
        else if (!/:|\*$/.test(route.url) && route.method === 'GET' && !path.endsWith('session/messages')) {
          expect(answer.status, `${guest} ${path} ${answer.text}`).toBe(200);
        }
        // The limit of calls is tested elsewhere.
        expect(answer.status, path).not.toBe(429);
      }
    },
    60_000,
  );

  it('a reporting bot reads conversations, but no address of an agent, and not how channels are connected', async () => {
    const bearer = tokens['reporting bot'];
    const read = async (path: string) => {
      const answer = await ask('GET', path, { bearer });
      expect(answer.status, path).toBe(200);
      return answer.text;
    };
    expect(await read(`/api/v1/sessions/${ids.session}/messages`)).toContain('Marker');
    expect(await read(`/xms/api/v1/session/messages?sessionId=${ids.session}`)).toContain('Marker');
    expect(await read('/api/v1/contacts')).toContain(ids.contact);
    expect(await read('/api/v1/templates')).toContain('Marker');
    const listed = JSON.parse(await read('/v1/agent')) as { id: number; name: string }[];
    const ann = listed.find(({ name }) => name === 'Ann Marker');
    for (const path of ['/api/v1/agents', '/api/v1/agents/ann', '/v1/agent', `/v1/agent/${ann!.id}`]) {
      const text = await read(path);
      expect(text).toContain('Ann Marker');
      expect(text, path).not.toMatch(/@secret\.example/);
    }
    // Nor can it ask whether an address is somebody's.
    expect((await ask('GET', '/v1/agent/ann@secret.example', { bearer })).status).toBe(404);
    const channels = JSON.parse(await read('/api/v1/channels')).items as Record<string, unknown>[];
    expect(channels.map(({ id }) => id)).toEqual(['custom:site', 'dummy:off', 'dummy:sandbox']);
    for (const channel of channels) {
      expect(channel).toMatchObject({ settings: {}, secrets: [] });
      expect(channel).not.toHaveProperty('webhookUrl');
      expect(channel).not.toHaveProperty('accountId');
    }
  });

  it('the others see active channels alone', async () => {
    for (const guest of ['public bot', 'visitor', 'signed in'] as const) {
      const bearer = tokens[guest];
      const { body } = await ask('GET', '/api/v1/channels', { bearer });
      expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['custom:site', 'dummy:sandbox']);
      const listed = await ask('GET', '/xms/api/v1/config/channels?sandbox=true', { bearer });
      expect(listed.text).not.toContain('dummy:off');
      expectRefusal(guest, '/api/v1/channels/x', await ask('GET', '/api/v1/channels/dummy:off', { bearer }));
      expectRefusal(guest, '/api/v1/channels/x', await ask('GET', '/api/v1/channels/nothing', { bearer }));
    }
  });
});

describe('a key that may only read', () => {
  it('is refused each write, and changes nothing', async () => {
    const writes = table.filter(({ access }) => access === 'write' || access === 'register');
    const before = await everything();
    for (const route of writes) {
      const path = addressOf(route);
      const answers = [await send(route, path, { key: readOnly })];
      if (route.access === 'write') answers.push(await send(route, path, { bearer: readOnly }));
      for (const { status, text } of answers) expect(status, `${nameOf(route)}: ${text}`).toBe(403);
    }
    expect(await everything()).toEqual(before);
  });
});

describe('what comes from another business', () => {
  it('sees nothing of ours', async () => {
    const before = await everything();
    for (const route of table.filter(({ access }) => access !== undefined)) {
      const path = addressOf(route);
      for (const how of [{ bearer: theirBot }, { key: theirs.confidential }]) {
        if (how.key !== undefined && !isRead(route)) continue;
        if (route.access === 'register' || nameOf(route) === 'DELETE /api/v4/sessions') continue;
        const { text } = await send(route, path, how);
        expect(text, nameOf(route)).not.toMatch(/Ann Marker|Marker"|marker_|marker\.example/);
      }
    }
    expect(await everything()).toEqual(before);
  }, 60_000);
});
