import { randomBytes } from 'node:crypto';

/** Seals secrets for the store, and hashes what is only ever compared. */
export interface Seal {
  /** AES-GCM; `context` says whose secret it is, and must be the same for opening. */
  seal(plain: string, context: string): Buffer;
  open(sealed: Buffer, context: string): string;
  /** A keyed hash: the same text gives the same hash, and without the key nobody can try texts. */
  hash(text: string): Buffer;
  /** The hashes of `text` under former secrets: what was hashed before the secret was changed is still found. */
  formerHashes(text: string): Buffer[];
  /** Keys of 256 bits for one use, of the present secret first, then of the former ones. */
  keysFor(use: string): Buffer[];
}

/** What an endpoint signs and identifies itself with. */
export interface EndpointSecrets {
  /** `whsec_` and base64: the key of the Standard Webhooks signature. */
  secret: string;
  /** Secrets that still sign too, for receivers that have not changed over yet. */
  formerSecrets: string[];
  /** Until when the last of them does, epoch ms. */
  formerUntil?: number;
  /** Sent as it is by surfaces that identify themselves with a token. */
  verifyToken: string;
}

/** How long a replaced secret still signs beside the new one (reliability.md, "Signature"), ms. */
export const secretOverlapMs = 24 * 3_600_000;

/** A replaced secret that goes on signing `until` then. */
export interface FormerSecret {
  secret: string;
  until: number;
}

/** An endpoint's secrets as they are kept; the replaced ones in the order in which they were in force. */
export interface KeptEndpointSecrets {
  secret: string;
  verifyToken: string;
  former?: FormerSecret[];
}

const channelContext = (businessId: number, channelId: string) =>
  `business:${businessId}:channel:${channelId}`;
const endpointContext = (businessId: number, endpointId: string) =>
  `business:${businessId}:endpoint:${endpointId}`;

const visitorContext = (businessId: number) => `business:${businessId}:visitors`;

/** A new secret that a business signs the registrations of its visitors with: 32 random bytes, base64url. */
export function newVisitorSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Seals it for the store. */
export function sealVisitorSecret(seal: Seal, businessId: number, secret: string): Buffer {
  return seal.seal(secret, visitorContext(businessId));
}

/** Opens it. */
export function openVisitorSecret(seal: Seal, businessId: number, sealed: Buffer): string {
  return seal.open(sealed, visitorContext(businessId));
}

/** The secret settings of a channel; none when nothing was sealed. */
export function channelSecrets(
  seal: Seal,
  businessId: number,
  channelId: string,
  sealed: Buffer | undefined,
): Record<string, unknown> {
  return sealed ? JSON.parse(seal.open(sealed, channelContext(businessId, channelId))) : {};
}

/** Seals the secret settings of a channel; nothing when there are none. */
export function sealChannel(
  seal: Seal,
  businessId: number,
  channelId: string,
  secrets: Record<string, unknown>,
): Buffer | undefined {
  if (Object.keys(secrets).length === 0) return undefined;
  return seal.seal(JSON.stringify(secrets), channelContext(businessId, channelId));
}

/** Opens what is kept of an endpoint's secrets. */
export function openEndpoint(
  seal: Seal,
  businessId: number,
  endpointId: string,
  sealed: Buffer,
): KeptEndpointSecrets {
  const { former, ...rest } = JSON.parse(seal.open(sealed, endpointContext(businessId, endpointId)));
  // There was one alone, once.
  return { ...rest, ...(former && { former: [former].flat() }) };
}

/** Seals an endpoint's secrets. */
export function sealEndpoint(
  seal: Seal,
  businessId: number,
  endpointId: string,
  kept: KeptEndpointSecrets,
): Buffer {
  return seal.seal(JSON.stringify(kept), endpointContext(businessId, endpointId));
}

/** The secrets that are in force at `now`. */
export function inForce(
  { secret, verifyToken, former }: KeptEndpointSecrets,
  now = Date.now(),
): EndpointSecrets {
  const signing = (former ?? []).filter(({ until }) => until > now);
  const formerUntil = signing.at(-1)?.until;
  const formerSecrets = signing.map((one) => one.secret);
  return { secret, verifyToken, formerSecrets, ...(formerUntil !== undefined && { formerUntil }) };
}

/** A new signing secret: 32 random bytes (Standard Webhooks). */
export function newEndpointSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** A new verify token, of characters that every header and form carries. */
export function newVerifyToken(): string {
  return randomBytes(24).toString('base64url');
}
