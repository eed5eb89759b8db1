import { present } from '../../model/present.ts';
import type { ReceiptStatus } from '../../model/status.ts';
import { failedReceipt } from '../answer.ts';
import type { Receipt, Received, ReceivedMessage } from '../channel.ts';
import { isObject, listOf, objectOf, parseObject, type Raw, textOf } from '../json.ts';
import { failureOf } from './errors.ts';
import { contentOf, eventsOf } from './inbound-content.ts';
import { isAboutTemplates, takeTemplate } from './inbound-templates.ts';

/** Whose webhook it is, and when it came (epoch ms). */
interface Arrival {
  now: number;
  /** Meta sends one webhook for all numbers of an app; absent where the address is the number's own. */
  phoneNumberId?: string;
  /** Whose templates are meant; absent where the operator did not say. */
  wabaId?: string;
}

/**
 * What one webhook of Meta's holds (channels.md 4.1): `entry[]`, `changes[]` in each, and in each of these
 * messages, statuses or something else. Bad items are left aside, never the ones beside them.
 */
export function receivedOf(body: Buffer, arrival: Arrival): Received {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const root = parseObject(body);
  if (root?.object === 'page' || root?.object === 'instagram') {
    received.ignored.push({ kind: root.object, reason: 'it is about another channel of the app' });
    return received;
  }
  const entries = listOf(root?.entry).filter(isObject);
  if (entries.length === 0) received.ignored.push({ kind: 'body', reason: 'it holds no entry' });
  for (const entry of entries) {
    for (const change of listOf(entry.changes).filter(isObject)) {
      takeChange(received, change, {
        at: timeOf(entry.time, arrival.now),
        account: textOf(entry.id),
        ...arrival,
      });
    }
  }
  return received;
}

function takeChange(
  received: Received,
  change: Raw,
  { now, phoneNumberId, wabaId, at, account }: Arrival & { at: number; account: string | undefined },
): void {
  const field = textOf(change.field) ?? '';
  const { value } = change;
  if (field === '' || !isObject(value)) {
    received.ignored.push({ kind: field || 'change', reason: 'it has no field or no value' });
    return;
  }
  const about = textOf(objectOf(value.metadata).phone_number_id);
  if (phoneNumberId !== undefined && about !== undefined && about !== phoneNumberId) {
    received.ignored.push({ kind: field, reason: `it is about another number: ${about}` });
  } else if (field === 'messages') {
    takeMessages(received, value, now);
  } else if (isAboutTemplates(field)) {
    takeTemplate(received, field, value, { at, account, ...(wabaId !== undefined && { wabaId }) });
  } else {
    received.events.push({ kind: 'other', code: field.toUpperCase(), data: value, timestamp: at });
  }
}

function takeMessages(received: Received, value: Raw, now: number): void {
  const contacts = listOf(value.contacts).filter(isObject);
  for (const message of listOf(value.messages)) takeMessage(received, objectOf(message), contacts, now);
  for (const status of listOf(value.statuses)) {
    const receipt = receiptOf(objectOf(status), now);
    if (receipt) received.receipts.push(receipt);
    else
      received.ignored.push({
        kind: 'status',
        reason: `no receipt in it: ${textOf(objectOf(status).status)}`,
      });
  }
  for (const error of listOf(value.errors)) {
    const { code, text } = failureOf(objectOf(error), { unlisted: 'INTERNAL' });
    received.ignored.push({
      kind: 'errors',
      reason: [code, text].filter((part) => part).join(' ') || 'an error',
    });
  }
}

function takeMessage(received: Received, message: Raw, contacts: Raw[], now: number): void {
  const [providerId, csid] = [textOf(message.id), textOf(message.from)];
  const type = textOf(message.type) ?? 'message';
  if (providerId === undefined || csid === undefined) {
    received.ignored.push({ kind: type, reason: 'it has no id or no sender' });
    return;
  }
  if (textOf(message.group_id) !== undefined) {
    // An answer would go to the writer alone, not to the group.
    received.ignored.push({ kind: type, reason: 'it was written in a group' });
    return;
  }
  const timestamp = timeOf(message.timestamp, now);
  const events = eventsOf(message, csid, timestamp);
  received.events.push(...events);
  const content = contentOf(message);
  if (content) {
    const replyIdExt = textOf(objectOf(message.context).id);
    const profile = profileOf(csid, contacts);
    received.messages.push(present({ providerId, csid, timestamp, content, profile, replyIdExt }));
  } else if (events.length === 0) {
    received.ignored.push({ kind: type, reason: 'what its type needs is not there' });
  }
}

/** The name that the writer goes by. Some countries' numbers differ between the two places. */
function profileOf(csid: string, contacts: Raw[]): ReceivedMessage['profile'] | undefined {
  const own =
    contacts.find(({ wa_id }) => textOf(wa_id) === csid) ?? (contacts.length === 1 ? contacts[0] : undefined);
  const name = textOf(objectOf(own?.profile).name);
  return name === undefined ? undefined : { name };
}

/** Epoch seconds, as text or number; `now` when there is nothing that makes sense. */
function timeOf(value: unknown, now: number): number {
  const seconds = Number(textOf(value));
  return Number.isFinite(seconds) && seconds > 0 && seconds < 1e11 ? Math.round(seconds * 1000) : now;
}

const receiptStatuses: Readonly<Record<string, ReceiptStatus>> = {
  sent: 'SENTX',
  delivered: 'DLVRD',
  read: 'READ',
  // Of voice messages.
  played: 'READ',
};

function receiptOf(status: Raw, now: number): Receipt | undefined {
  const [providerId, word] = [textOf(status.id), textOf(status.status) ?? ''];
  if (providerId === undefined) return undefined;
  const timestamp = timeOf(status.timestamp, now);
  if (word === 'failed') {
    const failure = failureOf(objectOf(listOf(status.errors)[0]), { unlisted: 'INTERNAL' });
    return { providerId, status: failedReceipt(failure.class), timestamp, failure };
  }
  return Object.hasOwn(receiptStatuses, word)
    ? { providerId, status: receiptStatuses[word]!, timestamp }
    : undefined;
}
