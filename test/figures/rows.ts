import type pg from 'pg';

/** Messages of a conversation. */
const ofSession = 10;

/** Which messages are made: so many, in so many days up to so many days ago; their numbers begin with `first`. */
export interface Wanted {
  businessId: number;
  messages: number;
  first: number;
  days: number;
  ago: number;
}

const random = (n: string, of: number) => `abs(hashint8(${n})) % ${of}`;
const id = (ms: string, n: string) => `lpad(to_hex(${ms}), 12, '0') || lpad(to_hex(${n}), 12, '0')`;
const channels = 8;
const templates = 40;
const errors = 12;
const agents = 60;

/**
 * Stores messages as a busy year leaves them, by SQL: conversations of ten messages on eight channels, forty templates,
 * sixty agents of five queues, every outcome; every third conversation is resolved, all are closed.
 */
export async function storeRows(client: pg.Client, wanted: Wanted): Promise<void> {
  const { businessId, messages, first, days, ago } = wanted;
  const sessions = Math.ceil(messages / ofSession);
  await client.query('drop table if exists seed_session, seed_message');
  await client.query(
    `create unlogged table seed_session as
     select s, ms, ${id('ms', 's')} as id, 'seed:' || ${random('s', channels)} as channel_id, 'q' || a.n % 5 as queue,
       case when a.n % 2 = 0 then 't' || a.n % 9 end as team, 'a' || a.n as agent,
       ms + 7200000 + ${random('s + 5', 3600000)} as closed_ms, s % 3 = 0 as resolved
     from generate_series($1::bigint, $1::bigint + $2::bigint - 1) s cross join lateral (
       select ${random('s + 4', agents)} as n) a cross join lateral (
       select (extract(epoch from now() - $4::int * interval '1 day') * 1000 - $3::float8 * 86400000 * (1 - (s - $1)::float8 / $2))::bigint as ms) t`,
    [Math.ceil(first / ofSession), sessions, days, ago],
  );
  await client.query(
    `create unlogged table seed_message as
     select n, ${id('m.ms', 'n')} as id, s.id as session_id, s.s, s.channel_id, s.queue, s.team, m.ms, d.direction,
       case when d.direction = 'O' and ${random('n', 3)} = 0 then 't' || ${random('n + 7', templates)} end as template,
       case when d.direction = 'O' then case when k in (2, 4, 7) then 'AGENT' when k = 1 then 'BOT' else 'API' end end as sender_type,
       case when d.direction = 'O' and k in (2, 4, 7) then s.agent end as sender_code,
       case when d.direction = 'I' then 'RECEIVD' when o.h < 6 then 'SENT_ERR' when o.h < 8 then 'SENTX_ERR'
         when o.h < 10 then 'DLVRD' when o.h < 12 then 'INIT' when o.h < 20 then 'SENTX' when o.h < 45 then 'DLVRD' else 'READ' end as status,
       case when d.direction = 'O' and o.h < 10 then 'E' || ${random('n + 11', errors)} end as error,
       d.direction = 'O' and o.h between 8 and 9 as after_all
     from generate_series($1::bigint, $1::bigint + $2::bigint - 1) n
     join seed_session s on s.s = n / ${ofSession}
     cross join lateral (select n % ${ofSession} as k, s.ms + n % ${ofSession} * 60000 + ${random('n + 5', 50000)} as ms) m
     cross join lateral (select case when k in (0, 3, 6, 9) then 'I' else 'O' end as direction) d
     cross join lateral (select ${random('n + 13', 100)} as h) o`,
    [first, messages],
  );
  await client.query(
    `insert into contact (business_id, id, type, lane, csid, channel_id)
     select $1, 'seed' || s, 'SMS', 'seed', s::text, channel_id from seed_session`,
    [businessId],
  );
  await client.query(
    `insert into session (business_id, id, contact_id, channel_id, started_at, closed_at, resolved, queue_code, routing_id,
       team_code, expires_at, started)
     select $1, id, 'seed' || s, channel_id, to_timestamp(ms / 1000.0), to_timestamp(closed_ms / 1000.0), resolved, queue, id, team, now(), true
     from seed_session`,
    [businessId],
  );
  await client.query(
    `insert into message (business_id, id, session_id, contact_id, channel_id, direction, status, at, sender_type, sender_code,
       provider_id, content, stamps, errors)
     select $1, id, session_id, 'seed' || s, channel_id, direction, status, to_timestamp(ms / 1000.0), sender_type, sender_code, 'p' || n,
       jsonb_strip_nulls(jsonb_build_object('type', 'text', 'text', 'Your order is on its way, and will be with you tomorrow.',
         'template', case when template is not null then jsonb_build_object('code', template, 'body', 'Hello') end)),
       jsonb_build_object(status, ms), case when error is not null then jsonb_build_array(jsonb_build_object('code', error)) end
     from seed_message`,
    [businessId],
  );
  await client.query(
    `insert into session_line (business_id, session_id, id, at, agent_code, data)
     select $1::int, id, ${id('closed_ms - 1800000', 's * 2')}, to_timestamp(closed_ms / 1000.0), agent, '{"event":"resolved"}'::jsonb from seed_session where resolved
     union all
     select $1::int, id, ${id('closed_ms', 's * 2 + 1')}, to_timestamp(closed_ms / 1000.0), null, '{"event":"closed"}' from seed_session`,
    [businessId],
  );
}

