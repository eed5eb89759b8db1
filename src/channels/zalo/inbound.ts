import { createHash } from 'node:crypto';
import type { Content, Media, MediaType } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { type Received, WebhookRefused, type WebhookRequest } from '../channel.ts';
import { isObject, listOf, objectOf, parseObject, type Raw, textOf, timeOf } from '../json.ts';
import { sameText } from '../signature.ts';
import type { ZaloAccount } from './account.ts';

/**
 * Throws `WebhookRefused` unless the header is the SHA-256 of app id, raw body, its timestamp and the secret of the
 * account, with or without `mac=` before it (channels.md 9.2).
 */
export function assertSigned({ headers, body }: WebhookRequest, { appId, oaSecretKey }: ZaloAccount): void {
  const told = headers['x-zevent-signature']?.replace(/^mac=/, '') ?? '';
  const timestamp = textOf(parseObject(body)?.timestamp) ?? '';
  const right = createHash('sha256')
    .update(appId)
    .update(body)
    .update(timestamp)
    .update(oaSecretKey)
    .digest('hex');
  if (!sameText(told.toLowerCase(), right)) throw new WebhookRefused('wrong signature');
}

/** Whose webhook it is. */
type Own = Pick<ZaloAccount, 'appId' | 'oaId'>;

/** What one webhook holds: one event (channels.md 9.2). `now` is epoch ms. */
export function receivedOf(body: Buffer, own: Own, now: number): Received {
  const event = parseObject(body) ?? {};
  const name = textOf(event.event_name) ?? '';
  const another = strangerIn(event, own);
  if (another === undefined) return takenFrom(event, name, now);
  const ignored = [{ kind: name || 'body', reason: `it is about another ${another}` }];
  return { messages: [], receipts: [], events: [], ignored };
}

/**
 * What an event is about that is not ours: the accounts of one app share its key, so that the signature is right on
 * what is another's, too. Receipts name the account on either side; what names no account at all is of ours.
 */
function strangerIn(event: Raw, { appId, oaId }: Own): 'app' | 'account' | undefined {
  const app = textOf(event.app_id);
  if (app !== undefined && app !== appId) return 'app';
  const account = textOf(event.oa_id);
  if (account !== undefined) return account === oaId ? undefined : 'account';
  const sides = [event.sender, event.recipient].flatMap((side) => textOf(objectOf(side).id) ?? []);
  return sides.length === 0 || sides.includes(oaId) ? undefined : 'account';
}

function takenFrom(event: Raw, name: string, now: number): Received {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const timestamp = timeOf(event.timestamp, now);
  const [sender, recipient] = [textOf(objectOf(event.sender).id), textOf(objectOf(event.recipient).id)];
  const follower = textOf(objectOf(event.follower).id);
  const message = objectOf(event.message);
  if (name === 'follow' || name === 'unfollow') takeFollow(received, name, follower ?? sender, timestamp);
  else if (name === 'user_received_message') takeReceipts(received, [message.msg_id], 'DLVRD', timestamp);
  else if (name === 'user_seen_message') takeReceipts(received, listOf(message.msg_ids), 'READ', timestamp);
  else if (name.startsWith('user_send_')) takeMessage(received, name, message, { csid: sender, timestamp });
  else if (name.startsWith('oa_send_')) takeEcho(received, name, message, { csid: recipient, timestamp });
  else if (name === '' || name.startsWith('anonymous_'))
    received.ignored.push({
      kind: name || 'body',
      reason: name ? 'nobody knows who it is' : 'it names no event',
    });
  else {
    const csid = follower ?? sender;
    received.events.push(
      present({ kind: 'other' as const, code: name.toUpperCase(), data: event, csid, timestamp }),
    );
  }
  return received;
}

function takeFollow(received: Received, name: string, csid: string | undefined, timestamp: number): void {
  if (csid === undefined) {
    received.ignored.push({ kind: name, reason: 'it names nobody' });
    return;
  }
  received.events.push({ kind: name === 'follow' ? 'optin' : 'optout', csid, timestamp });
  received.events.push({ kind: 'other', code: name.toUpperCase(), data: {}, csid, timestamp });
}

