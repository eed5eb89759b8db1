-- Contacts as screens list them: who came last stands first, by number, which never changes, so that a message of somebody
-- moves nobody in these indexes. All of them are read by contact_no; those of an agent, with tags and of a channel by theirs.
create index contact_owned_no on contact (business_id, owner_code, no) where owner_code is not null;
create index contact_tagged_no on contact (business_id, no) where tags <> '{}';
create index contact_channel_no on contact (business_id, channel_id, no);

-- A table that gets an index has the size of that moment in the statistics (docs/decisions/0010); what is written here and
-- taken away again shall not make the database look again, and find nothing (0011, 0039).
alter table contact set (autovacuum_analyze_threshold = 40000);
insert into business (id, domain, name) overriding system value values (-1, 'statistics', 'statistics');
insert into contact (business_id, id, no, type, lane, csid, channel_id, tags, owner_code)
select -1, to_hex(n), -n, 'SMS', 'l', to_hex(n), 'c', case when n % 10 = 0 then array[n % 7] else '{}' end,
  case when n % 10 = 0 then to_hex(n % 7) end
from generate_series(1, 2000) n;
analyze contact;
delete from contact where business_id = -1;
delete from business where id = -1;
