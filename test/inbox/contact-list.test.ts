import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../apis/parley/server.ts';
import { faultOf, inboxHouse } from './people.ts';

/** The contacts as the inbox lists them: `GET /api/v1/inbox/contacts`. */
const house = await inboxHouse();
const { ask, done, api } = house;
afterAll(house.end);

interface Listed {
  id: string;
  no: number;
  name: string;
  phone?: string;
  email?: string;
  tags: number[];
  owner?: string;
  lastInboundAt?: number;
  session?: { id: string; state: string };
}
interface Page {
  items: Listed[];
  next?: string;
  total?: number;
}
const tokens: Record<string, string> = {};
const list = async (query: Record<string, string | number | boolean> = {}, who = 'sue') => {
  const asked = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return house.as(tokens[who]!)('GET', `/inbox/contacts?${asked}`) as Promise<Page>;
};
const namesOf = ({ items }: Page) => items.map(({ name }) => name);
const found = async (text: string, who = 'sue') =>
  namesOf(
    await until(
      () => list({ text }, who),
      ({ items }) => items.length > 0,
    ),
  );

const tags = { vip: 0, late: 0 };
const ids: Record<string, string> = {};

/** Somebody writes to a sandbox, and an agent has the conversation. */
async function talk(csid: string, name: string, agent: string) {
  const root = house.as(tokens.root!);
  const { sessionId, contactId } = await root(
    'POST',
    `/inbox/simulator/dummy:sandbox/phones/${csid}/messages`,
    { text: 'Hello', name },
  );
  await root('PUT', `/inbox/sessions/${sessionId}/holder`, { agent });
  ids[name] = contactId;
  return sessionId as string;
}

async function told(
  csid: string,
  name: string,
  more: { email?: string; tags?: number[]; channelId?: string } = {},
) {
  const { email, channelId = 'dummy:sandbox', ...rest } = more;
  const businessProfile = { name, ...(email && { email }) };
  const put = await done('POST', '/contacts', { contacts: [{ channelId, csid, businessProfile, ...rest }] });
  ids[name] = put.items[0].contact.id;
}

let sessionOfAnn = '';
beforeAll(async () => {
  await done('PUT', '/channels/dummy:sandbox', {
    queue: 'agent_desk',
    settings: { speed: 100 },
  });
  await done('PUT', '/channels/dummy:second', {
    sandbox: true,
    queue: 'agent_desk',
    settings: { speed: 100 },
  });
  for (const code of ['ann', 'ben']) tokens[code] = await house.agent(code);
  tokens.sue = await house.agent('sue', { role: 'supervisor' });
  tokens.root = await house.agent('root', { role: 'admin' });
  for (const name of ['vip', 'late'] as const) tags[name] = (await done('POST', '/tags', { name })).id;
  sessionOfAnn = await talk('966512340001', 'Yusuf', 'ann');
  await talk('966512340002', 'Layla', 'ben');
  await told('966512340003', 'منى الأحمد', { tags: [tags.vip], email: 'mona@shop.example' });
  await told('966512340004', 'Ravi', { tags: [tags.vip, tags.late], channelId: 'dummy:second' });
  await told('966512340005', 'Zed');
  await done('PUT', `/contacts/${encodeURIComponent(ids.Ravi!)}/owner`, { agent: 'ann' });
});

