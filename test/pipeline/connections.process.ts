import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Channel, Outgoing } from '../../src/channels/channel.ts';
import type { ConnectionKind, Line } from '../../src/channels/connection.ts';
import { channelOf } from '../../src/channels/index.ts';
import { SendFailure } from '../../src/model/failure.ts';
import { pauseMs } from '../../src/pipeline/connection-keeper.ts';
import { type Connections, startConnections } from '../../src/pipeline/connections.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { OpenConnections } from '../../src/pipeline/open-connections.ts';
import { outsideHere, serveTcp } from '../outside/tools.ts';
import { eventually, House, type Running, type Tenant } from './tools.ts';

/**
 * A provider with a protocol of lines: `LOGIN <password>` is answered `OK` or `NO`; then it tells messages,
 * `<number> <text>`, from `FROM <number>` on, and each is acknowledged by its number.
 */
async function provider() {
  const told: string[] = [];
  const acknowledged: number[] = [];
  const logins: string[] = [];
  const from: number[] = [];
  const heard: string[] = [];
  const lines = new Set<(text: string, n: number) => void>();
  const here = await serveTcp((socket) => {
    const say = (text: string) => void socket.write(`${text}\n`);
    const tell = (text: string, n: number) => say(`${n} ${text}`);
    socket.once('close', () => lines.delete(tell));
    createInterface(socket).on('line', (line) => {
      const [word, value] = line.split(' ');
      if (word === 'LOGIN') {
        logins.push(value!);
        say(value === 'right' ? 'OK' : 'NO');
      } else if (word === 'FROM') {
        from.push(Number(value));
        lines.add(tell);
        for (let n = Number(value); n < told.length; n += 1) tell(told[n]!, n);
      } else if (word === 'SAY') {
        heard.push(line.slice(4));
        say(`SAID ${heard.length}`);
      } else acknowledged.push(Number(word));
    });
  });
  return {
    ...here,
    acknowledged,
    logins,
    from,
    heard,
    tell(text: string) {
      told.push(text);
      for (const line of lines) line(text, told.length - 1);
    },
    cut() {
      for (const socket of here.sockets) socket.destroy();
    },
  };
}

let port = 0;
let password = 'right';

async function login(socket: Socket): Promise<AsyncIterator<string>> {
  const lines = createInterface(socket)[Symbol.asyncIterator]();
  socket.write(`LOGIN ${password}\n`);
  const { value } = await lines.next();
  if (value !== 'OK') throw new SendFailure({ class: 'AUTH', text: 'The provider said NO.' });
  return lines;
}

/** How channels of the tests speak to it. */
function kind(heldBy: 'each' | 'one', more: Partial<ConnectionKind> = {}): ConnectionKind {
  return {
    name: 'lines',
    heldBy,
    async open(_account, line: Line) {
      const socket = await line.dial({ host: 'provider.test', port });
      const lines = await login(socket);
      socket.write(`FROM ${Number(line.cursor ?? 0)}\n`);
      const answers: ((answer: string) => void)[] = [];
      const read = async () => {
        for (;;) {
          const { value, done } = await lines.next();
          if (done) throw new SendFailure({ class: 'UNAVAILABLE', text: 'The provider hung up.' });
          const [n, ...words] = value.split(' ');
          if (n === 'SAID') {
            answers.shift()?.(words[0]!);
            continue;
          }
          await line.deliver({ messages: [textFrom(Number(n), words.join(' '))] }, Number(n) + 1);
          socket.write(`${n}\n`);
        }
      };
      return {
        ended: read(),
        close: async () => void socket.destroy(),
        async send({ content }: Outgoing, note) {
          socket.write(`SAY ${content.text}\n`);
          const id = await new Promise<string>((resolve) => answers.push(resolve));
          note({ method: 'SAY', to: 'provider.test', request: content.text!, answer: id, ms: 1 });
          return { providerId: `said-${id}` };
        },
      };
    },
    ...more,
  };
}

function textFrom(n: number, text: string) {
  return {
    providerId: `n${n}`,
    csid: '15550001',
    timestamp: Date.now(),
    content: { type: 'text' as const, text },
  };
}

