import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

/** Source files by their path from the root of the repository, such as `src/model/ids.ts`. */
export type Tree = Map<string, string>;

/** A node of the syntax tree (ESTree with TypeScript's own nodes). */
export type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

/** One way in which a file brings in another. */
export interface Import {
  /** As written: `../model/ids.ts`, `pg`. */
  from: string;
  /** Path in the tree when it is relative; absent for packages. */
  path?: string;
  /** Local name → name in the other file; `*` for the whole of it. Only what exists at run time. */
  names: Map<string, string>;
}

/** What the rules of the house look at in a file. */
export interface Source {
  path: string;
  imports: Import[];
  /** Texts that stand in the code; comments, import paths and the examples of schemas left out. */
  texts: string[];
  program: Node;
}

/** All TypeScript files below these folders of the repository. */
export async function readTree(...folders: string[]): Promise<Tree> {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const tree: Tree = new Map();
  for (const folder of folders) {
    for (const file of await readdir(join(root, folder), { recursive: true })) {
      const path = join(folder, file.replaceAll('\\', '/'));
      if (/\.tsx?$/.test(path)) tree.set(path, await readFile(join(root, path), 'utf8'));
    }
  }
  return tree;
}

/** Reads one file by a parser, so that comments and strings are not mistaken for code. */
export function readSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`);
  const source: Source = { path, imports: [], texts: [], program: program as unknown as Node };
  collect(source, source.program);
  return source;
}

const importing = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

function collect(source: Source, node: Node): void {
  if (node.type === 'Property' && isNode(node.key) && node.key.name === 'examples') return;
  const from = importing.has(node.type) ? textOf(node.source) : undefined;
  if (from !== undefined) source.imports.push(importOf(source.path, from, node));
  else if (importing.has(node.type) && isNode(node.source)) {
    throw new Error(`${source.path}: what is imported must be written out`);
  }
  const text = textOf(node);
  if (text !== undefined) source.texts.push(text);
  for (const [name, child] of childrenOf(node)) {
    if (from === undefined || name !== 'source') collect(source, child);
  }
}

function importOf(path: string, from: string, node: Node): Import {
  const names = new Map<string, string>();
  if (node.importKind !== 'type') {
    for (const specifier of nodesOf(node.specifiers)) {
      if (specifier.importKind === 'type' || !isNode(specifier.local)) continue;
      const imported = isNode(specifier.imported) ? String(specifier.imported.name) : '*';
      names.set(String(specifier.local.name), imported);
    }
  }
  return { from, names, ...(from.startsWith('.') && { path: normalize(join(dirname(path), from)) }) };
}

/** The text of a string or of a piece of a template. */
export function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  return node.type === 'TemplateElement' ? (node.value as { raw: string }).raw : undefined;
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

export function nodesOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];
}

/** The nodes right below one, with the name of the place where they stand. */
export function childrenOf(node: Node): [string, Node][] {
  return Object.entries(node).flatMap(([name, value]) =>
    nodesOf(value).map((child): [string, Node] => [name, child]),
  );
}

const types = new Set(['typeAnnotation', 'returnType', 'typeArguments', 'typeParameters']);

/** The names that a piece of code takes from around it, rather than makes itself. */
export function namesTaken(node: Node): Set<string> {
  const taken = new Set<string>();
  const own = new Set<string>();
  const look = (at: Node, into: Set<string>): void => {
    if (at.type === 'Identifier') into.add(String(at.name));
    for (const [place, child] of childrenOf(at)) {
      // `x.name` and `{ name: x }` take no name, and types take nothing that runs.
      if (types.has(place) || ((place === 'property' || place === 'key') && at.computed !== true)) continue;
      look(child, place === 'params' || (at.type === 'VariableDeclarator' && place === 'id') ? own : into);
    }
  };
  look(node, taken);
  return new Set([...taken].filter((name) => !own.has(name)));
}

/** The node and all below it. */
export function* everyNode(node: Node): Iterable<Node> {
  yield node;
  for (const [, child] of childrenOf(node)) yield* everyNode(child);
}
