import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Queryable } from '../../src/store/database.ts';
import * as queue from '../../src/store/message-queue.ts';
import * as messages from '../../src/store/messages.ts';
import { type ScratchDatabase, scratchDatabase } from '../database.ts';

let scratch: ScratchDatabase;
let businessId: number;
beforeAll(async () => {
  scratch = await scratchDatabase();
  const [business] = await scratch.db.run<{ id: number }>(
    {
      name: 'test.business',
      text: "insert into business (domain, name) values ('acme', 'Acme') returning id",
    },
    [],
  );
  businessId = business!.id;
  await scratch.db.run(
    {
      name: 'test.contact',
      text: "insert into contact (business_id, id, type, lane, csid, channel_id) values ($1, 'c', 'DUMMY', 'l', 'c', 'dummy:l')",
    },
    [businessId],
  );
});
afterAll(() => scratch.drop());
beforeEach(() => scratch.db.run({ name: 'test.empty', text: 'delete from message' }, []));

const how = { limit: 10, share: 10, rooms: [], leaseMs: 9000 };

function put(id: string) {
  return messages.insert(scratch.db, [
    {
      businessId,
      id,
      direction: 'O',
      contactId: 'c',
      channelId: 'dummy:l',
      sessionId: 's',
      content: { type: 'text', text: id },
      status: 'CRTD',
      timestamp: Date.now(),
      mask: false,
      dueAt: 'now',
    },
  ]);
}

const sent = (id: string): messages.Step => ({
  businessId,
  id,
  status: 'SENTX',
  stamps: { SENTX: Date.now() },
  settle: { attempt: 1 },
});

const take = () => scratch.db.transaction((tx) => queue.claim(tx, how));
const takenIds = async () => (await take()).claimed.map(({ id }) => id);
const settle = (tx: Queryable) =>
  messages.advance(tx, [sent('m1')]).then(() => queue.wakeNext(tx, [{ businessId, contactId: 'c' }]));

describe('a message that is parked while the one before it is being settled', () => {
  it('comes due when the settlement looks after the claim', async () => {
    await put('m1');
    expect(await takenIds()).toEqual(['m1']);
    await scratch.db.transaction(async (tx) => {
      await messages.advance(tx, [sent('m1')]);
      // Not committed: to the claim the first one is still on its way.
      await put('m2');
      expect(await takenIds()).toEqual([]);
      expect(await queue.wakeNext(tx, [{ businessId, contactId: 'c' }])).toBe(1);
    });
    expect(await takenIds()).toEqual(['m2']);
  });

  it('comes due when the claim is not committed yet: the settlement waits for it', async () => {
    await put('m1');
    expect(await takenIds()).toEqual(['m1']);
    await put('m2');
    let settling: Promise<number> | undefined;
    await scratch.db.transaction(async (tx) => {
      expect((await queue.claim(tx, how)).claimed).toEqual([]);
      settling = scratch.db.transaction(settle);
      await untilSomebodyWaits(tx);
    });
    expect(await settling).toBe(1);
    expect(await takenIds()).toEqual(['m2']);
  });

  it('is not parked when the settlement was committed before the claim looks again', async () => {
    await put('m1');
    expect(await takenIds()).toEqual(['m1']);
    await put('m2');
    await scratch.db.transaction(settle);
    expect(await takenIds()).toEqual(['m2']);
  });

  it('waits while the first one is not settled', async () => {
    await put('m1');
    await put('m2');
    expect(await take()).toMatchObject({ claimed: [{ id: 'm1' }], looked: 2 });
    expect(await takenIds()).toEqual([]);
  });
});

async function untilSomebodyWaits(tx: Queryable): Promise<void> {
  const text = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await tx.run({ name: 'test.waiting', text }, [])).length === 0);
}
