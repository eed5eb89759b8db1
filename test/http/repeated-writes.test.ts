import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installationKey } from '../apis/parley/server.ts';
import { inboxHouse } from '../inbox/people.ts';
import { audited, type Write } from './audited-writes.ts';
import { unanswered } from './interrupted.ts';
import { unaudited } from './unaudited-writes.ts';

/** What comes again under its Idempotency-Key, after the server died between the commit and the answer, on every route. */
const house = await inboxHouse();
const { done, agent } = house;
afterAll(house.end);

let many = 0;
const newName = () => `again${++many}`;
let ann = '';
const verifyToken = 'a-token-of-the-web-site';

beforeAll(async () => {
  await done('PUT', '/channels/dummy:sandbox', { queue: 'agent_desk', settings: { speed: 100 } });
  const settings = { url: 'http://127.0.0.1:9/none', contactType: 'WHATSAPP' };
  await done('PUT', '/channels/custom:numbers', { settings: { verifyToken, ...settings } });
  ann = await agent('ann', { name: 'Ann' });
  await agent('ben', { name: 'Ben' });
});

/** Of these the repeat is not what the first one was, and why. */
const otherwise: Readonly<Record<string, string>> = {
  'POST /api/v1/sign-out': 'Its sign-in is over with it: who comes again is nobody.',
  'POST /api/v1/sign-out (an access token)': 'Its token is over with it.',
  'POST /api/v1/sign-out/everywhere': 'Its sign-in is over with it.',
  'DELETE /api/v1/me/sign-ins/:id': 'It was its own.',
  'POST /api/v1/endpoints/:id/test': 'It calls the outside: what was answered there is known to who called.',
};

