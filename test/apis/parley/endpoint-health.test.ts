import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { receiver } from './receiver.ts';
import { testServer, until } from './server.ts';

const { api, db, end } = await testServer();
afterAll(end);

/** Each story has a business of its own, with a sandbox, and a receiver that answers as it is told. */
let shop: Awaited<ReturnType<typeof openShop>>;
let count = 0;
async function openShop() {
  const { key } = (await api('POST', '/businesses', { domain: `shop-${++count}` })).body;
  const as = (method: string, path: string, body?: unknown) => api(method, path, body, key);
  await as('PUT', '/channels/dummy:box', {});
  let status = 200;
  const crm = await receiver(() => status);
  const { id } = (await as('POST', '/endpoints', { url: crm.url, types: ['message.accepted'] })).body;
  const log = async (query = '') => (await as('GET', `/endpoints/${id}/deliveries?limit=200${query}`)).body;
  return {
    as,
    crm,
    id,
    log,
    answers: (next: number) => {
      status = next;
    },
    health: async () => (await as('GET', `/endpoints/${id}/health`)).body,
    send: async (text: string) =>
      (
        await as('POST', '/messages', {
          channelId: 'dummy:box',
          to: { phone: '966500000209' },
          content: { text },
        })
      ).body.id as string,
    states: async () => (await log()).items.map(({ state }: { state: string }) => state),
  };
}
beforeEach(async () => {
  shop = await openShop();
  return shop.crm.end;
});

describe('how an endpoint fares', () => {
  it('is told from its last call, and from what it never took', async () => {
    expect(await shop.health()).toEqual({
      id: shop.id,
      state: 'new',
      failures: 0,
      pending: 0,
      held: 0,
      failed: 0,
    });
    await shop.send('taken');
    const well = await until(shop.health, ({ state }) => state === 'well');
    expect(well).toMatchObject({ last: { attempt: 1, status: 200, at: expect.any(Number) } });
    shop.answers(400);
    await shop.send('refused');
    const failing = await until(shop.health, ({ state }) => state === 'failing');
    expect(failing).toMatchObject({
      failures: 1,
      failingSince: expect.any(Number),
      failed: 1,
      last: { status: 400 },
    });
    shop.answers(503);
    await shop.send('to be tried again');
    const waiting = await until(shop.health, ({ pending, last }) => pending === 1 && last.status === 503);
    expect(waiting.state).toBe('failing');
    shop.answers(410);
    await shop.as('POST', `/endpoints/${shop.id}/replay`, { failed: true });
    const gone = await until(shop.health, ({ state }) => state === 'disabled');
    expect(gone).toMatchObject({ held: 2, disabledReason: 'it answered 410: gone for good' });
    const all = (await shop.as('GET', '/endpoints/health')).body.items;
    expect(all).toEqual([gone]);
    await shop.as('PATCH', `/endpoints/${shop.id}`, { enabled: false });
    expect((await api('GET', '/endpoints/health')).body.items).toEqual([]);
    expect((await api('GET', `/endpoints/${shop.id}/health`)).status).toBe(404);
  });

  it('says that it was switched off', async () => {
    await shop.as('PATCH', `/endpoints/${shop.id}`, { enabled: false });
    expect(await shop.health()).toMatchObject({ state: 'off' });
  });
});

