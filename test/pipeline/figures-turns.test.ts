import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReceiptStatus } from '../../src/model/status.ts';
import { countOn } from '../../src/pipeline/figures.ts';
import { forgetOld } from '../../src/store/event-retention.ts';
import { counted, plainCount } from '../figures/plain.ts';
import { House, type Running, type Tenant, times } from './tools.ts';

// Nobody sends here, and nobody counts by himself: what happens, and when it is counted, is up to the story.
let house: House;
let running: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start(undefined, ['api']);
});
afterAll(() => house.close());

const zone = 'Asia/Kathmandu';
const sql = (text: string, values: unknown[] = []) => house.sql(text, values);
const ask = sql as Parameters<typeof plainCount>[0];
/** So little in one turn that everything is counted in pieces. */
const little = { statement: 3, events: 7, messages: 4, sessions: 2, calls: 2 };

async function newShop(settings: Record<string, unknown> = { timeZone: zone }): Promise<Tenant> {
  const shop = await house.business(running, { business: settings, agents: [{ code: 'ann' }] });
  await shop.connector('line', 'http://127.0.0.1:9/');
  return shop;
}

const line = 'custom:line';
const moved = (shop: Tenant, messageId: string, ...statuses: ReceiptStatus[]) =>
  shop.receive(line, {
    receipts: statuses.map((status) => ({
      messageId,
      status,
      timestamp: Date.now(),
      ...(status === 'SENTX_ERR' && { failure: { class: 'UNREACHABLE' as const, code: '131026', text: '' } }),
    })),
  });

/** Turns until nothing is left. */
async function countAll(shop: Tenant, most = little): Promise<void> {
  for (;;) {
    await countOn({ db: house.db }, shop.id, most);
    const [row] = await sql(
      `select c.seq = p.seq and p.message_id = '' and p.session_id = '' and p.endpoint_id is null as done
       from event_counter c join figure_progress p using (business_id) where business_id = $1`,
      [shop.id],
    );
    if (row!.done) return;
  }
}

async function forgetFigures(shop: Tenant): Promise<void> {
  for (const table of [
    'progress',
    'message',
    'error',
    'failure',
    'session',
    'wait',
    'wait_axis',
    'asked',
    'call',
  ])
    await sql(`delete from figure_${table} where business_id = $1`, [shop.id]);
}

/** A conversation in which everything that is counted can happen, step by step. */
const conversation = async (shop: Tenant, who: string) => {
  const caller = await shop.caller();
  const ann = { ...caller, agent: { code: 'ann' } } as typeof caller;
  const ids: string[] = [];
  let sessionId = '';
  const send = async (text: string, sender: object) => {
    ids.push((await shop.send(line, who, text, { sender } as object)).id);
  };
  return [
    () => send('news', { type: 'API' }),
    async () => {
      ({ sessionId } = await shop.hear(line, who));
    },
    () => moved(shop, ids[0]!, 'SENTX', 'DLVRD'),
    () => send('a moment', { type: 'BOT' }),
    () => shop.core.route(caller, { sessionId, queue: 'agent_desk', agent: 'ann' }),
    () => moved(shop, ids[1]!, 'SENTX_ERR'),
    () => send('here', { type: 'AGENT', code: 'ann' }),
    () => moved(shop, ids[2]!, 'SENTX'),
    () => moved(shop, ids[2]!, 'SENTX_ERR'),
    () => moved(shop, ids[0]!, 'READ'),
    () => moved(shop, ids[1]!, 'DLVRD'),
    () => shop.core.resolve(ann, sessionId),
    () => shop.hear(line, who, 'and?'),
    () => moved(shop, ids[2]!, 'READ', 'DLVRD'),
    () => send('bye', { type: 'AGENT', code: 'ann' }),
    () => moved(shop, ids[3]!, 'READ'),
    () => shop.core.resolve(ann, sessionId),
    () => shop.core.close(caller, sessionId),
    () => send('again', { type: 'API' }),
    () => moved(shop, ids[4]!, 'SENTX_ERR'),
  ];
};

