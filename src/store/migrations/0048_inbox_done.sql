-- What somebody resolved or held until it was, for the lists of what is over (`inbox-lists.ts`): without it all that the business
-- has closed would be gone through for the few of one person.
create index inbox_done on inbox_session (business_id, resolved_by, state, active_at, session_id)
  where agent_code is null and resolved_by is not null and state in ('resolved', 'closed');
