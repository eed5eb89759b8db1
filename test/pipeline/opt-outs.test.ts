import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Failure } from '../../src/model/failure.ts';
import { refusalsOf } from '../../src/pipeline/opt-outs.ts';
import type { Stepped } from '../../src/store/message-steps.ts';
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

  /** The message that is reported on. */
  const sent = new Map<Tenant, string>();
  const reported = async (
    failure: Failure,
    meanwhile?: (shop: Tenant, channel: string) => Promise<unknown>,
  ) => {
    const shop = await house.business(running);
    const channel = await shop.connector('reports', provider.url);
    const { id } = await shop.send(channel, 'ann');
    await shop.reaches(id, 'SENTX');
    sent.set(shop, id);
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
    expect(await reported({ class: 'OPTED_OUT', code: '131050', ofOneKind: true })).toEqual({
      out: false,
      told: 0,
    });
  });

  it('has opted out also when the message had failed for another reason before', async () => {
    const limited = (shop: Tenant, channel: string) =>
      shop.receive(channel, {
        receipts: [
          {
            providerId: `ext-${sent.get(shop)}`,
            status: 'LIMIT',
            timestamp: Date.now(),
            failure: { class: 'QUOTA' },
          },
        ],
      });
    expect(await reported({ class: 'OPTED_OUT' }, limited)).toEqual({ out: true, told: 1 });
  });

  it('has not opted out anew when it is we who do not try: they may have come back since', () => {
    const failure: Failure = { class: 'OPTED_OUT', text: 'The recipient has opted out.' };
    const about = { businessId: 1, id: 'm', status: 'BLCKD', failure } as const;
    const message = {
      ...about,
      before: { status: 'CRTD', stamps: {} },
      stamps: { BLCKD: 5 },
    } as unknown as Stepped;
    const step = { ...about, stamps: { BLCKD: 5 }, settle: { attempt: 1 } };
    expect(refusalsOf([step], [message])).toEqual([]);
    const byProvider = { ...step, stamps: { INIT: 3, SENT: 3, BLCKD: 5 } };
    expect(refusalsOf([byProvider], [message])).toEqual([{ message, since: 3 }]);
  });
});