/** Every write that is in no audit log, but those that read, call the outside, play customers, or come from them. */
const others: Readonly<Record<string, () => Promise<Write>>> = {
  'POST /xms/api/v1/contact/prefs/lang': async () =>
    xms('contact/prefs/lang', { contactId: (await talk()).contactId, lang: 'ar' }),
  'POST /xms/api/v1/data/push': async () =>
    xms('data/push', {
      type: 'ORDER',
      links: [{ linkType: 'PHONE', linkValue: newName() }],
      data: { total: 1 },
    }),
  'POST /xms/api/v1/event/push': async () => xms('event/push', { eventName: 'order.placed' }),
  'POST /xms/api/v1/contact/info': async () =>
    gateway('contact/info', { csid: number(), businessProfile: { name: 'Amina' } }),
  'POST /xms/api/v1/message/receive': async () => {
    const [writer, other, third] = [number(), number(), number()];
    return gateway('message/receive', {
      contacts: [
        { csid: writer, profile: { name: 'Amina' } },
        ...[other, third].map((csid) => ({ csid, businessProfile: { name: 'A friend of hers' } })),
      ],
      messages: [{ from: writer, type: 'text', text: { body: 'Hello' } }],
    });
  },
  'POST /xms/api/v1/message/send': async () =>
    xms('message/send', { channelId: 'dummy:sandbox', to: { phone: number() }, text: { body: 'Hi' } }),
  'POST /xms/api/v1/session/close': async () => xms('session/close', { sessionId: (await talk()).sessionId }),
  'POST /xms/api/v1/session/resolve': async () =>
    xms('session/resolve', { sessionId: (await talk()).sessionId }),
  'POST /xms/api/v1/session/routing': async () =>
    xms('session/routing', { sessionId: (await talk()).sessionId, queue: 'agent_desk' }),
  'POST /v1/contact/create': async () =>
    azeer('contact/create', {
      platform_id: number(),
      platform: 'whatsapp',
      profile_name: 'Huda',
      profile_display_name: 'Huda A.',
      country_code: '966',
    }),
  'POST /v1/contact/assign': async () =>
    azeer('contact/assign', { platform_id: await known(), assigned_platform_id: 'ben@shop.example' }),
  'POST /v1/contact/tags': async () => {
    const { id } = await done('POST', '/tags', { name: newName() });
    return azeer('contact/tags', { platform_id: await known(), tag_ids: [id] });
  },
  'POST /v1/message/send': async () =>
    azeer('message/send?create=true', { to: number(), type: 'text', text: { body: 'Hi' } }),
  ...Object.fromEntries(
    [
      ['v5/sessions/bot', {}],
      ['v5/sessions/visitor', {}],
      ...['v5', 'v4', 'v3'].map((version) => [`${version}/sessions`, { userId: 'huda' }] as const),
    ].map(([path, who]) => [
      `POST /api/${path}`,
      async () => ({ path: `/api/${path}`, body: { deviceId: newName(), ...(who as object) } }),
    ]),
  ),
  'POST /api/v1/inbox/sessions/:id/messages': () =>
    inSession('messages', { content: { text: 'Hi' }, sendAt: later }),
  'POST /api/v1/inbox/sessions/:id/notes': () => inSession('notes', { text: 'VIP' }),
  'PUT /api/v1/inbox/sessions/:id/holder': () => inSession('holder', { agent: 'ben' }),
  'POST /api/v1/inbox/sessions/:id/claim': () => inSession('claim'),
  'POST /api/v1/inbox/sessions/:id/resolve': () => inSession('resolve'),
  'POST /api/v1/inbox/sessions/:id/close': () => inSession('close'),
  'POST /api/v1/inbox/sessions/:id/reopen': () => inSession('reopen', {}, 'resolve'),
  'POST /api/v1/inbox/sessions/:id/undo': () => inSession('undo', { act: 'resolved' }, 'resolve'),
  'PUT /api/v1/inbox/sessions/:id/snooze': () =>
    inSession('snooze', { until: Date.now() + 3_600_000 }, 'claim'),
  'DELETE /api/v1/inbox/sessions/:id/snooze': () => inSession('snooze', undefined, 'claim'),
  'PUT /api/v1/inbox/sessions/:id/read': () => inSession('read', {}),
  'DELETE /api/v1/inbox/sessions/:id/read': () => inSession('read', undefined, 'claim'),
  'DELETE /api/v1/inbox/sessions/:id/drafts/:mode': () => inSession('drafts/reply', undefined),
  'PUT /api/v1/inbox/contacts/:id': () =>
    ofContact('', { profile: { name: 'Aya' }, labels: [{ key: 'vip', value: 1 }], lang: 'ar' }),
  'PUT /api/v1/inbox/contacts/:id/tags': async () =>
    ofContact('/tags', { tags: [(await done('POST', '/tags', { name: newName() })).id] }),
  'PUT /api/v1/inbox/contacts/:id/owner': () => ofContact('/owner', { agent: 'ben' }),
  'POST /api/v1/inbox/contacts/:id/messages': () =>
    ofContact('/messages', { content: { text: 'Hi' }, sendAt: later }),
  'PUT /api/v1/inbox/canned-answers/:code': async () =>
    own(`/inbox/canned-answers/${newName()}`, { text: 'We are open.' }),
  'DELETE /api/v1/inbox/canned-answers/:code': async () => {
    const path = `/inbox/canned-answers/${newName()}`;
    await house.as(ann)('PUT', path, { text: 'We are open.' });
    return own(path);
  },
  'PUT /api/v1/me/preferences': async () => own('/me/preferences', { theme: 'dark' }),
  'POST /api/v1/contacts': async () =>
    v1('/contacts', { contacts: [{ channelId: 'dummy:sandbox', csid: number() }] }),
  'PUT /api/v1/contacts/:id/tags': async () => v1(`/contacts/${(await talk()).contactId}/tags`, { tags: [] }),
  'POST /api/v1/contacts/:id/tags': async () =>
    v1(`/contacts/${(await talk()).contactId}/tags`, {
      tags: [(await done('POST', '/tags', { name: newName() })).id],
    }),
  'PUT /api/v1/contacts/:id/owner': async () =>
    v1(`/contacts/${(await talk()).contactId}/owner`, { agent: 'ben' }),
  'POST /api/v1/messages': async () => v1('/messages', message()),
  'POST /api/v1/messages/bulk': async () =>
    v1('/messages/bulk', { messages: [message(), { to: {} }, message()] }),
};

