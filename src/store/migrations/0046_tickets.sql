-- The number behind the short reference of a session that people read out (`ticketOf` in src/model/session.ts), FNV-1a of its
-- id: so that who has heard the reference finds the session.
create function session_ticket(id text) returns bigint language plpgsql immutable strict parallel safe as $$
declare
  hash bigint := 2166136261;
  bytes bytea := id::bytea;
begin
  for n in 0..length(bytes) - 1 loop
    hash := ((hash # get_byte(bytes, n)) * 16777619) & 4294967295;
  end loop;
  return hash;
end $$;
-- Of sessions, which hardly change, and not of the inbox, whose rows each message writes anew.
create index session_by_ticket on session (business_id, session_ticket(id));

-- A table that gets an index has the size of that moment in the statistics (docs/decisions/0010, 0039).
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
