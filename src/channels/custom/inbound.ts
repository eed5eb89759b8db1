import { type ContactType, contactIdOf, contactTypes, phoneDigits } from '../../model/contact.ts';
import type { FailureClass } from '../../model/failure.ts';
import { isId, newId } from '../../model/ids.ts';
import { present } from '../../model/present.ts';
import type { ReceiptStatus } from '../../model/status.ts';
import { failedReceipt } from '../answer.ts';
import {
  type Lane,
  type Receipt,
  type Received,
  type ReceivedEvent,
  type ReceivedMessage,
  WebhookRefused,
} from '../channel.ts';
import { isObject, listOf, objectOf, type Raw, textOf } from '../json.ts';
import { contentOf } from './inbound-content.ts';

/** The channel that a connector speaks for. */
export interface Door extends Lane {
  contactType: ContactType;
}

/**
 * What a connector posted (`InBoundWrapper`, xms.md section 10) in our words. Which lists are there
 * decides, `type` may say what it likes (decision D23). A connector is the business's own program and
 * reads the answer, so a message that makes no sense refuses the whole request instead of being left
 * aside: `WebhookRefused` 400, or 403 when it speaks of another channel.
 */
export function receivedOf(wrapper: Raw, door: Door): Received {
  const [contacts, messages, statuses, events, actions] = (
    ['contacts', 'messages', 'statuses', 'events', 'actions'] as const
  ).map((name) => rowsOf(wrapper[name], name)) as [Raw[], Raw[], Raw[], Raw[], Raw[]];
  if (messages.length + statuses.length + events.length + actions.length === 0) {
    throw invalid('it holds no messages, statuses, events or actions');
  }
  for (const contact of contacts) assertOwn(contact, door);
  const first = contacts.map((contact) => csidOf(contact, door)).find((csid) => csid !== undefined);
  return {
    messages: messages.map((message) => messageOf(message, contacts, door)),
    receipts: statuses.map((status) => receiptOf(status, door)),
    events: [
      ...events.map((event) => eventOf(event, first, door)),
      ...actions.map((action) => actionOf(action, first, door)),
    ],
    ignored: [],
  };
}

function invalid(reason: string): WebhookRefused {
  return new WebhookRefused(reason, 400);
}

function rowsOf(value: unknown, name: string): Raw[] {
  if (value === undefined || value === null) return [];
  const rows = listOf(value);
  if (!Array.isArray(value) || !rows.every(isObject)) throw invalid(`${name} is no list of objects`);
  return rows;
}

/** A token speaks for one channel (decision D66). */
function assertOwn({ channelId, lane }: Raw, door: Door): void {
  const [id, own] = [textOf(channelId), textOf(lane)];
  const isOwn = id === undefined || id === door.channelId || id === door.lane;
  if (!isOwn || (own !== undefined && own !== door.lane)) {
    throw new WebhookRefused('a contact is of another channel', 403);
  }
}

function messageOf(message: Raw, contacts: Raw[], door: Door): ReceivedMessage {
  const contact = writerOf(message, contacts);
  const csid = csidOf({ csid: message.from, contactId: message.contactId }, door) ?? csidOf(contact, door);
  if (csid === undefined) throw invalid('a message says neither contactId nor from');
  const content = contentOf(message);
  if (!content) throw invalid('a message lacks what its type needs');
  return present({
    // Without any id it cannot be told from a second one that says the same.
    providerId: keyOf(textOf(message.messageIdExt) ?? textOf(message.id)) ?? newId(),
    csid,
    timestamp: timeOf(message.timestamp, door.now),
    content,
    profile: profileOf(contact),
    replyIdExt: textOf(objectOf(message.replyTo).messageIdExt) ?? textOf(message.replyIdExt),
  });
}

/** The longest id or address that the store can find something by, in characters. */
export const longestKey = 255;

/** An id or an address that something is found by. */
function keyOf<T extends string | undefined>(key: T): T {
  if (key !== undefined && key.length > longestKey)
    throw invalid(`an id or address has more than ${longestKey} characters`);
  return key;
}

/** Who of the contacts wrote it: the one it names, or the only one there is. */
function writerOf(message: Raw, contacts: Raw[]): Raw {
  const [contactId, from] = [textOf(message.contactId), textOf(message.from)];
  const named = contacts.find(
    (contact) =>
      (contactId !== undefined && textOf(contact.contactId) === contactId) ||
      (from !== undefined && textOf(contact.csid) === from),
  );
  if (named) return named;
  const [only = {}] = contacts;
  const isNameless = textOf(only.contactId) === undefined && textOf(only.csid) === undefined;
  return contacts.length === 1 && (isNameless || (contactId ?? from) === undefined) ? only : {};
}

