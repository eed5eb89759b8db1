import type { Report } from './report.ts';

type Cell = string | number | undefined;

/**
 * A report as a table: one line for each period; with `per` one for each of these, or, with the periods of each, one for
 * each of both. Measures in measures have a dot in their name.
 */
export function tableOf({ total, series, before, per, groups }: Report<object>): Cell[][] {
  const names = Object.keys(flat(total));
  const cells = (measures: object | undefined) => {
    const all = flat(measures ?? {});
    return names.map((name) => all[name]);
  };
  if (!per || !groups) return [['at', ...names], ...series.map((one) => [one.at, ...cells(one.measures)])];
  if (groups.some((one) => one.series)) {
    const lines = groups.flatMap(({ key, name, series: own = [] }) =>
      own.map((one) => [key, name, one.at, ...cells(one.measures)]),
    );
    return [[per, 'name', 'at', ...names], ...lines];
  }
  const lines = groups.map(({ key, name, measures, before: then }) => [
    ...[key, name, ...cells(measures)],
    ...(before ? cells(then) : []),
  ]);
  return [[per, 'name', ...names, ...(before ? names.map((name) => `before.${name}`) : [])], ...lines];
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

/** A table as CSV (RFC 4180). A text that a spreadsheet would take for a formula has an apostrophe before it. */
export function csvOf(table: readonly (readonly Cell[])[], { bom = false } = {}): string {
  const lines = table.map((row) => row.map(cellOf).join(','));
  return `${bom ? '\u{feff}' : ''}${lines.join('\r\n')}\r\n`;
}

function cellOf(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
