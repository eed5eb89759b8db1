import type { Profile } from '../model/contact.ts';
import { type Queryable, statement } from './database.ts';

/** Names a visitor: the contact that he is, or will be once he writes. */
export interface VisitorKey {
  businessId: number;
  contactId: string;
}

/** Where on the web site a visitor is. */
export interface Page {
  url: string;
  title?: string;
  referrer?: string;
}

/** What we know of a visitor beside the contact. */
export interface VisitorRow {
  /** The id in the business's own system, where the business vouched for who this is. */
  person: string | null;
  /** What the visitor says of himself. */
  profile: Profile;
  page: Page | null;
  /** Number of the last event that concerns the visitor, and up to where they were stored and read there. */
  told: number;
  acked: number;
  read: number;
}

const columns = 'person, profile, page, told, acked, read';
type Row = VisitorRow & Record<string, unknown>;

const findStatement = statement(
  'visitors.find',
  `select ${columns} from visitor where business_id = $1 and contact_id = $2`,
);

/** A visitor; undefined: none of ours, or forgotten. */
export async function find(db: Queryable, key: VisitorKey): Promise<VisitorRow | undefined> {
  return (await db.run<Row>(findStatement, [key.businessId, key.contactId]))[0];
}

const ensureStatement = statement(
  'visitors.ensure',
  `insert into visitor as v (business_id, contact_id, channel_id, person, page) values ($1, $2, $3, $4, $5)
   on conflict (business_id, contact_id) do update set
     seen_at = now(), person = coalesce(v.person, excluded.person), page = coalesce(excluded.page, v.page)
   returning ${columns}`,
);

/** Notes that a visitor came; makes the row of one who is new. `person` is kept once it is known. */
export async function ensure(
  db: Queryable,
  key: VisitorKey,
  more: { channelId: string; person?: string | undefined; page?: Page | undefined },
): Promise<VisitorRow> {
  const page = more.page === undefined ? null : JSON.stringify(more.page);
  const values = [key.businessId, key.contactId, more.channelId, more.person ?? null, page];
  return (await db.run<Row>(ensureStatement, values))[0]!;
}

const seenStatement = statement(
  'visitors.seen',
  `update visitor set seen_at = now(), page = coalesce($3, page) where business_id = $1 and contact_id = $2`,
);

/** Notes that a visitor is there, and on which page. */
export async function seen(db: Queryable, key: VisitorKey, page?: Page): Promise<void> {
  await db.run(seenStatement, [key.businessId, key.contactId, page ? JSON.stringify(page) : null]);
}

const profileStatement = statement(
  'visitors.describe',
  `update visitor set profile = profile || $3::jsonb where business_id = $1 and contact_id = $2 returning profile`,
);

/** Adds to what a visitor says of himself; answers all of it. */
export async function describe(db: Queryable, key: VisitorKey, profile: Profile): Promise<Profile> {
  const values = [key.businessId, key.contactId, JSON.stringify(profile)];
  return (await db.run<{ profile: Profile }>(profileStatement, values))[0]?.profile ?? profile;
}

const advanceStatement = statement(
  'visitors.advance',
  `update visitor set acked = least(told, greatest(acked, $3)), read = least(told, greatest(read, $4))
   where business_id = $1 and contact_id = $2`,
);

/** Notes up to where a visitor has stored and read what he was told. Neither goes back. */
export async function advance(
  db: Queryable,
  key: VisitorKey,
  to: { acked: number; read: number },
): Promise<void> {
  await db.run(advanceStatement, [key.businessId, key.contactId, to.acked, to.read]);
}

const claimStatement = statement(
  'visitors.claim',
  `with free as (
     select v.business_id, v.contact_id from visitor v
     join contact c on c.business_id = v.business_id and c.id = v.contact_id
     where v.business_id = $1 and v.contact_id = $2 and v.person is null
       and not exists (select 1 from contact o where o.business_id = $1 and o.id = $3)
     for update of v
   ), noted as (
     insert into contact_alias (business_id, id, contact_id) select f.business_id, $3, f.contact_id from free f
     on conflict do nothing returning business_id, contact_id
   )
   update visitor v set person = $4 from noted n
   where v.business_id = n.business_id and v.contact_id = n.contact_id returning v.contact_id as "contactId"`,
);

/**
 * Makes what a visitor wrote without a name the conversation of a person whom the business vouches for, and who has
 * none yet: from now on `personContactId` means this contact. False: there was nothing, or somebody else has it.
 */
export async function claim(
  tx: Queryable,
  key: VisitorKey,
  personContactId: string,
  person: string,
): Promise<boolean> {
  const values = [key.businessId, key.contactId, personContactId, person];
  return (await tx.run(claimStatement, values)).length > 0;
}

const unreadStatement = statement(
  'visitors.unread',
  `select count(*)::int as n from (
     select 1 from visitor v
     join event e on e.business_id = v.business_id and e.lane = v.contact_id and e.visitor_no > v.read
     where v.business_id = $1 and v.contact_id = $2 and e.type = 'message.status' and e.data->>'short' = 'SENT' limit 99) u`,
);

/** How many messages a visitor has not read; 99 stands for that many and more. */
export async function unread(db: Queryable, key: VisitorKey): Promise<number> {
  return (await db.run<{ n: number }>(unreadStatement, [key.businessId, key.contactId]))[0]?.n ?? 0;
}

const historyStatement = statement(
  'visitors.history',
  `select m.id from session s
   join message m on m.business_id = s.business_id and m.session_id = s.id and ($3::text is null or m.id < $3)
     and (m.direction = 'I' or (m.direction = 'O' and m.stamps ? 'SENTX'))
   where s.business_id = $1 and s.contact_id = $2 and ($3::text is null or s.id <= $3)
   order by m.id desc limit $4`,
);

/**
 * Ids of the messages that a visitor wrote, and of those that were sent to him, newest first; `before` one of them.
 */
export async function history(
  db: Queryable,
  key: VisitorKey,
  before: string | undefined,
  limit: number,
): Promise<string[]> {
  const values = [key.businessId, key.contactId, before ?? null, limit];
  return (await db.run<{ id: string }>(historyStatement, values)).map(({ id }) => id);
}

const forgetStatement = statement(
  'visitors.forgetIdle',
  `delete from visitor v using (
     select i.business_id, i.contact_id from visitor i where i.seen_at < now() - $1::float * interval '1 day'
       and not exists (select 1 from contact c where c.business_id = i.business_id and c.id = i.contact_id)
     limit 1000) o
   where v.business_id = o.business_id and v.contact_id = o.contact_id returning 1`,
);

/** Forgets visitors who never wrote and did not come back for `days`. Answers how many. */
export async function forgetIdle(db: Queryable, days: number): Promise<number> {
  return (await db.run(forgetStatement, [days])).length;
}
