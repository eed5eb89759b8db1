import type { Contact, ContactType, Label, Profile } from '../model/contact.ts';
import { type Queryable, statement } from './database.ts';

const columns = `id, type, lane, csid, channel_id as "channelId", profile, business_profile as "businessProfile",
  labels, lang, opted_out as "optedOut", last_inbound_at as "lastInboundAt"`;

interface Row extends Omit<Contact, 'lang' | 'lastInboundAt'> {
  lang: string | null;
  lastInboundAt: number | null;
}

function contactOf({ lang, lastInboundAt, ...row }: Row): Contact {
  return { ...row, ...(lang !== null && { lang }), ...(lastInboundAt !== null && { lastInboundAt }) };
}

const byIdsStatement = statement(
  'contacts.byIds',
  `select ${columns} from contact where business_id = $1 and id = any($2::text[])`,
);

/** The contacts of a business that have these ids. */
export async function byIds(db: Queryable, businessId: number, ids: string[]): Promise<Map<string, Contact>> {
  const rows = await db.run<Row>(byIdsStatement, [businessId, ids]);
  return new Map(rows.map((row) => [row.id, contactOf(row)]));
}

const beginningStatement = statement(
  'contacts.byBeginning',
  `select ${columns} from contact where business_id = $1 and id >= $2 and id < $2 || U&'\\+10FFFF'
     and id = $2 || replace(lane, '=', '=3d.') limit 2`,
);

/**
 * Up to two contacts whose id is this beginning and their lane: enough to tell whether exactly one is.
 * An address may hold what stands before the lane, so a beginning alone does not do.
 */
export async function byBeginning(db: Queryable, businessId: number, beginning: string): Promise<Contact[]> {
  return (await db.run<Row>(beginningStatement, [businessId, beginning])).map(contactOf);
}

const listStatement = statement(
  'contacts.list',
  `select ${columns} from contact where business_id = $1 and id > $2 order by id limit $3`,
);

/** Contacts in the order of their ids, after `after`. */
export async function list(
  db: Queryable,
  businessId: number,
  page: { after?: string | undefined; limit: number },
): Promise<Contact[]> {
  return (await db.run<Row>(listStatement, [businessId, page.after ?? '', page.limit])).map(contactOf);
}

/** A contact to be made sure of. */
export interface ContactKey {
  businessId: number;
  id: string;
  type: ContactType;
  lane: string;
  csid: string;
  channelId: string;
  profile?: Profile;
  businessProfile?: Profile;
}

const ensureStatement = statement(
  'contacts.ensure',
  `insert into contact (business_id, id, type, lane, csid, channel_id, profile, business_profile)
   select * from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[])
   on conflict do nothing`,
);

/** Makes the contacts that do not exist yet. The keys must be distinct; they are written in one order. */
export async function ensure(tx: Queryable, keys: ContactKey[]): Promise<void> {
  const rows = [...keys].sort(byBusinessAndId);
  await tx.run(ensureStatement, [
    rows.map((r) => r.businessId),
    rows.map((r) => r.id),
    rows.map((r) => r.type),
    rows.map((r) => r.lane),
    rows.map((r) => r.csid),
    rows.map((r) => r.channelId),
    rows.map((r) => JSON.stringify(r.profile ?? {})),
    rows.map((r) => JSON.stringify(r.businessProfile ?? {})),
  ]);
}

/** The order in which rows of several businesses are locked, so that two batches never wait in a ring. */
export function byBusinessAndId(
  a: { businessId: number; id: string },
  b: { businessId: number; id: string },
): number {
  return a.businessId - b.businessId || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

const heardStatement = statement(
  'contacts.heardFrom',
  `update contact c set
     last_inbound_at = greatest(c.last_inbound_at, v.at),
     channel_id = v.channel_id,
     profile = c.profile || v.profile,
     opted_out = false
   from (
     select c.business_id, c.id, v.at, v.channel_id, v.profile
     from unnest($1::int[], $2::text[], $3::timestamptz[], $4::text[], $5::jsonb[]) v (business_id, id, at, channel_id, profile)
     join contact c on c.business_id = v.business_id and c.id = v.id
     order by c.business_id, c.id for update of c
   ) v
   where c.business_id = v.business_id and c.id = v.id
   returning c.business_id as "businessId", c.id`,
);

/**
 * Notes that these people wrote: opens the care window, ends an opt-out, takes over their profile. Answers
 * whom of them we know; their contacts are held until the transaction ends.
 */
export async function heardFrom(
  tx: Queryable,
  rows: { businessId: number; id: string; at: number; channelId: string; profile: Profile }[],
): Promise<{ businessId: number; id: string }[]> {
  return tx.run(heardStatement, [
    rows.map((r) => r.businessId),
    rows.map((r) => r.id),
    rows.map((r) => new Date(r.at).toISOString()),
    rows.map((r) => r.channelId),
    rows.map((r) => JSON.stringify(r.profile)),
  ]);
}

const consentStatement = statement(
  'contacts.setConsent',
  'update contact set opted_out = $3 where business_id = $1 and id = $2 and opted_out <> $3 returning id',
);

/** Sets or ends an opt-out. Answers whether that changed anything. */
export async function setConsent(
  tx: Queryable,
  businessId: number,
  id: string,
  optedOut: boolean,
): Promise<boolean> {
  return (await tx.run(consentStatement, [businessId, id, optedOut])).length > 0;
}

const lockStatement = statement(
  'contacts.lock',
  `select ${columns} from contact where business_id = $1 and id = $2 for update`,
);

/** The contact, held until the transaction ends. */
export async function lock(tx: Queryable, businessId: number, id: string): Promise<Contact | undefined> {
  const [row] = await tx.run<Row>(lockStatement, [businessId, id]);
  return row && contactOf(row);
}

const updateStatement = statement(
  'contacts.update',
  `update contact set profile = $3, business_profile = $4, labels = $5, lang = $6
   where business_id = $1 and id = $2`,
);

/** Writes what may be changed of a contact. */
export async function update(
  tx: Queryable,
  businessId: number,
  contact: { id: string; profile: Profile; businessProfile: Profile; labels: Label[]; lang?: string },
): Promise<void> {
  await tx.run(updateStatement, [
    businessId,
    contact.id,
    JSON.stringify(contact.profile),
    JSON.stringify(contact.businessProfile),
    JSON.stringify(contact.labels),
    contact.lang ?? null,
  ]);
}
