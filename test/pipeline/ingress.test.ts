import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { House, type Running, type Tenant, times } from './tools.ts';

let house: House;
let running: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());

/** Posts to the webhook address of a connector's channel, as its connector. */
async function post(shop: Tenant, channelId: string, body: unknown): Promise<Response> {
  const { accountId, lane } = (await shop.setup()).channels.get(channelId)!;
  return fetch(`${running.address}/webhook/custom/${accountId}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-verify-token': `token-of-${shop.id}-${lane}-connector`,
    },
    body: JSON.stringify(body),
  });
}

const said = (from: string, id = 'm1') => ({ messages: [{ id, from, text: { body: 'Hi' } }] });
const nowhere = 'http://127.0.0.1:9/';

describe('a webhook address', () => {
  it('is unknown while its channel is off', async () => {
    const shop = await house.business(running);
    const line = await shop.connector('line', nowhere);
    expect((await post(shop, line, said('ann'))).status).toBe(200);
    await shop.core.change.putChannel(
      { businessId: shop.id },
      { type: 'custom', lane: 'line', enabled: false },
    );
    expect((await post(shop, line, said('ann', 'm2'))).status).toBe(404);
    expect(await shop.messages()).toHaveLength(1);
    await shop.core.change.putChannel(
      { businessId: shop.id },
      { type: 'custom', lane: 'line', enabled: true },
    );
    expect((await post(shop, line, said('ann', 'm2'))).status).toBe(200);
    expect(await shop.messages()).toHaveLength(2);
  });

  it('asks to be called again when too much waits to be stored', async () => {
    const shop = await house.business(running);
    const line = await shop.connector('line', nowhere);
    const { contact } = await shop.hear(line, 'ann');
    const holder = new pg.Client({ connectionString: house.url });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select 1 from contact where business_id = $1 and id = $2 for update', [
      shop.id,
      contact.id,
    ]);
    const waiting = [shop.hear(line, 'ann'), ...times(4999, () => shop.receive(line, {}))];
    const refused = await post(shop, line, said('bob'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    await holder.query('rollback');
    await holder.end();
    await Promise.all(waiting);
    expect((await post(shop, line, said('bob'))).status).toBe(200);
    expect(await shop.messages()).toHaveLength(3);
    expect(await house.sql('select 1 from inbound_failure where business_id = $1', [shop.id])).toEqual([]);
  });

  it('refuses ids and addresses that are too long to be found by', async () => {
    const shop = await house.business(running);
    const line = await shop.connector('line', nowhere);
    const long = 'x'.repeat(256);
    const status = { status: 'READ' };
    for (const body of [
      said('ann', long),
      said(long),
      { messages: [{ id: 'm1', contactId: `oa${long}_line`, text: { body: 'Hi' } }] },
      { statuses: [{ ...status, messageIdExt: long }] },
      { statuses: [{ ...status, id: long }] },
    ]) {
      expect((await post(shop, line, body)).status).toBe(400);
    }
    expect((await post(shop, line, said('ann', long.slice(1)))).status).toBe(200);
    expect(await shop.messages()).toHaveLength(1);
  });
});
