-- What a provider gave for a channel goes with the channel.
delete from channel_credential c
where not exists (select from channel h where h.business_id = c.business_id and h.id = c.channel_id);
alter table channel_credential add foreign key (business_id, channel_id) references channel on delete cascade;
