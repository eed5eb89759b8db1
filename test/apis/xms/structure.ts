/** What two OpenAPI documents are compared by: names, types, value lists and nesting; no prose. */
export interface Structure {
  operations: Record<string, OperationStructure>;
  /** Name of a schema → name of a property → its type in short: `string`, `[@Attachment]`, `string{A|B}`. */
  schemas: Record<string, Record<string, string>>;
}

export interface OperationStructure {
  id: string;
  tags: string[];
  security: string[];
  /** `query channelId: string`, with `!` where it is required. */
  parameters: string[];
  body?: { schema: string; required: string[]; anyOf: string[] };
  /** Status → type of the answer; empty where the document promises no body. */
  responses: Record<string, string>;
}

type Node = Record<string, unknown>;

interface Document {
  paths: Record<string, Record<string, Node>>;
  components: { schemas: Record<string, Node>; parameters?: Record<string, Node> };
}

/**
 * The part of our document that one surface declares, in its own names: paths below `prefix`, tags and
 * schemas without the name of the surface. A tag or a schema of another surface in it keeps its full name,
 * and so differs from what is expected.
 */
export function partOf(document: unknown, surface: string, prefix: string): unknown {
  const { paths, components } = document as Document;
  const own = <T>(named: Record<string, T>, beginning: string, keep: number) =>
    Object.fromEntries(
      Object.entries(named)
        .filter(([name]) => name.startsWith(beginning))
        .map(([name, value]) => [name.slice(keep), value]),
    );
  const part = {
    paths: own(paths, `${prefix}/`, 0),
    components: { ...components, schemas: own(components.schemas, `${surface}.`, surface.length + 1) },
  };
  return JSON.parse(
    JSON.stringify(part)
      .replaceAll(`"#/components/schemas/${surface}.`, '"#/components/schemas/')
      .replaceAll(`"tags":["${surface}: `, '"tags":["'),
  );
}

/** The structure of a document; what is marked as understood on top (`x-also`) is not part of it. */
export function structureOf(document: unknown): Structure {
  const { paths, components } = document as Document;
  const operations: Structure['operations'] = {};
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      operations[`${method} ${path}`] = operationOf(operation, components.parameters ?? {});
    }
  }
  const schemas: Structure['schemas'] = {};
  for (const [name, schema] of sorted(components.schemas)) {
    const properties = sorted((schema.properties ?? {}) as Record<string, Node>);
    schemas[name] = Object.fromEntries(properties.map(([key, value]) => [key, typeOf(value)]));
  }
  return { operations, schemas };
}

function sorted<T>(object: Record<string, T>): [string, T][] {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
}

function operationOf(operation: Node, shared: Record<string, Node>): OperationStructure {
  const security = ((operation.security ?? []) as Record<string, unknown>[]).flatMap(Object.keys);
  const parameters = ((operation.parameters ?? []) as Node[])
    .map((one) => (typeof one.$ref === 'string' ? shared[lastStep(one.$ref)]! : one))
    .filter(({ schema }) => !(schema as Node)['x-also'])
    .map((one) => `${one.in} ${one.name}${one.required ? '!' : ''}: ${typeOf(one.schema as Node)}`);
  const responses = Object.entries(operation.responses as Record<string, Node>);
  const { requestBody } = operation;
  return {
    id: String(operation.operationId),
    tags: operation.tags as string[],
    security,
    // A generator leaves out a header that the security scheme names already.
    parameters: [...new Set([...parameters, ...security.map(() => 'header x-api-key: string')])].sort(),
    ...(requestBody !== undefined && { body: bodyOf(requestBody as Node) }),
    responses: Object.fromEntries(responses.map(([status, one]) => [status, contentOf(one)])),
  };
}

function contentOf(holder: Node): string {
  const content = holder.content as Record<string, { schema: Node }> | undefined;
  return content ? typeOf(content['application/json']!.schema) : '';
}

function bodyOf(body: Node): NonNullable<OperationStructure['body']> {
  const { schema } = (body.content as Record<string, { schema: Node }>)['application/json']!;
  const [named, needs = {}] = schema.allOf as Node[];
  const choices = (needs.anyOf ?? []) as { required: string[] }[];
  return {
    schema: typeOf(named!),
    required: (needs.required ?? []) as string[],
    anyOf: choices.flatMap(({ required }) => required),
  };
}

function typeOf(schema: Node): string {
  if (typeof schema.$ref === 'string') return `@${lastStep(schema.$ref)}`;
  if (schema.type === 'array') return `[${typeOf((schema.items ?? {}) as Node)}]`;
  if (schema.type === undefined) return 'any';
  const format = schema.format === undefined ? '' : `:${schema.format}`;
  const closed = schema.enum ? `{${(schema.enum as string[]).join('|')}}` : '';
  const named = (schema['x-values'] ?? schema['x-doc-enum']) as string[] | undefined;
  const open = named ? `{${named.join('|')}|…}` : '';
  const { additionalProperties: values } = schema;
  const keyed = typeof values === 'object' ? `<${typeOf(values as Node)}>` : '';
  return `${schema.type}${format}${closed}${open}${keyed}`;
}

function lastStep(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}