describe('the contacts of the inbox', () => {
  it('stand in one list, who came last first, page by page', async () => {
    const names = ['Zed', 'Ravi', 'منى الأحمد', 'Layla', 'Yusuf'];
    const page = await list({ limit: 2 });
    expect(page.total).toBe(5);
    const second = await list({ limit: 2, after: page.next! });
    const third = await list({ limit: 2, after: second.next! });
    expect([page, second, third].flatMap(namesOf)).toEqual(names);
    expect(third.next).toBeUndefined();
    expect(second.total).toBeUndefined();
  });

  it('come with everything that a row shows', async () => {
    const { items } = await list();
    expect(items.find(({ name }) => name === 'Yusuf')).toMatchObject({
      id: ids.Yusuf,
      type: 'DUMMY',
      csid: '966512340001',
      channelId: 'dummy:sandbox',
      tags: [],
      optedOut: false,
      lastInboundAt: expect.any(Number),
      session: { id: sessionOfAnn, state: 'open', activeAt: expect.any(Number) },
    });
    const ravi = items.find(({ name }) => name === 'Ravi')!;
    expect(ravi).toMatchObject({ owner: 'ann', tags: [tags.vip, tags.late], channelId: 'dummy:second' });
    expect(ravi).not.toHaveProperty('session');
    expect(items.find(({ id }) => id === ids['منى الأحمد'])).toMatchObject({ email: 'mona@shop.example' });
  });

  it.each([
    ['an owner', () => ({ owner: 'ann' }), ['Ravi']],
    ['nobody', () => ({ unowned: true }), ['Zed', 'منى الأحمد', 'Layla', 'Yusuf']],
    ['a tag', () => ({ tag: tags.vip }), ['Ravi', 'منى الأحمد']],
    ['a channel', () => ({ channel: 'dummy:second' }), ['Ravi']],
    ['a tag, and nobody', () => ({ tag: tags.vip, unowned: true }), ['منى الأحمد']],
    ['an owner, and a channel that is not theirs', () => ({ owner: 'ann', channel: 'dummy:sandbox' }), []],
  ])('are narrowed by %s', async (_, query, names) => {
    const page = await list(query());
    expect(namesOf(page)).toEqual(names);
    expect(page.total).toBe(names.length);
    for (const { id } of page.items) expect(namesOf(await list({ ...query(), id }))).toHaveLength(1);
  });

  it.each(['مني الاحمد', 'منى', 'mona@shop', '٩٦٦٥١٢٣٤٠٠٠٣', '40003', '९६६५१२३४०००३'])(
    'are found as people write them: %s',
    async (text) => expect(await found(text)).toEqual(['منى الأحمد']),
  );

  it('are searched and narrowed at once', async () => {
    expect(await found('9665')).toHaveLength(5);
    const page = await list({ text: '9665', tag: tags.vip });
    expect(namesOf(page)).toEqual(['Ravi', 'منى الأحمد']);
    expect(page.total).toBe(2);
    expect(namesOf(await list({ text: 'nobody-of-this-name' }))).toEqual([]);
    expect(namesOf(await list({ text: 'mona', id: ids.Zed! }))).toEqual([]);
  });

  it.each([
    ['text', 'x'],
    ['after', 'yesterday'],
    ['tag', 'vip'],
    ['limit', '0'],
  ])('are asked for in the right way: not by %s=%s', async (name, value) => {
    const answer = await ask('GET', `/inbox/contacts?${name}=${value}`, { bearer: tokens.sue! });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(name);
  });

  it('cannot be somebody’s and nobody’s', async () => {
    const answer = await ask('GET', '/inbox/contacts?owner=ann&unowned=true', { bearer: tokens.sue! });
    expect(answer.status).toBe(400);
  });

  it('are of one business alone, and for people', async () => {
    tokens.eve = await house.stranger();
    expect(await list({}, 'eve')).toEqual({ items: [], total: 0 });
    expect(await list({ text: '9665' }, 'eve')).toEqual({ items: [], total: 0 });
    expect((await list({ id: ids.Zed! }, 'eve')).items).toEqual([]);
    expect(faultOf(await api('GET', '/inbox/contacts'))).toEqual({ status: 403, code: 'NO_AGENT' });
  });
});

