import { type Queryable, statement } from './database.ts';
import { isOpen } from './under-way.ts';

/** When somebody last wrote in a session `s`. One that rests lives until it wakes, and from then on. */
const lastLife = `coalesce(greatest(
  (select max(m.at) from message m where m.business_id = s.business_id and m.session_id = s.id),
  (select i.snoozed_until from inbox_session i
   where i.business_id = s.business_id and i.session_id = s.id)), s.started_at)`;

const silentStatement = statement(
  'sessions.extendOrFindSilent',
  `with looked as (
     select s.business_id, s.id, b.hours, ${lastLife} as last
     from session s
     join (select id, coalesce((settings->>'sessionHours')::float, $2) as hours from business) b on b.id = s.business_id
     where s.closed_at is null and s.expires_at > '-infinity' and s.expires_at <= now()
     order by s.expires_at limit $1 for update of s skip locked
   ), extended as (
     update session s set expires_at = l.last + l.hours * interval '1 hour'
     from looked l where s.business_id = l.business_id and s.id = l.id and l.last + l.hours * interval '1 hour' > now()
     returning s.id
   )
   select business_id as "businessId", id from looked where id not in (select id from extended)`,
);

/**
 * Looks at sessions whose time has come: those in which somebody wrote meanwhile get a new time, the
 * others are answered, to be closed. At most `limit`.
 */
export async function findSilent(
  db: Queryable,
  limit: number,
  defaultHours: number,
): Promise<{ businessId: number; id: string }[]> {
  return db.run(silentStatement, [limit, defaultHours]);
}

const isSilentStatement = statement(
  'sessions.isSilent',
  `select ${lastLife} <= now() - $3 * interval '1 hour' as silent
   from session s where s.business_id = $1 and s.id = $2 and ${isOpen('s')}`,
);

/** True when the session is open and nobody has written in it for `hours`. */
export async function isSilent(
  tx: Queryable,
  businessId: number,
  id: string,
  hours: number,
): Promise<boolean> {
  const [row] = await tx.run<{ silent: boolean }>(isSilentStatement, [businessId, id, hours]);
  return row?.silent ?? false;
}
