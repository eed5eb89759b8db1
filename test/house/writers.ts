import { everyNode, isNode, type Node, namesTaken, nodesOf, type Source, textOf } from './source.ts';

const changes =
  /\b(insert into|update|delete from|truncate|for (no key )?update|for (key )?share|pg_advisory\w*|pg_notify|nextval)\b/i;

/**
 * The exported functions of a file of the store that write, lock or notify: those that come, over
 * whatever names of the same file, to a statement that does.
 */
export function writersOf(source: Source): Set<string> {
  const declared = new Map<string, Node>();
  const exported = new Set<string>();
  for (const node of nodesOf(source.program.body)) {
    const isExport = node.type === 'ExportNamedDeclaration';
    const declaration = isExport && isNode(node.declaration) ? node.declaration : node;
    for (const [name, body] of namesOf(declaration)) {
      declared.set(name, body);
      if (isExport) exported.add(name);
    }
  }
  const writes = (name: string, seen: Set<string>): boolean => {
    const body = declared.get(name);
    if (!body || seen.has(name)) return false;
    seen.add(name);
    for (const node of everyNode(body)) if (changes.test(textOf(node) ?? '')) return true;
    return [...namesTaken(body)].some((taken) => writes(taken, seen));
  };
  return new Set([...exported].filter((name) => writes(name, new Set())));
}

function namesOf(declaration: Node): [string, Node][] {
  if (declaration.type === 'FunctionDeclaration' && isNode(declaration.id)) {
    return [[String(declaration.id.name), declaration]];
  }
  if (declaration.type !== 'VariableDeclaration') return [];
  return nodesOf(declaration.declarations).flatMap((one): [string, Node][] =>
    isNode(one.id) && one.id.type === 'Identifier' ? [[String(one.id.name), one]] : [],
  );
}

/** Where a file uses a function that writes: `contacts.ensure`. `writers`: by path of the store's files. */
export function writesUsed(source: Source, writers: Map<string, Set<string>>): string[] {
  const used: string[] = [];
  for (const { path = '', names } of source.imports) {
    const writing = writers.get(path);
    if (!writing) continue;
    for (const [local, imported] of names) {
      if (imported !== '*') {
        if (writing.has(imported)) used.push(imported);
        continue;
      }
      for (const node of everyNode(source.program)) {
        if (node.type !== 'MemberExpression' || !isNode(node.object) || !isNode(node.property)) continue;
        const member = String(node.property.name);
        if (node.object.name === local && writing.has(member)) used.push(`${local}.${member}`);
      }
    }
  }
  return used;
}
