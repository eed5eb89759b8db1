import { type Contact, phoneDigits } from '../model/contact.ts';
import { newId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import { invalid, missing } from '../model/problem.ts';
import * as store from '../store/customers.ts';
import type { Database } from '../store/database.ts';
import * as events from '../store/events.ts';
import { useWords } from '../store/search.ts';
import type { Context } from './context.ts';
import type { Caller, Core, CustomerEvent, CustomerLink } from './core.ts';
import { changeOnce } from './idempotency.ts';
import { checkStorable } from './setup-check.ts';

/** What the business pushes of its customers: who they are, and what they do. */
export function makeCustomers(
  ctx: Pick<Context, 'db' | 'wake' | 'tells'>,
): Pick<Core, 'pushData' | 'pushEvent'> {
  return {
    /** Upserts by type and id; without an id the object is found by its links (decision D67). */
    async pushData(caller, object) {
      const type = checkKey(object.type || 'CUSTOMER', 'type');
      const data = checkStorable(object.data, 'data');
      const links = checkLinks(object.links);
      if (object.id === undefined && !links.some((link) => link.linkValue))
        throw missing('id', 'id or links are required');
      return changeOnce(ctx, async (tx) => {
        await store.lock(tx, caller.businessId, type);
        const id = object.id === undefined ? undefined : checkKey(object.id, 'id');
        const before =
          id === undefined
            ? oneOf(await store.byLink(tx, caller.businessId, type, identifying(links)))
            : await store.find(tx, caller.businessId, type, id);
        const value = {
          type,
          id: before?.id ?? id ?? newId(),
          data: merged(before?.data ?? {}, data),
          links: union((before?.links ?? []) as CustomerLink[], links),
        };
        await store.put(tx, caller.businessId, value);
        return value;
      });
    },
    /** The same app, name and id twice is one event (decision D68). */
    async pushEvent(caller, event) {
      const { kept, queued } = await changeOnce(ctx, async (tx) => {
        const { event: kept, isNew } = await store.keepEvent(tx, caller.businessId, stored(caller, event));
        const { queued } = await events.append(tx, isNew ? [told(caller, kept)] : [], ctx.tells);
        return { kept, queued };
      });
      if (queued > 0) ctx.wake.call('deliveries');
      const { name, id, data, links } = kept;
      return present({ eventName: name, id, data, links: links as CustomerLink[] }) as CustomerEvent;
    },
  };
}

function stored({ appId }: Caller, { eventName, id, data, links }: CustomerEvent): store.StoredCustomerEvent {
  if (!eventName) throw missing('eventName');
  return {
    appId,
    name: checkKey(eventName, 'eventName'),
    id: id === undefined ? newId() : checkKey(id, 'id'),
    ...(data !== undefined && data !== null && { data: checkStorable(data, 'data') }),
    links: checkLinks(links),
  };
}

function told({ businessId, appId }: Caller, event: store.StoredCustomerEvent) {
  const { name, id, data, links } = event;
  return {
    businessId,
    id: newId(),
    type: 'customer.event' as const,
    at: Date.now(),
    appId,
    data: { appId, name, id, links, ...(data !== undefined && { data }) },
  };
}

/** Names and ids are keys of the store: short, and without what it cannot keep. */
function checkKey(value: string, field: string): string {
  if (!value) throw missing(field);
  if (value.length > 255) throw invalid(field, `${field} must not be longer than 255 characters`);
  return checkStorable(value, field);
}

function checkLinks(links: CustomerLink[]): CustomerLink[] {
  checkStorable(links, 'links');
  return links.map(normalLink);
}

/** The same person by any spelling: numbers as digits, mail addresses in lower case. */
function normalLink(link: CustomerLink): CustomerLink {
  const { linkValue } = link;
  if (linkValue === undefined) return link;
  if (link.linkType === 'PHONE') return { ...link, linkValue: phoneDigits(linkValue) };
  if (link.linkType === 'EMAIL') return { ...link, linkValue: linkValue.trim().toLowerCase() };
  return link;
}

/** What of the links says who it is: kind and value; the name of a link does not. */
function identifying(links: CustomerLink[]): { linkType?: string; linkValue: string }[] {
  return links.flatMap(({ linkType, linkValue }) =>
    linkValue ? [{ linkValue, ...(linkType !== undefined && { linkType }) }] : [],
  );
}

function oneOf(found: store.StoredObject[]): store.StoredObject | undefined {
  if (found.length > 1)
    throw invalid('links', 'The links belong to more than one object: name its id.', { code: 'AMBIGUOUS' });
  return found[0];
}

/** The new data over the old, at the top level; null takes a key away. */
function merged(before: Record<string, unknown>, data: Record<string, unknown>): Record<string, unknown> {
  const after = new Map([...Object.entries(before), ...Object.entries(data)]);
  return Object.fromEntries([...after].filter(([, value]) => value !== null));
}

function union(before: CustomerLink[], links: CustomerLink[]): CustomerLink[] {
  const byKey = new Map(
    [...before, ...links].map((link) => [
      JSON.stringify([link.linkType, link.linkValue, link.linkName]),
      link,
    ]),
  );
  return [...byKey.values()];
}

/** What a customer did, newest first: by the id of the contact, its addresses, and its id in the business's own system. */
export function customerEvents(
  db: Database,
  businessId: number,
  { id, csid, profile, businessProfile }: Contact,
  limit: number,
): ReturnType<typeof store.eventsOf> {
  const { phone, email, profileId } = { ...profile, ...businessProfile };
  const values = [id, csid, phone, email, profileId].filter((one) => one !== undefined && one !== '');
  return db.transaction(async (tx) => {
    await useWords(tx);
    return store.eventsOf(tx, businessId, [...new Set(values)] as string[], limit);
  });
}
