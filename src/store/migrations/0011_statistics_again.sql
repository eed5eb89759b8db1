-- Whether a session is the first one of its contact is asked at each opening: by the business alone that would
-- read all sessions that it ever had.
create index session_contact on session (business_id, contact_id);

-- Nor may the database clean up behind what follows within a minute, and find the tables empty: not before there
-- is something in them.
alter table contact set (autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = 20000,
  autovacuum_analyze_threshold = 20000);
alter table session set (autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = 20000,
  autovacuum_analyze_threshold = 20000);
alter table message set (autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = 20000,
  autovacuum_analyze_threshold = 20000);
alter table delivery set (autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = 20000,
  autovacuum_analyze_threshold = 20000);

-- A table that is written anew, or gets an index, has the size of that moment in the statistics: none. So what
-- 0005 did is done again for the tables that were changed since. A migration that changes one of them later
-- ends like this one (test/store/plans.test.ts).
insert into message (business_id, id, no, session_id, contact_id, channel_id, direction, status, due_at, at, provider_id, content)
select -1, to_hex(n), -n, to_hex(n / 4), to_hex(n / 4), to_hex(n % 4), 'O', 'SENTX', case when n % 10 = 0 then now() end, now(),
  to_hex(n), '{}'
from generate_series(1, 4000) n;
analyze message;
delete from message where business_id = -1;

insert into business (id, domain, name) overriding system value values (-1, 'statistics', 'statistics');
insert into contact (business_id, id, no, type, lane, csid, channel_id, tags, owner_code)
select -1, to_hex(n), -n, 'SMS', 'l', to_hex(n), 'c', case when n % 10 = 0 then array[n % 7] else '{}' end,
  case when n % 10 = 0 then to_hex(n % 7) end
from generate_series(1, 2000) n;
insert into session (business_id, id, contact_id, channel_id, closed_at, queue_code, routing_id, expires_at)
select -1, to_hex(n), to_hex(1 + n / 2), 'c', case when n % 2 = 0 then now() end, 'q', to_hex(n), now()
from generate_series(1, 3998) n;
analyze contact;
analyze session;
delete from session where business_id = -1;
delete from contact where business_id = -1;
delete from business where id = -1;
