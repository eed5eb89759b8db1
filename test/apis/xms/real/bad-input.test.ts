import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../../../src/apis/xms/routes.ts';
import { type House, openHouse, type Reply, type Thing } from './house.ts';
import { kioskToken } from './setup.ts';

let house: House;
let valid: Record<string, Thing>;
beforeAll(async () => {
  house = await openHouse();
  const { session, contactId } = await house.kioskSays('g1', 'Hi');
  const { sessionId } = session!;
  const link = { linkName: 'identity', linkType: 'CUSTOMER', linkValue: 'P-1' };
  valid = {
    'config/webhook': { url: `${house.outside.url}/apps/front` },
    'contact/prefs/lang': { contactId, lang: 'en_US' },
    'data/push': { type: 'CUSTOMER', id: 'C1', data: { tier: 'gold' }, links: [link] },
    'event/push': { eventName: 'SEEN', id: 'E1', data: { page: '/' }, links: [link] },
    'contact/info': { csid: 'g1', profile: { name: 'Ann', email: 'a@example.com', phone: '49151' } },
    'message/receive': {
      contacts: [{ csid: 'g1', profile: { name: 'Ann' }, businessProfile: { profileId: 'C1' } }],
      messages: [
        {
          id: 'M1',
          messageIdExt: 'X1',
          from: 'g1',
          text: { body: 'Hi', subject: 'S' },
          input: { reply_id: 'R' },
        },
      ],
      statuses: [{ id: 'none', messageIdExt: 'none', status: 'READ', errors: [{ code: '1', title: 'T' }] }],
      events: [{ eventCode: 'DOOR_OPENED', contactId }],
      actions: [{ actionCode: 'SEND_INVOICE' }],
    },
    'message/send': {
      channelId: 'custom:mail',
      to: { email: 'ann@example.com', name: 'Ann' },
      text: { body: 'Hi', subject: 'S' },
      options: { buttons: [{ label: 'Yes', code: 'YES', desc: 'D' }] },
    },
    'session/messages': { sessionId },
    'session/routing': {
      sessionId,
      queue: 'front',
      agent: 'ann',
      team: 'sales',
      note: 'N',
      skills: ['english'],
      params: {},
    },
    'session/resolve': { sessionId },
    'session/close': { sessionId },
  };
});
afterAll(() => house.close());

const posts = operations.filter(({ method }) => method === 'POST');
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

/** Asks an operation with what lets one in. */
function ask({ method, path, access }: (typeof operations)[number], body?: string): Promise<Reply> {
  const headers: Record<string, string> =
    access === 'connector' ? { 'x-verify-token': kioskToken } : { 'x-api-key': house.front.key };
  return house.request(method, path, method === 'GET' ? undefined : (body ?? '{}'), headers);
}

/** The one shape of every refusal. */
function expectRefusal({ status, body, headers }: Reply, expected: number | number[], about: string): void {
  expect([expected].flat(), `${about}: ${JSON.stringify(body.errors)}`).toContain(status);
  expect(headers['content-type'], about).toContain('application/json');
  expect(body, about).toMatchObject({
    results: [],
    status: String(status),
    statusKey: expect.stringMatching(/^[A-Z_]+$/),
    errors: expect.any(Array),
    path: expect.stringMatching(/^\/xms\/api\/v1\//),
    traceid: expect.stringMatching(/^[0-9a-f]{24}$/),
  });
}

async function storingNothing(work: () => Promise<void>): Promise<void> {
  await house.rest();
  const before = await house.counts();
  await work();
  await house.rest();
  expect(await house.counts()).toEqual(before);
}

interface Schema {
  type?: string;
  enum?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  'x-from-text'?: string;
}

/** A value at a place of a body, and the path under which a fault there is told. */
interface Place {
  field: string;
  schema: Schema;
  bodyWith(value: unknown): unknown;
}

/** Every place in a schema, however deep. */
function placesIn(schema: Schema, field = '', bodyWith: Place['bodyWith'] = (value) => value): Place[] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    placesIn(property, field ? `${field}.${name}` : name, (value) => bodyWith({ [name]: value })),
  );
  const items = schema.items ? placesIn(schema.items, `${field}[0]`, (value) => bodyWith([value])) : [];
  return [...(field ? [{ field, schema, bodyWith }] : []), ...inner, ...items];
}

