import type { ContactType, Profile } from '../model/contact.ts';
import type { Content, Direction, SenderType } from '../model/message.ts';
import type { View } from '../model/policy.ts';
import type { Status } from '../model/status.ts';
import { type Queryable, statement } from './database.ts';
import { msOf } from './row.ts';

/** How a session stands in the inbox. */
export const inboxStates = ['open', 'snoozed', 'resolved', 'closed'] as const;
export type InboxState = (typeof inboxStates)[number];

/** A row of the inbox, with everything that is shown in it. */
export interface InboxRow {
  id: string;
  contactId: string;
  channelId: string;
  queue: string;
  agent: string | null;
  team: string | null;
  resolvedBy: string | null;
  state: InboxState;
  activeAt: number;
  waitingSince: number | null;
  snoozedUntil: number | null;
  startedAt: number;
  closedAt: number | null;
  version: number;
  /** Messages of the person that the agent has not read. */
  unread: number;
  mentioned: boolean;
  draft: 'reply' | 'note' | null;
  contact: {
    no: number;
    type: ContactType;
    lane: string;
    csid: string;
    profile: Profile;
    businessProfile: Profile;
    tags: number[];
    owner: string | null;
    lang: string | null;
    optedOut: boolean;
    lastInboundAt: number | null;
  };
  /** The last message that is no line of the log; its times in epoch ms. */
  last: {
    id: string;
    direction: Direction;
    at: number;
    content: Content;
    mask: boolean;
    status: Status;
    attempt: number;
    senderType: SenderType | null;
    senderCode: string | null;
  } | null;
}

/** Parameters 1 to 6: the business, and who looks. */
export const whose = (view: View, businessId: number) => [
  businessId,
  view.agent,
  view.all,
  view.teams,
  view.queues,
  view.waiting,
];

/** Whether who looks sees a row. */
export const seen = (
  i: string,
) => `($3::boolean or ${i}.agent_code = $2 or ${i}.resolved_by = $2 or ${i}.team_code = any($4::text[])
  or ${i}.queue_code = any($5::text[])
  or (${i}.agent_code is null and ${i}.team_code is null and ${i}.queue_code = any($6::text[])))`;

/** The rows of a page, and all that is shown with each: one statement, whatever is in them. */
export const shown = (page: string, order: string) => `
  with page as materialized (${page})
  select i.session_id as id, i.contact_id as "contactId", i.channel_id as "channelId", i.queue_code as queue,
    i.agent_code as agent, i.team_code as team, i.resolved_by as "resolvedBy", i.state, i.active_at as "activeAt",
    i.waiting_since as "waitingSince", i.snoozed_until as "snoozedUntil", s.started_at as "startedAt",
    s.closed_at as "closedAt", s.version, greatest(0, i.received - coalesce(r.received, 0)) as unread,
    coalesce(r.mentioned, false) as mentioned, d.mode as draft,
    jsonb_build_object('no', c.no, 'type', c.type, 'lane', c.lane, 'csid', c.csid, 'profile', c.profile,
      'businessProfile', c.business_profile, 'tags', to_jsonb(c.tags), 'owner', c.owner_code, 'lang', c.lang,
      'optedOut', c.opted_out, 'lastInboundAt', ${msOf('c.last_inbound_at')}) as contact,
    l.last
  from page i
  join session s on s.business_id = $1 and s.id = i.session_id
  join contact c on c.business_id = $1 and c.id = i.contact_id
  left join inbox_read r on r.business_id = $1 and r.agent_code = $2 and r.session_id = i.session_id
  left join lateral (
    select d.mode from inbox_draft d where d.business_id = $1 and d.agent_code = $2 and d.session_id = i.session_id
    order by d.saved_at desc limit 1) d on true
  left join lateral (
    select jsonb_build_object('id', m.id, 'direction', m.direction, 'at', ${msOf('m.at')}, 'content', m.content,
      'mask', m.mask, 'status', m.status, 'attempt', m.attempt, 'senderType', m.sender_type,
      'senderCode', m.sender_code) as last
    from message m where m.business_id = $1 and m.session_id = i.session_id and m.direction <> 'L'
    order by m.id desc limit 1) l on true
  order by ${order}`;

