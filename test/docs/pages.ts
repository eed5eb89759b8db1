import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block of a page. */
export interface Block {
  lang: string;
  text: string;
  /** Line of the page on which it begins, from 1. */
  line: number;
  /** The heading above it. */
  heading: string;
}

/** A page of the documentation. */
export interface Page {
  /** Relative to the repository. */
  path: string;
  text: string;
  blocks: Block[];
}

/** Every page that people read: those at the top, and everything in docs. */
export function pages(): Page[] {
  const top = readdirSync(root).filter((name) => name.endsWith('.md'));
  const below = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  return [...top, ...below].sort().map(page);
}

export function page(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, blocks: blocksOf(text) };
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let open: Block | undefined;
  for (const [i, line] of text.split('\n').entries()) {
    const fence = /^```(\w*)\s*$/.exec(line);
    if (fence && open) {
      blocks.push(open);
      open = undefined;
    } else if (fence) open = { lang: fence[1]!, text: '', line: i + 1, heading };
    else if (open) open.text += `${line}\n`;
    else heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
  }
  if (open) throw new Error(`the block on line ${open.line} does not end`);
  return blocks;
}

/** The cells of the rows below each table head that begins with `name`, without the marks of code. */
export function tableRows(text: string, name: string): string[][] {
  const rows: string[][] = [];
  let inside = false;
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) inside = false;
    else {
      const cells = line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim());
      if (cells[0] === name) inside = true;
      else if (inside && !/^-+$/.test(cells[0] ?? '')) rows.push(cells);
    }
  }
  return rows;
}

/** The text of a cell that is nothing but code; undefined when it is something else. */
export function codeOf(cell: string | undefined): string | undefined {
  return /^`([^`]+)`$/.exec(cell ?? '')?.[1];
}