/** What cannot stand for a value of this kind. */
function wrongFor(schema: Schema): unknown[] {
  if (schema.enum) return ['no such value', [], {}];
  switch (schema.type) {
    case 'string':
      return [['text'], { text: 'text' }];
    case 'boolean':
      return ['perhaps', 2, []];
    case 'integer':
      return ['soon', 1.5, {}];
    case 'array':
      return [{}, 'text'];
    case 'object':
      return schema['x-from-text'] ? [[]] : ['text', 7, [{}]];
    default:
      return [];
  }
}

describe('who is let in', () => {
  it.each(operations.map((one) => [nameOf(one), one] as const))(
    '%s: nobody without a key or a token',
    async (_, operation) => {
      const { method, path } = operation;
      await storingNothing(async () => {
        for (const headers of [{}, { 'x-api-key': 'wrong', 'x-verify-token': 'wrong' }] as Record<
          string,
          string
        >[]) {
          const body = method === 'GET' ? undefined : JSON.stringify(valid[path]);
          expectRefusal(await house.request(method, path, body, headers), 401, nameOf(operation));
        }
      });
    },
  );

  it.each(
    operations.filter(({ access }) => access !== 'connector').map((one) => [nameOf(one), one] as const),
  )(
    '%s: not with a key for web pages, and no writing with one for reading',
    async (_, { method, path, access }) => {
      const body = method === 'GET' ? undefined : JSON.stringify(valid[path]);
      const by = (key: string) => house.request(method, path, body, { 'x-api-key': house.keys[key]! });
      await storingNothing(async () => {
        expectRefusal(await by('front/page'), 403, path);
        if (access === 'write') expectRefusal(await by('front/reader'), 403, path);
      });
      if (access === 'read') expect((await by('front/reader')).status).not.toBe(403);
    },
  );
});

describe('what is no request', () => {
  const deep = '{"a":'.repeat(10_000);
  const bodies: [about: string, body: string | Buffer, status: number | number[]][] = [
    ['half of an object', '{"to":', 400],
    ['no JSON', '<to>me</to>', 400],
    ['two objects', '{}{}', 400],
    ['a list', '[{}]', 400],
    ['a text', '"text"', 400],
    ['a number', '12', 400],
    ['false', 'false', 400],
    ['null', 'null', 400],
    ['nothing', '', 400],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ['deep nesting', deep, 400],
    ['deep nesting that ends', `{"x":${'['.repeat(40)}${']'.repeat(40)}}`, 400],
    ['a number beyond all numbers', '{"x":1e400}', 400],
    ['NUL', '{"x":"a\\u0000b"}', 400],
    ['NUL in a key', '{"a\\u0000b":1}', 400],
    ['half of a surrogate pair', '{"x":"\\ud83d"}', 400],
    ['__proto__', '{"__proto__":{"to":{"phone":"1"}}}', 400],
    ['__proto__ in disguise', '{"data":{"\\u005f_proto__":{"admin":true}}}', 400],
    ['more than a megabyte', `{"x":"${'x'.repeat(1_100_000)}"}`, 413],
  ];

  it.each(posts.map((one) => [nameOf(one), one] as const))(
    '%s: is refused, whatever it is',
    async (_, operation) => {
      await storingNothing(async () => {
        for (const [about, body, status] of bodies) {
          const headers: Record<string, string> =
            operation.access === 'connector'
              ? { 'x-verify-token': kioskToken }
              : { 'x-api-key': house.front.key };
          const reply = await house.request('POST', operation.path, body, headers);
          expectRefusal(reply, status, `${operation.path}: ${about}`);
        }
      });
    },
  );
});

