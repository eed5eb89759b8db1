import { type Queryable, statement } from './database.ts';
import { addTo, figureTables } from './figures.ts';

/** Longer templates and error codes are cut: they are keys. */
const longestKey = 100;

/** Statuses that a message ends with when it could not be sent. */
const failing = `('NSENT', 'BLCKD', 'LIMIT', 'SENT_ERR', 'SENT_EXC', 'SENTX_ERR', 'CCWIN', 'FAILD')`;

const { sums } = figureTables.message;

/**
 * What `moved` says of messages (`id`, channel, direction, template and the sums) and `erred` of those that failed or
 * did not fail after all (`id`, channel, template, error, `failed`), by quarters: a message is counted where its id says
 * that it came.
 */
const byQuarters = `counted as (
     select figure_quarter(figure_ms(id)) as at, channel_id, direction, template, ${sums.map((sum) => `sum(${sum}) as ${sum}`).join(', ')}
     from moved group by 1, 2, 3, 4
   ), counted_errors as (
     select figure_quarter(figure_ms(id)) as at, channel_id, template, error, sum(failed) as failed
     from erred group by 1, 2, 3, 4
   )`;

// What was told of a message says where it stood: it was counted there, and is counted where it is now. What was written
// elsewhere has its provider's id from the beginning: it is sent. Events of an earlier release do not say where it stood.
const countStatement = statement(
  'figures.countMessages',
  `with told as materialized (
     select e.type, coalesce(e.data->'message'->>'id', e.data->>'messageId') collate "C" as id,
       coalesce(e.data->'message'->>'channelId', e.data->'contact'->>'channelId') as channel_id,
       left(coalesce(e.data->>'template', ''), ${longestKey}) as template, e.data->>'short' as short,
       left(coalesce(e.data->'errors'->0->>'code', ''), ${longestKey}) as error, e.data->'message' ? 'providerId' as written,
       e.data->>'before' as before
     from event e
     where e.business_id = $1 and e.seq > $2 and e.seq <= $3
       and e.type in ('message.accepted', 'message.received', 'message.status')
   ), due as materialized (
     select type, id, channel_id, template, short, error, written,
       coalesce(before, case short when 'DLVRD' then 'SENT' when 'READ' then 'DLVRD' else 'NONE' end) as before
     from told where id >= $5 and short is distinct from 'DELTD'
   ), kept as (
     insert into figure_failure (business_id, message_id, error)
     select $1, id, error from due where short = 'FAILD' on conflict do nothing
   ), moved as (
     select id, channel_id, case type when 'message.received' then 'I' else 'O' end as direction, template,
       (type <> 'message.status')::int as total,
       case when type = 'message.accepted' then written::int when type = 'message.received' then 0
         when short = 'FAILD' then -(before = 'SENT')::int else (before in ('NONE', 'FAILD'))::int end as sent,
       coalesce(short in ('DLVRD', 'READ') and before in ('NONE', 'SENT', 'FAILD'), false)::int as delivered,
       coalesce(short = 'READ', false)::int as read,
       coalesce(short = 'FAILD', false)::int - coalesce(before = 'FAILD', false)::int as failed
     from due
   ), erred as (
     select id, channel_id, template, error, 1 as failed from due where short = 'FAILD'
     union all
     select u.id, u.channel_id, u.template, coalesce(u.failed_now, f.error, ''), -1
     from (
       select d.*, max(error) filter (where short = 'FAILD') over (partition by id) as failed_now
       from due d where short = 'FAILD' or before = 'FAILD') u left join figure_failure f on f.business_id = $1 and f.message_id = u.id
     where u.short in ('DLVRD', 'READ') and u.before = 'FAILD'
   ), ${byQuarters}, errors as (
     ${addTo('error', 'counted_errors', '$4::text')}
   )
   ${addTo('message', 'counted', '$4::text')}`,
);

