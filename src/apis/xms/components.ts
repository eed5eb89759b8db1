import type { TSchema } from 'typebox';

/** A named schema with references in place of the named schemas inside it. */
export interface Component {
  $id: string;
  [keyword: string]: unknown;
}

type Node = Record<string, unknown>;

/** A reference to a named schema. */
export function refTo(schema: TSchema): { $ref: string } {
  return { $ref: `${String((schema as Node).$id)}#` };
}

/**
 * The named schemas in the given ones, each once: schemas are written nested, so that TypeScript sees
 * through them, and published by name, as the contract has them.
 */
export function componentsOf(...schemas: (TSchema | undefined)[]): Component[] {
  const found = new Map<string, Component>();
  for (const schema of schemas) if (schema) withReferences(schema, found);
  return [...found.values()];
}

function withReferences(node: unknown, found: Map<string, Component>): unknown {
  if (Array.isArray(node)) return node.map((item) => withReferences(item, found));
  if (typeof node !== 'object' || node === null) return node;
  const { $id, ...rest } = node as Node;
  const inner = () =>
    Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withReferences(value, found)]));
  if (typeof $id !== 'string') return inner();
  if (!found.has($id)) {
    const component: Component = { $id };
    found.set($id, component);
    const { 'x-also': _, ...own } = inner();
    const also = alsoOf(rest.properties);
    Object.assign(component, own, also.length > 0 && { 'x-also': also });
  }
  return { $ref: `${$id}#` };
}

/** Which properties are understood on top of the contract: said by the object, as a reference says nothing. */
function alsoOf(properties: unknown): string[] {
  return Object.entries((properties ?? {}) as Record<string, Node>)
    .filter(([, schema]) => schema['x-also'] === true)
    .map(([name]) => name);
}
