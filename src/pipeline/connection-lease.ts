import * as store from '../store/connections.ts';
import type { Database } from '../store/database.ts';

/** A lease lasts this long, ms: after a crash another process takes over within it. */
const leaseMs = 15_000;
const renewEveryMs = 5000;

/** A connection that this process alone may have, until `lost` is aborted or it is given back. */
export interface Lease {
  readonly epoch: number;
  /** How far was read when it was taken. */
  readonly cursor: unknown;
  /** Aborted when another process may have it. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** Takes the lease of a connection; undefined while another process has it. */
export async function takeLease(
  db: Database,
  key: store.LeaseKey,
  holder: string,
): Promise<Lease | undefined> {
  let goodUntil = performance.now() + leaseMs;
  const taken = await store.acquire(db, key, holder, leaseMs);
  if (!taken) return undefined;
  const lost = new AbortController();
  const renew = async () => {
    const asked = performance.now();
    try {
      if (await store.renew(db, key, taken.epoch, leaseMs)) goodUntil = asked + leaseMs;
      else lost.abort();
    } catch {
      // The database is away: it is ours until the lease ends, by the clock of this process.
    }
  };
  const renewing = setInterval(() => void renew(), renewEveryMs);
  // Looked at often, so that a renewal that hangs does not hide the end.
  const watching = setInterval(() => {
    if (performance.now() > goodUntil) lost.abort();
  }, 500);
  const end = () => {
    clearInterval(renewing);
    clearInterval(watching);
  };
  lost.signal.addEventListener('abort', end, { once: true });
  return {
    ...taken,
    lost: lost.signal,
    async release() {
      end();
      await store.release(db, key, taken.epoch).catch(() => {});
    },
  };
}
