import { addDays } from '../model/calendar.ts';
import { type Queryable, type Statement, statement } from './database.ts';

/** Which part of the figures is read: days of the business, both counted, and by what they are put together. */
export interface FigureRange {
  businessId: number;
  from: string;
  to: string;
  by: 'hour' | 'day' | 'week' | 'month';
  /** Days from the first day of a week to the next Monday. */
  shift: number;
  zone: string;
}

/**
 * One row of a report: sums of a period, which begins at `at` (epoch ms; days as if they were days by UTC), or of a key;
 * of a table that tells `kind` or `bin` apart there are several.
 */
export type FigureRow<Sum extends string> = {
  at?: number;
  key?: string;
  kind?: string;
  bin?: number;
} & Record<Sum, number>;

// Hours are put together of quarters, everything else of days. The key is read from the first day of the range to the last.
const at = (text: string) =>
  `case when $2 = 'day' then ${text}::timestamp else ${text}::timestamp at time zone $5 at time zone 'UTC' end`;
/** Rows `f` of the range. */
export const within = `f.business_id = $1 and f.span = $2 and f.at >= ${at('$3')} and f.at < ${at('$4')}`;
/**
 * The beginning of the period in which a row `f` lies: `by` is the number of its parameter, the shift the next; `day` is
 * the time of the row on the clocks of the zone, which stands in the parameter `zone`.
 */
export const periodOf = (by: number, day = 'f.at', zone = '$5') => `(extract(epoch from case $${by}::text
    when 'hour' then date_trunc('hour', f.at at time zone 'UTC', ${zone})
    when 'week' then (date_trunc('week', ${day} + $${by + 1}::int * interval '1 day') - $${by + 1}::int * interval '1 day') at time zone 'UTC'
    else date_trunc($${by}, ${day}) at time zone 'UTC' end) * 1000)::bigint`;

/** The first values of every report. */
export const rangeValues = ({ businessId, from, to, by, zone }: FigureRange) => [
  businessId,
  by === 'hour' ? 'quarter' : 'day',
  from,
  addDays(to, 1),
  zone,
];

interface Shape<Sum extends string, Per extends string> {
  /** Sums by their expression over rows `f`. */
  sums: Record<Sum, string>;
  /** What rows can be told apart by, and the column of it: `per` and filters. */
  columns: Record<Per, string>;
  /** By which of the sums keys are put in order. */
  order: string;
  /** Columns by which rows are told apart in any case. */
  also?: readonly string[];
}

type Filters<Per extends string> = { [P in Per]?: string | undefined };

/** The statements of one figure table, and what asks them. */
function reportsOf<Sum extends string, Per extends string>(table: string, shape: Shape<Sum, Per>) {
  type Row = FigureRow<Sum> & Record<string, unknown>;
  const names = Object.keys(shape.columns) as Per[];
  const columnOf = (name: Per) => shape.columns[name];
  const filters = names.map((name, n) => `($${n + 6}::text is null or ${columnOf(name)} = $${n + 6})`);
  const where = [within, ...filters].join(' and ');
  const next = names.length + 6;
  const sums = Object.entries<string>(shape.sums);
  const read = sums.map(([name, sum]) => `, coalesce(${sum}, 0)::float8 as "${name}"`).join('');
  const also = (shape.also ?? []).map((column) => `, ${column}`).join('');
  // Put together as they lie first, so that there are few of which the period is to be found.
  const inPeriods = (by: number, keys: string, rows: string) =>
    `select ${periodOf(by)} as at${keys}${also}${sums.map(([name]) => `, sum(f."${name}") as "${name}"`).join('')}
     from (${rows}) f group by 1${keys}${also} order by 1`;
  const ofPeriods = statement(
    `figures.by.period.${table}`,
    inPeriods(
      next,
      '',
      `select f.at${also}${read} from figure_${table} f where ${where} group by f.at${also}`,
    ),
  );
  // One for each of what it is put together by: how many keys there are decides how, and of an expression nobody knows it.
  const per = (kind: string, text: (column: string) => string) =>
    Object.fromEntries(
      names.map((name) => [name, statement(`figures.by.${kind}.${table}.${name}`, text(columnOf(name)))]),
    ) as Record<Per, Statement>;
  const ofKeys = per(
    'key',
    (column) =>
      `select ${column} as key${also}${read} from figure_${table} f
       where ${where} and ($${next}::text[] is null or ${column} = any($${next}))
       group by 1${also} having ${shape.order} > 0 order by ${shape.order} desc, 1 limit $${next + 1}`,
  );
  const ofBoth = per('both', (column) =>
    inPeriods(
      next + 1,
      ', key',
      `select f.at, ${column} as key${also}${read} from figure_${table} f
       where ${where} and ${column} = any($${next}::text[]) group by f.at, 2${also}`,
    ),
  );
  const values = (range: FigureRange, given: Filters<Per>) => [
    ...rangeValues(range),
    ...names.map((name) => given[name] ?? null),
  ];
  return {
    /** Sums of each period in which anything happened. */
    byPeriod: (db: Queryable, range: FigureRange, given: Filters<Per>): Promise<FigureRow<Sum>[]> =>
      db.run<Row>(ofPeriods, [...values(range, given), range.by, range.shift]),
    /** Sums of each key, the largest first; of these keys, where they are named. */
    byKey: (
      db: Queryable,
      range: FigureRange,
      given: Filters<Per>,
      per: Per,
      { keys, limit }: { keys?: string[]; limit?: number } = {},
    ): Promise<FigureRow<Sum>[]> =>
      db.run<Row>(ofKeys[per], [...values(range, given), keys ?? null, limit ?? null]),
    /** Sums of each of these keys in each period. */
    byKeyAndPeriod: (
      db: Queryable,
      range: FigureRange,
      given: Filters<Per>,
      per: Per,
      keys: string[],
    ): Promise<FigureRow<Sum>[]> =>
      db.run<Row>(ofBoth[per], [...values(range, given), keys, range.by, range.shift]),
  };
}

