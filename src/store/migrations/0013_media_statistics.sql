-- What 0011 does for the other large tables: of an empty one the planner believes that a condition on the business
-- alone finds the row (docs/decisions/0010).
alter table media set (autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_insert_threshold = 20000,
  autovacuum_analyze_threshold = 20000);
insert into media (business_id, id, message_id, channel_id, provider_ref, due_at)
select -1, to_hex(n), to_hex(n), 'c', '{}', case when n % 10 = 0 then now() end
from generate_series(1, 2000) n;
analyze media;
delete from media where business_id = -1;

-- And once more for deliveries, which may be left alone only since 0011: on a busy machine they were tidied up
-- between 0005 and that.
insert into delivery (business_id, endpoint_id, seq, lane, due_at, state)
select -1, to_hex(n % 4), n, to_hex(n / 4), case when n % 10 = 0 then now() end,
  case when n % 10 = 0 then 'pending' else 'delivered' end
from generate_series(1, 4000) n;
analyze delivery;
delete from delivery where business_id = -1;
