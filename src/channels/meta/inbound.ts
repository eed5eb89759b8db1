import { present } from '../../model/present.ts';
import type { Received } from '../channel.ts';
import { isObject, listOf, objectOf, parseObject, type Raw, textOf, timeOf } from '../json.ts';
import type { Door } from './door.ts';
import { contentOf } from './inbound-content.ts';
import { ownIdOf } from './send.ts';

/** Whose webhook it is, and when it came (epoch ms). */
type Arrival = Pick<Door, 'object' | 'id'> & { now: number };

/** Who an event is about, and when it happened. */
interface About {
  csid: string;
  timestamp: number;
}

/**
 * What one webhook of Meta's holds for this page or account (channels.md 5, 6). Meta has one webhook for all of an
 * app, so that entries of others are left to them.
 */
export function receivedOf(body: Buffer, arrival: Arrival): Received {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const root = parseObject(body);
  const entries = listOf(root?.entry).filter(isObject);
  if (entries.length === 0) received.ignored.push({ kind: 'body', reason: 'it holds no entry' });
  for (const entry of entries) {
    const id = textOf(entry.id);
    if (root?.object === arrival.object && id === arrival.id) takeEntry(received, entry, arrival);
    else received.ignored.push({ kind: 'entry', reason: `it is about another account: ${id}` });
  }
  return received;
}

function takeEntry(received: Received, entry: Raw, arrival: Arrival): void {
  for (const event of listOf(entry.messaging)) takeEvent(received, objectOf(event), arrival);
  for (const _ of listOf(entry.standby))
    received.ignored.push({ kind: 'standby', reason: 'another app has the conversation' });
  for (const change of listOf(entry.changes).filter(isObject)) {
    const { field, value } = change;
    if (isObject(value) && isObject(value.sender)) takeEvent(received, value, arrival);
    else received.ignored.push({ kind: textOf(field) ?? 'change', reason: 'it is about no conversation' });
  }
}

type Take = (received: Received, event: Raw, about: About) => void;

/** What is done with an event, by the part that says what it is. */
const takes: Readonly<Record<string, Take>> = {
  message: takeMessage,
  message_edit: takeEdit,
  postback: takePostback,
  reaction: takeReaction,
  delivery: takeDelivery,
  read: takeRead,
};

function takeEvent(received: Received, event: Raw, { now, id }: Arrival): void {
  const { sender, recipient, timestamp, ...parts } = event;
  const kind = Object.keys(takes).find((one) => isObject(parts[one]));
  const [from, to] = [textOf(objectOf(sender).id), textOf(objectOf(recipient).id)];
  const csid = from === id ? to : from;
  if (csid === undefined) {
    received.ignored.push({ kind: kind ?? 'event', reason: 'it is about nobody' });
    return;
  }
  const about = { csid, timestamp: timeOf(timestamp, now) };
  if (kind !== undefined) takes[kind]!(received, event, about);
  else takeOther(received, parts, about);
}

/** A person who came by a link, agreed to something, was passed on by another app. */
function takeOther(received: Received, parts: Raw, about: About): void {
  const [name] = Object.keys(parts).filter((one) => isObject(parts[one]));
  if (name === undefined) received.ignored.push({ kind: 'event', reason: 'it does not say what it is' });
  else
    received.events.push({ kind: 'other', code: name.toUpperCase(), data: objectOf(parts[name]), ...about });
}

function takeMessage(received: Received, event: Raw, about: About): void {
  const message = objectOf(event.message);
  const providerId = textOf(message.mid);
  if (providerId === undefined) {
    received.ignored.push({ kind: 'message', reason: 'it has no id' });
    return;
  }
  if (message.is_deleted === true) {
    received.events.push({ kind: 'unsent', providerId, ...about });
    return;
  }
  const content = contentOf(message);
  if (message.is_echo === true) {
    const messageId = ownIdOf(textOf(message.metadata));
    // That it comes back says that Meta took it, also where nobody was told so.
    if (messageId !== undefined)
      received.receipts.push({ messageId, status: 'SENTX', timestamp: about.timestamp });
    else if (content) received.events.push({ kind: 'echo', providerId, content, ...about });
    return;
  }
  if (!content) {
    received.ignored.push({ kind: 'message', reason: 'there is nothing in it' });
    return;
  }
  const replyIdExt = textOf(objectOf(message.reply_to).mid);
  received.messages.push(present({ providerId, ...about, content, replyIdExt }));
}

function takeEdit(received: Received, event: Raw, about: About): void {
  const { mid, text } = objectOf(event.message_edit);
  const [providerId, said] = [textOf(mid), textOf(text)];
  if (providerId === undefined || said === undefined)
    received.ignored.push({ kind: 'message_edit', reason: 'it names no message or no text' });
  else received.events.push({ kind: 'edited', providerId, content: { type: 'text', text: said }, ...about });
}

function takePostback(received: Received, event: Raw, about: About): void {
  const { mid, title, payload, referral } = objectOf(event.postback);
  const code = textOf(payload);
  const label = textOf(title) ?? code;
  if (label === undefined) {
    received.ignored.push({ kind: 'postback', reason: 'it has no title and no payload' });
    return;
  }
  const content = present({
    type: 'text' as const,
    text: label,
    press: { code: code ?? label, label },
    referral: isObject(referral) ? referral : undefined,
  });
  const providerId = textOf(mid) ?? `postback:${about.csid}:${about.timestamp}`;
  received.messages.push({ providerId, ...about, content });
}

function takeReaction(received: Received, event: Raw, about: About): void {
  const { mid, action, emoji, reaction } = objectOf(event.reaction);
  const messageIdExt = textOf(mid);
  const shown = action === 'unreact' ? '' : (textOf(emoji) ?? textOf(reaction));
  if (messageIdExt === undefined || shown === undefined) {
    received.ignored.push({ kind: 'reaction', reason: 'it names no message or no emoji' });
    return;
  }
  const providerId = `reaction:${messageIdExt}:${about.timestamp}`;
  const content = { type: 'reaction' as const, reaction: { emoji: shown, messageIdExt } };
  received.messages.push({ providerId, ...about, content });
}

/** What was sent up to a moment has arrived; some of it is named besides. */
function takeDelivery(received: Received, event: Raw, { csid, timestamp }: About): void {
  const { mids, watermark } = objectOf(event.delivery);
  const until = timeOf(watermark, timestamp);
  for (const providerId of listOf(mids).map(textOf))
    if (providerId !== undefined) received.receipts.push({ providerId, status: 'DLVRD', timestamp: until });
  if (textOf(watermark) !== undefined)
    received.receipts.push({ upTo: csid, status: 'DLVRD', timestamp: until });
}

/** Messenger tells up to when a person has read, Instagram which message. */
function takeRead(received: Received, event: Raw, { csid, timestamp }: About): void {
  const { mid, watermark } = objectOf(event.read);
  const providerId = textOf(mid);
  if (providerId !== undefined) received.receipts.push({ providerId, status: 'READ', timestamp });
  else if (textOf(watermark) !== undefined)
    received.receipts.push({ upTo: csid, status: 'READ', timestamp: timeOf(watermark, timestamp) });
  else received.ignored.push({ kind: 'read', reason: 'it does not say what was read' });
}
