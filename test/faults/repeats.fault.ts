import { afterAll, beforeAll, expect, it } from 'vitest';
import { isWebhookSigned } from '../../src/model/webhook.ts';
import { until } from '../parley.ts';
import { type Answer, allHolds, type House, openHouse, short, well } from './house.ts';
import { listenAt, meet, type Peers, startPeers } from './peers.ts';
import { note } from './table.ts';

let house: House;
let peers: Peers;
const admin = { email: 'admin@house.example', password: 'of the fault tests' };
/** Of the sign-in of the administrator. */
let token: string;

beforeAll(async () => {
  const env = { PARLEY_ADMIN_EMAIL: admin.email, PARLEY_ADMIN_PASSWORD: admin.password };
  [house, peers] = await Promise.all([openHouse({ env }), startPeers()]);
  token = (await well(house.call('POST', '/api/v1/sign-in', { ...admin, as: 'token' }))).token;
});
afterAll(async () => {
  peers.close();
  await allHolds(house);
  await house.close();
});

const message = { channelId: 'dummy:sandbox', to: { phone: '966500000000' }, content: { text: 'Hello' } };

/** What agents do is done by the administrator. */
const under = (key: string, method: string, path: string, body: unknown) =>
  house.call(method, path, body, {
    headers: {
      'idempotency-key': key,
      ...(path.includes('/inbox/') && { authorization: `Bearer ${token}` }),
    },
    ...(path.includes('/inbox/') && { key: '' }),
  });

async function count(table: string): Promise<number> {
  const [row] = await house.ask<{ n: number }>(`select count(*)::int as n from ${table}`);
  return row!.n;
}

it('a hundred at once under one key have one effect; another body and a key of 256 characters are refused', async () => {
  const rounds = short ? 3 : 20;
  for (let round = 0; round < rounds; round++) {
    const before = await count('message');
    const key = `hundred-${round}`;
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => under(key, 'POST', '/api/v1/messages', message)),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    expect(
      [...new Set(answers.map(({ status }) => status))].filter((status) => status !== 201 && status !== 409),
    ).toEqual([]);
    expect(await count('message')).toBe(before + 1);
    const other = await under(key, 'POST', '/api/v1/messages', { ...message, content: { text: 'Bye' } });
    expect(other.status).toBe(422);
  }
  const long = await under('k'.repeat(256), 'POST', '/api/v1/messages', message);
  expect(long.status).toBe(400);
  expect(long.body.error.fields).toMatchObject([{ field: 'idempotency-key' }]);
  await note({
    test: 25,
    run: '100 at once; another body; 256 characters',
    runs: rounds * 101 + 1,
    shown: `${rounds} effects, ${rounds} times 422, 400`,
  });
});

/** A conversation that is there. */
async function session(): Promise<string> {
  const { sessionId } = await well(house.call('POST', '/api/v1/messages', message));
  return sessionId;
}

/** An endpoint that is told of new contacts. */
const endpoint = () => listenAt(house, `${peers.url}/ok/signed`);

/** Every kind of write, what it makes, and where that can be counted. */
const writes: [
  what: string,
  table: string,
  method: string,
  path: string | (() => Promise<string>),
  body: () => unknown,
][] = [
  ['a message', 'message', 'POST', '/api/v1/messages', () => message],
  [
    'a message of XMS',
    'message',
    'POST',
    '/xms/api/v1/message/send',
    () => ({ channelId: 'dummy:sandbox', to: { phone: '966500000000' }, text: { body: 'x' } }),
  ],
  [
    'a contact',
    'contact',
    'POST',
    '/api/v1/contacts',
    () => ({ contacts: [{ channelId: 'dummy:sandbox', csid: '966500000077' }] }),
  ],
  ['a key', 'api_key', 'POST', '/api/v1/keys', () => ({ name: 'made once' })],
  ['a tag', 'tag', 'POST', '/api/v1/tags', () => ({ name: 'made once' })],
  [
    'an endpoint',
    'endpoint',
    'POST',
    '/api/v1/endpoints',
    () => ({ url: 'http://127.0.0.1:9/once', types: ['contact.created'] }),
  ],
  [
    'a note',
    'message',
    'POST',
    async () => `/api/v1/inbox/sessions/${await session()}/notes`,
    () => ({ text: 'Calls back on Monday' }),
  ],
  [
    'another secret',
    'audit_line',
    'POST',
    async () => `/api/v1/endpoints/${await endpoint()}/rotate`,
    () => ({ what: 'secret' }),
  ],
];

/**
 * The answer of a keyed request is kept after what it did is committed. A lock makes it wait there, so that
 * the process dies exactly in between, every time.
 */
async function diesBeforeItKeepsTheAnswer(ask: () => Promise<Answer>): Promise<void> {
  await house.ask(
    `create or replace function wait_here() returns trigger language plpgsql as
     'begin if new.answer is not null then perform pg_sleep(60); end if; return new; end'`,
  );
  await house.ask(
    'create or replace trigger wait_here before update on idempotency for each row execute function wait_here()',
  );
  const asked = ask().then(
    () => 'answered',
    () => 'broken off',
  );
  await until(
    'what it did is committed, and its answer is about to be kept',
    async () => {
      const waiting = await house.ask(`select 1 from pg_stat_activity where wait_event = 'PgSleep'`);
      return waiting.length > 0;
    },
    60_000,
  );
  await house.kill(house.parleys[0]!);
  await house.ask(`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`);
  expect(await asked).toBe('broken off');
  await house.ask('drop trigger wait_here on idempotency');
  await house.start();
  // Whoever died had the right to do it for a while; that is over now.
  await house.ask(
    `update idempotency set lease_until = now() - interval '1 s' where lease_until is not null`,
  );
}

/** The endpoint is called with a signature by this secret. */
async function signsWith(secret: string): Promise<void> {
  const before = peers.of('signed').length;
  await meet(house, 1);
  await until('it is told something', () => peers.of('signed').length > before);
  const { headers, body } = peers.of('signed').at(-1)!;
  expect(isWebhookSigned(headers, body, secret, Date.now())).toBe(true);
}

/** In the short form those of which each attempt would make another one. */
const chosen = short ? writes.filter(([what]) => /^a (message|key|note)$|secret/.test(what)) : writes;

it.each(chosen)(
  '%s: kill -9 between what it did and the keeping of its answer does it once',
  async (what, table, method, at, body) => {
    const path = typeof at === 'string' ? at : await at();
    const before = await count(table);
    const key = `crash ${what}`;
    await diesBeforeItKeepsTheAnswer(() => under(key, method, path, body()));
    expect(await count(table)).toBe(before + 1);
    const again = await under(key, method, path, body());
    expect(again.status, again.text).toBeLessThan(300);
    expect(await count(table)).toBe(before + 1);
    if (what.includes('secret')) await signsWith(again.body.secret);
    const third = await under(key, method, path, body());
    expect(third.headers.get('idempotency-replayed')).toBe('true');
    expect(third.text).toBe(again.text);
    await well(house.call('GET', '/api/v1/channels'));
    await note({
      test: 25,
      run: `kill -9 before the answer of ${what} is kept`,
      runs: 1,
      kills: 1,
      shown: '1 effect',
    });
  },
);
