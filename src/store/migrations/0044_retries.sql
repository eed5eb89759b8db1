-- Messages that failed and were sent anew, each once: by whichever message. Gone with that one, when it is taken back.
create table message_retry (
  business_id integer not null,
  message_id text collate "C" not null,
  retry_id text collate "C" not null,
  retry_session_id text collate "C" not null,
  primary key (business_id, message_id)
);
create unique index message_retry_by on message_retry (business_id, retry_id);
