import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeSetupCache } from '../../src/pipeline/setup-cache.ts';
import { makeSetupChanges } from '../../src/pipeline/setup-changes.ts';
import { inForce, openEndpoint, sealEndpoint } from '../../src/pipeline/setup-secrets.ts';
import { statement } from '../../src/store/database.ts';
import { seal, setupBench } from './tools.ts';

const bench = await setupBench();
afterAll(() => bench.end());
const change = makeSetupChanges(bench.tools);
const cache = makeSetupCache(bench.tools);
let business = 0;
let app = '';
beforeAll(async () => {
  business = (await change.putBusiness({}, { domain: 'shop' })).value.id;
  app = [...(await cache.setup(business)).apps.keys()][0]!;
});

it('makes secrets, tells them once, and keeps them when the address changes', async () => {
  const made = await change.putEndpoint(
    { businessId: business },
    { surface: 'parley', url: 'https://a.example/hook' },
  );
  expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(made.verifyToken).toMatch(/^[\w-]{32}$/);
  const again = await change.putEndpoint(
    { businessId: business },
    { surface: 'parley', url: 'https://a.example/hook' },
  );
  expect(again).toEqual({ value: made.value, change: 'none' });
  const moved = await change.putEndpoint(
    { businessId: business },
    {
      id: made.value.id,
      surface: 'parley',
      url: 'https://b.example/hook',
    },
  );
  const { updatedAt } = moved.value;
  expect(updatedAt).toBeGreaterThanOrEqual(made.value.updatedAt);
  expect(moved).toEqual({
    value: { ...made.value, url: 'https://b.example/hook', updatedAt },
    change: 'changed',
  });
  expect(await cache.endpointSecrets(business, made.value.id)).toEqual({
    secret: made.secret,
    verifyToken: made.verifyToken,
    formerSecrets: [],
  });
});

it('lets a replaced secret sign for another day', async () => {
  const { value, secret: old } = await change.putEndpoint(
    { businessId: business },
    {
      surface: 'parley',
      url: 'https://r.example/',
    },
  );
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  await change.putEndpoint(
    { businessId: business },
    { id: value.id, surface: 'parley', url: value.url, secret },
  );
  expect(await cache.endpointSecrets(business, value.id)).toMatchObject({ secret, formerSecrets: [old] });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 24 * 3_600_000 + 1000 });
  expect(await cache.endpointSecrets(business, value.id)).toMatchObject({ secret, formerSecrets: [] });
  vi.useRealTimers();
});

it('lets each secret that was replaced within a day sign to the end of its own', async () => {
  const by = { businessId: business };
  const url = 'https://twice.example/';
  const { value, secret: first } = await change.putEndpoint(by, { surface: 'parley', url });
  const start = Date.now();
  const hour = 3_600_000;
  const at = async (hours: number) => {
    vi.setSystemTime(start + hours * hour);
    return cache.endpointSecrets(business, value.id);
  };
  vi.useFakeTimers({ toFake: ['Date'] });
  const { secret: second } = await change.putEndpoint(by, { id: value.id, rotate: 'secret' });
  await at(12);
  const { secret: third } = await change.putEndpoint(by, { id: value.id, rotate: 'secret' });
  const end = start + 36 * hour;
  expect(await at(23)).toMatchObject({ secret: third, formerSecrets: [first, second], formerUntil: end });
  expect(await at(25)).toMatchObject({ secret: third, formerSecrets: [second], formerUntil: end });
  expect(await at(37)).toMatchObject({ secret: third, formerSecrets: [] });
  vi.useRealTimers();
});

it('knows the replaced secret of an endpoint that was kept when there was one alone', () => {
  const kept = { secret: 'whsec_new', verifyToken: 'token', former: { secret: 'whsec_old', until: 5 } };
  const sealed = sealEndpoint(seal, 1, 'hook', kept as never);
  expect(inForce(openEndpoint(seal, 1, 'hook', sealed), 4)).toMatchObject({ formerSecrets: ['whsec_old'] });
});

it('sets the webhook of an app, keeps its secrets, and takes it away', async () => {
  const first = await change.setWebhook({ businessId: business }, app, 'xms', 'https://a.example/xms');
  const secrets = await cache.endpointSecrets(business, first!.id);
  const second = await change.setWebhook({ businessId: business }, app, 'xms', 'https://b.example/xms');
  expect(second).toMatchObject({ id: first!.id, url: 'https://b.example/xms', appId: app });
  expect(await cache.endpointSecrets(business, first!.id)).toEqual(secrets);
  expect(await change.setWebhook({ businessId: business }, app, 'xms', '')).toBeUndefined();
  expect((await cache.setup(business)).endpoints.has(first!.id)).toBe(false);
  expect(await change.setWebhook({ businessId: business }, app, 'xms', '')).toBeUndefined();
});