const plain = <Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, `sum(f.${name})`])) as Record<Name, string>;

/** Figures of messages, by when they came to us. */
export const messageReports = reportsOf('message', {
  sums: {
    received: `sum(f.total) filter (where f.direction = 'I')`,
    accepted: `sum(f.total) filter (where f.direction = 'O')`,
    ...plain('sent', 'delivered', 'read', 'failed'),
  },
  columns: { channel: 'f.channel_id', direction: 'f.direction', template: 'f.template' },
  order: 'sum(f.total)',
});

/** Of those that failed, by the errors. */
export const errorReports = reportsOf('error', {
  sums: plain('failed'),
  columns: { channel: 'f.channel_id', direction: `'O'`, template: 'f.template', error: 'f.error' },
  order: 'sum(f.failed)',
});

/** What sessions are told apart by. */
export const sessionAxes = {
  channel: 'f.channel_id',
  queue: 'f.queue_code',
  team: 'f.team_code',
  agent: 'f.agent_code',
};

/** Figures of sessions, by when it was done; of waiting how often it ended, and how long it took in all (ms). */
export const sessionReports = reportsOf('session', {
  sums: {
    ...plain('opened', 'started', 'queued', 'assigned', 'written', 'resolved', 'reopened', 'closed'),
    ...plain('answers', 'answer_ms', 'agent_answers', 'agent_answer_ms', 'resolutions', 'resolution_ms'),
  },
  columns: sessionAxes,
  order: 'sum(f.opened + f.queued + f.assigned + f.written + f.resolved + f.closed)',
});

/** Calls of webhooks. */
export const webhookReports = reportsOf('webhook', {
  sums: { ...plain('calls', 'delivered', 'ms'), givenUp: 'sum(f.given_up)' },
  columns: { endpoint: 'f.endpoint_id', answer: 'f.answer::text' },
  order: 'sum(f.calls + f.given_up)',
});

/** How long they took: sums of each `bin`. */
export const webhookTimeReports = reportsOf('webhook_time', {
  sums: plain('calls'),
  columns: { endpoint: 'f.endpoint_id' },
  order: 'sum(f.calls)',
  also: ['bin'],
});

/** How far the figures of a business go. */
export interface Counted {
  zone: string;
  /** Today, in this time zone. */
  today: string;
  /** Everything that happened until now is counted; else how old the last counted event is, epoch ms. */
  upToDate: boolean;
  countedUntil: number | null;
  /** What was there before anything was counted is counted as well. */
  complete: boolean;
}

const countedStatement = statement(
  'figures.counted',
  `select z.zone, (now() at time zone z.zone)::date::text as today, coalesce(p.seq >= c.seq, c.seq = 0) as "upToDate",
     (select e.at from event e where e.business_id = b.id and e.seq = p.seq) as "countedUntil",
     coalesce(p.message_id = '' and p.session_id = '' and p.endpoint_id is null, false) as complete
   from business b join event_counter c on c.business_id = b.id
   left join figure_progress p on p.business_id = b.id
   cross join lateral (select coalesce(p.zone, b.settings->>'timeZone', 'UTC') as zone) z
   where b.id = $1`,
);

/** How far the figures of a business go, and the time zone of their days. */
export async function countedOf(db: Queryable, businessId: number): Promise<Counted> {
  const [row] = await db.run<Counted & Record<string, unknown>>(countedStatement, [businessId]);
  return row!;
}

const hoursStatement = statement(
  'figures.hours',
  `select distinct (extract(epoch from date_trunc('hour', q, $3)) * 1000)::bigint as at,
     to_char(date_trunc('hour', q, $3) at time zone $3, 'YYYY-MM-DD"T"HH24:MI:SS') as local
   from generate_series($1::timestamp at time zone $3, $2::timestamp at time zone $3 - interval '15 minutes',
     interval '15 minutes') q
   order by 1`,
);

/** The hours of these days in a time zone: when each begins (epoch ms), and what a clock there shows. */
export async function hoursOf(
  db: Queryable,
  { from, to, zone }: Pick<FigureRange, 'from' | 'to' | 'zone'>,
): Promise<{ at: number; local: string }[]> {
  return db.run(hoursStatement, [from, addDays(to, 1), zone]);
}
