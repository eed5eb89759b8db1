-- How channels fare, as each process notes it every few seconds: beside the channel, which is read far more often.
create table channel_health (
  business_id integer not null,
  channel_id text collate "C" not null,
  -- The last call to the provider; why it failed, when it did, and since when calls fail.
  called_at timestamptz,
  failure jsonb,
  failing_since timestamptz,
  -- The last call that went well.
  well_at timestamptz,
  -- The provider called last; and called last with something that was refused.
  heard_at timestamptz,
  refused_at timestamptz,
  refusal text,
  primary key (business_id, channel_id),
  foreign key (business_id, channel_id) references channel on delete cascade
) with (fillfactor = 50);

-- Why they could not be renewed the last time.
alter table channel_credential add column failed_at timestamptz, add column failure jsonb;
