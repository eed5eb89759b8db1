import type { Content, Media } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { Received } from '../channel.ts';
import { isObject, listOf, objectOf, parseObject, type Raw, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { LineAccount } from './account.ts';
import { choiceIn } from './buttons.ts';

/** A reply token is good for about a minute: it is used while it surely is, ms. */
const freshMs = 30_000;

/** Whose webhook it is, and when it came (epoch ms). */
interface Arrival {
  now: number;
  account: Pick<LineAccount, 'stickerBase'>;
}

/** Who an event is about, and when it happened. */
interface About {
  csid: string;
  timestamp: number;
}

/** What one webhook holds (channels.md 9.1). None at all is the console's own check. */
export function receivedOf(body: Buffer, arrival: Arrival): Received {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const { events } = parseObject(body) ?? {};
  if (!Array.isArray(events)) received.ignored.push({ kind: 'body', reason: 'it has no list of events' });
  for (const event of listOf(events).map(objectOf)) takeEvent(received, event, arrival);
  return received;
}

function takeEvent(received: Received, event: Raw, arrival: Arrival): void {
  const kind = textOf(event.type) ?? 'event';
  const { type, userId } = objectOf(event.source);
  const csid = textOf(userId);
  if (type !== 'user' || csid === undefined) {
    // In a group an answer would go to all, and what is about nobody is about the account.
    received.ignored.push({
      kind,
      reason: `it is of ${type === 'user' ? 'nobody' : `a ${textOf(type) ?? 'stranger'}`}`,
    });
    return;
  }
  const about = { csid, timestamp: timeOf(event.timestamp, arrival.now) };
  if (kind === 'message') takeMessage(received, event, about, arrival);
  else if (kind === 'postback') takePress(received, event, about, arrival);
  else if (kind === 'unsend') takeUnsend(received, event, about);
  else takeOther(received, kind, event, about);
}

function takeOther(received: Received, kind: string, event: Raw, about: About): void {
  if (kind === 'follow') received.events.push({ kind: 'optin', ...about });
  if (kind === 'unfollow') received.events.push({ kind: 'optout', ...about });
  const { replyToken: _, ...data } = event;
  received.events.push({ kind: 'other', code: kind.toUpperCase(), data, ...about });
}

function takeUnsend(received: Received, { unsend }: Raw, about: About): void {
  const providerId = textOf(objectOf(unsend).messageId);
  if (providerId === undefined) received.ignored.push({ kind: 'unsend', reason: 'it names no message' });
  else received.events.push({ kind: 'unsent', providerId, ...about });
}

function takeMessage(received: Received, event: Raw, about: About, arrival: Arrival): void {
  const message = objectOf(event.message);
  const providerId = textOf(message.id);
  const content = contentOf(message, arrival);
  if (providerId === undefined || !content) {
    received.ignored.push({ kind: 'message', reason: 'what its type needs is not there' });
    return;
  }
  const [replyIdExt, readToken] = [textOf(message.quotedMessageId), textOf(message.markAsReadToken)];
  received.messages.push(
    present({ providerId, ...about, content, replyIdExt, readToken, ...replyOf(event, about, arrival) }),
  );
}

/** A choice that was pressed: its code and label are where it was offered. */
function takePress(received: Received, event: Raw, about: About, arrival: Arrival): void {
  const { data, params } = objectOf(event.postback);
  const [id, code] = [textOf(event.webhookEventId), textOf(data)];
  if (id === undefined || code === undefined) {
    received.ignored.push({ kind: 'postback', reason: 'it has no id or no data' });
    return;
  }
  const pressed = choiceIn(code);
  const picked = isObject(params) ? textOf(params.datetime ?? params.date ?? params.time) : undefined;
  const label = picked ?? (pressed ? '…' : code);
  const content: Content = { type: 'text', text: label, press: { code: pressed ? label : code, label } };
  received.messages.push(
    present({ providerId: `press:${id}`, ...about, content, pressed, ...replyOf(event, about, arrival) }),
  );
}

/** What an answer may be sent with, as long as it is fresh; where another program answers, there is none. */
function replyOf(event: Raw, { timestamp }: About, { now }: Arrival) {
  const token = textOf(event.replyToken);
  const lifeMs = freshMs - Math.max(0, now - timestamp);
  return token === undefined || event.mode === 'standby' || lifeMs <= 0 ? {} : { reply: { token, lifeMs } };
}

/** Epoch ms; `now` when there is nothing that makes sense. */
function timeOf(value: unknown, now: number): number {
  const ms = Number(textOf(value));
  return Number.isFinite(ms) && ms > 0 && ms < 1e14 ? ms : now;
}

function contentOf(message: Raw, arrival: Arrival): Content | undefined {
  const type = textOf(message.type) ?? 'unknown';
  switch (type) {
    case 'text': {
      const text = textOf(message.text);
      return text === undefined ? undefined : { type, text };
    }
    case 'image':
    case 'video':
    case 'audio':
      return fileOf(type, message);
    case 'file':
      return fileOf('document', message);
    case 'sticker':
      return stickerOf(message, arrival);
    case 'location':
      return placeOf(message);
    default:
      return { type: 'unsupported', unsupported: { kind: type } };
  }
}

function fileOf(type: 'image' | 'video' | 'audio' | 'document', message: Raw): Content | undefined {
  const { type: provider, originalContentUrl } = objectOf(message.contentProvider);
  const link = provider === 'external' ? textOf(originalContentUrl) : undefined;
  const id = textOf(message.id);
  if (id === undefined) return undefined;
  const size = message.fileSize;
  const media: Media = present({
    link,
    providerId: link === undefined ? id : undefined,
    filename: textOf(message.fileName),
    sizeBytes: typeof size === 'number' && size > 0 ? size : undefined,
  });
  return { type, media };
}

/** Stickers are pictures of LINE's own shop. */
function stickerOf({ stickerId }: Raw, { account }: Arrival): Content | undefined {
  const id = textOf(stickerId);
  if (id === undefined || !/^\d{1,20}$/.test(id)) return undefined;
  const link = `${base(account.stickerBase)}/sticker/${id}/android/sticker.png`;
  return { type: 'sticker', media: { link, mime: 'image/png' } };
}

function placeOf({ latitude, longitude, title, address }: Raw): Content | undefined {
  const [lat, lon] = [textOf(latitude), textOf(longitude)];
  if (lat === undefined || lon === undefined) return undefined;
  const [name, where] = [textOf(title), textOf(address)];
  return { type: 'location', location: present({ latitude: lat, longitude: lon, name, address: where }) };
}
