import { rm, stat } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Binaries } from './binaries.ts';
import { resetPassword } from './cluster.ts';
import { connect, join } from './connection.ts';
import { EmbeddedPostgresError } from './explain.ts';
import { type Address, freshAddress, launch, removeSocketFolder } from './launch.ts';
import type { Place } from './place.ts';
import {
  endPostmaster,
  hasSurvivors,
  isPostmasterOf,
  isTaken,
  type Postmaster,
  readPostmaster,
} from './postmaster.ts';

/** A cluster that is made, and all it takes to run it. */
export interface Site {
  readonly place: Place;
  readonly binaries: Binaries;
  readonly secret: string;
  readonly log: (line: string) => void;
}

/** A running PostgreSQL, and the connection by which this Parley counts among its users. */
export interface Seat {
  readonly postmaster: Postmaster;
  readonly client: pg.Client;
  /** Whether it ran already. */
  readonly adopted: boolean;
}

const silenceMs = 10_000;
const attempts = 20;

/**
 * Takes a seat at the cluster's PostgreSQL: at the one that runs, else at one started now, at `fixed` when
 * that is given. Call it under the lock of the data folder.
 */
export async function acquire(site: Site, fixed?: Address): Promise<Seat> {
  const { place, binaries, log } = site;
  let address = fixed;
  for (let attempt = 1; ; attempt++) {
    const found = await readPostmaster(place.cluster);
    if (found && (await isPostmasterOf(found.pid, place.cluster))) {
      const seat = await adopt(site, found);
      if (seat) return seat;
      continue;
    }
    await clearReused(site, found);
    address ??= await addressFor(site, found);
    try {
      const seat = await sit(site, await launch(place, binaries, address, log));
      if (seat) return seat;
    } catch (error) {
      if (!fixed) {
        await removeSocketFolder(address.socketDir);
        address = undefined;
      }
      if (attempt >= attempts || !passing(error, fixed !== undefined)) throw error;
      await sleep(250);
    }
  }
}

// What is over in a moment: the processes of a PostgreSQL just killed, or a port that somebody took.
function passing(error: unknown, fixed: boolean): boolean {
  if (!(error instanceof EmbeddedPostgresError)) return false;
  return /pre-existing shared memory/.test(error.message) || (!fixed && /already in use/.test(error.message));
}

/** Where the last one was, so that other Parleys which still look for it there find the new one. */
async function addressFor(site: Site, last: Postmaster | undefined): Promise<Address> {
  const { user } = site.place;
  if (last?.socketDir && last.port > 0) {
    const folder = await stat(last.socketDir).catch(() => undefined);
    if (folder?.uid === (user?.uid ?? process.getuid?.())) return last;
  }
  return freshAddress(user);
}

/** PostgreSQL would take another process under the id in its file for itself, and refuse to start. */
async function clearReused({ place, log }: Site, found: Postmaster | undefined): Promise<void> {
  if (!found || !isTaken(found.pid)) return;
  // With the file goes PostgreSQL's own guard against two on the same files; so look for ourselves.
  for (const until = Date.now() + silenceMs; await hasSurvivors(found); await sleep(50)) {
    if (Date.now() > until)
      throw new EmbeddedPostgresError(
        `Processes of an earlier PostgreSQL still work on ${place.cluster}: end them before Parley starts again.`,
      );
  }
  log(`postmaster.pid names process ${found.pid}, which is not PostgreSQL any more: removed`);
  await rm(joinPath(place.cluster, 'postmaster.pid'), { force: true });
}

/** Joins the PostgreSQL that runs; undefined when it has ended, by itself or because it did not answer. */
async function adopt(site: Site, { pid, socketDir }: Postmaster): Promise<Seat | undefined> {
  const { place, binaries, log } = site;
  const silent = Date.now() + silenceMs;
  while (await isPostmasterOf(pid, place.cluster)) {
    const postmaster = await readPostmaster(place.cluster);
    const attempt = postmaster?.port ? await connect(postmaster, site.secret) : { kind: 'silent' as const };
    if (attempt.kind === 'connected' && postmaster?.pid === pid) {
      if (await joined(attempt.client)) return { postmaster, client: attempt.client, adopted: true };
    } else if (attempt.kind === 'refused') {
      await giveOurPassword(site, pid);
      await removeSocketFolder(socketDir);
      return undefined;
    } else if (attempt.kind === 'silent' && Date.now() > silent) {
      log(`a PostgreSQL from earlier (process ${pid}) does not answer: ending it`);
      await endPostmaster(pid, place.cluster, binaries);
      await removeSocketFolder(socketDir);
      return undefined;
    }
    await sleep(20);
  }
  return undefined;
}

/** Joins the PostgreSQL just started; undefined when it had to be ended again. */
async function sit(site: Site, postmaster: Postmaster): Promise<Seat | undefined> {
  const attempt = await connect(postmaster, site.secret);
  if (attempt.kind === 'connected' && (await joined(attempt.client)))
    return { postmaster, client: attempt.client, adopted: false };
  if (attempt.kind === 'refused') await giveOurPassword(site, postmaster.pid);
  // Otherwise it runs but is busy: the next round adopts it.
  return undefined;
}

async function joined(client: pg.Client): Promise<boolean> {
  // It may be ended under our hands by the Parley that was its last user.
  if (await join(client).catch(() => false)) return true;
  await client.end().catch(() => {});
  return false;
}

async function giveOurPassword({ place, binaries, secret, log }: Site, pid: number): Promise<void> {
  log('the database has another password than postgres.password says: giving it that one');
  await endPostmaster(pid, place.cluster, binaries);
  await resetPassword(place, secret, binaries);
}
