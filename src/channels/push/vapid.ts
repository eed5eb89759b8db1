import { createECDH, createHash } from 'node:crypto';

/** The two keys by which push services know us (RFC 8292), base64url. What is no key becomes one by its hash. */
export function vapidKeys(given = ''): { publicKey: string; privateKey: string } {
  const pair = createECDH('prime256v1');
  let bytes = Buffer.from(/^[A-Za-z0-9_-]{43}$/.test(given) ? given : '', 'base64url');
  try {
    pair.setPrivateKey(bytes);
  } catch {
    bytes = createHash('sha256').update(`VAPID ${given}`).digest();
    pair.setPrivateKey(bytes);
  }
  return { publicKey: pair.getPublicKey('base64url'), privateKey: bytes.toString('base64url') };
}