describe('an agent who sees a part of the sessions', () => {
  beforeAll(async () => void (await done('PATCH', '/business', { settings: { agentsSee: 'own' } })));
  afterAll(async () => void (await done('PATCH', '/business', { settings: { agentsSee: 'all' } })));

  it('sees the people of these, and its own customers; the number of all is not told', async () => {
    expect(await list({}, 'ann')).not.toHaveProperty('total');
    expect(namesOf(await list({}, 'ann'))).toEqual(['Ravi', 'Yusuf']);
    expect(namesOf(await list({}, 'ben'))).toEqual(['Layla']);
    expect(namesOf(await list({}, 'sue'))).toHaveLength(5);
  });

  it('finds no others, by whatever it asks', async () => {
    expect(await found('9665', 'ann')).toEqual(['Ravi', 'Yusuf']);
    expect(namesOf(await list({ text: '966512340002' }, 'ann'))).toEqual([]);
    expect(namesOf(await list({ id: ids.Layla! }, 'ann'))).toEqual([]);
    expect(namesOf(await list({ tag: tags.vip }, 'ann'))).toEqual(['Ravi']);
    expect(namesOf(await list({ unowned: true }, 'ann'))).toEqual(['Yusuf']);
    expect(namesOf(await list({ channel: 'dummy:sandbox' }, 'ann'))).toEqual(['Yusuf']);
    expect(namesOf(await list({ owner: 'ann' }, 'ben'))).toEqual([]);
  });

  it('hears nothing of conversations with its people that are not its own', async () => {
    const csid = '966512340004';
    const path = `/inbox/simulator/dummy:second/phones/${csid}/messages`;
    const { sessionId } = await house.as(tokens.root!)('POST', path, { text: 'For Ben' });
    await house.as(tokens.root!)('PUT', `/inbox/sessions/${sessionId}/holder`, { agent: 'ben' });
    const [ravi] = (await list({ id: ids.Ravi! }, 'ann')).items;
    expect(ravi).not.toHaveProperty('session');
    expect((await list({ id: ids.Ravi! }, 'sue')).items[0]!.session!.id).toBe(sessionId);
  });

  it('loses sight of who has gone to a colleague', async () => {
    await house.as(tokens.root!)('PUT', `/inbox/sessions/${sessionOfAnn}/holder`, { agent: 'ben' });
    expect(namesOf(await list({}, 'ann'))).toEqual(['Ravi']);
    expect(namesOf(await list({}, 'ben'))).toContain('Yusuf');
  });
});

describe('the first message to somebody', () => {
  const at = (name: string, path: string) => `/inbox/contacts/${encodeURIComponent(ids[name]!)}/${path}`;

  it('is filled in before it is sent, as in a session', async () => {
    const ann = house.as(tokens.ann!);
    const text = await ann('POST', at('Zed', 'preview'), {
      text: 'Hello {{contact.name}} {{session.ticket}}',
    });
    expect(text).toMatchObject({ body: 'Hello Zed {{session.ticket}}', missing: ['session.ticket'] });
    await done('POST', '/apply', {
      templates: [
        { code: 'hi', variants: [{ lang: 'en', body: 'Hi {{contact.name}}, order {{data.order}}.' }] },
      ],
    });
    const template = await ann('POST', at('Zed', 'preview'), {
      template: { code: 'hi', data: { order: 'A-1' } },
    });
    expect(template).toMatchObject({ body: 'Hi Zed, order A-1.', missing: [] });
  });

  it('begins a session, which stands in the list', async () => {
    const { sessionId } = await house.as(tokens.ann!)('POST', at('Zed', 'messages'), {
      content: { text: 'Hello Zed' },
    });
    const [zed] = (await list({ id: ids.Zed! }, 'ann')).items;
    expect(zed!.session).toMatchObject({ id: sessionId, state: 'open' });
  });

  it('is for who sees the contact', async () => {
    await done('PATCH', '/business', { settings: { agentsSee: 'own' } });
    const answer = await ask('POST', at('Zed', 'preview'), { bearer: tokens.ben!, body: { text: 'x' } });
    const isBens = namesOf(await list({}, 'ben')).includes('Zed');
    expect(answer.status).toBe(isBens ? 200 : 404);
    expect((await ask('POST', at('Ravi', 'preview'), { bearer: tokens.sue!, body: {} })).status).toBe(400);
    await done('PATCH', '/business', { settings: { agentsSee: 'all' } });
  });
});
