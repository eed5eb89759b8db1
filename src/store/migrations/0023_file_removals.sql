-- Files whose bytes are still to be taken away, although nothing names them any more: the store may be away just then.
create table file_removal (
  business_id integer not null,
  media_id text collate "C" not null,
  due_at timestamptz not null default now(),
  primary key (business_id, media_id)
);
create index file_removal_due on file_removal (due_at);
