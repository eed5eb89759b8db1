import { createHmac } from 'node:crypto';
import type { Content, Media } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { type Received, WebhookRefused, type WebhookRequest } from '../channel.ts';
import { isObject, listOf, objectOf, parseObject, type Raw, textOf, timeOf } from '../json.ts';
import { sameText } from '../signature.ts';

/** The answer to X's check of the address, and the signature of what it posts: base64, under the consumer secret. */
export function signedBy(consumerSecret: string, what: string | Buffer): string {
  return `sha256=${createHmac('sha256', consumerSecret).update(what).digest('base64')}`;
}

/** Throws `WebhookRefused` unless the raw bytes are signed. */
export function assertSigned({ headers, body }: WebhookRequest, consumerSecret: string): void {
  const told = headers['x-twitter-webhooks-signature'] ?? '';
  if (!sameText(told, signedBy(consumerSecret, body))) throw new WebhookRefused('wrong signature');
}

/** Whose webhook it is, and when it came (epoch ms). */
interface Arrival {
  now: number;
  userId: string;
}

/**
 * What one webhook holds for this account, in the words of the X Activity API, or of the Account Activity API before
 * it: both carry the same events (channels.md section 8).
 */
export function receivedOf(body: Buffer, arrival: Arrival): Received {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const root = parseObject(body) ?? {};
  const data = objectOf(root.data);
  const kind = textOf(data.event_type) ?? 'body';
  const payload = isObject(root.data) ? objectOf(data.payload) : root;
  const about = textOf(objectOf(data.filter).user_id) ?? textOf(root.for_user_id);
  if (about !== arrival.userId) {
    received.ignored.push({ kind, reason: `it is about another account: ${about ?? 'none'}` });
    return received;
  }
  const users = objectOf(payload.users);
  for (const event of listOf(payload.direct_message_events).filter(isObject))
    takeMessage(received, event, users, arrival);
  for (const event of listOf(payload.direct_message_mark_read_events).filter(isObject))
    takeRead(received, event, arrival);
  if (
    received.messages.length + received.receipts.length + received.events.length + received.ignored.length ===
    0
  )
    received.ignored.push({ kind, reason: 'it is no direct message' });
  return received;
}

function takeMessage(received: Received, event: Raw, users: Raw, { now, userId }: Arrival): void {
  const created = objectOf(event.message_create);
  const [providerId, sender] = [textOf(event.id), textOf(created.sender_id)];
  const content =
    providerId === undefined ? undefined : contentOf(objectOf(created.message_data), providerId);
  if (providerId === undefined || sender === undefined || !content) {
    received.ignored.push({
      kind: textOf(event.type) ?? 'event',
      reason: 'what its type needs is not there',
    });
    return;
  }
  const timestamp = timeOf(event.created_timestamp, now);
  if (sender !== userId) {
    const name = textOf(objectOf(users[sender]).name);
    const profile = name === undefined ? undefined : { name };
    received.messages.push(present({ providerId, csid: sender, timestamp, content, profile }));
    return;
  }
  const csid = textOf(objectOf(created.target).recipient_id);
  if (csid !== undefined) received.events.push({ kind: 'echo', csid, providerId, content, timestamp });
}

function contentOf(data: Raw, eventId: string): Content | undefined {
  const { type, media } = objectOf(data.attachment);
  const said = textOf(data.text);
  if (type === 'media' && isObject(media)) {
    const file = fileOf(media, eventId);
    // X puts the address of the file behind the words.
    const address = textOf(media.url);
    const caption = (address === undefined ? said : said?.replace(address, ''))?.trim();
    if (file) return { type: file.type, media: { ...file.media, ...(caption && { caption }) } };
  }
  if (said === undefined) return undefined;
  const code = textOf(objectOf(data.quick_reply_response).metadata);
  const text = withAddresses(said, listOf(objectOf(data.entities).urls));
  return { type: 'text', text, ...(code !== undefined && { press: { code, label: text } }) };
}

/** Short addresses become those that they stand for. */
function withAddresses(text: string, urls: unknown[]): string {
  return urls.map(objectOf).reduce((said, { url, expanded_url }) => {
    const [short, full] = [textOf(url), textOf(expanded_url)];
    return short !== undefined && full !== undefined ? said.replaceAll(short, full) : said;
  }, text);
}

function fileOf(media: Raw, eventId: string): { type: 'image' | 'video'; media: Media } | undefined {
  const id = textOf(media.id_str) ?? textOf(media.id);
  const address = textOf(media.media_url_https) ?? '';
  const resource = /\/([\w-]+\.\w+)$/.exec(address)?.[1];
  if (!id || !/^\d+$/.test(id) || resource === undefined) return undefined;
  const type = media.type === 'photo' ? 'image' : 'video';
  return { type, media: { providerId: `${eventId}/${id}/${resource}` } };
}

/** A person has read up to a message: all that was written before it was read, too. */
function takeRead(received: Received, event: Raw, { now, userId }: Arrival): void {
  const [csid, last] = [textOf(event.sender_id), textOf(event.last_read_event_id)];
  if (csid === undefined || csid === userId || last === undefined) {
    received.ignored.push({ kind: 'mark_read', reason: 'it does not say what was read by whom' });
    return;
  }
  const timestamp = timeOf(event.created_timestamp, now);
  received.receipts.push({ providerId: last, status: 'READ', timestamp });
  const written = timeIn(last);
  if (written !== undefined) received.receipts.push({ upTo: csid, status: 'READ', timestamp: written });
}

/** When X made what has this id, epoch ms: its ids hold the time since November 2010. Undefined for no such id. */
export function timeIn(id: string): number | undefined {
  if (!/^\d{15,19}$/.test(id)) return undefined;
  return Number(BigInt(id) >> 22n) + 1_288_834_974_657;
}
