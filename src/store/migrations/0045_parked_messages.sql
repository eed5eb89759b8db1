-- Who waits behind an earlier message of the same person: the sweep looks at each of these people, and not at all that waits.
create index message_parked on message (business_id, contact_id) where due_at = 'infinity';

-- A table that gets an index has the size of that moment in the statistics (docs/decisions/0010).
insert into message (business_id, id, no, session_id, contact_id, channel_id, direction, status, due_at, at, provider_id, content)
select -1, to_hex(n), -n, to_hex(n / 4), to_hex(n / 4), to_hex(n % 4), 'O', 'SENTX', case when n % 10 = 0 then now() end, now(),
  to_hex(n), '{}'
from generate_series(1, 4000) n;
analyze message;
delete from message where business_id = -1;
