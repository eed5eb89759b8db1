import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/model/ids.ts';
import { forgetOld } from '../../src/store/audit.ts';
import { faultOf, inboxHouse } from '../inbox/people.ts';

const house = await inboxHouse();
const { api, ask, done, db, address } = house;
afterAll(house.end);

interface Line {
  id: string;
  at: number;
  who: Record<string, string>;
  what: string;
  on: Record<string, string>;
  changes: { field: string; before?: unknown; after?: unknown; secret?: string }[];
  requestId: string;
  address: string;
}
const read = async (query: string, key?: string): Promise<{ items: Line[]; next?: string }> => {
  const { status, body } = await api('GET', `/audit?${query}`, undefined, key);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};
const last = async (query: string) => (await read(`${query}&limit=1`)).items[0]!;
const run = (text: string, values: unknown[] = []) =>
  db.run<Record<string, unknown>>({ name: `test.${text}`.slice(0, 60), text }, values);

let admin = '';
beforeAll(async () => {
  admin = await house.agent('boss', { name: 'Boss', role: 'admin' });
});

describe('a line', () => {
  it('says who changed what, from where and how', async () => {
    await done('PUT', '/teams/care', { name: 'Care' });
    const answer = await ask('PUT', '/teams/care', { bearer: admin, body: { name: 'Customer care' } });
    const line = await last('kind=team&id=care');
    expect(line).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      at: expect.any(Number),
      who: { kind: 'agent', id: 'boss', name: 'Boss', agent: 'boss' },
      address: '127.0.0.1',
      requestId: answer.headers.get('x-request-id'),
      what: 'team.changed',
      on: { kind: 'team', id: 'care', name: 'Customer care' },
      changes: [{ field: 'name', before: 'Care', after: 'Customer care' }],
    });
    expect((await api('GET', `/audit/${line.id}`)).body).toEqual(line);
    expect(Math.abs(line.at - Date.now())).toBeLessThan(60_000);
  });

  it('is not written of a change that changes nothing, nor of one that is refused or only tried', async () => {
    await done('PUT', '/teams/quiet', { name: 'Quiet' });
    const [newest] = (await read('limit=1')).items;
    await done('PUT', '/teams/quiet', { name: 'Quiet' });
    expect((await api('PUT', '/queues/none', { app: 'nobody' })).status).toBe(400);
    await done('POST', '/apply?dryRun=true', { teams: [{ code: 'dry' }] });
    expect((await read('limit=1')).items[0]).toEqual(newest);
  });

  it('names the key, the installation, and an access token with the agent behind it', async () => {
    const { key, id } = await done('POST', '/keys', { name: 'Nightly', tenantWide: true });
    await api('PUT', '/teams/night', {}, key);
    expect((await last('id=night')).who).toEqual({ kind: 'key', id, name: 'Nightly' });
    expect((await last(`id=${id}`)).who).toMatchObject({ kind: 'installationKey', name: 'Installation' });
    const { core } = house.server.pipeline;
    const caller = await core.authenticate(key);
    const agent = (await core.setup(caller.businessId)).agents.get('boss')!;
    const { token } = await core.access.openForAgent(caller, agent);
    expect((await ask('PUT', '/teams/token', { bearer: token, body: {} })).status).toBe(201);
    const made = await last('id=token');
    expect(made.who).toMatchObject({ kind: 'accessToken', name: 'Boss', agent: 'boss' });
    // Whatever the agent did, in either way.
    const theirs = (await read('who=agent:boss')).items;
    expect(theirs.map(({ id }) => id)).toContain(made.id);
    expect(theirs.some(({ who }) => who.kind === 'agent')).toBe(true);
    expect((await read('who=accessToken')).items.every(({ who }) => who.kind === 'accessToken')).toBe(true);
    expect((await read(`who=key:${id}`)).items.map(({ on }) => on.id)).toContain('night');
  });

  it('of Parley itself says so: the first start', async () => {
    const made = (await read('who=system&limit=200')).items;
    expect(made.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'business.created',
        'app.created',
        'agent.created',
        'key.created',
        'channel.created',
      ]),
    );
    expect(made.every(({ address, requestId }) => address === undefined && requestId === undefined)).toBe(
      true,
    );
  });

  it('never has a secret in it', async () => {
    const secret = 'a-token-of-the-numbers';
    const settings = { url: 'http://127.0.0.1:9/numbers', verifyToken: secret, contactType: 'WHATSAPP' };
    await done('PUT', '/channels/custom:numbers', { settings });
    const created = await last('id=custom:numbers');
    expect(created.changes).toContainEqual({ field: 'settings.verifyToken', secret: 'set' });
    expect(created.changes).toContainEqual({ field: 'settings.url', after: settings.url });
    await done('PUT', '/channels/custom:numbers', { settings: { ...settings, verifyToken: `${secret}-2` } });
    expect((await last('id=custom:numbers')).changes).toEqual([
      { field: 'settings.verifyToken', secret: 'replaced' },
    ]);
    const endpoint = await done('POST', '/endpoints', {
      url: 'https://crm.example/hook?token=abc',
    });
    await done('POST', `/endpoints/${endpoint.id}/rotate`, { what: 'verifyToken' });
    const rotated = await last(`id=${endpoint.id}`);
    expect(rotated).toMatchObject({
      what: 'endpoint.rotated',
      changes: [{ field: 'verifyToken', secret: 'replaced' }],
    });
    const { key } = await done('POST', '/keys', { name: 'secret one' });
    const { secret: visitors } = await done('POST', '/visitor-secret', {});
    const { token } = await done('POST', '/agents/boss/link', {});
    const kept = JSON.stringify(await run('select * from audit_line'));
    for (const one of [secret, 'token=abc', endpoint.secret, endpoint.verifyToken, key, visitors, token])
      expect(kept).not.toContain(one);
  });

  it('of an endpoint tells that it was taken out of use and back, and was told again', async () => {
    const { id } = await done('POST', '/endpoints', { url: 'https://crm.example/again' });
    await done('PATCH', `/endpoints/${id}`, { enabled: false });
    await done('POST', `/endpoints/${id}/enable`, {});
    await done('POST', `/endpoints/${id}/replay`, { from: 1, to: 5, failed: true });
    const { items } = await read(`kind=endpoint&id=${id}`);
    expect(items.map(({ what }) => what)).toEqual([
      'endpoint.replayed',
      'endpoint.enabled',
      'endpoint.disabled',
      'endpoint.created',
    ]);
    expect(items[0]!.changes).toEqual([
      { field: 'from', after: 1 },
      { field: 'failed', after: true },
      { field: 'to', after: 5 },
    ]);
  });

  it('of a default queue tells also of the one that was it before', async () => {
    await done('PUT', '/queues/first', { app: 'default', isDefault: true });
    const lines = (await read('kind=queue&limit=2')).items;
    expect(
      lines.map(({ what, on, changes }) => [what, on.id, changes.find(({ field }) => field === 'isDefault')]),
    ).toEqual(
      expect.arrayContaining([
        ['queue.created', 'first', { field: 'isDefault', after: true }],
        ['queue.changed', 'default', { field: 'isDefault', before: true, after: false }],
      ]),
    );
  });
});

