import { type Queryable, type Statement, statement } from './database.ts';
import { withoutNulls } from './row.ts';

export const deliveryStates = ['pending', 'delivered', 'failed', 'held'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One line of an endpoint's delivery log. */
export interface DeliveryLine {
  seq: number;
  eventId: string;
  type: string;
  /** When the event happened, epoch ms. */
  at: number;
  state: DeliveryState;
  attempt: number;
  answerStatus?: number;
  answer?: string;
  /** How long the last try took, ms. */
  ms?: number;
  settledAt?: number;
  dueAt?: number;
}

/** Lines that one page looks at, to find those of a type. */
const mostLookedAt = 5000;

const columns = `x.seq, e.id as "eventId", e.type, e.at, x.state, x.attempt - x.base as attempt,
  x.answer_status as "answerStatus", x.answer, (x.tries -> -1 -> 'ms')::int as ms,
  x.settled_at as "settledAt", nullif(x.due_at, 'infinity') as "dueAt"`;

const of = 'd.business_id = $1 and d.endpoint_id = $2 and d.seq < $3';
/** Where lines of a state are found without reading those of the others. */
const places: Record<DeliveryState | 'any', string> = {
  any: `select d.* from delivery d where ${of}`,
  // Nearly all are.
  delivered: `select d.* from delivery d where ${of}`,
  failed: `select d.* from delivery d where ${of} and d.state = 'failed'`,
  held: `select d.* from delivery d where ${of} and d.state = 'held'`,
  // By the index of what is due: there is none of these by number.
  pending: `select d.* from (
      select seq from delivery where business_id = $1 and endpoint_id = $2 and due_at is not null and seq < $3 offset 0) w
    join delivery d on d.business_id = $1 and d.endpoint_id = $2 and d.seq = w.seq`,
};

const eachPlace = (make: (place: string, state: DeliveryState | 'any') => Statement) =>
  Object.fromEntries(
    Object.entries(places).map(([state, place]) => [state, make(place, state as DeliveryState)]),
  ) as Record<DeliveryState | 'any', Statement>;

const pageStatements = eachPlace((place, state) =>
  statement(
    `deliveries.log.${state}`,
    `select ${columns}
     from (${place} order by d.seq desc limit ${mostLookedAt}) x
     join event e on e.business_id = x.business_id and e.seq = x.seq
     where ($4::text is null or e.type = $4) ${state === 'delivered' ? "and x.state = 'delivered'" : ''}
     order by x.seq desc limit $5`,
  ),
);
const lastLookedAtStatements = eachPlace((place, state) =>
  statement(
    `deliveries.logEnd.${state}`,
    `select x.seq from (${place} order by d.seq desc offset ${mostLookedAt - 1} limit 1) x`,
  ),
);

/** Which lines of the log. */
export interface LogQuery {
  /** Number of the last line seen. */
  after?: number | undefined;
  limit: number;
  state?: DeliveryState | undefined;
  type?: string | undefined;
}

/**
 * The delivery log of an endpoint, newest first. `next` is where to go on; with a filter there may be fewer lines than asked
 * for, or none, and more behind them all the same.
 */
export async function ofEndpoint(
  db: Queryable,
  businessId: number,
  endpointId: string,
  { after = Number.MAX_SAFE_INTEGER, limit, state, type }: LogQuery,
): Promise<{ lines: DeliveryLine[]; next?: number }> {
  const at = [businessId, endpointId, after];
  const place = state ?? 'any';
  const rows = await db.run(pageStatements[place], [...at, type ?? null, limit]);
  const lines = rows.map((row) => withoutNulls<DeliveryLine>(row));
  if (lines.length === limit) return { lines, next: lines.at(-1)!.seq };
  if (type === undefined && state !== 'delivered') return { lines };
  const [end] = await db.run<{ seq: number }>(lastLookedAtStatements[place], at);
  return end ? { lines, next: end.seq } : { lines };
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
  `select ${columns}, x.tries
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
  return row && withoutNulls<DeliveryLine & { tries: DeliveryTry[] }>(row);
}
