import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as deliveries from '../../src/store/deliveries.ts';
import { replayRange } from '../../src/store/delivery-replay.ts';
import { wakeStrays } from '../../src/store/delivery-strays.ts';
import * as waiting from '../../src/store/endpoint-deliveries.ts';
import * as endpoints from '../../src/store/setup-endpoints.ts';
import { type ScratchDatabase, scratchDatabase } from '../database.ts';

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase();
  await sql("insert into business (id, domain, name) overriding system value values (7, 'acme', 'Acme')");
});
afterAll(() => scratch.drop());

/** More than three statements change at a time. */
const many = 3 * waiting.mostAtOnce + 10;

/** By a name each: PostgreSQL tells long ones apart by their beginning. */
const names = new Map<string, string>();

function sql(text: string) {
  const name = names.get(text) ?? `here.${names.size}`;
  names.set(text, name);
  return scratch.db.run({ name, text }, []);
}

/** `many` events of two conversations, all of them waiting for one endpoint. */
beforeEach(async () => {
  for (const table of ['delivery', 'endpoint', 'event', 'event_counter']) await sql(`delete from ${table}`);
  await sql(`insert into event_counter (business_id, seq) values (7, ${many})`);
  await sql(
    `insert into endpoint (business_id, id, surface, url, secrets) values (7, 'e', 'parley', 'http://bot', '')`,
  );
  await sql(`insert into event (business_id, seq, id, type, at, lane, data)
    select 7, n, to_hex(n), 'contact.created', now(), 'p' || n % 2, '{}' from generate_series(1, ${many}) n`);
  await sql(`insert into delivery (business_id, endpoint_id, seq, lane, due_at)
    select 7, 'e', n, 'p' || n % 2, now() from generate_series(1, ${many}) n`);
});

