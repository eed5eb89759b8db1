import {
  type Contact,
  type ContactType,
  contactIdOf,
  contactTypes,
  phoneDigits,
} from '../../model/contact.ts';
import { isId, newId } from '../../model/ids.ts';
import { present } from '../../model/present.ts';
import { invalid, missing, Problem } from '../../model/problem.ts';
import type { ReceiptStatus } from '../../model/status.ts';
import { outsideWindowCode } from '../../model/window.ts';
import type { Receipt, Received, ReceivedEvent, ReceivedMessage } from '../../pipeline/core.ts';
import type {
  ContactInfo,
  Wrapper,
  WrapperContact,
  WrapperMessage,
  WrapperStatus,
} from './schemas/inbound.ts';
import { inboundContentOf } from './words-inbound-content.ts';

/** The channel that a connector speaks for. */
export interface Door {
  channelId: string;
  lane: string;
  contactType: ContactType;
}

/** Someone whom a connector told about: the address, and what is known of the person. */
export interface Person {
  csid: string;
  profile: Contact['profile'];
  businessProfile: Contact['businessProfile'];
}

/** What a connector posted, in our words (decision D66). Throws `Problem` naming the place at fault. */
export function receivedOf(wrapper: Wrapper, door: Door, now: number): Received & { people: Person[] } {
  const { contacts = [], messages = [], statuses = [], events = [], actions = [] } = wrapper;
  contacts.forEach((contact, i) => {
    assertOwnChannel(contact, door, `contacts[${i}].`);
  });
  const people = contacts.flatMap((contact, i) =>
    isNamed(contact) ? [personOf(contact, door, `contacts[${i}]`)] : [],
  );
  const first = people[0]?.csid;
  const told = events.map((event, i): ReceivedEvent => {
    const at = `events[${i}]`;
    if (!event.eventCode) throw missing(`${at}.eventCode`);
    const csid = event.contactId === undefined ? first : csidOf(event, door, at);
    return { kind: 'other', code: event.eventCode, data: event, timestamp: now, ...(csid && { csid }) };
  });
  const pressed = actions.map(({ actionCode }, i): ReceivedEvent => {
    if (!actionCode) throw missing(`actions[${i}].actionCode`);
    if (first === undefined) throw missing('contacts', 'An action needs the contact whom it is about');
    return { kind: 'action', csid: first, code: actionCode, timestamp: now };
  });
  return {
    people,
    messages: messages.map((message, i) => messageOf(message, contacts, door, `messages[${i}]`, now)),
    receipts: statuses.map((status, i) => receiptOf(status, `statuses[${i}]`, now)),
    events: [...told, ...pressed],
    ignored: [],
  };
}

/** A token speaks for one channel: naming another is refused (decision D66). */
export function assertOwnChannel({ channelId, lane }: WrapperContact, door: Door, at = ''): void {
  const isOwn = channelId === undefined || channelId === door.channelId || channelId === door.lane;
  if (isOwn && (lane === undefined || lane === door.lane)) return;
  throw new Problem('forbidden', 'The token is of another channel', {
    field: `${at}${isOwn ? 'lane' : 'channelId'}`,
    code: 'OTHER_CHANNEL',
  });
}

/** Someone as told by a connector: older forms of number and profile id are read, too (decision D58). */
export function personOf(contact: WrapperContact, door: Door, at = ''): Person {
  const { businessProfile = {}, profileId } = contact;
  return {
    csid: csidOf(contact, door, at),
    profile: profileOf(contact),
    businessProfile: { ...(profileId !== undefined && { profileId }), ...businessProfile },
  };
}

function profileOf({ profile = {} }: WrapperContact): Person['profile'] {
  const { mobile, phone = mobile, name, email } = profile;
  return present({ name, email, phone });
}

function isNamed({ csid, contactId }: WrapperContact): boolean {
  return Boolean(csid || contactId);
}

function messageOf(
  message: WrapperMessage,
  contacts: WrapperContact[],
  door: Door,
  at: string,
  now: number,
): ReceivedMessage {
  const contact = writerOf(message, contacts);
  const profile = contact && profileOf(contact);
  const replyIdExt = message.replyTo?.messageIdExt || message.replyIdExt;
  return {
    // Without any id it cannot be told from a second one that says the same.
    providerId: keyOf(
      message.messageIdExt || message.id || newId(),
      `${at}.${message.messageIdExt ? 'messageIdExt' : 'id'}`,
    ),
    csid: csidOf({ ...contact, ...present({ from: message.from, contactId: message.contactId }) }, door, at),
    timestamp: timeOf(message.timestamp, now),
    content: inboundContentOf(message, at),
    ...(profile && Object.keys(profile).length > 0 && { profile }),
    ...(replyIdExt && { replyIdExt }),
  };
}

