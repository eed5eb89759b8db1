import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Seal as SecretSeal } from './setup-secrets.ts';

/** Everything that is derived from the installation's secret. */
export interface Seal extends SecretSeal {
  /** A short signature of `text`, for links. */
  sign(text: string): string;
  /** True when `signature` is the one of `text`; compared in constant time. */
  isSigned(text: string, signature: string): boolean;
}

interface Keys {
  /** First 4 bytes of the key's own hash: tells which key sealed something. */
  id: Buffer;
  sealing: Buffer;
}

const version = 1;

/**
 * Seals secrets at rest with AES-256-GCM under keys derived from `secret` (HKDF). Each sealed thing
 * names its key, so that `formerSecrets` still open what was sealed before the secret was changed.
 */
export function makeSeal(secret: string, formerSecrets: readonly string[] = []): Seal {
  const current = keysOf(secret);
  const all = [current, ...formerSecrets.map(keysOf)];
  const hashing = derive(secret, 'hash');
  const signing = derive(secret, 'sign');
  const sign = (text: string) => createHmac('sha256', signing).update(text).digest('base64url').slice(0, 32);
  return {
    seal(plain, context) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', current.sealing, iv);
      cipher.setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([version]), current.id, iv, cipher.getAuthTag(), sealed]);
    },
    open(sealed, context) {
      const keys = all.find(({ id }) => id.equals(sealed.subarray(1, 5)));
      if (sealed[0] !== version || !keys) {
        throw new Error('A stored secret was sealed with another PARLEY_SECRET: start with the one it was sealed with.');
      }
      const decipher = createDecipheriv('aes-256-gcm', keys.sealing, sealed.subarray(5, 17));
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(sealed.subarray(17, 33));
      return Buffer.concat([decipher.update(sealed.subarray(33)), decipher.final()]).toString('utf8');
    },
    hash: (text) => createHmac('sha256', hashing).update(text).digest(),
    sign,
    isSigned(text, signature) {
      const expected = Buffer.from(sign(text));
      const given = Buffer.from(signature);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

function derive(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'parley', use, 32));
}

function keysOf(secret: string): Keys {
  const sealing = derive(secret, 'seal');
  return { id: createHash('sha256').update(sealing).digest().subarray(0, 4), sealing };
}

const prefix = 'parley_';

/** A new API key: `parley_`, 32 random bytes and a checksum, in base64url. */
export function newApiKey(): string {
  const random = randomBytes(32).toString('base64url');
  return `${prefix}${random}${checksum(random)}`;
}

/** True when the checksum fits: a mistyped key is refused without asking the database. */
export function looksLikeApiKey(key: string): boolean {
  const rest = key.slice(prefix.length);
  return key.startsWith(prefix) && rest.length === 49 && checksum(rest.slice(0, 43)) === rest.slice(43);
}

function checksum(random: string): string {
  return createHash('sha256').update(random).digest('base64url').slice(0, 6);
}
