import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultTests } from './tests.ts';

/** What one run came to. */
export interface Row {
  /** Number of the fault test. */
  test: number;
  run: string;
  /** How often it was tried: rounds, cases, calls. */
  runs: number;
  /** How often a process was killed, stopped or restarted. */
  kills?: number;
  /** Messages whose caller was told that they are accepted. */
  accepted?: number;
  /** Of these, how many the provider has. */
  sent?: number;
  /** More requests than messages: answered by the provider, but not recorded by us before the kill. */
  duplicated?: number;
  /** Accepted messages that the provider never got. */
  lost?: number;
  /** A figure that the pass line asks for. */
  shown?: string;
}

const columns = ['run', 'runs', 'kills', 'accepted', 'sent', 'duplicated', 'lost', 'shown'] as const;
const isText = (column: (typeof columns)[number]) => column === 'run' || column === 'shown';

/** Notes a row for the table that is printed at the end. */
export async function note(row: Row): Promise<void> {
  const file = process.env.FAULTS_TABLE;
  if (file) await appendFile(file, `${JSON.stringify(row)}\n`);
}

/** The rows as people read them: under each test what it must show. */
export function tableOf(rows: readonly Row[]): string {
  const widths = columns.map((column) =>
    Math.max(column.length, ...rows.map((row) => String(row[column] ?? '').length)),
  );
  const line = (cells: string[]) =>
    columns
      .map((column, i) => (isText(column) ? cells[i]!.padEnd(widths[i]!) : cells[i]!.padStart(widths[i]!)))
      .join('  ')
      .trimEnd();
  const lines = [`    ${line([...columns])}`];
  const notRun: string[] = [];
  for (const [number, { name, pass }] of Object.entries(faultTests)) {
    const own = rows.filter(({ test }) => test === Number(number));
    if (own.length === 0) notRun.push(number);
    else lines.push(`${number.padStart(2)}  ${name}: ${pass}`);
    for (const row of own) lines.push(`    ${line(columns.map((column) => String(row[column] ?? '')))}`);
  }
  if (notRun.length > 0) lines.push(`not run: ${notRun.join(', ')}`);
  return lines.join('\n');
}

/** Prints the table when all files have run. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-faults-'));
  process.env.FAULTS_TABLE = join(folder, 'rows');
  return async () => {
    const text = await readFile(join(folder, 'rows'), 'utf8').catch(() => '');
    const rows = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Row);
    await rm(folder, { recursive: true, force: true });
    process.stdout.write(`\n${tableOf(rows)}\n`);
  };
}
