-- What a device is reached by: the subscription of a browser, the token of an app. It may change, and the device stays.
create table device (
  business_id integer not null,
  contact_id text collate "C" not null,
  address text not null,
  told_at timestamptz not null default now(),
  primary key (business_id, contact_id),
  foreign key (business_id, contact_id) references contact on delete cascade
);
