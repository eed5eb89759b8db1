import type { TSchema } from 'typebox';

/** A named schema with references in place of the named schemas inside it. */
export interface Component {
  $id: string;
  [keyword: string]: unknown;
}

type Node = Record<string, unknown>;

/**
 * The named schemas of one surface, as its part of the document names them: schemas are written nested, so
 * that TypeScript sees through them, and published by name. Each surface has names of its own, since two
 * may well call different things by one word: `xms.Channel`, `parley.Channel`.
 */
export interface Components {
  /** A reference to a named schema. */
  refTo(schema: TSchema): { $ref: string };
  /** The schema with references in place of the named ones in it, itself included. */
  referring(schema: TSchema): Record<string, unknown>;
  /** The named schemas in the given ones, each once. */
  of(...schemas: (TSchema | undefined)[]): Component[];
}

/** The named schemas of the surface of this name. */
export function componentsOf(surface: string): Components {
  const nameOf = (id: unknown) => `${surface}.${String(id)}`;
  return {
    refTo: (schema) => ({ $ref: `${nameOf((schema as Node).$id)}#` }),
    referring: (schema) => withReferences(schema, nameOf, new Map()) as Node,
    of(...schemas) {
      const found = new Map<string, Component>();
      for (const schema of schemas) if (schema) withReferences(schema, nameOf, found);
      return [...found.values()];
    },
  };
}

type NameOf = (id: string) => string;

function withReferences(node: unknown, nameOf: NameOf, found: Map<string, Component>): unknown {
  if (Array.isArray(node)) return node.map((item) => withReferences(item, nameOf, found));
  if (typeof node !== 'object' || node === null) return node;
  const { $id, ...rest } = node as Node;
  const inner = () =>
    Object.fromEntries(
      Object.entries(rest).map(([key, value]) => [key, withReferences(value, nameOf, found)]),
    );
  if (typeof $id !== 'string') return inner();
  const name = nameOf($id);
  if (!found.has(name)) {
    const component: Component = { $id: name };
    found.set(name, component);
    const { 'x-also': _, ...own } = inner();
    const also = alsoOf(rest.properties);
    Object.assign(component, own, also.length > 0 && { 'x-also': also });
  }
  return { $ref: `${name}#` };
}

/** Which properties are understood on top of the contract: said by the object, as a reference says nothing. */
function alsoOf(properties: unknown): string[] {
  return Object.entries((properties ?? {}) as Record<string, Node>)
    .filter(([, schema]) => schema['x-also'] === true)
    .map(([name]) => name);
}
