import { type Contact, contactIdOf, type Label, normalLang } from '../model/contact.ts';
import type { NewEvent, StoredEvent } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import { invalid, missing, notFound } from '../model/problem.ts';
import type { Setup } from '../model/setup.ts';
import * as contacts from '../store/contacts.ts';
import * as conversations from '../store/conversations.ts';
import type { Queryable } from '../store/database.ts';
import * as events from '../store/events.ts';
import type { Context } from './context.ts';
import { createdEvent } from './conversations.ts';
import type { ContactChange, ContactRef, Core } from './core.ts';
import { changeOnce } from './idempotency.ts';
import { assertMayWrite } from './send.ts';
import { appOfQueue, contactSnapshot, sessionSnapshot } from './snapshots.ts';
import { channelNamed, contactNamed, findContact } from './target.ts';

/** What may be changed of a person: language, profile, labels. */
export function makeContacts(
  ctx: Context,
): Pick<Core, 'findContact' | 'setLanguage' | 'updateContact' | 'updateContacts'> {
  return {
    findContact: (businessId, contactId, field) => findContact(ctx.db, businessId, contactId, field),
    async setLanguage(caller, contactId, lang) {
      assertMayWrite(caller);
      const normal = normalLang(lang);
      if (!normal)
        throw invalid('lang', 'This is no language: give one like en or en_US', {
          code: 'BAD_LANGUAGE',
          value: lang,
        });
      const { id } = await findContact(ctx.db, caller.businessId, contactId, 'contactId');
      const { event } = await change(ctx, caller.businessId, { id }, ['lang'], (contact) => ({
        ...contact,
        lang: normal,
      }));
      return event!;
    },
    async updateContact(businessId, who, given) {
      const which = await contactFor(ctx, businessId, who);
      const parts = changedParts(given);
      return (await change(ctx, businessId, which, parts, (contact) => merged(contact, given))).contact;
    },
    updateContacts: (businessId, told) => changeMany(ctx, businessId, told),
  };
}

function merged(contact: Contact, given: ContactChange): Contact {
  return {
    ...contact,
    profile: { ...contact.profile, ...given.profile },
    businessProfile: { ...contact.businessProfile, ...given.businessProfile },
    labels: mergeLabels(contact.labels, given.labels ?? []),
  };
}

function changedParts(given: ContactChange): string[] {
  return (['profile', 'businessProfile', 'labels'] as const).filter((part) => given[part] !== undefined);
}

/** A contact by its id, and how it is made where there is none. */
type Which = { id: string; make?: contacts.ContactKey };

/** The contact meant; an address on a channel makes one when there is none. */
async function contactFor(ctx: Context, businessId: number, who: ContactRef): Promise<Which> {
  if (who.contactId !== undefined) {
    const contact = await contactNamed(ctx.db, businessId, who.contactId);
    if (contact) return { id: contact.id };
    if (who.csid === undefined) throw notFound('contactId', 'CONTACT_NOT_FOUND', 'There is no such contact');
  }
  if (who.csid === undefined) throw missing('contactId');
  if (who.channelId === undefined) throw missing('channelId');
  const channel = channelNamed(await ctx.setup(businessId), who.channelId);
  const id = contactIdOf(channel.contactType, who.csid, channel.lane);
  const { contactType: type, lane, id: channelId } = channel;
  return { id, make: { businessId, id, type, lane, csid: who.csid, channelId } };
}

/** Labels by key: a null value removes; a date that is none is kept as text (decision D64). */
function mergeLabels(before: Label[], given: Label[]): Label[] {
  const labels = new Map(before.map((label) => [label.key, label]));
  for (const label of given) {
    if (label.value === null) labels.delete(label.key);
    else labels.set(label.key, { ...labels.get(label.key), ...datedOrText(label) });
  }
  return [...labels.values()];
}

function datedOrText(label: Label): Label {
  if (label.type !== 'DATE' || isDate(String(label.value))) return label;
  const { format: _, ...rest } = label;
  return { ...rest, type: 'TEXT' };
}