/** Which events are counted, and of what. */
export interface Counting {
  businessId: number;
  /** Events after this one, up to that one. */
  after: number;
  upTo: number;
  /** The time zone of the days. */
  zone: string;
  /** Only of what has this id, or a greater one: the rest is counted as what was there before. */
  from: string;
}

/** Counts what the log tells of messages. */
export async function countMessages(tx: Queryable, counting: Counting): Promise<void> {
  const { businessId, after, upTo, zone, from } = counting;
  await tx.run(countStatement, [businessId, after, upTo, zone, from]);
}

const olderStatement = statement(
  'figures.countOlderMessages',
  `with older as materialized (
     select id, channel_id, direction, status, stamps, mask, content->'template'->>'code' as template,
       left(coalesce(errors->0->>'code', ''), ${longestKey}) as error
     from message where business_id = $1 and id < $3 order by id desc limit $4
   ), stood as materialized (
     select id, channel_id, direction, error, status,
       left(case when mask then '' else coalesce(template, '') end, ${longestKey}) as template,
       direction = 'O' and (status in ('SENTX', 'DLVRD', 'READ') or (status = 'DELTD' and stamps ?| '{SENTX,DLVRD,READ}')) as sent,
       direction = 'O' and (status in ('DLVRD', 'READ') or (status = 'DELTD' and stamps ?| '{DLVRD,READ}')) as delivered,
       direction = 'O' and (status = 'READ' or (status = 'DELTD' and stamps ? 'READ')) as read,
       direction = 'O' and status in ${failing} as failed
     from older where direction in ('I', 'O')
   ), kept as (
     insert into figure_failure (business_id, message_id, error)
     select $1, id, error from stood where failed on conflict do nothing
   ), moved as (
     select id, channel_id, direction, template, 1 as total, sent::int, delivered::int, read::int, failed::int from stood
   ), erred as (
     select id, channel_id, template, error, 1 as failed from stood where failed
   ), ${byQuarters}, errors as (
     ${addTo('error', 'counted_errors', '$2::text')}
   ), put as (
     ${addTo('message', 'counted', '$2::text')}
   )
   select (select seq from event_counter where business_id = $1) as head, count(*)::int as found, min(id) as next from older`,
);

/** What was counted of what was there before. */
export interface OlderCounted {
  /** The last event at that moment: what it and those before it tell of these is counted with them. */
  head: number;
  /** Where to go on; empty when nothing is left. */
  next: string;
}

/** Counts messages that were there before, as they stand, newest first: at most `limit` with smaller ids than `before`. */
export async function countOlderMessages(
  tx: Queryable,
  how: { businessId: number; zone: string; before: string; limit: number },
): Promise<OlderCounted> {
  return goneOn(tx, olderStatement, how);
}

/** One turn of a statement that counts what was there before. */
export async function goneOn(
  tx: Queryable,
  older: ReturnType<typeof statement>,
  how: { businessId: number; zone: string; before: string; limit: number },
): Promise<OlderCounted> {
  const values = [how.businessId, how.zone, how.before, how.limit];
  const [row] = await tx.run<{ head: number; found: number; next: string | null }>(older, values);
  return { head: row!.head, next: row!.found < how.limit ? '' : row!.next! };
}

const forgetStatement = statement(
  'figures.forgetFailures',
  `delete from figure_failure f using (
     select o.business_id, o.message_id from business b cross join lateral (
       select business_id, message_id from figure_failure where business_id = b.id
         and message_id < lpad(to_hex((extract(epoch from now() - interval '60 days') * 1000)::bigint), 12, '0')
       order by message_id limit 200) o
     limit 1000) o
   where f.business_id = o.business_id and f.message_id = o.message_id returning 1`,
);

/** Forgets under which error old messages were counted: nothing more comes of them. Answers how many. */
export async function forgetFailures(db: Queryable): Promise<number> {
  return (await db.run(forgetStatement, [])).length;
}
