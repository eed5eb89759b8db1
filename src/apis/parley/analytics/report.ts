import Type, { type TSchema } from 'typebox';
import { dateMs, type PeriodKind, periodsIn, type WeekStart } from '../../../model/calendar.ts';
import { groupBy } from '../../../model/group.ts';
import { present } from '../../../model/present.ts';
import type { Setup } from '../../../model/setup.ts';
import type { Queryable } from '../../../store/database.ts';
import { type Counted, type FigureRange, hoursOf } from '../../../store/figure-reports.ts';
import { maybe, ms } from '../words.ts';
import type { Row } from './measures.ts';
import { type ReportQuery, rangesOf } from './query.ts';

/** What a report leaves in. */
export type Filters = Readonly<Record<string, string | undefined>>;

/** Where the figures of one kind come from, and what they say. */
export interface Source<M> {
  /** Rows of each period. */
  byPeriod(db: Queryable, range: FigureRange, filters: Filters): Promise<Row[]>;
  /** Rows of each key: the largest, or those that are named. */
  byKey(
    db: Queryable,
    range: FigureRange,
    filters: Filters,
    per: string,
    how: { keys?: string[]; limit?: number },
  ): Promise<Row[]>;
  /** Rows of each of these keys in each period. */
  byKeyAndPeriod(
    db: Queryable,
    range: FigureRange,
    filters: Filters,
    per: string,
    keys: string[],
  ): Promise<Row[]>;
  measures(rows: readonly Row[]): M;
  /** What people call a key. */
  nameOf(setup: Setup, per: string, key: string): string | undefined;
}

const day = (description: string) => Type.String({ description, examples: ['2026-11-01'] });

/** What every answer says of itself. */
export const aboutSchema = {
  from: day('First day.'),
  to: day('Last day, counted in.'),
  timeZone: Type.String({ description: 'By which the days are cut.', examples: ['Asia/Dubai'] }),
  countedUntil: maybe(ms('All that happened until then is in it.')),
  complete: Type.Boolean({
    description: 'False while messages from before figures were kept are still being counted.',
    examples: [true],
  }),
};

/** A report with measures of one kind. */
export function reportSchema<M extends TSchema>($id: string, measures: M) {
  const series = Type.Array(
    Type.Object({
      at: Type.String({
        description: 'When the period begins: a date, or an hour with the offset of the time zone.',
        examples: ['2026-11-01'],
      }),
      measures,
    }),
    { description: 'Every period, oldest first; the first and the last may be cut.' },
  );
  return Type.Object(
    {
      ...aboutSchema,
      by: Type.String({ description: 'Into which periods it is cut.', examples: ['day'] }),
      total: measures,
      series,
      before: maybe(
        Type.Object(
          { from: day('First day.'), to: day('Last day.'), total: measures, series },
          { description: 'The period before.' },
        ),
      ),
      per: maybe(Type.String({ description: 'What the lines are told apart by.', examples: ['channel'] })),
      groups: maybe(
        Type.Array(
          Type.Object({
            key: Type.String({ description: 'Id or code; empty: of none.', examples: ['dummy:sandbox'] }),
            name: maybe(Type.String({ description: 'What people call it.', examples: ['Sandbox'] })),
            measures,
            before: maybe(measures),
            series: maybe(series),
          }),
          { description: 'The largest first.' },
        ),
      ),
    },
    { $id },
  );
}

type Series<M> = { at: string; measures: M }[];

/** A report: its total, its periods, the period before, and one line for each key. */
export interface Report<M> {
  from: string;
  to: string;
  timeZone: string;
  countedUntil?: number;
  complete: boolean;
  by: PeriodKind;
  total: M;
  series: Series<M>;
  before?: { from: string; to: string; total: M; series: Series<M> };
  per?: string;
  groups?: { key: string; name?: string; measures: M; before?: M; series?: Series<M> }[];
}

/** How far it is counted, as answers say it. */
export function aboutOf({ zone, upToDate, countedUntil, complete }: Counted) {
  return present({
    timeZone: zone,
    countedUntil: upToDate ? Date.now() : (countedUntil ?? undefined),
    complete,
  });
}

/** Reads a report. */
export async function reportOf<M>(
  db: Queryable,
  setup: Setup,
  counted: Counted,
  source: Source<M>,
  query: ReportQuery,
  filters: Filters,
): Promise<Report<M>> {
  const { range, before } = rangesOf(setup.business.id, counted, query);
  const of = async (one: FigureRange) => {
    const [rows, periods] = await Promise.all([
      source.byPeriod(db, one, filters),
      periodsOf(db, one, query.weekStart),
    ]);
    return {
      from: one.from,
      to: one.to,
      total: source.measures(rows),
      series: seriesOf(source, rows, periods),
    };
  };
  const { per } = query;
  const [now, then, groups] = await Promise.all([
    of(range),
    before && of(before),
    per === undefined ? undefined : groupsOf(db, setup, source, { range, before, filters, query, per }),
  ]);
  return { ...now, ...aboutOf(counted), by: query.by, ...present({ before: then, per, groups }) };
}

/** The periods of a range: when each begins (epoch ms, as rows have it), and how that is told. */
async function periodsOf(db: Queryable, range: FigureRange, week?: WeekStart): Promise<Map<number, string>> {
  if (range.by !== 'hour')
    return new Map(periodsIn(range, range.by, week).map((date) => [dateMs(date)!, date]));
  const hours = await hoursOf(db, range);
  return new Map(hours.map(({ at, local }) => [at, local + offsetOf(Date.parse(`${local}Z`) - at)]));
}

function offsetOf(ms: number): string {
  const minutes = Math.abs(Math.round(ms / 60_000));
  const two = (n: number) => String(n).padStart(2, '0');
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function seriesOf<M>(
  source: Source<M>,
  rows: readonly Row[],
  periods: ReadonlyMap<number, string>,
): Series<M> {
  const byPeriod = groupBy(rows, ({ at }) => String(at));
  return [...periods].map(([at, told]) => ({
    at: told,
    measures: source.measures(byPeriod.get(String(at)) ?? []),
  }));
}

interface Grouping {
  range: FigureRange;
  before: FigureRange | undefined;
  filters: Filters;
  query: ReportQuery;
  per: string;
}

async function groupsOf<M>(db: Queryable, setup: Setup, source: Source<M>, how: Grouping) {
  const { range, before, filters, per, query } = how;
  const { limit, series: withSeries, weekStart } = query;
  const byKey = groupBy(await source.byKey(db, range, filters, per, { limit }), ({ key }) => key!);
  const keys = [...byKey.keys()];
  const [earlier, rows, periods] = await Promise.all([
    before && source.byKey(db, before, filters, per, { keys, limit }),
    withSeries ? source.byKeyAndPeriod(db, range, filters, per, keys) : [],
    withSeries ? periodsOf(db, range, weekStart) : undefined,
  ]);
  const byKeyBefore = earlier && groupBy(earlier, ({ key }) => key!);
  const byKeyAndPeriod = groupBy(rows, ({ key }) => key!);
  return keys.map((key) => ({
    key,
    ...present({ name: source.nameOf(setup, per, key) }),
    measures: source.measures(byKey.get(key)!),
    ...(byKeyBefore && { before: source.measures(byKeyBefore.get(key) ?? []) }),
    ...(periods && { series: seriesOf(source, byKeyAndPeriod.get(key) ?? [], periods) }),
  }));
}