const later = Date.now() + 3_600_000;
const number = () => `96650${String(1_000_000 + ++many).slice(1)}0`;
const message = () => ({ channelId: 'dummy:sandbox', to: { csid: number() }, content: { text: 'Hi' } });
const v1 = (path: string, body: unknown): Write => ({ path: `/api/v1${path}`, body });
const own = (path: string, body?: unknown): Write => ({ bearer: ann, ...v1(path, body) });
const xms = (path: string, body: unknown): Write => ({ path: `/xms/api/v1/${path}`, body });
const azeer = (path: string, body: unknown): Write => ({ path: `/v1/${path}`, body });
const gateway = (path: string, body: unknown): Write => ({
  key: '',
  headers: { 'x-verify-token': verifyToken },
  ...xms(path, body),
});

/** A customer who has written. */
const talk = (): Promise<{ sessionId: string; contactId: string }> =>
  house.as(ann)('POST', `/inbox/simulator/dummy:sandbox/phones/${number()}/messages`, { text: 'Hi' });
async function inSession(what: string, body?: unknown, first?: 'claim' | 'resolve'): Promise<Write> {
  const { sessionId } = await talk();
  if (first) await house.as(ann)('POST', `/inbox/sessions/${sessionId}/${first}`, {});
  return own(`/inbox/sessions/${sessionId}/${what}`, body);
}
const ofContact = async (what: string, body: unknown): Promise<Write> =>
  own(`/inbox/contacts/${(await talk()).contactId}${what}`, body);
/** The number of somebody who is a contact. */
async function known(): Promise<string> {
  const csid = number();
  await done('POST', '/contacts', { contacts: [{ channelId: 'custom:numbers', csid }] });
  return csid;
}

