-- Who did what: a line for each change of what is set up, each sign-in, each export. Written in the transaction of the
-- change, read newest first, and never changed. Its words are for searching, the business among them as `b:…`.
create table audit_line (
  business_id integer not null,
  -- Begins with the milliseconds of `at`: lines are in the order of their ids.
  id text collate "C" not null,
  at timestamptz(3) not null,
  who_kind text not null,
  who_id text,
  who_name text,
  -- Whose sign-in or access token it was.
  agent_code text,
  address text,
  request_id text,
  verb text not null,
  kind text not null,
  target_id text,
  target_name text,
  changes jsonb not null default '[]',
  -- So many fields more had changed.
  omitted integer not null default 0,
  words tsvector not null,
  primary key (business_id, id)
) with (autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = 20000,
  autovacuum_analyze_threshold = 20000);
create index audit_target on audit_line (business_id, kind, target_id, id);
create index audit_agent on audit_line (business_id, agent_code, id) where agent_code is not null;
create index audit_words on audit_line using gin (words);
create index audit_age on audit_line (at);

-- What plans are made by while it is empty: see docs/decisions/0010.
insert into audit_line (business_id, id, at, who_kind, agent_code, verb, kind, target_id, words)
select -1, to_hex(n), now(), 'agent', case when n % 2 = 0 then to_hex(n % 40) end, 'team.changed', 'team', to_hex(n % 400),
  array_to_tsvector(array['b:-1', to_hex(n)])
from generate_series(1, 2000) n;
analyze audit_line;
delete from audit_line where business_id = -1;

-- Whoever may use the tables cannot quietly rewrite what is in this one. What is old is forgotten: nothing younger than
-- the shortest time that AUDIT_DAYS can have.
create function audit_line_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.at < now() - interval '30 days' then
      return old;
    end if;
  end if;
  raise exception 'lines of the audit log are neither changed nor taken away';
end $$;
create trigger audit_line_stays before update or delete on audit_line
  for each row execute function audit_line_stays();
create trigger audit_line_stays_whole before truncate on audit_line
  for each statement execute function audit_line_stays();
