import Type, { type Static, type TProperties } from 'typebox';
import {
  addDays,
  type DateRange,
  dateMs,
  daysIn,
  type PeriodKind,
  periodKinds,
  rangeBefore,
  type WeekStart,
  weekStarts,
} from '../../../model/calendar.ts';
import { invalid } from '../../../model/problem.ts';
import type { Counted, FigureRange } from '../../../store/figure-reports.ts';
import { maybe, oneOf } from '../words.ts';

const date = (description: string) =>
  maybe(Type.String({ maxLength: 10, description, examples: ['2026-11-01'] }));

/** From when to when. */
export const rangeQuery = {
  from: date('First day, in the time zone of the business. Default: 29 days before the last one.'),
  to: date('Last day, counted in. Default: today.'),
  compare: Type.Boolean({
    default: false,
    description: 'Also the period before: as many days, or months where the range is whole months.',
  }),
};

/** What every report can be asked. */
const Asked = Type.Object({
  ...rangeQuery,
  by: Type.Unsafe<PeriodKind>({
    type: 'string',
    enum: [...periodKinds],
    default: 'day',
    description:
      'Into which periods it is cut; hours of at most 31 days, days of at most 400, others of ten years.',
  }),
  weekStart: Type.Unsafe<WeekStart>({
    type: 'string',
    enum: Object.keys(weekStarts),
    default: 'monday',
    description: 'First day of a week.',
  }),
  series: Type.Boolean({ default: false, description: 'With `per`: also the periods of each of these.' }),
  limit: Type.Integer({
    minimum: 1,
    maximum: 200,
    default: 50,
    description: 'With `per`: how many at most, the largest first.',
  }),
  format: Type.Unsafe<'json' | 'csv'>({
    type: 'string',
    enum: ['json', 'csv'],
    default: 'json',
    description:
      '`csv`: as a table: the periods, or, with `per`, the lines. It is written down in the audit log.',
  }),
});

/** The same, with `per` and filters of a report. */
export const reportQuery = <P extends TProperties>(per: readonly string[], filters: P) =>
  Type.Object({
    ...Asked.properties,
    per: maybe(oneOf(per, 'Also one line for each of these.')),
    ...filters,
  });

/** A report as it is asked for. */
export type ReportQuery = Static<typeof Asked> & { per?: string };

/** A filter by one value. */
export const one = (description: string) => maybe(Type.String({ maxLength: 200, description }));

const mostDays = { hour: 31, day: 400, week: 3660, month: 3660 } as const;

/** Days beyond these are no days of anybody, and calendars beyond the year 9999 are written otherwise. */
const [firstDay, lastDay] = ['1970-01-01', '2999-12-31'];

/** The days that are asked for. Throws `invalid` on `from` and `to`. */
export function daysOf(
  { from, to }: { from?: string; to?: string },
  today: string,
  by: PeriodKind,
): DateRange {
  for (const [field, value] of Object.entries({ from, to })) {
    if (value !== undefined && (dateMs(value) === undefined || value < firstDay || value > lastDay))
      throw invalid(field, `${field} must be a date from ${firstDay} to ${lastDay}, such as 2026-11-01`, {
        value,
      });
  }
  const last = to ?? (from !== undefined && from > today ? from : today);
  const range = { from: from ?? addDays(last, -29), to: last };
  if (range.from > range.to) throw invalid('to', 'to must not be before from', { value: range.to });
  if (daysIn(range) > mostDays[by]) {
    throw invalid('from', `A report by ${by} is of at most ${mostDays[by]} days`, { value: range.from });
  }
  return range;
}

/** The range that is read, and the one before it where that is wanted. */
export function rangesOf(
  businessId: number,
  { zone, today }: Counted,
  query: { from?: string; to?: string; compare: boolean; by?: PeriodKind; weekStart?: WeekStart },
): { range: FigureRange; before?: FigureRange } {
  const by = query.by ?? 'month';
  const days = daysOf(query, today, by);
  const common = { businessId, by, shift: weekStarts[query.weekStart ?? 'monday'], zone };
  return {
    range: { ...common, ...days },
    ...(query.compare && { before: { ...common, ...rangeBefore(days) } }),
  };
}