/** `MM/DD/YY` (the documented format), or an ISO date. */
function isDate(text: string): boolean {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/.exec(text);
  const [year, month, day] = match
    ? [Number(match[3]), Number(match[1]), Number(match[2])]
    : (/^(\d{4})-(\d{2})-(\d{2})/.exec(text)?.slice(1).map(Number) ?? []);
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(year < 100 ? 2000 + year : year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

async function change(
  ctx: Context,
  businessId: number,
  { id, make }: Which,
  changed: string[],
  changeOf: (contact: Contact) => Contact,
): Promise<{ contact: Contact; event?: StoredEvent }> {
  const setup = await ctx.setup(businessId);
  const result = await changeOnce(ctx, async (tx) => {
    const made = make ? await contacts.ensure(tx, [make]) : [];
    const before = await contacts.lock(tx, businessId, id);
    if (!before) throw notFound('contactId', 'CONTACT_NOT_FOUND', 'There is no such contact');
    const contact = changeOf(before);
    const news = made.length > 0 ? [createdEvent(setup, before, Date.now())] : [];
    if (changed.length > 0) {
      await contacts.update(tx, businessId, contact);
      news.push(...(await updatedEvents(tx, setup, [contact], () => changed)));
    }
    const { seqs } = await events.append(tx, news, ctx.tells);
    const last = news.at(-1);
    return { contact, ...(last && { event: { ...last, seq: seqs.at(-1)! } }) };
  });
  ctx.wake.call('deliveries');
  return result;
}

/** One change, whatever is told: a keyed request keeps with each of its changes what all of them came to. */
async function changeMany(
  ctx: Context,
  businessId: number,
  told: { who: ContactRef; change: ContactChange }[],
): Promise<Contact[]> {
  if (told.length === 0) return [];
  const setup = await ctx.setup(businessId);
  const people = await Promise.all(told.map(({ who }) => contactFor(ctx, businessId, who)));
  const ids = people.map(({ id }) => id);
  const result = await changeOnce(ctx, async (tx) => {
    const makes = new Map(people.flatMap(({ id, make }) => (make ? [[id, make] as const] : [])));
    const made = await contacts.ensure(tx, [...makes.values()]);
    const held = await contacts.lockMany(tx, businessId, ids);
    const news = made.map(({ id }) => createdEvent(setup, held.get(id)!, Date.now()));
    const changed = new Map<string, Set<string>>();
    for (const [i, { change: given }] of told.entries()) {
      const before = held.get(ids[i]!);
      if (!before) throw notFound('contactId', 'CONTACT_NOT_FOUND', 'There is no such contact');
      held.set(before.id, merged(before, given));
      const parts = changedParts(given);
      if (parts.length > 0) changed.set(before.id, new Set([...(changed.get(before.id) ?? []), ...parts]));
    }
    const changes = [...changed.keys()].map((id) => held.get(id)!);
    for (const contact of changes) await contacts.update(tx, businessId, contact);
    news.push(...(await updatedEvents(tx, setup, changes, ({ id }) => [...changed.get(id)!])));
    await events.append(tx, news, ctx.tells);
    return [...held.values()];
  });
  ctx.wake.call('deliveries');
  return result;
}

/** Each is told to the app that holds the person's open session. */
export async function updatedEvents(
  tx: Queryable,
  setup: Setup,
  people: Contact[],
  changedOf: (contact: Contact) => string[],
): Promise<(NewEvent & { businessId: number })[]> {
  if (people.length === 0) return [];
  const businessId = setup.business.id;
  const talks = await conversations.find(
    tx,
    people.map(({ id }) => ({ businessId, id })),
  );
  const open = new Map(talks.map(({ contactId, session }) => [contactId, session]));
  return people.map((contact) => {
    const session = open.get(contact.id);
    const appId = session && appOfQueue(setup, session.queue);
    return {
      businessId,
      id: newId(),
      type: 'contact.updated',
      at: Date.now(),
      lane: contact.id,
      ...(appId !== undefined && { appId }),
      data: {
        contact: contactSnapshot(contact),
        ...(session && { session: sessionSnapshot(session, setup) }),
        changed: changedOf(contact),
      },
    };
  });
}
