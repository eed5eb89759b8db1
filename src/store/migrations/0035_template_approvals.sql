-- How providers came to stand to a template as they do: a line for each change, written in the transaction of the change.
-- It goes with the template, and with the channel.
create table template_approval_change (
  business_id integer not null,
  template_id text collate "C" not null,
  channel_id text collate "C" not null,
  -- Grows: lines are in the order in which they were written.
  no bigint generated always as identity,
  at timestamptz(3) not null default now(),
  status text not null,
  -- How it is known: noted by hand, submitted by us, told by the provider, read from its list.
  source text not null check (source in ('noted', 'submitted', 'told', 'read')),
  -- Who did it, where somebody did: { kind, id, name, agent }.
  who jsonb,
  reason text,
  category text,
  quality text,
  provider_id text,
  primary key (business_id, template_id, channel_id, no),
  foreign key (business_id, template_id) references template on delete cascade,
  foreign key (business_id, channel_id) references channel on delete cascade
);
create index template_approval_channel on template_approval_change (business_id, channel_id);

-- What providers have of templates that stands for none of ours: offered to be taken over.
create table provider_template (
  business_id integer not null,
  channel_id text collate "C" not null,
  name text not null,
  lang text not null,
  doc jsonb not null,
  primary key (business_id, channel_id, name, lang),
  foreign key (business_id, channel_id) references channel on delete cascade
);

-- When the list of a provider is read again, and what came of it the last time. Whoever reads it holds it until then.
create table template_sync (
  business_id integer not null,
  channel_id text collate "C" not null,
  next_at timestamptz not null default now(),
  lease_until timestamptz,
  synced_at timestamptz,
  failed_at timestamptz,
  failure jsonb,
  primary key (business_id, channel_id),
  foreign key (business_id, channel_id) references channel on delete cascade
);
create index template_sync_next on template_sync (next_at);

-- Channels that are there already begin now; new ones when they are set up.
insert into template_sync (business_id, channel_id)
select business_id, id from channel where type in ('wacfb', 'wa', 'wa360');
