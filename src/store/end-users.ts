import type { EndUser, EndUserKind } from '../model/access.ts';
import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

const columns = `id, kind, public_id as "publicId", display_name as "displayName", profile_handle as "profileHandle",
  metadata, banned_at as "bannedAt", created_at as "createdAt", updated_at as "updatedAt"`;

type Row = { [K in keyof EndUser]: EndUser[K] | null };

function endUserOf(row: Row): EndUser {
  return withoutNulls<EndUser>(row);
}

const insertText = `insert into end_user (business_id, id, kind, public_id, device_id, display_name, profile_handle)
   values ($1, $2, $3, $4, $5, $6, $7)`;

const ofDeviceStatement = statement(
  'endUsers.ofDevice',
  `${insertText}
   on conflict (business_id, kind, device_id) where device_id is not null do update set seen_at = now()
   returning ${columns}`,
);

/** The bot or the visitor of a device; made, under this id, when it has none. */
export async function ofDevice(
  tx: Queryable,
  businessId: number,
  wanted: { id: string; kind: Exclude<EndUserKind, 'signed-in'>; publicId: string; deviceId: string },
): Promise<EndUser> {
  const { id, kind, publicId, deviceId } = wanted;
  const values = [businessId, id, kind, publicId, deviceId, kind, null];
  const [row] = await tx.run<Row>(ofDeviceStatement, values);
  return endUserOf(row!);
}

const signedInStatement = statement(
  'endUsers.signedIn',
  `${insertText}
   on conflict (business_id, public_id) do update set
     seen_at = now(),
     display_name = coalesce($8, end_user.display_name),
     profile_handle = coalesce($7, end_user.profile_handle),
     updated_at = case when coalesce($8, end_user.display_name) <> end_user.display_name
         or coalesce($7, end_user.profile_handle) is distinct from end_user.profile_handle
       then now() else end_user.updated_at end
   returning ${columns}`,
);

/** Who signs in under this id, with the names that are given; made when unknown. */
export async function signedIn(
  tx: Queryable,
  businessId: number,
  wanted: { id: string; publicId: string; displayName?: string; profileHandle?: string },
): Promise<EndUser> {
  const { id, publicId, displayName, profileHandle } = wanted;
  const [row] = await tx.run<Row>(signedInStatement, [
    businessId,
    id,
    'signed-in',
    publicId,
    null,
    displayName ?? publicId,
    profileHandle ?? null,
    displayName ?? null,
  ]);
  return endUserOf(row!);
}

const findStatement = statement(
  'endUsers.find',
  `select ${columns} from end_user where business_id = $1 and id = $2`,
);

/** One end user, by its own id. */
export async function find(db: Queryable, businessId: number, id: string): Promise<EndUser | undefined> {
  const [row] = await db.run<Row>(findStatement, [businessId, id]);
  return row && endUserOf(row);
}

const byPublicIdStatement = statement(
  'endUsers.byPublicId',
  `select ${columns} from end_user where business_id = $1 and public_id = $2`,
);

/** One end user, by the id that others know it by. */
export async function byPublicId(
  db: Queryable,
  businessId: number,
  publicId: string,
): Promise<EndUser | undefined> {
  const [row] = await db.run<Row>(byPublicIdStatement, [businessId, publicId]);
  return row && endUserOf(row);
}

const listStatement = statement(
  'endUsers.listSignedIn',
  `select ${columns} from end_user
   where business_id = $1 and id > $2 and kind = 'signed-in' and ($3::text is null or public_id = $3)
   order by id limit $4`,
);

/** People who signed in, in the order in which they first did: bots and visitors appear in no list. */
export async function listSignedIn(
  db: Queryable,
  businessId: number,
  page: { after?: string | undefined; publicId?: string | undefined; limit: number },
): Promise<EndUser[]> {
  const values = [businessId, page.after ?? '', page.publicId ?? null, page.limit];
  return (await db.run<Row>(listStatement, values)).map(endUserOf);
}

const banStatement = statement(
  'endUsers.ban',
  `update end_user set banned_at = case when $3::boolean then coalesce(banned_at, now()) end
   where business_id = $1 and id = $2 returning ${columns}`,
);

/** Bans an end user, or lets it in again; undefined when there is none of this id. */
export async function ban(
  tx: Queryable,
  businessId: number,
  id: string,
  banned: boolean,
): Promise<EndUser | undefined> {
  const [row] = await tx.run<Row>(banStatement, [businessId, id, banned]);
  return row && endUserOf(row);
}

const countReadStatement = statement(
  'endUsers.countRead',
  `update end_user set
     reads = case when reads_day = (now() at time zone 'utc')::date then reads + 1 else 1 end,
     reads_day = (now() at time zone 'utc')::date
   where business_id = $1 and id = $2 returning reads`,
);

/** Counts one more read of this day, by UTC, and answers how many there were with it. */
export async function countRead(db: Queryable, businessId: number, id: string): Promise<number> {
  const [row] = await db.run<{ reads: number }>(countReadStatement, [businessId, id]);
  return row?.reads ?? 0;
}

const forgetStatement = statement(
  'endUsers.forgetIdle',
  `delete from end_user where (business_id, id) in (
     select u.business_id, u.id from end_user u
     where u.kind <> 'signed-in' and u.seen_at < now() - $1::float * interval '1 day' and u.banned_at is null
       and not exists (select 1 from access_token t where t.business_id = u.business_id and t.end_user_id = u.id)
     limit 1000
   ) returning id`,
);

/** Forgets bots and visitors that have not registered for `days` and hold no token, some at a time. */
export async function forgetIdle(db: Queryable, days: number): Promise<number> {
  return (await db.run(forgetStatement, [days])).length;
}
