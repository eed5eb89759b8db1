import type { JWTPayload } from 'jose';
import type { Business } from '../model/setup.ts';
import type { StoredKey } from '../store/keys.ts';
import { makeTokens, type Tokens } from './jwt.ts';
import type { Seal } from './setup-secrets.ts';

/** Where the claims are that say who somebody is (azeer.md 9). */
export const identityClaims = 'https://hasura.io/jwt/claims';

/** The tokens of keys and of agents. */
export function coreTokens(seal: Pick<Seal, 'keysFor'>): Tokens {
  return makeTokens(seal, 'avocado-core');
}

/** A key in the form of a token (azeer.md 9). It says what the key is; what it may do, the store says. */
export function keyToken(
  seal: Pick<Seal, 'keysFor'>,
  key: Omit<StoredKey, 'createdAt'>,
  business: Pick<Business, 'uuid'>,
): Promise<string> {
  const maker = String(key.makerNo ?? 0);
  return coreTokens(seal).sign({
    admin: true,
    iat: Math.floor(Date.now() / 1000),
    name: key.name,
    sub: maker,
    ...(key.expiresAt !== undefined && { exp: Math.floor(key.expiresAt / 1000) }),
    [identityClaims]: {
      'x-hasura-user-id': maker,
      'x-hasura-profile-id': maker,
      'x-hasura-business-id': business.uuid,
      'x-hasura-default-role': 'admin',
      'x-hasura-allowed-roles': ['admin', 'superadmin'],
      'x-avc-apikey-id': key.uuid,
      'x-avc-apikey-scope': key.scope === 'write' ? 'insert' : 'select',
      'x-avc-host-id': business.uuid,
      'x-avc-platform-id': '',
      'x-avc-platform-type': 'avocado',
    },
  });
}

/** The key that verified claims name; undefined for the claims of an agent. */
export function keyUuidOf(claims: JWTPayload): string | undefined {
  const uuid = (claims[identityClaims] as Record<string, unknown> | undefined)?.['x-avc-apikey-id'];
  return typeof uuid === 'string' ? uuid : undefined;
}
