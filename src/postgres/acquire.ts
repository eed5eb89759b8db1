import { rm } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Binaries } from './binaries.ts';
import { owner, resetPassword } from './cluster.ts';
import { connect, join } from './connection.ts';
import { EmbeddedPostgresError } from './explain.ts';
import { type Address, freshAddress, lastAddress, launch, removeSocketFolder } from './launch.ts';
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
  /** The file by which one Parley at a time starts PostgreSQL on this cluster. */
  readonly lock: string;
  readonly log: (line: string) => void;
}

/** A running PostgreSQL, and the connection by which this Parley counts among its users. */
export interface Seat {
  readonly postmaster: Postmaster;
  readonly client: pg.Client;
  /** Whether it ran already. */
  readonly adopted: boolean;
}

/** What came of asking a running PostgreSQL for a seat, besides one. */
type NoSeat =
  /** It has ended, or is about to be asked again. */
  | 'none'
  /** It does not take our name and password. */
  | 'refused';

const silenceMs = 10_000;
const impatientMs = 5_000;
const attempts = 20;

/**
 * Takes a seat at the cluster's PostgreSQL: at the one that runs, else at one started now, at `fixed` when
 * that is given. Call it under the lock of the data folder.
 */
export async function acquire(site: Site, fixed?: Address): Promise<Seat> {
  const { place, log } = site;
  let address = fixed;
  let mended = false;
  for (let attempt = 1; ; attempt++) {
    let running = await readPostmaster(place.cluster);
    let seat: Seat | NoSeat = 'none';
    if (running && (await isPostmasterOf(running.pid, place.cluster))) seat = await adopt(site, running);
    else {
      await clearReused(site, running);
      address ??= (await lastAddress(place)) ?? (await freshAddress(place.user));
      try {
        running = await launch(place, site.binaries, address, log);
        seat = await sit(site, running);
      } catch (error) {
        if (!fixed) await removeSocketFolder(address);
        address = fixed;
        if (attempt >= attempts || !passing(error, fixed !== undefined)) throw error;
        await sleep(250);
      }
    }
    if (seat === 'none') continue;
    if (seat !== 'refused') return seat;
    if (running) await endPostmaster(running.pid, place.cluster, site.binaries);
    if (mended && running) await removeSocketFolder(running);
    if (mended) throw shutOut(place);
    log('the database has another password than postgres.password says: giving it that one');
    await resetPassword(place, site.secret, site.binaries);
    mended = true;
  }
}

// What is over in a moment: the processes of a PostgreSQL just killed, or a port that somebody took.
function passing(error: unknown, fixed: boolean): boolean {
  if (!(error instanceof EmbeddedPostgresError)) return false;
  return /pre-existing shared memory/.test(error.message) || (!fixed && /already in use/.test(error.message));
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

/** Joins the PostgreSQL that runs, waiting while it is busy; one that does not answer is ended. */
async function adopt(site: Site, { pid }: Postmaster): Promise<Seat | NoSeat> {
  const { place, binaries, log } = site;
  const silent = Date.now() + silenceMs;
  let tell = Date.now() + impatientMs;
  while (await isPostmasterOf(pid, place.cluster)) {
    const postmaster = await readPostmaster(place.cluster);
    const attempt = postmaster?.port ? await connect(postmaster, site.secret) : { kind: 'silent' as const };
    if (attempt.kind === 'connected' && postmaster?.pid === pid) {
      if (await joined(attempt.client)) return { postmaster, client: attempt.client, adopted: true };
    } else if (attempt.kind === 'refused') return 'refused';
    else if (attempt.kind === 'silent' && Date.now() > silent) {
      log(`a PostgreSQL from earlier (process ${pid}) does not answer: ending it`);
      await endPostmaster(pid, place.cluster, binaries);
      return 'none';
    } else if (attempt.kind === 'busy' && Date.now() > tell) {
      log(`waiting for the PostgreSQL that runs already (process ${pid}): ${attempt.reason}`);
      tell = Number.POSITIVE_INFINITY;
    }
    await sleep(20);
  }
  return 'none';
}

/** Joins the PostgreSQL just started. */
async function sit(site: Site, postmaster: Postmaster): Promise<Seat | NoSeat> {
  const attempt = await connect(postmaster, site.secret);
  if (attempt.kind === 'connected' && (await joined(attempt.client)))
    return { postmaster, client: attempt.client, adopted: false };
  // When it is busy, the next round adopts it.
  return attempt.kind === 'refused' ? 'refused' : 'none';
}

async function joined(client: pg.Client): Promise<boolean> {
  // It may be ended under our hands by the Parley that was its last user.
  if (await join(client).catch(() => false)) return true;
  await client.end().catch(() => {});
  return false;
}

function shutOut({ cluster }: Place): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `The PostgreSQL in ${cluster} does not let Parley in, although it has Parley's password: its database "postgres" or its role "${owner}" is gone or closed; bring it back, or restore a backup.`,
  );
}
