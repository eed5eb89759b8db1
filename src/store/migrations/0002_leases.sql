-- An index that holds the id besides the session looks to the planner, on an empty table, as good as the
-- primary key for finding a message by its id; plans are kept, and that one read the whole business.
drop index message_session;
create index message_session on message (business_id, session_id, at);

-- Nothing looks for an event by its id: the log is read by number.
drop index event_id;

-- These tables are queues too: rows that died are cleared away in small pieces, however large the table is.
alter table message set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
alter table delivery set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- A claim used to move `due_at` on, which is part of two indexes: each claim wrote all of them anew, and
-- left dead entries at the head of the queue. The lease has a place of its own now, in no index: a row
-- that is claimed keeps its place, and the claim writes the row alone. Not null: somebody has it, or had
-- it and died.
alter table message add lease_until timestamptz;
alter table delivery add lease_until timestamptz;
