import { newId } from '../model/ids.ts';
import { invalid, missing, notFound, Problem } from '../model/problem.ts';
import type { Database } from '../store/database.ts';
import * as store from '../store/keys.ts';
import * as channels from '../store/setup-channels.ts';
import type { ChangeFeed } from '../store/setup-feed.ts';
import type { Caller, Connector } from './core.ts';
import { looksLikeApiKey, newApiKey } from './seal.ts';
import type { KeyRequest } from './setup.ts';
import { checkName, checkOneOf } from './setup-check.ts';
import type { Draft } from './setup-draft.ts';
import { appNamed } from './setup-people.ts';
import type { Seal } from './setup-secrets.ts';

/** Keys begin like this, so that they are recognised at a glance and by secret scanners. */
const prefix = 'parley_';
/** A preset key may be any text; shorter ones could be guessed. */
const shortestPreset = 16;

/** What a new key may do beyond its app. Only the first start makes installation keys, and preset ones. */
export interface KeyGrant extends KeyRequest {
  installation?: boolean;
  /** The key itself, instead of a new one. */
  preset?: string;
}

/** Makes a key of an app. The key is in the answer and nowhere else: the store has a keyed hash of it. */
export async function createKey(draft: Draft, request: KeyGrant): Promise<{ id: string; key: string }> {
  const { tx, businessId, tools } = draft;
  const app = appNamed(draft, request.app ?? 'default');
  if (request.expiresAt !== undefined && !(request.expiresAt > Date.now())) {
    throw invalid('expiresAt', 'expiresAt must be in the future', { value: request.expiresAt });
  }
  const key = request.preset === undefined ? newApiKey() : checkPreset(request.preset);
  const id = newId();
  await store.insert(tx, tools.seal.hash(key), {
    id,
    businessId,
    appId: app.id,
    name: checkName(request.name ?? ''),
    hint: key.startsWith(prefix) ? key.slice(0, prefix.length + 4) : key.slice(0, 3),
    kind: checkOneOf(request.kind ?? 'confidential', ['confidential', 'publishable'], 'kind'),
    scope: checkOneOf(request.scope ?? 'write', ['read', 'write'], 'scope'),
    tenantWide: request.tenantWide ?? false,
    installation: request.installation ?? false,
    ...(request.expiresAt !== undefined && { expiresAt: request.expiresAt }),
  });
  draft.changed.add('keys');
  return { id, key };
}

function checkPreset(key: string): string {
  if (!key) throw missing('key');
  const usable = key.length >= shortestPreset && key.length <= 255 && /^[\x21-\x7e]+$/.test(key);
  if (usable && (!key.startsWith(prefix) || looksLikeApiKey(key))) return key;
  throw invalid(
    'key',
    `a preset key must be ${shortestPreset} to 255 printable ASCII characters, and not begin with ${prefix}`,
  );
}

/** Takes a key out of force. Doing it again changes nothing. */
export async function revokeKey(draft: Draft, keyId: string): Promise<void> {
  const { tx, businessId } = draft;
  const key = (await store.list(tx, businessId)).find((one) => one.id === keyId);
  if (!key) throw notFound('keyId', 'KEY_NOT_FOUND', 'There is no such key.');
  if (key.revokedAt !== undefined) return;
  if (key.installation && !(await store.hasOtherInstallation(tx, keyId))) {
    throw new Problem(
      'conflict',
      'This is the last key that can create businesses: make another one first.',
      {
        field: 'keyId',
        code: 'LAST_INSTALLATION_KEY',
      },
    );
  }
  await store.revoke(tx, businessId, keyId);
  draft.changed.add('keys');
}

/** Who calls: the two questions that a door asks about a credential. */
export interface Authenticator {
  /** Who calls with this API key. Throws `unauthorized` for a missing, unknown, expired or revoked one. */
  authenticate(key: string | undefined): Promise<Caller>;
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

  return {
    async authenticate(key) {
      if (!key) throw refused('An API key is required.');
      if (key.length > 255 || (key.startsWith(prefix) && !looksLikeApiKey(key))) throw refused();
      const hash = seal.hash(key);
      const name = hash.toString('base64');
      const keep = known;
      const one =
        (feed.live && keep.get(name)) ||
        (await firstOf([hash, ...seal.formerHashes(key)], (each) => readKey(db, each)));
      if (!one) throw refused();
      remember(keep, name, one);
      const now = Date.now();
      if (one.expiresAt <= now) throw refused('This API key has expired.');
      if (now - one.touchedAt >= touchEveryMs) {
        one.touchedAt = now;
        uses.add({ hash: one.hash, at: now });
      }
      return one.caller;
    },
    async authenticateConnector(token) {
      if (!token) throw refused('A verify token is required.');
      const hash = seal.hash(token);
      const name = hash.toString('base64');
      const keep = connectors;
      const one =
        (feed.live && keep.get(name)) ||
        (await firstOf([hash, ...seal.formerHashes(token)], (each) => channels.byToken(db, each)));
      if (!one) throw refused('This verify token is not known.');
      remember(keep, name, one);
      return one;
    },
    close: uses.close,
  };
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
  if (!key || key.revokedAt !== undefined) return undefined;
  const { businessId, appId, tenantWide, installation, scope, kind } = key;
  return {
    hash,
    caller: { businessId, keyId: key.id, appId, tenantWide, installation, scope, kind },
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
