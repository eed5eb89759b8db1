import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Caller } from '../../src/pipeline/core.ts';
import { makeCustomers } from '../../src/pipeline/customers.ts';
import { makeSetupChanges } from '../../src/pipeline/setup-changes.ts';
import { after } from '../../src/store/events.ts';
import { setupBench } from './tools.ts';

const bench = await setupBench();
afterAll(() => bench.end());
const wake = {
  call: () => {},
  on: () => () => {},
  signal: () => {},
  onSignal: () => () => {},
  close: async () => {},
};
const { pushData, pushEvent } = makeCustomers({ db: bench.db, wake, tells: ['parley customer.event'] });
const caller: Caller = {
  businessId: 0,
  keyId: 'k',
  appId: 'a',
  bearer: 'key',
  tenantWide: false,
  installation: false,
  scope: 'write',
  kind: 'confidential',
};
beforeAll(async () => {
  caller.businessId = (await makeSetupChanges(bench.tools).putBusiness({}, { domain: 'shop' })).value.id;
});

it('merges what is told of an object, and takes away what is null', async () => {
  await pushData(caller, {
    type: '',
    id: '7',
    data: { name: 'Ann', tier: 'gold', address: { zip: null } },
    links: [],
  });
  const after = await pushData(caller, {
    type: 'CUSTOMER',
    id: '7',
    data: { tier: null, age: 40 },
    links: [],
  });
  expect(after).toEqual({
    type: 'CUSTOMER',
    id: '7',
    data: { name: 'Ann', address: { zip: null }, age: 40 },
    links: [],
  });
});

it('finds an object by its links, in any spelling', async () => {
  const link = { linkType: 'PHONE', linkValue: '+49 30 1234' };
  const made = await pushData(caller, { type: 'CUSTOMER', data: { a: 1 }, links: [link] });
  const again = await pushData(caller, {
    type: 'CUSTOMER',
    data: { b: 2 },
    links: [
      { ...link, linkValue: '0049301234' },
      { linkType: 'EMAIL', linkValue: 'A@b.example ' },
    ],
  });
  expect(again).toMatchObject({ id: made.id, data: { a: 1, b: 2 } });
  expect(again.links).toEqual([
    { linkType: 'PHONE', linkValue: '49301234' },
    { linkType: 'EMAIL', linkValue: 'a@b.example' },
  ]);
  await expect(pushData(caller, { type: 'CUSTOMER', data: {}, links: [] })).rejects.toMatchObject({
    kind: 'missing',
  });
  await pushData(caller, { type: 'CUSTOMER', id: '8', data: {}, links: [link] });
  await expect(pushData(caller, { type: 'CUSTOMER', data: {}, links: [link] })).rejects.toMatchObject({
    details: [{ code: 'AMBIGUOUS' }],
  });
});

it('makes one object of twenty pushes with the same link', async () => {
  const links = [{ linkType: 'DEVICE', linkValue: 'fp-1' }];
  const pushes = Array.from({ length: 20 }, (_, i) =>
    pushData(caller, { type: 'VISITOR', data: { [`k${i}`]: i }, links }),
  );
  expect(new Set((await Promise.all(pushes)).map((one) => one.id)).size).toBe(1);
});

it('keeps an event once, and tells it once', async () => {
  const event = { eventName: 'order.placed', id: '1', data: { total: 5 }, links: [] };
  const twice = await Promise.all([pushEvent(caller, event), pushEvent(caller, event)]);
  expect(twice).toEqual([event, event]);
  expect(await pushEvent(caller, { ...event, data: { total: 6 } })).toEqual(event);
  expect(await pushEvent(caller, { eventName: 'order.placed', links: [] })).toMatchObject({
    id: expect.stringMatching(/^[0-9a-f]{24}$/),
  });
  const told = await after(bench.db, caller.businessId, 0, 100);
  expect(told.map((one) => [one.type, one.appId])).toEqual([
    ['customer.event', 'a'],
    ['customer.event', 'a'],
  ]);
});
