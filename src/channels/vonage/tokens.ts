import { createHash, createHmac, createPrivateKey, randomUUID, sign } from 'node:crypto';
import type { WebhookRequest } from '../channel.ts';
import { parseObject } from '../json.ts';
import { sameText } from '../signature.ts';
import type { Account } from './account.ts';
import { unusable } from './errors.ts';

/** A webhook that was signed longer ago, or later by its clock, is refused, s. */
const mostApartS = 300;
/** How long a token of ours is good, s. */
const lifeS = 300;

/**
 * True when Vonage signed the request: a token (JWT) by HS256, made within five minutes, that names the SHA-256
 * of the body (channels.md 3.3). `now` is epoch ms.
 */
export function isSigned({ headers, body }: WebhookRequest, signatureSecret: string, now: number): boolean {
  const token = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const [head, claims, signature, ...more] = token?.split('.') ?? [];
  if (!head || !claims || !signature || more.length > 0 || !signatureSecret) return false;
  const made = createHmac('sha256', signatureSecret).update(`${head}.${claims}`).digest('base64url');
  if (!sameText(signature, made)) return false;
  if (parseObject(Buffer.from(head, 'base64url'))?.alg !== 'HS256') return false;
  const { iat, payload_hash: hash } = parseObject(Buffer.from(claims, 'base64url')) ?? {};
  if (typeof iat !== 'number' || Math.abs(now / 1000 - iat) > mostApartS) return false;
  const digest = createHash('sha256').update(body).digest('hex');
  return typeof hash === 'string' && sameText(hash.toLowerCase(), digest);
}

/** How we are let in: a token of the application, else the API key. Throws `SendFailure` AUTH. */
export function authorization(account: Account, now: number): string {
  const { applicationId, privateKey, apiKey, apiSecret } = account;
  if (applicationId && privateKey) return `Bearer ${tokenOf(applicationId, privateKey, now)}`;
  if (apiKey && apiSecret) return `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}`;
  throw unusable(
    'The channel has neither an application with its private key nor an API key with its secret.',
  );
}

function tokenOf(applicationId: string, pem: string, now: number): string {
  const iat = Math.floor(now / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { application_id: applicationId, iat, exp: iat + lifeS, jti: randomUUID() };
  const said = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  try {
    // In files of settings its line breaks are often written as \n.
    const key = createPrivateKey(pem.trim().replaceAll('\\n', '\n'));
    return `${said}.${sign('sha256', Buffer.from(said), key).toString('base64url')}`;
  } catch {
    throw unusable('The private key cannot be read.');
  }
}
