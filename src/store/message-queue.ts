import type { Failure } from '../model/failure.ts';
import type { Message, MessageType } from '../model/message.ts';
import { type Queryable, statement } from './database.ts';
import { messageOf } from './messages.ts';
import { givenBack, isOutlived, isParked, isUnderWay } from './under-way.ts';

/** A message that this process holds, until its lease ends. */
export interface ClaimedMessage extends Message {
  businessId: number;
  /** Grows with every claim, and once more when it is given back: the fence. */
  attempt: number;
  /** How many of them were no attempts: it was given back untried. */
  givenBack: number;
  /** How many attempts did not count. */
  freeAttempts: number;
  /** The attempt before was never settled: its process died or froze, and nobody knows what came of it. */
  interrupted: boolean;
  csid: string;
  /** What the recipient is called, by the business or by the channel. */
  name?: string;
  optedOut: boolean;
  lastInboundAt?: number;
  /** Ms since it was accepted, or since the time that it was scheduled for, by the database's clock. */
  ageMs: number;
}

const claimStatement = statement(
  'messages.claim',
  `with recursive door as (
     (select business_id, channel_id from message where due_at > '-infinity' order by business_id, channel_id limit 1)
     union all
     select n.* from door d cross join lateral (
       select m.business_id, m.channel_id from message m
       where m.due_at > '-infinity' and (m.business_id, m.channel_id) > (d.business_id, d.channel_id)
       order by m.business_id, m.channel_id limit 1) n
   ), ready as materialized (
     select d.business_id, d.channel_id, least($2, coalesce(b.free, $2)) as free
     from door d
     left join unnest($3::int[], $4::text[], $5::int[]) b (business_id, channel_id, free)
       on b.business_id = d.business_id and b.channel_id = d.channel_id
     left join channel c on c.business_id = d.business_id and c.id = d.channel_id
     where coalesce(c.paused_until < now(), true) and c.attention is null
     order by random()
   ), due as materialized (
     select m.* from ready r cross join lateral (
       select m.business_id, m.id, m.contact_id, m.ctid as place, m.lease_until is not null as interrupted from message m
       where m.business_id = r.business_id and m.channel_id = r.channel_id and m.due_at > '-infinity' and m.due_at <= now()
         and (m.lease_until is null or m.lease_until <= now() and now() <= to_timestamp($7::float8 / 1000))
       order by m.due_at limit r.free for update skip locked) m
     limit $1
   ), head as materialized (
     select d.place, d.interrupted, not exists (
       select 1 from message p
       where p.business_id = d.business_id and p.contact_id = d.contact_id and p.id < d.id
         and p.due_at is not null and (p.status <> 'SCHLD' or p.due_at <= now())) as first
     from due d
   ), changed as (
     update message m set
       due_at = case when h.first then m.due_at else 'infinity' end,
       lease_until = case when h.first then now() + $6 * interval '1 ms' end,
       attempt = m.attempt + h.first::int,
       status = case when h.first and status_rank(m.status) < status_rank('INIT') then 'INIT'
         when m.status = 'SCHLD' then 'CRTD' else m.status end,
       -- The life of a scheduled message begins when its time has come, whoever could send it then.
       stamps = case when m.status = 'SCHLD'
         then m.stamps || jsonb_build_object('CRTD', (extract(epoch from m.due_at) * 1000)::bigint) else m.stamps end
     from head h where m.ctid = h.place
     returning m.*, h.first, h.interrupted
   )
   select m.business_id as "businessId", m.first, m.interrupted, m.id, m.no, m.direction, m.contact_id as "contactId",
     m.channel_id as "channelId", m.session_id as "sessionId", m.content, m.status, m.stamps, m.app_id as "appId",
     m.failure, m.reply_id_ext as "replyIdExt", m.sender_type as "senderType", m.sender_code as "senderCode",
     m.mask, m.at as timestamp, m.attempt, m.given_back as "givenBack", m.free_attempts as "freeAttempts", c.csid,
     coalesce(m.content->>'recipient', c.business_profile->>'name', c.profile->>'name') as name,
     c.opted_out as "optedOut", c.last_inbound_at as "lastInboundAt",
     extract(epoch from now())::float * 1000
       - coalesce((m.stamps->>'CRTD')::float, extract(epoch from m.at)::float * 1000) as "ageMs"
   from changed m join contact c on c.business_id = m.business_id and c.id = m.contact_id
   order by m.id`,
);

const unparkStatement = statement(
  'messages.unpark',
  `update message m set due_at = now()
   from unnest($1::int[], $2::text[]) v (business_id, id)
   where m.business_id = v.business_id and m.id = v.id and ${isParked('m')}
     and not exists (
       select 1 from message p
       where p.business_id = m.business_id and p.contact_id = m.contact_id and p.id < m.id
         and p.due_at is not null and (p.status <> 'SCHLD' or p.due_at <= now()))
   returning m.id`,
);

/** Free places of a channel in this process. */
export interface Room {
  businessId: number;
  channelId: string;
  free: number;
}

/**
 * Takes up to `limit` due messages, in turn from every channel that has any, at most `share` of one
 * and at most what `rooms` says. Only the first waiting message of a conversation is taken; later ones
 * are parked and come due when it is settled. The lease is `leaseMs`. What was parked is to
 * be handed to `unpark` when this is committed; behind it there may be more. What somebody else had is taken over only when
 * that is before `takeOverBy`, epoch ms.
 */
