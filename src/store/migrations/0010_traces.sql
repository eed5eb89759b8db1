-- What was said to the outside and what it answered, try by try, for people who ask why.
-- Attempts from before it was told again or held back: the number of the attempt is the fence, and only grows.
alter table delivery add base integer not null default 0;
alter table delivery add tries jsonb not null default '[]';
alter table message add trace jsonb not null default '[]';
