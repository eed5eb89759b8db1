import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeTokens } from '../../src/store/channel-budget.ts';
import { gate, type Receiver, receiver, takesAll } from './receiver.ts';
import { eventually, House, type Running, times } from './tools.ts';

let house: House;
let first: Running;
const open: Receiver[] = [];
beforeEach(async () => {
  house = await House.open();
  first = await house.start();
});
afterEach(async () => {
  await house.close();
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A connector that keeps the first call waiting. */
async function slowAtFirst() {
  const held = gate();
  const provider = await receiver(async (call, n) => {
    if (n === 1) await held.passed;
    return { body: { id: `ext-${call.body.id as string}-${n}` } };
  });
  open.push(provider);
  return { provider, let: held.open };
}

/** Leases that are held end now instead of in some seconds. */
const lapse = () => house.sql('update message set lease_until = now() where lease_until > now()');

describe('a process that is cut off in the middle of a send', () => {
  it('is taken over by another one, with the same id for the provider, and changes nothing when it is back', async () => {
    const { provider, let: answer } = await slowAtFirst();
    const shop = await house.business(first);
    const channel = await shop.connector('line', provider.url);
    const { id } = await shop.send(channel, 'ann', 'once');
    await eventually(() => provider.open === 1);
    first.database.cut();
    const [lease] = await house.sql<{ seconds: number }>(
      'select extract(epoch from lease_until - now())::float as seconds from message where id = $1',
      [id],
    );
    expect(lease!.seconds).toBeLessThan(10);
    await lapse();
    const second = await house.start();
    const taken = await shop.reaches(id, 'SENTX');
    expect(taken.providerId).toBe(`ext-${id}-2`);
    expect(provider.calls.map(({ body }) => body.id)).toEqual([id, id]);
    answer();
    first.database.mend();
    await eventually(() => first.inFlight().messages === 0);
    expect(await shop.message(id)).toEqual(taken);
    expect(await shop.at(second).events('message.status')).toHaveLength(1);
  });

  it('its failure does not undo what the other one did, and its success ends what the other one would repeat', async () => {
    const held = gate();
    const provider = await receiver(async (call, n) => {
      if (n === 1) await held.passed;
      return n === 2 ? 503 : takesAll(call);
    });
    open.push(provider);
    const shop = await house.business(first);
    const channel = await shop.connector('line', provider.url);
    const { id } = await shop.send(channel, 'ann', 'once');
    await eventually(() => provider.open === 1);
    first.database.cut();
    await lapse();
    const second = await house.start();
    await eventually(async () => (await shop.message(id)).failure?.class === 'UNAVAILABLE');
    // The second waits for its next try; the first learns that its own went through.
    held.open();
    first.database.mend();
    await shop.reaches(id, 'SENTX');
    await shop.at(second).hurry();
    await shop.at(second).settled();
    expect(provider.calls).toHaveLength(2);
  });

  it('its success is marked where the other one may have sent the same by then', async () => {
    const [held, heldToo] = [gate(), gate()];
    const provider = await receiver(async (call, n) => {
      await (n === 1 ? held : heldToo).passed;
      return { body: { id: `ext-${call.body.id as string}-${n}` } };
    });
    open.push(provider);
    const shop = await house.business(first);
    const channel = await shop.connector('line', provider.url);
    const { id } = await shop.send(channel, 'ann', 'once');
    await eventually(() => provider.open === 1);
    first.database.cut();
    await lapse();
    const second = await house.start();
    await eventually(() => provider.open === 2);
    held.open();
    first.database.mend();
    const sent = await shop.reaches(id, 'SENTX');
    expect(sent).toMatchObject({ providerId: `ext-${id}-1`, failure: { code: 'INTERRUPTED' } });
    heldToo.open();
    await eventually(() => second.inFlight().messages === 0);
    expect(await shop.message(id)).toEqual(sent);
  });
});

describe('a process whose lease ran out while it still sends', () => {
  it('does not send it once more itself', async () => {
    const { provider, let: answer } = await slowAtFirst();
    const shop = await house.business(first);
    const channel = await shop.connector('line', provider.url);
    const { id } = await shop.send(channel, 'ann', 'once');
    await eventually(() => provider.open === 1);
    await lapse();
    // It has looked again, and found its own message.
    await eventually(async () => {
      const [row] = await house.sql<{ attempt: number }>('select attempt from message where id = $1', [id]);
      return row!.attempt === 2;
    });
    answer();
    await shop.reaches(id, 'SENTX');
    expect(provider.calls).toHaveLength(1);
  });

  it('renews it for as long as the provider takes', async () => {
    const { provider, let: answer } = await slowAtFirst();
    const shop = await house.business(first);
    const channel = await shop.connector('line', provider.url);
    const { id } = await shop.send(channel, 'ann', 'once');
    await eventually(() => provider.open === 1);
    const until = async () => {
      const [row] = await house.sql<{ at: number }>(
        'select extract(epoch from lease_until)::float as at from message where id = $1',
        [id],
      );
      return row!.at;
    };
    const before = await until();
    await eventually(async () => (await until()) > before);
    answer();
    await shop.reaches(id, 'SENTX');
  });
});

/** How often the budget of a channel was asked for: every question has it filled up anew. */
const seen = new Map<string, Set<string>>();
async function looksAt(channelId: string): Promise<number> {
  const rows = await house.sql<{ at: string }>(
    'select refilled_at::text as at from channel_budget where channel_id = $1',
    [channelId],
  );
  const times = seen.get(channelId) ?? new Set();
  seen.set(channelId, times);
  for (const { at } of rows) times.add(at);
  return times.size;
}

describe('the budget of a channel', () => {
  it('is one for all processes', async () => {
    const provider = await receiver(takesAll);
    open.push(provider);
    await house.start();
    const shop = await house.business(first);
    const slow = { perSecond: 0.01 };
    const channel = await shop.connector('slow', provider.url, slow);
    await Promise.all(times(6, (i) => shop.send(channel, `p${i}`)));
    await eventually(() => provider.calls.length === 1);
    // Some looks of both go by.
    const looks = await looksAt(channel);
    await eventually(async () => (await looksAt(channel)) > looks + 4);
    expect(provider.calls).toHaveLength(1);
    // What was claimed and given back was not tried, and keeps its turn.
    const waiting = () =>
      house.sql<{ attempt: number; free: number; isDue: boolean }>(
        `select attempt - given_back as attempt, free_attempts as free, due_at <= now() as "isDue" from message
         where business_id = $1 and due_at is not null and lease_until is null`,
        [shop.id],
      );
    await eventually(async () => {
      expect(await waiting()).toEqual(times(5, () => ({ attempt: 0, free: 0, isDue: true })));
    });
    await shop.connector('slow', provider.url, { perSecond: 1000 });
    await eventually(() => provider.calls.length === 6);
    await shop.settled();
  });

  it('is kept to with a backlog, without claiming what cannot go', async () => {
    const provider = await receiver(takesAll);
    open.push(provider);
    const shop = await house.business(first);
    const channel = await shop.connector('slow', provider.url, { perSecond: 10 });
    const claims = first.database.count('messages.release');
    await Promise.all(times(25, (i) => shop.send(channel, `p${i}`)));
    await shop.settled();
    expect(provider.calls).toHaveLength(25);
    // Some shortages a second, not one at every look: 15 messages come free one by one.
    expect(claims()).toBeLessThan(40);
    const tried = await house.sql(
      `select 1 from message where business_id = $1 and attempt - given_back <> 1`,
      [shop.id],
    );
    expect(tried).toEqual([]);
  });

  it('is not granted twice to two who ask at once, not even at first', async () => {
    const shop = await house.business(first);
    const channel = { businessId: shop.id, channelId: 'custom:any', perSecond: 0.02 };
    const ask = () => house.db.transaction((tx) => takeTokens(tx, channel, 20));
    const granted = await Promise.all(times(4, ask));
    expect(granted.reduce((a, b) => a + b)).toBe(1);
    // A tenth of what would refill it goes by: less than one message a second is kept to as well.
    await house.sql(
      `update channel_budget set refilled_at = refilled_at - interval '5 seconds' where business_id = $1`,
      [shop.id],
    );
    expect(await ask()).toBe(0);
    await house.sql(
      `update channel_budget set refilled_at = refilled_at - interval '60 seconds' where business_id = $1`,
      [shop.id],
    );
    expect(await ask()).toBe(1);
  });
});
