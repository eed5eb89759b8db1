import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeAuthenticator } from '../../src/pipeline/authenticator.ts';
import { ensureFirstBusiness } from '../../src/pipeline/first-business.ts';
import { makeSeal } from '../../src/pipeline/seal.ts';
import { makeSetupCache } from '../../src/pipeline/setup-cache.ts';
import { makeSetupChanges } from '../../src/pipeline/setup-changes.ts';
import { byEmail as find } from '../../src/store/agent-passwords.ts';
import { statement } from '../../src/store/database.ts';
import { list } from '../../src/store/keys.ts';
import { setupBench } from './tools.ts';

const bench = await setupBench();
const change = makeSetupChanges(bench.tools);
const doors = makeAuthenticator(bench.tools);
afterAll(async () => {
  await doors.close();
  await bench.end();
});
const presets = {
  publicUrl: new URL('https://Acme.parley.example'),
  apiKey: 'preset-key-of-the-test',
  adminPassword: 'planted',
};
let business = 0;

beforeAll(async () => {
  const starts = await Promise.all(
    Array.from({ length: 3 }, () => ensureFirstBusiness(bench.tools, presets)),
  );
  const first = starts.filter((one) => one !== undefined);
  expect(first).toEqual([
    {
      businessId: expect.any(Number),
      domain: 'acme',
      adminEmail: 'admin@acme.parley.example',
      sandbox: 'dummy:sandbox',
    },
  ]);
  business = first[0]!.businessId;
});

it('starts with one business that can be used at once', async () => {
  const setup = await makeSetupCache(bench.tools).setup(business);
  expect([...setup.queues.keys()]).toEqual(['agent_desk', 'default']);
  expect(setup.channels.get('dummy:sandbox')).toMatchObject({
    sandbox: true,
    enabled: true,
    settings: { delayMs: 0 },
  });
  const [app] = [...setup.apps.values()];
  expect(await doors.authenticate('preset-key-of-the-test')).toEqual({
    businessId: business,
    bearer: 'key',
    keyId: expect.stringMatching(/^[0-9a-f]{24}$/),
    appId: app!.id,
    tenantWide: true,
    installation: true,
    scope: 'write',
    kind: 'confidential',
  });
  const [administrator] = await find(bench.db, 'admin@acme.parley.example');
  expect(administrator!.passwordHash).toMatch(/^scrypt\$/);
  expect(administrator!.passwordHash).not.toContain('planted');
});

it('refuses what is no key', async () => {
  for (const key of [undefined, '', 'unknown-key-of-somebody', 'parley_made-up', 'x'.repeat(5000)]) {
    await expect(doors.authenticate(key), key?.slice(0, 20)).rejects.toMatchObject({ kind: 'unauthorized' });
  }
});

it('shows a key once and keeps a hash', async () => {
  const { id, key } = await change.createKey(
    { businessId: business },
    {
      name: 'Shop front',
      kind: 'publishable',
      scope: 'read',
    },
  );
  expect(await doors.authenticate(key)).toMatchObject({
    keyId: id,
    kind: 'publishable',
    scope: 'read',
    tenantWide: false,
  });
  const kept = await list(bench.db, business);
  expect(kept.map((one) => one.name)).toEqual(['Installation', 'Shop front']);
  expect(key.startsWith(kept[1]!.hint)).toBe(true);
  const rows = await bench.db.run(
    statement('test.keys', `select k::text, encode(hash, 'escape') as hash from api_key k`),
    [],
  );
  expect(JSON.stringify(rows)).not.toContain(key);
});

it('looks at the expiry on each use', async () => {
  const { key } = await change.createKey(
    { businessId: business },
    { name: 'short', expiresAt: Date.now() + 60_000 },
  );
  await doors.authenticate(key);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_001 });
  await expect(doors.authenticate(key)).rejects.toMatchObject({ kind: 'unauthorized' });
  vi.useRealTimers();
  await expect(
    change.createKey({ businessId: business }, { name: 'past', expiresAt: 1 }),
  ).rejects.toMatchObject({
    details: [{ field: 'expiresAt' }],
  });
});

it('notes the last use off the path of the request', async () => {
  const own = makeAuthenticator(bench.tools);
  const { id, key } = await change.createKey({ businessId: business }, { name: 'used' });
  await own.authenticate(key);
  await own.authenticate(key);
  await own.close();
  const used = (await list(bench.db, business)).find((one) => one.id === id);
  expect(used?.lastUsedAt).toBeGreaterThan(Date.now() - 10_000);
});

it('does not give up the last installation key', async () => {
  const [installation] = await list(bench.db, business);
  await expect(change.revokeKey({ businessId: business }, installation!.id)).rejects.toMatchObject({
    kind: 'conflict',
  });
  await expect(change.revokeKey({ businessId: business }, 'f'.repeat(24))).rejects.toMatchObject({
    kind: 'notFound',
  });
});

it('knows keys and connectors of before the secret was changed, while the former one is named', async () => {
  const { key } = await change.createKey({ businessId: business }, { name: 'before the change' });
  const settings = { url: 'https://own.example', verifyToken: 'a-token-of-before-the-change' };
  await change.putChannel({ businessId: business }, { type: 'own', lane: 'before', settings });
  const knownAfter = async (former: string[]) => {
    const later = makeAuthenticator({
      ...bench.tools,
      seal: makeSeal('the new secret of the tests', former),
    });
    const outcomes = await Promise.allSettled([
      later.authenticate(key),
      later.authenticateConnector(settings.verifyToken),
    ]);
    await later.close();
    return outcomes.map(({ status }) => status);
  };
  expect(await knownAfter(['one in between', 'the secret of the tests'])).toEqual(['fulfilled', 'fulfilled']);
  expect(await knownAfter([])).toEqual(['rejected', 'rejected']);
});
