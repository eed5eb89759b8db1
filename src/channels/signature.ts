import { createHmac, timingSafeEqual } from 'node:crypto';

/** Compares two texts in constant time, so that a signature cannot be guessed byte by byte. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** True when `header` is `sha256=` and the hex HMAC-SHA256 of the raw bytes under `secret`. */
export function isSignedSha256(header: string | undefined, body: Buffer, secret: string): boolean {
  if (header === undefined || secret === '') return false;
  return sameText(header.toLowerCase(), `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
}
