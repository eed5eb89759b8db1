import { type Queryable, statement } from './database.ts';

/** An object of the business's own system, for example a customer, as it was pushed. */
export interface StoredObject {
  type: string;
  id: string;
  data: Record<string, unknown>;
  links: unknown[];
}

const lockStatement = statement('customers.lock', 'select pg_advisory_xact_lock($1, hashtext($2))');

/** Two pushes about objects of one type come one after the other, so that links never make two of them. */
export async function lock(tx: Queryable, businessId: number, type: string): Promise<void> {
  await tx.run(lockStatement, [businessId, `customer ${type}`]);
}

const findStatement = statement(
  'customers.find',
  'select type, id, data, links from customer_object where business_id = $1 and type = $2 and id = $3',
);

/** One object by its id. */
export async function find(
  tx: Queryable,
  businessId: number,
  type: string,
  id: string,
): Promise<StoredObject | undefined> {
  const [row] = await tx.run<StoredObject & Record<string, unknown>>(findStatement, [businessId, type, id]);
  return row;
}

const byLinkStatement = statement(
  'customers.byLink',
  `select distinct type, id, data, links from customer_object, unnest($3::jsonb[]) wanted
   where business_id = $1 and type = $2 and links @> wanted limit 2`,
);

/** Up to two objects that carry one of these links: enough to tell whether exactly one does. */
export async function byLink(
  tx: Queryable,
  businessId: number,
  type: string,
  links: { linkType?: string; linkValue: string }[],
): Promise<StoredObject[]> {
  return tx.run<StoredObject & Record<string, unknown>>(byLinkStatement, [
    businessId,
    type,
    links.map((link) => JSON.stringify([link])),
  ]);
}

const putStatement = statement(
  'customers.put',
  `insert into customer_object (business_id, type, id, data, links) values ($1, $2, $3, $4, $5)
   on conflict (business_id, type, id) do update set data = excluded.data, links = excluded.links, updated_at = now()`,
);

/** Writes an object, new or changed. */
export async function put(tx: Queryable, businessId: number, object: StoredObject): Promise<void> {
  const { type, id, data, links } = object;
  await tx.run(putStatement, [businessId, type, id, JSON.stringify(data), JSON.stringify(links)]);
}

const eventsStatement = statement(
  'customers.events',
  `select name, id, at, data from customer_event
   where business_id + 0 = $1 and exists (
     select 1 from jsonb_array_elements(links) l where l->>'linkValue' = any($2::text[])) and links @? $3::jsonpath
   order by at desc limit $4`,
);

/** What a customer did, newest first, by the values of its links. Reads the index of links: see `useWords`. */
export async function eventsOf(
  tx: Queryable,
  businessId: number,
  values: string[],
  limit: number,
): Promise<{ name: string; id: string; at: number; data: unknown }[]> {
  const path = `$[*] ? (${values.map((value) => `@.linkValue == ${JSON.stringify(value)}`).join(' || ')})`;
  return tx.run(eventsStatement, [businessId, values, path, limit]);
}

/** Something that a customer did, as it was pushed. */
export interface StoredCustomerEvent {
  appId: string;
  name: string;
  id: string;
  data?: unknown;
  links: unknown[];
}

const insertEventStatement = statement(
  'customers.insertEvent',
  `insert into customer_event (business_id, app_id, name, id, data, links) values ($1, $2, $3, $4, $5, $6)
   on conflict do nothing returning id`,
);
const findEventStatement = statement(
  'customers.findEvent',
  `select data, links from customer_event where business_id = $1 and app_id = $2 and name = $3 and id = $4`,
);

/** Keeps an event once; answers the stored one, and whether it is new. */
export async function keepEvent(
  tx: Queryable,
  businessId: number,
  event: StoredCustomerEvent,
): Promise<{ event: StoredCustomerEvent; isNew: boolean }> {
  const { appId, name, id, data, links } = event;
  const json = data === undefined ? null : JSON.stringify(data);
  const made = await tx.run(insertEventStatement, [businessId, appId, name, id, json, JSON.stringify(links)]);
  if (made.length > 0) return { event, isNew: true };
  const [row] = await tx.run<{ data: unknown; links: unknown[] }>(findEventStatement, [
    businessId,
    appId,
    name,
    id,
  ]);
  const stored = { appId, name, id, links: row?.links ?? [], ...(row?.data != null && { data: row.data }) };
  return { event: stored, isNew: false };
}
