-- What was made of a picture for channels that do not take it as it is, and lies beside it: `{"photo": {"mime": …,
-- "sizeBytes": …}}`; false: nothing can be made of it.
alter table media add column versions jsonb not null default '{}';
