import { hash } from 'node:crypto';
import { Problem } from '../model/problem.ts';
import type { Database } from '../store/database.ts';
import * as store from '../store/keys.ts';
import * as channels from '../store/setup-channels.ts';
import type { ChangeFeed } from '../store/setup-feed.ts';
import type { Caller, Connector } from './core.ts';
import { longestToken, looksLikeToken } from './jwt.ts';
import { coreTokens, keyUuidOf } from './key-tokens.ts';
import { looksLikeApiKey, apiKeyPrefix as prefix } from './seal.ts';
import type { Seal } from './setup-secrets.ts';

/** Who calls: the two questions that a door asks about a credential. */
export interface Authenticator {
  /**
   * Who calls with this API key, plain or as a token. Throws `unauthorized` for a missing, unknown, expired
   * or revoked one.
   */
  authenticate(key: string | undefined): Promise<Caller>;
  /** Who calls with a key that was used before and is in force; undefined when that must be looked up. */
  recall(key: string): Caller | undefined;
  /** The custom channel that this verify token belongs to (decision D66). Throws `unauthorized`. */
  authenticateConnector(token: string | undefined): Promise<Connector>;
  /** Writes the last uses that are not written yet, and stops. */
  close(): Promise<void>;
}

/** A key in memory: who it is, until when, and when its last use was written. */
interface Known {
  /** The hash under which it is stored: of the present secret, or of a former one. */
  hash: Buffer;
  caller: Caller;
  expiresAt: number;
  touchedAt: number;
}

const touchEveryMs = 60_000;
const flushEveryMs = 5000;
const mostKept = 50_000;

/**
 * Authenticates keys and tokens. What it keeps in memory is exact: a revocation is heard through `feed`,
 * expiry is looked at on each use, and while the feed is not live every key is looked up.
 */
export function makeAuthenticator(deps: { db: Database; seal: Seal; feed: ChangeFeed }): Authenticator {
  const { db, seal, feed } = deps;
  let known = new Map<string, Known>();
  let connectors = new Map<string, Connector>();
  // A reading that began before a change must not be kept after it: each change starts new maps.
  feed.on('keys', () => {
    known = new Map();
  });
  feed.on('setup', () => {
    connectors = new Map();
  });
  const uses = batchedUses(db);
  const tokens = coreTokens(seal);

  /** Notes that a key is used, unless it has expired. */
  const used = (one: Known): Caller | undefined => {
    const now = Date.now();
    if (one.expiresAt <= now) return undefined;
    if (now - one.touchedAt >= touchEveryMs) {
      one.touchedAt = now;
      uses.add({ hash: one.hash, at: now });
    }
    return one.caller;
  };

  return {
    recall(key) {
      const one = feed.live ? known.get(nameOf(key)) : undefined;
      return one && used(one);
    },
    async authenticate(key) {
      if (!key) throw refused('An API key is required.');
      const isToken = looksLikeToken(key);
      if (key.length > (isToken ? longestToken : 255)) throw refused();
      if (key.startsWith(prefix) && !looksLikeApiKey(key)) throw refused();
      const name = nameOf(key);
      const keep = known;
      // A token is checked once, too: what it says of itself counts for nothing but the key that it names.
      const one =
        (feed.live && keep.get(name)) ||
        (isToken && (await readToken(db, tokens, key))) ||
        (await firstOf([seal.hash(key), ...seal.formerHashes(key)], (each) => readKey(db, each)));
      if (!one) throw refused();
      remember(keep, name, one);
      const caller = used(one);
      if (!caller) throw refused('This API key has expired.');
      return caller;
    },
    async authenticateConnector(token) {
      if (!token) throw refused('A verify token is required.');
      const name = nameOf(token);
      const keep = connectors;
      const one =
        (feed.live && keep.get(name)) ||
        (await firstOf([seal.hash(token), ...seal.formerHashes(token)], (each) =>
          channels.byToken(db, each),
        ));
      if (!one) throw refused('This verify token is not known.');
      remember(keep, name, one);
      return one;
    },
    close: uses.close,
  };
}

/** Under what a credential is known in this process. The keyed hash that the store has costs five times as much. */
function nameOf(credential: string): string {
  return hash('sha256', credential, 'base64');
}

function remember<V>(keep: Map<string, V>, name: string, value: V): void {
  if (keep.size >= mostKept) keep.clear();
  keep.set(name, value);
}

/** What is found under one of these hashes; the present secret's comes first. */
async function firstOf<V>(
  hashes: Buffer[],
  find: (hash: Buffer) => Promise<V | undefined>,
): Promise<V | undefined> {
  for (const hash of hashes) {
    const found = await find(hash);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function readKey(db: Database, hash: Buffer): Promise<Known | undefined> {
  const key = await store.find(db, hash);
  return key && knownOf(key, hash);
}

async function readToken(
  db: Database,
  tokens: ReturnType<typeof coreTokens>,
  token: string,
): Promise<Known | undefined> {
  const claims = await tokens.verify(token);
  const uuid = claims && keyUuidOf(claims);
  const found = uuid === undefined ? undefined : await store.findByUuid(db, uuid);
  return found && knownOf(found.key, found.hash);
}

function knownOf(key: store.StoredKey, hash: Buffer): Known | undefined {
  if (key.revokedAt !== undefined) return undefined;
  const { businessId, appId, tenantWide, installation, scope, kind, makerNo } = key;
  return {
    hash,
    caller: {
      businessId,
      bearer: 'key',
      keyId: key.id,
      appId,
      tenantWide,
      installation,
      scope,
      kind,
      ...(makerNo !== undefined && { makerNo }),
    },
    expiresAt: key.expiresAt ?? Number.POSITIVE_INFINITY,
    touchedAt: key.lastUsedAt ?? 0,
  };
}

function refused(message = 'This API key is not known, or no longer in force.'): Problem {
  return new Problem('unauthorized', message, { code: 'UNAUTHORIZED' });
}

/** Collects uses of keys and writes them together, off the path of any request. A lost one does no harm. */
function batchedUses(db: Database): { add(use: { hash: Buffer; at: number }): void; close(): Promise<void> } {
  let waiting: { hash: Buffer; at: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = async () => {
    timer = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) await store.touch(db, batch).catch(() => {});
  };
  return {
    add(use) {
      waiting.push(use);
      timer ??= setTimeout(flush, flushEveryMs).unref();
    },
    async close() {
      clearTimeout(timer);
      await flush();
    },
  };
}
