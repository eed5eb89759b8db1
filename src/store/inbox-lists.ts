import type { View } from '../model/policy.ts';
import { type Queryable, type Statement, statement } from './database.ts';
import { type InboxRow, type InboxState, seen, shown, whose } from './inbox.ts';

const filters = `${seen('i')}
  and ($7::text is null or i.queue_code = $7) and ($8::text is null or i.team_code = $8)
  and ($9::text is null or i.channel_id = $9)
  and ($10::int is null or exists (
    select 1 from contact t where t.business_id = $1 and t.id = i.contact_id and $10 = any(t.tags)))
  and (not $11::boolean or i.received > coalesce((
    select x.received from inbox_read x
    where x.business_id = $1 and x.agent_code = $2 and x.session_id = i.session_id), 0))`;

// As one value it is asked for each session of the list, and never of all contacts at once.
const worded = `($17::tsquery is null or i.session_id = any($18::text[]) or (
  select f.words @@ $17 from contact_search f where f.business_id = $1 and f.contact_id = i.contact_id))`;

const newestFirst = 'i.active_at desc, i.session_id desc';
const longestFirst = 'i.waiting_since, i.session_id';
const olderThan = '(i.active_at, i.session_id) < ($12::timestamptz, $13)';
const waitsLess = 'i.waiting_since is not null and (i.waiting_since, i.session_id) > ($12::timestamptz, $13)';

/** Newest first, of each state and of each of the conditions by its own stretch of an index; a page of them all. */
const latest = (...conditions: string[]) => {
  const stretches = conditions.map(
    (condition) => `(
       select i.* from inbox_session i
       where i.business_id = $1 and i.state = w.state and ${condition} and ${olderThan} and ${filters} and ${worded}
       order by ${newestFirst} limit $14)`,
  );
  return shown(
    `select i.* from unnest($15::text[]) w (state) cross join lateral (${stretches.join(' union all ')}) i
     order by ${newestFirst} limit $14`,
    newestFirst,
  );
};

const waiting = (condition: string) =>
  shown(
    `select i.* from inbox_session i
     where i.business_id = $1 and i.state = any($15::text[]) and ${condition} and ${waitsLess} and ${filters} and ${worded}
     order by ${longestFirst} limit $14`,
    longestFirst,
  );

const mentions = shown(
  `select i.* from inbox_read n join inbox_session i on i.business_id = $1 and i.session_id = n.session_id
   where n.business_id = $1 and n.agent_code = $2 and n.mentioned and i.state = any($15::text[])
     and ($16::text is null or i.agent_code = $16)
     and ${olderThan} and ${filters} and ${worded}
   order by ${newestFirst} limit $14`,
  newestFirst,
);

/**
 * Of those alone whose person has the words, and those that are named. The words come first: by the order of a list all of it
 * would be gone through. The business stands among the words as well: by its column the key would be read from its end on.
 */
const found = (condition: string, order: 'latest' | 'waiting') => {
  const by = order === 'latest' ? newestFirst : longestFirst;
  return shown(
    `select i.* from (
       select s.id from (
         select f.contact_id from contact_search f where f.words @@ $17::tsquery and f.business_id + 0 = $1 offset 0) f
       cross join lateral (select p.id from session p where p.business_id = $1 and p.contact_id = f.contact_id offset 0) s
       union select unnest($18::text[])) w
     cross join lateral (select * from inbox_session x where x.business_id = $1 and x.session_id = w.id offset 0) i
     where i.state = any($15::text[]) and ${condition} and ${order === 'latest' ? olderThan : waitsLess} and ${filters}
     order by ${by} limit $14`,
    by,
  );
};

const anybody = '$16::text is null';
const held = 'i.agent_code = $16';
// Who resolved it, or held it when it was: it is with nobody since. By the words of the index: else it would not be taken.
const done = "i.agent_code is null and i.resolved_by = $16 and i.state in ('resolved', 'closed')";
const heldOrDone = `(${held} or (${done}))`;
// Likewise.
const unassigned = "i.agent_code is null and i.state in ('open', 'snoozed') and $16::text is null";
const mentioned = `($16::text is null or i.agent_code = $16) and (
  select n.mentioned from inbox_read n where n.business_id = $1 and n.agent_code = $2 and n.session_id = i.session_id)`;

