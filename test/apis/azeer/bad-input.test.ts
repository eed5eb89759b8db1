import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../src/apis/azeer/index.ts';
import { type House, type Json, openHouse, type Reply } from './house.ts';

let house: House;
/** A request for each route that would be taken. */
let valid: Map<string, Json>;
const known = '966519000001';

beforeAll(async () => {
  house = await openHouse();
  await house.says(known, 'Hi');
  const lina = { role: 'agent', name: 'Lina', display_name: 'Lina', status: 'active' };
  await house.all.post('agent', { ...lina, email: 'lina@shop.example' });
  const tag = (await house.all.post('tags', { tag: 'Regular' })).body.data.id;
  const { message_id } = await house.text(known, 'Hello');
  await house.rest();
  const bodies: Record<string, Json> = {
    'POST /v1/app/user.new.session': { business_id: house.uuid },
    'PUT /v1/agent/:id': { name: 'Lina', status: 'active' },
    'PATCH /v1/agent/:id': { name: 'Lina', status: 'active' },
    'POST /v1/contact/create': {
      contacts: [
        {
          platform_id: '966519000002',
          platform: 'whatsapp',
          image_url: 'https://img.example/a.png',
          profile_name: 'Huda',
          profile_display_name: 'Huda A.',
          profile_email: 'h@x.example',
          country_code: '966',
          tags: [tag],
        },
      ],
    },
    'POST /v1/contact/assign': { platform_id: known, assigned_platform_id: 'lina@shop.example' },
    'POST /v1/contact/tags': { platform_id: known, tag_ids: [tag] },
    'POST /v1/message/send': {
      to: known,
      type: 'text',
      recipient_type: 'individual',
      preview_url: true,
      text: { body: 'Hi', preview_url: false },
    },
    'DELETE /v1/message': { message_ids: [message_id] },
    'POST /v1/webhook': { url: `${house.outside.url}/hooks/bad` },
  };
  valid = new Map(
    withBody.map(([name, { example }]) => [name, { ...(example.request as object), ...bodies[name] }]),
  );
});
afterAll(() => house.close());

const withBody = routes.flatMap((one) => (one.body ? [[`${one.method} ${one.url}`, one] as const] : []));
type Route = (typeof routes)[number];

const ask = ({ method, url }: Route, body: string, headers: Record<string, string> = {}): Promise<Reply> =>
  house.request(method, url.replace(':id', 'lina@shop.example'), body, {
    authorization: `Bearer ${house.all.key}`,
    ...headers,
  });

