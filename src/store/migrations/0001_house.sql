-- The first schema. The business is part of every table's access path, so that a distributed
-- PostgreSQL can shard by it. Ids are text in byte order ("C"), so that they sort as they grow.

-- The rank of a status: a message only moves to a higher one. Same table as model/status.ts; a test
-- compares them.
create function status_rank(status text) returns smallint language sql immutable parallel safe return
  case status
    when 'SCHLD' then 0 when 'CRTD' then 10 when 'INIT' then 20 when 'SENT' then 30
    when 'RECEIVD' then 35 when 'FORWARD_ERR' then 36 when 'FORWARDED' then 37
    when 'SENTX' then 40 when 'NSENT' then 41 when 'LIMIT' then 42 when 'SENT_EXC' then 43
    when 'SENT_ERR' then 44 when 'FAILD' then 45 when 'SENTX_ERR' then 46 when 'CCWIN' then 47
    when 'BLCKD' then 48 when 'DLVRD' then 50 when 'READ' then 60 when 'DELTD' then 70
    else -1 -- STATUS_FORWARD_ERR: only ever a stamp
  end::smallint;

create table business (
  id integer generated always as identity primary key,
  domain text not null unique check (domain = lower(domain)),
  name text not null,
  settings jsonb not null default '{}',
  created_at timestamptz not null default now()
);

-- The last event number of each business. One row, updated last in a transaction: whoever holds it
-- commits before the next number is given, so numbers appear in order and without gaps.
create table event_counter (
  business_id integer primary key references business,
  seq bigint not null default 0
) with (fillfactor = 20);

-- What is set up --------------------------------------------------------------------------------

create table app (
  business_id integer not null references business,
  id text collate "C" not null,
  code text not null,
  name text not null,
  mode text not null default 'WEBHOOK',
  type text not null default 'DEFAULT',
  contact_info_url text,
  props jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (business_id, id),
  unique (business_id, code)
);

create table api_key (
  hash bytea primary key,
  id text collate "C" not null,
  business_id integer not null,
  app_id text collate "C" not null,
  name text not null,
  hint text not null,
  kind text not null default 'confidential' check (kind in ('confidential', 'publishable')),
  scope text not null default 'write' check (scope in ('read', 'write')),
  tenant_wide boolean not null default false,
  installation boolean not null default false,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  foreign key (business_id, app_id) references app
);
create unique index api_key_id on api_key (business_id, id);

-- People who administer a business.
create table administrator (
  business_id integer not null references business,
  email text not null check (email = lower(email)),
  password_hash text not null,
  created_at timestamptz not null default now(),
  primary key (business_id, email)
);

create table queue (
  business_id integer not null references business,
  code text not null,
  name text not null,
  type text not null check (type in ('AGENT', 'BOT')),
  app_id text collate "C",
  is_default boolean not null default false,
  primary key (business_id, code),
  foreign key (business_id, app_id) references app
);
create unique index queue_default on queue (business_id) where is_default;

create table team (
  business_id integer not null references business,
  code text not null,
  name text not null,
  primary key (business_id, code)
);

create table agent (
  business_id integer not null references business,
  code text not null,
  name text not null,
  email text,
  teams text[] not null default '{}',
  skills text[] not null default '{}',
  active boolean not null default true,
  primary key (business_id, code)
);

create table channel (
  business_id integer not null references business,
  id text collate "C" not null,
  type text not null,
  contact_type text not null,
  lane text not null,
  name text not null,
  account_id text collate "C" not null unique,
  sandbox boolean not null default false,
  enabled boolean not null default true,
  queue_code text,
  settings jsonb not null default '{}',
  secrets bytea,
  -- Keyed hash of a custom connector's verify token.
  token_hash bytea unique,
  attention jsonb,
  auth_failures integer not null default 0,
  paused_until timestamptz,
  created_at timestamptz not null default now(),
  primary key (business_id, id),
  foreign key (business_id, queue_code) references queue
);

create table template (
  business_id integer not null references business,
  id text collate "C" not null,
  code text not null,
  lang text not null,
  doc jsonb not null,
  approvals jsonb not null default '[]',
  created_at timestamptz not null default now(),
  primary key (business_id, id),
  unique (business_id, code, lang)
);

create table var (
  business_id integer not null references business,
  id text collate "C" not null,
  key text not null,
  channel_id text collate "C",
  doc jsonb not null,
  primary key (business_id, id),
  unique nulls not distinct (business_id, key, channel_id)
);

create table endpoint (
  business_id integer not null references business,
  id text collate "C" not null,
  surface text not null,
  app_id text collate "C",
  url text not null,
  types text[],
  -- Sealed: { secret, verifyToken }.
  secrets bytea not null,
  created_at timestamptz not null default now(),
  disabled_at timestamptz,
  disabled_reason text,
  -- Since the last success.
  failures integer not null default 0,
  first_failure_at timestamptz,
  told_stage smallint not null default 0,
  primary key (business_id, id),
  foreign key (business_id, app_id) references app
);
create unique index endpoint_app_webhook on endpoint (business_id, app_id, surface) where types is null and app_id is not null;

-- People and conversations ------------------------------------------------------------------------

create table contact (
  business_id integer not null references business,
  id text collate "C" not null,
  type text not null,
  lane text not null,
  csid text not null,
  channel_id text collate "C" not null,
  profile jsonb not null default '{}',
  business_profile jsonb not null default '{}',
  labels jsonb not null default '[]',
  lang text,
  opted_out boolean not null default false,
  last_inbound_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (business_id, id)
) with (fillfactor = 90);

