import { contactTypes } from '../model/contact.ts';
import { type NewEvent, type StoredEvent, visitorEvents } from '../model/event.ts';
import { timeOf } from '../model/ids.ts';
import { type Queryable, statement, type Transaction } from './database.ts';

const appendStatement = statement(
  'events.append',
  `with input as (
     select * from unnest($1::int[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::jsonb[],
       $8::int[], $9::int[]) v (business_id, id, type, at, app_id, lane, data, n, visitor_n)
   ), counted as materialized (
     select business_id, max(n) as n from input group by business_id
   ), held as materialized (
     select c.business_id, c.seq from event_counter c join counted using (business_id)
     order by c.business_id for update of c
   ), bumped as (
     update event_counter c set seq = c.seq + k.n from held h join counted k using (business_id)
     where c.business_id = h.business_id
     returning c.business_id, c.seq - k.n as base
   ), visited as (
     update visitor v set told = v.told + k.n
     from (select i.business_id, i.lane, max(i.visitor_n) as n from input i join bumped using (business_id)
       where i.visitor_n is not null group by i.business_id, i.lane
       order by i.business_id, i.lane) k
     where v.business_id = k.business_id and v.contact_id = k.lane
     returning v.business_id, v.contact_id as lane, v.told - k.n as base
   ), written as (
     insert into event (business_id, seq, id, type, at, app_id, lane, data, visitor_no)
     select i.business_id, b.base + i.n, i.id, i.type, i.at, i.app_id, i.lane, i.data, v.base + i.visitor_n
     from input i join bumped b using (business_id)
     left join visited v on i.visitor_n is not null and v.business_id = i.business_id and v.lane = i.lane
   ), queued as (
     insert into delivery (business_id, endpoint_id, seq, lane, due_at, state)
     select i.business_id, e.id, b.base + i.n, coalesce(i.lane, '#' || b.base + i.n),
       case when e.disabled_at is null then now() end,
       case when e.disabled_at is null then 'pending' else 'held' end
     from input i join bumped b using (business_id)
     join endpoint e on e.business_id = i.business_id and e.enabled
       and (e.app_id is null or e.app_id = i.app_id)
       and (e.types is null or i.type = any(e.types))
       and (e.surface || ' ' || i.type) = any($10::text[])
     returning 1
   )
   select business_id as "businessId", base, (select count(*)::int from queued) as queued from bumped`,
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
  const places = placesOf(events);
  return appended(events, places, await tx.run<Counted>(appendStatement, valuesOf(events, places, tells)));
}

/** Same, together with the commit: others wait no longer than the database itself takes. */
export async function appendLast(
  tx: Transaction,
  events: BusinessEvent[],
  tells: readonly string[],
): Promise<Appended> {
  if (events.length === 0) return { seqs: [], queued: 0 };
  const places = placesOf(events);
  const rows = await tx.runLast<Counted>(appendStatement, valuesOf(events, places, tells));
  return appended(events, places, rows);
}

/** The last number that was there before, of each business. */
type Counted = { businessId: number; base: number; queued: number };

/** The places of events among those of their business, from 1. */
function placesOf(events: BusinessEvent[]): number[] {
  const next = counter<number>();
  return events.map(({ businessId }) => next(businessId));
}

function valuesOf(events: BusinessEvent[], places: number[], tells: readonly string[]): unknown[] {
  const nextOfVisitor = counter<string>();
  return [
    events.map((e) => e.businessId),
    events.map((e) => e.id),
    events.map((e) => e.type),
    events.map((e) => e.at),
    events.map((e) => e.appId ?? null),
    events.map((e) => e.lane ?? null),
    events.map((e) => JSON.stringify(e.data)),
    places,
    events.map((e) => (concernsVisitor(e) ? nextOfVisitor(`${e.businessId} ${e.lane}`) : null)),
    tells,
  ];
}

/** Only such contacts are looked for among the visitors: all others cost nothing. */
function concernsVisitor({ lane, type }: BusinessEvent): boolean {
  return (
    lane?.startsWith(contactTypes.WEBSITE) === true && (visitorEvents as readonly string[]).includes(type)
  );
}

