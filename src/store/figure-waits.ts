import { addDays, nextOf, startOf } from '../model/calendar.ts';
import { type Queryable, statement } from './database.ts';
import {
  type FigureRange,
  type FigureRow,
  periodOf,
  rangeValues,
  sessionAxes,
  within,
} from './figure-reports.ts';

// How many people waited how long: rows of each `kind` and `bin`. By one thing at a time it is read of days and months;
// by several at once of quarters, which is for short ranges.

/** What rows are told apart by; of `all` the only key is empty. */
export type WaitAxis = 'all' | keyof typeof sessionAxes;
type Row = FigureRow<'total'> & Record<string, unknown>;

const axisByPeriodStatement = statement(
  'figures.by.period.wait_axis',
  `select ${periodOf(8)} as at, kind, bin, sum(total)::float8 as total from figure_wait_axis f
   where ${within} and f.axis = $6 and f.key = $7 group by 1, 2, 3`,
);

/** How many waited in each period: of everybody, or of one channel, queue, team or agent. */
export function axisByPeriod(db: Queryable, range: FigureRange, axis: WaitAxis, key: string): Promise<Row[]> {
  return db.run<Row>(axisByPeriodStatement, [...rangeValues(range), axis, key, range.by, range.shift]);
}

// Whole months, and the days before and after them.
const axisByKeyStatement = statement(
  'figures.by.key.wait_axis',
  `select key, kind, bin, sum(total)::float8 as total from (
     select key, kind, bin, total from figure_wait_axis
     where business_id = $1 and span = 'day' and axis = $2 and at >= $3::timestamp and at < $4::timestamp and key = any($7::text[])
     union all
     select key, kind, bin, total from figure_wait_axis
     where business_id = $1 and span = 'month' and axis = $2 and at >= $4::timestamp and at < $5::timestamp and key = any($7)
     union all
     select key, kind, bin, total from figure_wait_axis
     where business_id = $1 and span = 'day' and axis = $2 and at >= $5::timestamp and at < $6::timestamp and key = any($7)) f
   group by 1, 2, 3`,
);

/** How many waited in all: of each of these channels, queues, teams or agents. */
export function axisByKey(db: Queryable, range: FigureRange, axis: WaitAxis, keys: string[]): Promise<Row[]> {
  const end = addDays(range.to, 1);
  const months = monthsIn(range.from, end) ?? { first: end, last: end };
  return db.run<Row>(axisByKeyStatement, [
    range.businessId,
    axis,
    range.from,
    months.first,
    months.last,
    end,
    keys,
  ]);
}

/** The whole months between two dates, from the first day of the first to the first day after the last. */
function monthsIn(from: string, end: string): { first: string; last: string } | undefined {
  const begun = startOf(from, 'month');
  const first = begun === from ? from : nextOf(begun, 'month');
  const last = startOf(end, 'month');
  return first < last ? { first, last } : undefined;
}

const axes = Object.entries(sessionAxes);
const filters = axes
  .map(([, column], n) => `($${n + 5}::text is null or ${column} = $${n + 5})`)
  .join(' and ');
const inQuarters = `f.business_id = $1 and f.at >= ($2::timestamp at time zone $4) at time zone 'UTC'
     and f.at < ($3::timestamp at time zone $4) at time zone 'UTC' and ${filters}`;
const localTime = `(f.at at time zone 'UTC' at time zone $4)`;
const keyOf = `case $9::text ${axes.map(([name, column]) => `when '${name}' then ${column}`).join(' ')} end`;

const byPeriodStatement = statement(
  'figures.by.period.wait',
  `select ${periodOf(9, localTime, '$4')} as at, kind, bin, sum(total)::float8 as total
   from figure_wait f where ${inQuarters} group by 1, 2, 3`,
);
const byKeyStatement = statement(
  'figures.by.key.wait',
  `select ${keyOf} as key, kind, bin, sum(total)::float8 as total
   from figure_wait f where ${inQuarters} and ${keyOf} = any($10::text[]) group by 1, 2, 3`,
);

type Filters = { [A in keyof typeof sessionAxes]?: string | undefined };
const values = ({ businessId, from, to, zone }: FigureRange, given: Filters) => [
  ...[businessId, from, addDays(to, 1), zone],
  ...axes.map(([name]) => given[name as keyof Filters] ?? null),
];

/** How many waited in each period, by whatever filters. */
export function waitsByPeriod(db: Queryable, range: FigureRange, given: Filters): Promise<Row[]> {
  return db.run<Row>(byPeriodStatement, [...values(range, given), range.by, range.shift]);
}

/** How many waited in all, of each of these keys, by whatever filters. */
export function waitsByKey(
  db: Queryable,
  range: FigureRange,
  given: Filters,
  per: keyof Filters,
  keys: string[],
): Promise<Row[]> {
  return db.run<Row>(byKeyStatement, [...values(range, given), per, keys]);
}