export async function claim(
  db: Queryable,
  how: { limit: number; share: number; rooms: Room[]; leaseMs: number; takeOverBy: number },
): Promise<{ claimed: ClaimedMessage[]; parked: Parked[] }> {
  const rows = await db.run<Record<string, unknown> & { first: boolean; businessId: number; id: string }>(
    claimStatement,
    [
      how.limit,
      how.share,
      how.rooms.map((r) => r.businessId),
      how.rooms.map((r) => r.channelId),
      how.rooms.map((r) => r.free),
      how.leaseMs,
      how.takeOverBy,
    ],
  );
  return {
    claimed: rows.filter((row) => row.first).map(claimedOf),
    parked: rows.filter((row) => !row.first).map(({ businessId, id }) => ({ businessId, id })),
  };
}

/** A message that waits behind an earlier one of its conversation. */
interface Parked {
  businessId: number;
  id: string;
}

/**
 * Makes those due again whose predecessor was settled while they were being parked. Claim and settlement
 * do not see each other before they are committed: so both look again afterwards, this one and
 * `wakeNext`, and whoever is last finds what there is to wake. Answers how many that were.
 */
export async function unpark(db: Queryable, parked: Parked[]): Promise<number> {
  if (parked.length === 0) return 0;
  return (await db.run(unparkStatement, [parked.map((r) => r.businessId), parked.map((r) => r.id)])).length;
}

/** The columns have the names of a claimed message. */
function claimedOf(row: Record<string, unknown>): ClaimedMessage {
  return messageOf(row as never) as ClaimedMessage;
}

const nextStatement = statement(
  'messages.wakeNext',
  `update message m set due_at = now()
   from (
     select distinct v.business_id, n.id
     from unnest($1::int[], $2::text[]) v (business_id, contact_id)
     cross join lateral (
       select p.id, p.due_at from message p
       where p.business_id = v.business_id and p.contact_id = v.contact_id and p.due_at is not null
         and (p.status <> 'SCHLD' or p.due_at <= now())
       order by p.id limit 1 for update) n
     where n.due_at = 'infinity'
   ) n
   where m.business_id = n.business_id and m.id = n.id
   returning m.id`,
);

/**
 * Makes the next waiting message of each of these conversations due. Answers how many that were. To be
 * called when the settlement is committed, see `unpark`.
 */
export async function wakeNext(
  db: Queryable,
  lanes: { businessId: number; contactId: string }[],
): Promise<number> {
  if (lanes.length === 0) return 0;
  const rows = await db.run(nextStatement, [lanes.map((l) => l.businessId), lanes.map((l) => l.contactId)]);
  return rows.length;
}

const renewStatement = statement(
  'messages.renew',
  `update message m set lease_until = now() + $4 * interval '1 ms'
   from (
     select m.business_id, m.id from unnest($1::int[], $2::text[], $3::int[]) v (business_id, id, attempt)
     join message m on m.business_id = v.business_id and m.id = v.id
     where m.attempt = v.attempt and ${isUnderWay('m')}
     for update of m skip locked
   ) v
   where m.business_id = v.business_id and m.id = v.id
   returning m.id`,
);

/** Prolongs the leases of messages that are still being sent; not of those that are settled just now. Answers how many. */
export async function renew(
  db: Queryable,
  held: { businessId: number; id: string; attempt: number }[],
  leaseMs: number,
): Promise<number> {
  if (held.length === 0) return 0;
  const rows = await db.run(renewStatement, [
    held.map((h) => h.businessId),
    held.map((h) => h.id),
    held.map((h) => h.attempt),
    leaseMs,
  ]);
  return rows.length;
}

const releaseStatement = statement(
  'messages.release',
  `update message m set ${givenBack('m')}, lease_until = case when v.interrupted then now() end
   from unnest($1::int[], $2::text[], $3::int[], $4::boolean[]) v (business_id, id, attempt, interrupted)
   where m.business_id = v.business_id and m.id = v.id and m.attempt = v.attempt and ${isUnderWay('m')}`,
);

/** Gives claimed messages back untried: as due as before, in their old order. */
export async function release(
  db: Queryable,
  held: { businessId: number; id: string; attempt: number; interrupted: boolean }[],
): Promise<void> {
  if (held.length === 0) return;
  await db.run(releaseStatement, [
    held.map((h) => h.businessId),
    held.map((h) => h.id),
    held.map((h) => h.attempt),
    held.map((h) => h.interrupted),
  ]);
}

const overdueStatement = statement(
  'messages.overdue',
  `select m.business_id as "businessId", m.id, m.attempt, m.failure, m.mask,
     m.content->>'type' as "contentType" from message m
   where m.due_at > '-infinity' and (m.lease_until is null or m.lease_until <= now()) and m.direction = 'O'
     and ${isOutlived('m', '$1::float')}
   limit $2`,
);

export interface OverdueMessage {
  businessId: number;
  id: string;
  attempt: number;
  failure: Failure | null;
  mask: boolean;
  contentType: MessageType;
}

/**
 * Messages that nobody could send during their whole life: a paused channel, say. Those that are being
 * sent at this moment are left to who sends them.
 */
export async function overdue(db: Queryable, lifeMs: number, limit: number): Promise<OverdueMessage[]> {
  return db.run(overdueStatement, [lifeMs, limit]);
}
