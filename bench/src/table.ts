import { kannelNames, type Store } from './kannel.ts';
import type { Measured } from './measure.ts';

export const rowReference = 'reference: the message row alone, batches of 100';
export const leastReference = 'reference: a Fastify route that commits that row';
export const leastEndReference =
  'reference: the same, which calls a provider, commits that, and calls a webhook';
export const routeReference = 'reference: a bare Fastify route';

/** The middle one of several runs, figure by figure. */
export function medians(runs: Measured[][]): Measured[] {
  const middle = (values: (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
    return known[Math.floor(known.length / 2)];
  };
  return runs[0]!.map((figure, i) => {
    const of = (name: 'p50' | 'p99' | 'memoryMb' | 'cpuMicros' | 'databaseMicros' | 'ofEmpty') => {
      const value = middle(runs.map((run) => run[i]![name]));
      return value === undefined ? {} : { [name]: value };
    };
    return {
      name: figure.name,
      perSecond: middle(runs.map((run) => run[i]!.perSecond))!,
      ...of('p50'),
      ...of('p99'),
      ...of('memoryMb'),
      ...of('cpuMicros'),
      ...of('databaseMicros'),
      ...of('ofEmpty'),
    };
  });
}

/** The figures in columns, each as a share of its references. */
export function table(figures: Measured[]): string {
  const rows = figures.find(({ name }) => name === rowReference);
  const leastOf = (figure: Measured) => {
    const its = figures.find(
      ({ name }) => name === (figure.name.startsWith('accepted,') ? leastEndReference : leastReference),
    );
    return its && figure.memoryMb && !isBulk(figure) ? (figure.perSecond / its.perSecond).toFixed(2) : '';
  };
  const ofKannel = (figure: Measured, store: Store) => {
    const { accept, end } = kannelNames[store];
    const its = figures.find(({ name }) => name === (figure.name.startsWith('accept,') ? accept : end));
    return its && figure.memoryMb && isEnd(figure) ? (figure.perSecond / its.perSecond).toFixed(2) : '';
  };
  const isEnd = ({ name }: Measured) => name.startsWith('accept');
  // One call of a hundred messages is no call of one.
  const isBulk = ({ name }: Measured) => name.startsWith('bulk');
  const number = (value: number | undefined, digits = 0) =>
    value === undefined ? '' : value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  const head = [
    '',
    'per s',
    'p50 ms',
    'p99 ms',
    'CPU µs',
    'database µs',
    'peak MB',
    'of rows',
    'of least',
    "of Kannel's file",
    "of Kannel's spool",
    'of empty',
  ];
  const lines = figures.map((figure) => [
    figure.name + (figure.fault ? ` (${figure.fault})` : ''),
    number(figure.perSecond),
    number(figure.p50, 1),
    number(figure.p99, 1),
    number(figure.cpuMicros),
    number(figure.databaseMicros),
    number(figure.memoryMb),
    rows && figure.memoryMb ? (figure.perSecond / rows.perSecond).toFixed(2) : '',
    leastOf(figure),
    ofKannel(figure, 'file'),
    ofKannel(figure, 'spool'),
    number(figure.ofEmpty, 2),
  ]);
  const all = [head, ...lines];
  const widths = head.map((_, i) => Math.max(...all.map((line) => line[i]!.length)));
  const text = all.map((line) =>
    line.map((cell, i) => (i ? cell.padStart(widths[i]!) : cell.padEnd(widths[0]!))).join('  '),
  );
  return text.join('\n');
}
