-- The parts in which a message went, by the ids that the provider gave them, with what was reported of each. A part
-- may have several rows: one for each spelling of its id.
create table message_part (
  business_id integer not null,
  channel_id text collate "C" not null,
  provider_id text collate "C" not null,
  message_id text collate "C" not null,
  part smallint not null,
  parts smallint not null,
  receipt jsonb,
  created_at timestamptz not null default now(),
  primary key (business_id, channel_id, provider_id)
);
create index message_part_message on message_part (business_id, message_id);
create index message_part_age on message_part (created_at);

-- Parts of texts that people sent, until all of one are there.
create table inbound_part (
  business_id integer not null,
  channel_id text collate "C" not null,
  csid text collate "C" not null,
  reference text collate "C" not null,
  total smallint not null,
  part smallint not null,
  body text not null,
  provider_id text not null,
  at timestamptz not null,
  received_at timestamptz not null default now(),
  primary key (business_id, channel_id, csid, reference, total, part)
);
create index inbound_part_age on inbound_part (received_at);
