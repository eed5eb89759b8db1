import { randomUUID } from 'node:crypto';
import { differences } from '../model/audit.ts';
import { newId } from '../model/ids.ts';
import { invalid, missing, notFound, Problem } from '../model/problem.ts';
import { dropByKey } from '../store/access-tokens.ts';
import { dropByKey as dropAuthTokens } from '../store/auth-tokens.ts';
import * as store from '../store/keys.ts';
import { looksLikeToken } from './jwt.ts';
import { keyToken } from './key-tokens.ts';
import { looksLikeApiKey, newApiKey, apiKeyPrefix as prefix } from './seal.ts';
import type { KeyRequest } from './setup.ts';
import { checkName, checkOneOf } from './setup-check.ts';
import type { Draft } from './setup-draft.ts';
import { appNamed } from './setup-people.ts';

const keyKinds = ['confidential', 'publishable', 'server'] as const;
/** A preset key may be any text; shorter ones could be guessed. */
const shortestPreset = 16;

/** What a new key may do beyond its app. Only the first start makes installation keys, and preset ones. */
export interface KeyGrant extends KeyRequest {
  installation?: boolean;
  /** The key itself, instead of a new one. */
  preset?: string;
}

/** What a new key is answered with, this once. */
export interface NewKey {
  id: string;
  key: string;
  /** The same key as a signed token (azeer.md 9); only of a confidential one. */
  token?: string;
}

/**
 * Makes a key of an app. The key is in the answer and nowhere else: the store has a keyed hash of it. A
 * server's key is for `x-server-key`, which carries 150 characters at most.
 */
export async function createKey(draft: Draft, request: KeyGrant): Promise<NewKey> {
  const { tx, businessId, tools } = draft;
  const app = appNamed(draft, request.app ?? 'default');
  if (request.expiresAt !== undefined && !(request.expiresAt > Date.now())) {
    throw invalid('expiresAt', 'expiresAt must be in the future', { value: request.expiresAt });
  }
  const key = request.preset === undefined ? newApiKey() : checkPreset(request.preset);
  const made = {
    id: newId(),
    uuid: randomUUID(),
    businessId,
    appId: app.id,
    name: checkName(request.name ?? ''),
    hint: key.startsWith(prefix) ? key.slice(0, prefix.length + 4) : key.slice(0, 3),
    kind: checkOneOf(request.kind ?? 'confidential', keyKinds, 'kind'),
    scope: checkOneOf(request.scope ?? 'write', ['read', 'write'], 'scope'),
    tenantWide: request.tenantWide ?? false,
    installation: request.installation ?? false,
    ...(request.expiresAt !== undefined && { expiresAt: request.expiresAt }),
    ...(request.makerNo !== undefined && { makerNo: request.makerNo }),
  };
  await store.insert(tx, tools.seal.hash(key), made);
  draft.changed.add('keys');
  draft.deeds.push({ what: 'key.created', id: made.id, name: made.name, changes: fieldsOf(made, app.code) });
  if (made.kind !== 'confidential') return { id: made.id, key };
  return { id: made.id, key, token: await keyToken(tools.seal, made, draft.setup.business) };
}

/** What the audit log tells of a key. */
function fieldsOf(made: Omit<store.StoredKey, 'createdAt'>, app: string) {
  const { hint, kind, scope, tenantWide, installation, expiresAt } = made;
  return differences(undefined, { app, hint, kind, scope, tenantWide, installation, expiresAt });
}

function checkPreset(key: string): string {
  if (!key) throw missing('key');
  const usable =
    key.length >= shortestPreset && key.length <= 255 && /^[\x21-\x7e]+$/.test(key) && !looksLikeToken(key);
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
  draft.deeds.push({ what: 'key.revoked', id: keyId, name: key.name });
  // What it made is worth nothing without it.
  await dropByKey(tx, businessId, keyId);
  await dropAuthTokens(tx, businessId, keyId);
  draft.changed.add('keys');
}