describe('counting', () => {
  it('is the same whenever it is done: after each step, or after some', async () => {
    for (const every of [1, 3, 100]) {
      const shop = await newShop();
      const steps = await conversation(shop, '966500009');
      for (const [n, step] of steps.entries()) {
        await step();
        if (n % every === every - 1) await countOn({ db: house.db }, shop.id);
      }
      await countAll(shop);
      const plain = await plainCount(ask, shop.id, zone);
      expect(plain.messages.map((row) => row.slice(11))).toEqual([
        'custom:line I  2 0 0 0 0',
        'custom:line O  5 4 4 3 1',
      ]);
      expect(plain.waits.map((row) => row.replace(/ \d+$/, ''))).toEqual([
        'agentAnswer ann 2',
        'answer  1',
        'answer ann 1',
        'resolution ann 2',
      ]);
      expect(await counted(ask, shop.id), `every ${every}`).toEqual(plain);
    }
  });

  it('tells two waits of one turn apart, whatever was known of the person before', async () => {
    const shop = await newShop();
    const caller = await shop.caller();
    const ann = { ...caller, agent: { code: 'ann' } } as typeof caller;
    const answer = () =>
      shop.send(line, '966500010', 'here', { sender: { type: 'AGENT', code: 'ann' } } as object);
    await countAll(shop);
    const { sessionId } = await shop.hear(line, '966500010');
    await countAll(shop);
    await answer();
    await shop.core.resolve(ann, sessionId);
    await shop.hear(line, '966500010', 'and?');
    await shop.hear(line, '966500010', 'anybody?');
    await answer();
    await answer();
    await countAll(shop, { ...little, statement: 100, events: 100 });
    const plain = await plainCount(ask, shop.id, zone);
    expect(plain.waits.map((row) => row.replace(/ \d+$/, ''))).toEqual([
      'agentAnswer ann 2',
      'answer ann 2',
      'resolution ann 1',
    ]);
    expect(await counted(ask, shop.id)).toEqual(plain);
  });

  it('goes on with what was there before while more happens, in whatever pieces', async () => {
    const shop = await newShop();
    const people = times(6, (n) => `96650000${n}`);
    const talks = await Promise.all(people.map((who) => conversation(shop, who)));
    const at = (n: number) => Promise.all(talks.map((steps, i) => steps[n - i]?.()));
    const all = 20 + people.length - 1;
    for (let n = 0; n < 8; n++) await at(n);
    // From here on it is counted: all that was until now is what was there before.
    for (let n = 8; n < all; n++) {
      await countOn({ db: house.db }, shop.id, little);
      await at(n);
    }
    const [before] = await sql('select message_id from figure_progress where business_id = $1', [shop.id]);
    expect(before!.message_id).toMatch(/^[0-9a-f]{0,24}$/);
    await countAll(shop);
    const plain = await plainCount(ask, shop.id, zone);
    expect(await counted(ask, shop.id)).toEqual(plain);
    expect(await counted(ask, shop.id, zone)).toEqual(plain);
  });

  it('of what was there before says the same as of what happened before its eyes', async () => {
    const shop = await newShop();
    for (const step of await conversation(shop, '966500019')) {
      await step();
      await countOn({ db: house.db }, shop.id);
    }
    await countAll(shop);
    const seen = await counted(ask, shop.id);
    await forgetFigures(shop);
    await countAll(shop);
    expect(await counted(ask, shop.id)).toEqual(seen);
  });

  it('by two at once counts everything once', async () => {
    const shop = await newShop();
    const steps = await conversation(shop, '966500029');
    for (const step of steps) {
      await step();
      await Promise.all(times(3, () => countOn({ db: house.db }, shop.id, little)));
    }
    await countAll(shop);
    expect(await counted(ask, shop.id)).toEqual(await plainCount(ask, shop.id, zone));
  });

  it('is taken back as a whole when it breaks off', async () => {
    const shop = await newShop();
    const steps = await conversation(shop, '966500039');
    for (const step of steps.slice(0, 10)) await step();
    await countAll(shop);
    for (const step of steps.slice(10)) await step();
    // The last thing that a turn writes cannot be written.
    await sql(
      `create function refuse() returns trigger language plpgsql as $$ begin raise 'refused'; end $$`,
    );
    await sql(
      'create trigger refuse before update on figure_progress for each row execute function refuse()',
    );
    await expect(countOn({ db: house.db }, shop.id)).rejects.toThrow('refused');
    await sql('drop function refuse cascade');
    await countAll(shop);
    expect(await counted(ask, shop.id)).toEqual(await plainCount(ask, shop.id, zone));
  });
});

