import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as deliveries from '../../src/store/deliveries.ts';
import * as queue from '../../src/store/message-queue.ts';
import { advance } from '../../src/store/message-steps.ts';
import { gate, type Receiver, receiver, takesAll, textsOf } from './receiver.ts';
import { eventually, House, type Running, times } from './tools.ts';

let house: House;
let running: Running;
const open: Receiver[] = [];
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(async () => {
  await house.close();
  await Promise.all(open.map((one) => one.close()));
});

async function connector(answer: Receiver['answer'] = takesAll): Promise<Receiver> {
  const one = await receiver(answer);
  open.push(one);
  return one;
}

describe('within a conversation', () => {
  it('messages go in the order in which they were accepted, one at a time', async () => {
    const provider = await connector();
    const shop = await house.business(running);
    const channel = await shop.connector('order', provider.url);
    for (const i of times(12, (n) => n)) await shop.send(channel, 'ann', `${i}`);
    await shop.settled();
    expect(textsOf(provider)).toEqual(times(12, String));
    expect(provider.mostOpen).toBe(1);
  });

  it('later messages wait while an earlier one is tried again', async () => {
    const provider = await connector((call, n) => (n <= 2 ? 503 : takesAll(call)));
    const shop = await house.business(running);
    const channel = await shop.connector('retries', provider.url);
    for (const i of times(4, (n) => n)) await shop.send(channel, 'ann', `${i}`);
    await eventually(async () => {
      await shop.hurry();
      return provider.calls.length === 6;
    });
    await shop.settled();
    expect(textsOf(provider)).toEqual(['0', '0', '0', '1', '2', '3']);
  });

  it('a message that fails for good lets the next one go', async () => {
    const provider = await connector((call, n) => (n === 1 ? 400 : takesAll(call)));
    const shop = await house.business(running);
    const channel = await shop.connector('refusal', provider.url);
    const first = await shop.send(channel, 'ann', 'refused');
    const second = await shop.send(channel, 'ann', 'fine');
    await shop.reaches(second.id, 'SENTX');
    expect((await shop.message(first.id)).status).toBe('SENT_ERR');
  });

  it('a scheduled message whose time comes while others wait is not left behind', async () => {
    const held = gate();
    const provider = await connector(async (call, n) => {
      if (n === 1) await held.passed;
      return takesAll(call);
    });
    const shop = await house.business(running);
    const channel = await shop.connector('scheduled', provider.url);
    await shop.send(channel, 'ann', 'first');
    const later = await shop.send(channel, 'ann', 'scheduled', { sendAt: Date.now() + 3_600_000 });
    await eventually(() => provider.open === 1);
    await house.sql('update message set due_at = now() where id = $1', [later.id]);
    await eventually(async () => {
      const [row] = await house.sql<{ parked: boolean }>(
        `select due_at = 'infinity' as parked from message where id = $1`,
        [later.id],
      );
      return row!.parked;
    });
    held.open();
    // At once, and not when the sweep finds it.
    await eventually(() => provider.calls.length === 2, 6000);
    await shop.reaches(later.id, 'SENTX');
  });

  it('a message that is parked while the one before it is being settled is not left behind', async () => {
    const shop = await house.business(running);
    const quiet = 'dummy:gone';
    await shop.sandbox('gone');
    const [first, second] = [await shop.send(quiet, 'a002'), await shop.send(quiet, 'a002')];
    await shop.settled();
    // Both wait again; the pipeline is kept away from them by a pause of the channel.
    await house.sql(`update channel set paused_until = now() + interval '1 hour' where business_id = $1`, [
      shop.id,
    ]);
    await house.sql(
      `update message set status = 'INIT', attempt = 7, due_at = case when id = $1 then now() + interval '1 hour'
         else now() end where id in ($1, $2)`,
      [first.id, second.id],
    );
    const lane = { businessId: shop.id, contactId: 'dummya002_gone' };
    const parked = gate();
    const settling = gate();
    // Who looks for work parks the second behind the first, which is settled before that look is committed.
    const looking = house.db.transaction(async (tx) => {
      await tx.run(parkStatement, [second.id]);
      parked.open();
      await settling.passed;
    });
    await parked.passed;
    const settled = house.db.transaction(async (tx) => {
      await advance(tx, [
        { businessId: shop.id, id: first.id, status: 'SENTX', stamps: {}, settle: { attempt: 7 } },
      ]);
      return queue.wakeNext(tx, [lane]);
    });
    await eventually(async () => {
      const waits = await house.sql(`select 1 from pg_locks where not granted and pid in
        (select pid from pg_stat_activity where datname = current_database())`);
      return waits.length > 0;
    });
    settling.open();
    await looking;
    expect(await settled).toBe(1);
  });

  it('the same holds for deliveries', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const app = await connector();
    const endpointId = await shop.webhook(app.url, 'plain');
    await shop.hear(box, 'ann');
    await shop.settled();
    await house.sql('update endpoint set disabled_at = now() where business_id = $1', [shop.id]);
    const [first, second] = (await shop.events()).map(({ seq }) => seq);
    await house.sql(
      `update delivery set state = 'pending', attempt = 7, due_at = case when seq = $2 then now() + interval '1 hour'
         else now() end where business_id = $1 and seq in ($2, $3)`,
      [shop.id, first, second],
    );
    const lane = 'dummyann_box';
    const parked = gate();
    const settling = gate();
    const looking = house.db.transaction(async (tx) => {
      await tx.run(parkDelivery, [shop.id, second]);
      parked.open();
      await settling.passed;
    });
    await parked.passed;
    const outcome = {
      businessId: shop.id,
      endpointId,
      seq: first!,
      lane,
      attempt: 7,
      state: 'delivered',
    } as const;
    const settled = house.db.transaction(async (tx) => {
      await deliveries.settle(tx, [outcome]);
      return deliveries.wakeNext(tx, [outcome]);
    });
    await eventually(async () => {
      const waits = await house.sql(`select 1 from pg_locks where not granted and pid in
        (select pid from pg_stat_activity where datname = current_database())`);
      return waits.length > 0;
    });
    settling.open();
    await looking;
    expect(await settled).toBe(1);
  });
});

