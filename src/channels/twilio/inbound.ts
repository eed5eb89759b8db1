import type { Content, Media, MediaType } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { ReceiptStatus } from '../../model/status.ts';
import { failedReceipt } from '../answer.ts';
import type { Received } from '../channel.ts';
import { isObject, parseObject } from '../json.ts';
import { consentOf, phoneOf } from '../sms.ts';
import type { Account } from './account.ts';
import { failureOf } from './errors.ts';

type Form = (name: string) => string | undefined;

/** What one request of Twilio's holds: a status of ours, or a message of a person (channels.md 3.2). */
export function receivedOf(
  body: Buffer,
  contentType: string | undefined,
  account: Account,
  now: number,
): Received {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const form = formOf(body, contentType);
  const sid = form('MessageSid') ?? form('SmsSid') ?? form('SmsMessageSid');
  if (sid === undefined) {
    received.ignored.push({ kind: 'request', reason: 'it names no message' });
    return received;
  }
  // An inbound message has a status, too, but no `MessageStatus`.
  const status = form('MessageStatus');
  if (status !== undefined) takeStatus(received, sid, status, form, now);
  else takeMessage(received, sid, form, account, now);
  return received;
}

function formOf(body: Buffer, contentType = ''): Form {
  const text = body.toString('utf8');
  if (/json/i.test(contentType)) {
    const object = parseObject(body) ?? {};
    return (name) => {
      const value = isObject(object) ? object[name] : undefined;
      return typeof value === 'string' && value !== '' ? value : undefined;
    };
  }
  const form = new URLSearchParams(text);
  return (name) => form.get(name) || undefined;
}

/** `sent` is the network's word; `queued`, `sending` and `accepted` say no more than the answer to the send did. */
const statuses: Readonly<Record<string, ReceiptStatus>> = { sent: 'SENTX', delivered: 'DLVRD', read: 'READ' };

function takeStatus(received: Received, providerId: string, status: string, form: Form, now: number): void {
  if (status === 'failed' || status === 'undelivered' || status === 'canceled') {
    const failure = failureOf(form('ErrorCode'), form('ErrorMessage'));
    received.receipts.push({ providerId, status: failedReceipt(failure.class), timestamp: now, failure });
    return;
  }
  const known = Object.hasOwn(statuses, status) ? statuses[status] : undefined;
  if (known) received.receipts.push({ providerId, status: known, timestamp: now });
  else received.ignored.push({ kind: 'status', reason: `${status} is no step of ours` });
}

function takeMessage(received: Received, sid: string, form: Form, account: Account, now: number): void {
  const csid = phoneOf(form('From'));
  if (csid === undefined) {
    received.ignored.push({ kind: 'message', reason: 'it comes from no number' });
    return;
  }
  const contents = contentsOf(form);
  if (contents.length === 0) received.ignored.push({ kind: 'message', reason: 'it says nothing' });
  for (const [i, content] of contents.entries()) {
    const message = { providerId: i === 0 ? sid : `${sid}/${i}`, csid, timestamp: now, content };
    received.messages.push(message);
    received.events.push(...consentOf(message, account));
  }
}

/** Each file is a message of its own; the text goes with the first, where that can have one. */
function contentsOf(form: Form): Content[] {
  const text = form('Body');
  const count = Math.min(10, Number(form('NumMedia') ?? 0) || 0);
  const files: Content[] = [];
  for (let i = 0; i < count; i += 1) {
    const file = fileOf(form(`MediaUrl${i}`), form(`MediaContentType${i}`));
    if (file) files.push(file);
  }
  const [first, ...rest] = files;
  if (!first) return text === undefined ? [] : [{ type: 'text', text }];
  if (text === undefined) return files;
  if (first.type === 'audio') return [{ type: 'text', text }, ...files];
  return [{ ...first, media: { ...first.media, caption: text } }, ...rest];
}

const kinds: readonly [RegExp, MediaType][] = [
  [/^image\//, 'image'],
  [/^video\//, 'video'],
  [/^audio\//, 'audio'],
];

function fileOf(url: string | undefined, mime: string | undefined): Content | undefined {
  if (url === undefined) return undefined;
  const type = kinds.find(([pattern]) => pattern.test(mime ?? ''))?.[1] ?? 'document';
  const media: Media = present({ providerId: url, mime });
  return { type, media };
}