const session = (extra = `'{}'::jsonb`, s = 's') =>
  `jsonb_strip_nulls(jsonb_build_object('id', ${s}.id, 'queue', ${s}.queue, 'team', ${s}.team, 'resolved', false)) || ${extra}`;

/** Writes what the log tells of the rows that were stored last, as it would have been told. */
export async function logRows(client: pg.Client, businessId: number): Promise<number> {
  const about = `'contact', jsonb_build_object('id', 'seed' || s.s, 'channelId', s.channel_id, 'profile', jsonb_build_object('name', 'Amina'))`;
  const status = (short: string, before: string, of: string, condition: string, rank: number) => `
     select m.ms + ${rank}, 'message.status', jsonb_strip_nulls(jsonb_build_object(${about}, 'session', ${session()}, 'messageId', m.id,
       'short', '${short}', 'before', ${before}, 'template', m.template, 'errors', ${of}))
     from seed_message m join seed_session s using (s) where m.direction = 'O' and ${condition}`;
  const none = `'[]'::jsonb`;
  const failed = `jsonb_build_array(jsonb_build_object('code', m.error))`;
  const { rowCount } = await client.query(
    `with told (ms, type, data) as (
     select m.ms, case m.direction when 'I' then 'message.received' else 'message.accepted' end,
       jsonb_strip_nulls(jsonb_build_object(${about}, 'session', ${session()}, 'template', m.template, 'message', jsonb_build_object(
         'id', m.id, 'channelId', m.channel_id, 'direction', m.direction, 'senderType', m.sender_type, 'senderCode', m.sender_code,
         'content', jsonb_build_object('type', 'text', 'text', 'Your order is on its way, and will be with you tomorrow.'))))
     from seed_message m join seed_session s using (s)
     union all ${status('SENT', `'NONE'`, none, `m.status in ('SENTX', 'DLVRD', 'READ', 'SENTX_ERR')`, 1)}
     union all ${status('FAILD', `case m.status when 'SENT_ERR' then 'NONE' else 'SENT' end`, failed, 'm.error is not null', 2)}
     union all ${status('DLVRD', `case when m.after_all then 'FAILD' else 'SENT' end`, none, `m.status in ('DLVRD', 'READ')`, 3)}
     union all ${status('READ', `'DLVRD'`, none, `m.status = 'READ'`, 4)}
     union all
     select s.ms, 'session.opened', jsonb_build_object(${about}, 'session', ${session()}) from seed_session s
     union all
     select m.ms, 'session.routed', jsonb_build_object(${about}, 'session', ${session()}, 'routing', '{"start":true}'::jsonb)
     from seed_session s join seed_message m on m.s = s.s and m.n % ${ofSession} = 0
     union all
     select s.closed_ms - 1800000, 'session.resolved', jsonb_build_object(${about}, 'session', ${session(`'{"resolved":true}'`)}, 'by', s.agent)
     from seed_session s where resolved
     union all
     select s.closed_ms, 'session.closed', jsonb_build_object(${about}, 'session', ${session()}) from seed_session s
   ), numbered as (
     select row_number() over (order by ms, type <> 'session.opened', type <> 'session.routed') as n, * from told
   )
   insert into event (business_id, seq, id, type, at, data)
   select $1, c.seq + n, ${id('ms', 'n')}, type, to_timestamp(ms / 1000.0), data
   from numbered cross join (select seq from event_counter where business_id = $1) c`,
    [businessId],
  );
  await client.query(
    `update event_counter set seq = (select max(seq) from event where business_id = $1) where business_id = $1`,
    [businessId],
  );
  return rowCount ?? 0;
}
