-- How a session stood before what was done with it: for who takes it back.
alter table session_line add column before jsonb;
