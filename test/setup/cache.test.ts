import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeAuthenticator } from '../../src/pipeline/authenticator.ts';
import { makeSetupCache } from '../../src/pipeline/setup-cache.ts';
import { makeSetupChanges } from '../../src/pipeline/setup-changes.ts';
import { openDatabase, statement } from '../../src/store/database.ts';
import { openChangeFeed } from '../../src/store/setup-feed.ts';
import { seal, setupBench } from './tools.ts';

const here = await setupBench();
const change = makeSetupChanges(here.tools);
// Another process on the same database.
const db = openDatabase(here.url, { max: 2 });
const feed = await openChangeFeed(db);
const cache = makeSetupCache({ db, seal, feed });
const doors = makeAuthenticator({ db, seal, feed });
afterAll(async () => {
  await doors.close();
  await feed.close();
  await db.close();
  await here.end();
});
let business = 0;
beforeAll(async () => {
  business = (await change.putBusiness({}, { domain: 'shop' })).value.id;
});

it('answers from memory', async () => {
  // The news of the business's own making may come in between, once.
  await vi.waitFor(async () => expect(await cache.setup(business)).toBe(await cache.setup(business)));
});

it('sees a change at once where it was made, and soon everywhere', async () => {
  const own = makeSetupCache(here.tools);
  await own.setup(business);
  await cache.setup(business);
  await change.putTeam({ businessId: business }, { code: 'a' });
  expect((await own.setup(business)).teams.has('a')).toBe(true);
  await vi.waitFor(async () => expect((await cache.setup(business)).teams.has('a')).toBe(true));
});

it('sees what a transaction announced before its maker goes on', async () => {
  const own = makeSetupCache(here.tools);
  const rename = statement('test.rename', `update business set name = $2 where id = $1`);
  const name = async () => (await own.setup(business)).business.name;
  await name();
  await here.tools.db.transaction(async (tx) => {
    await tx.run(rename, [business, 'Renamed']);
    await here.tools.feed.announce(tx, business);
    expect(await name()).not.toBe('Renamed');
  });
  expect(await name()).toBe('Renamed');
});

it('does not see what was rolled back', async () => {
  const before = await cache.setup(business);
  await change.putTeam({ businessId: business }, { code: 'not a code' }).catch(() => {});
  expect(await cache.setup(business)).toBe(before);
});

it('revokes a key at once here, soon everywhere', async () => {
  const own = makeAuthenticator(here.tools);
  const { id, key } = await change.createKey({ businessId: business }, { name: 'k' });
  await own.authenticate(key);
  await doors.authenticate(key);
  await change.revokeKey({ businessId: business }, id);
  await expect(own.authenticate(key)).rejects.toMatchObject({ kind: 'unauthorized' });
  await vi.waitFor(() => expect(doors.authenticate(key)).rejects.toMatchObject({ kind: 'unauthorized' }));
  await own.close();
});

it('trusts no memory while it cannot hear of changes', async () => {
  const { key, id } = await change.createKey({ businessId: business }, { name: 'k' });
  await doors.authenticate(key);
  await cache.setup(business);
  // Cut the line in the database, and keep the other process from drawing a new one for the moment.
  const connect = vi.spyOn(db, 'connect').mockRejectedValue(new Error('no line'));
  const kill = statement(
    'test.kill',
    `select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen parley_setup'`,
  );
  await here.db.run(kill, []);
  await vi.waitFor(() => expect(feed.live).toBe(false));
  await change.putTeam({ businessId: business }, { code: 'b' });
  await change.revokeKey({ businessId: business }, id);
  const setups = await Promise.all(Array.from({ length: 20 }, () => cache.setup(business)));
  expect(setups.every((setup) => setup.teams.has('b'))).toBe(true);
  await expect(doors.authenticate(key)).rejects.toMatchObject({ kind: 'unauthorized' });
  connect.mockRestore();
  await vi.waitFor(() => expect(feed.live).toBe(true), { timeout: 5000 });
  await vi.waitFor(async () => expect(await cache.setup(business)).toBe(await cache.setup(business)));
});
