import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Seat, Site } from './acquire.ts';
import { connect, join, leave } from './connection.ts';
import { removeSocketFolder } from './launch.ts';
import { unlessLocked } from './lock.ts';
import { endPostmaster, isPostmasterOf, type Postmaster, readPostmaster } from './postmaster.ts';

/** A connection that can let the process end, or keep it; missing in the types of `pg`. */
type Held = pg.Client & { ref(): void; unref(): void };

const pauses = [0, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000];
// One that lived so long did not die of its start: the pauses begin anew.
const soundMs = 60_000;

/**
 * A PostgreSQL that is looked after until it is released. Our connection breaks when PostgreSQL dies or
 * drops everybody; `again` then takes a seat at the same address, starting PostgreSQL when it is gone.
 */
export class AttendedPostgres {
  readonly #site: Site;
  readonly #again: () => Promise<Seat>;
  readonly #stopped = new AbortController();
  #seat: Seat;
  #broken = false;
  #since = Date.now();
  #failures = 0;
  #recovery: Promise<void> | undefined;
  #released: Promise<void> | undefined;

  constructor(site: Site, seat: Seat, again: () => Promise<Seat>) {
    this.#site = site;
    this.#seat = seat;
    this.#again = again;
    this.#watch();
  }

  /** The process that listens now. */
  get pid(): number {
    return this.#seat.postmaster.pid;
  }

  /** Leaves it, and ends it when nobody else uses it. */
  release(): Promise<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  async #release(): Promise<void> {
    this.#stopped.abort();
    await this.#recovery;
    if (this.#broken) return leaveAnew(this.#site, this.#seat);
    (this.#seat.client as Held).ref();
    await leaveSeat(this.#site, this.#seat);
  }

  #watch(): void {
    // Parley need not stay up for this connection alone.
    (this.#seat.client as Held).unref();
    this.#seat.client.once('end', () => {
      this.#broken = true;
      if (!this.#stopped.signal.aborted) this.#recovery = this.#recover();
    });
  }

  async #recover(): Promise<void> {
    const { log, place } = this.#site;
    if (Date.now() - this.#since > soundMs) this.#failures = 0;
    const alive = await isPostmasterOf(this.#seat.postmaster.pid, place.cluster);
    log(
      alive
        ? 'PostgreSQL dropped its connections: joining it again'
        : 'PostgreSQL has died: starting it again',
    );
    for (;;) {
      const pause = pauses[Math.min(this.#failures++, pauses.length - 1)];
      await sleep(pause, undefined, { signal: this.#stopped.signal }).catch(() => {});
      if (this.#stopped.signal.aborted) return;
      try {
        this.#seat = await this.#again();
        this.#broken = false;
        this.#since = Date.now();
        this.#watch();
        log(`PostgreSQL accepts connections again (process ${this.pid})`);
        return;
      } catch (error) {
        log(error instanceof Error ? error.message : String(error));
      }
    }
  }
}

/** Leaves, and ends PostgreSQL when nobody else uses it. Not under the lock of the data folder. */
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

async function end({ place, binaries, lock }: Site, postmaster: Postmaster): Promise<void> {
  const { pid } = postmaster;
  if (await isPostmasterOf(pid, place.cluster)) await endPostmaster(pid, place.cluster, binaries);
  // Another Parley may have started one at the same address meanwhile, or be about to: then it holds the lock.
  await unlessLocked(lock, async () => {
    const next = await readPostmaster(place.cluster);
    if (next && next.pid !== pid && (await isPostmasterOf(next.pid, place.cluster))) return;
    await removeSocketFolder(postmaster);
  });
}