it('refuses addresses, surfaces and types, naming the field', async () => {
  const put = (more: object) =>
    change.putEndpoint({ businessId: business }, { surface: 'xms', url: 'https://c.example', ...more });
  const field = (name: string) => ({ details: [expect.objectContaining({ field: name })] });
  await expect(put({ url: 'http://u:planted@c.example' })).rejects.toMatchObject(field('url'));
  const refused = await put({ url: 'http://u:planted@c.example' }).catch((error) => error);
  expect(JSON.stringify(refused.details)).not.toContain('planted');
  await expect(put({ url: '' })).rejects.toMatchObject({ kind: 'missing' });
  await expect(put({ surface: 'soap' })).rejects.toMatchObject(field('surface'));
  await expect(put({ types: ['message.received', 'session.closed'] })).rejects.toMatchObject(
    field('types[1]'),
  );
  await expect(put({ secret: 'whsec_short' })).rejects.toMatchObject(field('secret'));
  await expect(put({ verifyToken: 'a\r\nb: c' })).rejects.toMatchObject(field('verifyToken'));
  await expect(put({ id: 'f'.repeat(24) })).rejects.toMatchObject({ kind: 'notFound' });
  await put({ app: 'default' });
  await expect(put({ app: 'default', url: 'https://d.example' })).rejects.toMatchObject(field('types'));
});

it('is taken back into use, by hand or by a new address', async () => {
  const { value } = await change.putEndpoint(
    { businessId: business },
    { surface: 'parley', url: 'https://down.example' },
  );
  const disable = statement(
    'test.disable',
    `update endpoint set disabled_at = now(), disabled_reason = 'gone', failures = 20 where id = $1`,
  );
  await bench.db.run(disable, [value.id]);
  await bench.db.transaction((tx) => bench.tools.feed.announce(tx, business));
  expect((await cache.setup(business)).endpoints.get(value.id)).toMatchObject({ disabledReason: 'gone' });
  expect(await change.enableEndpoint({ businessId: business }, value.id)).toEqual(value);
  expect((await cache.setup(business)).endpoints.get(value.id)).toEqual(value);
  await bench.db.run(disable, [value.id]);
  const moved = await change.putEndpoint(
    { businessId: business },
    {
      id: value.id,
      surface: 'parley',
      url: 'https://up.example',
    },
  );
  expect(moved.value).toEqual({ ...value, url: 'https://up.example', updatedAt: moved.value.updatedAt });
  expect((await cache.setup(business)).endpoints.get(value.id)).toEqual(moved.value);
});

it('has one event where its surface has endpoints of one event each', async () => {
  const url = 'https://topics.example/';
  const put = (more: object) =>
    change.putEndpoint({ businessId: business }, { surface: 'azeer', url, ...more });
  const refused = (work: Promise<unknown>) => expect(work).rejects;
  await refused(put({})).toMatchObject({ kind: 'missing', details: [{ field: 'topic' }] });
  await refused(put({ topic: 'other' })).toMatchObject({
    details: [{ field: 'topic', possibleValues: ['incoming_msg', 'billing_alert'] }],
  });
  await refused(
    change.putEndpoint({ businessId: business }, { surface: 'parley', url, topic: 'x' }),
  ).toMatchObject({
    details: [{ field: 'topic' }],
  });
  const { value } = await put({ topic: 'billing_alert' });
  expect(value).toMatchObject({ topic: 'billing_alert', types: [], policy: 'schedule', enabled: true });
  const changed = await put({ id: value.id, topic: 'incoming_msg', name: 'In', policy: 'retry' });
  expect((await cache.setup(business)).endpoints.get(value.id)).toEqual(changed.value);
  expect(changed.value).toMatchObject({ types: ['message.received'], name: 'In', policy: 'retry' });
  expect((await put({ topic: 'incoming_msg' })).value.id).not.toBe(value.id);
});

it('comes back into use when it is enabled, and stays off when it only moves', async () => {
  const put = (more: object) =>
    change.putEndpoint({ businessId: business }, { surface: 'parley', url: 'https://off.example/', ...more });
  const { value } = await put({});
  const disable = statement(
    'test.disableForFailures',
    'update endpoint set disabled_at = now() where id = $1',
  );
  await bench.db.run(disable, [value.id]);
  expect(await put({ enabled: true })).toEqual({ value, change: 'changed' });
  const moved = await put({ id: value.id, url: 'https://moved.example/', enabled: false });
  expect(moved.value).toMatchObject({ enabled: false });
  expect((await change.enableEndpoint({ businessId: business }, value.id)).enabled).toBe(true);
});
