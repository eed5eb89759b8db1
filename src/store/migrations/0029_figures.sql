-- Figures: what happened, counted behind the log of events (docs/decisions/0021). Quarters of an hour by UTC, out of
-- which the days of any time zone can be made, and the days of the business's own, which reports of a year read. These lie
-- apart from the quarters, so that a year of them is a few thousand pages next to each other.

-- Ids of ours begin with the time at which they were made, in ms by the clock of the house.
create function figure_ms(id text) returns bigint language sql immutable parallel safe return
  ('x' || left(id, 12))::bit(48)::bigint;
create function figure_quarter(ms bigint) returns timestamp language sql immutable parallel safe return
  timestamp '1970-01-01' + ms / 900000 * interval '15 minutes';
-- Durations fall into bins, of which eight lie between one length and its double.
create function figure_bin(ms bigint) returns smallint language sql immutable parallel safe return
  floor(8 * ln(greatest(ms, 1)::float8) / ln(2::float8))::smallint;

-- Up to which event a business is counted, and how far what was there before: messages and sessions with smaller ids,
-- and deliveries after this one, are not counted yet. `zone` is the time zone of its days.
create table figure_progress (
  business_id integer primary key references business,
  seq bigint not null,
  zone text not null,
  message_id text collate "C" not null default 'g',
  session_id text collate "C" not null default 'g',
  endpoint_id text collate "C" default '',
  delivery_seq bigint default 0
) with (fillfactor = 50);

-- Messages by the time at which they came to us.
create table figure_message (
  business_id integer not null,
  span text not null,
  at timestamp not null,
  channel_id text collate "C" not null,
  direction char(1) not null,
  template text collate "C" not null,
  total integer not null default 0,
  sent integer not null default 0,
  delivered integer not null default 0,
  read integer not null default 0,
  failed integer not null default 0,
  primary key (business_id, span, at, channel_id, direction, template)
) partition by list (span);
create table figure_message_quarter partition of figure_message for values in ('quarter') with (fillfactor = 70);
create table figure_message_day partition of figure_message for values in ('day') with (fillfactor = 70);

-- Those that failed, by their errors.
create table figure_error (
  business_id integer not null,
  span text not null,
  at timestamp not null,
  channel_id text collate "C" not null,
  template text collate "C" not null,
  error text collate "C" not null,
  failed integer not null default 0,
  primary key (business_id, span, at, channel_id, template, error)
) partition by list (span);
create table figure_error_quarter partition of figure_error for values in ('quarter') with (fillfactor = 70);
create table figure_error_day partition of figure_error for values in ('day') with (fillfactor = 70);

-- The error under which a message was counted: it may arrive after all.
create table figure_failure (
  business_id integer not null,
  message_id text collate "C" not null,
  error text not null,
  primary key (business_id, message_id)
);

-- What was done with sessions, when it was done, and how long people had waited for it.
create table figure_session (
  business_id integer not null,
  span text not null,
  at timestamp not null,
  queue_code text collate "C" not null,
  team_code text collate "C" not null,
  agent_code text collate "C" not null,
  channel_id text collate "C" not null,
  opened integer not null default 0,
  started integer not null default 0,
  queued integer not null default 0,
  assigned integer not null default 0,
  written integer not null default 0,
  resolved integer not null default 0,
  reopened integer not null default 0,
  closed integer not null default 0,
  answers integer not null default 0,
  answer_ms bigint not null default 0,
  agent_answers integer not null default 0,
  agent_answer_ms bigint not null default 0,
  resolutions integer not null default 0,
  resolution_ms bigint not null default 0,
  primary key (business_id, span, at, queue_code, team_code, agent_code, channel_id)
) partition by list (span);
create table figure_session_quarter partition of figure_session for values in ('quarter') with (fillfactor = 70);
create table figure_session_day partition of figure_session for values in ('day') with (fillfactor = 70);

-- How many waited how long, in each quarter.
create table figure_wait (
  business_id integer not null,
  at timestamp not null,
  kind text not null check (kind in ('answer', 'agentAnswer', 'resolution')),
  queue_code text collate "C" not null,
  team_code text collate "C" not null,
  agent_code text collate "C" not null,
  channel_id text collate "C" not null,
  bin smallint not null,
  total integer not null,
  primary key (business_id, at, kind, queue_code, team_code, agent_code, channel_id, bin)
) with (fillfactor = 70);

-- The same in days and months, told apart by one thing at a time: a year of all things at once is too much to read.
create table figure_wait_axis (
  business_id integer not null,
  span text not null,
  axis text not null check (axis in ('all', 'channel', 'queue', 'team', 'agent')),
  at timestamp not null,
  key text collate "C" not null,
  kind text not null,
  bin smallint not null,
  total integer not null,
  primary key (business_id, span, axis, at, key, kind, bin)
) partition by list (span);
create table figure_wait_axis_day partition of figure_wait_axis for values in ('day') with (fillfactor = 70);
create table figure_wait_axis_month partition of figure_wait_axis for values in ('month') with (fillfactor = 70);

-- Sessions in which a person waits: since when, and who has answered.
create table figure_asked (
  business_id integer not null,
  session_id text collate "C" not null,
  asked_ms bigint not null,
  answered boolean not null,
  agent_answered boolean not null,
  primary key (business_id, session_id)
) with (fillfactor = 70);

-- Calls of webhooks; `answer` is the HTTP status, 0 where nothing was answered.
create table figure_webhook (
  business_id integer not null,
  span text not null,
  at timestamp not null,
  endpoint_id text collate "C" not null,
  answer smallint not null,
  calls integer not null,
  delivered integer not null,
  given_up integer not null,
  ms bigint not null,
  primary key (business_id, span, at, endpoint_id, answer)
) partition by list (span);
create table figure_webhook_quarter partition of figure_webhook for values in ('quarter') with (fillfactor = 70);
create table figure_webhook_day partition of figure_webhook for values in ('day') with (fillfactor = 70);

-- How many of them took how long.
create table figure_webhook_time (
  business_id integer not null,
  span text not null,
  at timestamp not null,
  endpoint_id text collate "C" not null,
  bin smallint not null,
  calls integer not null,
  primary key (business_id, span, at, endpoint_id, bin)
) partition by list (span);
create table figure_webhook_time_quarter partition of figure_webhook_time for values in ('quarter') with (fillfactor = 70);
create table figure_webhook_time_day partition of figure_webhook_time for values in ('day') with (fillfactor = 70);

-- The same as it happens, not yet counted: the log of events knows nothing of deliveries. `bin` is -1 where nobody was
-- called.
create table figure_call (
  business_id integer not null,
  endpoint_id text collate "C" not null,
  at timestamp not null,
  answer smallint not null,
  bin smallint not null,
  calls integer not null,
  delivered integer not null,
  given_up integer not null,
  ms bigint not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index figure_call_business on figure_call (business_id);
