import type { App, Business, BusinessSettings, Queue, Team } from '../model/setup.ts';
import { type Queryable, statement } from './database.ts';

const oldestStatement = statement('business.oldest', 'select id from business order by id limit 1');

/** The business that the installation began with; undefined: there is none yet. */
export async function oldest(db: Queryable): Promise<number | undefined> {
  return (await db.run<{ id: number }>(oldestStatement, []))[0]?.id;
}

const anyStatement = statement('business.any', 'select 1 from business limit 1');

/** True when the installation has a business. */
export async function any(db: Queryable): Promise<boolean> {
  return (await db.run(anyStatement, [])).length > 0;
}

const firstLockStatement = statement('business.lockFirst', 'select pg_advisory_xact_lock(7026175)');

/** Two processes that start at once on an empty database: one waits here until the other has committed. */
export async function lockFirst(tx: Queryable): Promise<void> {
  await tx.run(firstLockStatement, []);
}

const insertStatement = statement(
  'business.insert',
  `with made as (
     insert into business (domain, name, settings) values ($1, $2, $3)
     on conflict (domain) do nothing returning id, uuid, domain, name, settings, created_at as "createdAt"
   ), counted as (
     insert into event_counter (business_id) select id from made
   )
   select * from made`,
);

/** Makes a business and its event counter; undefined when the domain is taken. */
export async function insert(
  tx: Queryable,
  business: { domain: string; name: string; settings: BusinessSettings },
): Promise<Business | undefined> {
  const { domain, name, settings } = business;
  const [row] = await tx.run<Business & Record<string, unknown>>(insertStatement, [
    domain,
    name,
    JSON.stringify(settings),
  ]);
  return row;
}

const updateStatement = statement(
  'business.update',
  'update business set name = $2, settings = $3 where id = $1',
);

/** Writes name and settings of a business. */
export async function update(tx: Queryable, { id, name, settings }: Business): Promise<void> {
  await tx.run(updateStatement, [id, name, JSON.stringify(settings)]);
}

const putAppStatement = statement(
  'app.put',
  `insert into app (business_id, id, code, name, mode, type, contact_info_url, props)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict (business_id, id) do update set code = excluded.code, name = excluded.name, mode = excluded.mode,
     type = excluded.type, contact_info_url = excluded.contact_info_url, props = excluded.props`,
);

/** Writes an app, new or changed. */
export async function putApp(tx: Queryable, businessId: number, app: App): Promise<void> {
  await tx.run(putAppStatement, [
    businessId,
    app.id,
    app.code,
    app.name,
    app.mode,
    app.type,
    app.contactInfoUrl ?? null,
    JSON.stringify(app.props),
  ]);
}

const undefaultStatement = statement(
  'queue.undefault',
  'update queue set is_default = false where business_id = $1 and is_default and code <> $2',
);
const putQueueStatement = statement(
  'queue.put',
  `insert into queue (business_id, code, name, type, app_id, is_default) values ($1, $2, $3, $4, $5, $6)
   on conflict (business_id, code) do update set name = excluded.name, type = excluded.type,
     app_id = excluded.app_id, is_default = excluded.is_default`,
);

/** Writes a queue; a default queue takes that over from the one before. */
export async function putQueue(tx: Queryable, businessId: number, queue: Queue): Promise<void> {
  const { code, name, type, appId, isDefault } = queue;
  if (isDefault) await tx.run(undefaultStatement, [businessId, code]);
  await tx.run(putQueueStatement, [businessId, code, name, type, appId ?? null, isDefault]);
}

const putTeamStatement = statement(
  'team.put',
  `insert into team (business_id, code, name) values ($1, $2, $3)
   on conflict (business_id, code) do update set name = excluded.name`,
);

/** Writes a team. */
export async function putTeam(tx: Queryable, businessId: number, team: Team): Promise<void> {
  await tx.run(putTeamStatement, [businessId, team.code, team.name]);
}

const visitorSecretStatement = statement(
  'business.visitorSecret',
  'select visitor_secret as sealed from business where id = $1',
);

/** The sealed secret that registrations of visitors are signed with; undefined while there is none. */
export async function visitorSecret(db: Queryable, id: number): Promise<Buffer | undefined> {
  const [row] = await db.run<{ sealed: Buffer | null }>(visitorSecretStatement, [id]);
  return row?.sealed ?? undefined;
}

const setVisitorSecretStatement = statement(
  'business.setVisitorSecret',
  'update business set visitor_secret = $2 where id = $1',
);

/** Puts a sealed secret in the place of the one before. */
export async function setVisitorSecret(tx: Queryable, id: number, sealed: Buffer): Promise<void> {
  await tx.run(setVisitorSecretStatement, [id, sealed]);
}