describe('the log of an endpoint', () => {
  it('is narrowed down by state and by type, page after page', async () => {
    await shop.as('PATCH', `/endpoints/${shop.id}`, { types: null });
    shop.answers(400);
    for (const text of ['one', 'two', 'three']) await shop.send(text);
    const types = ['message.accepted', 'message.status'];
    const refused = await until(
      () => shop.log('&state=failed&type=message.accepted'),
      ({ items }) => items.length === 3,
    );
    shop.answers(200);
    await shop.as('POST', `/endpoints/${shop.id}/replay`, {
      from: refused.items[0].seq,
      to: refused.items[0].seq,
    });
    await until(
      () => shop.log('&state=delivered&type=message.accepted'),
      ({ items }) => items.length === 1,
    );
    expect((await shop.log('&state=failed&type=message.accepted')).items).toHaveLength(2);
    await until(
      () => shop.log('&state=pending'),
      ({ items }) => items.length === 0,
    );
    for (const type of types)
      for (const { type: told } of (await shop.log(`&type=${type}`)).items) expect(told).toBe(type);
    const seen: number[] = [];
    let next: string | undefined;
    do {
      const after: string = next === undefined ? '' : `&after=${next}`;
      const page: { items: { seq: number }[]; next?: string } = (
        await shop.as('GET', `/endpoints/${shop.id}/deliveries?limit=1&type=message.accepted${after}`)
      ).body;
      seen.push(...page.items.map(({ seq }) => seq));
      next = page.next;
    } while (next !== undefined);
    const all = (await shop.log('&type=message.accepted')).items.map(({ seq }: { seq: number }) => seq);
    expect(seen).toEqual(all);
    expect(seen).toHaveLength(3);
    expect((await shop.as('GET', `/endpoints/${shop.id}/deliveries?state=lost`)).status).toBe(400);
  });

  it('goes on behind thousands of others', async () => {
    const [{ seq }] = await until(
      async () => {
        await shop.send('first');
        return (await shop.log()).items;
      },
      (items) => items.length > 0,
    );
    const business = (await shop.as('GET', '/business')).body.domain;
    const run = (name: string, text: string) => db.run({ name: `test.${name}`, text }, [business, shop.id]);
    await run(
      'events',
      `insert into event (business_id, seq, id, type, at, data)
       select b.id, n, 'many' || n, 'session.opened', now(), '{}'
       from business b, generate_series(100, 11099) n where b.domain = $1 and $2 <> ''`,
    );
    await run(
      'many',
      `insert into delivery (business_id, endpoint_id, seq, lane, state)
       select b.id, $2, n, 'x', 'delivered' from business b, generate_series(100, 11099) n where b.domain = $1`,
    );
    const first = await shop.log('&type=message.accepted');
    expect(first).toEqual({ items: [], next: '6100' });
    const second = await shop.log(`&type=message.accepted&after=${first.next}`);
    expect(second).toEqual({ items: [], next: '1100' });
    const third = await shop.log(`&type=message.accepted&after=${second.next}`);
    expect(third.items.map((line: { seq: number }) => line.seq)).toContain(seq);
    expect(third.next).toBeUndefined();
  });
});

