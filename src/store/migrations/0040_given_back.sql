-- Claims of a message that were no attempts to send it: it was given back. `attempt` counts them, too: it is the fence, and only
-- grows. What was given back before was taken off it again.
alter table message add given_back integer not null default 0;
