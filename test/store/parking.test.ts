import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as queue from '../../src/store/message-queue.ts';
import { advance, type Step } from '../../src/store/message-steps.ts';
import { wakeStrays } from '../../src/store/message-strays.ts';
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

const how = { limit: 10, share: 10, rooms: [], leaseMs: 9000, takeOverBy: Date.now() + 3_600_000 };
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

describe('a parked message with nobody before it', () => {
  const person = (contactId: string, parked: number, first: string) =>
    scratch.db.run(
      {
        name: 'test.person',
        text: `insert into message (business_id, id, session_id, contact_id, channel_id, direction, status, at, content, due_at)
          select $1, $2 || n, 's', $2, 'dummy:l', 'O', 'CRTD', now(), '{}', case when n = 0 then $4::timestamptz else 'infinity' end
          from generate_series(0, $3::int) n`,
      },
      [businessId, contactId, parked, first],
    );
  const due = async () => {
    const text = 'select id from message where due_at <= now() order by id';
    return (await scratch.db.run<{ id: string }>({ name: 'test.due', text }, [])).map(({ id }) => id);
  };

  it('is found, person by person, and none that waits behind another one', async () => {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    for (const one of ['a', 'c', 'e']) await person(one, 5, 'infinity');
    for (const one of ['b', 'd', 'f']) await person(one, 5, tomorrow);
    const first = await wakeStrays(scratch.db, undefined, 4);
    expect(first).toEqual({ woken: 2, next: { businessId, contactId: 'd' } });
    expect(await due()).toEqual(['a0', 'c0']);
    expect(await wakeStrays(scratch.db, first.next, 4)).toEqual({ woken: 1 });
    expect(await due()).toEqual(['a0', 'c0', 'e0']);
    expect(await wakeStrays(scratch.db)).toEqual({ woken: 0 });
  });

  it('is not held up by one that is scheduled for later', async () => {
    await person('a', 1, new Date(Date.now() + 86_400_000).toISOString());
    await scratch.db.run(
      { name: 'test.scheduled', text: `update message set status = 'SCHLD' where id = 'a0'` },
      [],
    );
    expect(await wakeStrays(scratch.db)).toEqual({ woken: 1 });
    expect(await due()).toEqual(['a1']);
  });
});

describe('a message that somebody had, and whose lease ran out', () => {
  const lapse = () =>
    scratch.db.run({ name: 'test.lapse', text: 'update message set lease_until = now()' }, []);

  it('is taken over, but not by a claim that was asked for before the database froze', async () => {
    await put('m1');
    expect(await takenIds()).toEqual(['m1']);
    await lapse();
    expect((await queue.claim(scratch.db, { ...how, takeOverBy: Date.now() - 1000 })).claimed).toEqual([]);
    const [taken] = (await queue.claim(scratch.db, how)).claimed;
    expect(taken).toMatchObject({ id: 'm1', attempt: 2, interrupted: true });
  });
});

describe('a message that was given back', () => {
  it('is nobody’s, whatever the one believes who had it, and was not tried', async () => {
    await put('m1');
    const [ours] = (await queue.claim(scratch.db, how)).claimed;
    await queue.release(scratch.db, [ours!]);
    // It gives it back once more, not knowing that it did.
    await queue.release(scratch.db, [ours!]);
    expect(await queue.renew(scratch.db, [ours!], 9000)).toBe(0);
    const [theirs] = (await queue.claim(scratch.db, how)).claimed;
    expect(theirs!.attempt - theirs!.givenBack).toBe(1);
    expect(theirs!.interrupted).toBe(false);
    await queue.release(scratch.db, [ours!]);
    expect(await queue.renew(scratch.db, [ours!], 9000)).toBe(0);
    const failed: Step = {
      ...sent('m1'),
      status: 'SENT_ERR',
      stamps: {},
      settle: { attempt: ours!.attempt },
    };
    expect(await advance(scratch.db, [failed])).toEqual([]);
    expect(await queue.renew(scratch.db, [theirs!], 9000)).toBe(1);
  });
});
