import { type Queryable, statement } from './database.ts';
import { addTo, addWaits, figureTables } from './figures.ts';
import { type Counting, goneOn, type OlderCounted } from './figures-of-messages.ts';

const { keys, sums } = figureTables.session;
const dims = keys.join(', ');

/** What is done with sessions; the other sums are of waiting. */
const deeds = sums.filter((sum) => !/answer|resolution/.test(sum));
const waits = { answer: 'answer', agentAnswer: 'agent_answer', resolution: 'resolution' };

/**
 * Counts the relation `fact`: what was done with sessions, in the order `ord` within each, at `ms`, with the queue, the
 * team, the agent and the channel concerned. `asked`: the person wrote; `wrote`: somebody answered, an agent where
 * `by_agent`; the other kinds are sums of figure_session. What follows after a session was resolved or closed is another
 * stretch of it: how long the person waited is measured in each. `figure_asked` carries an unfinished one on. Nearly all that
 * is told tells nothing new of that (one more question, one more answer), and is left out of it at once.
 */
const counted = (zone: string) => `ended as materialized (
     select session_id from fact where kind in ('resolved', 'closed')
   ), asking as materialized (
     select session_id from fact where kind = 'asked'
   ), known as (
     select f.*, k.asked_ms as kept_ms, k.answered, k.agent_answered,
       count(*) filter (where f.kind in ('resolved', 'closed')) over (
         partition by f.session_id order by f.ord rows between unbounded preceding and 1 preceding) as stretch
     from fact f left join figure_asked k on k.business_id = $1 and k.session_id = f.session_id
     where case f.kind
       when 'asked' then k.asked_ms is null or f.session_id in (select session_id from ended)
       when 'wrote' then f.session_id in (select session_id from asking)
         or k.asked_ms is not null and not (k.answered and (k.agent_answered or not f.by_agent))
       else f.kind in ('resolved', 'closed') end
   ), continued as (
     select k.*, stretch = 0 and kept_ms is not null as goes_on from known k
   ), asked as (
     select c.*,
       case when goes_on then kept_ms else min(ms) filter (where kind = 'asked') over s end as asked_ms,
       case when goes_on then -1 else min(ord) filter (where kind = 'asked') over s end as asked_ord
     from continued c window s as (partition by session_id, stretch)
   ), told as materialized (
     select a.*,
       case when goes_on and answered then -1
         else min(ord) filter (where kind = 'wrote' and ord > asked_ord) over s end as answer_ord,
       case when goes_on and agent_answered then -1
         else min(ord) filter (where kind = 'wrote' and by_agent and ord > asked_ord) over s end as agent_answer_ord
     from asked a window s as (partition by session_id, stretch)
   ), last as materialized (
     select distinct on (session_id) session_id, asked_ms, kind in ('resolved', 'closed') or asked_ms is null as served,
       answer_ord is not null as answered, agent_answer_ord is not null as agent_answered
     from told order by session_id, ord desc
   ), waiting as (
     insert into figure_asked as f (business_id, session_id, asked_ms, answered, agent_answered)
     select $1, session_id, asked_ms, answered, agent_answered from last where not served
     on conflict (business_id, session_id) do update
       set asked_ms = excluded.asked_ms, answered = excluded.answered, agent_answered = excluded.agent_answered
       where (f.asked_ms, f.answered, f.agent_answered)
         is distinct from (excluded.asked_ms, excluded.answered, excluded.agent_answered)
   ), served as (
     delete from figure_asked f using last l where f.business_id = $1 and f.session_id = l.session_id and l.served
   ), waited as (
     select 'answer' as wait, t.* from told t where ord = answer_ord
     union all
     select 'agentAnswer', t.* from told t where ord = agent_answer_ord
     union all
     select 'resolution', t.* from told t where kind = 'resolved' and asked_ms is not null
   ), counted_waits as materialized (
     select figure_quarter(ms) as at, wait as kind, ${dims}, figure_bin(ms - asked_ms) as bin, count(*) as total,
       sum(greatest(ms - asked_ms, 0)) as took
     from waited group by 1, 2, 3, 4, 5, 6, 7
   ), wait_quarters as (
     ${addWaits('counted_waits', zone).quarters}
   ), wait_axes as (
     ${addWaits('counted_waits', zone).axes}
   ), done as (
     select f.*, case when kind = 'wrote' and by_agent then 'written' else kind end as what from fact f
   ), counted as (
     select figure_quarter(ms) as at, ${dims}, ${deeds.map((sum) => `count(*) filter (where what = '${sum}') as ${sum}`).join(', ')},
       ${Object.values(waits)
         .map((sum) => `0 as ${sum}s, 0 as ${sum}_ms`)
         .join(', ')}
     from done where what not in ('asked', 'wrote') group by 1, ${dims}
     union all
     select at, ${dims}, ${deeds.map(() => '0').join(', ')}, ${Object.keys(waits)
       .map((kind) =>
         ['total', 'took']
           .map((sum) => `coalesce(sum(${sum}) filter (where kind = '${kind}'), 0)`)
           .join(', '),
       )
       .join(', ')}
     from counted_waits group by 1, ${dims}
   )`;

