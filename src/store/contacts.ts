import type { Contact, ContactType, Label, Profile } from '../model/contact.ts';
import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

const columns = `id, no, type, lane, csid, channel_id as "channelId", profile, business_profile as "businessProfile",
  labels, tags, owner_code as owner, lang, opted_out as "optedOut", last_inbound_at as "lastInboundAt"`;

interface Row extends Omit<Contact, 'lang' | 'lastInboundAt' | 'owner'> {
  owner: string | null;
  lang: string | null;
  lastInboundAt: number | null;
}

function contactOf(row: Row): Contact {
  return withoutNulls<Contact>(row);
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

const byNumberStatement = statement(
  'contacts.byNumber',
  `select ${columns} from contact where business_id = $1 and no = $2`,
);

/** The contact of a business that has this number. */
export async function byNumber(db: Queryable, businessId: number, no: number): Promise<Contact | undefined> {
  const [row] = await db.run<Row>(byNumberStatement, [businessId, no]);
  return row && contactOf(row);
}

const byAddressStatement = statement(
  'contacts.byAddress',
  `select ${columns} from contact where business_id = $1 and csid = $3 and type = $2
   order by last_inbound_at desc nulls last, no desc`,
);

/** The contacts with this address, on whatever lane; whoever wrote last stands first. */
export async function byAddress(
  db: Queryable,
  businessId: number,
  type: ContactType,
  csid: string,
): Promise<Contact[]> {
  return (await db.run<Row>(byAddressStatement, [businessId, type, csid])).map(contactOf);
}

const byAddressesStatement = statement(
  'contacts.byAddresses',
  `select ${columns} from contact where business_id = $1 and csid = any($3::text[]) and type = $2
   order by last_inbound_at desc nulls last, no desc`,
);

/** The contacts of many addresses, by address; whoever wrote last stands first. */
export async function byAddresses(
  db: Queryable,
  businessId: number,
  type: ContactType,
  csids: readonly string[],
): Promise<Map<string, Contact[]>> {
  const rows = await db.run<Row>(byAddressesStatement, [businessId, type, csids]);
  const found = new Map<string, Contact[]>();
  for (const contact of rows.map(contactOf)) {
    found.set(contact.csid, [...(found.get(contact.csid) ?? []), contact]);
  }
  return found;
}

const beginningStatement = statement(
  'contacts.byBeginning',
  `select ${columns} from contact where business_id = $1 and id >= $2 and id < $2 || U&'\\+10FFFF'
     and id = $2 || replace(replace(lane, '=', '=3d.'), '_', '=5f.') limit 2`,
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

const taggedStatement = statement(
  'contacts.listTagged',
  `select ${columns} from contact where business_id = $1 and id > $2 and tags <> '{}' and $4 = any(tags)
     and ($5::text is null or owner_code = $5)
   order by id limit $3`,
);

const ownedStatement = statement(
  'contacts.listOwned',
  `select ${columns} from contact where business_id = $1 and id > $2 and owner_code = $4 order by id limit $3`,
);

/** Contacts in the order of their ids, after `after`; those with a tag, those of an agent. */
export async function list(
  db: Queryable,
  businessId: number,
  page: {
    after?: string | undefined;
    limit: number;
    tag?: number | undefined;
    owner?: string | undefined;
  },
): Promise<Contact[]> {
  const { after = '', limit, tag, owner } = page;
  const read = () => {
    if (tag !== undefined)
      return db.run<Row>(taggedStatement, [businessId, after, limit, tag, owner ?? null]);
    if (owner !== undefined) return db.run<Row>(ownedStatement, [businessId, after, limit, owner]);
    return db.run<Row>(listStatement, [businessId, after, limit]);
  };
  return (await read()).map(contactOf);
}

const ofPersonStatement = statement(
  'contacts.ofPerson',
  `select ${columns} from contact where business_id = $1 and type = 'WEBSITE' and csid = $2
   union
   select ${columns} from contact where business_id = $1 and business_profile->>'profileId' = $3
     and left(business_profile->>'profileId', 200) = left($3, 200)
   order by id limit 1000`,
);

/**
 * The contacts that a person of a web site is: on lanes of web sites by this id, and, when `profileId` is
 * given, everywhere by the id in the business's own system.
 */
export async function ofPerson(
  db: Queryable,
  businessId: number,
  csid: string,
  profileId?: string,
): Promise<Contact[]> {
  return (await db.run<Row>(ofPersonStatement, [businessId, csid, profileId ?? null])).map(contactOf);
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
  /** In growing order, each once. */
  tags?: number[];
  /** When the person wrote who is not known yet, epoch ms. */
  heardAt?: number;
}

const ensureStatement = statement(
  'contacts.ensure',
  `insert into contact (business_id, id, type, lane, csid, channel_id, profile, business_profile, tags, last_inbound_at)
   select business_id, id, type, lane, csid, channel_id, profile, business_profile, tags::int[], heard_at
   from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::jsonb[], $9::text[],
     $10::timestamptz[]) v (business_id, id, type, lane, csid, channel_id, profile, business_profile, tags, heard_at)
   on conflict do nothing returning business_id as "businessId", id`,
);

/**
 * Makes the contacts that do not exist yet, and answers which these were: whoever else makes one of them at
 * this moment is waited for, so each contact is made by one transaction alone. The keys must be distinct; they
 * are written in one order.
 */
export async function ensure(
  tx: Queryable,
  keys: ContactKey[],
): Promise<{ businessId: number; id: string }[]> {
  const rows = [...keys].sort(byBusinessAndId);
  return tx.run(ensureStatement, [
    rows.map((r) => r.businessId),
    rows.map((r) => r.id),
    rows.map((r) => r.type),
    rows.map((r) => r.lane),
    rows.map((r) => r.csid),
    rows.map((r) => r.channelId),
    rows.map((r) => JSON.stringify(r.profile ?? {})),
    rows.map((r) => JSON.stringify(r.businessProfile ?? {})),
    rows.map((r) => `{${(r.tags ?? []).join()}}`),
    rows.map((r) => r.heardAt ?? null),
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
    rows.map((r) => r.at),
    rows.map((r) => r.channelId),
    rows.map((r) => JSON.stringify(r.profile)),
  ]);
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

const lockManyStatement = statement(
  'contacts.lockMany',
  `select ${columns} from contact where business_id = $1 and id = any($2::text[]) order by id for update`,
);

/** These contacts by their ids, held until the transaction ends. */
export async function lockMany(
  tx: Queryable,
  businessId: number,
  ids: string[],
): Promise<Map<string, Contact>> {
  const rows = await tx.run<Row>(lockManyStatement, [businessId, ids]);
  return new Map(rows.map((row) => [row.id, contactOf(row)]));
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
