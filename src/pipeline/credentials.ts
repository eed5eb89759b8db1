import type { Logger } from 'pino';
import type { Call, Channel, Renewed } from '../channels/channel.ts';
import { channelOf as doorOf } from '../channels/index.ts';
import * as clock from '../model/clock.ts';
import { SendFailure } from '../model/failure.ts';
import * as store from '../store/credentials.ts';
import type { Database } from '../store/database.ts';
import type { Journal, JournalEntry } from './credentials-journal.ts';
import { holdLeases, type Lease } from './held-leases.ts';
import { Interrupted } from './outside.ts';
import type { Seal } from './seal.ts';
import type { Entered } from './setup-cache.ts';
import { storable } from './storable.ts';

type Account = Record<string, unknown>;
type Key = store.CredentialKey;

/** Credentials that a provider renews: each refresh token is good for one use, and brings the next. */
export interface Credentials {
  /** Stores what an earlier process was told, and could not store. */
  restore(): Promise<void>;
  /** The settings of a channel, with the access token that is in force. Throws `SendFailure`: AUTH, UNAVAILABLE … */
  inForce(key: Key): Promise<Account>;
  /** The provider refused the access token of `account`: true when there is another one now. */
  renewed(key: Key, account: Account): Promise<boolean>;
  /** Renews what is to be renewed, whether or not anybody sends. */
  renewDue(): Promise<void>;
  /** Resolves when everything that came in is stored. */
  stop(): Promise<void>;
}

/** An access token is used until so long before it ends, ms. */
const spareMs = 60_000;
/** A renewal takes seconds; its outcome is stored however long the database is away. */
const lease: Lease = { ms: 25_000, renewEveryMs: 8000, longestMs: Number.POSITIVE_INFINITY };
/** After a renewal that failed the next one is tried so much later, ms. */
const againMs = 60_000;
/** A stop waits so long for a database that is away, ms. */
const longestStopMs = 30_000;
/** An access token that the operator entered lives for an hour or more, ms. */
const enteredLifeMs = 3_600_000;

interface Deps {
  db: Database;
  seal: Seal;
  log: Logger;
  call: Call;
  journal: Journal;
  entered(businessId: number, channelId: string): Promise<Entered>;
}

/**
 * Keeps renewable credentials, sealed. One process renews at a time: it notes in the database that it uses the refresh
 * token, uses it, and stores what it got until that is done, however long the database is away. In the meantime it lies
 * on the disk, where the next start finds it. They are renewed at half of their life, so that one that is lost all the
 * same, with its disk, leaves hours to enter a new one: until then the former access token holds.
 */
