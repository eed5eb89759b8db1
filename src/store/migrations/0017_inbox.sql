-- What the inbox lists: the sessions that people work on, each with what its place in the lists depends on. Written by
-- the statements that write messages and sessions, so that a list reads one index and no more rows than it shows.
create table inbox_session (
  business_id integer not null,
  session_id text collate "C" not null,
  contact_id text collate "C" not null,
  channel_id text collate "C" not null,
  queue_code text not null,
  agent_code text,
  team_code text,
  -- Who held it when it was resolved.
  resolved_by text,
  state text not null check (state in ('open', 'snoozed', 'resolved', 'closed')),
  -- By our clock, to the millisecond: pages are cut here.
  active_at timestamptz(3) not null,
  -- Since when the person waits for an answer.
  waiting_since timestamptz(3),
  -- Messages of the person.
  received integer not null default 0,
  snoozed_until timestamptz(3),
  primary key (business_id, session_id)
) with (fillfactor = 70, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = 20000,
  autovacuum_analyze_threshold = 20000);
create index inbox_state on inbox_session (business_id, state, active_at, session_id);
create index inbox_agent on inbox_session (business_id, agent_code, state, active_at, session_id)
  where agent_code is not null;
create index inbox_unassigned on inbox_session (business_id, state, active_at, session_id)
  where agent_code is null and state in ('open', 'snoozed');
create index inbox_waiting on inbox_session (business_id, waiting_since, session_id) where waiting_since is not null;
create index inbox_snoozed on inbox_session (snoozed_until) where state = 'snoozed';

-- What each agent has read of a session, and whether a note mentions them.
create table inbox_read (
  business_id integer not null,
  agent_code text not null,
  session_id text collate "C" not null,
  -- So many messages of the person.
  received integer not null default 0,
  mentioned boolean not null default false,
  primary key (business_id, agent_code, session_id),
  foreign key (business_id, agent_code) references agent on delete cascade
) with (fillfactor = 70);
create index inbox_mentioned on inbox_read (business_id, agent_code) where mentioned;

create table inbox_draft (
  business_id integer not null,
  agent_code text not null,
  session_id text collate "C" not null,
  mode text not null check (mode in ('reply', 'note')),
  text text not null,
  data jsonb,
  saved_at timestamptz not null default now(),
  primary key (business_id, agent_code, session_id, mode),
  foreign key (business_id, agent_code) references agent on delete cascade
);

-- What was done with a session, and by whom: the lines between its messages.
create table session_line (
  business_id integer not null,
  session_id text collate "C" not null,
  id text collate "C" not null,
  at timestamptz(3) not null default now(),
  -- An agent, or nobody: the server itself, or a program.
  agent_code text,
  data jsonb not null,
  primary key (business_id, session_id, id)
);

-- Whom a note mentions.
create table note_mention (
  business_id integer not null,
  message_id text collate "C" not null,
  agents text[] not null,
  primary key (business_id, message_id)
);

-- Texts that are kept for answering; of the business, or of one agent.
create table canned_answer (
  business_id integer not null references business,
  -- Empty: of the business.
  owner text not null default '',
  code text not null,
  title text not null,
  text text not null,
  lang text,
  team_code text,
  media jsonb,
  updated_at timestamptz not null default now(),
  primary key (business_id, owner, code)
);

insert into inbox_session (business_id, session_id, contact_id, channel_id, queue_code, agent_code, team_code, state,
  active_at, waiting_since, received)
select s.business_id, s.id, s.contact_id, s.channel_id, s.queue_code, s.agent_code, s.team_code,
  case when s.closed_at is not null then 'closed' when s.resolved then 'resolved' else 'open' end,
  coalesce(m.last_at, s.started_at),
  case when s.closed_at is null and not s.resolved and m.heard_at > coalesce(m.answered_at, '-infinity') then m.heard_at end,
  m.received
from session s cross join lateral (
  select max(at) as last_at, max(at) filter (where direction = 'I') as heard_at,
    max(at) filter (where direction = 'O') as answered_at, count(*) filter (where direction = 'I') as received,
    coalesce(bool_or(direction = 'N' or sender_type = 'AGENT'), false) as worked
  from message m where m.business_id = s.business_id and m.session_id = s.id) m
where m.received > 0 or m.worked or s.agent_code is not null;

-- What a customer did is found by who the customer is.
create index customer_event_links on customer_event using gin (links jsonb_path_ops);

-- As 0011 does for the other large tables (docs/decisions/0010).
insert into inbox_session (business_id, session_id, contact_id, channel_id, queue_code, agent_code, state, active_at, waiting_since, received)
select -1, to_hex(n), to_hex(n / 2), 'c', 'q', case when n % 2 = 0 then to_hex(n % 7) end,
  case when n % 3 = 0 then 'open' else 'closed' end, now() - n * interval '1 s',
  case when n % 9 = 0 then now() - n * interval '1 s' end, 1
from generate_series(1, 4000) n;
analyze inbox_session;
delete from inbox_session where business_id = -1;

-- What the phone of a customer of a sandbox does, as somebody chose in the simulator.
create table sandbox_phone (
  business_id integer not null references business,
  channel_id text collate "C" not null,
  csid text not null,
  receipts text not null check (receipts in ('auto', 'manual')),
  fail text,
  primary key (business_id, channel_id, csid)
);
