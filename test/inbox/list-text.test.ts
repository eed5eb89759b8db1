import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ticketNumber, ticketOf } from '../../src/model/session.ts';
import { until } from '../apis/parley/server.ts';
import { faultOf, inboxHouse } from './people.ts';

const house = await inboxHouse();
const { ask, done, db } = house;
afterAll(house.end);

let ann = '';
let asAnn: ReturnType<typeof house.as>;
/** Four customers who are called Sara: Ann's, Ben's, nobody's of another queue, and nobody's. And Omar, Ann's. */
let anns = '';
let bens = '';
let vip = '';
let free = '';
let omar = '';

const writes = async (csid: string, name: string) =>
  (await asAnn('POST', `/inbox/simulator/dummy:sandbox/phones/${csid}/messages`, { text: 'Hi', name }))
    .sessionId as string;
const hold = (session: string, to: object) => asAnn('PUT', `/inbox/sessions/${session}/holder`, to);
const page = (query: string) => asAnn('GET', `/inbox/sessions?${query}`);
const ids = async (query: string) =>
  (await page(query)).items.map(({ id }: { id: string }) => id) as string[];

beforeAll(async () => {
  await done('PUT', '/teams/care', { name: 'Care' });
  await done('PUT', '/queues/vip', { type: 'AGENT' });
  await done('PUT', '/channels/dummy:sandbox', { queue: 'agent_desk', settings: { speed: 100 } });
  ann = await house.agent('ann', { name: 'Ann', role: 'supervisor' });
  asAnn = house.as(ann);
  await house.agent('ben', { name: 'Ben' });
  anns = await writes('966500000301', 'Sara Alvi');
  bens = await writes('966500000302', 'Sara Badr');
  vip = await writes('966500000303', 'Sara Chen');
  free = await writes('966500000304', 'Sara Dey');
  omar = await writes('966500000305', 'Omar');
  await hold(anns, { agent: 'ann' });
  await hold(omar, { agent: 'ann' });
  await hold(bens, { agent: 'ben', team: 'care' });
  await hold(vip, { queue: 'vip' });
  await asAnn('PUT', `/inbox/sessions/${free}/read`, {});
  await until(
    () => ids('text=sara'),
    (found) => found.length === 4,
  );
});

describe('a text narrows the list that it is typed into', () => {
  it('by whose it is, by queue, team, channel, tag, by what is not read, and by state', async () => {
    const { id: tag } = await done('POST', '/tags', { name: 'VIP' });
    const { contact } = await asAnn('GET', `/inbox/sessions/${bens}`);
    await asAnn('PUT', `/inbox/contacts/${contact.id}/tags`, { tags: [tag] });
    await asAnn('POST', `/inbox/sessions/${free}/notes`, { text: '@ann', mentions: ['ann'] });
    const among: [query: string, found: string[]][] = [
      ['view=mine', [anns]],
      ['view=unassigned', [free, vip]],
      ['view=mentions', [free]],
      ['agent=ben', [bens]],
      ['queue=vip', [vip]],
      ['team=care', [bens]],
      ['channel=dummy:sandbox', [free, vip, bens, anns]],
      ['channel=dummy:other', []],
      [`tag=${tag}`, [bens]],
      ['unread=true', [vip, bens, anns]],
      ['view=unassigned&unread=true&queue=vip', [vip]],
      ['state=any', [free, vip, bens, anns]],
      ['state=closed', []],
      ['state=snoozed', []],
    ];
    for (const [query, found] of among)
      expect(await ids(`text=sara&${query}`), query).toEqual(expect.arrayContaining(found));
    for (const [query, found] of among)
      expect(await ids(`text=sara&${query}`), query).toHaveLength(found.length);
  });

  it('in the order of the list, and without those who wait for nothing', async () => {
    const session = await writes('966500000306', 'Zaynab');
    await writes('966500000307', 'Zaynab');
    await asAnn('POST', `/inbox/sessions/${session}/messages`, { content: { text: 'Hello' } });
    const byLatest = await until(
      () => ids('text=zaynab'),
      (found) => found.length === 2,
    );
    expect(byLatest[0]).toBe(session);
    expect(await ids('text=zaynab&sort=waiting')).toEqual([byLatest[1]]);
    for (const sort of ['latest', 'waiting']) {
      const all = await ids(`text=sara&sort=${sort}`);
      const first = await page(`text=sara&sort=${sort}&limit=2`);
      const second = await page(`text=sara&sort=${sort}&limit=2&after=${first.next}`);
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(all);
    }
  });

  it('with no empty page on the way to what fits, however often somebody came before', async () => {
    const csid = '966500000310';
    const open = await writes(csid, 'Regular');
    for (let n = 1; n <= 4; n += 1) {
      const other = await writes(`96650000031${n}`, 'Regular');
      await asAnn('POST', `/inbox/sessions/${other}/close`, {});
    }
    const first = await until(
      () => page('text=regular&limit=3'),
      ({ items }) => items.length > 0,
    );
    expect(first).toMatchObject({ items: [{ id: open }] });
    expect(first).not.toHaveProperty('next');
  });

  it('not with one letter, and never by more words than can be looked for', async () => {
    const all = await ids('view=mine');
    for (const text of ['s', ' ', 'ء', '%F0%9F%91%8D'])
      expect(await ids(`view=mine&text=${text}`), text).toEqual(all);
    const many = await ask(
      'GET',
      `/inbox/sessions?text=${Array(11)
        .fill('aa')
        .map((w, i) => w + i)
        .join('+')}`,
      {
        bearer: ann,
      },
    );
    expect(faultOf(many)).toEqual({ status: 400, code: 'INVALID' });
  });
});

