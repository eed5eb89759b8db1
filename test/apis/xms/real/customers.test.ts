import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const pushData = async (object: unknown) => (await house.front.post('data/push', object)).body;
const pushEvent = async (event: unknown) => (await house.front.post('event/push', event)).body;
const link = (linkType: string, linkValue: unknown, linkName?: string) => ({ linkType, linkValue, linkName });

describe('data/push', () => {
  it('D67: keeps one object by type and id, and merges its data at the top level', async () => {
    const first = await pushData({
      id: 'C1',
      data: { tier: 'silver', address: { city: 'Bonn', zip: '5' }, old: 1 },
    });
    expect(first.data).toMatchObject({ type: 'CUSTOMER', id: 'C1' });
    const second = await pushData({ id: 'C1', data: { tier: 'gold', address: { city: 'Köln' }, old: null } });
    expect(second.data?.data).toEqual({ tier: 'gold', address: { city: 'Köln' } });
    const order = await pushData({ type: 'ORDER', id: 'C1', data: { total: 12.5 } });
    expect(order.data).toMatchObject({ type: 'ORDER', data: { total: 12.5 } });
    expect((await house.counts()).customer_object).toBe(2);
  });

  it('D67: pushed twice, also at once, it is one object', async () => {
    const object = { id: 'C2', data: { a: 1 }, links: [link('EMAIL', 'Ann@Example.com')] };
    const before = (await house.counts()).customer_object!;
    const all = await Promise.all(Array.from({ length: 6 }, () => pushData(object)));
    expect(new Set(all.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect((await house.counts()).customer_object).toBe(before + 1);
  });

  it('D67: without an id it is found by its links, and else made with one', async () => {
    const made = await pushData({ data: { a: 1 }, links: [link('DEVICE', 'fp-1', 'clientFp')] });
    expect(made.data?.id).toMatch(/^[0-9a-f]{24}$/);
    const found = await pushData({
      data: { b: 2 },
      links: [link('DEVICE', 'fp-1'), link('CUSTOMER', 'P-1')],
    });
    expect(found.data).toMatchObject({ id: made.data?.id, data: { a: 1, b: 2 } });
    const again = await pushData({ data: { c: 3 }, links: [link('CUSTOMER', 'P-1')] });
    expect(again.data).toMatchObject({ id: made.data?.id, data: { a: 1, b: 2, c: 3 } });
  });

  it('D69: a link ties it to a person by profile, device, contact, phone or mail, in any spelling', async () => {
    for (const [type, value, other] of [
      ['CUSTOMER', 'P-9', 'P-9'],
      ['DEVICE', 'fp-9', 'fp-9'],
      ['CONTACT', 'webg1_kiosk', 'webg1_kiosk'],
      ['PHONE', '+49 151 99', 4915199],
      ['EMAIL', 'Bo@Example.com', 'bo@example.com'],
    ] as const) {
      const made = await pushData({ data: { type }, links: [link(type, value)] });
      const found = await pushData({ data: { found: true }, links: [link(type, other)] });
      expect(found.data, type).toMatchObject({ id: made.data?.id, data: { type, found: true } });
    }
    // The same value of another kind is somebody else.
    const phone = await pushData({ data: {}, links: [link('PHONE', '777')] });
    const device = await pushData({ data: {}, links: [link('DEVICE', '777')] });
    expect(device.data?.id).not.toBe(phone.data?.id);
  });

  it('needs its data and something that names it, and refuses links that lead to two', async () => {
    for (const [body, key, field] of [
      [{ id: 'C1' }, 'PARAM_MISSING', 'data'],
      [{ data: {} }, 'PARAM_MISSING', 'id'],
      [{ data: {}, links: [] }, 'PARAM_MISSING', 'id'],
      [{ data: [], id: 'C1' }, 'PARAM_INVALID', 'data'],
      [{ data: {}, id: 'x'.repeat(256) }, 'PARAM_INVALID', 'id'],
      [{ data: {}, links: [link('PHONE', '777'), link('DEVICE', '777')] }, 'PARAM_INVALID', 'links'],
    ] as const) {
      const refused = await pushData(body);
      expect(refused, JSON.stringify(body)).toMatchObject({
        status: '400',
        statusKey: key,
        errors: [{ field }],
      });
    }
  });

  it('keeps the customers of another business apart', async () => {
    await pushData({ id: 'shared', data: { ours: true } });
    const { body } = await house.rival.post('data/push', { id: 'shared', data: { theirs: true } });
    expect(body.data?.data).toEqual({ theirs: true });
  });
});

describe('event/push', () => {
  it('D68: the same app, name and id is one event: the first one is answered', async () => {
    const first = await pushEvent({ eventName: 'CUSTOMER_CREATED', id: 1234567, data: { source: 'web' } });
    expect(first.data).toMatchObject({
      eventName: 'CUSTOMER_CREATED',
      id: '1234567',
      data: { source: 'web' },
    });
    const all = await Promise.all(
      Array.from({ length: 6 }, () =>
        pushEvent({ eventName: 'CUSTOMER_CREATED', id: '1234567', data: 'other' }),
      ),
    );
    for (const again of all) expect(again).toMatchObject({ status: '200', data: first.data });
    const other = await pushEvent({ eventName: 'CUSTOMER_CHANGED', id: '1234567' });
    expect(other.data).not.toHaveProperty('data');
    const second = house.client(house.keys['second/main']!);
    const theirs = await second.post('event/push', {
      eventName: 'CUSTOMER_CREATED',
      id: '1234567',
      data: 'mine',
    });
    expect(theirs.body.data?.data).toBe('mine');
  });

  it('D68: without an id it gets one, and each push is another event', async () => {
    const links = [link('DEVICE', 'fp-1', 'clientFp'), link('CUSTOMER', 'P-1', 'identity')];
    const [a, b] = [
      await pushEvent({ eventName: 'PAGE_SEEN', links, data: { page: '/' } }),
      await pushEvent({ eventName: 'PAGE_SEEN', links, data: { page: '/' } }),
    ];
    expect(a.data).toMatchObject({ links, data: { page: '/' } });
    expect(a.data?.id).not.toBe(b.data?.id);
  });

  it('needs a name', async () => {
    for (const body of [{}, { eventName: '' }, { eventName: null, id: '1' }]) {
      expect(await pushEvent(body)).toMatchObject({
        statusKey: 'PARAM_MISSING',
        errors: [{ field: 'eventName' }],
      });
    }
  });
});