export function makeCredentials(deps: Deps): Credentials {
  const { db, seal, log } = deps;
  const renewals = new Map<string, Promise<Renewed>>();
  const held = holdLeases<{ key: Key; refreshHash: Buffer }>(
    (claims) => Promise.all(claims.map((one) => store.hold(db, one.key, one.refreshHash, lease.ms))),
    lease,
    log,
  );

  /**
   * What is in force; begins with what the operator entered, or entered anew. Settings that were read before that entry
   * begin nothing: they are an earlier one's. Throws UNAVAILABLE then: what is entered now is heard of in a moment.
   */
  const current = async (key: Key, { account, sealed: settings }: Entered) => {
    const grant = grantOf(doorAt(key), account);
    // Under a former secret it is the same one still: what is in force must not be lost with a new secret.
    const hashes = [seal.hash(grant), ...seal.formerHashes(grant)];
    const isOfGrant = (kept: store.KeptCredentials | undefined) =>
      hashes.some((hash) => kept?.grantHash.equals(hash));
    let kept = await store.find(db, key);
    if (!isOfGrant(kept) && settings) {
      await store.begin(db, key, firstOf(key, account, hashes[0]!), settings);
      kept = await store.find(db, key);
    }
    if (!kept || !isOfGrant(kept)) throw replaced();
    return { kept, tokens: opened(seal, key, kept) };
  };

  const firstOf = (key: Key, account: Account, grantHash: Buffer): store.KeptCredentials => {
    const tokens = { accessToken: textOf(account.accessToken), refreshToken: textOf(account.refreshToken) };
    const lifeMs = tokens.accessToken === '' ? 0 : enteredLifeMs;
    return { ...sealed(seal, key, { ...tokens, lifeMs }), grantHash, renewAt: clock.now() };
  };

  /** Uses the refresh token in force, once for all who ask at this moment. */
  const renew = (key: Key, door: Channel, entered: Entered): Promise<Renewed> => {
    const name = `${key.businessId} ${key.channelId}`;
    const known = renewals.get(name);
    if (known) return known;
    const renewing = use(key, door, entered).finally(() => renewals.delete(name));
    renewals.set(name, renewing);
    return renewing;
  };

  const use = async (key: Key, door: Channel, entered: Entered): Promise<Renewed> => {
    const { kept, tokens } = await current(key, entered);
    const taken = await store.take(db, key, kept.refreshHash, lease.ms);
    if (!taken) throw busy();
    const claim = { key, refreshHash: kept.refreshHash };
    held.add(claim);
    const renewing = async () => door.credentials!.renew(tokens.refreshToken, entered.account, deps.call);
    return spent(key, kept, taken.usedBefore, renewing).finally(() => held.drop(claim));
  };

  /** What came of using a refresh token that is ours to use. */
  const spent = async (
    key: Key,
    kept: store.KeptCredentials,
    usedBefore: boolean,
    renewing: () => Promise<Renewed>,
  ): Promise<Renewed> => {
    let next: Renewed;
    try {
      next = await renewing();
    } catch (error) {
      const unused = error instanceof SendFailure && error.failure.class !== 'OUTCOME_UNKNOWN';
      const refused = unused && error.failure.class === 'AUTH';
      const lost = refused && usedBefore;
      const told = explained(error, lost);
      const failure = told instanceof SendFailure ? told.failure : undefined;
      await store.giveBack(db, key, kept.refreshHash, { againMs, unused: unused && !lost, failure });
      throw told;
    }
    // What was entered in the meantime holds, and not what came of the entry before.
    if (!(await keep(key, kept, next))) throw replaced();
    return next;
  };

  /** Does not end before it is stored: there is no other copy of it. False: it is in force no more. */
  const keep = async (key: Key, used: store.KeptCredentials, next: Renewed): Promise<boolean> => {
    const renewAt = clock.now() + next.lifeMs / 2;
    const row = { ...sealed(seal, key, next), grantHash: used.grantHash, renewAt };
    const drop = noted({ key, usedHash: used.refreshHash, next: row });
    for (let tries = 0; ; tries++) {
      try {
        const isInForce = await store.put(db, key, used.refreshHash, row);
        drop();
        return isInForce;
      } catch (error) {
        log.error({ err: error, channelId: key.channelId }, 'renewed credentials are not stored yet');
        await new Promise((resolve) => setTimeout(resolve, Math.min(5000, 100 * 2 ** tries)));
      }
    }
  };

  /** A disk that is full must not cost what came. */
  const noted = (entry: JournalEntry): (() => void) => {
    try {
      return deps.journal.note(entry);
    } catch (error) {
      log.error({ err: error }, 'renewed credentials could not be noted on the disk');
      return () => {};
    }
  };

  return {
    async restore() {
      for (const { entry, drop } of await deps.journal.left()) {
        const { channelId } = entry.key;
        if (await store.put(db, entry.key, entry.usedHash, entry.next))
          log.warn({ channelId }, 'credentials that an earlier process could not store are stored');
        await drop();
      }
    },
    async inForce(key) {
      const entered = await deps.entered(key.businessId, key.channelId);
      const { account } = entered;
      const door = renewable(key, account);
      if (!door) return account;
      const { kept, tokens } = await current(key, entered);
      if (kept.expiresAt > clock.now() + spareMs) return { ...account, ...tokens };
      const { accessToken, refreshToken } = await renew(key, door, entered);
      return { ...account, accessToken, refreshToken };
    },
    async renewed(key, account) {
      const entered = await deps.entered(key.businessId, key.channelId);
      const door = renewable(key, entered.account);
      if (!door) return false;
      const { tokens } = await current(key, entered);
      if (tokens.accessToken !== account.accessToken) return true;
      await renew(key, door, entered);
      return true;
    },
    async renewDue() {
      for (const key of await store.due(db)) {
        // One that cannot be renewed, or opened, is no reason to leave those of others.
        try {
          const entered = await deps.entered(key.businessId, key.channelId);
          const door = renewable(key, entered.account);
          if (door) await renew(key, door, entered);
        } catch (error) {
          log.warn({ err: error, channelId: key.channelId }, 'credentials could not be renewed');
        }
      }
    },
    async stop() {
      const patience = new Promise((resolve) => setTimeout(resolve, longestStopMs).unref());
      await Promise.race([Promise.allSettled(renewals.values()), patience]);
    },
  };
}

/** The door of a channel whose credentials are renewed; undefined where they are not, or cannot be. */
function renewable(key: Key, account: Account): Channel | undefined {
  const door = doorAt(key);
  return door?.credentials && grantOf(door, account) !== '' ? door : undefined;
}

function doorAt({ channelId }: Key): Channel | undefined {
  return doorOf(channelId.slice(0, channelId.indexOf(':')));
}

/** What the first credentials are made of. */
export function grantOf(door: Pick<Channel, 'credentials'> | undefined, account: Account): string {
  return door?.credentials?.grant?.(account) ?? textOf(account.refreshToken);
}

function contextOf({ businessId, channelId }: Key): string {
  return `business:${businessId}:channel:${channelId}:credentials`;
}

function sealed(seal: Seal, key: Key, { accessToken, refreshToken, lifeMs }: Renewed) {
  return {
    refreshHash: seal.hash(refreshToken),
    sealed: seal.seal(JSON.stringify({ accessToken, refreshToken }), contextOf(key)),
    expiresAt: clock.now() + lifeMs,
  };
}

function opened(seal: Seal, key: Key, kept: store.KeptCredentials): Omit<Renewed, 'lifeMs'> {
  return JSON.parse(seal.open(kept.sealed, contextOf(key)));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function replaced(): SendFailure {
  return new SendFailure({
    class: 'UNAVAILABLE',
    code: 'ENTERED_ANEW',
    text: 'The credentials of the channel have just been entered anew.',
    retryAfterMs: 500,
  });
}

function busy(): SendFailure {
  return new SendFailure({
    class: 'UNAVAILABLE',
    code: 'RENEWING',
    text: 'The access token is being renewed by another process.',
    retryAfterMs: 1000,
  });
}

/** The reason for the operator: a token that was used before we died is refused when it is used again. */
function explained(error: unknown, usedBefore: boolean): unknown {
  if (error instanceof Interrupted) return new SendFailure({ class: 'UNAVAILABLE', text: error.message });
  if (!(error instanceof SendFailure)) return error;
  const failure = storable(error.failure);
  // Nobody was written to: only the token is in doubt.
  if (failure.class === 'OUTCOME_UNKNOWN') return new SendFailure({ ...failure, class: 'UNAVAILABLE' });
  if (!usedBefore) return new SendFailure(failure);
  const text = `The refresh token was used by a process that ended before it was told the next one: enter a new one. ${failure.text ?? ''}`;
  return new SendFailure(storable({ ...failure, text: text.trim().slice(0, 300) }));
}
