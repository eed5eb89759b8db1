import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Seat, Site } from './acquire.ts';
import { connect, join, leave } from './connection.ts';
import { removeSocketFolder } from './launch.ts';
import { endPostmaster, isPostmasterOf, type Postmaster, readPostmaster } from './postmaster.ts';

/** A PostgreSQL that is looked after: it comes back when it dies, until it is released. */
export interface Attended {
  readonly postmaster: Postmaster;
  release(): Promise<void>;
}

/** A connection that can let the process end, or keep it; missing in the types of `pg`. */
type Held = pg.Client & { ref(): void; unref(): void };

const pauses = [0, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000];
// One that lived so long did not die of its start: the pauses begin anew.
const soundMs = 60_000;

/**
 * Looks after a running PostgreSQL. Its connection breaks when PostgreSQL dies or drops everybody; `again`
 * then takes a seat at the same address, and starts PostgreSQL when it is gone.
 */
export function attend(site: Site, first: Seat, again: () => Promise<Seat>): Attended {
  let seat = first;
  let broken = false;
  let since = Date.now();
  let failures = 0;
  let recovery: Promise<void> | undefined;
  let released: Promise<void> | undefined;
  const stopped = new AbortController();

  function watch(): void {
    // Parley need not stay up for this connection alone.
    (seat.client as Held).unref();
    seat.client.once('end', () => {
      broken = true;
      if (!stopped.signal.aborted) recovery = recover();
    });
  }

  async function recover(): Promise<void> {
    if (Date.now() - since > soundMs) failures = 0;
    const alive = await isPostmasterOf(seat.postmaster.pid, site.place.cluster);
    site.log(
      alive
        ? 'PostgreSQL dropped its connections: joining it again'
        : 'PostgreSQL has died: starting it again',
    );
    while (!stopped.signal.aborted) {
      await sleep(pauses[Math.min(failures++, pauses.length - 1)], undefined, {
        signal: stopped.signal,
      }).catch(() => {});
      if (stopped.signal.aborted) return;
      try {
        seat = await again();
        broken = false;
        since = Date.now();
        watch();
        site.log(`PostgreSQL accepts connections again (process ${seat.postmaster.pid})`);
        return;
      } catch (error) {
        site.log(error instanceof Error ? error.message : String(error));
      }
    }
  }

  async function release(): Promise<void> {
    stopped.abort();
    await recovery;
    if (broken) await leaveAnew(site, seat);
    else {
      (seat.client as Held).ref();
      await leaveSeat(site, seat);
    }
  }

  watch();
  return {
    get postmaster() {
      return seat.postmaster;
    },
    release() {
      released ??= release();
      return released;
    },
  };
}

/** Leaves, and ends PostgreSQL when nobody else uses it. */
export async function leaveSeat(site: Site, seat: Seat): Promise<void> {
  const last = await leave(seat.client).catch(() => undefined);
  // The connection broke, which says nothing of PostgreSQL itself and of its other users.
  if (last === undefined) return leaveAnew(site, seat);
  await leaveAs(site, seat, last);
}

async function leaveAs(site: Site, { client, postmaster }: Seat, last: boolean): Promise<void> {
  if (last) await end(site, postmaster);
  else site.log('PostgreSQL goes on: another Parley uses it');
  // Without an answer from a PostgreSQL that has ended, this would wait for it.
  await Promise.race([client.end().catch(() => {}), sleep(1_000, undefined, { ref: false })]);
}

/** Leaves after the connection broke: PostgreSQL may be dead, or still have other users. */
async function leaveAnew(site: Site, seat: Seat): Promise<void> {
  const attempt = await connect(seat.postmaster, site.secret);
  if (attempt.kind !== 'connected') return end(site, seat.postmaster);
  const { client } = attempt;
  const last = (await join(client).catch(() => true)) && (await leave(client).catch(() => true));
  await leaveAs(site, { ...seat, client }, last);
}

async function end({ place, binaries }: Site, { pid, socketDir }: Postmaster): Promise<void> {
  if (await isPostmasterOf(pid, place.cluster)) await endPostmaster(pid, place.cluster, binaries);
  // Another Parley may have started one at the same address meanwhile.
  const next = await readPostmaster(place.cluster);
  if (next && next.pid !== pid && (await isPostmasterOf(next.pid, place.cluster))) return;
  await removeSocketFolder(socketDir);
}