const countStatement = statement(
  'figures.countSessions',
  `with fact as materialized (
     select e.data->'session'->>'id' collate "C" as session_id, e.seq as ord, k.kind,
       figure_ms(case e.type when 'session.opened' then e.data->'session'->>'id'
         else coalesce(e.data->'message'->>'id', e.id) end) as ms,
       e.data->'session'->>'queue' as queue_code, coalesce(e.data->'session'->>'team', '') as team_code,
       coalesce(case k.kind
         when 'wrote' then case when e.data->'message'->>'senderType' = 'AGENT' then e.data->'message'->>'senderCode' end
         when 'assigned' then e.data->'assignment'->>'newAgent' when 'resolved' then e.data->>'by'
         when 'closed' then e.data->'session'->>'agent' end, '') as agent_code,
       coalesce(e.data->'message'->>'channelId', e.data->'contact'->>'channelId') as channel_id,
       k.kind = 'wrote' and coalesce(e.data->'message'->>'senderType' = 'AGENT', false) as by_agent
     from event e
     cross join lateral (select case e.type
       when 'message.received' then 'asked'
       when 'message.accepted' then 'wrote'
       when 'session.opened' then 'opened'
       when 'session.routed' then case when (e.data->'routing'->'start')::boolean then 'started'
         when e.data->'routing'->>'sourceQueue' <> e.data->'routing'->>'targetQueue' then 'queued' end
       when 'session.assigned' then
         case when e.data->'assignment'->>'newAgent' is distinct from e.data->'assignment'->>'oldAgent' then
           case when e.data->'assignment'->>'newAgent' is not null then 'assigned' end end
       when 'session.resolved' then case when (e.data->'session'->'resolved')::boolean then 'resolved' else 'reopened' end
       when 'session.closed' then 'closed' end as kind) k
     where e.business_id = $1 and e.seq > $2 and e.seq <= $3 and e.type in ('message.received', 'message.accepted',
         'session.opened', 'session.routed', 'session.assigned', 'session.resolved', 'session.closed')
       and k.kind is not null and e.data->'session'->>'id' collate "C" >= $5
   ), ${counted('$4::text')}
   ${addTo('session', 'counted', '$4::text')}`,
);

/** Counts what the log tells of sessions, and how long people waited. */
export async function countSessions(tx: Queryable, counting: Counting): Promise<void> {
  const { businessId, after, upTo, zone, from } = counting;
  await tx.run(countStatement, [businessId, after, upTo, zone, from]);
}

const whose = 'o.session_id, o.queue_code, o.team_code, o.channel_id';

// Of each session its messages and lines are read by their index, however many there are in all: `offset 0` says so.
const olderStatement = statement(
  'figures.countOlderSessions',
  `with older as materialized (
     select id as session_id, queue_code, coalesce(team_code, '') as team_code, channel_id, coalesce(agent_code, '') as agent,
       closed_at
     from session where business_id = $1 and id < $3 order by id desc limit $4
   ), wrote as materialized (
     select ${whose}, m.* from older o cross join lateral (
       select figure_ms(id) as ms, direction, sender_type, sender_code from message
       where business_id = $1 and session_id = o.session_id and direction in ('I', 'O') offset 0) m
   ), happened as (
     select ${whose}, 0 as rank, 'opened' as kind, figure_ms(session_id) as ms, '' as agent_code, false as by_agent
     from older o
     union all
     select ${whose}, 1, 'started', min(ms), '', false from wrote o where direction = 'I' group by ${whose}
     union all
     select ${whose}, 2, case direction when 'I' then 'asked' else 'wrote' end, ms,
       case when sender_type = 'AGENT' then coalesce(sender_code, '') else '' end, coalesce(sender_type = 'AGENT', false)
     from wrote o
     union all
     select ${whose}, 3, l.kind, l.ms, coalesce(l.agent, ''), false from older o cross join lateral (
       select data->>'event' as kind, figure_ms(id) as ms,
         case data->>'event' when 'assigned' then data->>'agent' when 'resolved' then coalesce(agent_code, (
           select resolved_by from inbox_session where business_id = $1 and session_id = o.session_id)) end as agent
       from session_line where business_id = $1 and session_id = o.session_id
         and (data->>'event' in ('resolved', 'reopened') or data->>'event' = 'assigned' and data ? 'agent') offset 0) l
     union all
     select ${whose}, 4, 'closed', (extract(epoch from closed_at) * 1000)::bigint, agent, false
     from older o where closed_at is not null
   ), fact as materialized (
     select h.*, row_number() over (partition by session_id order by ms, rank) as ord from happened h
   ), ${counted('$2::text')}, put as (
     ${addTo('session', 'counted', '$2::text')}
   )
   select (select seq from event_counter where business_id = $1) as head, count(*)::int as found, min(session_id) as next from older`,
);

/**
 * Counts sessions that were there before, newest first: at most `limit` with smaller ids than `before`. The queue and
 * the team are those that they have now; what nobody wrote down then is not counted.
 */
export async function countOlderSessions(
  tx: Queryable,
  how: { businessId: number; zone: string; before: string; limit: number },
): Promise<OlderCounted> {
  return goneOn(tx, olderStatement, how);
}
