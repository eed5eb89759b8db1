import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { counted, plainCount } from '../figures/plain.ts';
import { receiver } from './receiver.ts';
import { eventually, House, type Running, type Tenant, times } from './tools.ts';

let house: House;
let running: Running;
let other: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
  other = await house.start();
});
afterAll(() => house.close());

/** Waits until nothing is under way any more, and all that happened is counted; what is to be tried again is tried now. */
async function allCounted(shop: Tenant): Promise<void> {
  await eventually(async () => {
    await shop.hurry();
    const [row] = await house.sql(
      `select c.seq - p.seq as left, p.message_id || p.session_id || coalesce(p.endpoint_id, '') as older,
         (select count(*)::int from figure_call f where f.business_id = c.business_id) as calls,
         (select count(*)::int from message m where m.business_id = c.business_id and m.due_at is not null) as messages,
         (select count(*)::int from delivery d where d.business_id = c.business_id and d.due_at is not null) as deliveries
       from event_counter c left join figure_progress p using (business_id) where business_id = $1`,
      [shop.id],
    );
    expect(row).toEqual({ left: '0', older: '', calls: 0, messages: 0, deliveries: 0 });
  });
}

/** A business with two channels, a template, agents, and a receiver of webhooks that refuses every fifth call. */
async function busyShop() {
  const shop = await house.business(running, {
    business: { timeZone: 'Asia/Kolkata' },
    teams: [{ code: 'sales' }],
    agents: [{ code: 'ann', teams: ['sales'] }, { code: 'ben' }],
    templates: [{ code: 'hello', variants: [{ lang: 'en', body: 'Hello {{name}}' }] }],
  });
  const boxes = [await shop.sandbox('one'), await shop.sandbox('two')];
  const hooks = await receiver((_, n) => (n % 5 === 0 ? 500 : 200));
  await shop.webhook(hooks.url, 'plain');
  return { shop, boxes, hooks };
}

const outcomes = ['009', '001', '002', '004', '005', '100', '103', '106', '110', '201', '400', '404'];

/** Messages of every outcome, at both processes; what people write, what agents answer, what is resolved and closed. */
async function traffic(shop: Tenant, boxes: string[]): Promise<void> {
  await Promise.all(
    times(96, (n) => {
      const at = n % 2 === 0 ? shop : shop.at(other);
      const number = `96650${String(n).padStart(3, '0')}${outcomes[n % outcomes.length]}`;
      return at.send(boxes[n % 2]!, number, 'Hello', {
        ...(n % 3 === 0 && {
          content: { type: 'template' },
          template: { code: 'hello', data: { name: 'Amina' } },
        }),
        ...(n % 7 === 0 && { mask: true }),
      });
    }),
  );
  const caller = await shop.caller();
  const said = async (text: string, who: string, agent?: string) =>
    shop.send(boxes[0]!, who, text, {
      sender: agent === undefined ? { type: 'BOT' } : { type: 'AGENT', code: agent },
    });
  for (const n of times(6, (i) => i)) {
    const who = `9665111${n}009`;
    const { sessionId } = await shop.hear(boxes[0]!, who);
    await shop.core.route(caller, { sessionId, queue: 'agent_desk', agent: n % 2 ? 'ann' : 'ben' });
    if (n > 1) await said('one moment', who);
    await shop.at(other).hear(boxes[0]!, who, 'hello?');
    if (n > 2) await said('here', who, n % 2 ? 'ann' : 'ben');
    if (n > 3) await shop.core.resolve(caller, sessionId);
    if (n === 5) await shop.hear(boxes[0]!, who, 'one more thing');
    if (n === 3) await shop.core.close(caller, sessionId);
  }
}

describe('figures', () => {
  it('say what a plain count over the messages says, after every kind of outcome in two processes', async () => {
    const { shop, boxes, hooks } = await busyShop();
    await traffic(shop, boxes);
    await allCounted(shop);
    const plain = await plainCount(house.sql.bind(house), shop.id, 'Asia/Kolkata');
    expect(plain.messages.length).toBeGreaterThan(4);
    expect(plain.failures.length).toBeGreaterThan(3);
    expect(plain.waits).toHaveLength(5);
    expect(plain.webhooks).toHaveLength(1);
    expect(await counted(house.sql.bind(house), shop.id)).toEqual(plain);
    expect(await counted(house.sql.bind(house), shop.id, 'Asia/Kolkata')).toEqual(plain);
    await hooks.close();
  });
});
