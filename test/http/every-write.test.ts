import { afterAll, describe, expect, it } from 'vitest';
import { auditVerbs, kindOf } from '../../src/model/audit.ts';
import { installationKey } from '../apis/parley/server.ts';
import { inboxHouse } from '../inbox/people.ts';
import { audited, ofNoRoute } from './audited-writes.ts';
import { unaudited } from './unaudited-writes.ts';

/** Every write of every surface leaves a line in the audit log, or says why not. The list comes from the server. */
const house = await inboxHouse();
afterAll(house.end);

const writes = house.server.http.table
  .filter(({ method, access }) => access === 'write' || !/^(GET|HEAD|OPTIONS)$/.test(method))
  .map(({ method, url }) => `${method} ${url}`);
/** A route may have several lines in the list: what comes after it in brackets tells them apart. */
const routeOf = (name: string) => name.replace(/ \(.*\)$/, '');

let many = 0;
const newName = () => `one${++many}`;

/** What the tables of the setup hold, by the kinds of lines that a change of them leaves. */
const tables: Readonly<Record<string, readonly string[]>> = {
  business: ['business', 'visitorSecret'],
  app: ['app'],
  api_key: ['key'],
  queue: ['queue'],
  team: ['team'],
  agent: ['agent'],
  agent_password: ['agent'],
  sign_in: ['agent'],
  sign_in_link: ['agent'],
  access_token: ['accessToken', 'agent', 'key', 'endUser'],
  end_user: ['endUser'],
  tag: ['tag'],
  custom_field: ['customField'],
  channel: ['channel'],
  template: ['template'],
  var: ['var'],
  endpoint: ['endpoint'],
  canned_answer: ['cannedAnswer'],
  message: ['message'],
};

/** What Parley writes there by itself, whoever does what. */
const itself = new Set([
  'last_used_at',
  'seen_at',
  'expires_at',
  'reads',
  'reads_day',
  'failures',
  'first_failure_at',
  'told_stage',
]);

async function setup(): Promise<Record<string, string[]>> {
  const held: Record<string, string[]> = {};
  for (const name of Object.keys(tables)) {
    const text = `select to_jsonb(t) as row from "${name}" t`;
    const rows = await house.db.run<{ row: Record<string, unknown> }>(
      { name: `test.rows.${name}`, text },
      [],
    );
    held[name] = rows
      .map(({ row }) => JSON.stringify(Object.entries(row).filter(([column]) => !itself.has(column))))
      .sort();
  }
  return held;
}

/** The lines of one request, in whichever business. */
const linesOf = (requestId: string) =>
  house.db.run<Record<string, unknown>>(
    {
      name: 'test.audit.ofRequest',
      text: 'select verb, kind, who_kind, who_id, address from audit_line where request_id = $1',
    },
    [requestId],
  );

describe('the list', () => {
  it('has every write that there is, once', () => {
    const listed = [...new Set(Object.keys(audited).map(routeOf)), ...Object.keys(unaudited)];
    // The end of one’s own token is no line of the log where it is a customer’s; of somebody else’s it is.
    const missing = writes.filter((name) => !listed.includes(name) && name !== 'DELETE /api/v4/sessions');
    expect(
      missing,
      'a write leaves a line in the audit log, or says why not: test/http/(un)audited-writes.ts',
    ).toEqual([]);
    expect(listed.filter((name) => !writes.includes(name))).toEqual([]);
    expect(listed.filter((name, i) => listed.indexOf(name) !== i)).toEqual([]);
    expect(writes.length).toBeGreaterThan(100);
  });

  it('knows a write for every verb of what is done by hand', () => {
    const left = new Set(Object.values(audited).flatMap(({ leaves }) => leaves));
    const changed = auditVerbs.filter((verb) => !left.has(verb) && !(verb in ofNoRoute));
    // The same route makes and changes, and one change is as good as another.
    expect(changed.filter((verb) => !/\.changed$/.test(verb))).toEqual([]);
  });
});

/** Does it; with what it needs made before `first`. */
async function does(name: string, first: () => Promise<void>) {
  const { path, body, key = installationKey, bearer, headers } = await audited[name]!.call(house, newName);
  await first();
  const answer = await fetch(`${house.address}${path}`, {
    method: name.split(' ')[0]!,
    headers: { ...(bearer ? { authorization: `Bearer ${bearer}` } : { 'x-api-key': key }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const requestId = answer.headers.get('x-request-id')!;
  return { status: answer.status, text: await answer.text(), requestId };
}

describe('a write', () => {
  it.each(Object.entries(audited))('%s', async (name, { leaves, by = 'installationKey', refused }) => {
    let before: Awaited<ReturnType<typeof setup>> = {};
    const { status, text, requestId } = await does(name, async () => {
      before = await setup();
    });
    if (refused) expect(status, text).toBe(refused);
    else expect(status, text).toBeLessThan(300);
    const lines = await linesOf(requestId);
    expect(lines.map(({ verb }) => verb).sort()).toEqual([...leaves].sort());
    for (const line of lines) {
      expect(line).toMatchObject({ who_kind: by, address: '127.0.0.1' });
      expect(line.kind).toBe(kindOf(line.verb as (typeof leaves)[number]));
    }
    // Whatever differs in the setup now, some line of it tells.
    const after = await setup();
    for (const [table, kinds] of Object.entries(tables)) {
      if (JSON.stringify(before[table]) === JSON.stringify(after[table])) continue;
      const told = lines.some(({ kind }) => kinds.includes(String(kind)));
      expect(told, `the table ${table} has changed, and no line says so`).toBe(true);
    }
  });
});

describe('a write whose line cannot be written', () => {
  const alter = (text: string) =>
    house.db.run({ name: `test.${text}`, text: `alter table audit_line ${text}` }, []);

  it.each(Object.keys(audited))('is not done: %s', async (name) => {
    let before: Awaited<ReturnType<typeof setup>> = {};
    const { status, text } = await does(name, async () => {
      before = await setup();
      await alter('add constraint nothing_more check (false) not valid');
    }).finally(() => alter('drop constraint if exists nothing_more'));
    expect(status, text).toBe(500);
    expect(await setup()).toEqual(before);
  });
});
