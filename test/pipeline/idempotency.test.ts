import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeIdempotency, type Once } from '../../src/pipeline/idempotency.ts';
import { makeSeal } from '../../src/pipeline/seal.ts';
import type { Database } from '../../src/store/database.ts';
import { House, type Running, type Tenant, times } from './tools.ts';

const log = pino({ level: 'silent' });
const seal = makeSeal('the secret of the tests');
let house: House;
let running: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());

const keyed = ({ id: businessId }: Tenant, key: string) => ({
  businessId,
  scope: ['the key of the app', 'POST', '/send'],
  key,
  request: ['/send', 'Hello'],
});

async function begin(shop: Tenant, key: string): Promise<Once> {
  const begun = await shop.core.idempotency.begin(keyed(shop, key));
  if (!('once' in begun)) throw new Error(`it was answered already: ${JSON.stringify(begun.answer)}`);
  return begun.once;
}

async function sendUnder(shop: Tenant, box: string, once: Once) {
  return shop.core.send(
    { ...(await shop.caller()), once },
    {
      to: { csid: '966500001' },
      channelId: box,
      content: { type: 'text', text: 'Hello' },
      sender: { type: 'API' },
    },
  );
}

/** What becomes of the claim of a process that died: nobody ends it, and its time runs out. */
const leaseEnds = (shop: Tenant) =>
  house.sql(`update idempotency set lease_until = now() - interval '1 second' where business_id = $1`, [
    shop.id,
  ]);

describe('a send whose process died', () => {
  it('after it was stored and before it was answered: is answered, and not sent again', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const sent = await sendUnder(shop, box, await begin(shop, 'a'));
    await expect(begin(shop, 'a')).rejects.toMatchObject({ kind: 'conflict' });
    await leaseEnds(shop);
    expect(await sendUnder(shop, box, await begin(shop, 'a'))).toEqual(sent);
    expect(await shop.messages()).toHaveLength(1);
  });

  it('many in one request: all are answered as they were, those that were refused too', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const to = (csid: string, channelId: string) => ({
      to: { csid },
      channelId,
      content: { type: 'text' as const, text: 'Hello' },
      sender: { type: 'API' as const },
    });
    const requests = [to('966500001', box), to('966500002', 'dummy:none'), to('966500003', box)];
    const caller = await shop.caller();
    const first = await shop.core.sendMany({ ...caller, once: await begin(shop, 'many') }, requests);
    await leaseEnds(shop);
    const again = await shop.core.sendMany({ ...caller, once: await begin(shop, 'many') }, requests);
    expect(again).toEqual(first);
    expect(again[1]).toMatchObject({ kind: 'invalid', details: [{ field: 'channelId' }] });
    expect(await shop.messages()).toHaveLength(2);
  });

  it('before it was stored: is sent by whoever asks again', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    await begin(shop, 'b');
    await leaseEnds(shop);
    await sendUnder(shop, box, await begin(shop, 'b'));
    expect(await shop.messages()).toHaveLength(1);
  });

  it('or only slept, and wakes when another one has taken over: is refused, and stores nothing', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const slow = await begin(shop, 'c');
    await leaseEnds(shop);
    const quick = await begin(shop, 'c');
    await expect(sendUnder(shop, box, slow)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await shop.messages()).toHaveLength(0);
    await sendUnder(shop, box, quick);
    expect(await shop.messages()).toHaveLength(1);
  });

  it('or whose answer got lost on the way to the store: is answered at once by the next', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    const once = await begin(shop, 'd');
    const sent = await sendUnder(shop, box, once);
    await shop.core.idempotency.release(once);
    expect(await sendUnder(shop, box, await begin(shop, 'd'))).toEqual(sent);
    expect(await shop.messages()).toHaveLength(1);
  });
});

describe('a request that takes long', () => {
  const lease = { ms: 300, renewEveryMs: 50, longestMs: 2000 };
  const soon = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('is nobody else’s while it is being done, and the next one’s soon after its process died', async () => {
    const shop = await house.business(running);
    const keys = makeIdempotency({ db: house.db, seal, log }, lease);
    const begun = await keys.begin(keyed(shop, 'long'));
    await soon(3 * lease.ms);
    await expect(keys.begin(keyed(shop, 'long'))).rejects.toMatchObject({ kind: 'conflict' });
    await keys.finish((begun as { once: Once }).once, {
      status: 200,
      contentType: 'text/plain',
      body: 'Done',
    });
    expect(await keys.begin(keyed(shop, 'long'))).toMatchObject({ answer: { body: 'Done' } });
    // Nobody ends it.
    await keys.begin(keyed(shop, 'lost'));
    await soon(lease.longestMs + 2 * lease.ms);
    expect(await keys.begin(keyed(shop, 'lost'))).toHaveProperty('once');
  });

  it('is free within 30 seconds after its process died', async () => {
    const shop = await house.business(running);
    await begin(shop, 'held');
    const [row] = await house.sql<{ seconds: number }>(
      'select extract(epoch from lease_until - now())::float as seconds from idempotency where business_id = $1',
      [shop.id],
    );
    expect(row!.seconds).toBeLessThan(30);
  });
});

describe('while the database is away', () => {
  const unable = (run: () => Promise<never>) =>
    makeIdempotency({ db: { run } as unknown as Database, seal, log });
  const asked = (i: number) => keyed({ id: 1 } as Tenant, `away ${i}`);

  it('keyed requests are told so when too many wait', async () => {
    const stalled = unable(() => new Promise(() => {}));
    for (const i of times(5000, (i) => i)) void stalled.begin(asked(i));
    await expect(stalled.begin(asked(5000))).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('keyed requests that came together are told so together, and not one after the other', async () => {
    let tries = 0;
    const refused = unable(async () => {
      tries += 1;
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    });
    const begun = await Promise.allSettled(times(100, (i) => refused.begin(asked(i))));
    expect(begun.filter(({ status }) => status === 'rejected')).toHaveLength(100);
    expect(tries).toBeLessThan(5);
  });
});

describe('what is known of keyed requests', () => {
  it('is forgotten after 48 hours', async () => {
    const shop = await house.business(running);
    const once = await begin(shop, 'old');
    await shop.core.idempotency.finish(once, { status: 200, contentType: 'text/plain', body: 'Done' });
    await house.sql(
      `update idempotency set created_at = now() - interval '49 hours' where business_id = $1`,
      [shop.id],
    );
    const left = () => house.sql('select 1 from idempotency where business_id = $1', [shop.id]);
    await expect.poll(left, { timeout: 30_000 }).toHaveLength(0);
  });

  it('is another matter in another business', async () => {
    const [shop, other] = [await house.business(running), await house.business(running)];
    await begin(shop, 'same');
    await begin(other, 'same');
  });
});
