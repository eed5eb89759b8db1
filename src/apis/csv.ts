import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A value of a table; what is absent is an empty cell. */
export type Cell = string | number | boolean | undefined;

/** A table that is answered as a file: row by row, so that no size of it fills the memory. */
export class CsvFile {
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: AsyncIterable<readonly Cell[]>;

  /** `name`: of the file, without its ending; letters, digits and dashes. */
  constructor(name: string, head: readonly string[], rows: AsyncIterable<readonly Cell[]>) {
    this.name = name;
    this.head = head;
    this.rows = rows;
  }
}

/** By it programs for tables know that the text is UTF-8. */
const mark = '\ufeff';

/** A row as RFC 4180 has it. What such a program would take for a formula is text for it, by the apostrophe in front. */
export function csvRow(cells: readonly Cell[]): string {
  const told = cells.map((cell) => {
    const text = cell === undefined ? '' : String(cell);
    const safe = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  });
  return `${told.join(',')}\r\n`;
}

/** Answers with the file. */
export function sendCsv(reply: FastifyReply, { name, head, rows }: CsvFile): FastifyReply {
  async function* lines() {
    yield mark + csvRow(head);
    for await (const row of rows) yield csvRow(row);
  }
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .header('cache-control', 'no-store')
    .send(Readable.from(lines()));
}
