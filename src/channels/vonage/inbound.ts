import type { Content, MediaType } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { ReceiptStatus } from '../../model/status.ts';
import { failedReceipt } from '../answer.ts';
import type { Received } from '../channel.ts';
import { objectOf, parseObject, type Raw, textOf } from '../json.ts';
import { consentOf, phoneOf } from '../sms.ts';
import type { Account } from './account.ts';
import { failureOf } from './errors.ts';

/** What one webhook of Vonage's holds: a status of ours, or a message of a person (channels.md 3.3). */
export function receivedOf(body: Buffer, account: Account, now: number): Received {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const told = parseObject(body) ?? {};
  const providerId = textOf(told.message_uuid);
  if (providerId === undefined) {
    received.ignored.push({ kind: 'request', reason: 'it names no message' });
    return received;
  }
  const at = Date.parse(textOf(told.timestamp) ?? '');
  const timestamp = Number.isFinite(at) && at > 0 ? at : now;
  const status = textOf(told.status);
  if (status !== undefined) takeStatus(received, providerId, status, told, timestamp);
  else takeMessage(received, providerId, told, account, timestamp);
  return received;
}

const statuses: Readonly<Record<string, ReceiptStatus>> = {
  submitted: 'SENTX',
  delivered: 'DLVRD',
  read: 'READ',
};
const failed = new Set(['rejected', 'undeliverable']);

function takeStatus(
  received: Received,
  providerId: string,
  status: string,
  told: Raw,
  timestamp: number,
): void {
  const known = Object.hasOwn(statuses, status) ? statuses[status] : undefined;
  if (known) received.receipts.push({ providerId, status: known, timestamp });
  else if (failed.has(status)) {
    const unlisted = status === 'rejected' ? 'CONTENT_REJECTED' : 'UNREACHABLE';
    const failure = failureOf(objectOf(told.error), unlisted);
    received.receipts.push({ providerId, status: failedReceipt(failure.class), timestamp, failure });
  } else received.ignored.push({ kind: 'status', reason: `${status} is no step of ours` });
}

function takeMessage(
  received: Received,
  providerId: string,
  told: Raw,
  account: Account,
  timestamp: number,
): void {
  const csid = phoneOf(textOf(told.from));
  if (csid === undefined) {
    received.ignored.push({ kind: 'message', reason: 'it comes from no number' });
    return;
  }
  const message = { providerId, csid, timestamp, content: contentOf(told) };
  received.messages.push(message);
  received.events.push(...consentOf(message, account));
}

const files: Readonly<Record<string, MediaType>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  file: 'document',
  vcard: 'document',
};

function contentOf(told: Raw): Content {
  const kind = textOf(told.message_type) ?? 'text';
  const text = textOf(told.text);
  if (kind === 'text' && text !== undefined) return { type: 'text', text };
  const type = Object.hasOwn(files, kind) ? files[kind] : undefined;
  const { url, caption, name } = objectOf(told[kind]);
  const link = textOf(url);
  if (type && link !== undefined)
    return { type, media: present({ providerId: link, caption: textOf(caption), filename: textOf(name) }) };
  return { type: 'unsupported', unsupported: { kind } };
}
