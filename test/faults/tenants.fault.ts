import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../parley.ts';
import { allHolds, type House, houseKey, openHouse, well } from './house.ts';
import { note } from './table.ts';

let house: House;
let theirKey = '';
/** What there is of our business, by the noun in a path. */
const ours: Record<string, string[]> = {};

beforeAll(async () => {
  house = await openHouse();
  const put = (method: string, path: string, body: unknown) =>
    well(house.call(method, `/api/v1${path}`, body));
  const message = { channelId: 'dummy:sandbox', to: { phone: '966500000000' }, content: { text: 'Marker' } };
  const sent = await put('POST', '/messages', message);
  await put('PUT', '/agents/marker', { email: 'marker@secret.example', name: 'Marker' });
  await put('PUT', '/teams/marker', { name: 'Marker' });
  await put('PUT', '/queues/marker', { name: 'Marker', type: 'AGENT' });
  await put('PUT', '/apps/marker', { name: 'Marker' });
  await put('PUT', '/templates/marker/en', { body: 'Marker' });
  await put('PUT', '/channels/dummy:marker', { name: 'Marker' });
  const tag = await put('POST', '/tags', { name: 'Marker' });
  const key = await put('POST', '/keys', { name: 'Marker' });
  const endpoint = await put('POST', '/endpoints', {
    url: 'http://127.0.0.1:9/marker',
    types: ['endpoint.failing'],
  });
  const file = await put('POST', '/media', 'Marker');
  await until('the sandbox is done', async () => {
    const { body } = await house.call('GET', `/api/v1/messages/${sent.id}`);
    return body.status === 'READ';
  });
  const told = await put('GET', `/messages/${sent.id}`, undefined);
  const [contact] = (await put('GET', '/contacts', undefined)).items;
  const agents = (await well(house.call('GET', '/v1/agent'))) as { id: number }[];
  Object.assign(ours, {
    message: [sent.id, String(told.no)],
    session: [sent.sessionId],
    contact: [sent.contactId, String(contact.no)],
    agent: ['marker', 'marker@secret.example', ...agents.map(({ id }) => String(id))],
    code: ['marker'],
    channel: ['dummy:marker', 'dummy:sandbox'],
    tag: [String(tag.id)],
    key: [key.id],
    endpoint: [endpoint.id],
    media: [file.id],
  });
  theirKey = (await put('POST', '/businesses', { domain: 'theirs' })).key;
});
afterAll(async () => {
  await allHolds(house);
  await house.close();
});

/** Everything that is stored of our business, but what goes on by itself. */
async function everything(): Promise<string> {
  const tables = await house.ask<{ name: string }>(
    `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'business_id' order by 1`,
  );
  const kept: string[] = [];
  for (const { name } of tables) {
    if (
      /^(channel_budget|channel_health|api_key|idempotency|\w+_search|search_progress|figure_\w+)$/.test(name)
    )
      continue;
    const rows = await house.ask<{ row: string }>(
      `select to_jsonb(t)::text as row from "${name}" t where business_id = 1 order by 1`,
    );
    kept.push(name, ...rows.map(({ row }) => row));
  }
  return kept.join('\n');
}

type Operation = [method: string, path: string];

/** Every operation whose path names something, as the server describes itself. */
async function operations(): Promise<Operation[]> {
  const { paths } = (await well(house.call('GET', '/openapi.json'))) as { paths: Record<string, object> };
  return Object.entries(paths).flatMap(([path, one]) =>
    Object.keys(one)
      .filter((method) => /^(get|post|put|patch|delete)$/.test(method))
      .map((method): Operation => [method.toUpperCase(), path]),
  );
}

/** The ids of ours that fit into a path: those of its noun, and every other one, too. */
function filled(path: string): string[] {
  const all = [...new Set(Object.values(ours).flat())];
  return all.map((id) =>
    path.replace(/\{(\w+)\}/g, (_, name) => (name === 'lang' ? 'en' : encodeURIComponent(id))),
  );
}

it('every operation with every id of another business: unknown, each time, and nothing is told or changed', async () => {
  const before = await everything();
  const named = (await operations()).filter(([, path]) => path.includes('{'));
  expect(named.length).toBeGreaterThan(25);
  let calls = 0;
  const wrong: string[] = [];
  for (const [method, path] of named) {
    // A PUT by a code of one's own choice makes something of one's own.
    if (method === 'PUT' && /\{(code|id|key)\}(\/\{lang\})?$/.test(path)) continue;
    for (const url of filled(path)) {
      const { status, text } = await house.call(method, url, method === 'GET' ? undefined : {}, {
        key: theirKey,
      });
      calls += 1;
      if (/Marker|marker@/.test(text.replaceAll(decodeURIComponent(url), '')))
        wrong.push(`${method} ${url} told: ${text.slice(0, 200)}`);
      // What is wrong with the request itself may come first; there is nothing else to find out.
      if (![404, 400, 403].includes(status)) wrong.push(`${method} ${url}: ${status} ${text.slice(0, 200)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(await everything()).toBe(before);
  await note({
    test: 24,
    run: 'every operation, every id',
    runs: calls,
    shown: `${named.length} operations; 0 told, 0 changed`,
  });
});

it('reads by an id of another business answer 404, as for one that there is not', async () => {
  const reads: [string, string[]][] = [
    ['/api/v1/messages/', ours.message!],
    ['/api/v1/sessions/', ours.session!],
    ['/api/v1/contacts/', ours.contact!],
    ['/api/v1/endpoints/', ours.endpoint!],
    ['/api/v1/media/', ours.media!],
    ['/api/v1/agents/', ['marker']],
    ['/api/v1/channels/', ['dummy:marker']],
    ['/v1/contact/', ours.contact!],
    ['/v1/agent/', ours.agent!],
  ];
  let calls = 0;
  for (const [path, ids] of reads) {
    for (const id of ids) {
      calls += 1;
      const theirs = await house.call('GET', path + encodeURIComponent(id), undefined, { key: theirKey });
      expect(theirs.status, `${path}${id} ${theirs.text}`).toBe(404);
    }
    // The first one is there for whom it belongs to.
    expect(
      (await house.call('GET', path + encodeURIComponent(ids[0]!), undefined, { key: houseKey })).status,
      path,
    ).toBeLessThan(405);
  }
  await note({ test: 24, run: 'reads', runs: calls, shown: `${calls} times 404` });
});
