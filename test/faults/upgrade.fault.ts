import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { dataFolder, type Parley, ParleyEnded, removeDataFolder, startParley, until } from '../parley.ts';
import { allHolds, callAt, houseKey, short, well } from './house.ts';
import { note } from './table.ts';

const migrations = resolve(import.meta.dirname, '../../src/store/migrations');
const files = (await readdir(migrations)).filter((name) => name.endsWith('.sql')).sort();
const numberOf = (name: string) => Number(name.slice(0, 4));
/** The schema of the older release, and what was stored under it. */
const oldest = 5;
const later = files.filter((name) => numberOf(name) > oldest);
const env = { PARLEY_API_KEY: houseKey, PARLEY_SECRET: 'a secret for all processes' };

let close = async () => {};
afterEach(() => close());

/** The database of the older release, and what to ask it with. */
async function olderRelease() {
  const folder = await dataFolder('faults');
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  const pool = new pg.Pool({ connectionString: postgres.url, max: 3 });
  pool.on('error', () => {});
  const running = new Set<Parley>();
  close = async () => {
    for (const parley of running) await parley.kill();
    await pool.end();
    await postgres.stop();
    await removeDataFolder(folder);
  };
  await pool.query(
    'create table migration (number integer primary key, name text not null, applied_at timestamptz not null default now())',
  );
  for (const name of files.filter((file) => numberOf(file) <= oldest)) {
    await pool.query(await readFile(join(migrations, name), 'utf8'));
    await pool.query('insert into migration (number, name) values ($1, $2)', [numberOf(name), name]);
  }
  await pool.query(await readFile(resolve(import.meta.dirname, 'fixtures/release-0005.sql'), 'utf8'));
  // It was stopped a moment ago, whenever that really was: what waits is in the middle of its life.
  await pool.query(
    `update message set at = now(), stamps = stamps || jsonb_build_object('CRTD', (extract(epoch from now()) * 1000)::bigint)
     where due_at is not null`,
  );
  return {
    pool,
    ask: async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
      (await pool.query<Row>(sql, values)).rows,
    async start(onSpawn?: (pid: number) => void) {
      const parley = await startParley({ dataDir: folder, env, onSpawn: ({ pid }) => onSpawn?.(pid!) });
      running.add(parley);
      return parley;
    },
  };
}

/**
 * Makes every migration wait in its middle: a lock that the test holds stops it after its first change of
 * the schema, in its transaction.
 */
async function stopIn(ask: Awaited<ReturnType<typeof olderRelease>>['ask']): Promise<void> {
  await ask('create table stop_in (number integer)');
  await ask(`create function stop_here() returns event_trigger language plpgsql as
    'begin if exists (select 1 from stop_in join migration m on m.number = stop_in.number) then perform pg_sleep(120); end if; end'`);
  await ask('create event trigger stop_here on ddl_command_end execute function stop_here()');
}

it('an upgrade of a release with data, killed in the middle of each migration: the next start goes on where it was', async () => {
  const old = await olderRelease();
  const before = await old.ask('select id, status, content from message order by id');
  const contacts = await old.ask('select id, csid, profile from contact order by id');
  expect(before.length).toBeGreaterThan(20);
  await stopIn(old.ask);
  // Only those that change the schema can be met in their middle.
  const texts = await Promise.all(later.map((name) => readFile(join(migrations, name), 'utf8')));
  const stops = later.filter((_, n) => /^\s*(create|alter|drop)\b/im.test(texts[n]!)).map(numberOf);
  const chosen = short ? stops.filter((_, n) => n % Math.ceil(stops.length / 3) === 0) : stops;
  let killed = 0;
  for (const number of chosen) {
    await old.ask('truncate stop_in');
    await old.ask('insert into stop_in values ($1)', [number]);
    let pid = 0;
    const started = old
      .start((spawned) => {
        pid = spawned;
      })
      .then(
        (parley) => parley,
        (error: unknown) => error,
      );
    await until(
      `it is in the middle of ${number}`,
      async () => (await old.ask(`select 1 from pg_stat_activity where wait_event = 'PgSleep'`)).length > 0,
      120_000,
    );
    process.kill(pid, 'SIGKILL');
    expect(await started).toBeInstanceOf(ParleyEnded);
    killed += 1;
    await old.ask(`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`);
    await until(
      'nobody is at it any more',
      async () => (await old.ask(`select 1 from pg_stat_activity where wait_event = 'PgSleep'`)).length === 0,
    );
    // All before it, and nothing of it.
    const done = await old.ask<{ number: number }>('select number from migration order by number');
    expect(done.map((row) => row.number)).toEqual(files.map(numberOf).filter((one) => one < number));
  }
  await old.ask('drop event trigger stop_here');
  await old.ask('drop table stop_in');
  const parley = await old.start();
  const done = await old.ask<{ number: number }>('select number from migration order by number');
  expect(done.map((row) => row.number)).toEqual(files.map(numberOf));
  // Everything is there, and goes on.
  const after = await old.ask<{ id: string; status: string }>(
    'select id, status, content from message order by id',
  );
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(await old.ask('select id, csid, profile from contact order by id')).toEqual(contacts);
  const { items } = await well(callAt(parley.url, 'GET', '/api/v1/sessions'));
  expect(items.length).toBeGreaterThan(0);
  const message = {
    channelId: 'dummy:sandbox',
    to: { phone: '966500000099' },
    content: { text: 'After the upgrade' },
  };
  const { id } = await well(callAt(parley.url, 'POST', '/api/v1/messages', message));
  await until(
    'it is sent',
    async () => (await well(callAt(parley.url, 'GET', `/api/v1/messages/${id}`))).status === 'READ',
  );
  // Where they wait for nobody listens any more: they wait on, and are not forgotten.
  const waiting = await old.ask<{ n: number }>(
    `select count(*)::int as n from message where due_at is not null`,
  );
  expect(waiting[0]!.n).toBe(5);
  await old.ask(
    `update message set due_at = now() + interval '1 min' where due_at is not null and due_at < 'infinity'`,
  );
  await allHolds(old);
  const shown = `from ${oldest} to ${numberOf(files.at(-1)!)}; ${after.length} messages as before`;
  await note({
    test: 39,
    run: 'killed in the middle of a migration',
    runs: killed + 1,
    kills: killed,
    lost: 0,
    shown,
  });
});
