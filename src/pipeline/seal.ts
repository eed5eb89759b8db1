import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import type { Seal as SecretSeal } from './setup-secrets.ts';

/** Everything that is derived from the installation's secret. */
export interface Seal extends SecretSeal {
  /**
   * Opens what was sealed for the same `context`, also under a former secret. Throws `SealBroken`, whose
   * message is for the operator.
   */
  open(sealed: Buffer, context: string): string;
  /** A signature of `text` for links: 192 bits, base64url. Who wants it to expire signs the time too. */
  sign(text: string): string;
  /** True when `signature` is the one of `text`, also under a former secret; compared in constant time. */
  isSigned(text: string, signature: string): boolean;
}

/** A stored secret cannot be opened: the message says why in one sentence, and holds no secret. */
export class SealBroken extends Error {}

interface Keys {
  /** First 4 bytes of the key's own hash: tells which key sealed something. */
  id: Buffer;
  sealing: Buffer;
  signing: Buffer;
  hashing: Buffer;
}

/** What stands before the sealed text: version, id of the key, initialisation vector, tag. */
const version = 1;
const ivAt = 5;
const tagAt = 17;
const textAt = 33;

/**
 * Seals secrets at rest with AES-256-GCM under keys derived from `secret` (HKDF). Each sealed thing
 * names its key, so that `formerSecrets` still open what was sealed before the secret was changed.
 */
export function makeSeal(secret: string, formerSecrets: readonly string[] = []): Seal {
  const current = keysOf(secret);
  const all = [current, ...formerSecrets.map(keysOf)];
  return {
    seal(plain, context) {
      const iv = randomBytes(tagAt - ivAt);
      const cipher = createCipheriv('aes-256-gcm', current.sealing, iv);
      // The context is not stored: a sealed secret that is moved to another owner does not open there.
      cipher.setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([version]), current.id, iv, cipher.getAuthTag(), sealed]);
    },
    open: (sealed, context) => opened(all, sealed, context),
    hash: (text) => hashOf(current, text),
    formerHashes: (text) => all.slice(1).map((keys) => hashOf(keys, text)),
    keysFor: (use) => [secret, ...formerSecrets].map((each) => derive(each, `keys ${use}`)),
    sign: (text) => signatureOf(current, text),
    isSigned(text, signature) {
      const given = Buffer.from(signature);
      return all.some((keys) => {
        const expected = Buffer.from(signatureOf(keys, text));
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
    },
  };
}

function opened(all: readonly Keys[], sealed: Buffer, context: string): string {
  if (sealed.length < textAt || sealed[0] !== version) {
    throw new SealBroken(`The stored secret of ${context} is damaged: enter it again.`);
  }
  const keys = all.find(({ id }) => id.equals(sealed.subarray(1, ivAt)));
  if (!keys) {
    throw new SealBroken(
      `The stored secret of ${context} was sealed with another PARLEY_SECRET: start with that one, or name it among the former ones.`,
    );
  }
  const decipher = createDecipheriv('aes-256-gcm', keys.sealing, sealed.subarray(ivAt, tagAt), {
    authTagLength: textAt - tagAt,
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(tagAt, textAt));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(textAt)), decipher.final()]).toString('utf8');
  } catch {
    throw new SealBroken(
      `The stored secret of ${context} was changed or belongs to something else: enter it again.`,
    );
  }
}

function signatureOf({ signing }: Keys, text: string): string {
  return createHmac('sha256', signing).update(text).digest('base64url').slice(0, 32);
}

function hashOf({ hashing }: Keys, text: string): Buffer {
  return createHmac('sha256', hashing).update(text).digest();
}

function derive(secret: string, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'parley', use, 32));
}

function keysOf(secret: string): Keys {
  const sealing = derive(secret, 'seal');
  const id = createHash('sha256').update(sealing).digest().subarray(0, 4);
  return { id, sealing, signing: derive(secret, 'sign'), hashing: derive(secret, 'hash') };
}

/** Keys begin like this, so that they are recognised at a glance and by secret scanners. */
export const apiKeyPrefix = 'parley_';
const prefix = apiKeyPrefix;

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
