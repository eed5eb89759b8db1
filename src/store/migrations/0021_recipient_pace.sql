-- When each person may be written to again, on channels that limit that (channels.md rule 9). Shared by all
-- processes; lost in a crash, it only begins anew.
create unlogged table recipient_pace (
  business_id integer not null,
  contact_id text collate "C" not null,
  next_at timestamptz not null,
  every_ms integer not null,
  burst_ms integer not null,
  primary key (business_id, contact_id)
);
