import { type ChildProcess, spawn } from 'node:child_process';
import { chown, lstat, mkdir, mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { explained } from './explain.ts';
import { reachable, readIfThere } from './files.ts';
import type { Place } from './place.ts';
import { type Postmaster, readPostmaster } from './postmaster.ts';
import type { RunAs } from './run-as.ts';

/** Where PostgreSQL listens: a port of 127.0.0.1, and a socket in a folder unless the system has none. */
export interface Address {
  readonly port: number;
  readonly socketDir: string | undefined;
}

const prefix = 'parley-pg-';
// The limit of a socket's path, less the name that PostgreSQL gives it.
const longest = 107 - '/.s.PGSQL.65535'.length;

/** Starts PostgreSQL at `address` and waits until it accepts connections. */
export async function launch(
  place: Place,
  binaries: Binaries,
  address: Address,
  log: (line: string) => void,
): Promise<Postmaster> {
  const logFile = join(place.dataDir, 'postgres.log');
  if (address.socketDir) {
    await ownFolder(address.socketDir, place.user);
    // One that was killed leaves a lock there, which binds for as long as another process has its id.
    await rm(join(address.socketDir, `.s.PGSQL.${address.port}.lock`), { force: true });
  }
  const file = await open(logFile, 'a', 0o600);
  try {
    if ((await file.stat()).size > 4_000_000) await file.truncate();
    // An error shows what this start wrote; the end of an earlier one would mislead.
    const { size } = await file.stat();
    const child = start(place, binaries, address, file.fd);
    return await accepting(child, place, log).catch(async (error) => {
      throw await explained(error, place, { logFile, from: size });
    });
  } finally {
    await file.close();
  }
}

function start(place: Place, binaries: Binaries, at: Address, output: number): ChildProcess {
  const socket = at.socketDir ? `"${at.socketDir.replaceAll('"', '""')}"` : '';
  const child = spawn(binaries.postgres, ['-D', place.cluster, '-p', String(at.port), '-k', socket], {
    cwd: '/',
    env: binaries.env,
    // In a group of its own: Ctrl+C in a terminal must reach Parley only, which stops PostgreSQL last.
    detached: true,
    stdio: ['ignore', output, output],
    ...(place.user && { uid: place.user.uid, gid: place.user.gid }),
  });
  // Parley may end without it; and PostgreSQL, which writes to a file, without Parley.
  child.unref();
  return child;
}

async function accepting(
  child: ChildProcess,
  place: Place,
  log: (line: string) => void,
): Promise<Postmaster> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  let told = Date.now() + 5_000;
  for (;;) {
    // The file says "ready" when connections are accepted; to ask by connecting would fill the log.
    const postmaster = await readPostmaster(place.cluster);
    if (postmaster?.pid === child.pid && postmaster?.ready) return postmaster;
    if (failure) throw failure;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(
        `PostgreSQL ended with ${child.signalCode ?? `code ${child.exitCode}`} instead of starting`,
      );
    if (Date.now() > told) {
      log('PostgreSQL is still starting: it recovers from its last, unclean end');
      told = Number.POSITIVE_INFINITY;
    }
    await sleep(5);
  }
}

/**
 * Where the last one listened, when nobody else does by now: other Parleys may still look for it there,
 * and so may whoever noted the port.
 */
export async function lastAddress({ cluster, user }: Place): Promise<Address | undefined> {
  // PostgreSQL itself keeps its last command line there, also over a stop.
  const line = (await readIfThere(join(cluster, 'postmaster.opts'))) ?? '';
  const [, port, socketDir] = / "-p" "(\d+)" "-k" ""([^"]+)""$/m.exec(line) ?? [];
  if (!port || !socketDir || !basename(socketDir).startsWith(prefix)) return undefined;
  if ((await openPort(Number(port)).catch(() => undefined)) === undefined) return undefined;
  return ownFolder(socketDir, user).then(
    () => ({ port: Number(port), socketDir }),
    () => undefined,
  );
}

/** An address that nobody has: a free port, and a new folder for the socket. */
export async function freshAddress(user: RunAs | undefined): Promise<Address> {
  return { port: await openPort(0), socketDir: await socketFolder(user) };
}

async function socketFolder(user: RunAs | undefined): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  for (const parent of new Set([tmpdir(), '/tmp'])) {
    if (Buffer.byteLength(join(parent, `${prefix}123456`)) > longest) continue;
    const folder = await mkdtemp(join(parent, prefix)).catch(() => undefined);
    if (folder === undefined) continue;
    if (user && !(await reachable(folder, user))) {
      await rm(folder, { recursive: true });
      continue;
    }
    if (user) await chown(folder, user.uid, user.gid);
    return folder;
  }
  return undefined;
}

/** Makes sure that the folder is there and closed to others, who might have made one of that name. */
async function ownFolder(folder: string, user: RunAs | undefined): Promise<void> {
  const made = await mkdir(folder, { mode: 0o700 }).then(
    () => true,
    () => false,
  );
  if (made && user) await chown(folder, user.uid, user.gid);
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== (user?.uid ?? process.getuid?.()) || (found.mode & 0o077) !== 0)
    throw new Error(`${folder}, meant for PostgreSQL's socket, belongs to somebody else`);
}

/** Removes what PostgreSQL left of its socket, and the folder unless there is something else in it. */
export async function removeSocketFolder({ port, socketDir }: Address): Promise<void> {
  if (!socketDir || !basename(socketDir).startsWith(prefix)) return;
  for (const name of [`.s.PGSQL.${port}`, `.s.PGSQL.${port}.lock`])
    await rm(join(socketDir, name), { force: true });
  await rmdir(socketDir).catch(() => {});
}

/** A port that can be listened on: the one asked for, or any when that is 0. */
async function openPort(wanted: number): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
