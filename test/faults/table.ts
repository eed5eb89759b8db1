import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one run came to. */
export interface Row {
  run: string;
  /** How often a process was killed, stopped or restarted. */
  kills: number;
  /** Messages whose caller was told that they are accepted. */
  accepted: number;
  /** Of these, how many the provider has. */
  sent: number;
  /** More requests than messages: answered by the provider, but not recorded by us before the kill. */
  duplicated: number;
  /** Accepted messages that the provider never got. */
  lost: number;
}

const columns = ['run', 'kills', 'accepted', 'sent', 'duplicated', 'lost'] as const;

/** Notes a row for the table that is printed at the end. */
export async function note(row: Row): Promise<void> {
  const file = process.env.FAULTS_TABLE;
  if (file) await appendFile(file, `${JSON.stringify(row)}\n`);
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
    const cells = [[...columns], ...rows.map((row) => columns.map((column) => String(row[column])))];
    const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
    const lines = cells.map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    );
    process.stdout.write(`\n${lines.join('\n')}\n`);
  };
}