describe('a failed sign-in', () => {
  it('is told to the business whose account it was, and nothing of accounts that there are not', async () => {
    await house.agent('fay');
    const tryIn = (email: string) =>
      ask('POST', '/sign-in', { body: { email, password: 'not this one', as: 'token' } });
    expect((await tryIn('fay@shop.example')).status).toBe(401);
    const [line] = (await read('what=agent.signInFailed')).items;
    expect(line).toMatchObject({
      who: { kind: 'nobody' },
      on: { kind: 'agent', id: 'fay' },
      address: '127.0.0.1',
      changes: [{ field: 'reason', after: 'WRONG_SIGN_IN' }],
    });
    expect((await tryIn('nobody@shop.example')).status).toBe(401);
    expect((await read('what=agent.signInFailed')).items[0]).toEqual(line);
  });
});

describe('the log', () => {
  it('is read in pages, newest first, and by time', async () => {
    for (let i = 0; i < 5; i++) await done('PUT', `/teams/page${i}`, {});
    const ids: string[] = [];
    let next: string | undefined;
    do {
      const page = await read(`kind=team&limit=2${next ? `&after=${next}` : ''}`);
      ids.push(...page.items.map(({ id }) => id));
      next = page.next;
    } while (next);
    const all = (await read('kind=team&limit=200')).items;
    expect(ids).toEqual(all.map(({ id }) => id));
    expect([...ids].sort().reverse()).toEqual(ids);
    const { at } = all[2]!;
    const within = (await read(`kind=team&from=${at}&to=${at + 1}`)).items;
    expect(within.map(({ id }) => id)).toEqual(all.filter((one) => one.at === at).map(({ id }) => id));
    expect((await read(`to=${all.at(-1)!.at}&kind=team`)).items).toEqual([]);
  });

  it('is searched by any word of a line, in any script, by its beginning', async () => {
    await done('PUT', '/teams/arabic', { name: 'خدمة العملاء' });
    await done('PUT', '/teams/arabic', { name: 'المبيعات' });
    const found = async (q: string, more = '') =>
      (await read(`q=${encodeURIComponent(q)}${more}`)).items.map(({ what }) => what);
    expect(await found('خدمه')).toEqual(['team.changed', 'team.created']);
    expect(await found('arabic team change')).toEqual(['team.changed']);
    expect(await found('arabic', '&what=team.created')).toEqual(['team.created']);
    expect(await found('arabic nowhere')).toEqual([]);
    expect(faultOf(await api('GET', '/audit?q=x'))).toEqual({ status: 400, code: 'INVALID' });
  });

  it.each([
    ['who=somebody', 'who'],
    ['what=team.eaten', 'what'],
    ['kind=cake', 'kind'],
    ['from=yesterday', 'from'],
    ['to=-1', 'to'],
    ['limit=0', 'limit'],
    ['format=pdf', 'format'],
  ])('names the field that makes no sense: %s', async (query, field) => {
    const { status, body } = await api('GET', `/audit?${query}`);
    expect(status).toBe(400);
    expect(body.error.fields[0].field).toBe(field);
  });

  it('is for administrators and keys of the setup; other people and another business read nothing', async () => {
    const supervisor = await house.agent('sue', { role: 'supervisor' });
    const agent = await house.agent('al', {});
    const { key } = await done('POST', '/keys', { name: 'of an app' });
    for (const bearer of [supervisor, agent])
      expect(faultOf(await ask('GET', '/audit', { bearer }))).toEqual({
        status: 403,
        code: 'NOT_TENANT_WIDE',
      });
    expect((await api('GET', '/audit', undefined, key)).status).toBe(403);
    expect((await ask('GET', '/audit', { bearer: admin })).status).toBe(200);
    const other = await done('POST', '/businesses', { domain: `other${Date.now()}` });
    const theirs = (await read('limit=200', other.key)).items;
    // Whoever made it is of another business: nothing of that is told.
    expect(theirs.length).toBeGreaterThan(3);
    expect(theirs.every(({ who }) => who.kind === 'installationKey' && !who.id && !who.name)).toBe(true);
    const [ours] = (await read('limit=1')).items;
    expect((await api('GET', `/audit/${ours!.id}`, undefined, other.key)).status).toBe(404);
    expect((await read('q=care', other.key)).items).toEqual([]);
    expect((await api('GET', '/audit/nothing')).status).toBe(404);
  });
});

