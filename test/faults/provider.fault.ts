import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../parley.ts';
import { allHolds, callAt, short, well } from './house.ts';
import { openSite, type Site } from './site.ts';
import { note } from './table.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite({ answerAfterMs: 0 });
});
afterAll(async () => {
  await allHolds(site);
  await site.close();
});

interface Said {
  id: string;
  from: string;
  [more: string]: unknown;
}

const text = (id: string, from = '966500000001'): Said => ({
  id,
  from,
  timestamp: String(Math.floor(Date.now() / 1000)),
  type: 'text',
  text: { body: `said ${id}` },
});

/** What Meta posts: one change for each value. */
function bodyOf(...values: object[]): string {
  const { phoneNumberId } = site.cloud;
  const metadata = { display_phone_number: '15550001111', phone_number_id: phoneNumberId };
  const changes = values.map((value) => ({
    field: 'messages',
    value: { messaging_product: 'whatsapp', metadata, ...value },
  }));
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: '1', changes }] });
}

/** Posts it with Meta's signature; answers the status. */
async function post(body: string): Promise<number> {
  const signature = createHmac('sha256', site.cloud.settings.appSecret!).update(body).digest('hex');
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` };
  return (await callAt(site.cloud.webhook!, 'POST', '', body, { key: '', headers })).status;
}

async function received(pattern: string): Promise<number> {
  const [row] = await site.ask<{ n: number }>(
    `select count(*)::int as n from message where direction = 'I' and provider_id like $1`,
    [pattern],
  );
  return row!.n;
}

it('a provider that repeats itself, tells a thousand things at once, or something unheard of', async () => {
  const repeated = bodyOf({ messages: [text('wamid.ten')] });
  expect(await Promise.all(Array.from({ length: 10 }, () => post(repeated)))).toEqual(Array(10).fill(200));
  expect(await received('wamid.ten')).toBe(1);
  const batch = Array.from({ length: 1000 }, (_, n) =>
    text(`wamid.batch-${n}`, `96650${String(n % 100).padStart(7, '0')}`),
  );
  expect(await post(bodyOf(...batch.map((message) => ({ messages: [message] }))))).toBe(200);
  expect(await received('wamid.batch-%')).toBe(1000);
  for (const value of [
    { messages: [{ ...text('wamid.new'), type: 'hologram', hologram: { depth: 3 } }] },
    { statuses: [{ id: 'wamid.x', status: 'pondered', timestamp: '1', recipient_id: '966500000001' }] },
    { calls: [{ id: 'c' }] },
    {},
  ]) {
    expect(await post(bodyOf(value)), JSON.stringify(value)).toBe(200);
  }
  await note({
    test: 26,
    run: 'one ten times, 1,000 at once, unknown types',
    runs: 1014,
    shown: '1 effect; 1,000 parsed; acknowledged',
  });
});

it('of a request that is half valid the valid half is applied, and it is acknowledged', async () => {
  const body = bodyOf(
    { messages: [text('wamid.half-1')] },
    {
      messages: [
        { from: '966500000001', id: 'wamid.half-2' },
        null,
        7,
        { ...text('wamid.half-3'), timestamp: 'yesterday' },
      ],
    },
    { messages: 'none', statuses: { id: 1 }, contacts: [null] },
    { statuses: [{ id: 'wamid.never', status: 'delivered', timestamp: '1', recipient_id: 'x' }] },
    { messages: [text('wamid.half-4')] },
  );
  expect(await post(body)).toBe(200);
  expect(await received('wamid.half-1')).toBe(1);
  expect(await received('wamid.half-4')).toBe(1);
  await note({ test: 26, run: 'half valid', runs: 1, shown: 'valid half applied, acknowledged' });
});

/** All orders of a list. */
function orders<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((first, i) => orders(list.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}

it('statuses in every order end in the same state', async () => {
  const all = orders(['sent', 'delivered', 'read'] as const);
  const people = all.map((_, n) => `96652${String(n).padStart(7, '0')}`);
  const ids: string[] = [];
  for (const [n, phone] of people.entries()) {
    const template = { code: site.shop.template, lang: 'en', data: { name: 'Amina', order: `s${n}` } };
    ids.push(
      (
        await well(
          site.call('POST', '/api/v1/messages', { channelId: site.shop.channelId, to: { phone }, template }),
        )
      ).id,
    );
  }
  await until('all are sent', () => people.every((phone) => site.cloud.sent.some(({ to }) => to === phone)));
  await Promise.all(
    all.map(async (order, n) => {
      const message = site.cloud.sent.find(({ to }) => to === people[n])!;
      for (const status of order) await site.cloud.report(message, status);
      // And each once more.
      for (const status of order) await site.cloud.report(message, status);
    }),
  );
  const states = async () =>
    Promise.all(ids.map(async (id) => await well(site.call('GET', `/api/v1/messages/${id}`))));
  await until('each has got there', async () => (await states()).every(({ status }) => status === 'READ'));
  for (const { status, stamps, errors } of await states()) {
    expect({ status, errors }).toEqual({ status: 'READ', errors: [] });
    expect(Object.keys(stamps)).toEqual(expect.arrayContaining(['SENTX', 'DLVRD', 'READ']));
  }
  await note({
    test: 27,
    run: 'sent, delivered, read, each twice',
    runs: all.length,
    shown: 'READ, every time',
  });
});

it('fifty first messages of one person at once', async () => {
  const rounds = short ? 3 : 20;
  for (let round = 0; round < rounds; round++) {
    const from = `96653${String(round).padStart(7, '0')}`;
    const posted = Array.from({ length: 50 }, (_, n) =>
      post(bodyOf({ messages: [text(`wamid.first-${round}-${n}`, from)] })),
    );
    expect(await Promise.all(posted)).toEqual(Array(50).fill(200));
    const [row] = await site.ask(
      `select (select count(*)::int from contact where csid = $1) as contacts,
         (select count(*)::int from session s join contact c on c.id = s.contact_id where c.csid = $1) as sessions,
         (select count(*)::int from message m join contact c on c.id = m.contact_id where c.csid = $1) as messages`,
      [from],
    );
    expect(row).toEqual({ contacts: 1, sessions: 1, messages: 50 });
  }
  await note({ test: 28, run: '50 at once', runs: rounds, shown: '1 contact, 1 session, 50 messages' });
});

it('templates that cannot be sent are refused before, and the field is named', async () => {
  const { channelId } = site.shop;
  const put = (
    code: string,
    status: string,
    body = 'Hello {{data.name}}, order {{data.order}}.',
    more = {},
  ) =>
    well(
      site.call('POST', '/api/v1/apply', {
        templates: [
          {
            code,
            variants: ['en', 'de'].map((lang) => ({ lang, body, ...more })),
            approvals: [{ channel: channelId, status }],
          },
        ],
      }),
    );
  await put('fine', 'APPROVED');
  await put('paused', 'PAUSED');
  await put('pictured', 'APPROVED', 'Hello {{data.name}}', {
    media: { type: 'image', link: 'https://cdn.example/a.png' },
  });
  const data = { name: 'Amina', order: '17' };
  const cases: [string, object, string][] = [
    ['paused', { code: 'paused', data }, 'template'],
    ['missing', { code: 'fine', data: { name: 'Amina' } }, 'template.data.order'],
    ['blank', { code: 'fine', data: { ...data, name: ' ' } }, 'template.data.name'],
    ['lines', { code: 'fine', data: { ...data, name: 'Amina\nS.' } }, 'template.data.name'],
    ['too long', { code: 'fine', data: { ...data, name: 'A'.repeat(1025) } }, 'template.data'],
    [
      'wrong header',
      { code: 'pictured', data, media: { type: 'video', link: 'https://cdn.example/a.mp4' } },
      'template.media',
    ],
    ['no such', { code: 'nowhere', data }, 'template.code'],
    ['no such language', { code: 'fine', lang: 'fr', data }, 'template.lang'],
  ];
  const before = site.cloud.sent.length;
  const wrong: string[] = [];
  for (const [what, template, field] of cases) {
    const message = { channelId, to: { phone: '966599999955' }, template: { lang: 'en', ...template } };
    const { status, body, text: told } = await site.call('POST', '/api/v1/messages', message);
    if (status !== 400 || !String(body.error.fields[0].field).startsWith(field))
      wrong.push(`${what}: ${status} ${told}`);
  }
  expect(wrong).toEqual([]);
  expect(site.cloud.sent.length).toBe(before);
  await note({ test: 29, run: cases.map(([what]) => what).join(', '), runs: cases.length, shown: '0 sent' });
});
