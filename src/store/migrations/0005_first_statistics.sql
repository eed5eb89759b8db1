-- Plans are made when the tables are still empty, and kept. Of an empty table the planner knows nothing:
-- a condition on the business alone seems as good as one on the conversation, and the index that it takes
-- then reads the whole business for each message. So the first statistics are of made-up rows that look like
-- those to come, written and taken away again within this migration; they hold until real ones are there.
insert into message (business_id, id, session_id, contact_id, channel_id, direction, status, due_at, at, provider_id, content)
select -1, to_hex(n), to_hex(n / 4), to_hex(n / 4), to_hex(n % 4), 'O', 'SENTX', case when n % 10 = 0 then now() end, now(),
  to_hex(n), '{}'
from generate_series(1, 4000) n;
analyze message;
delete from message where business_id = -1;

insert into delivery (business_id, endpoint_id, seq, lane, due_at, state)
select -1, to_hex(n % 4), n, to_hex(n / 4), case when n % 10 = 0 then now() end,
  case when n % 10 = 0 then 'pending' else 'delivered' end
from generate_series(1, 4000) n;
analyze delivery;
delete from delivery where business_id = -1;

insert into business (id, domain, name) overriding system value values (-1, 'statistics', 'statistics');
insert into contact (business_id, id, type, lane, csid, channel_id)
select -1, to_hex(n), 'SMS', 'l', to_hex(n), 'c' from generate_series(1, 2000) n;
insert into session (business_id, id, contact_id, channel_id, closed_at, queue_code, routing_id, expires_at)
select -1, to_hex(n), to_hex(1 + n / 2), 'c', case when n % 2 = 0 then now() end, 'q', to_hex(n), now()
from generate_series(1, 3998) n;
analyze contact;
analyze session;
delete from session where business_id = -1;
delete from contact where business_id = -1;
delete from business where id = -1;
