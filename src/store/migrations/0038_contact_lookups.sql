-- Whom the provider of a channel is asked about: a row is the job, written with the first message of a session of somebody
-- whom nobody has named. It goes when the name is there, and with the contact and the channel.
create table contact_lookup (
  business_id integer not null,
  contact_id text collate "C" not null,
  channel_id text collate "C" not null,
  -- Until then nobody asks: it waits, or somebody asks at this moment. Null: the provider tells no name, and is not asked again.
  due_at timestamptz default now(),
  attempt integer not null default 0,
  primary key (business_id, contact_id),
  foreign key (business_id, contact_id) references contact on delete cascade,
  foreign key (business_id, channel_id) references channel on delete cascade
);
create index contact_lookup_due on contact_lookup (due_at) where due_at is not null;
create index contact_lookup_channel on contact_lookup (business_id, channel_id);
