-- Files that visitors uploaded: whose they are, so that nobody sends another's. One that no message names within a
-- day is taken away again.
create table visitor_upload (
  business_id integer not null,
  media_id text collate "C" not null,
  contact_id text collate "C" not null,
  created_at timestamptz not null default now(),
  primary key (business_id, media_id)
);
create index visitor_upload_age on visitor_upload (created_at);

-- How far agents have read in a session: the furthest of them all.
create table session_read (
  business_id integer not null,
  session_id text collate "C" not null,
  message_id text collate "C" not null,
  agent_code text,
  at timestamptz not null default now(),
  primary key (business_id, session_id)
) with (fillfactor = 50);