create table session (
  business_id integer not null,
  id text collate "C" not null,
  contact_id text collate "C" not null,
  channel_id text collate "C" not null,
  started_at timestamptz not null default now(),
  closed_at timestamptz,
  resolved boolean not null default false,
  queue_code text not null,
  routing_id text collate "C" not null,
  agent_code text,
  team_code text,
  version integer not null default 1,
  started boolean not null default false,
  first boolean not null default false,
  -- A sweep looks again at this time whether anybody has written since.
  expires_at timestamptz not null,
  -- Event numbers of the last resolve and of the close, to answer a repeated call (decision D53).
  resolve_seq bigint,
  close_seq bigint,
  primary key (business_id, id),
  foreign key (business_id, contact_id) references contact
) with (fillfactor = 90);
create unique index session_open on session (business_id, contact_id) where closed_at is null;
create index session_expiry on session (expires_at) where closed_at is null;

-- A message is its own job: while `due_at` is set there is work to do, from that time on. A worker that
-- takes it counts the attempt (the fence) and has it until `lease_until`; `due_at` stays.
-- 'infinity' means: waits behind an earlier message of the same conversation.
create table message (
  business_id integer not null,
  id text collate "C" not null,
  session_id text collate "C" not null,
  contact_id text collate "C" not null,
  channel_id text collate "C" not null,
  direction char(1) not null,
  status text not null,
  due_at timestamptz,
  attempt integer not null default 0,
  -- Attempts that do not count: the provider asked us to wait, or nothing was tried.
  free_attempts integer not null default 0,
  mask boolean not null default false,
  at timestamptz not null,
  app_id text collate "C",
  sender_type text,
  sender_code text,
  provider_id text collate "C",
  reply_id text collate "C",
  reply_id_ext text collate "C",
  content jsonb not null,
  stamps jsonb not null default '{}',
  errors jsonb,
  failure jsonb,
  primary key (business_id, id)
) with (fillfactor = 70);
create index message_due on message (business_id, channel_id, due_at) where due_at is not null;
create index message_lane on message (business_id, contact_id, id) where due_at is not null;
create index message_session on message (business_id, session_id, id);
create unique index message_provider on message (business_id, channel_id, provider_id, direction)
  where provider_id is not null;

-- Messages a second that a channel may still send: one bucket for all processes (channels.md rule 9).
create table channel_budget (
  business_id integer not null,
  channel_id text collate "C" not null,
  tokens double precision not null,
  refilled_at timestamptz not null default clock_timestamp(),
  primary key (business_id, channel_id)
) with (fillfactor = 20);

-- Receipts that came before the send call returned (channels.md rule 3); kept for a while.
create table early_receipt (
  business_id integer not null,
  channel_id text collate "C" not null,
  provider_id text collate "C" not null,
  receipt jsonb not null,
  received_at timestamptz not null default now()
);
create index early_receipt_key on early_receipt (business_id, channel_id, provider_id);

-- A file that a provider keeps for us: the row is the job of fetching it.
create table media (
  business_id integer not null,
  id text collate "C" not null,
  channel_id text collate "C" not null,
  message_id text collate "C" not null,
  provider_ref jsonb not null,
  mime text,
  filename text,
  size_bytes bigint,
  sha256 text,
  stored_at timestamptz,
  due_at timestamptz,
  attempt smallint not null default 0,
  failure text,
  created_at timestamptz not null default now(),
  primary key (business_id, id)
);
create unique index media_id on media (id);
create index media_due on media (due_at) where due_at is not null;

-- What the sandbox will send back later; the row is the job.
create table echo (
  business_id integer not null,
  id text collate "C" not null,
  channel_id text collate "C" not null,
  received jsonb not null,
  due_at timestamptz not null,
  primary key (business_id, id)
);
create index echo_due on echo (due_at);

-- Webhook requests of providers that could not be applied, with the reason.
create table inbound_failure (
  business_id integer not null,
  id text collate "C" not null,
  channel_id text collate "C" not null,
  body bytea not null,
  reason text not null,
  received_at timestamptz not null default now(),
  primary key (business_id, id)
);

-- The log of everything that happened, and its way out ---------------------------------------------

create table event (
  business_id integer not null,
  seq bigint not null,
  id text collate "C" not null,
  type text not null,
  at timestamptz not null,
  app_id text collate "C",
  lane text collate "C",
  data jsonb not null,
  primary key (business_id, seq)
);
create index event_id on event (business_id, id);

-- One event on its way to one endpoint. Same rule as for messages: `due_at` is the queue and, as
-- 'infinity', the place behind an earlier one of the same lane; `lease_until` is the lease. 'held': the
-- endpoint is disabled; enabling it makes them pending again.
create table delivery (
  business_id integer not null,
  endpoint_id text collate "C" not null,
  seq bigint not null,
  lane text collate "C" not null,
  due_at timestamptz,
  attempt integer not null default 0,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed', 'held')),
  answer_status smallint,
  answer text,
  settled_at timestamptz,
  primary key (business_id, endpoint_id, seq)
) with (fillfactor = 70);
create index delivery_due on delivery (business_id, endpoint_id, due_at) where due_at is not null;
create index delivery_lane on delivery (business_id, endpoint_id, lane, seq) where due_at is not null;

-- What the business tells of its customers -----------------------------------------------------------

create table customer_object (
  business_id integer not null references business,
  type text not null,
  id text not null,
  data jsonb not null default '{}',
  links jsonb not null default '[]',
  updated_at timestamptz not null default now(),
  primary key (business_id, type, id)
);
create index customer_object_links on customer_object using gin (links jsonb_path_ops);

create table customer_event (
  business_id integer not null references business,
  app_id text collate "C" not null,
  name text not null,
  id text not null,
  data jsonb,
  links jsonb not null default '[]',
  at timestamptz not null default now(),
  primary key (business_id, app_id, name, id)
);
