import type { ContactType, Profile } from '../model/contact.ts';
import type { View } from '../model/policy.ts';
import { type Queryable, type Statement, statement } from './database.ts';
import type { InboxState } from './inbox.ts';

/** A row of a list of contacts, with everything that is shown in it. */
export interface ContactRow {
  id: string;
  no: number;
  type: ContactType;
  lane: string;
  csid: string;
  channelId: string;
  profile: Profile;
  businessProfile: Profile;
  tags: number[];
  owner: string | null;
  optedOut: boolean;
  lastInboundAt: number | null;
  /** The newest session of theirs that whoever asks sees. */
  sessionId: string | null;
  state: InboxState | null;
  activeAt: number | null;
}

/** Which contacts a list shows. */
export interface ContactFilter {
  /** Code of the agent whose customers they are; null: nobody's. */
  owner?: string | null | undefined;
  tag?: number | undefined;
  channel?: string | undefined;
  /** A tsquery of what is searched in them. */
  words?: string | undefined;
  /** Many have these words (`isCommon`): the contacts are gone through, and each is asked for them. */
  common?: boolean | undefined;
  /** This one alone. */
  id?: string | undefined;
}

/** Which part of a list: after this number, so many at most. */
export interface ContactPage {
  after?: number | undefined;
  limit: number;
}

/**
 * So many contacts are looked through for one page at most: where few of many are wanted, a page is short before it is
 * slow, and the next one goes on.
 */
const mostLookedThrough = 10_000;
/** So many are looked at for a count at most. */
const mostCounted = 100_000;

const seen = (s: string, i: string) =>
  `(${s}.agent_code = $2 or ${i}.resolved_by = $2 or ${s}.team_code = any($4::text[])
   or ${s}.queue_code = any($5::text[])
   or (${s}.agent_code is null and ${s}.team_code is null and ${s}.queue_code = any($6::text[])))`;

// As one value it is asked for each contact, and never of all sessions at once.
const filters = `
  ($7::text is null or c.owner_code = $7) and (not $8::boolean or c.owner_code is null)
  and ($9::int is null or $9 = any(c.tags)) and ($10::text is null or c.channel_id = $10)
  and ($3::boolean or c.owner_code = $2 or (
    select true from session s left join inbox_session i on i.business_id = s.business_id and i.session_id = s.id
    where s.business_id = $1 and s.contact_id = c.id and ${seen('s', 'i')} limit 1))
  and ($11::tsquery is null or (
    select f.words @@ $11 from contact_search f where f.business_id = $1 and f.contact_id = c.id))`;

/** Where the contacts of a list come from, `by` what their index knows: an agent, a channel, a search, an id; or nothing. */
const sources = {
  all: (by: string) => `from contact c where c.business_id = $1 and ${by}::text is null`,
  owned: (by: string) => `from contact c where c.business_id = $1 and c.owner_code = ${by}`,
  tagged: (by: string) =>
    `from contact c where c.business_id = $1 and c.tags <> '{}' and ${by}::text is null`,
  ofChannel: (by: string) => `from contact c where c.business_id = $1 and c.channel_id = ${by}`,
  one: (by: string) => `from contact c where c.business_id = $1 and c.id = ${by}`,
  // The business stands among the words as well: by its column the key would be read from its end on, word for word. And
  // the words come first: by the order all contacts would be gone through, and looked for among what was found.
  found: (by: string) => `from (
      select f.contact_id from contact_search f where f.words @@ ${by}::tsquery and f.business_id + 0 = $1 offset 0) f
    cross join lateral (select * from contact p where p.business_id = $1 and p.id = f.contact_id offset 0) c where true`,
};
type Source = keyof typeof sources;
type Of = (by: string) => string;