const lists = {
  latest: {
    all: statement('inbox.latest', latest(anybody)),
    held: statement('inbox.latestOfAgent', latest(held)),
    done: statement('inbox.latestDoneBy', latest(held, done)),
    unassigned: statement('inbox.latestUnassigned', latest(unassigned)),
    mentions: statement('inbox.mentions', mentions),
  },
  waiting: {
    all: statement('inbox.waiting', waiting(anybody)),
    held: statement('inbox.waitingForAgent', waiting(held)),
    done: statement('inbox.waitingDoneBy', waiting(heldOrDone)),
    unassigned: statement('inbox.waitingUnassigned', waiting(unassigned)),
  },
  foundLatest: {
    all: statement('inbox.foundLatest', found(anybody, 'latest')),
    held: statement('inbox.foundLatestOfAgent', found(held, 'latest')),
    done: statement('inbox.foundLatestDoneBy', found(heldOrDone, 'latest')),
    unassigned: statement('inbox.foundLatestUnassigned', found(unassigned, 'latest')),
    mentions: statement('inbox.foundMentions', found(mentioned, 'latest')),
  },
  foundWaiting: {
    all: statement('inbox.foundWaiting', found(anybody, 'waiting')),
    held: statement('inbox.foundWaitingForAgent', found(held, 'waiting')),
    done: statement('inbox.foundWaitingDoneBy', found(heldOrDone, 'waiting')),
    unassigned: statement('inbox.foundWaitingUnassigned', found(unassigned, 'waiting')),
  },
};

/** The statement of a page: whom somebody is mentioned by is few, and always told newest first. */
function statementOf({ sort, view: asked, states, text }: InboxPage): Statement {
  const isOver = states.some((state) => state === 'resolved' || state === 'closed');
  const view = asked === 'held' && isOver ? 'done' : asked;
  const isFound = text !== undefined && !text.common;
  if (view === 'mentions' || sort === 'latest') return lists[isFound ? 'foundLatest' : 'latest'][view];
  return lists[isFound ? 'foundWaiting' : 'waiting'][view];
}

/** Whom or what a list is narrowed to by what somebody typed. */
export interface ListText {
  /** A tsquery of the words that the person has. */
  words: string;
  /** Many have them (`contactLists.isCommon`): the list is gone through, and each person in it asked for them. */
  common: boolean;
  /** These sessions too, by their ticket. */
  ids: readonly string[];
}

/** What a page of the inbox holds. */
export interface InboxPage {
  view: 'all' | 'held' | 'unassigned' | 'mentions';
  /** Of the view `held`, those that are over by who held or resolved them; else only those of this agent. */
  agent?: string | undefined;
  states: readonly InboxState[];
  queue?: string | undefined;
  team?: string | undefined;
  channel?: string | undefined;
  tag?: number | undefined;
  unread?: boolean | undefined;
  text?: ListText | undefined;
  sort: 'latest' | 'waiting';
  /** The last row of the page before. */
  after?: { at: number; id: string } | undefined;
  limit: number;
}

/** A page of the sessions that somebody sees. With words that few have the transaction has to allow them (`useWords`). */
export async function list(
  db: Queryable,
  businessId: number,
  view: View,
  page: InboxPage,
): Promise<InboxRow[]> {
  const isLatest = page.sort === 'latest' || page.view === 'mentions';
  const first = isLatest ? { at: 'infinity', id: '' } : { at: '-infinity', id: '' };
  const after = page.after ? { at: new Date(page.after.at).toISOString(), id: page.after.id } : first;
  return db.run<InboxRow & Record<string, unknown>>(statementOf(page), [
    ...whose(view, businessId),
    page.queue ?? null,
    page.team ?? null,
    page.channel ?? null,
    page.tag ?? null,
    page.unread ?? false,
    after.at,
    after.id,
    page.limit,
    page.states,
    page.agent ?? null,
    page.text?.words ?? null,
    page.text?.ids ?? [],
  ]);
}

const byTicketStatement = statement(
  'inbox.byTicket',
  'select id from session where business_id = $1 and session_ticket(id) = $2 order by id desc limit 20',
);

/** Ids of the sessions with this reference (`ticketNumber`): one, as a rule. */
export async function byTicket(db: Queryable, businessId: number, ticket: number): Promise<string[]> {
  return (await db.run<{ id: string }>(byTicketStatement, [businessId, ticket])).map(({ id }) => id);
}
