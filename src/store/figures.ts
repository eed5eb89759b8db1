import { type Queryable, statement } from './database.ts';

/** How far a business is counted. */
export interface FigureProgress {
  /** The last event that is counted. */
  seq: number;
  /** The time zone of its days. */
  zone: string;
  /** The time zone that its days should have. */
  wanted: string;
  /** Messages and sessions with smaller ids are still to be counted; empty: none. */
  messageId: string;
  sessionId: string;
  /** Deliveries after this one are; null: none. */
  endpointId: string | null;
  deliverySeq: number | null;
}

/** The time zone in which a business `b` counts its days. */
const zoneWanted = `coalesce(b.settings->>'timeZone', 'UTC')`;

const behindStatement = statement(
  'figures.behind',
  `select c.business_id as "businessId" from event_counter c
   join business b on b.id = c.business_id
   left join figure_progress p on p.business_id = c.business_id
   where p.business_id is null or p.seq < c.seq or p.message_id <> '' or p.session_id <> '' or p.endpoint_id is not null
     or p.zone <> ${zoneWanted} or exists (select 1 from figure_call f where f.business_id = c.business_id)
   order by c.business_id limit 100`,
);

/** Businesses of which something is to be counted. */
export async function behind(db: Queryable): Promise<number[]> {
  const rows = await db.run<{ businessId: number }>(behindStatement, []);
  return rows.map(({ businessId }) => businessId);
}

const beginStatement = statement(
  'figures.begin',
  `insert into figure_progress (business_id, seq, zone)
   select c.business_id, c.seq, ${zoneWanted} from event_counter c join business b on b.id = c.business_id
   where c.business_id = $1 on conflict do nothing`,
);
const holdStatement = statement(
  'figures.hold',
  `select p.seq, p.zone, ${zoneWanted} as wanted, p.message_id as "messageId", p.session_id as "sessionId",
     p.endpoint_id as "endpointId", p.delivery_seq as "deliverySeq"
   from figure_progress p join business b on b.id = p.business_id where p.business_id = $1 for update of p skip locked`,
);

/**
 * How far a business is counted, held until the transaction ends; undefined while another process is at it. What was
 * there before the first turn is counted as what was there before.
 */
export async function hold(tx: Queryable, businessId: number): Promise<FigureProgress | undefined> {
  await tx.run(beginStatement, [businessId]);
  const [row] = await tx.run<FigureProgress & Record<string, unknown>>(holdStatement, [businessId]);
  return row;
}

const moveStatement = statement(
  'figures.move',
  `update figure_progress set seq = $2, zone = $3, message_id = $4, session_id = $5, endpoint_id = $6, delivery_seq = $7
   where business_id = $1`,
);

/** Notes how far it has come. */
export async function move(
  tx: Queryable,
  businessId: number,
  to: Omit<FigureProgress, 'wanted'>,
): Promise<void> {
  const { seq, zone, messageId, sessionId, endpointId, deliverySeq } = to;
  await tx.run(moveStatement, [businessId, seq, zone, messageId, sessionId, endpointId, deliverySeq]);
}

const headStatement = statement('figures.head', 'select seq from event_counter where business_id = $1');

/** The number of the last event of a business. */
export async function head(tx: Queryable, businessId: number): Promise<number> {
  const [row] = await tx.run<{ seq: number }>(headStatement, [businessId]);
  return row?.seq ?? 0;
}

/**
 * What is counted by quarters in the relation `counted`, with `at`, `keys` and `sums`, as rows of a figure table: each
 * quarter, and the days of the zone in the parameter `zone`.
 */
export function putCounted(table: string, keys: string, sums: readonly string[], zone: string): string {
  const totals = sums.map((sum) => `sum(c.${sum})`).join(', ');
  const added = sums.map((sum) => `${sum} = f.${sum} + excluded.${sum}`).join(', ');
  return `insert into ${table} as f (business_id, span, at, ${keys}, ${sums.join(', ')})
     select $1, s.span, s.at, ${keys}, ${totals}
     from counted c cross join lateral (
       values ('quarter', c.at), ('day', ${dayOf('c.at', zone)})) s (span, at)
     group by s.span, s.at, ${keys}
     on conflict (business_id, span, at, ${keys}) do update set ${added}`;
}

/** The day of a zone, at its beginning, in which a quarter by UTC lies. */
function dayOf(quarter: string, zone: string): string {
  return `date_trunc('day', ${quarter} at time zone 'UTC' at time zone ${zone})`;
}

/** The figure tables with their keys and sums. */
export const figureTables = {
  message: {
    keys: 'channel_id, direction, template, error',
    sums: ['total', 'sent', 'delivered', 'read', 'failed'],
  },
  session: {
    keys: 'queue_code, team_code, agent_code, channel_id',
    sums: ['opened', 'started', 'queued', 'assigned', 'written', 'resolved', 'reopened', 'closed'],
  },
  wait: { keys: 'kind, queue_code, team_code, agent_code, channel_id, bin', sums: ['total', 'ms'] },
  webhook: { keys: 'endpoint_id, answer, bin', sums: ['calls', 'delivered', 'given_up', 'ms'] },
} as const;

const zoneStatements = Object.entries(figureTables).map(([name, { keys, sums }]) => ({
  clear: statement(
    `figures.clear${name}Days`,
    `delete from figure_${name} where business_id = $1 and span = 'day'`,
  ),
  fill: statement(
    `figures.fill${name}Days`,
    `insert into figure_${name} (business_id, span, at, ${keys}, ${sums.join(', ')})
     select $1, 'day', ${dayOf('at', '$2::text')} as day, ${keys}, ${sums.map((sum) => `sum(${sum})`).join(', ')}
     from figure_${name} where business_id = $1 and span = 'quarter' group by day, ${keys}`,
  ),
}));

/** Makes the days of a business anew, by another time zone. */
export async function moveDays(tx: Queryable, businessId: number, zone: string): Promise<void> {
  for (const { clear, fill } of zoneStatements) {
    await tx.run(clear, [businessId]);
    await tx.run(fill, [businessId, zone]);
  }
}

const knownZoneStatement = statement(
  'figures.knownZone',
  'select name from pg_timezone_names where lower(name) = lower($1) limit 1',
);

/** A time zone as the database calls it; undefined when it knows none of this name. */
export async function knownZone(db: Queryable, name: string): Promise<string | undefined> {
  const [row] = await db.run<{ name: string }>(knownZoneStatement, [name]);
  return row?.name;
}