function takeReceipts(received: Received, ids: unknown[], status: 'DLVRD' | 'READ', timestamp: number): void {
  const named = ids.map(textOf).filter((id) => id !== undefined);
  for (const providerId of named) received.receipts.push({ providerId, status, timestamp });
  if (named.length === 0) received.ignored.push({ kind: 'receipt', reason: 'it names no message' });
}

type About = { csid: string | undefined; timestamp: number };

function takeMessage(received: Received, name: string, message: Raw, { csid, timestamp }: About): void {
  const providerId = textOf(message.msg_id);
  const content = contentOf(name.slice('user_send_'.length), message);
  if (providerId === undefined || csid === undefined || !content) {
    received.ignored.push({ kind: name, reason: 'what its type needs is not there' });
    return;
  }
  const replyIdExt = textOf(message.quote_msg_id);
  received.messages.push(present({ providerId, csid, timestamp, content, replyIdExt }));
}

/** What the business wrote, here or in Zalo's own inbox. */
function takeEcho(received: Received, name: string, message: Raw, { csid, timestamp }: About): void {
  const providerId = textOf(message.msg_id);
  const content = contentOf(name.slice('oa_send_'.length), message);
  if (providerId === undefined || csid === undefined || !content)
    received.ignored.push({ kind: name, reason: 'what its type needs is not there' });
  else received.events.push({ kind: 'echo', providerId, csid, content, timestamp });
}

/** Files by what Zalo calls them. */
const files: Readonly<Record<string, MediaType>> = {
  image: 'image',
  gif: 'image',
  audio: 'audio',
  video: 'video',
  sticker: 'sticker',
  file: 'document',
};

function contentOf(kind: string, message: Raw): Content | undefined {
  const text = textOf(message.text);
  const payloads = listOf(message.attachments).map((one) => objectOf(objectOf(one).payload));
  const [payload = {}] = payloads;
  const type = Object.hasOwn(files, kind) ? files[kind] : undefined;
  if (type !== undefined) {
    const [first, ...more] = payloads.flatMap((one) => fileOf(one) ?? []);
    if (!first) return text === undefined ? undefined : { type: 'text', text };
    return {
      type,
      media: { ...first, ...(text !== undefined && { caption: text }) },
      ...(more.length > 0 && { attachments: more.map((file) => ({ type, ...file })) }),
    };
  }
  if (kind === 'location') return placeOf(payload);
  if (kind === 'business_card') return cardOf(payload);
  if (kind === 'link') {
    const lines = [text, textOf(payload.description), textOf(payload.url)].filter(
      (line) => line !== undefined,
    );
    return lines.length === 0 ? undefined : { type: 'text', text: [...new Set(lines)].join('\n') };
  }
  if (text !== undefined) return { type: 'text', text };
  return kind === 'text' ? undefined : { type: 'unsupported', unsupported: { kind } };
}

function fileOf({ url, name, size }: Raw): Media | undefined {
  const link = textOf(url);
  if (link === undefined || !/^https?:\/\//i.test(link)) return undefined;
  const bytes = Number(textOf(size));
  return present({ link, filename: textOf(name), sizeBytes: bytes > 0 ? bytes : undefined });
}

function placeOf({ coordinates }: Raw): Content | undefined {
  const { latitude, longitude } = objectOf(coordinates);
  const [lat, lon] = [textOf(latitude), textOf(longitude)];
  return lat === undefined || lon === undefined
    ? undefined
    : { type: 'location', location: { latitude: lat, longitude: lon } };
}

/** The number stands in a JSON text inside of the description. */
function cardOf(payload: Raw): Content | undefined {
  const inner = parseObject(Buffer.from(textOf(payload.description) ?? ''));
  const phone = textOf(inner?.phone) ?? textOf(payload.phone);
  const name = textOf(payload.title) ?? textOf(payload.name);
  if (phone === undefined && name === undefined) return undefined;
  const card = present({
    name: name === undefined ? undefined : { formatted_name: name },
    phones: phone === undefined ? undefined : [{ phone }],
  });
  return isObject(card) ? { type: 'contacts', cards: [card] } : undefined;
}
