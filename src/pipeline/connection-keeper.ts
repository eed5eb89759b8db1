import type { Connection } from '../channels/connection.ts';
import { type Failure, SendFailure } from '../model/failure.ts';
import * as channels from '../store/channels.ts';
import * as store from '../store/connections.ts';
import * as events from '../store/events.ts';
import { countFault } from './channel-faults.ts';
import { type Lease, takeLease } from './connection-lease.ts';
import { type KeeperTools, type Kept, makeLine } from './connection-line.ts';
import { storable } from './storable.ts';
import { pause, unless, within } from './unless.ts';

/** An opening that takes longer is given up, ms. */
const openWithinMs = 60_000;
/** A connection that lasted so long was a good one: the next opening begins at the shortest pause again, ms. */
const goodMs = 60_000;
const longestPauseMs = 60_000;
/** How often a process asks for a lease that another one has, ms. */
const askEveryMs = 3000;
/** A close has so long, ms. */
const closeWithinMs = 2000;

/** The pause before the next opening: 1 s … 60 s with full jitter, ms. `failed` counts from 1; `random` is 0 to 1. */
export function pauseMs(failed: number, random: number): number {
  const ceiling = Math.min(longestPauseMs, 1000 * 2 ** Math.min(failed, 10));
  return Math.round(1000 + random * (ceiling - 1000));
}

/** Keeps connections of one kind open, until it is stopped. */
export class Keeper {
  readonly kept: Kept;
  readonly #tools: KeeperTools;
  readonly #wanted: number;
  readonly #stopping = new AbortController();
  readonly #done: Promise<void>;
  #open = 0;
  #reason: string | undefined;
  #told: Promise<unknown> = Promise.resolve();

  constructor(tools: KeeperTools, kept: Kept) {
    const { kind, account } = kept;
    this.kept = kept;
    this.#tools = tools;
    this.#wanted = kind.heldBy === 'one' ? 1 : (kind.count?.(account) ?? 1);
    if (kind.sends) tools.ctx.connections.expect(kept);
    this.#done = kind.heldBy === 'one' ? this.#keepAlone() : this.#keepAll();
  }

