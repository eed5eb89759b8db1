import { createHmac } from 'node:crypto';
import { type Lane, type Received, WebhookRefused, type WebhookRequest } from '../channel.ts';
import { isObject, objectOf, parseObject, type Raw, textOf } from '../json.ts';
import { sameText } from '../signature.ts';

/** What devices vouch with is made of this secret, which no device knows. */
type Secret = { beaconSecret?: string | undefined };

/** Vouches for a page or an app of the operator's: it stands in what they load, and tells strangers apart. */
export function pageKey(account: Secret): string {
  return made(account, 'page');
}

/** Vouches for who got one message. */
export function messageToken(account: Secret, messageId: string): string {
  return made(account, `message ${messageId}`);
}

function made({ beaconSecret = '' }: Secret, what: string): string {
  return createHmac('sha256', beaconSecret).update(what).digest('base64url').slice(0, 24);
}

/** Characters of a name or an address. */
const longestOfProfile = 200;

/** An id of a device, made where it is, unguessable. */
const deviceId = /^[A-Za-z0-9_-]{16,64}$/;

/**
 * Reads what a device tells: that it can be reached or no more, that a notification was shown or clicked (channels.md
 * 11.1). `addressOf` reads what the device is reached by; undefined when it is none. Throws `WebhookRefused`.
 */
export function receivedOf(
  request: WebhookRequest,
  account: Secret,
  { now }: Pick<Lane, 'now'>,
  addressOf: (told: Raw) => string | undefined,
): Received {
  if (!account.beaconSecret || !sameText(request.query.k ?? '', pageKey(account)))
    throw new WebhookRefused('wrong page key', 403);
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const told = parseObject(request.body) ?? {};
  const kind = textOf(told.event)?.slice(0, 50) ?? 'body';
  if (kind === 'subscribed' || kind === 'unsubscribed') takeDevice(received, kind, told, now, addressOf);
  else if (kind === 'delivered' || kind === 'clicked') takeShown(received, kind, told, now, account);
  else received.ignored.push({ kind, reason: 'it is no event of a device' });
  return received;
}

function takeDevice(
  received: Received,
  kind: 'subscribed' | 'unsubscribed',
  told: Raw,
  timestamp: number,
  addressOf: (told: Raw) => string | undefined,
): void {
  const csid = textOf(told.device) ?? '';
  const address = kind === 'subscribed' ? addressOf(told) : undefined;
  if (!deviceId.test(csid) || (kind === 'subscribed' && address === undefined)) {
    received.ignored.push({ kind, reason: 'it names no device, or nothing to reach it by' });
    return;
  }
  const { name, email, phone } = objectOf(told.profile);
  const profile = Object.fromEntries(
    Object.entries({ name, email, phone })
      .map(([key, one]) => [key, textOf(one)?.slice(0, longestOfProfile)])
      .filter(([, one]) => one),
  );
  received.events.push({
    kind: 'device',
    csid,
    ...(address !== undefined && { address }),
    profile,
    timestamp,
  });
}

function takeShown(
  received: Received,
  kind: 'delivered' | 'clicked',
  told: Raw,
  timestamp: number,
  account: Secret,
): void {
  const messageId = textOf(told.id) ?? '';
  if (!sameText(textOf(told.token) ?? '', messageToken(account, messageId)))
    throw new WebhookRefused('wrong message token', 403);
  received.receipts.push({ messageId, status: kind === 'delivered' ? 'DLVRD' : 'READ', timestamp });
  const csid = textOf(told.device) ?? '';
  const choice = told.choice;
  if (kind === 'delivered' || typeof choice !== 'number') return;
  if (!deviceId.test(csid) || !Number.isInteger(choice) || choice < 0 || choice > 9) {
    received.ignored.push({ kind, reason: 'it names no device or no choice' });
    return;
  }
  received.messages.push({
    providerId: `press:${messageId}:${choice}`,
    csid,
    timestamp,
    content: { type: 'text', text: '…', press: { code: '…', label: '…' } },
    pressed: { messageId, choice },
  });
}

/** A subscription of a browser, as it is kept: where and by which keys. Undefined when it is none. */
export function subscriptionOf({ subscription }: Raw): string | undefined {
  const { endpoint, keys } = objectOf(subscription);
  const { p256dh, auth } = objectOf(keys);
  const [url, key, secret] = [textOf(endpoint), textOf(p256dh), textOf(auth)];
  if (!url || !key || !secret || url.length > 2000 || key.length > 200 || secret.length > 100)
    return undefined;
  return JSON.stringify({ endpoint: url, keys: { p256dh: key, auth: secret } });
}

/** A registration token of an app. */
export function tokenOf({ token }: Raw): string | undefined {
  const text = textOf(token);
  return text !== undefined && /^[\x21-\x7e]{20,2000}$/.test(text) && !isObject(token) ? text : undefined;
}
