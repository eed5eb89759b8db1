import { type Queryable, statement } from './database.ts';

/** The delivery of one event to the endpoint `p`. The limit has it looked for by all of its key. */
const delivery = (seq: string) =>
  `select d.business_id, d.endpoint_id, d.seq, d.due_at, d.state from delivery d
   where d.business_id = p.business_id and d.endpoint_id = p.id and d.seq = ${seq} limit 1`;

const isToBeTold = (event: string) =>
  `exists (
     select 1 from endpoint p cross join lateral (${delivery(`${event}.seq`)}) d
     where p.business_id = ${event}.business_id and (d.due_at is not null or d.state = 'held'))`;

const forgetStatement = statement(
  'events.forgetOld',
  `with aged as materialized (
     select c.business_id, c.seq as last, coalesce(f.seq, c.seq) as counted from event_counter c
     left join figure_progress f on f.business_id = c.business_id cross join lateral (
       select e.business_id, e.seq, e.at from event e where e.business_id = c.business_id order by e.seq limit 1) first
     where first.seq <= coalesce(f.seq, c.seq) and first.at < now() - $1::float * interval '1 day' and first.seq < c.seq
       and not ${isToBeTold('first')}
     limit 50
   ), oldest as materialized (
     select e.*, e.at >= now() - $1::float * interval '1 day' or e.seq = a.last or e.seq > a.counted
       or ${isToBeTold('e')} as needed
     from aged a cross join lateral (
       select e.business_id, e.seq, e.at from event e where e.business_id = a.business_id order by e.seq limit 500) e
   ), gone as materialized (
     select o.business_id, o.seq from oldest o
     where o.seq < coalesce(
       (select min(n.seq) from oldest n where n.business_id = o.business_id and n.needed), o.seq + 1)
   ), told as (
     delete from delivery x using (
       select d.business_id, d.endpoint_id, d.seq from gone g join endpoint p on p.business_id = g.business_id
       cross join lateral (${delivery('g.seq')}) d
     ) d
     where x.business_id = d.business_id and x.endpoint_id = d.endpoint_id and x.seq = d.seq
   )
   delete from event e using gone g where e.business_id = g.business_id and e.seq = g.seq returning 1`,
);

/**
 * Forgets the oldest events of each business that are older than `days`, with what was told of them: some at
 * a time, from the beginning, so that what is left has no gaps. What is still to be told or counted is kept, and
 * everything after it; so is the very last event. Answers how many are gone.
 */
export async function forgetOld(db: Queryable, days: number): Promise<number> {
  return (await db.run(forgetStatement, [days])).length;
}
