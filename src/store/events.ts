import type { NewEvent, StoredEvent } from '../model/event.ts';
import { type Queryable, statement, type Transaction } from './database.ts';

const appendStatement = statement(
  'events.append',
  `with input as (
     select * from unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::jsonb[])
       with ordinality v (business_id, id, type, at, app_id, lane, data, n)
   ), counted as (
     select business_id, count(*) as n from input group by business_id
   ), held as materialized (
     select c.business_id, c.seq from event_counter c join counted using (business_id)
     order by c.business_id for update of c
   ), bumped as (
     update event_counter c set seq = c.seq + k.n from held h join counted k using (business_id)
     where c.business_id = h.business_id
     returning c.business_id, c.seq - k.n as base
   ), written as (
     insert into event (business_id, seq, id, type, at, app_id, lane, data)
     select i.business_id, b.base + row_number() over (partition by i.business_id order by i.n),
       i.id, i.type, i.at, i.app_id, i.lane, i.data
     from input i join bumped b using (business_id)
     returning business_id, seq, id, type, app_id, lane
   ), queued as (
     insert into delivery (business_id, endpoint_id, seq, lane, due_at, state)
     select w.business_id, e.id, w.seq, coalesce(w.lane, '#' || w.seq),
       case when e.disabled_at is null then now() end,
       case when e.disabled_at is null then 'pending' else 'held' end
     from written w
     join endpoint e on e.business_id = w.business_id
       and (e.app_id is null or e.app_id = w.app_id)
       and (e.types is null or w.type = any(e.types))
       and (e.surface || ' ' || w.type) = any($8::text[])
     returning 1
   )
   select w.business_id as "businessId", w.seq, w.id, (select count(*)::int from queued) as queued from written w`,
);

type BusinessEvent = NewEvent & { businessId: number };

/** Numbers of the events, in the order given, and how many deliveries were queued. */
interface Appended {
  seqs: number[];
  queued: number;
}

/**
 * Writes events into the log of their business, in the given order, and queues each for the endpoints
 * that want it: one transaction with what caused them. `tells` lists `<surface> <type>` pairs.
 * Call it last in a transaction: from here to the commit other writers of the business wait.
 */
export async function append(
  tx: Queryable,
  events: BusinessEvent[],
  tells: readonly string[],
): Promise<Appended> {
  if (events.length === 0) return { seqs: [], queued: 0 };
  return appended(events, await tx.run<Counted>(appendStatement, valuesOf(events, tells)));
}

/** Same, together with the commit: others wait no longer than the database itself takes. */
export async function appendLast(
  tx: Transaction,
  events: BusinessEvent[],
  tells: readonly string[],
): Promise<Appended> {
  if (events.length === 0) return { seqs: [], queued: 0 };
  return appended(events, await tx.runLast<Counted>(appendStatement, valuesOf(events, tells)));
}

type Counted = { businessId: number; seq: number; id: string; queued: number };

function valuesOf(events: BusinessEvent[], tells: readonly string[]): unknown[] {
  return [
    events.map((e) => e.businessId),
    events.map((e) => e.id),
    events.map((e) => e.type),
    events.map((e) => new Date(e.at).toISOString()),
    events.map((e) => e.appId ?? null),
    events.map((e) => e.lane ?? null),
    events.map((e) => JSON.stringify(e.data)),
    tells,
  ];
}

function appended(events: BusinessEvent[], rows: Counted[]): Appended {
  const seqOf = new Map(rows.map((row) => [row.id, row.seq]));
  return { seqs: events.map((e) => seqOf.get(e.id)!), queued: rows[0]?.queued ?? 0 };
}

interface Row {
  seq: number;
  id: string;
  type: string;
  at: number;
  appId: string | null;
  lane: string | null;
  data: unknown;
}

/** An event as a row of the log has it. */
export function eventOf({ appId, lane, ...row }: Row): StoredEvent {
  return { ...row, ...(appId !== null && { appId }), ...(lane !== null && { lane }) } as StoredEvent;
}

const columns = 'seq, id, type, at, app_id as "appId", lane, data';

const afterStatement = statement(
  'events.after',
  `select ${columns} from event where business_id = $1 and seq > $2 order by seq limit $3`,
);

/** The next events after a number, in order and without gaps. */
export async function after(
  db: Queryable,
  businessId: number,
  seq: number,
  limit: number,
): Promise<StoredEvent[]> {
  return (await db.run<Row>(afterStatement, [businessId, seq, limit])).map(eventOf);
}

const findStatement = statement(
  'events.find',
  `select ${columns} from event where business_id = $1 and seq = $2`,
);

/** One event by its number. */
export async function find(db: Queryable, businessId: number, seq: number): Promise<StoredEvent | undefined> {
  const [row] = await db.run<Row>(findStatement, [businessId, seq]);
  return row && eventOf(row);
}