let house: House;
let running: Running;
let shop: Tenant;
let channelId: string;
let peer: Awaited<ReturnType<typeof provider>>;
const outside = outsideHere();
const started: Connections[] = [];
const hearers: ((businessId: number | undefined) => void)[] = [];
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());
beforeEach(async () => {
  shop = await house.business(running);
  channelId = await shop.sandbox('line');
  // The channels of the tests before, and the sandbox of the first start, are no part of this one.
  await house.sql('update channel set enabled = false where business_id <> $1', [shop.id]);
  peer = await provider();
  port = peer.port;
  password = 'right';
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()));
  await peer[Symbol.asyncDispose]();
});

/** Changes the channel, as an administrator does. */
async function change(more: { enabled?: boolean; settings?: Record<string, unknown> }): Promise<void> {
  await running.core.change.putChannel({ businessId: shop.id }, { type: 'dummy', lane: 'line', ...more });
  for (const heard of hearers) heard(shop.id);
}

/** Keeps connections of this kind as one more process would. */
async function process(name: string, ...connections: ConnectionKind[]) {
  const open = new OpenConnections();
  const ctx = {
    db: house.db,
    log: pino({ level: 'silent' }),
    wake: { call: () => {} },
    setup: running.core.setup,
    account: running.account,
    tells: ['plain channel.attention'],
    connections: open,
  } as unknown as Context;
  const door = { ...channelOf('dummy')!, connections } as Channel;
  const feed = { on: (_: string, heard: (typeof hearers)[number]) => void hearers.push(heard) };
  const tools = {
    ctx,
    outside,
    receive: running.core.receive,
    process: name,
    publicUrl: new URL('https://parley.test'),
  };
  const kept = await startConnections(tools, { doors: [door], feed });
  started.push(kept);
  return { ...kept, open };
}

const texts = async () =>
  (
    await house.sql<{ text: string }>(
      `select content->>'text' as text from message where business_id = $1 order by id`,
      [shop.id],
    )
  ).map((m) => m.text);
const states = async () => (await running.core.change.channelStates(shop.id)).get(channelId)?.connections;
const settled = (condition: () => boolean | Promise<boolean>) =>
  eventually(async () => {
    if (!(await condition())) throw new Error('not yet');
  });

describe('a connection that each process has', () => {
  it('delivers what comes, acknowledges after the commit, sends, and comes back when it breaks', async () => {
    const one = await process('first', kind('each', { count: () => 2, sends: true }));
    await settled(async () => (await states())?.[0]?.open === 2);
    expect(await states()).toEqual([
      { name: 'lines', process: 'first', wanted: 2, open: 2, since: expect.any(Number) },
    ]);
    expect(peer.logins).toEqual(['right', 'right']);
    peer.tell('Hello');
    // Both lines tell it; it is one message.
    await settled(() => peer.acknowledged.length === 2);
    expect(await texts()).toEqual(['Hello']);
    const sent = await one.open.pick({ businessId: shop.id, channelId })!.send!(
      { content: { type: 'text', text: 'Good morning' } } as Outgoing,
      () => {},
    );
    expect(sent).toEqual({ providerId: 'said-1' });
    expect(one.open.rooms([])).toEqual([]);
    peer.cut();
    await settled(() => one.open.rooms([]).length === 1);
    // Nothing is claimed here for a channel that has none open.
    expect(one.open.rooms([])).toEqual([{ businessId: shop.id, channelId, free: 0 }]);
    expect(one.open.pick({ businessId: shop.id, channelId })).toBeUndefined();
    await settled(async () => (await states())?.[0]?.open === 2);
    expect(peer.logins).toHaveLength(4);
  });

  it('is closed when the channel is switched off, and opened again as its settings then say', async () => {
    const one = await process('first', kind('each'));
    await settled(() => peer.sockets.size === 1);
    await change({ enabled: false });
    await settled(async () => peer.sockets.size === 0 && (await states()) === undefined);
    await change({ enabled: true, settings: { speed: 7 } });
    await settled(() => peer.sockets.size === 1);
    await one.stop();
    expect(await states()).toBeUndefined();
    await settled(() => peer.sockets.size === 0);
  });

  it('does not try wrong credentials for ever: an administrator is told, and mends it', async () => {
    password = 'wrong';
    await house.sql(`update channel set auth_failures = 2 where business_id = $1`, [shop.id]);
    await process('first', kind('each', { count: () => 3, sends: true }));
    const [event] = await eventually(async () => {
      const told = await shop.events('channel.attention');
      if (told.length === 0) throw new Error('not yet');
      return told;
    });
    expect(event!.data).toMatchObject({
      channelId,
      needed: true,
      reason: expect.stringContaining('said NO'),
    });
    // The other two were not even tried.
    expect(peer.logins).toEqual(['wrong']);
    await settled(async () => (await states()) === undefined);
    password = 'right';
    await change({ settings: { speed: 8 } });
    await settled(async () => (await states())?.[0]?.open === 3);
  });
});