describe('what is over', () => {
  it('is in the list of who held it, or resolved it', async () => {
    const session = await writes('966500000320', 'Done');
    await hold(session, { agent: 'ben' });
    const asBen = house.as((await house.signIn('ben@shop.example')).body.token);
    await asBen('POST', `/inbox/sessions/${session}/resolve`, {});
    const bensOver = async (query: string) =>
      (await asBen('GET', `/inbox/sessions?view=mine&${query}`)).items.map(({ id }: { id: string }) => id);
    expect(await bensOver('state=resolved')).toEqual([session]);
    expect(await ids('agent=ben&state=resolved')).toEqual([session]);
    expect(await ids('view=mine&state=resolved')).toEqual([]);
    await asBen('POST', `/inbox/sessions/${session}/close`, {});
    expect(await bensOver('state=closed')).toEqual([session]);
    expect(await bensOver('state=open')).not.toContain(session);
  });
});

describe('a name that thousands have', () => {
  it('is gone through to its end, in each list', async () => {
    // As the search keeps them: 3,000 people, each with a session.
    let n = 0;
    const put = (text: string) => db.run({ name: `test.many${n++}`, text }, [house.business]);
    await put(`insert into contact (business_id, id, no, type, lane, csid, channel_id, profile)
      select $1, 'many' || n, 1000000 + n, 'SMS', 'l', n::text, 'dummy:sandbox', '{"name": "Mohammed"}'
      from generate_series(1, 3000) n`);
    await put(`insert into contact_search (business_id, contact_id, words)
      select $1, 'many' || n, array_to_tsvector(array['mohammed', 'b:' || $1::int]) from generate_series(1, 3000) n`);
    await put(`insert into session (business_id, id, contact_id, channel_id, queue_code, routing_id, expires_at)
      select $1, lpad(to_hex(n), 24, '0'), 'many' || n, 'dummy:sandbox', 'agent_desk', to_hex(n), now() + interval '1 day'
      from generate_series(1, 3000) n`);
    await put(`insert into inbox_session (business_id, session_id, contact_id, channel_id, queue_code, agent_code, state, active_at)
      select $1, lpad(to_hex(n), 24, '0'), 'many' || n, 'dummy:sandbox', 'agent_desk', case when n % 10 = 0 then 'ben' end,
        'open', now() - n * interval '1 s' from generate_series(1, 3000) n`);
    const many = async (query: string) => {
      const seen = new Set<string>();
      for (let after = ''; ; ) {
        const { items, next } = await page(`text=mohamm&limit=200&${query}${after}`);
        for (const { id } of items) seen.add(id);
        if (next === undefined) return seen.size;
        after = `&after=${next}`;
      }
    };
    expect(await many('view=all')).toBe(3000);
    expect(await many('view=unassigned')).toBe(2700);
    expect(await many('agent=ben')).toBe(300);
  });
});

describe('a ticket', () => {
  it('finds its conversation in the list and in the search, however it is written', async () => {
    const { ticket } = await asAnn('GET', `/inbox/sessions/${bens}`);
    for (const text of [ticket, ticket.toLowerCase(), `%23${ticket}`]) {
      expect(await ids(`text=${text}`), text).toEqual([bens]);
      expect(await ids(`text=${text}&view=mine`), text).toEqual([]);
      const { sessions } = await asAnn('GET', `/inbox/search?q=${text}`);
      expect(sessions, text).toMatchObject([{ id: bens, ticket }]);
    }
    expect(await asAnn('GET', '/inbox/search?q=sara')).not.toHaveProperty('sessions');
  });

  it('is found by who sees the conversation alone', async () => {
    await done('PATCH', '/business', { settings: { agentsSee: 'own' } });
    const asCleo = house.as(await house.agent('cleo', { name: 'Cleo' }));
    const { ticket } = await asAnn('GET', `/inbox/sessions/${bens}`);
    expect((await asCleo('GET', `/inbox/sessions?text=${ticket}`)).items).toEqual([]);
    expect(await asCleo('GET', `/inbox/search?q=${ticket}`)).not.toHaveProperty('sessions');
  });

  it('is the same number in the database and here', async () => {
    const some = [anns, bens, 'ffffffffffffffffffffffff', '000000000000000000000000'];
    const rows = await db.run<{ id: string; n: number }>(
      { name: 'test.ticket', text: 'select id, session_ticket(id)::float8 as n from unnest($1::text[]) id' },
      [some],
    );
    for (const { id, n } of rows) expect(n, id).toBe(ticketNumber(ticketOf(id)));
    for (const text of ['mohamed', '2000000', '1Z141Z4', '12345', 'sara'])
      expect(ticketNumber(text), text).toBeUndefined();
  });
});