/** Sessions as the inbox shows them, also those that nobody ever worked on. */
const whole = (condition: string, order: string) =>
  shown(
    `select * from (
       select s.business_id, s.id as session_id, s.contact_id, s.channel_id, s.queue_code, s.agent_code, s.team_code,
         i.resolved_by, coalesce(i.state, case when s.closed_at is not null then 'closed' when s.resolved then 'resolved' else 'open' end) as state,
         coalesce(i.active_at, s.started_at) as active_at, i.waiting_since, coalesce(i.received, 0) as received, i.snoozed_until
       from session s left join inbox_session i on i.business_id = s.business_id and i.session_id = s.id
       where s.business_id = $1 and ${condition}) i
     where ${seen('i')} ${order}`,
    'i.session_id desc',
  );

const oneStatement = statement('inbox.one', whole('s.id = $7', ''));

/** One session that somebody sees; undefined for every other. */
export async function one(
  db: Queryable,
  businessId: number,
  view: View,
  id: string,
): Promise<InboxRow | undefined> {
  const [row] = await db.run<InboxRow & Record<string, unknown>>(oneStatement, [
    ...whose(view, businessId),
    id,
  ]);
  return row;
}

const ofContactsStatement = statement(
  'inbox.ofContacts',
  whole('s.contact_id = any($7::text[]) and s.id < $8', 'order by i.session_id desc limit $9'),
);

/** The sessions of these contacts that somebody sees, newest first. */
export async function ofContacts(
  db: Queryable,
  businessId: number,
  view: View,
  contactIds: string[],
  page: { after?: string | undefined; limit: number },
): Promise<InboxRow[]> {
  if (contactIds.length === 0) return [];
  return db.run<InboxRow & Record<string, unknown>>(ofContactsStatement, [
    ...whose(view, businessId),
    contactIds,
    page.after ?? 'g',
    page.limit,
  ]);
}

/** How many sessions there are of one kind. */
export interface Counted {
  state: InboxState;
  queue: string;
  team: string | null;
  agent: string | null;
  channel: string;
  many: number;
}

const countStatement = statement(
  'inbox.count',
  `select state, queue_code as queue, team_code as team, agent_code as agent, channel_id as channel, count(*)::int as many
   from inbox_session i where business_id = $1 and state in ('open', 'snoozed') and ${seen('i')}
   group by state, queue_code, team_code, agent_code, channel_id`,
);

/** The open and the snoozed sessions that somebody sees, counted by what lists are made of. */
export async function count(db: Queryable, businessId: number, view: View): Promise<Counted[]> {
  return db.run<Counted & Record<string, unknown>>(countStatement, whose(view, businessId));
}

const countOwnStatement = statement(
  'inbox.countOwn',
  `select (select count(*)::int from inbox_read n join inbox_session i on i.business_id = $1 and i.session_id = n.session_id
     where n.business_id = $1 and n.agent_code = $2 and n.mentioned and i.state = 'open' and ${seen('i')}) as mentions,
   (select count(*)::int from inbox_session i
     left join inbox_read n on n.business_id = $1 and n.agent_code = $2 and n.session_id = i.session_id
     where i.business_id = $1 and i.agent_code = $2 and i.state = 'open' and i.received > coalesce(n.received, 0)) as unread`,
);

/** Of what one agent holds or is mentioned in. */
export async function countOwn(
  db: Queryable,
  businessId: number,
  view: View,
): Promise<{ mentions: number; unread: number }> {
  const [row] = await db.run<{ mentions: number; unread: number }>(
    countOwnStatement,
    whose(view, businessId),
  );
  return row!;
}