  /** Closes what is open, and opens nothing any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#done;
    if (this.kept.kind.sends) this.#tools.ctx.connections.forget(this.kept);
    await this.#forget();
  }

  get #key(): store.LeaseKey {
    const { businessId, channelId, kind } = this.kept;
    return { businessId, channelId, name: kind.name };
  }

  /** The others only once the first is up: wrong credentials are refused once, and not by each. */
  async #keepAll(): Promise<void> {
    const { signal } = this.#stopping;
    const others: Promise<void>[] = [];
    this.#tell();
    await this.#keep(signal, undefined, () => {
      while (others.length < this.#wanted - 1) others.push(this.#keep(signal, undefined));
    });
    await Promise.all(others);
  }

  async #keepAlone(): Promise<void> {
    const { signal } = this.#stopping;
    const { ctx, process } = this.#tools;
    while (!signal.aborted) {
      const lease = await takeLease(ctx.db, this.#key, process).catch(() => undefined);
      if (lease) {
        this.#tell();
        await this.#keep(AbortSignal.any([signal, lease.lost]), lease);
        await lease.release();
        await this.#forget();
      }
      await pause(askEveryMs, signal);
    }
  }

  /** One connection: opened again and again, until `signal`. */
  async #keep(signal: AbortSignal, lease: Lease | undefined, whenOpen = () => {}): Promise<void> {
    const place = { cursor: lease?.cursor };
    for (let failed = 0; !signal.aborted; ) {
      const began = performance.now();
      const failure = await this.#hold(signal, lease, place, whenOpen);
      if (signal.aborted) return;
      failed = performance.now() - began > goodMs ? 1 : failed + 1;
      this.#reason = failure.text ?? failure.class;
      this.#tell();
      const { channelId, kind } = this.kept;
      this.#tools.ctx.log.warn({ channelId, connection: kind.name, failure }, 'a connection ended');
      if (failure.class === 'AUTH') await this.#refused(failure);
      const wait = failure.class === 'AUTH' ? longestPauseMs : pauseMs(failed, Math.random());
      await pause(Math.max(wait, failure.retryAfterMs ?? 0), signal);
    }
  }

  /** Opens one connection, and waits until it ends. Answers why it did. */
  async #hold(
    signal: AbortSignal,
    lease: Lease | undefined,
    place: { cursor: unknown },
    whenOpen: () => void,
  ): Promise<Failure> {
    const { kind, account } = this.kept;
    const own = new AbortController();
    const line = makeLine(this.#tools, this.kept, {
      signal: AbortSignal.any([signal, own.signal]),
      lease,
      cursor: place.cursor,
      read: (cursor) => {
        place.cursor = cursor;
      },
    });
    let connection: Connection | undefined;
    try {
      connection = await inTime(kind.open(account, line), signal);
      this.#opened(connection);
      whenOpen();
      await unless(signal, connection.ended);
      return { class: 'UNAVAILABLE', text: 'The provider ended the connection.' };
    } catch (error) {
      return storable(failureOf(error));
    } finally {
      if (connection) await this.#closed(connection);
      own.abort();
    }
  }

  #opened(connection: Connection): void {
    const { ctx } = this.#tools;
    const { kind, businessId, channelId } = this.kept;
    this.#open += 1;
    this.#reason = undefined;
    this.#tell();
    ctx.log.info({ channelId, connection: kind.name }, 'a connection is open');
    channels.areWell(ctx.db, [{ businessId, channelId }]).catch(() => {});
    if (!connection.send) return;
    ctx.connections.add(this.kept, connection);
    ctx.wake.call('messages');
  }

  async #closed(connection: Connection): Promise<void> {
    this.#open -= 1;
    this.#tools.ctx.connections.remove(this.kept, connection);
    connection.ended.catch(() => {});
    await within(closeWithinMs, connection.close());
  }

  /** The provider refused the credentials: at the third time in a row an administrator is told. */
  async #refused(failure: Failure): Promise<void> {
    const { ctx } = this.#tools;
    try {
      const queued = await ctx.db.transaction(async (tx) => {
        const news = await countFault(tx, this.kept, failure);
        return (await events.append(tx, news, ctx.tells)).queued;
      });
      if (queued > 0) ctx.wake.call('deliveries');
    } catch (error) {
      ctx.log.warn({ err: error }, 'a refusal of credentials could not be counted');
    }
  }

  /** Tells how it stands: one after the other, so that the last word is the newest. */
  #tell(): void {
    const { ctx, process } = this.#tools;
    const { name } = this.kept.kind;
    this.#told = this.#told
      .then(() =>
        store.tell(ctx.db, this.kept, {
          name,
          process,
          wanted: this.#wanted,
          open: this.#open,
          ...(this.#reason !== undefined && { reason: this.#reason.slice(0, 300) }),
        }),
      )
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'the state of a connection could not be told'));
  }

  async #forget(): Promise<void> {
    await this.#told;
    await store.forget(this.#tools.ctx.db, this.#key, this.#tools.process).catch(() => {});
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof SendFailure) return error.failure;
  const text = error instanceof Error ? error.message : String(error);
  return { class: 'UNAVAILABLE', text: text.slice(0, 300) };
}

/** What is opened after its time, or after it was told to end, is closed again. */
async function inTime(opening: Promise<Connection>, signal: AbortSignal): Promise<Connection> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), openWithinMs);
  const connection = await unless(AbortSignal.any([signal, late.signal]), opening).finally(() =>
    clearTimeout(timer),
  );
  if (connection) return connection;
  opening.then(
    (one) => {
      one.ended.catch(() => {});
      return within(closeWithinMs, one.close());
    },
    () => {},
  );
  throw new SendFailure({ class: 'UNAVAILABLE', text: 'The connection was not up in time.' });
}
