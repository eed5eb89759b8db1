import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { until } from '../apis/parley/server.ts';
import { inboxHouse } from '../inbox/people.ts';

/** What those hear of a session that leaves the part they see: without it, it would stand in their list until they look anew. */
const house = await inboxHouse();
const { done, agent } = house;
const sockets: WebSocket[] = [];
afterAll(async () => {
  for (const socket of sockets) socket.terminate();
  await house.end();
});

const tokens: Record<string, string> = {};
type Heard = { seq: number; type: string; session?: string };
const heard: Record<string, Heard[]> = {};

beforeAll(async () => {
  for (const code of ['first', 'second']) await done('PUT', `/queues/${code}`, { type: 'AGENT' });
  await done('PUT', '/channels/dummy:sandbox', { queue: 'first', settings: { speed: 100 } });
  await done('PUT', '/teams/care', {});
  const people = { ann: ['first'], ben: ['second'], cleo: ['second'], dan: ['first'] };
  for (const [code, queues] of Object.entries(people)) tokens[code] = await agent(code, { queues });
  // Works in all queues, and sees only what nobody holds there.
  tokens.eve = await agent('eve');
  tokens.sue = await agent('sue', { role: 'supervisor' });
  await done('PATCH', '/business', { settings: { agentsSee: 'own' } });
  for (const code of Object.keys(tokens)) await listen(code);
});

async function listen(code: string): Promise<void> {
  const url = `${house.address.replace('http', 'ws')}/api/v1/live`;
  const socket = new WebSocket(url, ['parley.v1', `bearer.${tokens[code]}`]);
  sockets.push(socket);
  heard[code] = [];
  socket.on('message', (data) => {
    const { type, event } = JSON.parse(String(data));
    if (type === 'event')
      heard[code]!.push({ seq: event.seq, type: event.type, session: event.data.session?.id });
  });
  await once(socket, 'open');
}

const asSue = (method: string, path: string, body?: unknown) => house.as(tokens.sue!)(method, path, body);
let many = 0;
const writes = async (): Promise<string> =>
  (
    await asSue('POST', `/inbox/simulator/dummy:sandbox/phones/9665000007${10 + ++many}/messages`, {
      text: 'Hi',
    })
  ).sessionId;

/** Gives it away; answers who hears of it, and of what. */
async function moves(session: string, to: object): Promise<Record<string, string[]>> {
  const last = () => Math.max(0, ...heard.sue!.map(({ seq }) => seq));
  const [{ seq: before }] = (await house.db.run<{ seq: number }>(
    { name: 'test.head', text: 'select max(seq)::int as seq from event' },
    [],
  )) as [{ seq: number }];
  await asSue('PUT', `/inbox/sessions/${session}/holder`, to);
  const { items } = await asSue('GET', `/events?after=${before}`);
  const end = items.at(-1).seq;
  await until(
    async () => last(),
    (seq) => seq >= end,
  );
  // Whoever hears something hears it before what follows it.
  const told = await writes();
  await until(
    async () => Object.values(heard).filter((all) => all.some((one) => one.session === told)).length,
    (count) => count >= 4,
  );
  return Object.fromEntries(
    Object.entries(heard).map(([code, all]) => [
      code,
      all
        .filter((one) => one.session === session && one.seq > before && /routed|assigned/.test(one.type))
        .map(({ type }) => type.replace('session.', '')),
    ]),
  );
}

it('who saw it waiting hears that it is somebody’s in another queue', async () => {
  const session = await writes();
  expect(await moves(session, { queue: 'second', agent: 'ben' })).toEqual({
    ann: ['routed', 'assigned'],
    dan: ['routed', 'assigned'],
    ben: ['routed', 'assigned'],
    cleo: ['routed', 'assigned'],
    // She sees nobody's sessions but her own, and saw it wait.
    eve: ['assigned'],
    sue: ['routed', 'assigned'],
  });
});

it('who held it, and whose team had it, hears so; and nobody who never saw it', async () => {
  const session = await writes();
  await moves(session, { agent: 'eve', team: 'care' });
  const { eve, ann, ben } = await moves(session, { queue: 'second', agent: 'ben', team: null });
  expect({ eve, ann, ben }).toEqual({
    eve: ['routed', 'assigned'],
    ann: ['routed', 'assigned'],
    ben: ['routed', 'assigned'],
  });
});

it('who sees what waits hears that it waits elsewhere', async () => {
  const session = await writes();
  const { ann, ben, eve } = await moves(session, { queue: 'second' });
  expect({ ann, ben, eve }).toEqual({ ann: ['routed'], ben: ['routed'], eve: ['routed'] });
});

it('who did not see it does not hear that it is nobody’s in a queue that is not his', async () => {
  const session = await writes();
  await moves(session, { agent: 'ann' });
  await done('PUT', '/queues/bots', { type: 'BOT', app: 'default' });
  const { eve, ben, ann } = await moves(session, { queue: 'bots', agent: null });
  expect({ eve, ben }).toEqual({ eve: [], ben: [] });
  expect(ann).toEqual(['routed', 'assigned']);
});
