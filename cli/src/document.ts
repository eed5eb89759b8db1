import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { type Document, isNode, LineCounter, parseDocument, visit } from 'yaml';
import { type Terminal, Usage } from './terminal.ts';

/** What a file says, and where it says it. */
export interface SetupFile {
  document: unknown;
  /** `shop.yaml:34` for a place such as `queues[2].app`; the nearest one around it when that is not there. */
  placeOf(field: string): string;
}

/** Reads a YAML file and fills in what it leaves to the environment. */
export async function readDocument(file: string, env: Terminal['env']): Promise<SetupFile> {
  const source = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((error: Error) => {
    throw new Usage(`Cannot read ${file}: ${error.message}`);
  });
  const name = file === '-' ? 'input' : file;
  const lines = new LineCounter();
  const parsed = parse(name, source, lines);
  const placeOf = (field: string) => `${name}:${lineOf(parsed, lines, field)}`;
  let document: unknown;
  try {
    document = parsed.toJS();
  } catch (error) {
    throw new Usage(`${name} is not YAML: ${(error as Error).message}`);
  }
  return { document: expand(document, env, placeOf), placeOf };
}

function parse(name: string, source: string, lineCounter: LineCounter): Document {
  const document = parseDocument(source, { lineCounter });
  if (document.errors.length > 0) {
    throw new Usage(`${name} is not YAML:`, ...document.errors.map((error) => error.message));
  }
  // A number in a file is often a phone number: what a number would not keep (a leading zero or plus, many
  // digits) is taken as the text that it is.
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'number' && node.source && /^[-+]?0\d|^\+|\d{16}/.test(node.source)) {
        node.value = node.source;
      }
    },
  });
  return document;
}

/** The line on which a place of the document begins, counted from 1. */
function lineOf(document: Document, lines: LineCounter, field: string): number {
  const path = [...field.matchAll(/[^.[\]]+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** Replaces `${NAME}` in every text by the environment variable; `$${` stands for `${` itself. */
function expand(document: unknown, env: Terminal['env'], placeOf: SetupFile['placeOf']): unknown {
  const unset: string[] = [];
  const walk = (value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      return value.replace(/\$?\$\{([^}]*)\}/g, (found, name: string) => {
        if (found.startsWith('$$')) return found.slice(1);
        const given = env[name];
        if (given === undefined || given === '') {
          unset.push(`${placeOf(path)}: ${path}: the environment variable ${name} is not set`);
        }
        return given ?? '';
      });
    }
    if (Array.isArray(value)) return value.map((item, i) => walk(item, `${path}[${i}]`));
    if (typeof value !== 'object' || value === null) return value;
    const at = (name: string) => (path ? `${path}.${name}` : name);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, at(name))]));
  };
  const expanded = walk(document, '');
  if (unset.length > 0) throw new Usage(...unset);
  return expanded;
}
