-- Up to when all that was handed over to a person has been delivered, or read, where a channel tells it so.
create table watermark (
  business_id integer not null,
  channel_id text collate "C" not null,
  contact_id text collate "C" not null,
  status text not null,
  at timestamptz not null,
  raised_at timestamptz not null default now(),
  primary key (business_id, channel_id, contact_id, status)
);
create index watermark_raised on watermark (raised_at);

-- What the business wrote elsewhere, while it may still turn out to be a message of ours.
create table early_echo (
  business_id integer not null,
  channel_id text collate "C" not null,
  provider_id text collate "C" not null,
  echo jsonb not null,
  heard_at timestamptz not null default now(),
  primary key (business_id, channel_id, provider_id)
);
create index early_echo_age on early_echo (heard_at);