const counts = async () => {
  const rows = await sql(
    `select case when due_at = 'infinity' then 'parked' else state end as state, count(*)::int as n from delivery group by 1`,
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
};

const claimed = async () => {
  const how = { limit: 10, share: 10, rooms: [], leaseMs: 9000, takeOverBy: Date.now() + 3_600_000 };
  return (await deliveries.claim(scratch.db, how)).claimed.map(({ event }) => event.seq);
};

/** Does it until there is nothing left to do; answers how often that was. */
async function through(some: () => Promise<number | boolean>): Promise<number> {
  for (let rounds = 0; ; rounds += 1) if (!(await some())) return rounds;
}

const resume = () => scratch.db.transaction((tx) => waiting.resume(tx, 7, 'e'));
const disable = () => sql(`update endpoint set disabled_at = now() where id = 'e'`);

describe('an endpoint for which much waits', () => {
  it('and that is disabled is called no more, and what waits is put aside in parts', async () => {
    await disable();
    expect(await claimed()).toEqual([]);
    expect(await through(() => waiting.hold(scratch.db))).toBe(4);
    expect(await counts()).toEqual({ held: many });
  });

  it('and that is enabled gets it in its old order, also where only a part had been put aside, or made due', async () => {
    await disable();
    await waiting.hold(scratch.db);
    await scratch.db.transaction((tx) => endpoints.enable(tx, 7, 'e', true));
    expect(await counts()).toEqual({ pending: many });
    await disable();
    await through(() => waiting.hold(scratch.db));
    await scratch.db.transaction((tx) => endpoints.enable(tx, 7, 'e', true));
    expect(await counts()).toEqual({ pending: waiting.mostAtOnce, held: many - waiting.mostAtOnce });
    // Nobody overtakes what is still put aside.
    expect(await claimed()).toEqual([]);
    expect(await waiting.returning(scratch.db)).toEqual([{ businessId: 7, id: 'e' }]);
    expect(await through(resume)).toBe(2);
    expect(await counts()).toEqual({ pending: many });
    expect(await waiting.returning(scratch.db)).toEqual([]);
    expect(await claimed()).toEqual([1, 2]);
  });

  it('and that is enabled gets at once what waits for its next try, but not what was refused since then', async () => {
    await sql(
      `update delivery set due_at = now() + interval '1 hour', attempt = 3, settled_at = now() - interval '1 s'`,
    );
    await sql(`update delivery set settled_at = now() + interval '1 hour' where seq = 1`);
    await scratch.db.transaction((tx) => endpoints.enable(tx, 7, 'e', true));
    await through(resume);
    const left = await sql('select seq from delivery where due_at > now() or base <> attempt');
    expect(left).toEqual([{ seq: 1 }]);
  });

  it('and that is being enabled at this moment is left alone', async () => {
    await disable();
    await scratch.db.transaction(async (tx) => {
      await endpoints.enable(tx, 7, 'e', true);
      expect(await waiting.hold(scratch.db)).toBe(0);
    });
    expect(await waiting.hold(scratch.db)).toBe(0);
    expect(await counts()).toEqual({ pending: many });
  });

  it('and that is switched off gets none of it, in parts', async () => {
    await disable();
    await waiting.hold(scratch.db);
    await sql(`update endpoint set enabled = false`);
    expect(await claimed()).toEqual([]);
    expect(await through(() => waiting.drop(scratch.db))).toBeGreaterThan(2);
    expect(await counts()).toEqual({ failed: many });
  });

  it('and that is taken away leaves nothing behind, in parts', async () => {
    await sql(`update delivery set due_at = null, state = 'delivered' where seq % 2 = 0`);
    await sql(
      `insert into delivery (business_id, endpoint_id, seq, lane, state) values (7, 'd', 1, 'p', 'delivered')`,
    );
    await sql(
      `insert into endpoint (business_id, id, surface, url, secrets) values (7, 'f', 'parley', 'http://bot', '')`,
    );
    await sql(
      `insert into delivery (business_id, endpoint_id, seq, lane, state) values (7, 'f', 1, 'p', 'delivered')`,
    );
    await endpoints.remove(scratch.db, 7, 'e');
    expect(await claimed()).toEqual([]);
    expect(await through(() => waiting.forgetRemoved(scratch.db))).toBe(4);
    expect(await sql('select endpoint_id as id from delivery')).toEqual([{ id: 'f' }]);
  });
});

describe('a delivery', () => {
  it('of an event that is not there ends, and what waits behind it is told', async () => {
    await sql('delete from event where seq = 1');
    await sql('delete from event where seq = 4');
    await sql('delete from delivery where seq > 10');
    expect(await claimed()).toEqual([2]);
    expect(await sql('select seq, state, answer from delivery where seq = 1')).toEqual([
      { seq: 1, state: 'failed', answer: 'Its event is not kept any more.' },
    ]);
    expect(await claimed()).toEqual([3]);
  });

  it('is not made again of an event that is being forgotten', async () => {
    await sql('delete from delivery');
    let replayed: Promise<{ queued: number }> = Promise.resolve({ queued: 0 });
    await scratch.db.transaction(async (tx) => {
      await tx.run({ name: 'there.forget', text: 'delete from event where seq = 1' }, []);
      replayed = scratch.db.transaction((other) =>
        replayRange(other, 'e', { businessId: 7, from: 1, to: 3 }, ['parley contact.created']),
      );
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    expect((await replayed).queued).toBe(2);
    expect(await sql('select seq from delivery order by seq')).toEqual([{ seq: 2 }, { seq: 3 }]);
  });

  it('that waits behind one that is done is woken, among many lanes and behind many', async () => {
    await sql(`update delivery set due_at = 'infinity'`);
    await sql(`update delivery set due_at = null, state = 'delivered' where seq in (1, 2)`);
    await sql(`update delivery set lane = 'z' || seq where seq > 100`);
    await sql(`update delivery set due_at = now() where seq in (3, 300)`);
    expect(await wakeStrays(scratch.db)).toBe(many - 100);
    expect(await wakeStrays(scratch.db)).toBe(0);
    const [parked] = await sql(
      `select count(*)::int as n, max(seq) as last from delivery where due_at = 'infinity'`,
    );
    expect(parked).toEqual({ n: 96, last: 100 });
  });

  it('that nobody took for as long as events are kept ends, and the next of its conversation is due', async () => {
    await sql(`update event set at = now() - interval '31 days' where seq <= 3`);
    await sql(`update delivery set due_at = null, state = 'delivered' where seq in (1, 2)`);
    await sql(`delete from event where seq <= 2`);
    await sql(`update delivery set due_at = now() + interval '1 day' where seq = 3`);
    await sql(`update delivery set due_at = 'infinity' where seq > 3`);
    const lanes = await waiting.failAged(scratch.db, 30);
    expect(lanes).toEqual([{ businessId: 7, endpointId: 'e', lane: 'p1' }]);
    expect(await deliveries.wakeNext(scratch.db, lanes)).toBe(1);
    const [next] = await sql('select min(seq) as seq from delivery where due_at <= now()');
    expect(next).toEqual({ seq: 5 });
    expect(await waiting.failAged(scratch.db, 30)).toEqual([]);
  });
});