function expectRefusal({ status, body, text }: Reply, expected: number[], about: string): void {
  expect(expected, `${about}: ${text}`).toContain(status);
  expect(body, about).toEqual({
    success: false,
    message: expect.stringMatching(/\w/),
    error: expect.stringMatching(/^[A-Za-z]+$/),
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
  type?: string | string[];
  enum?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
}

/** A value at a place of a body, and the path under which a fault there is told. */
interface Place {
  field: string;
  schema: Schema;
  /** A valid body with another value at this place. */
  bodyWith(value: unknown): unknown;
}

function placesIn(
  schema: Schema,
  base: Json,
  field = '',
  bodyWith: Place['bodyWith'] = (value) => value,
): Place[] {
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    placesIn(property, base?.[name], field ? `${field}.${name}` : name, (value) =>
      bodyWith({ ...(typeof base === 'object' ? base : {}), [name]: value }),
    ),
  );
  const items = schema.items
    ? placesIn(schema.items, base?.[0], `${field}[0]`, (value) => bodyWith([value]))
    : [];
  return [...(field ? [{ field, schema, bodyWith }] : []), ...inner, ...items];
}

/** What cannot stand for a value of this kind. */
function wrongFor({ type, enum: values }: Schema): unknown[] {
  if (values) return ['no such value', [], {}];
  const types = [type].flat();
  const all: [string, unknown][] = [
    ['string', 'text'],
    ['integer', 7],
    ['number', 1.5],
    ['boolean', true],
    ['array', [['text']]],
    ['object', { text: 'text' }],
  ];
  return all.flatMap(([name, value]) => {
    const fits = types.includes(name) || (name === 'integer' && types.includes('number'));
    return fits || name === 'boolean' ? [] : [value];
  });
}

describe('what is no request', () => {
  const bodies: [about: string, body: string, status: number][] = [
    ['half of an object', '{"to":', 400],
    ['no JSON', '<to>me</to>', 400],
    ['a list', '[{}]', 400],
    ['a text', '"text"', 400],
    ['a number', '12', 400],
    ['null', 'null', 400],
    ['deep nesting', '{"a":'.repeat(10_000), 400],
    ['NUL', '{"x":"a\\u0000b"}', 400],
    ['half of a surrogate pair', '{"x":"\\ud83d"}', 400],
    ['__proto__', '{"__proto__":{"to":"1"}}', 400],
    ['more than a megabyte', `{"x":"${'x'.repeat(1_100_000)}"}`, 413],
  ];

  it.each(withBody)('%s: is refused, whatever it is', async (_, route) => {
    await storingNothing(async () => {
      for (const [about, body, status] of bodies) {
        // What every field may be left out of is taken as a change of nothing.
        expectRefusal(await ask(route, body), [status], `${route.url}: ${about}`);
      }
    });
  });
});

describe('what has the wrong type', () => {
  it.each(withBody)('%s: is refused at every place, naming the field', async (name, route) => {
    const places = placesIn(route.body as unknown as Schema, valid.get(name));
    expect(places.length).toBeGreaterThan(0);
    await storingNothing(async () => {
      for (const { field, schema, bodyWith } of places) {
        for (const wrong of wrongFor(schema)) {
          const about = `${name} ${field} = ${JSON.stringify(wrong)}`;
          const answer = await ask(route, JSON.stringify(bodyWith(wrong)));
          expectRefusal(answer, [400], about);
          expect(answer.body.message, about).toContain(field);
        }
      }
    });
  });
});

describe('what is missing', () => {
  it.each(withBody)('%s: is named', async (name, route) => {
    const { required = [] } = route.body as unknown as { required?: string[] };
    await storingNothing(async () => {
      for (const field of required) {
        for (const value of [undefined, null]) {
          const answer = await ask(route, JSON.stringify({ ...valid.get(name), [field]: value }));
          expectRefusal(answer, [400], `${name} without ${field}`);
          expect(answer.body.message).toContain(field);
        }
      }
    });
  });
});

describe('what is odd', () => {
  /** The body with one of its texts replaced by another, for each of them. */
  function* replaced(body: unknown, by: unknown): Generator<unknown> {
    if (typeof body === 'string' || typeof body === 'number') yield by;
    if (typeof body !== 'object' || body === null) return;
    for (const [key, value] of Object.entries(body)) {
      for (const other of replaced(value, by)) {
        yield Array.isArray(body) ? body.with(Number(key), other) : { ...body, [key]: other };
      }
    }
  }

  it.each(withBody)('%s: is taken or refused, and never a fault of ours', async (name, route) => {
    const long = randomBytes(6000).toString('base64');
    const odd = [
      2 ** 31,
      9_999_999_999,
      '9999999999',
      long,
      '٣'.repeat(3000),
      '9'.repeat(400),
      '-1',
      '%',
      '\u202e',
      ' ',
      '',
      2 ** 53,
      -1,
    ];
    for (const other of odd) {
      for (const body of replaced(valid.get(name), other)) {
        const answer = await ask(route, JSON.stringify(body));
        const about = `${name} ${JSON.stringify(body).slice(0, 200)}`;
        if (answer.status < 300) expect(answer.body.success, about).toBe(true);
        else expectRefusal(answer, [400, 402, 403, 404], about);
      }
    }
    await house.rest();
  });

  it('in an address is not found, and never a fault of ours', async () => {
    const ids = ['%00', '%ff', '%ed%a0%80', 'x'.repeat(490), '0', '-7', '9'.repeat(31), '1e3', '..%2f', '%'];
    for (const { method, url } of routes.filter((one) => one.url.includes(':id'))) {
      for (const id of ids) {
        const body = method === 'GET' ? undefined : '{}';
        const answer = await house.request(method, url.replace(':id', id), body, {
          authorization: `Bearer ${house.all.key}`,
        });
        expectRefusal(answer, [400, 404], `${method} ${url} ${id}`);
      }
    }
  });

  it('in a query is taken or refused', async () => {
    for (const value of ['%00', '%ff', 'perhaps', '', '[]', 'x'.repeat(4000)]) {
      const send = await house.all.post(`message/send?create=${value}&create=${value}`, {});
      expectRefusal(send, [400], `create=${value}`);
      const opened = await house.all.post(`app/user.new.session?host_id=${value}`, {});
      expectRefusal(opened, [400], `host_id=${value}`);
    }
  });
});

describe('what the core refuses', () => {
  const send = (body: Json) => house.all.post('message/send', { to: known, ...body });
  const choices = { body: { text: 'Which?' }, action: { buttons: [{ reply: { title: 'This' } }] } };
  const header = (image: Json) => ({ ...choices, type: 'button', header: { type: 'image', image } });
  const contact = { platform: 'whatsapp', profile_name: 'H', profile_display_name: 'H', country_code: '966' };
  const requests: [field: string, says: string, ask: () => Promise<Reply>][] = [
    ['tag', 'already', () => house.all.post('tags', { tag: 'regular' })],
    ['tag', 'tag', () => house.all.post('tags', { tag: 'x'.repeat(2000) })],
    ['colour', 'hex', () => house.all.post('tags', { tag: 'Red', colour: 'red' })],
    [
      'tag_ids',
      'no tag',
      () => house.all.post('contact/tags', { platform_id: known, tag_ids: [9_999_999_999] }),
    ],
    [
      'contacts[0].tags',
      'no tag',
      () =>
        house.all.post('contact/create', {
          contacts: [{ ...contact, platform_id: known, tags: ['9999999999'] }],
        }),
    ],
    [
      'tags',
      'no tag',
      () => house.all.post('contact/create', { ...contact, platform_id: known, tags: [2 ** 31] }),
    ],
    [
      'interactive.header.image.link',
      'required',
      () => send({ type: 'interactive', interactive: header({}) }),
    ],
    [
      'interactive.header.image.link',
      'http',
      () => send({ type: 'interactive', interactive: header({ link: 'ftp://x.example/a.png' }) }),
    ],
    [
      'interactive.header.image.id',
      'no such file',
      () => send({ type: 'interactive', interactive: header({ id: 'f'.repeat(24) }) }),
    ],
    ['document.id', 'no such file', () => send({ type: 'image', document: { id: 'f'.repeat(24) } })],
    [
      'contacts[1].name.formatted_name',
      'required',
      () =>
        send({
          type: 'contacts',
          contacts: [{ name: { formatted_name: 'Huda' } }, { name: { first_name: 'Omar' } }],
        }),
    ],
    ['contacts[0].name.formatted_name', 'required', () => send({ type: 'contacts', contacts: [{}] })],
  ];

  it.each(requests)('is told as %s: %s', async (field, says, ask) => {
    await storingNothing(async () => {
      const answer = await ask();
      expectRefusal(answer, [400], field);
      const [named] = answer.body.message.split(/: | /);
      expect(named).toBe(field);
      expect(answer.body.message.toLowerCase()).toContain(says);
    });
  });

  it('is not mistaken for what the caller said: values stay as they are', async () => {
    const tag = 'my name tag';
    await house.all.post('tags', { tag });
    expect((await house.all.post('tags', { tag })).body.message).toBe(
      'tag is that of another tag already: "my name tag"',
    );
  });
});

it('what nobody documents is passed over everywhere', async () => {
  for (const [name, route] of withBody) {
    if (name === 'POST /v1/agent' || name === 'DELETE /v1/message') continue;
    const body = { ...valid.get(name), tag: `${name}`, event_id: { a: [1] }, x: null };
    if (route.url.endsWith('/agent/:id')) delete body.email;
    const { status, text } = await ask(route, JSON.stringify(body));
    expect([200, 201], `${name}: ${text}`).toContain(status);
  }
});
