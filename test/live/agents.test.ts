import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { startServer } from '../../src/server.ts';
import { installationKey, testServer, until } from '../apis/parley/server.ts';
import { openBrowser } from '../webchat/visitor.ts';

const { address, api, server, started, end } = await testServer();
// The agents sit at another process than the visitors.
const other = await startServer(started.config, started.url, started.log);
const tokens: Record<string, string> = {};
let siteKey = '';

beforeAll(async () => {
  const { core } = server.pipeline;
  const caller = await core.authenticate(installationKey);
  await api('PUT', '/teams/sales', {});
  for (const [code, name] of [
    ['ann', 'Ann'],
    ['bob', 'Bob'],
    ['eve', 'Eve'],
  ] as const) {
    await api('PUT', `/agents/${code}`, { name, displayName: `${name} of the shop` });
    const agent = (await core.setup(caller.businessId)).agents.get(code)!;
    tokens[code] = (await core.access.openForAgent(caller, agent)).token;
  }
  const site = await api('PUT', '/channels/web:shop', { settings: { origins: ['https://shop.example'] } });
  siteKey = site.body.siteKey;
});
afterAll(async () => {
  await other.stop();
  await end();
});

type Heard = Record<string, unknown> & { type: string };

async function windowOf(agent: string, at = other.address) {
  const socket = new WebSocket(`${at.replace('http', 'ws')}/api/v1/live`, [
    'parley.v1',
    `bearer.${tokens[agent]}`,
  ]);
  const heard: Heard[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data))));
  await once(socket, 'open');
  return {
    socket,
    heard,
    say: (frame: object) => socket.send(JSON.stringify(frame)),
    hears: (wanted: object) =>
      until(
        async () =>
          heard.find((one) =>
            Object.entries(wanted).every(
              ([key, value]) => JSON.stringify(one[key]) === JSON.stringify(value),
            ),
          ),
        (one) => one !== undefined,
      ),
  };
}

it('agents hear of each other and of the visitor, and he of them, over two processes', async () => {
  const browser = openBrowser(address, siteKey);
  const session = await browser.session();
  const visitor = await browser.connect(session.token);
  await visitor.hears('welcome');
  visitor.say({ t: 'msg', cid: 'a', text: 'Is anybody there?' });
  const { id: messageId } = await visitor.hears('ack');
  const { body } = await api('GET', `/messages/${messageId}`);
  const { sessionId } = body;

  const ann = await windowOf('ann');
  await ann.hears({ type: 'presence' });
  await ann.hears({ type: 'live' });
  await visitor.hears('agents', ({ online }) => online === 1);
  // A session of its own process, so that both ways are gone.
  const bob = await windowOf('bob', address);
  await ann.hears({ type: 'online', agent: 'bob', online: true });
  await bob.hears({
    type: 'presence',
    online: [
      { agent: 'ann', away: false },
      { agent: 'bob', away: false },
    ],
  });
  ann.say({ type: 'viewing', session: sessionId });
  bob.say({ type: 'viewing', session: sessionId });
  await bob.hears({ type: 'viewers', session: sessionId, agents: ['ann', 'bob'] });
  await ann.hears({ type: 'viewers', session: sessionId, agents: ['ann', 'bob'] });

  visitor.say({ t: 'typing' });
  await ann.hears({ type: 'typing', session: sessionId, from: 'contact', on: true });
  ann.say({ type: 'typing', session: sessionId, on: true });
  expect(await visitor.hears('typing')).toMatchObject({ on: true, name: 'Ann of the shop' });
  await bob.hears({ type: 'typing', session: sessionId, from: 'agent', agent: 'ann', on: true });
  ann.say({ type: 'read', session: sessionId, messageId });
  expect(await visitor.hears('seen')).toMatchObject({ id: messageId });
  await bob.hears({ type: 'read', session: sessionId, messageId, agent: 'ann' });
  expect(
    ann.heard.filter(({ type }) => type === 'typing' || type === 'read').map(({ from }) => from),
  ).toEqual(['contact']);
  const again = await browser.connect(session.token);
  expect((await again.hears('welcome')).readUpTo).toBe(messageId);
  expect((await again.hears('welcome')).agents).toBe(2);
  visitor.say({ t: 'page', url: 'https://shop.example/shoes', title: 'Shoes' });
  await ann.hears({
    type: 'visitor',
    online: true,
    page: { url: 'https://shop.example/shoes', title: 'Shoes' },
  });

  bob.say({ type: 'away', away: true });
  await ann.hears({ type: 'online', agent: 'bob', online: true, away: true });
  bob.socket.terminate();
  await ann.hears({ type: 'online', agent: 'bob', online: false });
  await ann.hears({ type: 'viewers', session: sessionId, agents: ['ann'] });
  for (const one of [visitor, again]) one.close();
  await ann.hears({ type: 'visitor', online: false });
  ann.socket.close();
});

it('an agent who sees a part of the sessions hears of these alone; what a window says wrong is told', async () => {
  expect((await api('PATCH', '/business', { settings: { agentsSee: 'own' } })).status).toBe(200);
  const eve = await windowOf('eve');
  await eve.hears({ type: 'live' });
  const sent = (
    await api('POST', '/messages', {
      channelId: 'dummy:sandbox',
      to: { phone: '966500000200' },
      content: { text: 'x' },
    })
  ).body;
  const { core } = server.pipeline;
  const caller = await core.authenticate(installationKey);
  const route = (agent: string) => core.route(caller, { sessionId: sent.sessionId, agent });
  await route('bob');
  eve.say({ type: 'viewing', session: sent.sessionId });
  await eve.hears({ type: 'error', code: 'SESSION_NOT_FOUND', field: 'session' });
  eve.say({ type: 'dance' });
  await eve.hears({ type: 'error', code: 'BAD_FRAME' });
  await route('eve');
  const told = await until(
    async () =>
      eve.heard
        .filter(({ type }) => type === 'event')
        .map(({ event }) => event as { type: string; data: { session?: { agent?: string } } }),
    (all) => all.some(({ data }) => data.session?.agent === 'eve'),
  );
  // It was a bot's until Bob had it: she never saw it.
  expect(told.filter(({ data }) => data.session?.agent === 'bob')).toEqual([]);
  eve.socket.close();
});

it('hears what a window says before it is told anything', async () => {
  for (let n = 0; n < 10; n++) {
    const hasty = await windowOf('eve');
    hasty.say({ type: 'ping' });
    await hasty.hears({ type: 'pong' });
    expect(hasty.heard[0]!.type).toBe('hello');
    hasty.socket.close();
  }
});
