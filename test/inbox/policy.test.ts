import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nouns } from '../../src/apis/parley/index.ts';
import { hears, sees, type View } from '../../src/model/policy.ts';
import { faultOf, inboxHouse } from './people.ts';

/** What holds for every route for people, and for every role: the list comes from the surface, no route escapes it. */
const house = await inboxHouse();
const { ask, done, api } = house;
afterAll(house.end);

const table = Object.values(nouns)
  .flat()
  .filter(({ right }) => right === 'agent' || right === 'supervisor')
  .map((route) => ({ ...route, name: `${route.method} ${route.path}` }));
const ofSession = table.filter(({ path }) => path.startsWith('/inbox/sessions/:id'));
const ofContact = table.filter(({ path }) => path.startsWith('/inbox/contacts/:id'));

const bodies: Record<string, unknown> = {
  'POST /inbox/sessions/:id/messages': { content: { text: 'Marker' } },
  'POST /inbox/sessions/:id/notes': { text: 'Marker' },
  'POST /inbox/sessions/:id/preview': { text: 'Hello {{contact.name}}' },
  'POST /inbox/sessions/:id/undo': { act: 'snoozed' },
  'PUT /inbox/sessions/:id/snooze': { until: Date.now() + 3_600_000 },
  'PUT /inbox/sessions/:id/drafts/:mode': { text: 'Marker' },
  'POST /inbox/contacts/:id/preview': { text: 'Hello {{contact.name}}' },
  'PUT /inbox/contacts/:id/tags': { tags: [] },
  'POST /inbox/contacts/:id/messages': { content: { text: 'Marker' } },
};
const tokens: Record<string, string> = {};
let mine = { session: '', contact: '' };
let bens = { session: '', contact: '' };

beforeAll(async () => {
  await done('PUT', '/channels/dummy:sandbox', { queue: 'agent_desk', settings: { speed: 100 } });
  await done('PUT', '/teams/care', {});
  await done('PUT', '/queues/vip', { type: 'AGENT' });
  for (const code of ['ann', 'ben']) tokens[code] = await house.agent(code);
  tokens.sue = await house.agent('sue', { role: 'supervisor' });
  tokens.root = await house.agent('root', { role: 'admin' });
  await done('PATCH', '/business', { settings: { agentsSee: 'own' } });
  const talk = async (csid: string, agent: string) => {
    const { sessionId, contactId } = await house.as(tokens.root!)(
      'POST',
      `/inbox/simulator/dummy:sandbox/phones/${csid}/messages`,
      { text: 'Secret of Amina', name: 'Amina' },
    );
    await house.as(tokens.root!)('PUT', `/inbox/sessions/${sessionId}/holder`, { agent });
    return { session: sessionId, contact: contactId };
  };
  mine = await talk('966500000001', 'ann');
  bens = await talk('966500000002', 'ben');
  tokens.eve = await house.stranger();
});

const call = (route: { method: string; path: string; name: string }, who: string, of: typeof mine) => {
  const path = route.path
    .replace('/contacts/:id', `/contacts/${of.contact}`)
    .replace(':id', of.session)
    .replace(':mode', 'reply')
    .replace(':message', '0123456789abcdef01234567');
  const body = route.method === 'GET' ? undefined : (bodies[route.name] ?? {});
  return ask(route.method, path, { bearer: tokens[who]!, body });
};

it('there are such routes', () => {
  expect(table.length).toBeGreaterThan(40);
  expect(ofSession.length).toBeGreaterThan(15);
  expect(ofContact.length).toBeGreaterThan(5);
});

