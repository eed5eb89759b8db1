import { type Cell, CsvFile } from '../../csv.ts';
import type { Report } from './report.ts';

/**
 * A report as a table: one line for each period; with `per` one for each of these, or, with the periods of each, one for
 * each of both. Measures in measures have a dot in their name.
 */
export function tableOf(
  name: string,
  { from, to, total, series, before, per, groups }: Report<object>,
): CsvFile {
  const table = (head: string[], rows: Cell[][]) => new CsvFile(`${name}-${from}-${to}`, head, each(rows));
  const names = Object.keys(flat(total));
  const cells = (measures: object | undefined) => {
    const all = flat(measures ?? {});
    return names.map((name) => all[name]);
  };
  if (!per || !groups)
    return table(
      ['at', ...names],
      series.map((one) => [one.at, ...cells(one.measures)]),
    );
  if (groups.some((one) => one.series)) {
    const lines = groups.flatMap(({ key, name, series: own = [] }) =>
      own.map((one) => [key, name, one.at, ...cells(one.measures)]),
    );
    return table([per, 'name', 'at', ...names], lines);
  }
  const lines = groups.map(({ key, name, measures, before: then }) => [
    ...[key, name, ...cells(measures)],
    ...(before ? cells(then) : []),
  ]);
  return table([per, 'name', ...names, ...(before ? names.map((one) => `before.${one}`) : [])], lines);
}

async function* each<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}

function flat(measures: object, prefix = ''): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(measures).flatMap(([name, value]) =>
      typeof value === 'object'
        ? Object.entries(flat({ ...noDurations, ...value }, `${name}.`))
        : [[prefix + name, value as Cell]],
    ),
  );
}

/** All columns are there, also where nobody waited. */
const noDurations = { count: 0, averageMs: undefined, medianMs: undefined, p90Ms: undefined };
