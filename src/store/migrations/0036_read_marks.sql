-- What a message of a person is marked as read by at the provider, where that is not its id; and whether it was.
alter table message add column read_token text;
alter table message add column read_marked boolean not null default false;