describe('a message that is deleted', () => {
  it('stays counted', async () => {
    const shop = await newShop();
    const { id } = await shop.send(line, '966500009');
    await moved(shop, id, 'SENTX');
    await countAll(shop);
    const before = await counted(ask, shop.id);
    await shop.core.deleteMessages(await shop.caller(), [id]);
    await countAll(shop);
    expect(await shop.messages()).toEqual([]);
    expect((await counted(ask, shop.id)).messages).toEqual(before.messages);
  });
});

describe('another time zone', () => {
  it('cuts all days anew', async () => {
    const shop = await newShop({});
    for (const step of await conversation(shop, '966500009')) await step();
    // One message in each hour of the days before.
    await sql(
      `insert into message (business_id, id, session_id, contact_id, channel_id, direction, status, at, content, stamps)
       select business_id, lpad(to_hex((extract(epoch from now() - n * interval '1 hour') * 1000)::bigint), 12, '0') || lpad(to_hex(n), 12, '0'),
         session_id, contact_id, channel_id, direction, status, at, content, stamps
       from (select * from message where business_id = $1 limit 1) m cross join generate_series(1, 80) n`,
      [shop.id],
    );
    await countAll(shop);
    expect(await counted(ask, shop.id)).toEqual(await plainCount(ask, shop.id, 'UTC'));
    for (const timeZone of ['America/St_Johns', 'Pacific/Kiritimati', zone]) {
      await shop.apply({ business: { timeZone } });
      await countAll(shop);
      const plain = await plainCount(ask, shop.id, timeZone);
      expect(plain.messages.length).toBeGreaterThan(4);
      expect(await counted(ask, shop.id), timeZone).toEqual(plain);
    }
  });

  it('must be one', async () => {
    const shop = await newShop({});
    for (const timeZone of [
      'Atlantis/Poseidonis',
      '+05:30',
      'EST',
      'IST',
      'Asia/../UTC',
      `Asia/${'x'.repeat(500)}`,
    ]) {
      await expect(shop.apply({ business: { timeZone } }), timeZone).rejects.toMatchObject({
        kind: 'invalid',
        details: [{ field: 'business.timeZone', value: timeZone }],
      });
    }
    await shop.apply({ business: { timeZone: 'asia/dubai' } });
    expect((await shop.setup()).business.settings.timeZone).toBe('Asia/Dubai');
    await shop.apply({ business: { timeZone: '' } });
    expect((await shop.setup()).business.settings.timeZone).toBeUndefined();
  });
});

describe('events', () => {
  it('are kept until they are counted', async () => {
    const shop = await newShop();
    for (const step of await conversation(shop, '966500009')) await step();
    await countOn({ db: house.db }, shop.id);
    const { seq } = (await shop.events()).at(-1)!;
    await sql('update figure_progress set seq = $2 where business_id = $1', [shop.id, 5]);
    await sql(`update event set at = now() - interval '31 days' where business_id = $1`, [shop.id]);
    await forgetOld(house.db, 30);
    expect((await shop.events())[0]!.seq).toBe(6);
    await sql('update figure_progress set seq = $2 where business_id = $1', [shop.id, seq]);
    await forgetOld(house.db, 30);
    expect((await shop.events())[0]!.seq).toBe(seq);
  });
});