async function does(name: string, { path, body, key: apiKey = installationKey, bearer, headers }: Write) {
  const answer = await fetch(`${house.address}${path}`, {
    method: name.split(' ')[0]!,
    headers: {
      ...(bearer ? { authorization: `Bearer ${bearer}` } : apiKey && { 'x-api-key': apiKey }),
      ...{ 'idempotency-key': name, ...headers },
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  // When it was answered, and which request that was.
  const { traceId: _, traceid: __, timestamp: ___, ...told } = JSON.parse((await answer.text()) || '{}');
  return { status: answer.status, told };
}

/** What was done so far: lines of the audit log, and events that tell of more than what became of a message. */
async function allDone(): Promise<unknown> {
  const text = `select (select count(*)::int from audit_line) as lines,
    (select count(*)::int from event where type not in ('message.status', 'message.received')) as events,
    (select count(*)::int from message where direction <> 'I') as messages`;
  return house.db.run({ name: 'test.done', text }, []);
}

const accessOf = new Map(
  house.server.http.table.map(({ method, url, access }) => [`${method} ${url}`, access]),
);
const routeOf = (name: string) => name.replace(/ \(.*\)$/, '');
const all = [
  ...Object.entries(audited)
    .filter(([name, { refused }]) => !refused && accessOf.get(routeOf(name)) !== 'open' && !otherwise[name])
    .map(([name, { call }]) => [name, () => call.call(audited[name]!, house, newName)] as const),
  ...Object.entries(others),
];

const nothing = 'It writes nothing.';
const outside = 'It asks a provider, or tells it: test/apis/parley/template-providers.test.ts.';
const noKey = 'Who comes there has no key of his own: what they send has ids of its own.';
const simulated = 'It plays a customer.';

/** Those of no audit log that are not above, and why. */
const elsewhere: Readonly<Record<string, string>> = {
  'POST /xms/api/v1/session/messages': nothing,
  'POST /api/v4/authentication/token': 'Each token is as good as another: test/apis/amity/tokens.test.ts.',
  'POST /api/v1/sign-in/link': nothing,
  'POST /api/v1/inbox/sessions/:id/messages/:message/retry': 'It sends, as the two above.',
  'PUT /api/v1/inbox/sessions/:id/drafts/:mode': 'It answers when it was kept last.',
  'POST /api/v1/inbox/sessions/:id/preview': nothing,
  'POST /api/v1/inbox/contacts/:id/preview': nothing,
  'POST /api/v1/inbox/simulator/:channel/phones/:csid/messages': simulated,
  'PUT /api/v1/inbox/simulator/:channel/phones/:csid/switches': simulated,
  'POST /api/v1/inbox/simulator/:channel/phones/:csid/receipts': simulated,
  'POST /api/v1/inbox/simulator/:channel/phones/:csid/subscribe': simulated,
  'PUT /api/v1/inbox/simulator/:channel/provider': simulated,
  'POST /api/v1/messages/preview': nothing,
  'POST /api/v1/templates/check': nothing,
  'POST /api/v1/templates/:code/:lang/approvals/:channel/submit': outside,
  'POST /api/v1/channels/:id/templates/sync': outside,
  'POST /api/v1/channels/:id/templates/import': outside,
  'POST /api/v1/channel-types/:type/test': nothing,
  'POST /api/v1/media': 'Files: test/http/idempotency.test.ts.',
  'POST /widget/media': noKey,
  'POST /widget/session': noKey,
  'POST /widget/frames': noKey,
  'POST /webhook/:type/:accountId': noKey,
  'POST /webhook/email/:accountId': noKey,
  'POST /webhook/gmail/:accountId': noKey,
};

describe('a write whose answer was lost', () => {
  it.each(all)('is answered as it was, and not done again: %s', async (name, call) => {
    const write = await call();
    const first = await unanswered(house.db, () => does(name, write));
    expect(first.status, JSON.stringify(first.told)).toBeLessThan(300);
    const before = await allDone();
    expect(await does(name, write)).toEqual(first);
    expect(await allDone()).toEqual(before);
  });

  it('of many people, some told of twice, keeps once what it came to', async () => {
    const sql = (name: string, text: string) => house.db.run({ name: `test.${name}`, text }, []);
    await sql('noted', 'create table noted (event bigint)');
    await sql(
      'note',
      `create function note() returns trigger language plpgsql as
       'begin insert into noted select max(seq) from event; return new; end'`,
    );
    await sql(
      'noting',
      `create trigger noting after update on idempotency for each row
       when (new.effect is distinct from old.effect and new.effect is not null) execute function note()`,
    );
    const people = Array.from({ length: 20 }, number);
    const told = (csid: string) => ({ csid, businessProfile: { name: 'Amina' } });
    const again = people
      .slice(0, 2)
      .map((csid) => ({ csid, businessProfile: { email: 'amina@shop.example' } }));
    const write = gateway('message/receive', {
      contacts: [...people.map(told), ...again],
      messages: [{ from: number(), type: 'text', text: { body: 'Hello' } }],
    });
    const first = await does('POST /xms/api/v1/message/receive (many)', write);
    expect(first.status, JSON.stringify(first.told)).toBe(200);
    // The contacts, and the message.
    const noted = await sql('read', 'select event from noted');
    await sql('end', 'drop function note cascade');
    expect(noted.length).toBeLessThanOrEqual(2);
    const kept = `select business_profile as profile from contact where csid in ('${people[0]}', '${people[9]}') order by csid`;
    expect(await sql('kept', kept)).toEqual([
      { profile: { name: 'Amina', email: 'amina@shop.example' } },
      { profile: { name: 'Amina' } },
    ]);
  });

  it('is looked at, on every route, or there is a reason', () => {
    const left = Object.keys(unaudited).filter((name) => !others[name]);
    expect(left).toEqual(Object.keys(elsewhere));
  });
});