describe('what has the wrong type', () => {
  const cases = operations.flatMap((one) => (one.body ? [[nameOf(one), one, one.body] as const] : []));

  it.each(cases)('%s: is refused at every place, naming the field', async (_, operation, schema) => {
    const places = placesIn(schema as unknown as Schema);
    expect(places.length).toBeGreaterThan(0);
    await storingNothing(async () => {
      for (const { field, schema: place, bodyWith } of places) {
        for (const wrong of wrongFor(place)) {
          const about = `${operation.path} ${field} = ${JSON.stringify(wrong)}`;
          const reply = await ask(operation, JSON.stringify(bodyWith(wrong)));
          expectRefusal(reply, 400, about);
          expect(reply.body, about).toMatchObject({
            statusKey: 'PARAM_INVALID',
            errors: [{ field, obzect: operation.needs.dto, codeKey: 'PARAM_INVALID' }],
          });
        }
      }
    });
  });
});

describe('what is too long', () => {
  /** The body with one of its texts replaced by another, for each of them. */
  function* replaced(body: unknown, by: unknown): Generator<unknown> {
    if (typeof body === 'string') yield by;
    if (typeof body !== 'object' || body === null) return;
    for (const [key, value] of Object.entries(body)) {
      for (const other of replaced(value, by)) {
        yield Array.isArray(body) ? body.with(Number(key), other) : { ...body, [key]: other };
      }
    }
  }

  it.each(posts.map((one) => [nameOf(one), one] as const))(
    '%s: is taken or refused, and never a fault of ours',
    async (_, operation) => {
      // Nothing that packs well: an index takes some 2,700 bytes, packed.
      const long = randomBytes(6000).toString('base64');
      for (const other of [long, '٣'.repeat(3000), '9'.repeat(400), '-1', '%', '\u202e', ' ', '']) {
        for (const body of replaced(valid[operation.path], other)) {
          const reply = await ask(operation, JSON.stringify(body));
          const about = `${operation.path} ${JSON.stringify(body).slice(0, 200)}`;
          if (reply.status === 200) expect(reply.text, about).not.toBe('');
          else expectRefusal(reply, [400, 403, 404], about);
        }
      }
      await house.rest();
    },
  );

  it('GET: is taken or refused, and never a fault of ours', async () => {
    const queries = ['%00', '%ff', '%ed%a0%80', 'x'.repeat(4000), '[]=1', '=&=', '__proto__=1', '%'];
    for (const { path } of operations.filter(({ method }) => method === 'GET')) {
      for (const query of queries) {
        for (const name of ['channelId', 'channelStatus', 'sabdnox', 'sessionId']) {
          const reply = await house.front.get(`${path}?${name}=${query}&${name}=${query}`);
          if (reply.status !== 200) expectRefusal(reply, [400, 404], `${path}?${name}=${query}`);
        }
      }
    }
  });
});

describe('what is missing', () => {
  it.each(posts.map((one) => [nameOf(one), one] as const))('%s: is named', async (_, operation) => {
    const { required = [], anyOf = [] } = operation.needs;
    await storingNothing(async () => {
      const reply = await ask(operation, '{}');
      expectRefusal(reply, 400, operation.path);
      expect(reply.body.statusKey).toBe('PARAM_MISSING');
      const fields = reply.body.errors.map(({ field }) => field);
      expect(fields).toEqual([...required, ...anyOf.slice(0, 1)]);
      for (const field of required) {
        const { [field]: _, ...rest } = valid[operation.path]!;
        const one = await ask(operation, JSON.stringify(rest));
        expect(one.body.errors[0], field).toMatchObject({ field, code: 'REQUIRED' });
      }
    });
  });
});
