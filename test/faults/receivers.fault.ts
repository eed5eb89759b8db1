import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { certificate } from '../outside/tools.ts';
import { until } from '../parley.ts';
import { allHolds, type House, openHouse } from './house.ts';
import { asBefore, p99, usual } from './latency.ts';
import { deliveriesOf, listenAt, meet, type Peers, startPeers, type Told } from './peers.ts';
import { note } from './table.ts';

let house: House;
let peers: Peers;
let folder: string;
const shown: Record<'good' | 'expired' | 'other' | 'self', { key: string; cert: string }> = {} as never;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-authorities-'));
  shown.good = await certificate('localhost');
  shown.expired = await certificate('localhost', { expired: true });
  shown.other = await certificate('other.test');
  shown.self = await certificate('localhost');
  const trusted = join(folder, 'authorities.pem');
  await writeFile(trusted, [shown.good, shown.expired, shown.other].map(({ cert }) => cert).join('\n'));
  house = await openHouse({ env: { NODE_EXTRA_CA_CERTS: trusted } });
  peers = await startPeers();
});
afterAll(async () => {
  peers.close();
  await house.close();
  await rm(folder, { recursive: true });
});

/** Makes endpoints that hear what happens from now on, and no longer than this story. */
async function endpoints(paths: Record<string, string>): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const [name, path] of Object.entries(paths)) {
    const url = path.startsWith('https:') ? `${path}/ok/${name}` : `${peers.url}${path}`;
    ids[name] = await listenAt(house, url);
  }
  return ids;
}

async function remove(ids: Record<string, string>): Promise<void> {
  for (const id of Object.values(ids)) await house.call('DELETE', `/api/v1/endpoints/${id}`);
  await allHolds(house);
}

/** The first delivery of an endpoint, once it was tried. */
async function firstTry(id: string, withinMs = 60_000) {
  let told: Told | undefined;
  await until(
    'it was tried',
    async () => {
      const [first] = await house.ask<{ seq: number }>(
        'select min(seq)::int as seq from delivery where endpoint_id = $1',
        [id],
      );
      const { status, body } = await house.call('GET', `/api/v1/endpoints/${id}/deliveries/${first!.seq}`);
      if (status === 200) told = body;
      return told?.settledAt !== undefined;
    },
    withinMs,
  );
  return told!;
}

/** Ms from the event to the call, of everything that is told to `name` while `count` things happen. */
async function delays(name: string, count: number): Promise<number[]> {
  const before = peers.of(name).length;
  await meet(house, count);
  await until('the good one is told all', () => peers.of(name).length >= before + count, 60_000);
  return peers
    .of(name)
    .slice(before)
    .map(({ at, body }) => at - (JSON.parse(body) as { at: number }).at);
}

it('receivers that answer late, never, or a byte a second: the limit holds, and others are told as before', async () => {
  const good = await endpoints({ good: '/ok/good' });
  const alone = await usual(() => delays('good', 50));
  const bad = await endpoints({
    late: '/late/late/60000',
    never: '/never/never',
    drip: '/drip/drip',
    header: '/dripHeader/header',
  });
  const beside = p99(await delays('good', 50));
  // All that they were told is under way now, which takes nothing from the good one.
  const again = p99(await delays('good', 50));
  for (const [name, id] of Object.entries(bad)) {
    const { state, answer, answerStatus } = await firstTry(id);
    // Where the status came in time, it is the answer.
    if (name === 'drip') expect({ state, answerStatus }).toEqual({ state: 'delivered', answerStatus: 200 });
    else expect({ state, answer }).toEqual({ state: 'pending', answer: 'there was no answer in time' });
  }
  const cut = peers.closed.filter(({ name }) => name in bad).map(({ ms }) => ms);
  expect(cut.length).toBeGreaterThan(0);
  // The whole call has 30 seconds; a busy machine may see its end late.
  expect(Math.min(...cut)).toBeGreaterThan(25_000);
  expect(Math.max(...cut)).toBeLessThan(55_000);
  await note({
    test: 10,
    run: 'four bad ones beside a good one',
    runs: 250,
    shown: `cut after ${(Math.min(...cut) / 1000).toFixed(1)} s; p99 of the good one ${alone} ms alone, ${beside} and ${again} ms beside them`,
  });
  // Told as before, rather than after somebody's 30 seconds.
  expect(Math.max(beside, again)).toBeLessThanOrEqual(asBefore(alone));
  await remove({ ...good, ...bad });
});

