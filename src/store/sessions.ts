import type { Session } from '../model/session.ts';
import { byBusinessAndId } from './contacts.ts';
import { type Queryable, statement } from './database.ts';

const columns = `s.id, s.contact_id as "contactId", s.channel_id as "channelId", s.started_at as "startedAt",
  s.closed_at as "closedAt", s.resolved, s.queue_code as queue, s.routing_id as "routingId",
  s.agent_code as agent, s.team_code as team, s.version, s.started, s.first`;

type Nullable<T> = { [K in keyof T]: T[K] | null };
type Row = Nullable<Session>;

function sessionOf(row: Row): Session {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as Session;
}

const findStatement = statement(
  'sessions.find',
  `select ${columns} from session s where business_id = $1 and id = $2`,
);

/** One session of a business. */
export async function find(db: Queryable, businessId: number, id: string): Promise<Session | undefined> {
  const [row] = await db.run<Row>(findStatement, [businessId, id]);
  return row && sessionOf(row);
}

const listStatement = statement(
  'sessions.list',
  `select ${columns} from session s
   where business_id = $1 and id < $2
     and ($3::boolean is null or (closed_at is null) = $3)
     and ($4::text is null or queue_code = $4)
     and ($5::text is null or contact_id = $5)
   order by id desc limit $6`,
);

/** Sessions, newest first. `isOpen` keeps the open or the closed ones. */
export async function list(
  db: Queryable,
  businessId: number,
  page: {
    isOpen?: boolean | undefined;
    queue?: string | undefined;
    contactId?: string | undefined;
    after?: string | undefined;
    limit: number;
  },
): Promise<Session[]> {
  const { isOpen, queue, contactId, after, limit } = page;
  const rows = await db.run<Row>(listStatement, [
    businessId,
    after ?? 'g',
    isOpen ?? null,
    queue ?? null,
    contactId ?? null,
    limit,
  ]);
  return rows.map(sessionOf);
}

const openText = (sessions: string) => `
   select v.business_id as "businessId", c.id is not null as "contactExists", ${columns.replace('s.contact_id', 'v.contact_id')},
     c.profile, c.business_profile as "businessProfile", c.lang, c.type, c.lane, c.csid
   from unnest($1::int[], $2::text[]) v (business_id, contact_id)
   left join contact c on c.business_id = v.business_id and c.id = v.contact_id
   left join ${sessions} s on s.business_id = v.business_id and s.contact_id = v.contact_id and s.closed_at is null`;

const openStatement = statement('sessions.openOf', openText('session'));

const holdStatement = statement(
  'sessions.holdOpenOf',
  `with held as materialized (
     select s.* from unnest($1::int[], $2::text[]) v (business_id, contact_id)
     join session s on s.business_id = v.business_id and s.contact_id = v.contact_id and s.closed_at is null
     for key share of s
   ) ${openText('held')}`,
);

/** What a batch needs to know of a conversation before it adds to it. */
export interface Conversation {
  businessId: number;
  contactId: string;
  contactExists: boolean;
  /** The open session, if there is one. */
  session?: Session;
  contact?: Pick<
    import('../model/contact.ts').Contact,
    'profile' | 'businessProfile' | 'lang' | 'type' | 'lane' | 'csid'
  >;
}

/**
 * Contact and open session of each of these people. With `hold` the sessions cannot be closed before the
 * transaction ends; who holds the contacts needs none, because whoever closes holds the contact first.
 */
export async function conversations(
  tx: Queryable,
  keys: { businessId: number; id: string }[],
  { hold = false } = {},
): Promise<Conversation[]> {
  const rows = await tx.run<Row & Record<string, unknown>>(hold ? holdStatement : openStatement, [
    keys.map((k) => k.businessId),
    keys.map((k) => k.id),
  ]);
  return rows.map(
    ({ businessId, contactExists, profile, businessProfile, lang, type, lane, csid, ...session }) => ({
      businessId: businessId as number,
      contactId: session.contactId as string,
      contactExists: contactExists as boolean,
      ...(session.id !== null && { session: sessionOf(session as Row) }),
      ...(contactExists === true && {
        contact: {
          profile,
          businessProfile,
          type,
          lane,
          csid,
          ...(lang !== null && { lang }),
        } as NonNullable<Conversation['contact']>,
      }),
    }),
  );
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
}

