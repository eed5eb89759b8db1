import { type Queryable, statement } from './database.ts';
import { isParked } from './under-way.ts';

/** People that one look is at. */
const mostPeople = 5000;

/** A person behind one of whose messages others are parked. */
export interface PersonBehind {
  businessId: number;
  contactId: string;
}

/** By the people, rather than by what is parked: behind one message that is refused for a day there may be very many. */
const strayStatement = statement(
  'messages.wakeStrays',
  `with recursive person as (
     (select m.business_id, m.contact_id, 1 as n from message m
      where m.due_at = 'infinity' and (m.business_id, m.contact_id) > ($1::int, $2::text)
      order by m.business_id, m.contact_id limit 1)
     union all
     select x.*, p.n + 1 from person p cross join lateral (
       select m.business_id, m.contact_id from message m
       where m.due_at = 'infinity' and (m.business_id, m.contact_id) > (p.business_id, p.contact_id)
       order by m.business_id, m.contact_id limit 1) x
     where p.n < $3
   ), stray as materialized (
     select m.business_id, m.id from person p cross join lateral (
       select f.business_id, f.id, f.due_at from message f
       where f.business_id = p.business_id and f.contact_id = p.contact_id and f.due_at is not null
         and (f.status <> 'SCHLD' or f.due_at <= now())
       order by f.id limit 1) f
     join message m on m.business_id = f.business_id and m.id = f.id
     where f.due_at = 'infinity' and ${isParked('m')}
     for update of m skip locked
   ), woken as (
     update message x set due_at = now() from stray s where x.business_id = s.business_id and x.id = s.id returning 1
   )
   select p.business_id as "businessId", p.contact_id as "contactId", p.n, (select count(*)::int from woken) as woken
   from person p order by p.n desc limit 1`,
);

/**
 * Parked messages with nobody before them become due: who was to wake them died between the commit and that. Looks at some of
 * the people, those after `after`. Answers how many messages that were, and where to go on; undefined: everybody was looked at.
 */
export async function wakeStrays(
  db: Queryable,
  after: PersonBehind = { businessId: 0, contactId: '' },
  most = mostPeople,
): Promise<{ woken: number; next?: PersonBehind }> {
  const values = [after.businessId, after.contactId, most];
  const [last] = await db.run<PersonBehind & { n: number; woken: number }>(strayStatement, values);
  if (!last) return { woken: 0 };
  const { n, woken, businessId, contactId } = last;
  return { woken, ...(n === most && { next: { businessId, contactId } }) };
}
