import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { parseDocument, visit } from 'yaml';
import { type Terminal, Usage } from './terminal.ts';

/** Reads a YAML file and fills in what it leaves to the environment. */
export async function readDocument(file: string, env: Terminal['env']): Promise<unknown> {
  const source = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((error: Error) => {
    throw new Usage(`Cannot read ${file}: ${error.message}`);
  });
  return expand(parse(file, source), env);
}

function parse(file: string, source: string): unknown {
  const document = parseDocument(source);
  if (document.errors.length > 0) {
    throw new Usage(`${file} is not YAML:`, ...document.errors.map((error) => error.message));
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
  try {
    return document.toJS();
  } catch (error) {
    throw new Usage(`${file} is not YAML: ${(error as Error).message}`);
  }
}

/** Replaces `${NAME}` in every text by the environment variable; `$${` stands for `${` itself. */
function expand(document: unknown, env: Terminal['env']): unknown {
  const unset: string[] = [];
  const walk = (value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      return value.replace(/\$?\$\{([^}]*)\}/g, (found, name: string) => {
        if (found.startsWith('$$')) return found.slice(1);
        const given = env[name];
        if (given === undefined || given === '')
          unset.push(`${path}: the environment variable ${name} is not set`);
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
