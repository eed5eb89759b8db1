-- Parts of longer texts that were joined already: the SMSC may tell one of them again, when it did not hear our answer.
create table inbound_part_taken (
  business_id integer not null,
  channel_id text collate "C" not null,
  provider_id text collate "C" not null,
  taken_at timestamptz not null default now(),
  primary key (business_id, channel_id, provider_id)
);
create index inbound_part_taken_age on inbound_part_taken (taken_at);
