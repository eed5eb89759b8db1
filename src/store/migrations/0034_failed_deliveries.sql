-- What an endpoint never took is shown, counted and told again, however much it took.
create index delivery_failed on delivery (business_id, endpoint_id, seq) where state = 'failed';

-- A table that gets an index has the size of that moment in the statistics (docs/decisions/0010).
insert into delivery (business_id, endpoint_id, seq, lane, due_at, state)
select -1, to_hex(n % 4), n, to_hex(n / 4), case when n % 10 = 0 then now() end,
  case when n % 10 = 0 then 'pending' when n % 50 = 1 then 'failed' else 'delivered' end
from generate_series(1, 4000) n;
analyze delivery;
delete from delivery where business_id = -1;
