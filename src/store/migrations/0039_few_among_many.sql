-- Where nearly all sessions are over and nearly all messages sent, an index of the open ones, or of those under way, seems to
-- hold none: whichever of such indexes was smallest was taken to find those of one conversation, and read all there are. The
-- ones below now serve only who asks by the time, and says so: `> '-infinity'` (docs/decisions/0023).
drop index session_expiry;
create index session_expiry on session (expires_at) where closed_at is null and expires_at > '-infinity';
drop index message_due;
create index message_due on message (business_id, channel_id, due_at) where due_at > '-infinity';
drop index delivery_due;
create index delivery_due on delivery (business_id, endpoint_id, due_at) where due_at > '-infinity';

-- What is written below and taken away again, with what earlier migrations wrote, is more than the 20,000 rows after which the
-- database would look again, and find nothing (0011).
alter table message set (autovacuum_analyze_threshold = 40000);
alter table delivery set (autovacuum_analyze_threshold = 40000);
alter table session set (autovacuum_analyze_threshold = 40000);

-- A table that gets an index has the size of that moment in the statistics (docs/decisions/0010).
insert into message (business_id, id, no, session_id, contact_id, channel_id, direction, status, due_at, at, provider_id, content)
select -1, to_hex(n), -n, to_hex(n / 4), to_hex(n / 4), to_hex(n % 4), 'O', 'SENTX', case when n % 10 = 0 then now() end, now(),
  to_hex(n), '{}'
from generate_series(1, 4000) n;
analyze message;
delete from message where business_id = -1;

insert into delivery (business_id, endpoint_id, seq, lane, due_at, state)
select -1, to_hex(n % 4), n, to_hex(n / 4), case when n % 10 = 0 then now() end,
  case when n % 10 = 0 then 'pending' when n % 50 = 1 then 'failed' else 'delivered' end
from generate_series(1, 4000) n;
analyze delivery;
delete from delivery where business_id = -1;

insert into business (id, domain, name) overriding system value values (-1, 'statistics', 'statistics');
insert into contact (business_id, id, no, type, lane, csid, channel_id)
select -1, to_hex(n), -n, 'SMS', 'l', to_hex(n), 'c' from generate_series(1, 2000) n;
insert into session (business_id, id, contact_id, channel_id, closed_at, queue_code, routing_id, expires_at)
select -1, to_hex(n), to_hex(1 + n / 2), 'c', case when n % 2 = 0 then now() end, 'q', to_hex(n), now()
from generate_series(1, 3998) n;
analyze session;
delete from session where business_id = -1;
delete from contact where business_id = -1;
delete from business where id = -1;
