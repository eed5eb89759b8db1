import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from './binaries.ts';
import { configure, makeCluster, owner, password } from './cluster.ts';
import { codeOf, lastLines } from './files.ts';
import { chooseUser } from './run-as.ts';

/** What to start, and where. */
export interface EmbeddedPostgresOptions {
  /** Parley's data folder; the cluster is `postgres` in it. */
  readonly dataDir: string;
  readonly log?: (line: string) => void;
  /** The database to make and to name in `url`; `parley` by default. */
  readonly database?: string;
  /** Settings of postgresql.conf that win over Parley's. */
  readonly settings?: Record<string, string>;
}

/** A PostgreSQL of Parley's own, accepting connections. */
export interface EmbeddedPostgres {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts the PostgreSQL that comes with Parley, making its cluster on the first start. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const cluster = join(dataDir, 'postgres');
  const root = process.getuid?.() === 0;
  await mkdir(dataDir, { recursive: true, mode: root ? 0o711 : 0o700 });
  const [user, binaries, secret] = await Promise.all([
    chooseUser(cluster),
    findBinaries(),
    password(dataDir),
  ]);
  await makeCluster(cluster, secret, binaries, user);
  await configure(cluster, options.settings, user);
  const port = await freePort();
  const socketDir = await mkdtemp(join(tmpdir(), 'parley-pg-'));
  await chmod(socketDir, 0o700);
  if (user) await chown(socketDir, user.uid, user.gid);
  const logFile = join(dataDir, 'postgres.log');
  const log = await open(logFile, 'a', 0o600);
  const child = spawn(binaries.postgres, ['-D', cluster, '-p', String(port), '-k', socketDir], {
    cwd: '/',
    env: binaries.env,
    // In a group of its own: Ctrl+C in a terminal must reach Parley only, which stops PostgreSQL last.
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  await log.close();
  const ended = new Promise<void>((done) => child.once('exit', () => done()).once('error', () => done()));
  child.unref();
  const url = (database: string) =>
    `postgres://${owner}:${secret}@127.0.0.1:${port}/${database}?host=${encodeURIComponent(socketDir)}`;
  const database = options.database ?? 'parley';
  while (!(await prepare(url('postgres'), database))) {
    if (child.exitCode !== null || child.pid === undefined)
      throw new Error(`PostgreSQL did not start:\n${(await lastLines(logFile)).join('\n')}`);
    await sleep(15);
  }
  return {
    url: url(database),
    pid: child.pid!,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGINT');
        const timer = setTimeout(() => child.kill('SIGQUIT'), 5_000);
        await ended;
        clearTimeout(timer);
      }
      await rm(socketDir, { recursive: true, force: true });
    },
  };
}

async function prepare(url: string, database: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    if (['ECONNREFUSED', 'ENOENT', '57P03'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (!rowCount) await client.query(`create database ${client.escapeIdentifier(database)}`);
    return true;
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
