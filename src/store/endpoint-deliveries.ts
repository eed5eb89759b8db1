import { type Queryable, statement } from './database.ts';

const holdStatement = statement(
  'deliveries.hold',
  `update delivery x set state = 'held', due_at = null, lease_until = null
   from (
     select business_id, endpoint_id, seq from delivery
     where business_id = $1 and endpoint_id = $2 and due_at is not null for update skip locked
   ) v
   where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq`,
);

/**
 * Puts everything that waits for an endpoint aside: it was disabled. What others claim or settle at this very moment
 * is passed over, since waiting for it could be waiting for each other: `holdStrays` follows.
 */
export async function hold(tx: Queryable, businessId: number, endpointId: string): Promise<void> {
  await tx.run(holdStatement, [businessId, endpointId]);
}

const holdStraysStatement = statement(
  'deliveries.holdStrays',
  `update delivery x set state = 'held', due_at = null, lease_until = null
   from (
     select d.business_id, d.endpoint_id, d.seq
     from endpoint e join delivery d on d.business_id = e.business_id and d.endpoint_id = e.id
     where e.disabled_at is not null and d.due_at is not null and (d.lease_until is null or d.lease_until <= now())
     for update of d skip locked
   ) v
   where x.business_id = v.business_id and x.endpoint_id = v.endpoint_id and x.seq = v.seq`,
);

/** Puts aside what somebody claimed or settled at the very moment when its endpoint was disabled. */
export async function holdStrays(db: Queryable): Promise<void> {
  await db.run(holdStraysStatement, []);
}

const resumeStatement = statement(
  'deliveries.resume',
  `update delivery set state = 'pending', due_at = now(), base = attempt
   where business_id = $1 and endpoint_id = $2
     and (state = 'held' or (due_at > now() and due_at < 'infinity' and lease_until is null))`,
);

/**
 * Makes everything that was put aside due again, in its old order, and what waits for its next try, too: the endpoint was
 * enabled.
 */
export async function resume(tx: Queryable, businessId: number, endpointId: string): Promise<void> {
  await tx.run(resumeStatement, [businessId, endpointId]);
}

const resumeStraysStatement = statement(
  'deliveries.resumeStrays',
  `update delivery x set state = 'pending', due_at = now(), base = x.attempt
   from endpoint e
   where e.disabled_at is null and x.business_id = e.business_id and x.endpoint_id = e.id and x.state = 'held'
   returning x.seq`,
);

/**
 * Makes due what was put aside at the very moment when its endpoint was enabled again. Answers how many
 * deliveries that were.
 */
export async function resumeStrays(db: Queryable): Promise<number> {
  return (await db.run(resumeStraysStatement, [])).length;
}

const failHeldStatement = statement(
  'deliveries.failHeld',
  `update delivery x set state = 'failed', answer = 'It was kept too long for an endpoint that was out of use.',
     settled_at = now()
   from (
     select h.* from endpoint p cross join lateral (
       select d.business_id, d.endpoint_id, d.seq from delivery d
       join event e on e.business_id = d.business_id and e.seq = d.seq
       where d.business_id = p.business_id and d.endpoint_id = p.id and d.state = 'held'
         and e.at < now() - $1::float * interval '1 day'
       order by d.seq limit 1000) h
     where p.disabled_at < now() - $1::float * interval '1 day'
     limit 5000
   ) h
   where x.business_id = h.business_id and x.endpoint_id = h.endpoint_id and x.seq = h.seq and x.state = 'held'
   returning x.seq`,
);

/** Gives up what has been held back for longer than events are kept. Answers how many deliveries that were. */
export async function failHeld(db: Queryable, days: number): Promise<number> {
  return (await db.run(failHeldStatement, [days])).length;
}

/** One line of an endpoint's delivery log. */
export interface DeliveryLine {
  seq: number;
  eventId: string;
  type: string;
  state: 'pending' | 'delivered' | 'failed' | 'held';
  attempt: number;
  answerStatus?: number;
  answer?: string;
  settledAt?: number;
  dueAt?: number;
}

const logStatement = statement(
  'deliveries.ofEndpoint',
  `select x.seq, e.id as "eventId", e.type, x.state, x.attempt - x.base as attempt, x.answer_status as "answerStatus", x.answer,
     x.settled_at as "settledAt", nullif(x.due_at, 'infinity') as "dueAt"
   from delivery x join event e on e.business_id = x.business_id and e.seq = x.seq
   where x.business_id = $1 and x.endpoint_id = $2 and x.seq < $3
   order by x.seq desc limit $4`,
);

/** The delivery log of an endpoint, newest first; `after` is the number of the last line seen. */
export async function ofEndpoint(
  db: Queryable,
  businessId: number,
  endpointId: string,
  page: { after?: number | undefined; limit: number },
): Promise<DeliveryLine[]> {
  const rows = await db.run(logStatement, [
    businessId,
    endpointId,
    page.after ?? Number.MAX_SAFE_INTEGER,
    page.limit,
  ]);
  return rows.map((row) => withoutNulls(row) as DeliveryLine);
}

/** One try of a delivery. */
export interface DeliveryTry {
  attempt: number;
  /** When it was called, epoch ms, and how long that took, ms. */
  at: number;
  ms: number;
  /** Absent: nothing was answered, and `answer` says why. */
  status?: number;
  answer?: string;
}

const oneStatement = statement(
  'deliveries.find',
  `select x.seq, e.id as "eventId", e.type, x.state, x.attempt - x.base as attempt, x.answer_status as "answerStatus", x.answer,
     x.settled_at as "settledAt", nullif(x.due_at, 'infinity') as "dueAt", x.tries
   from delivery x join event e on e.business_id = x.business_id and e.seq = x.seq
   where x.business_id = $1 and x.endpoint_id = $2 and x.seq = $3`,
);

/** One delivery with all its tries, oldest first. */
export async function find(
  db: Queryable,
  businessId: number,
  endpointId: string,
  seq: number,
): Promise<(DeliveryLine & { tries: DeliveryTry[] }) | undefined> {
  const [row] = await db.run(oneStatement, [businessId, endpointId, seq]);
  return row && (withoutNulls(row) as DeliveryLine & { tries: DeliveryTry[] });
}

function withoutNulls(row: object): unknown {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
