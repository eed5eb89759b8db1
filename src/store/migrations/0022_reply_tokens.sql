-- What the last message of each person may be answered with, once and soon; lost in a crash, the answer is sent in
-- the dearer way.
create unlogged table reply_token (
  business_id integer not null,
  contact_id text collate "C" not null,
  token text not null,
  expires_at timestamptz not null,
  primary key (business_id, contact_id)
);