const parkStatement = {
  name: 'test.park',
  text: `update message set due_at = 'infinity' where id = $1`,
};
const parkDelivery = {
  name: 'test.parkDelivery',
  text: `update delivery set due_at = 'infinity' where business_id = $1 and seq = $2`,
};

describe('different conversations', () => {
  it('do not wait for each other', async () => {
    const held = gate();
    const provider = await connector(async (call) => {
      if ((call.body.to as { csid: string }).csid === 'slow') await held.passed;
      return takesAll(call);
    });
    const shop = await house.business(running);
    const channel = await shop.connector('many', provider.url);
    const slow = await shop.send(channel, 'slow');
    const others = await Promise.all(times(30, (i) => shop.send(channel, `quick${i}`)));
    for (const { id } of others) await shop.reaches(id, 'SENTX');
    expect((await shop.message(slow.id)).status).toBe('INIT');
    held.open();
    await shop.reaches(slow.id, 'SENTX');
  });

  it('on many channels that never answer, do not hold up those on a healthy one', async () => {
    const held = gate();
    const dead = await connector(async (call) => {
      await held.passed;
      return takesAll(call);
    });
    const healthy = await connector();
    const shop = await house.business(running);
    const channels = await Promise.all(times(6, (i) => shop.connector(`dead${i}`, dead.url)));
    const lost = await Promise.all(
      channels.flatMap((channel) => times(140, (i) => shop.send(channel, `p${i}`))),
    );
    await eventually(() => dead.open >= 256);
    const channel = await shop.connector('healthy', healthy.url);
    const quick = await Promise.all(times(20, (i) => shop.send(channel, `p${i}`)));
    for (const { id } of quick) await shop.reaches(id, 'SENTX');
    held.open();
    await eventually(async () => (await shop.messages()).every(({ status }) => status === 'SENTX'));
    // On a busy machine the first ones were not answered in time, and came again with the same id.
    expect(new Set(dead.calls.map(({ body }) => body.id)).size).toBe(lost.length);
  });
});
