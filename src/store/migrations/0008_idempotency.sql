-- Requests that came with an Idempotency-Key, and what was answered. Kept for 48 hours.
create table idempotency (
  business_id integer not null,
  -- Of the credential, the route and the key: the scope in which a key means one request.
  hash bytea not null,
  -- Of the whole request: the same key with another one is a mistake of the caller.
  request bytea not null,
  -- Who works on it, and until when nobody else may begin; null: it is done.
  claim text collate "C",
  lease_until timestamptz,
  -- What was done, written by the transaction that did it: found here after a crash.
  effect jsonb,
  -- The answer, sealed: it may hold what is shown once.
  answer bytea,
  created_at timestamptz not null default now(),
  primary key (business_id, hash)
);
create index idempotency_age on idempotency (created_at);