const insertStatement = statement(
  'sessions.open',
  `insert into session (business_id, id, contact_id, channel_id, queue_code, routing_id, expires_at, first)
   select v.*, now() + v2.hours * interval '1 hour',
     not exists (select 1 from session o where o.business_id = v.business_id and o.contact_id = v.contact_id)
   from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
     v0 (business_id, id, contact_id, channel_id, queue_code, routing_id, n)
   cross join lateral (select v0.business_id, v0.id, v0.contact_id, v0.channel_id, v0.queue_code, v0.routing_id) v
   cross join lateral (select ($7::float[])[v0.n] as hours) v2
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
  ]);
  return opened.map(({ id }) => id);
}

const lockStatement = statement(
  'sessions.lock',
  `select ${columns}, resolve_seq as "resolveSeq", close_seq as "closeSeq"
   from session s where business_id = $1 and id = $2 for update`,
);

/** A session held until the transaction ends, with the numbers of the events that resolved and closed it. */
export async function lock(
  tx: Queryable,
  businessId: number,
  id: string,
): Promise<(Session & { resolveSeq?: number; closeSeq?: number }) | undefined> {
  const [row] = await tx.run<Row>(lockStatement, [businessId, id]);
  return row && sessionOf(row);
}

const lockManyStatement = statement(
  'sessions.lockMany',
  `select s.business_id as "businessId", s.id from session s
   join unnest($1::int[], $2::text[]) v (business_id, id) on s.business_id = v.business_id and s.id = v.id
   order by s.business_id, s.id for update of s`,
);

const heardStatement = statement(
  'sessions.heardFrom',
  `update session s set started = true, resolved = false, version = s.version + 1
   from unnest($1::int[], $2::text[]) v (business_id, id)
   where s.business_id = v.business_id and s.id = v.id and s.closed_at is null`,
);

/** Marks sessions as started by their person, and takes a resolve back. */
export async function heardFrom(tx: Queryable, keys: { businessId: number; id: string }[]): Promise<void> {
  const values = [keys.map((k) => k.businessId), keys.map((k) => k.id)];
  await tx.run(lockManyStatement, values);
  await tx.run(heardStatement, values);
}

const routeStatement = statement(
  'sessions.route',
  `update session set queue_code = $3, routing_id = $4, agent_code = $5, team_code = $6,
     version = version + 1
   where business_id = $1 and id = $2`,
);

/** Hands a session to a queue and, within it, to an agent or a team. */
export async function route(
  tx: Queryable,
  businessId: number,
  id: string,
  to: { queue: string; routingId: string; agent?: string; team?: string },
): Promise<void> {
  await tx.run(routeStatement, [businessId, id, to.queue, to.routingId, to.agent ?? null, to.team ?? null]);
}

const resolveStatement = statement(
  'sessions.resolve',
  `update session set resolved = true, agent_code = null, resolve_seq = $3, version = version + 1
   where business_id = $1 and id = $2`,
);

/** Marks as done and frees the agent (decision D52). */
export async function resolve(tx: Queryable, businessId: number, id: string, seq: number): Promise<void> {
  await tx.run(resolveStatement, [businessId, id, seq]);
}

const closeStatement = statement(
  'sessions.close',
  `update session set closed_at = now(), close_seq = $3, version = version + 1 where business_id = $1 and id = $2`,
);

/** Ends a session. */
export async function close(tx: Queryable, businessId: number, id: string, seq: number): Promise<void> {
  await tx.run(closeStatement, [businessId, id, seq]);
}

const leastBusyStatement = statement(
  'sessions.openPerAgent',
  `select agent_code as agent, count(*)::int as open from session
   where business_id = $1 and closed_at is null and agent_code = any($2::text[]) group by agent_code`,
);

/** How many open sessions each of these agents holds. */
export async function openPerAgent(
  tx: Queryable,
  businessId: number,
  agents: string[],
): Promise<Map<string, number>> {
  const rows = await tx.run<{ agent: string; open: number }>(leastBusyStatement, [businessId, agents]);
  return new Map(rows.map((row) => [row.agent, row.open]));
}

const silentStatement = statement(
  'sessions.extendOrFindSilent',
  `with looked as (
     select s.business_id, s.id, b.hours, coalesce((
       select max(m.at) from message m where m.business_id = s.business_id and m.session_id = s.id
     ), s.started_at) as last
     from session s
     join (select id, coalesce((settings->>'sessionHours')::float, $2) as hours from business) b on b.id = s.business_id
     where s.closed_at is null and s.expires_at <= now()
     order by s.expires_at limit $1 for update of s skip locked
   ), extended as (
     update session s set expires_at = l.last + l.hours * interval '1 hour'
     from looked l where s.business_id = l.business_id and s.id = l.id and l.last + l.hours * interval '1 hour' > now()
     returning s.id
   )
   select business_id as "businessId", id from looked where id not in (select id from extended)`,
);

/**
 * Looks at sessions whose time has come: those in which somebody wrote meanwhile get a new time, the
 * others are answered, to be closed. At most `limit`.
 */
export async function findSilent(
  db: Queryable,
  limit: number,
  defaultHours: number,
): Promise<{ businessId: number; id: string }[]> {
  return db.run(silentStatement, [limit, defaultHours]);
}

const isSilentStatement = statement(
  'sessions.isSilent',
  `select coalesce((
     select max(m.at) from message m where m.business_id = s.business_id and m.session_id = s.id
   ), s.started_at) <= now() - $3 * interval '1 hour' as silent
   from session s where s.business_id = $1 and s.id = $2 and s.closed_at is null`,
);

/** True when the session is open and nobody has written in it for `hours`. */
export async function isSilent(
  tx: Queryable,
  businessId: number,
  id: string,
  hours: number,
): Promise<boolean> {
  const [row] = await tx.run<{ silent: boolean }>(isSilentStatement, [businessId, id, hours]);
  return row?.silent ?? false;
}
