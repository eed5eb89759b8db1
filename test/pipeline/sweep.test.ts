import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maskedText } from '../../src/model/message.ts';
import { eventually, House, type Running, type Tenant } from './tools.ts';

let house: House;
let running: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());

/** Lets a process do its sweep: each does one when it starts. */
async function swept(condition: () => Promise<void>): Promise<void> {
  const another = await house.start();
  await eventually(condition);
  await house.stop(another);
}

describe('a message that could not be sent in its life', () => {
  it('keeps nothing of what a masked one said', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    await house.sql(`update channel set paused_until = now() + interval '1 hour' where business_id = $1`, [
      shop.id,
    ]);
    const secret = await shop.send(box, 'ann', 'Your code is 4711', { mask: true });
    const open = await shop.send(box, 'bob', 'We are open');
    await house.sql(
      `update message set at = at - interval '25 hours',
         stamps = stamps || jsonb_build_object('CRTD', (stamps->>'CRTD')::bigint - 25 * 3600000)
       where business_id = $1`,
      [shop.id],
    );
    await swept(async () => {
      expect(await shop.message(secret.id)).toMatchObject({ status: 'FAILD' });
      expect(await shop.message(open.id)).toMatchObject({ status: 'FAILD' });
    });
    expect((await shop.message(secret.id)).content).toEqual({ type: 'text', text: maskedText });
    expect((await shop.message(open.id)).content).toEqual({ type: 'text', text: 'We are open' });
  });
});

describe('a message for later, on a channel that cannot send when its time has come', () => {
  const scheduled = async (shop: Tenant, hours: number) => {
    const box = await shop.sandbox();
    await house.sql(`update channel set paused_until = now() + interval '1 hour' where business_id = $1`, [
      shop.id,
    ]);
    const { id } = await shop.send(box, 'ann', 'Later', { sendAt: Date.now() + 3_600_000 });
    await house.sql(
      `update message set due_at = now() - $2 * interval '1 hour', at = at - interval '30 days',
         stamps = jsonb_build_object('SCHLD', (extract(epoch from now()) * 1000)::bigint)
       where business_id = $1`,
      [shop.id, hours],
    );
    return id;
  };

  it('ends a day after its time', async () => {
    const shop = await house.business(running);
    const [late, later] = [await scheduled(shop, 25), await house.business(running)];
    const young = await scheduled(later, 23);
    await swept(async () => expect(await shop.message(late)).toMatchObject({ status: 'FAILD' }));
    expect(await later.message(young)).toMatchObject({ status: 'SCHLD' });
  });

  it('has lived since its time when it can be sent at last', async () => {
    const shop = await house.business(running);
    const id = await scheduled(shop, 23);
    await house.sql('update channel set paused_until = null where business_id = $1', [shop.id]);
    const { stamps } = await eventually(async () => {
      const message = await shop.message(id);
      expect(message.status).not.toBe('SCHLD');
      return message;
    });
    expect(Date.now() - stamps.CRTD!).toBeGreaterThan(22.9 * 3_600_000);
  });
});

describe('a request that could not be applied', () => {
  it('is kept for thirty days', async () => {
    const shop = await house.business(running);
    for (const days of [29, 31]) {
      await house.sql(
        `insert into inbound_failure (business_id, id, channel_id, body, reason, received_at)
         values ($1, $2, 'dummy:box', 'body', 'reason', now() - $3 * interval '1 day')`,
        [shop.id, `after-${days}`, days],
      );
    }
    await swept(async () => {
      expect(await house.sql('select id from inbound_failure where business_id = $1', [shop.id])).toEqual([
        { id: 'after-29' },
      ]);
    });
  });
});
