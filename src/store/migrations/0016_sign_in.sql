-- People sign in: agents with e-mail address and password.

-- The queues that an agent works in; none named: every queue of agents.
alter table agent add column queues text[] not null default '{}';
create index agent_email on agent (email) where email is not null;

create table agent_password (
  business_id integer not null,
  agent_code text not null,
  password_hash text not null,
  changed_at timestamptz not null default now(),
  -- Sealed secret of the codes of a second device; asked for once it is confirmed.
  totp bytea,
  totp_since timestamptz,
  -- The last step of time whose code was taken: none is taken twice.
  totp_step bigint not null default 0,
  -- Keyed hashes of the codes that stand in for a lost device, each good once.
  recovery bytea[] not null default '{}',
  primary key (business_id, agent_code),
  foreign key (business_id, agent_code) references agent on delete cascade
);

-- A sign-in is good while its row is here. What its holder brings is kept as a keyed hash.
create table sign_in (
  business_id integer not null,
  id text collate "C" not null,
  agent_code text not null,
  hash bytea not null,
  kind text not null check (kind in ('cookie', 'token')),
  address text,
  user_agent text,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (business_id, id),
  foreign key (business_id, agent_code) references agent on delete cascade
) with (fillfactor = 70);
create unique index sign_in_hash on sign_in (hash);
create index sign_in_agent on sign_in (business_id, agent_code);
create index sign_in_expiry on sign_in (expires_at);

-- A link with which somebody chooses a password, once.
create table sign_in_link (
  business_id integer not null,
  agent_code text not null,
  hash bytea not null,
  kind text not null check (kind in ('invitation', 'reset')),
  expires_at timestamptz not null,
  primary key (business_id, agent_code),
  foreign key (business_id, agent_code) references agent on delete cascade
);
create unique index sign_in_link_hash on sign_in_link (hash);

-- Failed sign-ins by account and by address, each as a keyed hash. Whoever tries belongs to no business yet.
create table sign_in_failure (
  key bytea primary key,
  failures integer not null,
  since timestamptz not null
) with (fillfactor = 70);

-- What an agent chose for the screen.
create table agent_preference (
  business_id integer not null,
  agent_code text not null,
  data jsonb not null,
  primary key (business_id, agent_code),
  foreign key (business_id, agent_code) references agent on delete cascade
);

-- Who administered a business by name alone is an agent of it now, of the role that may set it up.
insert into agent (business_id, code, name, email, role, platform_id)
select business_id, email, 'Administrator', email, 'admin', email from administrator a
where not exists (select 1 from agent b where b.business_id = a.business_id and b.email = a.email)
on conflict do nothing;
update agent b set role = 'admin', active = true, status = case when status = 'inactive' then 'active' else status end
from administrator a
where b.business_id = a.business_id and b.code = (
  select min(c.code) from agent c where c.business_id = a.business_id and c.email = a.email);
insert into agent_password (business_id, agent_code, password_hash)
select a.business_id, min(b.code), a.password_hash
from administrator a join agent b on b.business_id = a.business_id and b.email = a.email and b.role = 'admin'
group by a.business_id, a.email, a.password_hash
on conflict do nothing;
