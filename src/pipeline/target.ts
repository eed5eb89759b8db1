import { contactTypeOf } from '../channels/index.ts';
import {
  type Contact,
  contactIdBeginning,
  contactIdOf,
  contactIdReadings,
  phoneDigits,
} from '../model/contact.ts';
import { invalid, missing, notFound } from '../model/problem.ts';
import type { ChannelSetup, Setup } from '../model/setup.ts';
import * as contacts from '../store/contacts.ts';
import type { Queryable } from '../store/database.ts';
import { meantBy } from './aliases.ts';
import type { SendRequest } from './core.ts';

/** Where a message goes: a channel, and an address on it. `contact` where it was looked at, and is known. */
export interface Target {
  channel: ChannelSetup;
  contact?: Contact;
  contactId: string;
  csid: string;
}

/** The channel that a caller named: by id, or by a bare lane that one channel alone has (decision D20). */
export function channelNamed(setup: Setup, channelId: string): ChannelSetup {
  const exact = setup.channels.get(channelId);
  if (exact) return exact;
  const onLane = [...setup.channels.values()].filter((channel) => channel.lane === channelId);
  if (onLane.length === 1) return onLane[0]!;
  throw invalid(
    'channelId',
    onLane.length > 1 ? `Several channels have the lane ${channelId}` : `Unknown channel ${channelId}`,
    {
      code: onLane.length > 1 ? 'AMBIGUOUS_CHANNEL' : 'UNKNOWN_CHANNEL',
      value: channelId,
    },
  );
}

/**
 * The one contact that a caller meant (decision D19): exactly, or with underscores that were not escaped, or by
 * the beginning of its id, each when that hits one contact alone. Undefined when there is none such.
 */
export async function contactNamed(
  db: Queryable,
  businessId: number,
  contactId: string,
): Promise<Contact | undefined> {
  const read = await contacts.byIds(db, businessId, contactIdReadings(contactId));
  const exact = read.get(contactId);
  if (exact) return exact;
  if (read.size > 0) return read.size === 1 ? [...read.values()][0] : undefined;
  const like = await contacts.byBeginning(
    db,
    businessId,
    contactIdBeginning(contactId, (type) => contactTypeOf(type)),
  );
  return like.length === 1 ? like[0] : undefined;
}

/** Same, or `notFound` on `field`. */
export async function findContact(
  db: Queryable,
  businessId: number,
  contactId: string,
  field: string,
): Promise<Contact> {
  const contact = await contactNamed(db, businessId, contactId);
  if (!contact) throw notFound(field, 'CONTACT_NOT_FOUND', 'There is no such contact');
  return contact;
}

/** Resolves the recipient and the channel of a send (decisions D20, D33, D34). */
export async function resolveTarget(db: Queryable, setup: Setup, request: SendRequest): Promise<Target> {
  const { to } = request;
  const given = request.channelId === undefined ? undefined : channelNamed(setup, request.channelId);
  if (to.contactId !== undefined) {
    const contact = await contactNamed(db, setup.business.id, to.contactId);
    if (!contact) {
      throw invalid('to.contactId', 'There is no such contact', {
        code: 'UNKNOWN_CONTACT',
        value: to.contactId,
      });
    }
    const channel = given ?? channelOf(setup, contact);
    if (channel.contactType !== contact.type || channel.lane !== contact.lane) {
      throw invalid('to.contactId', `The contact is not on the channel ${channel.id}`, {
        code: 'CONTACT_OF_OTHER_LANE',
        value: to.contactId,
      });
    }
    return { channel, contact, contactId: contact.id, csid: contact.csid };
  }
  if (!given) throw missing('channelId');
  const csid = addressOn(given, to);
  const contactId = contactIdOf(given.contactType, csid, given.lane);
  // Mostly nobody asks who it is: a template for its language and its values, others for the window.
  if (!request.template && !request.onlyKnown && !request.onlyInWindow)
    return { channel: given, contactId, csid };
  const contact = await contactAt(db, setup, given, contactId);
  if (contact) return { channel: given, contact, contactId: contact.id, csid: contact.csid };
  if (request.onlyKnown)
    throw invalid('to', 'There is no contact with this address', { code: 'UNKNOWN_CONTACT', value: csid });
  return { channel: given, contactId, csid };
}

/** The contact with this address on a channel, under whatever address the provider knows it. */
async function contactAt(
  db: Queryable,
  setup: Setup,
  channel: ChannelSetup,
  id: string,
): Promise<Contact | undefined> {
  const businessId = setup.business.id;
  const exact = (await contacts.byIds(db, businessId, [id])).get(id);
  if (exact) return exact;
  const meant = (await meantBy(db, [{ channel, contact: { businessId, id } }])).get(`${businessId} ${id}`);
  return meant && (await contacts.byIds(db, businessId, [meant.id])).get(meant.id);
}

function channelOf(setup: Setup, contact: Contact): ChannelSetup {
  const last = setup.channels.get(contact.channelId);
  if (last) return last;
  const same = [...setup.channels.values()].find(
    (c) => c.contactType === contact.type && c.lane === contact.lane,
  );
  if (!same)
    throw invalid('channelId', 'The channel of this contact no longer exists', { code: 'UNKNOWN_CHANNEL' });
  return same;
}

/** RFC 3696, erratum 1690: what a mail address may have at most, in characters; the store keeps keys short. */
const longestEmail = 254;

/** The address that a channel of this type can carry, out of what the caller gave (decision D33). */
function addressOn(channel: ChannelSetup, to: SendRequest['to']): string {
  const { contactType } = channel;
  if (to.csid !== undefined && to.csid !== '') return to.csid;
  if (contactType === 'EMAIL') {
    if (to.email === undefined) throw noAddress(channel, to, 'to.email');
    const email = to.email.trim().toLowerCase();
    if (email.length > longestEmail || !/^[^\s@]+@[^\s@]+$/.test(email))
      throw invalid('to.email', 'This is no e-mail address', { code: 'BAD_EMAIL', value: to.email });
    return email;
  }
  if (contactType === 'SMS' || contactType === 'WHATSAPP' || contactType === 'DUMMY') {
    if (to.phone === undefined) throw noAddress(channel, to, 'to.phone');
    const digits = phoneDigits(to.phone);
    const fits = digits.length <= 15 && digits.length >= (contactType === 'DUMMY' ? 1 : 5);
    if (!fits || /[\p{L}]/u.test(to.phone))
      throw invalid('to.phone', 'This is no phone number', { code: 'BAD_PHONE', value: to.phone });
    return digits;
  }
  throw noAddress(channel, to, 'to.contactId');
}

function noAddress(channel: ChannelSetup, to: SendRequest['to'], field: string) {
  const nothing = to.phone === undefined && to.email === undefined;
  if (nothing) return missing('to', `to needs ${field.slice(3)} for a message over ${channel.contactType}`);
  return invalid(field, `A channel of type ${channel.contactType} cannot carry this address`, {
    code: 'WRONG_ADDRESS',
  });
}