/** A person's address, out of whatever names the person. */
function csidOf({ csid, contactId }: Raw, door: Door): string | undefined {
  const given = textOf(csid)?.trim();
  if (given) return keyOf(normalCsid(given, door.contactType));
  const id = textOf(contactId);
  if (id === undefined) return undefined;
  const known = csidIn(id, door);
  if (known === undefined) throw invalid('a contactId is of another channel');
  return keyOf(known);
}

/** The address inside a contact id of this channel (xms.md section 3). */
function csidIn(contactId: string, { contactType, lane }: Door): string | undefined {
  const prefix = contactTypes[contactType];
  const suffix = contactIdOf(contactType, '', lane).slice(prefix.length);
  if (!contactId.startsWith(prefix) || !contactId.endsWith(suffix)) return undefined;
  const escaped = contactId.slice(prefix.length, -suffix.length);
  const csid = escaped.replace(/=([0-9a-f]{2,5})\./g, (_, hex: string) =>
    String.fromCodePoint(parseInt(hex, 16)),
  );
  return csid === '' ? undefined : csid;
}

function normalCsid(csid: string, contactType: ContactType): string {
  if (contactType === 'EMAIL') return csid.toLowerCase();
  return contactType === 'SMS' || contactType === 'WHATSAPP' ? phoneDigits(csid) || csid : csid;
}

/** The profile as the channel tells it; older forms call the number `mobile` (decision D58). */
function profileOf(contact: Raw): ReceivedMessage['profile'] | undefined {
  const profile = objectOf(contact.profile);
  const told = present({
    name: textOf(profile.name),
    email: textOf(profile.email),
    phone: textOf(profile.phone) ?? textOf(profile.mobile),
  });
  return Object.keys(told).length > 0 ? told : undefined;
}

/** Epoch ms; some clients tell seconds, and a clock may be wrong by more than a day. */
function timeOf(value: unknown, now: number): number {
  const given = Number(textOf(value));
  if (!Number.isFinite(given) || given <= 0) return now;
  const ms = Math.round(given < 100_000_000_000 ? given * 1000 : given);
  return ms > now + 24 * 3_600_000 ? now : ms;
}

const receiptStatuses: Readonly<Record<string, ReceiptStatus>> = {
  SENT: 'SENTX',
  DLVRD: 'DLVRD',
  READ: 'READ',
  FAILD: 'SENTX_ERR',
  DELTD: 'DELTD',
};

/** The code that stands for a message outside the care window, whatever the channel (decision D25). */
const outsideWindow = '470';

function receiptOf(given: Raw, door: Door): Receipt {
  const code = textOf(given.status)?.toUpperCase() ?? '';
  if (!Object.hasOwn(receiptStatuses, code)) throw invalid(`the status ${code.slice(0, 20)} is not known`);
  const id = textOf(given.id);
  // Our own id first; an id that cannot be ours is the channel's (decision D66).
  const messageId = id !== undefined && isId(id) ? id : undefined;
  const providerId = keyOf(textOf(given.messageIdExt) ?? (messageId === undefined ? id : undefined));
  if (messageId === undefined && providerId === undefined)
    throw invalid('a status says neither id nor messageIdExt');
  const receipt = present({ messageId, providerId, timestamp: timeOf(given.timestamp, door.now) });
  if (code !== 'FAILD') return { ...receipt, status: receiptStatuses[code]! };
  const error = objectOf(listOf(given.errors)[0]);
  const errorCode = textOf(error.code);
  const kind: FailureClass = errorCode === outsideWindow ? 'OUTSIDE_WINDOW' : 'UNREACHABLE';
  const text = [textOf(error.title), textOf(error.details)].filter((part) => part !== undefined).join(': ');
  return {
    ...receipt,
    status: failedReceipt(kind),
    failure: present({ class: kind, code: errorCode, text: text.slice(0, 300) || undefined }),
  };
}

function eventOf(event: Raw, first: string | undefined, door: Door): ReceivedEvent {
  const code = textOf(event.eventCode);
  if (code === undefined) throw invalid('an event says no eventCode');
  const csid = csidOf({ contactId: event.contactId }, door) ?? first;
  return {
    kind: 'other',
    code,
    data: event,
    timestamp: timeOf(event.timestamp, door.now),
    ...(csid && { csid }),
  };
}

function actionOf(action: Raw, csid: string | undefined, door: Door): ReceivedEvent {
  const code = textOf(action.actionCode);
  if (code === undefined) throw invalid('an action says no actionCode');
  if (csid === undefined) throw invalid('an action needs the contact whom it is about');
  return { kind: 'action', csid, code, timestamp: timeOf(action.timestamp, door.now) };
}
