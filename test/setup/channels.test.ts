import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeAuthenticator } from '../../src/pipeline/authenticator.ts';
import { makeSetupCache } from '../../src/pipeline/setup-cache.ts';
import { makeSetupChanges } from '../../src/pipeline/setup-changes.ts';
import { statement } from '../../src/store/database.ts';
import { setupBench } from './tools.ts';

const bench = await setupBench();
afterAll(() => bench.end());
const change = makeSetupChanges(bench.tools);
const cache = makeSetupCache(bench.tools);
const doors = makeAuthenticator(bench.tools);
let business = 0;
beforeAll(async () => {
  business = (await change.putBusiness({}, { domain: 'shop' })).value.id;
});
const settings = { sender: 'SHOP', token: 'planted-secret' };

it('keeps secrets sealed, and opens them for the pipeline alone', async () => {
  const made = await change.putChannel({ businessId: business }, { type: 'phone', lane: '4930', settings });
  expect(made).toMatchObject({
    change: 'created',
    value: { id: 'phone:4930', contactType: 'SMS', enabled: true, sandbox: false },
  });
  expect(made.value.settings).toEqual({ apiBase: 'https://provider.example', sender: 'SHOP' });
  expect(made.value.accountId).toMatch(/^[0-9a-f]{40}$/);
  expect(await cache.account(business, 'phone:4930')).toEqual({
    apiBase: 'https://provider.example',
    ...settings,
  });
  expect(JSON.stringify([...(await cache.setup(business)).channels])).not.toContain('planted');
  const dump = await bench.db.run(
    statement('test.dump', 'select c::text as row, encode(secrets, $1) as sealed from channel c'),
    ['escape'],
  );
  expect(JSON.stringify(dump)).not.toContain('planted');
  expect(await cache.channelAt('phone', made.value.accountId)).toEqual({
    businessId: business,
    id: 'phone:4930',
  });
});

it('keeps what a change leaves out, and sees when nothing changes', async () => {
  const before = (await cache.setup(business)).channels.get('phone:4930')!;
  const put = (more: object) =>
    change.putChannel({ businessId: business }, { type: 'phone', lane: '4930', ...more });
  expect((await put({ settings })).change).toBe('none');
  expect((await put({ settings: { sender: 'SHOP' } })).change).toBe('none');
  expect((await put({})).change).toBe('none');
  expect((await put({ settings: { sender: 'SALE' } })).change).toBe('changed');
  expect(await cache.account(business, 'phone:4930')).toMatchObject({
    sender: 'SALE',
    token: 'planted-secret',
  });
  expect((await put({ settings: { sender: 'SALE', token: 'another' } })).change).toBe('changed');
  expect(await cache.account(business, 'phone:4930')).toMatchObject({ token: 'another' });
  expect((await cache.setup(business)).channels.get('phone:4930')!.accountId).toBe(before.accountId);
});

it('takes numbers for texts, as people write them in files', async () => {
  const made = await change.putChannel(
    { businessId: business },
    {
      type: 'phone',
      lane: '7',
      settings: { sender: 49301234, token: 'tttt' },
    },
  );
  expect(made.value.settings.sender).toBe('49301234');
});

it('names the setting at fault, and never repeats a secret', async () => {
  const put = (given: Record<string, unknown>) =>
    change.putChannel({ businessId: business }, { type: 'phone', lane: '9', settings: given });
  await expect(put({ sender: 'SHOP' })).rejects.toMatchObject({
    kind: 'missing',
    details: [{ field: 'settings.token' }],
  });
  await expect(put({ sender: 'x', token: 'tttt' })).rejects.toMatchObject({
    kind: 'invalid',
    details: [{ field: 'settings.sender', value: 'x' }],
  });
  await expect(put({ ...settings, colour: 1 })).rejects.toMatchObject({
    details: [{ field: 'settings.colour' }],
  });
  const short = await put({ sender: 'SHOP', token: 'abc' }).catch((error) => error);
  expect(short.details[0]).toMatchObject({ field: 'settings.token' });
  expect(JSON.stringify(short.details)).not.toContain('"abc"');
  await expect(change.putChannel({ businessId: business }, { type: 'fax', lane: '9' })).rejects.toMatchObject(
    {
      details: [{ field: 'type', possibleValues: ['dummy', 'phone', 'own'] }],
    },
  );
  await expect(
    change.putChannel({ businessId: business }, { type: 'dummy', lane: 'a b' }),
  ).rejects.toMatchObject({
    details: [{ field: 'lane' }],
  });
  await expect(
    change.putChannel({ businessId: business }, { type: 'dummy', lane: 'a', queue: 'moon' }),
  ).rejects.toMatchObject({
    details: [{ field: 'queue', possibleValues: ['agent_desk', 'default'] }],
  });
});

it('knows a connector by its token', async () => {
  const own = {
    type: 'own',
    lane: 'x',
    settings: { url: 'https://c.example', verifyToken: 'token-of-connector' },
  };
  await change.putChannel({ businessId: business }, own);
  expect(await doors.authenticateConnector('token-of-connector')).toEqual({
    businessId: business,
    channelId: 'own:x',
  });
  await expect(doors.authenticateConnector('another-token')).rejects.toMatchObject({ kind: 'unauthorized' });
  await expect(change.putChannel({ businessId: business }, { ...own, lane: 'y' })).rejects.toMatchObject({
    kind: 'conflict',
  });
  await change.putChannel(
    { businessId: business },
    { ...own, settings: { ...own.settings, verifyToken: 'changed-token' } },
  );
  await expect(doors.authenticateConnector('token-of-connector')).rejects.toMatchObject({
    kind: 'unauthorized',
  });
  await change.putChannel(
    { businessId: business },
    {
      ...own,
      enabled: false,
      settings: { ...own.settings, verifyToken: 'changed-token' },
    },
  );
  await expect(doors.authenticateConnector('changed-token')).rejects.toMatchObject({ kind: 'unauthorized' });
});

it('is gone after its removal', async () => {
  const { accountId } = (await cache.setup(business)).channels.get('phone:7')!;
  expect(await cache.channelAt('phone', accountId)).toBeDefined();
  await change.remove({ businessId: business }, 'channels', 'phone:7');
  expect(await cache.channelAt('phone', accountId)).toBeUndefined();
  await expect(cache.account(business, 'phone:7')).rejects.toMatchObject({ kind: 'notFound' });
});

it('carries what its settings say, and goes on carrying that', async () => {
  const put = (carries?: string) =>
    change.putChannel(
      { businessId: business },
      {
        type: 'own',
        lane: 'modem',
        settings: {
          url: 'https://own.example',
          verifyToken: 'the-token-of-the-modem',
          ...(carries && { carries }),
        },
      },
    );
  expect((await put('SMS')).value.contactType).toBe('SMS');
  expect((await cache.setup(business)).channels.get('own:modem')!.contactType).toBe('SMS');
  const stored = statement('test.channelType', 'select contact_type as type from channel where id = $1');
  await expect(put('OA')).rejects.toMatchObject({
    kind: 'conflict',
    details: [{ field: 'settings', code: 'CONTACT_TYPE_FIXED' }],
  });
  await expect(put()).rejects.toMatchObject({ kind: 'conflict' });
  expect(await bench.db.run(stored, ['own:modem'])).toEqual([{ type: 'SMS' }]);
  expect((await put('SMS')).change).toBe('none');
});