/** Which of the contacts wrote: by id, by address, or the only one there is when nothing says otherwise. */
function writerOf(
  { contactId, from }: WrapperMessage,
  contacts: WrapperContact[],
): WrapperContact | undefined {
  if (contactId !== undefined) return contacts.find((contact) => contact.contactId === contactId);
  const [only] = contacts.length === 1 ? contacts : [];
  if (from === undefined) return only;
  return contacts.find(({ csid }) => csid === from) ?? (only && !isNamed(only) ? only : undefined);
}

/** A person's address on the channel, out of whatever names the person. */
function csidOf(who: { csid?: string; from?: string; contactId?: string }, door: Door, at: string): string {
  const { csid, from, contactId } = who;
  const given = csid || from;
  const prefix = at && `${at}.`;
  if (given) return keyOf(normalCsid(given.trim(), door), `${prefix}${csid ? 'csid' : 'from'}`);
  if (!contactId)
    throw missing(`${prefix}contactId`, `${prefix}contactId is required, or the address itself`);
  const known = csidIn(contactId, door);
  if (known === undefined) {
    throw invalid(`${prefix}contactId`, 'This is no contact of the channel', {
      code: 'UNKNOWN_CONTACT',
      value: contactId,
    });
  }
  return keyOf(known, `${prefix}contactId`);
}

/** An address or an id of the channel: the store finds things by it, so it is short and not empty. */
function keyOf(key: string, field: string): string {
  if (key === '') throw missing(field);
  if (key.length > 255)
    throw invalid(field, `${field} must not be longer than 255 characters`, { code: 'TOO_LONG' });
  return key;
}

/** The address inside a contact id of this channel (section 3). */
function csidIn(contactId: string, { contactType, lane }: Door): string | undefined {
  const prefix = contactTypes[contactType];
  const suffix = contactIdOf(contactType, '', lane).slice(prefix.length);
  const isOfIt = contactId.startsWith(prefix) && contactId.endsWith(suffix);
  const csid = isOfIt ? contactId.slice(prefix.length, -suffix.length) : '';
  return (
    csid.replace(/=([0-9a-f]{2,4})\./g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16))) ||
    undefined
  );
}

function normalCsid(csid: string, { contactType }: Door): string {
  if (contactType === 'EMAIL') return csid.toLowerCase();
  return contactType === 'SMS' || contactType === 'WHATSAPP' ? phoneDigits(csid) || csid : csid;
}

/** Epoch ms; some clients tell seconds, and a clock may be wrong. */
function timeOf(given: number | undefined, now: number): number {
  if (given === undefined || given <= 0) return now;
  const ms = given < 100_000_000_000 ? given * 1000 : given;
  return ms > now + 24 * 3_600_000 ? now : ms;
}

const receiptStatuses: Record<NonNullable<WrapperStatus['status']>, ReceiptStatus> = {
  SENT: 'SENTX',
  DLVRD: 'DLVRD',
  READ: 'READ',
  FAILD: 'SENTX_ERR',
  DELTD: 'DELTD',
};

function receiptOf(given: WrapperStatus, at: string, now: number): Receipt {
  const { id, messageIdExt, status, errors = [] } = given;
  if (status === undefined) throw missing(`${at}.status`);
  if (!id && !messageIdExt) throw missing(`${at}.id`);
  const timestamp = timeOf(given.timestamp, now);
  if (messageIdExt) keyOf(messageIdExt, `${at}.messageIdExt`);
  const ids = present({ messageId: id && isId(id) ? id : undefined, providerId: messageIdExt || undefined });
  if (status !== 'FAILD') return { ...ids, status: receiptStatuses[status], timestamp };
  const { code, title, details } = errors[0] ?? {};
  const isOutside = code === outsideWindowCode;
  const text = [title, details].filter((part) => part).join(': ');
  return {
    ...ids,
    status: isOutside ? 'CCWIN' : 'SENTX_ERR',
    timestamp,
    failure: {
      class: isOutside ? 'OUTSIDE_WINDOW' : 'UNREACHABLE',
      ...(code && { code }),
      ...(text && { text }),
    },
  };
}

/** What we know of a person, as an answer to `contact/info`: the business's word goes first. */
export function contactInfoOf({ profile, businessProfile, labels }: Contact): ContactInfo {
  return present({
    name: businessProfile.name ?? profile.name,
    email: businessProfile.email ?? profile.email,
    mobile: businessProfile.phone ?? profile.phone,
    profileId: businessProfile.profileId,
    labels: labels.length > 0 ? (labels as ContactInfo['labels']) : undefined,
  });
}
