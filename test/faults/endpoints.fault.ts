import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../parley.ts';
import { allHolds, type House, openHouse, short, well } from './house.ts';
import { asBefore, p99, usual } from './latency.ts';
import { listenAt, meet, type PeerCall, type Peers, startPeers } from './peers.ts';
import { note } from './table.ts';

let house: House;
let peers: Peers;

beforeAll(async () => {
  [house, peers] = await Promise.all([openHouse(), startPeers()]);
});
afterAll(async () => {
  peers.close();
  await house.close();
});

const seqOf = ({ body }: PeerCall) => (JSON.parse(body) as { seq: number }).seq;
const laneOf = ({ body }: PeerCall) =>
  (JSON.parse(body) as { data: { contact: { id: string } } }).data.contact.id;

let names = 0;
/** A receiver that no other story, and no earlier try of this one, has called. */
const named = (name: string) => `${name}-${++names}`;

async function waiting(endpoint: string): Promise<number> {
  const [row] = await house.ask<{ n: number }>(
    'select count(*)::int as n from delivery where endpoint_id = $1 and due_at is not null',
    [endpoint],
  );
  return row!.n;
}

/** Time passes for an endpoint: what waits is due, and its failures lie further back. */
async function hoursPass(endpoint: string, hours: number): Promise<void> {
  await house.ask(
    `update delivery set due_at = now() where endpoint_id = $1 and due_at is not null and due_at < 'infinity'`,
    [endpoint],
  );
  await house.ask(
    `update endpoint set first_failure_at = first_failure_at - $2 * interval '1 hour' where id = $1`,
    [endpoint, hours],
  );
}

async function delays(name: string, count: number): Promise<number[]> {
  const before = peers.of(name).length;
  await meet(house, count);
  await until('it is told all', () => peers.of(name).length >= before + count, 120_000);
  return peers
    .of(name)
    .slice(before)
    .map(({ at, body }) => at - (JSON.parse(body) as { at: number }).at);
}

const states = async (endpoint: string) =>
  Object.fromEntries(
    (
      await house.ask<{ state: string; n: number }>(
        'select state, count(*)::int as n from delivery where endpoint_id = $1 group by state',
        [endpoint],
      )
    ).map(({ state, n }) => [state, n]),
  );

it('a dead endpoint with a mountain of events waiting: the healthy one beside it is told as before, also while it is moved, disabled, taken back into use and taken away', async () => {
  const mountain = short ? 6000 : 100_000;
  const healthy = named('healthy');
  const good = await listenAt(house, `${peers.url}/ok/${healthy}`);
  const alone = await usual(() => delays(healthy, 300));
  // Nobody listens there, and nobody ever will: port 9 of this machine.
  const dead = await listenAt(house, 'http://127.0.0.1:9/dead', { policy: 'schedule' });
  for (let made = 0; made < mountain; made += 2000) await meet(house, 2000);
  const heap = await waiting(dead);
  expect(heap).toBeGreaterThan(mountain * 0.9);
  await until('the healthy one has heard of all', async () => (await waiting(good)) === 0, 300_000);
  // All of it is due at this moment.
  await house.ask('update delivery set due_at = now() where endpoint_id = $1 and due_at is not null', [dead]);
  const beside = p99(await delays(healthy, 300));
  const gone = named('gone');
  peers.answer(gone, 410);
  await well(house.call('PATCH', `/api/v1/endpoints/${dead}`, { url: `${peers.url}/ok/${gone}` }));
  await until('it says that it is gone', async () => {
    const { enabled, disabledReason } = await well(house.call('GET', `/api/v1/endpoints/${dead}`));
    return enabled === false && /410/.test(disabledReason);
  });
  const disabled = p99(await delays(healthy, 300));
  await until('all of it is put aside', async () => (await states(dead)).pending === undefined, 60_000);
  const { held } = await states(dead);
  expect(held).toBeGreaterThan(mountain * 0.9);
  await allHolds(house);
  peers.answer(gone, 200);
  await well(house.call('POST', `/api/v1/endpoints/${dead}/enable`));
  await until('it is told all', async () => (await states(dead)).delivered! >= held!, 300_000);
  await well(house.call('DELETE', `/api/v1/endpoints/${dead}`));
  const removed = p99(await delays(healthy, 300));
  await until('nothing of it is left', async () => Object.keys(await states(dead)).length === 0, 60_000);
  await note({
    test: 11,
    run: 'dead beside healthy',
    runs: 1800,
    shown: `${heap} waiting; p99 of the healthy one ${alone} ms alone, ${beside} ms beside it, ${disabled} ms while it is disabled, ${removed} ms while it is taken away`,
  });
  expect(Math.max(beside, disabled, removed)).toBeLessThanOrEqual(asBefore(alone));
  await allHolds(house);
  await house.call('DELETE', `/api/v1/endpoints/${good}`);
});

