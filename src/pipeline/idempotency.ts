import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { newId } from '../model/ids.ts';
import { Problem } from '../model/problem.ts';
import { type Database, isUnavailable, type Queryable, type Transaction } from '../store/database.ts';
import * as store from '../store/idempotency.ts';
import { assertRoom } from './busy.ts';
import { GroupCommit } from './group-commit.ts';
import { holdLeases, type Lease } from './held-leases.ts';
import type { Seal } from './seal.ts';

/** A request under an Idempotency-Key: who asks, where, under which key, and for what. */
export interface Keyed {
  businessId: number;
  /** What a key belongs to: who acts, and the route. */
  scope: readonly string[];
  key: string;
  /** Everything that makes it this request and no other one. */
  request: readonly string[];
}

/** The right to do a keyed request, with what an attempt that died before it answered had done. */
export interface Once {
  readonly claim: store.ClaimRef;
  /** What its send was answered. */
  readonly sent?: unknown;
  /** What its changes came to, in their order. */
  readonly changes?: readonly unknown[];
}

/** An answer as it is given again. */
export interface KeptAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** Does what comes under one key once, however often it is asked for (reliability.md, "Idempotency"). */
export interface Idempotency {
  /**
   * Begins a request, or answers what it was answered before. Throws `mismatch` when the key stands for
   * another request, `conflict` while the same one is under way, and `unavailable` while too many wait.
   */
  begin(keyed: Keyed): Promise<{ answer: KeptAnswer } | { once: Once }>;
  /** Keeps the answer for 48 hours. */
  finish(once: Once, answer: KeptAnswer): Promise<void>;
  /** It was not done: the same key may be tried again at once. */
  release(once: Once): Promise<void>;
  /** Does it: the changes that it makes by `nextChange` are made once, whatever dies in between. */
  run(once: Once, work: () => void): void;
}

/** A file may come over a slow line; what takes longer was given up by whoever asked. */
const keyLease: Lease = { ms: 25_000, renewEveryMs: 8000, longestMs: 330_000 };

const sealContext = (businessId: number) => `business:${businessId}:answer`;

/** What keyed requests are kept with. */
interface Deps {
  db: Database;
  seal: Seal;
  log: Logger;
}

/** Keyed requests that arrive together are begun together, and ended together. */
export function makeIdempotency({ db, seal, log }: Deps, lease: Lease = keyLease): Idempotency {
  // While the database is away, one after the other would keep all who wait for as long as that many tries take.
  const isolate = (error: unknown) => !isUnavailable(error);
  const claims = new GroupCommit((batch: store.Claim[]) => claimAll(db, batch, lease.ms), { isolate });
  const ends = new GroupCommit(
    async (batch: Parameters<typeof store.finish>[1]) => {
      await store.finish(db, batch);
      return batch;
    },
    { isolate },
  );
  const held = holdLeases<store.ClaimRef>((refs) => store.renew(db, refs, lease.ms), lease, log);
  const takenOver = async (claim: store.ClaimRef, effect: unknown): Promise<Once> => {
    try {
      return { claim, ...doneBefore(seal, claim.businessId, effect) };
    } catch (error) {
      await store.release(db, claim);
      throw error;
    }
  };
  return {
    async begin({ businessId, scope, key, request }) {
      assertRoom(claims);
      const hash = hashOf([...scope, key]);
      const asked = hashOf(request);
      const claim = newId();
      const begun = await claims.add({ businessId, hash, request: asked, claim });
      if (begun?.ours) {
        const once = await takenOver({ businessId, hash, claim }, begun.effect);
        held.add(once.claim);
        return { once };
      }
      if (begun && !begun.request.equals(asked)) throw otherRequest();
      if (!begun?.answer) throw stillRunning();
      return { answer: JSON.parse(seal.open(begun.answer, sealContext(businessId))) as KeptAnswer };
    },
    async finish({ claim }, answer) {
      held.drop(claim);
      const sealed = seal.seal(JSON.stringify(answer), sealContext(claim.businessId));
      await ends.add({ answer: sealed, ...claim });
    },
    release({ claim }) {
      held.drop(claim);
      return store.release(db, claim);
    },
    run: (once, work) => doing.run({ once, seal, begun: 0, results: [...(once.changes ?? [])] }, work),
  };
}

