import type { Contact } from '../model/contact.ts';
import type { Session } from '../model/session.ts';
import { byBusinessAndId } from './contacts.ts';
import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';
import { columns, type Row } from './sessions.ts';

const openText = (lock: string) => `
   select v.business_id as "businessId", c.id is not null as "contactExists", ${columns.replace('s.contact_id', 'v.contact_id')},
     c.no, c.profile, c.business_profile as "businessProfile", c.lang, c.type, c.lane, c.csid,
     array(select nextval('message_no_seq') from generate_series(1, v.messages)) as numbers
   from unnest($1::int[], $2::text[], $3::int[]) v (business_id, contact_id, messages)
   left join contact c on c.business_id = v.business_id and c.id = v.contact_id
   left join lateral (
     select o.* from session o
     where o.business_id = v.business_id and o.contact_id = v.contact_id and o.closed_at is null ${lock}) s on true`;

const openStatement = statement('sessions.openOf', openText(''));
// Each is held where it is found: found among all that are held, a batch of a hundred would be compared ten thousand times.
const holdStatement = statement('sessions.holdOpenOf', openText('for key share'));

/** What a batch needs to know of a conversation before it adds to it. */
export interface Conversation {
  businessId: number;
  contactId: string;
  contactExists: boolean;
  /** The open session, if there is one. */
  session?: Session;
  contact?: Pick<Contact, 'no' | 'profile' | 'businessProfile' | 'lang' | 'type' | 'lane' | 'csid'>;
  /** Numbers for the messages that are to be added, in growing order. */
  numbers: number[];
}

/**
 * Contact and open session of each of these people, and numbers for as many messages as are to be added: taken
 * here, because the events of a message are sent to the database together with it, and tell its number. With
 * `hold` the sessions cannot be closed before the
 * transaction ends; who holds the contacts needs none, because whoever closes holds the contact first.
 */
export async function find(
  tx: Queryable,
  keys: { businessId: number; id: string; messages?: number }[],
  { hold = false } = {},
): Promise<Conversation[]> {
  const rows = await tx.run<Row & Record<string, unknown>>(hold ? holdStatement : openStatement, [
    keys.map((k) => k.businessId),
    keys.map((k) => k.id),
    keys.map((k) => k.messages ?? 0),
  ]);
  return rows.map(conversationOf);
}

function conversationOf(row: Row & Record<string, unknown>): Conversation {
  const { businessId, contactId, contactExists, numbers } = row;
  const conversation: Conversation = {
    businessId: businessId as number,
    contactId: contactId as string,
    contactExists: contactExists as boolean,
    numbers: (numbers as string[]).map(Number),
  };
  if (row.id !== null) {
    const { id, channelId, startedAt, resolved, queue, routingId } = row;
    const { agent, team, version, started, first } = row;
    // It is open: of all that a session has, it is the end alone that is not there.
    const open: Record<Exclude<keyof Session, 'closedAt'>, unknown> = {
      id,
      contactId,
      channelId,
      startedAt,
      resolved,
      queue,
      routingId,
      agent,
      team,
      version,
      started,
      first,
    };
    conversation.session = withoutNulls(open);
  }
  if (contactExists) {
    const { no, profile, businessProfile, type, lane, csid, lang } = row;
    conversation.contact = withoutNulls({ no, profile, businessProfile, type, lane, csid, lang });
  }
  return conversation;
}

/** A session to be opened, unless its contact has an open one. */
export interface NewSession {
  businessId: number;
  id: string;
  contactId: string;
  channelId: string;
  queue: string;
  routingId: string;
  /** Hours without a message after which it ends. */
  hours: number;
  /** Its queue is one of agents: it begins with the agent whose customer this is, if there is one. */
  forAgents: boolean;
  /** The person begins it. */
  started: boolean;
}

const insertStatement = statement(
  'sessions.open',
  `insert into session (business_id, id, contact_id, channel_id, queue_code, routing_id, expires_at, started, first, agent_code)
   select v.business_id, v.id, v.contact_id, v.channel_id, v.queue_code, v.routing_id, now() + v.hours * interval '1 hour', v.started,
     not exists (select 1 from session o where o.business_id = v.business_id and o.contact_id = v.contact_id),
     (select a.code from agent a where v.for_agents and a.business_id = v.business_id and a.code = v.owner_code and a.active)
   from (
     select v.*, c.owner_code
     from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::float[], $8::boolean[],
       $9::boolean[]) v (business_id, id, contact_id, channel_id, queue_code, routing_id, hours, for_agents, started)
     join contact c on c.business_id = v.business_id and c.id = v.contact_id
     -- The foreign key would hold the contact anyway. Held before it is read, its owner is the one that it has.
     for key share of c
   ) v
   on conflict (business_id, contact_id) where closed_at is null do nothing
   returning id`,
);

/**
 * Opens sessions; a contact that has an open one keeps that. Answers the ids of those that were opened.
 * Read `conversations` again afterwards: it tells which session won.
 */
export async function open(tx: Queryable, sessions: NewSession[]): Promise<string[]> {
  const rows = [...sessions].sort((a, b) =>
    byBusinessAndId(
      { businessId: a.businessId, id: a.contactId },
      { businessId: b.businessId, id: b.contactId },
    ),
  );
  const opened = await tx.run<{ id: string }>(insertStatement, [
    rows.map((r) => r.businessId),
    rows.map((r) => r.id),
    rows.map((r) => r.contactId),
    rows.map((r) => r.channelId),
    rows.map((r) => r.queue),
    rows.map((r) => r.routingId),
    rows.map((r) => r.hours),
    rows.map((r) => r.forAgents),
    rows.map((r) => r.started),
  ]);
  return opened.map(({ id }) => id);
}