describe('what an agent does not see', () => {
  it.each([...ofSession, ...ofContact])(
    '$name: is not there for a colleague, nor for another business',
    async (route) => {
      for (const who of ['ann', 'eve']) {
        const answer = await call(route, who, bens);
        expect(answer.status, answer.text).toBe(404);
        expect(answer.text).not.toMatch(/Amina|Secret/);
      }
    },
  );

  it('stands in no list, no count and no search', async () => {
    for (const [who, sessions] of [
      ['ann', [mine.session]],
      ['ben', [bens.session]],
      ['eve', []],
      ['sue', [bens.session, mine.session]],
      ['root', [bens.session, mine.session]],
    ] as const) {
      const as = house.as(tokens[who]!);
      const { items } = await as('GET', '/inbox/sessions?state=any');
      expect(
        items.map(({ id }: { id: string }) => id),
        who,
      ).toEqual(sessions);
      expect((await as('GET', '/inbox/counts')).all, who).toBe(sessions.length);
      await expect
        .poll(async () => (await as('GET', '/inbox/search?q=secret')).messages.items.length, {
          timeout: 10_000,
        })
        .toBe(sessions.length);
      expect((await as('GET', '/inbox/search?q=amina')).contacts.items.length, who).toBe(sessions.length);
    }
  });

  it('stands in no feed of what happened; the numbers go on over what is not told', async () => {
    const feed = async (who: string) => {
      const told: { seq: number; type: string; data: { session?: { id: string } } }[] = [];
      for (let after = 0; ; ) {
        const { items, next } = await house.as(tokens[who]!)('GET', `/events?after=${after}&limit=5`);
        if (next === after) return told;
        told.push(...items);
        after = next;
      }
    };
    const ofAll = await feed('root');
    expect(ofAll.map(({ seq }) => seq)).toEqual(ofAll.map((_, n) => n + 1));
    expect((await feed('sue')).length).toBe(ofAll.length);
    const ofAnn = await feed('ann');
    expect(
      ofAnn.some(({ type, data }) => type === 'session.assigned' && data.session?.id === mine.session),
    ).toBe(true);
    expect(ofAnn.filter(({ data }) => !data.session)).toEqual([]);
    // What waited in her queue she saw, and that Ben has it now; nothing of it after that.
    const ofBen = ofAll.filter(({ data }) => data.session?.id === bens.session);
    const since = ofBen.find(({ type }) => type === 'session.assigned')!.seq;
    const ofBens = ofAnn.filter(({ seq, data }) => seq >= since && data.session?.id === bens.session);
    expect(ofBens.map(({ seq }) => seq)).toEqual([since]);
    expect(await feed('eve')).toEqual([]);
    const key = await fetch(`${house.address}/api/v1/events`);
    expect(key.status).toBe(401);
  });

  it('is out of reach by every other route that reads or writes conversations, on every surface', async () => {
    const paths = [
      '/api/v1/sessions',
      `/api/v1/sessions/${bens.session}/messages`,
      '/api/v1/contacts',
      '/v1/tags',
      '/xms/api/v1/config/channels',
    ];
    for (const path of paths) {
      const answer = await fetch(house.address + path, {
        headers: { authorization: `Bearer ${tokens.ann}` },
      });
      expect(answer.status, path).toBe(403);
      const above = await fetch(house.address + path, { headers: { authorization: `Bearer ${tokens.sue}` } });
      expect(above.status, path).toBe(200);
    }
    const send = { to: { contactId: bens.contact }, content: { text: 'x' } };
    expect(faultOf(await ask('POST', '/messages', { bearer: tokens.ann!, body: send }))).toEqual({
      status: 403,
      code: 'OWN_SESSIONS_ONLY',
    });
  });
});

describe('what an agent sees', () => {
  it.each(ofSession.filter(({ path }) => !path.includes(':message') && !/close|resolve/.test(path)))(
    '$name: is open to who holds it, a supervisor and an administrator',
    async (route) => {
      for (const who of ['ann', 'sue', 'root']) {
        const answer = await call(route, who, mine);
        expect([200, 201, 409], answer.text).toContain(answer.status);
      }
      // What the supervisor took or gave away is Ann's again.
      await house.as(tokens.root!)('PUT', `/inbox/sessions/${mine.session}/holder`, { agent: 'ann' });
    },
  );

  it.each(table)('$name: is for people alone', async (route) => {
    const path = route.path.replace(/:\w+/g, 'anything');
    const answer = await api(route.method, path, route.method === 'GET' ? undefined : {});
    expect(faultOf(answer)).toEqual({ status: 403, code: 'NO_AGENT' });
    expect((await ask(route.method, path, { body: route.method === 'GET' ? undefined : {} })).status).toBe(
      401,
    );
  });

  it('is what waits in the queues named for the agent, too, and what the team has', () => {
    const view: View = { all: false, agent: 'ann', teams: ['care'], queues: ['vip'], waiting: ['vip'] };
    const seen = (held: Parameters<typeof sees>[1]) => sees(view, held);
    expect(seen({ queue: 'vip', agent: 'ben' })).toBe(true);
    expect(seen({ queue: 'agent_desk' })).toBe(false);
    expect(seen({ queue: 'agent_desk', agent: 'ben', team: 'care' })).toBe(true);
    expect(seen({ queue: 'agent_desk', agent: 'ben' })).toBe(false);
    expect(seen({ queue: 'agent_desk', resolvedBy: 'ann' })).toBe(true);
    const anywhere = { ...view, teams: [], queues: [], waiting: ['agent_desk', 'vip'] };
    expect(sees(anywhere, { queue: 'agent_desk' })).toBe(true);
    expect(sees(anywhere, { queue: 'agent_desk', team: 'care' })).toBe(false);
    expect(sees(anywhere, { queue: 'bots' })).toBe(false);
  });
});

describe('who sees a part of the sessions', () => {
  const ann: View = { all: false, agent: 'ann', teams: ['care'], queues: [], waiting: ['agent_desk'] };
  const assigned = (queue: string, assignment: object) =>
    hears(ann, {
      type: 'session.assigned',
      data: { session: { queue, agent: 'ben' }, assignment: { newAgent: 'ben', ...assignment } },
    } as never);

  it('hears that a colleague has taken what was there for her, and of no other', () => {
    expect(assigned('agent_desk', {})).toBe(true);
    expect(assigned('agent_desk', { oldTeam: 'care' })).toBe(true);
    expect(assigned('agent_desk', { oldAgent: 'ann' })).toBe(true);
    expect(assigned('agent_desk', { oldAgent: 'eve' })).toBe(false);
    expect(assigned('vip', {})).toBe(false);
  });
});