/** Counts from 1 under each key. */
function counter<Key>(): (key: Key) => number {
  const counts = new Map<Key, number>();
  return (key) => {
    const n = (counts.get(key) ?? 0) + 1;
    counts.set(key, n);
    return n;
  };
}

/** Throws where there is a business that counts no events: nothing was written for it. */
function appended(events: BusinessEvent[], places: number[], rows: Counted[]): Appended {
  const bases = new Map(rows.map((row) => [row.businessId, row.base]));
  const seqs = events.map(({ businessId }, i) => {
    const base = bases.get(businessId);
    if (base === undefined) throw new Error(`business ${businessId} counts no events`);
    return base + places[i]!;
  });
  return { seqs, queued: rows[0]?.queued ?? 0 };
}

interface Row {
  seq: number;
  id: string;
  type: string;
  at: number;
  appId: string | null;
  lane: string | null;
  data: unknown;
  visitorNo?: number | null;
}

/** An event as a row of the log has it. */
export function eventOf({ seq, id, type, at, appId, lane, data, visitorNo }: Row): StoredEvent {
  return {
    seq,
    id,
    type,
    at,
    data,
    ...(appId !== null && { appId }),
    ...(lane !== null && { lane }),
    ...(typeof visitorNo === 'number' && { visitorNo }),
  } as StoredEvent;
}

const columns = 'seq, id, type, at, app_id as "appId", lane, data, visitor_no as "visitorNo"';

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

const ofVisitorStatement = statement(
  'events.ofVisitor',
  `select ${columns} from event where business_id = $1 and lane = $2 and visitor_no > $3 order by visitor_no limit $4`,
);

/** The next events that concern a visitor, after one of the visitor's own numbers. */
export async function ofVisitor(
  db: Queryable,
  businessId: number,
  contactId: string,
  after: number,
  limit: number,
): Promise<StoredEvent[]> {
  return (await db.run<Row>(ofVisitorStatement, [businessId, contactId, after, limit])).map(eventOf);
}

const sentStatement = statement(
  'events.sentToVisitor',
  `select data->>'messageId' as id from event
   where business_id = $1 and lane = $2 and visitor_no > $3 and visitor_no <= $4 and type = 'message.status'
     and data->>'short' = 'SENT' order by visitor_no limit $5`,
);

/** Ids of the messages of the business that were sent to a visitor between two of the visitor's numbers. */
export async function sentToVisitor(
  db: Queryable,
  visitor: { businessId: number; contactId: string },
  from: number,
  to: number,
  limit = 1000,
): Promise<string[]> {
  const values = [visitor.businessId, visitor.contactId, from, to, limit];
  return (await db.run<{ id: string }>(sentStatement, values)).map(({ id }) => id);
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

const headsStatement = statement(
  'events.heads',
  'select business_id as "businessId", seq from event_counter where business_id = any($1::int[])',
);

/** Number of the last event of each of these businesses. */
export async function heads(db: Queryable, businessIds: number[]): Promise<Map<number, number>> {
  const rows = await db.run<{ businessId: number; seq: number }>(headsStatement, [businessIds]);
  return new Map(rows.map(({ businessId, seq }) => [businessId, seq]));
}

const firstStatement = statement(
  'events.first',
  'select seq from event where business_id = $1 order by seq limit 1',
);

/** Number of the oldest event that is kept; undefined while there is none. */
export async function first(db: Queryable, businessId: number): Promise<number | undefined> {
  const [row] = await db.run<{ seq: number }>(firstStatement, [businessId]);
  return row?.seq;
}

const fromStatement = statement(
  'events.from',
  'select seq, id from event where business_id = $1 and seq >= $2 order by seq limit 1',
);

/**
 * Number of the first event that was made at a time (epoch ms) or later; one beyond the last when there is none. Its own time
 * may be long before: that of a receipt is the provider's. Events that were made at the same moment may be a little out of
 * order: it is one of them.
 */
export async function firstAt(db: Queryable, businessId: number, at: number): Promise<number> {
  let low = 1;
  let high = ((await heads(db, [businessId])).get(businessId) ?? 0) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [found] = await db.run<{ seq: number; id: string }>(fromStatement, [businessId, middle]);
    if (!found || timeOf(found.id) >= at) high = middle;
    else low = found.seq + 1;
  }
  return low;
}