const page = (of: Of) => `
  with page as materialized (
    select c.* from (select c.* ${of('$12')} and c.no < $13 order by c.no desc limit ${mostLookedThrough}) c
    where ${filters} order by c.no desc limit $14)
  select c.id, c.no, c.type, c.lane, c.csid, c.channel_id as "channelId", c.profile, c.business_profile as "businessProfile",
    c.tags, c.owner_code as owner, c.opted_out as "optedOut", c.last_inbound_at as "lastInboundAt",
    l.id as "sessionId", l.state, l.active_at as "activeAt"
  from page c left join lateral (
    select s.id, coalesce(i.state, case when s.closed_at is not null then 'closed' when s.resolved then 'resolved' else 'open' end) as state,
      coalesce(i.active_at, s.started_at) as active_at
    from session s left join inbox_session i on i.business_id = s.business_id and i.session_id = s.id
    where s.business_id = $1 and s.contact_id = c.id and ($3::boolean or ${seen('s', 'i')})
    order by s.id desc limit 1) l on true
  order by c.no desc`;

/** The number of the last contact that a page looked through, where there are more. */
const end = (of: Of) =>
  `select c.no ${of('$2')} and c.no < $3 order by c.no desc offset ${mostLookedThrough - 1} limit 1`;

const count = (of: Of) => `
  select count(*) filter (where ${filters})::int as many, count(*)::int as looked
  from (select c.* ${of('$12')} limit $13) c`;

const each = (what: string, text: (of: Of) => string) =>
  Object.fromEntries(
    Object.entries(sources).map(([name, of]) => [name, statement(`contactLists.${what}.${name}`, text(of))]),
  ) as Record<Source, Statement>;

const pages = each('page', page);
const ends = each('end', end);
const counts = each('count', count);

/** By the index that leaves least, and what it is asked for. */
function sourceOf(filter: ContactFilter): [source: Source, by: string | null] {
  const { owner, tag, channel, words, common, id } = filter;
  if (id !== undefined) return ['one', id];
  if (words !== undefined && !common) return ['found', words];
  if (typeof owner === 'string') return ['owned', owner];
  if (tag !== undefined) return ['tagged', null];
  return channel === undefined ? ['all', null] : ['ofChannel', channel];
}

const mostFound = 2000;

const commonStatement = statement(
  'contactLists.common',
  `select count(*)::int as many from (
     select 1 from contact_search f where f.words @@ $2::tsquery and f.business_id + 0 = $1 limit ${mostFound + 1}) f`,
);

/** Whether words are those of so many that it takes less to go through all than to put in order who was found. */
export async function isCommon(tx: Queryable, businessId: number, words: string): Promise<boolean> {
  const [row] = await tx.run<{ many: number }>(commonStatement, [businessId, words]);
  return row!.many > mostFound;
}

const asked = (businessId: number, view: View, filter: ContactFilter) => {
  const { owner, tag, channel, words } = filter;
  const [source, by] = sourceOf(filter);
  const whose = [businessId, view.agent, view.all, view.teams, view.queues, view.waiting];
  // Who was found by the words need not be asked for them once more.
  const left = source === 'found' ? undefined : words;
  const values = [...whose, owner ?? null, owner === null, tag ?? null, channel ?? null, left ?? null, by];
  return { source, by, values };
};

/**
 * A page of the contacts that somebody sees, who came last first. `next`: the number after which to go on; a page may be
 * short, or empty, and there is still more. With words the transaction has to allow them (`useWords`).
 */
export async function list(
  db: Queryable,
  businessId: number,
  view: View,
  { after = Number.MAX_SAFE_INTEGER, limit, ...filter }: ContactFilter & ContactPage,
): Promise<{ rows: ContactRow[]; next?: number }> {
  const { source, by, values } = asked(businessId, view, filter);
  const rows = await db.run<ContactRow & Record<string, unknown>>(pages[source], [...values, after, limit]);
  if (rows.length === limit) return { rows, next: rows.at(-1)!.no };
  const [last] = await db.run<{ no: number }>(ends[source], [businessId, by, after]);
  return { rows, ...(last && { next: last.no }) };
}

/** How many contacts there are under a filter; undefined where too many would be looked at to be counted in a moment. */
export async function countOf(
  db: Queryable,
  businessId: number,
  view: View,
  filter: ContactFilter,
  most = mostCounted,
): Promise<number | undefined> {
  // Who sees a part would have each of the others looked at, as common words would.
  if (!view.all || filter.common) return undefined;
  const { source, values } = asked(businessId, view, filter);
  const [row] = await db.run<{ many: number; looked: number }>(counts[source], [...values, most]);
  return row!.looked < most ? row!.many : undefined;
}
