-- Which process holds a connection that only one may have, and how far it has read. `epoch` grows with each change of
-- hands: who comes back from a long sleep can store nothing under the old one.
create table connection_lease (
  business_id integer not null,
  channel_id text collate "C" not null,
  name text not null,
  holder text not null,
  epoch integer not null default 1,
  lease_until timestamptz not null,
  cursor jsonb,
  primary key (business_id, channel_id, name),
  foreign key (business_id, channel_id) references channel on delete cascade
);

-- How the connections of channels stand, as each process tells of its own.
create table connection_state (
  business_id integer not null,
  channel_id text collate "C" not null,
  name text not null,
  process text not null,
  wanted integer not null,
  open integer not null,
  reason text,
  changed_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  primary key (business_id, channel_id, name, process),
  foreign key (business_id, channel_id) references channel on delete cascade
);
create index connection_state_process on connection_state (process);

create index channel_type on channel (type);
