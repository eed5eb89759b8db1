import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Failure } from '../../src/model/failure.ts';
import { type Receiver, receiver, takesAll } from './receiver.ts';
import { eventually, House, type Running, type Tenant } from './tools.ts';

let house: House;
let running: Running;
let provider: Receiver;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
  provider = await receiver(takesAll);
});
afterAll(async () => {
  await house.close();
  await provider.close();
});

const optedOut = async (shop: Tenant, csid: string) => {
  const [row] = await house.sql<{ opted_out: boolean }>(
    'select opted_out from contact where business_id = $1 and csid = $2',
    [shop.id, csid],
  );
  return row?.opted_out;
};
const told = async (shop: Tenant) =>
  (await shop.events('contact.updated')).filter(({ data }) => data.changed?.includes('consent'));

describe('a person whom the provider says to want nothing of us', () => {
  it('has opted out: nothing more is tried, until they write', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox('box', { speed: 20 });
    const csid = '966500000102';
    const { id } = await shop.send(box, csid);
    const refused = await shop.reaches(id, 'BLCKD');
    expect(refused.failure!.text).not.toBe('The recipient has opted out.');
    expect(await optedOut(shop, csid)).toBe(true);
    const further = await shop.send(box, csid);
    expect((await shop.reaches(further.id, 'BLCKD')).failure!.text).toBe('The recipient has opted out.');
    expect((await told(shop)).map(({ data }) => data.contact.csid)).toEqual([csid]);
    await shop.hear(box, csid);
    expect(await optedOut(shop, csid)).toBe(false);
  });

  const reported = async (
    failure: Failure,
    meanwhile?: (shop: Tenant, channel: string) => Promise<unknown>,
  ) => {
    const shop = await house.business(running);
    const channel = await shop.connector('reports', provider.url);
    const { id } = await shop.send(channel, 'ann');
    await shop.reaches(id, 'SENTX');
    await meanwhile?.(shop, channel);
    const receipt = { providerId: `ext-${id}`, status: 'BLCKD', timestamp: Date.now(), failure } as const;
    await shop.receive(channel, { receipts: [receipt] });
    await eventually(async () => (await shop.message(id)).status === 'BLCKD');
    return { out: await optedOut(shop, 'ann'), told: (await told(shop)).length };
  };

  it('has opted out also when that is reported later', async () => {
    expect(await reported({ class: 'OPTED_OUT', code: '21610' })).toEqual({ out: true, told: 1 });
  });

  it('has not, when they have written since the message left', async () => {
    const writes = (shop: Tenant, channel: string) => shop.hear(channel, 'ann', 'Who is this?');
    expect(await reported({ class: 'OPTED_OUT', code: '21610' }, writes)).toEqual({ out: false, told: 0 });
  });

  it('has not, when they refuse one kind of messages alone', async () => {
    expect(await reported({ class: 'OPTED_OUT', code: '131050' })).toEqual({ out: false, told: 0 });
  });
});
