import { createHash, scryptSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { put as putPassword } from '../../src/store/agent-passwords.ts';
import { until } from '../apis/parley/server.ts';
import { inboxHouse, password } from '../inbox/people.ts';
import { type Least, leastRole, manyLines } from './roles.ts';

/**
 * Every route of /api/v1, as people of each role call it who signed in with their password. The list of routes comes from
 * the server: none escapes it.
 */
const house = await inboxHouse();
const { done, api, db } = house;
afterAll(house.end);

const prefix = '/api/v1';
const table = house.server.http.table
  .filter(({ url, method }) => url.startsWith(`${prefix}/`) && !/^(HEAD|OPTIONS)$/.test(method))
  .filter(({ access }) => access !== undefined)
  .map(({ method, url }) => ({ method, path: url.slice(prefix.length) }))
  // The socket is asked in test/live.
  .filter(({ path }) => path !== '/live')
  .map((route) => ({ ...route, name: `${route.method} ${route.path}` }));

/** Who calls: an agent who sees a part of the sessions, one who sees all, a supervisor, an administrator, and that of another business. */
const people = ['agent', 'agentOfAll', 'supervisor', 'admin', 'outsider'] as const;
type Person = (typeof people)[number];

const may: Readonly<Record<Least, readonly Person[]>> = {
  agent: people,
  seesAll: ['agentOfAll', 'supervisor', 'admin', 'outsider'],
  supervisor: ['supervisor', 'admin', 'outsider'],
  admin: ['admin', 'outsider'],
  nobody: [],
};

const emails: Record<Person, string> = {
  agent: 'al@shop.example',
  agentOfAll: 'al@shop.example',
  supervisor: 'sue@shop.example',
  admin: 'root@shop.example',
  outsider: 'eve@other.example',
};

/** What is ours, in words that are nowhere else, and who may read of it. */
const marks: Readonly<Record<string, readonly Person[]>> = {
  'words of his own': ['agent', 'agentOfAll', 'supervisor', 'admin'],
  'words of a colleague': ['agentOfAll', 'supervisor', 'admin'],
  'a tag of ours': ['agent', 'agentOfAll', 'supervisor', 'admin'],
  'an answer of ours': ['agent', 'agentOfAll', 'supervisor', 'admin'],
  'a key of ours': ['admin'],
  'endpoint-of-ours': ['admin'],
  'a deed of ours': ['admin'],
  'a-secret-of-a-channel': [],
};

const hook = createServer((_, answer) => answer.end('ok')).listen(0, '127.0.0.1');
await once(hook, 'listening');
const heard = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
afterAll(() => void hook.close());

/** Ids of things that are there, by the noun before them in the address. */
const ids: Record<string, string> = {};
const read: Record<Person, string> = { agent: '', agentOfAll: '', supervisor: '', admin: '', outsider: '' };
let hidden = { session: '', contact: '' };

beforeAll(async () => {
  await done('PUT', '/channels/dummy:sandbox', { queue: 'agent_desk', settings: { speed: 100 } });
  const settings = {
    url: 'http://127.0.0.1:9/none',
    verifyToken: 'a-secret-of-a-channel',
    contactType: 'WEBSITE',
  };
  await done('PUT', '/channels/custom:site', { settings });
  // What waits in the queue of all is not his.
  await done('PUT', '/queues/vip', { type: 'AGENT' });
  await house.agent('al', { queues: ['vip'] });
  await house.agent('bea');
  await house.agent('sue', { role: 'supervisor' });
  const root = house.as(await house.agent('root', { role: 'admin' }));
  await done('PUT', '/canned-answers/hours', { text: 'an answer of ours' });
  await done('PUT', '/templates/hello/en', { body: 'Hello' });
  await done('PUT', '/vars/hotline', { value: '123' });
  await done('PUT', '/custom-fields/loyalty', {});
  await done('PUT', '/teams/care', { name: 'a deed of ours' });
  await done('DELETE', '/teams/care');
  await done('PUT', '/teams/care', {});
  const tag = await done('POST', '/tags', { name: 'a tag of ours' });
  const { id: key } = await done('POST', '/keys', { name: 'a key of ours' });
  const endpoint = await done('POST', '/endpoints', {
    url: `${heard}/endpoint-of-ours`,
    types: ['contact.created'],
  });
  const talk = async (csid: string, agent: string, text: string) => {
    const path = `/inbox/simulator/dummy:sandbox/phones/${csid}/messages`;
    const { sessionId: session, contactId: contact } = await root('POST', path, { text, name: 'Amina' });
    await root('PUT', `/inbox/sessions/${session}/holder`, { agent });
    return { session, contact };
  };
  const own = await talk('966500000019', 'al', 'words of his own');
  hidden = await talk('966500000029', 'bea', 'words of a colleague');
  const { items } = await done('GET', `/sessions/${own.session}/messages`);
  const file = await done('POST', '/media', 'a file');
  // Once it is told everything, nothing of it changes by itself.
  const told = await until(
    () => done('GET', `/endpoints/${endpoint.id}/deliveries`),
    ({ items }) => items.length === 2 && items.every((one: { state: string }) => one.state === 'delivered'),
  );
  const line = (await done('GET', '/audit?kind=team')).items.at(-1);
  Object.assign(ids, {
    ...{ sessions: own.session, contacts: own.contact, messages: items[0].id, media: file.id },
    ...{ tags: String(tag.id), keys: key, endpoints: endpoint.id, audit: line.id, channels: 'dummy:sandbox' },
    ...{ agents: 'al', teams: 'care', queues: 'agent_desk', apps: 'default', 'custom-fields': 'loyalty' },
    ...{ seq: String(told.items[0].seq) },
    ...{ 'canned-answers': 'hours', vars: 'hotline', 'channel-types': 'dummy', simulator: 'dummy:sandbox' },
  });
  const other = await done('POST', '/businesses', { domain: 'other' });
  const { id: theirs } = (await api('GET', '/business', undefined, other.key)).body;
  await api('PUT', '/agents/eve', { email: emails.outsider, role: 'admin' }, other.key);
  const hash = scryptSync(password, 'salt', 32, { N: 2, r: 1, p: 1 }).toString('base64');
  await putPassword(db, theirs, 'eve', `scrypt$2$1$1$c2FsdA==$${hash}`);
});

/** Signs somebody in, as a door of ours does: each call comes with a sign-in of its own, since some end it. */
async function call(who: Person, method: string, path: string) {
  const { status, body } = await house.signIn(emails[who]);
  expect(status, `${who} signs in`).toBe(200);
  return house.ask(method, path, { bearer: body.token, ...(method !== 'GET' && { body: {} }) });
}

/** An address with the ids of what is ours; what is written to is nothing that is there. */
function addressOf({ method, path }: { method: string; path: string }): string {
  if (method !== 'GET') return path.replace(/:\w+/g, 'nothing');
  const noun = path.split('/:')[0]!.split('/').at(-1)!;
  const more: Record<string, string> = {
    lang: 'en',
    csid: '966500000019',
    seq: ids.seq!,
    type: 'dummy',
    code: 'hello',
  };
  return path
    .replace(/:(id|code|key|type|channel)/, (_, name) => ids[noun] ?? more[name] ?? 'nothing')
    .replace(/:(\w+)/g, (_, name) => more[name] ?? 'nothing')
    .replace(/^\/inbox\/search$/, '/inbox/search?q=words');
}

/** All that is set up and said in our business, but what goes on by itself. */
async function everything(): Promise<Record<string, string>> {
  const names = await db.run<{ name: string }>(
    {
      name: 'test.tables',
      text: `select table_name as name from information_schema.columns
             where table_schema = 'public' and column_name = 'business_id' order by 1`,
    },
    [],
  );
  const itself =
    /^(sign_in|audit_line|channel_budget|channel_health|\w*figures?\w*|\w+_search|search_progress|idempotency\w*)$/;
  const kept: Record<string, string> = {};
  for (const { name } of names.filter((one) => !itself.test(one.name))) {
    const rows = await db.run<{ row: Record<string, unknown> }>(
      { name: `test.all.${name}`, text: `select to_jsonb(t) as row from "${name}" t where business_id = $1` },
      [house.business],
    );
    const told = rows.map(({ row: { last_used_at: _, ...row } }) => JSON.stringify(row)).sort();
    // What differs is told by the name of its table.
    kept[name] = createHash('sha256').update(told.join('\n')).digest('hex');
  }
  return kept;
}

const codes = /^(NO_SUPERVISOR|NOT_TENANT_WIDE|NOT_INSTALLATION|OWN_SESSIONS_ONLY)$/;

it('every route has its least role in the list, once', () => {
  expect(
    table.map(({ name }) => name).filter((name) => !leastRole.has(name)),
    'test/http/roles.ts',
  ).toEqual([]);
  expect([...leastRole.keys()].filter((name) => !table.some((route) => route.name === name))).toEqual([]);
  expect(leastRole.size).toBe(manyLines);
  expect(table.length).toBeGreaterThan(140);
});

describe('what somebody may not do', () => {
  it.each(people)(
    '%s: is refused, says why, and changes nothing',
    async (who) => {
      await done('PATCH', '/business', { settings: { agentsSee: who === 'agent' ? 'own' : 'all' } });
      const refused = table.filter(({ name }) => !may[leastRole.get(name)!].includes(who));
      expect(refused.length).toBeGreaterThan(2);
      const before = await everything();
      for (const route of refused) {
        const { status, body, text } = await call(who, route.method, addressOf(route));
        expect(status, `${route.name}: ${text}`).toBe(403);
        expect(body.error.fields[0].code, route.name).toMatch(codes);
      }
      expect(await everything()).toEqual(before);
    },
    120_000,
  );
});

describe('what somebody may do', () => {
  it.each(people)(
    '%s: is not refused, and reads what is theirs alone',
    async (who) => {
      await done('PATCH', '/business', { settings: { agentsSee: who === 'agent' ? 'own' : 'all' } });
      const before = await everything();
      for (const route of table.filter(({ name }) => may[leastRole.get(name)!].includes(who))) {
        const path = addressOf(route);
        const { status, text } = await call(who, route.method, path);
        expect(status, `${route.name}: ${text}`).not.toBe(403);
        expect(status, `${route.name}: ${text}`).toBeLessThan(500);
        if (route.method !== 'GET') continue;
        // Of another business nothing of ours is there; one's own lists are.
        const isThere = who === 'outsider' ? !path.includes(ids.sessions!) && !/\/:/.test(route.path) : true;
        if (isThere && !path.includes('nothing')) expect(status, `${route.name}: ${text}`).toBe(200);
        read[who] += text;
      }
      // What a colleague has, asked for by its id.
      for (const path of [
        ...['', '/messages'].flatMap((end) => [
          `/inbox/sessions/${hidden.session}${end}`,
          `/sessions/${hidden.session}${end}`,
        ]),
        `/inbox/contacts/${hidden.contact}`,
        `/inbox/contacts/${hidden.contact}/sessions`,
        `/contacts/${hidden.contact}`,
        `/messages?q=966500000029`,
      ]) {
        const { status, text } = await call(who, 'GET', path);
        expect(status, `${path}: ${text}`).toBeLessThan(500);
        read[who] += text;
      }
      for (const [mark, readers] of Object.entries(marks))
        expect(read[who].includes(mark), `${who} reads “${mark}”`).toBe(readers.includes(who));
      if (who === 'outsider') expect(await everything()).toEqual(before);
    },
    120_000,
  );
});
