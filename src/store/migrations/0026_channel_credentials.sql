-- What a provider gives in place of what an operator entered, again and again: sealed as the settings are. The hashes
-- tell which refresh token it began with, and which one is in force.
create table channel_credential (
  business_id integer not null,
  channel_id text collate "C" not null,
  grant_hash bytea not null,
  refresh_hash bytea not null,
  sealed bytea not null,
  expires_at timestamptz not null,
  renew_at timestamptz not null,
  -- Whoever renews holds it until then; it was used at that time, and nobody has said yet what came of it.
  lease_until timestamptz,
  used_at timestamptz,
  primary key (business_id, channel_id)
);
create index channel_credential_renewal on channel_credential (renew_at);
