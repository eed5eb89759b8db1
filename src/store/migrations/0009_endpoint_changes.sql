-- Some surfaces tell when a webhook was changed.
alter table endpoint add updated_at timestamptz not null default now();
update endpoint set updated_at = created_at;
