import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as queue from '../../src/store/message-queue.ts';
import { advance, type Step } from '../../src/store/message-steps.ts';
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
const lanes = () => [{ businessId, contactId: 'c' }];

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

const sent = (id: string): Step => ({
  businessId,
  id,
  status: 'SENTX',
  stamps: { SENTX: Date.now() },
  settle: { attempt: 1 },
});

const takenIds = async () => (await queue.claim(scratch.db, how)).claimed.map(({ id }) => id);

describe('a message that is parked while the one before it is being settled', () => {
  it('comes due when the settlement is committed last', async () => {
    await put('m1');
    expect(await takenIds()).toEqual(['m1']);
    await scratch.db.transaction(async (tx) => {
      await advance(tx, [sent('m1')]);
      // Not committed: to the claim the first one is still on its way.
      await put('m2');
      const { claimed, parked } = await queue.claim(scratch.db, how);
      expect(claimed).toEqual([]);
      expect(parked).toEqual([{ businessId, id: 'm2' }]);
      expect(await queue.unpark(scratch.db, parked)).toBe(0);
    });
    expect(await queue.wakeNext(scratch.db, lanes())).toBe(1);
    expect(await takenIds()).toEqual(['m2']);
  });

  it('comes due when the claim is committed last', async () => {
    await put('m1');
    expect(await takenIds()).toEqual(['m1']);
    await put('m2');
    let waking: Promise<number> = Promise.resolve(0);
    const parked = await scratch.db.transaction(async (tx) => {
      const { parked } = await queue.claim(tx, how);
      await advance(scratch.db, [sent('m1')]);
      // Not committed: to the settlement the second one is not parked yet.
      waking = queue.wakeNext(scratch.db, lanes());
      return parked;
    });
    const woken = [await waking, await queue.unpark(scratch.db, parked)];
    expect(woken).toContain(1);
    expect(await takenIds()).toEqual(['m2']);
  });

  it('waits while the first one is not settled', async () => {
    await put('m1');
    await put('m2');
    const { claimed, parked } = await queue.claim(scratch.db, how);
    expect([claimed.length, parked.length]).toEqual([1, 1]);
    expect(await queue.unpark(scratch.db, parked)).toBe(0);
    expect(await queue.wakeNext(scratch.db, lanes())).toBe(0);
    expect(await takenIds()).toEqual([]);
  });
});
