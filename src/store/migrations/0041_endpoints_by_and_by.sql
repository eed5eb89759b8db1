-- Since when what was put aside for an endpoint is being made due again, some at a time; null: all of it is. Nothing is claimed
-- for it before.
alter table endpoint add resumed_at timestamptz;