function hashOf(parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

/** One result for each: of two under one key the first one begins, and the other one finds it begun. */
async function claimAll(
  db: Database,
  batch: store.Claim[],
  leaseMs: number,
): Promise<(store.Begun | undefined)[]> {
  const nameOf = (one: { businessId: number; hash: Buffer }) =>
    `${one.businessId} ${one.hash.toString('hex')}`;
  const first = new Map<string, store.Claim>();
  for (const one of batch) if (!first.has(nameOf(one))) first.set(nameOf(one), one);
  const asked = [...first.values()];
  const known = new Map((await store.claim(db, asked, leaseMs)).map((begun) => [nameOf(begun), begun]));
  const others = asked.filter((one) => !known.has(nameOf(one)));
  if (others.length > 0) for (const begun of await store.find(db, others)) known.set(nameOf(begun), begun);
  return batch.map((one) => {
    const begun = known.get(nameOf(one));
    return begun?.ours && first.get(nameOf(one)) !== one ? { ...begun, ours: false } : begun;
  });
}

/**
 * Writes the effects of keyed requests in the transaction that has them, so that an attempt that dies
 * before it answers is not done again: what a send is answered stands there as it is, what changes came to as `Changes`
 * beside it. Throws `conflict` when one was taken over meanwhile.
 */
export async function noteEffects(tx: Queryable, done: { once: Once; effect: unknown }[]): Promise<void> {
  if (done.length === 0) return;
  const noted = await store.note(
    tx,
    done.map(({ once, effect }) => ({ effect, ...once.claim })),
  );
  if (noted < done.length) throw stillRunning();
}

/** A keyed request that is being done, and how many of its changes were begun. */
interface Doing {
  once: Once;
  seal: Pick<Seal, 'seal'>;
  begun: number;
  /** What its changes came to, in their order; those of an attempt that died come first. */
  results: unknown[];
}

const doing = new AsyncLocalStorage<Doing>();
/** The effect of a request that makes changes: their sealed results. */
interface Changes {
  changes: string;
}

/** What an attempt that died had done, by the effect that it noted. Throws `SealBroken`. */
function doneBefore(seal: Pick<Seal, 'open'>, businessId: number, effect: unknown): Omit<Once, 'claim'> {
  if (effect === null) return {};
  if (Array.isArray(effect)) return { sent: effect };
  const { changes, ...sent } = effect as Partial<Changes>;
  return {
    ...(Object.keys(sent).length > 0 && { sent }),
    ...(changes !== undefined && {
      changes: JSON.parse(seal.open(Buffer.from(changes, 'base64'), sealContext(businessId))) as unknown[],
    }),
  };
}

/** One change of a keyed request: what it came to in an attempt that died, or how to keep what it comes to. */
export interface ChangeOnce {
  known?: { result: unknown };
  /** In the transaction of the change. Throws `conflict` when another attempt took over meanwhile. */
  keep(tx: Queryable, result: unknown): Promise<void>;
}

/**
 * The next change of the request that is being done; undefined when it has no key. A request must come to its changes in
 * the same order each time, whatever it finds. For a change that `changeOnce` cannot make: one that others share a transaction
 * with, one that may be taken back, one with bytes to be written before.
 */
export function nextChange(): ChangeOnce | undefined {
  const now = doing.getStore();
  if (!now) return undefined;
  const { once, seal, results } = now;
  const i = now.begun++;
  if (i < results.length) return { known: { result: results[i] }, keep: async () => {} };
  return {
    async keep(tx, result) {
      results[i] = result;
      const sealed = seal.seal(JSON.stringify(results), sealContext(once.claim.businessId));
      await noteEffects(tx, [{ once, effect: { changes: sealed.toString('base64') } satisfies Changes }]);
    },
  };
}

/**
 * Makes one change of a request, in a transaction of its own: a repeat of a request that died does not make it again, and
 * has what it came to, which is to be JSON.
 */
export async function changeOnce<T>(
  { db }: { db: Database },
  change: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const once = nextChange();
  if (once?.known) return once.known.result as T;
  return db.transaction(async (tx) => {
    const result = await change(tx);
    await once?.keep(tx, result);
    return result;
  });
}

/**
 * What a request looks at before it changes anything, as JSON: a repeat of one that died has what that one found, whatever its
 * change has made of it. It is kept with the change that follows.
 */
export async function findOnce<T>(find: () => T | Promise<T>): Promise<T> {
  const now = doing.getStore();
  if (!now) return find();
  const i = now.begun++;
  if (i >= now.results.length) now.results[i] = await find();
  return now.results[i] as T;
}

function stillRunning(): Problem {
  return new Problem('conflict', 'The same request is under way: ask again for its answer', {
    field: 'idempotency-key',
    code: 'IDEMPOTENCY_RUNNING',
    retryAfterSeconds: 1,
  });
}

function otherRequest(): Problem {
  return new Problem('mismatch', 'This idempotency key stands for another request: use a new one', {
    field: 'idempotency-key',
    code: 'IDEMPOTENCY_MISMATCH',
  });
}
