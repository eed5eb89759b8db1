import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, House, type Running, type Tenant, times } from '../pipeline/tools.ts';

/** The SMSC of the package `smpp`, whose codec is none of ours, in a process of its own. */
interface Peer {
  child: ChildProcess;
  control: string;
  settings: { port: number; [name: string]: unknown };
}

async function startPeer(...more: string[]): Promise<Peer> {
  const root = `${import.meta.dirname}/../..`;
  const args = ['test/run.mjs', 'sim/main.ts', 'smpp', ...more];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  return { child, ...(JSON.parse(line) as Omit<Peer, 'child'>) };
}

async function kill({ child }: Peer): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function ask({ control }: Peer, method: string, path: string, body?: object) {
  const answered = await fetch(`${control}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
  });
  const told = (await answered.json()) as { facts: { binds: number; enquired: number }; taken: object[] };
  if (!answered.ok) throw new Error(JSON.stringify(told));
  return told;
}

const channelId = 'smpp:15550001';
const person = '966500000001';
let house: House;
let running: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());

describe.each(['in clear', 'over TLS'])('with an SMSC that others wrote, %s', (how) => {
  const tls = how === 'over TLS' ? ['--tls'] : [];
  let shop: Tenant;
  let peer: Peer;
  beforeAll(async () => {
    peer = await startPeer(...tls);
    shop = await house.business(running);
    await shop.core.change.putChannel(
      { businessId: shop.id },
      {
        type: 'smpp',
        lane: '15550001',
        settings: peer.settings,
      },
    );
    await bound(1);
  });
  afterAll(async () => {
    await shop.core.change.putChannel(
      { businessId: shop.id },
      { type: 'smpp', lane: '15550001', enabled: false },
    );
    await kill(peer);
  });

  const isBound = async (open: number) => {
    const state = (await running.core.change.channelStates(shop.id)).get(channelId);
    return state?.connections?.[0]?.open === open;
  };
  const bound = (open: number) => eventually(() => isBound(open));
  const hears = (text: string) =>
    eventually(async () => {
      const rows = await house.sql(
        `select 1 from message where business_id = $1 and direction = 'I' and content->>'text' = $2`,
        [shop.id, text],
      );
      return rows.length === 1;
    });

  it('sends, is told that it arrived, and hears', async () => {
    const sent = await Promise.all(
      times(20, (n) => shop.send(channelId, `9665000000${10 + n}`, `Hello ${n}`)),
    );
    for (const { id } of sent) await shop.reaches(id, 'DLVRD');
    expect((await ask(peer, 'GET', '/')).taken).toHaveLength(20);
    await ask(peer, 'POST', '/say', { from: person, text: 'Hi there' });
    await hears('Hi there');
  });

  it('binds again when the SMSC was killed and came back, and sends what waited', async () => {
    await kill(peer);
    await bound(0);
    const { id } = await shop.send(channelId, person, 'Are you there?');
    peer = await startPeer('--port', String(peer.settings.port), ...tls);
    // Its certificate is a new one, as its settings say.
    await shop.core.change.putChannel(
      { businessId: shop.id },
      {
        type: 'smpp',
        lane: '15550001',
        settings: peer.settings,
      },
    );
    await bound(1);
    await shop.hurry();
    await shop.reaches(id, 'DLVRD');
    await ask(peer, 'POST', '/say', { from: person, text: 'Here again' });
    await hears('Here again');
  });

  // Its process is stopped: the connection stays open, and nothing is said over it.
  it.runIf(tls.length === 0)(
    'takes an SMSC that is frozen for dead, and binds anew once it is not',
    async () => {
      peer.child.kill('SIGSTOP');
      try {
        await eventually(async () => !(await isBound(1)), 120_000);
      } finally {
        peer.child.kill('SIGCONT');
      }
      await bound(1);
      const { id } = await shop.send(channelId, person, 'Awake again?');
      await shop.reaches(id, 'DLVRD');
    },
    180_000,
  );

  it.runIf(tls.length > 0)('asks after a time of silence whether it is there', async () => {
    await eventually(async () => (await ask(peer, 'GET', '/')).facts.enquired > 0, 50_000);
    await bound(1);
  });
});
