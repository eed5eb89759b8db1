/** Any part of an OpenAPI document. */
type Node = Record<string, unknown>;

interface Described {
  openapi?: unknown;
  components?: { schemas?: Record<string, unknown> };
  paths?: Record<string, Record<string, unknown> | undefined>;
}

/** What a route shows of itself, as `x-example` of its schema. */
interface Shown {
  request?: unknown;
  response?: unknown;
}

/**
 * Gives every operation a request and an answer that can be read: those that its route shows, else ones made of
 * the schemas, out of the examples that stand with their properties.
 */
export function addExamples(document: Described): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Node>;
  for (const operations of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(operations ?? {}) as Node[]) {
      const shown = (operation['x-example'] ?? {}) as Shown;
      delete operation['x-example'];
      addTo(operation.requestBody, shown.request, schemas);
      const responses = (operation.responses ?? {}) as Record<string, unknown>;
      for (const [status, response] of Object.entries(responses)) {
        if (/^2/.test(status)) addTo(response, shown.response, schemas);
      }
    }
  }
}

function addTo(holder: unknown, shown: unknown, schemas: Record<string, Node>): void {
  const { content = {} } = (holder ?? {}) as { content?: Record<string, Node> };
  for (const [type, media] of Object.entries(content)) {
    if (media.example !== undefined || media.examples !== undefined) continue;
    if (shown === undefined && !/json|text/.test(type)) continue;
    media.example = shown ?? exampleOf(media.schema as Node, schemas);
  }
}

/** How deep an example goes where a schema contains itself. */
const deepest = 12;

/** A value that fits a schema: its own example, its default, or one made of its parts. */
export function exampleOf(
  schema: Node | undefined,
  schemas: Record<string, Node> = {},
  name = '',
  depth = 0,
): unknown {
  if (!schema || depth > deepest) return {};
  const { $ref, allOf, examples, example, default: preset, enum: values, type } = schema;
  if (Array.isArray(examples) && examples.length > 0) return examples[0];
  if (example !== undefined) return example;
  if (typeof $ref === 'string') {
    return exampleOf(schemas[$ref.slice($ref.lastIndexOf('/') + 1)], schemas, name, depth + 1);
  }
  if (Array.isArray(allOf)) {
    const [first, ...rest] = allOf.map((part) => exampleOf(part as Node, schemas, name, depth + 1));
    return rest.reduce<unknown>((all, part) => ({ ...(all as Node), ...(part as Node) }), first);
  }
  if (preset !== undefined) return preset;
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(values)) return values[0];
  const one = (schema.oneOf ?? schema.anyOf) as Node[] | undefined;
  if (one) return exampleOf(one[0], schemas, name, depth + 1);
  return valueOfType(Array.isArray(type) ? type[0] : type, schema, schemas, name, depth);
}

function valueOfType(
  type: unknown,
  schema: Node,
  schemas: Record<string, Node>,
  name: string,
  depth: number,
): unknown {
  switch (type) {
    case 'string':
      return textFor(name);
    case 'integer':
    case 'number':
      return numberFor(name, schema);
    case 'boolean':
      return true;
    case 'array':
      return schema.items
        ? [exampleOf(schema.items as Node, schemas, name.replace(/s$/, ''), depth + 1)]
        : [];
    default:
      return objectOf(schema, schemas, depth);
  }
}

function objectOf(schema: Node, schemas: Record<string, Node>, depth: number): Node {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Node>);
  return Object.fromEntries(
    properties.map(([name, property]) => [name, exampleOf(property, schemas, name, depth + 1)]),
  );
}

/** What stands for a text, by the name of its property. */
const texts: readonly (readonly [RegExp, string])[] = [
  [/url$|^link(Secure)?$|href|webhook$/i, 'https://shop.example/hook'],
  [/e-?mail/i, 'huda@shop.example'],
  [/phone|csid|msisdn|wa_id|^from$/i, '966512340001'],
  [/lat/i, '24.7136'],
  [/lon/i, '46.6753'],
  [/channel(Id)?$/i, '<type>:966500000001'],
  [/contactId$/i, 'wa966512340001_966500000001'],
  [/lane$/i, '966500000001'],
  [/token|secret|key$/i, '••••••••'],
  [/lang/i, 'en'],
  [/mime/i, 'image/png'],
  [/filename/i, 'menu.pdf'],
  [/(^|_)id$|Id$|^after$|^next$|traceid/i, '65f0c0ffee65f0c0ffee65f0'],
  [/code$|^app$|^queue$|^team$|^agent$|^bot$|^key$/i, 'support'],
  [/name$/i, 'Huda'],
  [/colou?r/i, '#1ca08a'],
  [/birthday|date/i, '1990-04-02'],
];

function textFor(name: string): string {
  return texts.find(([pattern]) => pattern.test(name))?.[1] ?? 'text';
}

function numberFor(name: string, { minimum }: Node): number {
  if (/at$|since|until|timestamp|time|due/i.test(name)) return 1_767_604_351_000;
  return typeof minimum === 'number' && minimum > 1 ? minimum : 1;
}