describe('telling an endpoint again', () => {
  const count = async (query: string) => (await shop.as('GET', `/endpoints/${shop.id}/replay?${query}`)).body;
  const replay = async (body: object) => (await shop.as('POST', `/endpoints/${shop.id}/replay`, body)).body;

  it('is counted before, and does what was counted', async () => {
    shop.answers(400);
    await shop.send('refused');
    await until(shop.states, (states) => states.join() === 'failed');
    shop.answers(200);
    await shop.send('taken');
    await until(shop.states, (states) => states.join() === 'delivered,failed');
    expect(await count('')).toEqual({ fresh: 0, again: 1, failed: 1, more: false });
    expect(await count('failed=true')).toEqual({ fresh: 0, again: 0, failed: 1, more: false });
    const calls = shop.crm.calls.length;
    expect(await replay({ failed: true })).toEqual({ queued: 1 });
    await until(
      async () => shop.crm.calls.length,
      (now) => now === calls + 1,
    );
    await until(shop.states, (states) => states.join() === 'delivered,delivered');
    expect(await count('failed=true')).toMatchObject({ failed: 0 });
  });

  it('goes by time, too', async () => {
    await shop.send('early');
    await until(shop.states, (states) => states.join() === 'delivered');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await shop.send('late');
    await until(shop.states, (states) => states.join() === 'delivered,delivered');
    // The times are those of the server's clock.
    const [late, early] = (await shop.log()).items;
    const told = () => shop.crm.calls.map(({ body }) => JSON.parse(body).data.message.content.text as string);
    expect(await count(`since=${late.at}`)).toMatchObject({ again: 1 });
    expect(await replay({ since: late.at })).toEqual({ queued: 1 });
    await until(
      async () => told().join(),
      (all) => all === 'early,late,late',
    );
    expect(await count(`until=${early.at}`)).toMatchObject({ again: 1 });
    expect(await replay({ until: early.at })).toEqual({ queued: 1 });
    await until(
      async () => told().join(),
      (all) => all === 'early,late,late,early',
    );
    expect(await count(`since=${Date.now() + 60_000}`)).toMatchObject({ again: 0, fresh: 0 });
    expect(await replay({ since: Date.now() + 60_000 })).toEqual({ queued: 0 });
    const wrong = await shop.as('POST', `/endpoints/${shop.id}/replay`, { since: 2, until: 1 });
    expect([wrong.status, wrong.body.error.fields[0].field]).toEqual([400, 'until']);
  });

  /** Events with these times, epoch ms, that were made from `madeAt` on, and told; failed is what `failed` says. */
  async function happened(madeAt: number, times: number[], failed = -1): Promise<void> {
    const { domain } = (await shop.as('GET', '/business')).body;
    for (const [n, at] of times.entries())
      await db.run(
        {
          name: 'test.happened',
          text: `with e as (
              insert into event (business_id, seq, id, type, at, data)
              select id, $2::bigint, lpad(to_hex($6::bigint), 12, '0') || lpad(to_hex($2::bigint), 12, '0'),
                'message.accepted', to_timestamp($3::float8 / 1000), '{}'
              from business where domain = $1 returning business_id)
            insert into delivery (business_id, endpoint_id, seq, lane, state) select business_id, $4, $2::bigint, 'x', $5 from e`,
        },
        [domain, n + 100, at, shop.id, n === failed ? 'failed' : 'delivered', madeAt + n],
      );
    await db.run(
      {
        name: 'test.counted',
        text: 'update event_counter set seq = $2 where business_id = (select id from business where domain = $1)',
      },
      [domain, 99 + times.length],
    );
  }

  it('goes by time exactly, also where events of one moment got their numbers in another order', async () => {
    const at = Date.now() - 3_600_000;
    await happened(
      at,
      [20, 5, 10, 0, 15].map((later) => at + later),
      1,
    );
    expect(await count(`since=${at + 15}`)).toMatchObject({ again: 2, failed: 0 });
    expect(await count(`until=${at + 5}`)).toMatchObject({ again: 1, failed: 1 });
    expect(await count(`since=${at + 5}&until=${at + 10}&failed=true`)).toMatchObject({ failed: 1 });
    expect(await count(`since=${at + 6}&failed=true`)).toMatchObject({ failed: 0 });
    expect(await replay({ failed: true, until: at + 5 })).toEqual({ queued: 1 });
    expect(await replay({ since: at + 15, until: at + 15 })).toEqual({ queued: 1 });
  });

  it('misses nothing where receipts of long ago were heard of in between', async () => {
    const at = Date.now() - 3_600_000;
    const late = at - 2 * 3_600_000;
    const times = Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? at + n : late + n));
    await happened(at, times);
    expect(await count(`since=${at}&until=${at + 39}`)).toMatchObject({ again: 20 });
    expect(await count(`since=${late}&until=${late + 39}`)).toMatchObject({ again: 20 });
    expect(await replay({ since: at, until: at + 39 })).toEqual({ queued: 20 });
  });
});

describe('an endpoint', () => {
  it('hears again of everything when no types are named any more', async () => {
    const types = async () => (await shop.as('GET', `/endpoints/${shop.id}`)).body.types;
    expect(await types()).toEqual(['message.accepted']);
    await shop.as('PATCH', `/endpoints/${shop.id}`, { name: 'CRM' });
    expect(await types()).toEqual(['message.accepted']);
    await shop.as('PATCH', `/endpoints/${shop.id}`, { types: null });
    expect(await types()).toBeUndefined();
    const empty = await shop.as('PATCH', `/endpoints/${shop.id}`, { types: [] });
    expect([empty.status, empty.body.error.fields[0].field]).toEqual([400, 'types']);
  });

  it('that must be new is not one that is there', async () => {
    const again = await shop.as('POST', '/endpoints', { url: shop.crm.url, isNew: true });
    expect([again.status, again.body.error.fields[0]]).toMatchObject([400, { field: 'url', code: 'TAKEN' }]);
    expect((await shop.as('POST', '/endpoints', { url: shop.crm.url })).status).toBe(200);
  });

  it('says until when the secret before still signs, and stops at once when somebody else knows it', async () => {
    const rotate = (body: object) => shop.as('POST', `/endpoints/${shop.id}/rotate`, body);
    await rotate({ what: 'secret' });
    const { formerSecretUntil } = await shop.health();
    expect(formerSecretUntil).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    const told = async (text: string) => {
      await shop.send(text);
      return until(
        async () => shop.crm.calls.find(({ body }) => body.includes(text)),
        (call) => call !== undefined,
      );
    };
    expect((await told('overlap'))!.headers['webhook-signature']!.split(' ')).toHaveLength(2);
    await rotate({ what: 'secret', overlap: false });
    expect((await shop.health()).formerSecretUntil).toBeUndefined();
    expect((await told('alone'))!.headers['webhook-signature']!.split(' ')).toHaveLength(1);
  });
});