describe('a connection that one process has', () => {
  it('goes on in another process at the cursor, and the first can store nothing more', async () => {
    const deliveries: { by: string; deliver: Line['deliver'] }[] = [];
    const watched = (by: string): ConnectionKind => {
      const usual = kind('one');
      return {
        ...usual,
        open(account, line) {
          deliveries.push({ by, deliver: line.deliver });
          return usual.open(account, line);
        },
      };
    };
    await process('first', watched('first'));
    await settled(async () => (await states())?.[0]?.open === 1);
    await process('second', watched('second'));
    peer.tell('One');
    peer.tell('Two');
    await settled(() => peer.acknowledged.length === 2);
    expect(peer.from).toEqual([0]);
    const [row] = await house.sql<{ cursor: number; holder: string }>(
      'select cursor, holder from connection_lease where business_id = $1',
      [shop.id],
    );
    expect(row).toEqual({ cursor: 2, holder: 'first' });
    // As if the first had frozen for longer than its lease.
    await house.sql(
      `update connection_lease set lease_until = now() - interval '1 s', epoch = epoch + 1, holder = '?'`,
    );
    await settled(() => deliveries.some(({ by }) => by === 'second'));
    await expect(deliveries[0]!.deliver({ messages: [textFrom(9, 'Late')] }, 10)).rejects.toThrow(
      'Another process',
    );
    await settled(() => peer.from.length === 2);
    expect(peer.from).toEqual([0, 2]);
    peer.tell('Three');
    await settled(() => peer.acknowledged.at(-1) === 2);
    expect(await texts()).toEqual(['One', 'Two', 'Three']);
    // The first has let go by itself.
    await settled(() => peer.sockets.size === 1);
    await settled(async () => (await states())?.length === 1);
    expect(await states()).toMatchObject([{ process: 'second', open: 1 }]);
  });

  it('is given away by a process that stops, and begins again at its cursor when it breaks', async () => {
    const first = await process('first', kind('one'));
    await settled(async () => (await states())?.[0]?.open === 1);
    const second = await process('second', kind('one'));
    peer.tell('One');
    await settled(() => peer.acknowledged.length === 1);
    peer.cut();
    await settled(() => peer.from.length === 2);
    await first.stop();
    await settled(() => peer.from.length === 3);
    expect(peer.from).toEqual([0, 1, 1]);
    await second.stop();
    expect(await texts()).toEqual(['One']);
  });

  it('keeps what can never be applied for the operator, and reads on', async () => {
    const usual = kind('one');
    const bad: ConnectionKind = {
      ...usual,
      open: (account, line) =>
        usual.open(account, {
          ...line,
          // The second one has no address at all: nobody can be made of it.
          deliver: ({ messages = [] }, cursor) =>
            line.deliver(
              { messages: messages.map((m) => ({ ...m, ...(cursor === 2 && { csid: null as never }) })) },
              cursor,
            ),
        }),
    };
    await process('first', bad);
    await settled(async () => (await states())?.[0]?.open === 1);
    for (const text of ['One', 'Two', 'Three']) peer.tell(text);
    await settled(() => peer.acknowledged.length === 3);
    expect(await texts()).toEqual(['One', 'Three']);
    const kept = await house.sql<{ body: Buffer }>(
      'select body from inbound_failure where business_id = $1',
      [shop.id],
    );
    expect(kept.map(({ body }) => body.toString())).toEqual([expect.stringContaining('Two')]);
    const [row] = await house.sql<{ cursor: number }>(
      'select cursor from connection_lease where business_id = $1',
      [shop.id],
    );
    expect(row).toEqual({ cursor: 3 });
  });
});

it('waits longer from failure to failure: 1 s to 60 s', () => {
  expect([1, 2, 6, 100].map((failed) => [pauseMs(failed, 0), pauseMs(failed, 1)])).toEqual([
    [1000, 2000],
    [1000, 4000],
    [1000, 60_000],
    [1000, 60_000],
  ]);
});