it('429 with every kind of Retry-After is honoured within the clamp', async () => {
  const inTenMinutes = new Date(Date.now() + 600_000).toUTCString();
  const asks = (value: string) => `?retry-after=${encodeURIComponent(value)}`;
  const ids = await endpoints({
    seconds: `/status/seconds/429${asks('120')}`,
    date: `/status/date/429${asks(inTenMinutes)}`,
    negative: `/status/negative/429${asks('-5')}`,
    decade: `/status/decade/429${asks('315360000')}`,
    nonsense: `/status/nonsense/429${asks('soon')}`,
    none: '/status/none/429',
  });
  await meet(house, 1);
  const waits: Record<string, number> = {};
  for (const [name, id] of Object.entries(ids)) {
    const { dueAt, settledAt, state } = await firstTry(id);
    expect(state).toBe('pending');
    waits[name] = Math.round((dueAt! - settledAt!) / 1000);
  }
  const between = (name: string, low: number, high: number) => {
    expect(waits[name], name).toBeGreaterThanOrEqual(low);
    expect(waits[name], name).toBeLessThanOrEqual(high);
  };
  between('seconds', 119, 121);
  between('date', 500, 601);
  between('decade', 3599, 3601);
  // What says nothing of how long is left to the schedule: 5 s, a fifth more or less.
  for (const name of ['negative', 'nonsense', 'none']) between(name, 1, 7);
  const said = Object.entries(waits).map(([name, seconds]) => `${name} ${seconds} s`);
  await note({ test: 13, run: '429', runs: said.length, shown: said.join(', ') });
  await remove(ids);
});

it('410 disables; redirects are failures, and are never followed', async () => {
  const to = (target: string) => `?location=${encodeURIComponent(target)}`;
  const ids = await endpoints({
    gone: '/status/gone/410',
    loop: `/status/loop/301${to(`${peers.url}/status/loop/301`)}`,
    away: `/status/away/302${to(`${peers.url}/ok/trap`)}`,
    metadata: `/status/metadata/302${to('http://169.254.169.254/latest/meta-data/')}`,
  });
  await meet(house, 1);
  const { gone, ...redirected } = ids;
  await until('it is disabled', async () => {
    const { body } = await house.call('GET', `/api/v1/endpoints/${gone}`);
    return body.enabled === false && /410/.test(body.disabledReason);
  });
  for (const id of Object.values(redirected)) {
    const { state, answerStatus } = await firstTry(id);
    expect(state).toBe('pending');
    expect([301, 302]).toContain(answerStatus);
  }
  expect(peers.of('trap')).toEqual([]);
  const tries = (await deliveriesOf(house, ids.loop!))[0]!.attempt;
  expect(peers.of('loop').length).toBeLessThanOrEqual(tries + 1);
  await note({
    test: 14,
    run: '410, 301 to itself, 302 elsewhere and to metadata',
    runs: 4,
    shown: 'disabled; 0 followed',
  });
  await remove(ids);
});

it('answers without end are cut, and their sockets closed', async () => {
  const ids = await endpoints({ huge: '/huge/huge', bomb: '/bomb/bomb', headers: '/headers/headers' });
  await meet(house, 1);
  const bytes: Record<string, number> = {};
  for (const [name, id] of Object.entries(ids)) {
    const { state, answer, answerStatus } = await firstTry(id);
    if (name === 'headers')
      expect({ state, answer }).toEqual({ state: 'pending', answer: expect.stringContaining('header') });
    else expect({ state, answerStatus }).toEqual({ state: 'delivered', answerStatus: 200 });
    expect(Buffer.byteLength(answer ?? '')).toBeLessThanOrEqual(64 * 1024);
    await until(`the socket of ${name} is closed`, () => peers.closed.some((one) => one.name === name));
    bytes[name] = peers.closed.find((one) => one.name === name)!.bytes;
    // What was on its way when it was cut, at most.
    expect(bytes[name]).toBeLessThan(64 * 1024 ** 2);
  }
  const said = Object.entries(bytes).map(([name, n]) => `${name} ${Math.ceil(n / 1024)} KB`);
  await note({
    test: 15,
    run: '10 GB, a gzip bomb, endless headers',
    runs: 3,
    shown: `written before the cut: ${said.join(', ')}`,
  });
  await remove(ids);
});

it('TLS that is not good is refused before anything is written, with a clear reason', async () => {
  const ids: Record<string, string> = {};
  const reasons: Record<string, string> = {
    expired: 'its certificate has expired',
    other: 'its certificate is for another host',
    self: 'its certificate is self-signed',
  };
  for (const name of ['good', 'expired', 'other', 'self'] as const) {
    const port = await peers.tls(shown[name]);
    Object.assign(ids, await endpoints({ [`tls-${name}`]: `https://localhost:${port}` }));
  }
  await meet(house, 1);
  expect(await firstTry(ids['tls-good']!)).toMatchObject({ state: 'delivered', answerStatus: 200 });
  for (const [name, reason] of Object.entries(reasons)) {
    expect(await firstTry(ids[`tls-${name}`]!), name).toMatchObject({ state: 'pending', answer: reason });
    expect(peers.of(`tls-${name}`)).toEqual([]);
  }
  await note({
    test: 16,
    run: 'expired, wrong host, self-signed',
    runs: 3,
    shown: Object.values(reasons).join('; '),
  });
  await remove(ids);
});
