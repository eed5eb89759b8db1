-- Files that came with no message: what the business uploaded for sending.
alter table media
  alter column channel_id drop not null,
  alter column message_id drop not null,
  alter column provider_ref drop not null,
  -- What is still to be fetched says where.
  add constraint media_fetch check (due_at is null or (channel_id is not null and provider_ref is not null));

-- As what a channel's provider knows a file of ours, while it keeps it (channels.md rule 8).
create table media_upload (
  business_id integer not null,
  channel_id text collate "C" not null,
  media_id text collate "C" not null,
  provider_id text not null,
  expires_at timestamptz not null,
  primary key (business_id, channel_id, media_id)
);
create index media_upload_expiry on media_upload (expires_at);

-- Under which other id a provider knows a contact: the WhatsApp id of a number that is dialled otherwise.
-- `id` is the contact id that this address would have; who writes or is written to there is `contact_id`.
create table contact_alias (
  business_id integer not null,
  id text collate "C" not null,
  contact_id text collate "C" not null,
  primary key (business_id, id),
  foreign key (business_id, contact_id) references contact
);
