import { join, resolve } from 'node:path';
import { acquire, type Seat, type Site } from './acquire.ts';
import { AttendedPostgres, leaveSeat } from './attend.ts';
import { findBinaries } from './binaries.ts';
import { configure, makeCluster, password } from './cluster.ts';
import { databaseUrl, ensureDatabase } from './connection.ts';
import { EmbeddedPostgresError, explained } from './explain.ts';
import type { Address } from './launch.ts';
import { withLock } from './lock.ts';
import { findPlace, makeDataFolder, type Place, recordPlace } from './place.ts';

/** What to start, and where. */
export interface EmbeddedPostgresOptions {
  /** Parley's data folder; the cluster is `postgres` in it. */
  readonly dataDir: string;
  /** Is told, in whole sentences, what an operator may want to know. */
  readonly log?: (line: string) => void;
  /** The database to make and to name in `url`; `parley` by default. */
  readonly database?: string;
  /** Settings of postgresql.conf that win over Parley's; those of the last to start hold. */
  readonly settings?: Record<string, string>;
}

/** A PostgreSQL of Parley's own, accepting connections. */
export interface EmbeddedPostgres {
  /** Stays the same for as long as this Parley runs. */
  readonly url: string;
  /** The process that listens; another one after PostgreSQL died and was started again. */
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that comes with Parley, making its cluster on the first start.
 *
 * Several Parleys of one machine may share a data folder: the first starts PostgreSQL, the others join
 * it, and the last one to `stop()` ends it, whoever started it. A Parley that dies without `stop()`
 * leaves it running; the next one joins it. Parleys on different machines, or in different containers,
 * must not share a data folder: they do not see each other's processes. They need DATABASE_URL.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const wanted = resolve(options.dataDir);
  let place: Place = { dataDir: wanted, cluster: join(wanted, 'postgres'), user: undefined };
  try {
    const dataDir = await makeDataFolder(wanted);
    const lock = join(dataDir, 'postgres.lock');
    const { site, seat } = await withLock(lock, async () => {
      place = await findPlace(dataDir, log);
      return settle(place, lock, options, log);
    });
    await withLock(lock, () => ensureDatabase(seat.client, options.database ?? 'parley')).catch(
      async (error) => {
        await leaveSeat(site, seat);
        throw error;
      },
    );
    const { postmaster } = seat;
    const address: Address = { port: postmaster.port, socketDir: postmaster.socketDir };
    const attended = new AttendedPostgres(site, seat, () => withLock(lock, () => acquire(site, address)));
    return {
      url: databaseUrl(address, site.secret, options.database ?? 'parley'),
      get pid() {
        return attended.pid;
      },
      stop: () => attended.release(),
    };
  } catch (error) {
    throw await explained(error, place);
  }
}

async function settle(
  place: Place,
  lock: string,
  options: EmbeddedPostgresOptions,
  log: (line: string) => void,
): Promise<{ site: Site; seat: Seat }> {
  const [binaries, secret] = await Promise.all([findBinaries(place), password(place.dataDir)]);
  await makeCluster(place, secret, binaries);
  await recordPlace(place);
  const changed = await configure(place, options.settings);
  const site: Site = { place, binaries, secret, lock, log };
  const seat = await acquire(site);
  if (seat.adopted) log(`joined the PostgreSQL that runs already (process ${seat.postmaster.pid})`);
  // Should it die under this query, attending to it finds out.
  if (seat.adopted && changed) await seat.client.query('select pg_reload_conf()').catch(() => {});
  return { site, seat };
}

export { EmbeddedPostgresError };
