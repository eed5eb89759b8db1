-- Visitors of web sites: one row for each contact that may come to us over a widget, made before it writes
-- anything. What it is told is numbered for it alone: without gaps, and saying nothing of how much goes on
-- in the business.
create table visitor (
  business_id integer not null references business,
  contact_id text collate "C" not null,
  channel_id text collate "C" not null,
  -- The id in the business's own system, once the business vouched for who this is.
  person text,
  -- What the visitor says of itself: name, email, phone. Kept here until there is a contact.
  profile jsonb not null default '{}',
  -- Where on the site the visitor is.
  page jsonb,
  -- Number of the last event that concerns the visitor; up to where it has stored and read them.
  told bigint not null default 0,
  acked bigint not null default 0,
  read bigint not null default 0,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  primary key (business_id, contact_id)
) with (fillfactor = 50);
create index visitor_idle on visitor (seen_at);

alter table event add column visitor_no bigint;
create unique index event_visitor on event (business_id, lane, visitor_no) where visitor_no is not null;