describe('the table', () => {
  const table = async (query: string) => {
    const answer = await fetch(`${address}/api/v1/audit?format=csv&${query}`, {
      headers: { authorization: `Bearer ${admin}` },
    });
    const text = await answer.text();
    return { answer, text, rows: rowsOf(text) };
  };
  /** The cells of a table, as a program for tables reads them. */
  function rowsOf(text: string): string[][] {
    const rows: string[][] = [[]];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
      rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
      if (end === '\r\n') rows.push([]);
      if (end === '') break;
    }
    return rows.slice(0, -1);
  }

  it('has every line that is wanted, is no formula anywhere, and is written down itself', async () => {
    await done('PUT', '/teams/formula', { name: '=HYPERLINK("https://evil.example")' });
    const { answer, text, rows } = await table('kind=team');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"');
    expect(text).not.toMatch(/(^|,|")[=+@]/m);
    expect(rows[0]!.slice(0, 4)).toEqual(['at', 'who', 'who id', 'who name']);
    const all = (await read('kind=team&limit=200')).items;
    expect(rows.slice(1).map((row) => row[7])).toEqual(all.map(({ on }) => on.id));
    expect(rows.find((row) => row[7] === 'formula')![8]).toBe(`'=HYPERLINK("https://evil.example")`);
    expect(await last('what=audit.exported')).toMatchObject({
      who: { id: 'boss' },
      changes: [{ field: 'kind', after: 'team' }],
      requestId: answer.headers.get('x-request-id'),
    });
  });

  it('is as long as it is: more than is read at once', async () => {
    const document = { tags: Array.from({ length: 1100 }, (_, i) => ({ name: `tag ${i}` })) };
    await done('POST', '/apply', document);
    const { rows } = await table('kind=tag&what=tag.created');
    const named = rows.slice(1).map((row) => row[8]);
    expect(named).toHaveLength(1100);
    expect(new Set(named).size).toBe(1100);
  });
});

describe('lines stay', () => {
  it('whoever has the tables cannot change them, or take young ones away', async () => {
    await done('PUT', '/teams/stays', {});
    for (const text of [
      `update audit_line set verb = 'team.removed'`,
      'delete from audit_line',
      'truncate audit_line',
    ])
      await expect(run(text)).rejects.toThrow('neither changed nor taken away');
    expect((await last('id=stays')).what).toBe('team.created');
  });

  it('until they are old', async () => {
    const insert = async (days: number) => {
      const id = newId(Date.now() - days * 86_400_000);
      // Ids go on from the last one: the time is in the column.
      await run(
        `insert into audit_line (business_id, id, at, who_kind, verb, kind, words)
         values ($1, $2, now() - $3::float * interval '1 day', 'system', 'team.changed', 'team', '')`,
        [house.business, id, days],
      );
      return id;
    };
    const [old, kept] = [await insert(401), await insert(399)];
    await forgetOld(db, 400);
    const left = (await run('select id from audit_line where id = any($1::text[])', [[old, kept]])).map(
      ({ id }) => id,
    );
    expect(left).toEqual([kept]);
  });
});
