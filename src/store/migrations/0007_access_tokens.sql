-- Who may come in besides API keys: access tokens of agents and of end users (bots, visitors and people who
-- signed in through the Amity surface).

-- By what others know a business, beside its domain.
alter table business
  add column uuid uuid not null default gen_random_uuid(),
  -- Sealed: what the business signs the registrations of its visitors with.
  add column visitor_secret bytea;
create unique index business_uuid on business (uuid);

-- 'server': the key of the business's own server, with which it vouches for people who sign in.
alter table api_key
  drop constraint api_key_kind_check,
  add constraint api_key_kind_check check (kind in ('confidential', 'publishable', 'server')),
  -- Named by the key's form as a token.
  add column uuid uuid not null default gen_random_uuid(),
  -- Number of the agent who made it.
  add column maker_no bigint;
create unique index api_key_uuid on api_key (uuid);

create table end_user (
  business_id integer not null references business,
  id text collate "C" not null,
  kind text not null check (kind in ('bot', 'visitor', 'signed-in')),
  public_id text collate "C" not null,
  -- A bot or a visitor is known by its device alone.
  device_id text collate "C",
  display_name text not null,
  profile_handle text,
  metadata jsonb not null default '{}',
  banned_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Last registered.
  seen_at timestamptz not null default now(),
  -- What was read on the last day on which anything was, by UTC.
  reads_day date,
  reads integer not null default 0,
  primary key (business_id, id),
  check ((kind = 'signed-in') = (device_id is null))
) with (fillfactor = 90);
create unique index end_user_public_id on end_user (business_id, public_id);
create unique index end_user_device on end_user (business_id, kind, device_id) where device_id is not null;
create index end_user_signed_in on end_user (business_id, id) where kind = 'signed-in';
create index end_user_idle on end_user (seen_at) where kind <> 'signed-in';

-- A token is good while its row is here: what is revoked or replaced is gone.
create table access_token (
  business_id integer not null references business,
  id text collate "C" not null,
  kind text not null check (kind in ('agent', 'bot', 'visitor', 'signed-in')),
  -- The key that made it: without that key it is worth nothing.
  key_id text collate "C" not null,
  agent_code text,
  host_id text,
  end_user_id text collate "C",
  device_id text collate "C",
  -- The business vouched for who this is: it stays so, whatever is demanded later.
  vouched boolean not null default false,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (business_id, id),
  check ((kind = 'agent') = (agent_code is not null)),
  check ((kind = 'agent') = (end_user_id is null)),
  check ((end_user_id is null) = (device_id is null))
) with (fillfactor = 70);
create unique index access_token_id on access_token (id);
-- A device holds one token of each kind (decision D11).
create unique index access_token_device on access_token (business_id, kind, device_id) where device_id is not null;
create index access_token_end_user on access_token (business_id, end_user_id) where end_user_id is not null;
create index access_token_agent on access_token (business_id, id) where kind = 'agent';
create index access_token_key on access_token (business_id, key_id);
create index access_token_expiry on access_token (expires_at);

-- What a business's server was given for one of its people, to sign in with: kept as a keyed hash.
create table auth_token (
  business_id integer not null references business,
  hash bytea not null,
  key_id text collate "C" not null,
  user_id text collate "C" not null,
  expires_at timestamptz not null,
  primary key (business_id, hash)
);
create index auth_token_expiry on auth_token (expires_at);

-- Whom an end user is among the contacts: by the id on a web site, or by the id in the business's own system.
create index contact_web on contact (business_id, csid) where type = 'WEBSITE';
-- Its beginning: an index takes no text of any length.
create index contact_profile_id on contact (business_id, left(business_profile->>'profileId', 200))
  where business_profile->>'profileId' is not null;
