-- What is searched in: the folded words of messages and of contacts, written behind the log of events, so that nobody
-- who writes a message waits for it. Without extensions, which not every database lets us have: the business and the
-- week stand among the words, as `b:…` and `w:…`.
create table message_search (
  business_id integer not null,
  message_id text collate "C" not null,
  session_id text collate "C" not null,
  contact_id text collate "C" not null,
  words tsvector not null,
  primary key (business_id, message_id)
);
create index message_search_words on message_search using gin (words);

create table contact_search (
  business_id integer not null,
  contact_id text collate "C" not null,
  words tsvector not null,
  primary key (business_id, contact_id)
);
create index contact_search_words on contact_search using gin (words);

-- How far the words of a business are written: up to an event, and, of what was there before, down to a message and up
-- to a contact; empty and null when that is done.
create table search_progress (
  business_id integer primary key references business,
  seq bigint not null,
  message_id text collate "C",
  contact_id text collate "C"
);
