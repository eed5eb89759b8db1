import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { House, type Running, type Tenant } from './tools.ts';

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
    await shop.core.change.putChannel(shop.id, { type: 'custom', lane: 'line', enabled: false });
    expect((await post(shop, line, said('ann', 'm2'))).status).toBe(404);
    expect(await shop.messages()).toHaveLength(1);
    await shop.core.change.putChannel(shop.id, { type: 'custom', lane: 'line', enabled: true });
    expect((await post(shop, line, said('ann', 'm2'))).status).toBe(200);
    expect(await shop.messages()).toHaveLength(2);
  });
});
