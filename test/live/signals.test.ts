import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { messenger } from '../../sim/meta.ts';
import type { Simulated } from '../../sim/simulator.ts';
import { Board } from '../../sim/switches.ts';
import { simulator as telegram } from '../../sim/telegram.ts';
import { installationKey, until } from '../apis/parley/server.ts';
import { inboxHouse } from '../inbox/people.ts';

const house = await inboxHouse({ ALLOW_PRIVATE_TARGETS: '127.0.0.0/8' });
let ann: string;
let meta: Simulated;
let bot: Simulated;
let people = 90_000;

beforeAll(async () => {
  ann = await house.agent('ann', { name: 'Ann' });
  meta = await messenger.start({ port: 0, board: new Board() });
  bot = await telegram.start({ port: 0, board: new Board() });
  for (const { type, settings } of [meta, bot])
    await house.done('PUT', `/channels/${type}:shop`, { settings });
  const { webhookUrl } = await house.done('GET', '/channels/fb:shop');
  meta.webhook = `${house.address}${new URL(webhookUrl).pathname}`;
});
afterAll(async () => {
  await house.end();
  await Promise.all([meta.close(), bot.close()]);
});

/** Somebody new writes; answers who, and the session as ann sees it. */
async function somebodyAt(provider: Simulated) {
  people += 1;
  const who = String(people);
  await provider.say(who, 'Is anybody there?');
  const { items } = await until(
    () => house.as(ann)('GET', '/inbox/sessions?state=open'),
    (list: { items: { contact: { id: string } }[] }) =>
      list.items.some(({ contact }) => contact.id.includes(who)),
  );
  const session = items.find(({ contact }) => contact.id.includes(who)) as unknown as { id: string };
  return { who, session: session.id };
}

async function windowOf(bearer: string) {
  const socket = new WebSocket(`${house.address.replace('http', 'ws')}/api/v1/live`, [
    'parley.v1',
    `bearer.${bearer}`,
  ]);
  // It is heard from when it is told who is there.
  await new Promise<void>((heard) => {
    socket.on('message', (told) => JSON.parse(String(told)).type === 'presence' && heard());
  });
  return { say: (frame: object) => socket.send(JSON.stringify(frame)), close: () => socket.close() };
}

const shownTo = (provider: Simulated, who: string) =>
  provider.shown!.filter(({ to }) => to === who).map(({ what }) => what);

it('a customer at Messenger sees that an agent has read, writes, and writes no more', async () => {
  const { who, session } = await somebodyAt(meta);
  const window = await windowOf(ann);
  const shown = () => shownTo(meta, who);
  const isShown = (what: string[]) =>
    until(
      async () => shown(),
      (now) => JSON.stringify(now) === JSON.stringify(what),
    );
  await house.as(ann)('PUT', `/inbox/sessions/${session}/read`, {});
  await isShown(['read']);
  window.say({ type: 'typing', session, on: true });
  await isShown(['read', 'typing']);
  window.say({ type: 'typing', session, on: false });
  await isShown(['read', 'typing', 'stopped']);
  window.close();
});

it('a customer at Telegram sees that an agent writes', async () => {
  const { who, session } = await somebodyAt(bot);
  const window = await windowOf(ann);
  window.say({ type: 'typing', session, on: true });
  await until(
    async () => shownTo(bot, who),
    (shown) => shown.join() === 'typing',
  );
  window.close();
});

it('what the window says was read is marked once, whatever else says it', async () => {
  const { who, session } = await somebodyAt(meta);
  const { items } = await house.as(ann)('GET', `/inbox/sessions/${session}/messages`);
  const window = await windowOf(ann);
  window.say({ type: 'read', session, messageId: items.at(-1).id });
  await until(
    async () => shownTo(meta, who),
    (shown) => shown.join() === 'read',
  );
  await house.as(ann)('PUT', `/inbox/sessions/${session}/read`, {});
  await house.as(ann)('POST', `/inbox/sessions/${session}/messages`, {
    content: { type: 'text', text: 'Yes' },
  });
  await until(async () => meta.taken.some(({ to }) => to === who), Boolean);
  expect(shownTo(meta, who)).toEqual(['read']);
  window.close();
});

it('a key is nobody who writes or reads', async () => {
  const { who, session } = await somebodyAt(meta);
  const { items } = await house.as(ann)('GET', `/inbox/sessions/${session}/messages`);
  const program = await windowOf(installationKey);
  program.say({ type: 'typing', session, on: true });
  program.say({ type: 'read', session, messageId: items.at(-1).id });
  const window = await windowOf(ann);
  window.say({ type: 'typing', session, on: true });
  await until(
    async () => shownTo(meta, who),
    (shown) => shown.length > 0,
  );
  expect(shownTo(meta, who)).toEqual(['typing']);
  for (const one of [program, window]) one.close();
});