it('an endpoint that answers 500 for days is disabled, its owner is told, and it gets everything once it is well', async () => {
  const ill = named('ill');
  peers.answer(ill, 500);
  const id = await listenAt(house, `${peers.url}/ok/${ill}`);
  const [first] = await house.ask<{ seq: number }>('select coalesce(max(seq), 0)::int as seq from event');
  const told = async () => {
    const rows = await house.ask<{ data: { disabled: boolean } }>(
      `select data from event where type = 'endpoint.failing' and data->>'endpointId' = $1 order by seq`,
      [id],
    );
    return rows.map(({ data }) => data.disabled);
  };
  await meet(house, 50);
  await until('its owner is told after four failures', async () => (await told()).length === 1);
  await hoursPass(id, 25);
  await until('and after a day', async () => (await told()).length === 2);
  await hoursPass(id, 24 * 5);
  await until('and when it is disabled', async () => (await told()).length === 3);
  expect(await told()).toEqual([false, false, true]);
  expect(await well(house.call('GET', `/api/v1/endpoints/${id}`))).toMatchObject({ enabled: false });
  // What happens meanwhile is held back, too.
  await meet(house, 50);
  await until('nothing is called any more', async () => (await waiting(id)) === 0);
  const before = peers.of(ill).length;
  peers.answer(ill, 200);
  await well(house.call('POST', `/api/v1/endpoints/${id}/enable`));
  const well_ = () => peers.of(ill).slice(before);
  await until('all is told', () => new Set(well_().map(seqOf)).size === 100, 60_000);
  await until('it is quiet', async () => (await waiting(id)) === 0);
  // Further things of the same people, to see that order holds across the replay.
  const events = await house.ask<{ seq: number }>(
    `select seq::int from event where type = 'contact.created' and seq > $1 order by seq`,
    [first!.seq],
  );
  expect([...new Set(well_().map(seqOf))].sort((a, b) => a - b)).toEqual(events.map(({ seq }) => seq));
  expect(new Set(well_().map(({ headers }) => headers['webhook-id'])).size).toBe(100);
  await note({
    test: 12,
    run: '500 for six days, then 200',
    runs: 100,
    accepted: 100,
    sent: 100,
    lost: 0,
    shown: 'told 3 times, disabled',
  });
  await allHolds(house);
  await house.call('DELETE', `/api/v1/endpoints/${id}`);
});

it('what failed for good is told once more when asked for, in the order of each conversation', async () => {
  const later = named('later');
  peers.answer(later, 500);
  // Numbers that end in 9 have no outcome of their own in the sandbox.
  const people = Array.from({ length: 10 }, (_, n) => `96656${String(n).padStart(6, '0')}9`);
  const id = await listenAt(house, `${peers.url}/ok/${later}`, {
    types: ['message.accepted', 'message.status'],
    policy: 'once',
  });
  for (let n = 0; n < 5; n++) {
    for (const phone of people) {
      const message = { channelId: 'dummy:sandbox', to: { phone }, content: { text: `${n}` } };
      await well(house.call('POST', '/api/v1/messages', message));
    }
  }
  await until(
    'everything was refused once',
    async () => {
      const [row] = await house.ask<{ done: boolean }>(
        `select not exists (select 1 from message where direction = 'O' and status <> 'READ')
           and not exists (select 1 from delivery where endpoint_id = $1 and state <> 'failed') as done`,
        [id],
      );
      return row!.done;
    },
    60_000,
  );
  const before = peers.of(later).length;
  peers.answer(later, 200);
  const { queued } = await well(house.call('POST', `/api/v1/endpoints/${id}/replay`, { failed: true }));
  expect(queued).toBe(before);
  const again = () => peers.of(later).slice(before);
  await until('all is told again', () => again().length >= queued, 60_000);
  const lanes = new Map<string, number[]>();
  for (const call of again()) lanes.set(laneOf(call), [...(lanes.get(laneOf(call)) ?? []), seqOf(call)]);
  for (const seqs of lanes.values()) expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  expect(lanes.size).toBe(people.length);
  const ids = (calls: PeerCall[]) => new Set(calls.map(({ headers }) => headers['webhook-id']));
  expect(ids(again())).toEqual(ids(peers.of(later).slice(0, before)));
  await note({
    test: 12,
    run: 'failed for good, then replayed',
    runs: queued,
    accepted: queued,
    sent: again().length,
    lost: 0,
    shown: 'in order, under the same ids',
  });
  await allHolds(house);
});
