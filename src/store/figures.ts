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
   order by random() limit 100`,
);

/** Businesses of which something is to be counted, in no order: one that fails must not come before others each time. */
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

/** The figure tables of quarters and days, with their keys and sums. */
export const figureTables = {
  message: {
    keys: ['channel_id', 'direction', 'template'],
    sums: ['total', 'sent', 'delivered', 'read', 'failed'],
  },
  error: { keys: ['channel_id', 'template', 'error'], sums: ['failed'] },
  session: {
    keys: ['queue_code', 'team_code', 'agent_code', 'channel_id'],
    sums: [
      ...['opened', 'started', 'queued', 'assigned', 'written', 'resolved', 'reopened', 'closed'],
      ...['answers', 'answer_ms', 'agent_answers', 'agent_answer_ms', 'resolutions', 'resolution_ms'],
    ],
  },
  webhook: { keys: ['endpoint_id', 'answer'], sums: ['calls', 'delivered', 'given_up', 'ms'] },
  webhook_time: { keys: ['endpoint_id', 'bin'], sums: ['calls'] },
} as const;

/** The day of a zone, at its beginning, in which a quarter by UTC lies. */
const dayOf = (quarter: string, zone: string) =>
  `date_trunc('day', ${quarter} at time zone 'UTC' at time zone ${zone})`;

/**
 * Adds what is counted in the relation `from`, with `at` (a quarter), keys and sums, to a figure table: to each quarter,
 * and to the days of the zone in the parameter `zone`.
 */
export function addTo(table: keyof typeof figureTables, from: string, zone: string): string {
  const { sums } = figureTables[table];
  const keys = figureTables[table].keys.join(', ');
  return `insert into figure_${table} as f (business_id, span, at, ${keys}, ${sums.join(', ')})
     select $1, s.span, s.at, ${keys}, ${sums.map((sum) => `sum(c.${sum})`).join(', ')}
     from ${from} c cross join lateral (values ('quarter', c.at), ('day', ${dayOf('c.at', zone)})) s (span, at)
     group by s.span, s.at, ${keys}
     on conflict (business_id, span, at, ${keys}) do update set
       ${sums.map((sum) => `${sum} = f.${sum} + excluded.${sum}`).join(', ')}`;
}

export const waitKeys = 'kind, queue_code, team_code, agent_code, channel_id, bin';

/** What waited in quarters, in the relation `from`, told apart by one thing at a time, in days and months of a zone. */
const axesOf = (from: string, zone: string) =>
  `select $1::int, s.span, a.axis, s.at, a.key, kind, bin, sum(total)
     from ${from} c cross join lateral (
       values ('all', ''), ('channel', channel_id), ('queue', queue_code), ('team', team_code), ('agent', agent_code)) a (axis, key)
     cross join lateral (
       values ('day', ${dayOf('c.at', zone)}), ('month', date_trunc('month', ${dayOf('c.at', zone)}))) s (span, at)
     group by s.span, a.axis, s.at, a.key, kind, bin`;

/** Adds how many waited, counted in the relation `from`: to quarters, and to days and months of a zone. */
export function addWaits(from: string, zone: string): { quarters: string; axes: string } {
  return {
    quarters: `insert into figure_wait as f (business_id, at, ${waitKeys}, total)
     select $1, at, ${waitKeys}, total from ${from}
     on conflict (business_id, at, ${waitKeys}) do update set total = f.total + excluded.total`,
    axes: `insert into figure_wait_axis as f (business_id, span, axis, at, key, kind, bin, total)
     ${axesOf(from, zone)}
     on conflict (business_id, span, axis, at, key, kind, bin) do update set total = f.total + excluded.total`,
  };
}

const daysAgain = (Object.keys(figureTables) as (keyof typeof figureTables)[]).flatMap((table) => {
  const keys = figureTables[table].keys.join(', ');
  const { sums } = figureTables[table];
  return [
    statement(
      `figures.clear.${table}`,
      `delete from figure_${table} where business_id = $1 and span = 'day' and $2 <> ''`,
    ),
    statement(
      `figures.fill.${table}`,
      `insert into figure_${table} (business_id, span, at, ${keys}, ${sums.join(', ')})
       select $1, 'day', ${dayOf('at', '$2::text')} as day, ${keys}, ${sums.map((sum) => `sum(${sum})`).join(', ')}
       from figure_${table} where business_id = $1 and span = 'quarter' group by day, ${keys}`,
    ),
  ];
});
const axesAgain = [
  statement('figures.clear.wait', `delete from figure_wait_axis where business_id = $1 and $2 <> ''`),
  statement(
    'figures.fill.wait',
    `insert into figure_wait_axis (business_id, span, axis, at, key, kind, bin, total)
     ${axesOf('(select * from figure_wait where business_id = $1)', '$2::text')}`,
  ),
];

/** Makes the days and months of a business anew, by another time zone. */
export async function moveDays(tx: Queryable, businessId: number, zone: string): Promise<void> {
  for (const step of [...daysAgain, ...axesAgain]) await tx.run(step, [businessId, zone]);
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
