import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { Problem, type ProblemDetail } from '../model/problem.ts';

type Detail = ProblemDetail & { message: string };

/**
 * Checks one part of a request against its schema. Query and path are text, so numbers and flags are read
 * out of it; a body must say what it means. Problems name the field and what would have been possible.
 */
export function checkerOf(
  schema: TSchema,
  part: string | undefined,
): (value: unknown) => { value: unknown } | { error: Error } {
  const checker = Compile(schema);
  const isText = part !== 'body';
  // Filling them in reads the schema for each value: a quarter of what a message of many in one call cost.
  const withDefaults = hasDefaults(schema) ? (value: unknown) => Value.Default(schema, value) : same;
  return (given) => {
    if (isText) {
      const unstorable = Object.entries(given ?? {}).find(([, text]) => !isStorable(text));
      if (unstorable) {
        const faults = [detail(unstorable[0], 'has characters that cannot be', 'INVALID')];
        return { error: new Problem('invalid', faults[0]!.message, faults) };
      }
    }
    const value = withDefaults(isText ? Value.Convert(schema, given) : withoutNulls(schema, given));
    if (checker.Check(value)) return { value };
    const details = checker.Errors(value).flatMap(detailsOf);
    const onlyMissing = details.every((detail) => detail.code === 'REQUIRED');
    const message = details[0]?.message ?? 'The request is malformed';
    return { error: new Problem(onlyMissing ? 'missing' : 'invalid', message, details) };
  };
}

const same = (value: unknown) => value;

/** Whether a default stands anywhere in a schema. */
function hasDefaults(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  return 'default' in schema || Object.values(schema).some(hasDefaults);
}

/** No database keeps NUL or half of a character; bodies are looked at while they are read. */
function isStorable(text: unknown): boolean {
  return typeof text !== 'string' || !/[\0\p{Surrogate}]/u.test(text);
}

type Node = { properties?: Record<string, TSchema>; items?: TSchema; type?: unknown };

/** Null says that a property is absent (decision D14), unless its value is free JSON, where it is a value. */
function withoutNulls(schema: TSchema | undefined, value: unknown): unknown {
  const { properties, items } = (schema ?? {}) as Node;
  if (Array.isArray(value)) return items ? value.map((item) => withoutNulls(items, item)) : value;
  if (typeof value !== 'object' || value === null || !properties) return value;
  const isAbsent = (name: string, item: unknown) =>
    item === null && Object.hasOwn(properties, name) && (properties[name] as Node).type !== undefined;
  const kept: [string, unknown][] = [];
  let changed = false;
  for (const [name, item] of Object.entries(value)) {
    if (isAbsent(name, item)) {
      changed = true;
      continue;
    }
    const one = Object.hasOwn(properties, name) ? withoutNulls(properties[name], item) : item;
    changed ||= one !== item;
    kept.push([name, one]);
  }
  return changed ? Object.fromEntries(kept) : value;
}

type Fault = ReturnType<ReturnType<typeof Compile>['Errors']>[number];

function detailsOf(error: Fault): Detail[] {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (field, step) => (/^\d+$/.test(step) ? `${field}[${step}]` : field ? `${field}.${step}` : step),
      '',
    );
  const below = (name: string) => (path ? `${path}.${name}` : name);
  switch (error.keyword) {
    // Says of an unknown property once more what `additionalProperties` says, and less clearly.
    case 'boolean':
      return [];
    case 'required':
      return error.params.requiredProperties.map((name) => detail(below(name), 'is required', 'REQUIRED'));
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) =>
        detail(below(name), 'is not known here', 'UNKNOWN_PROPERTY'),
      );
    case 'enum':
      return [
        { ...detail(path, error.message, 'INVALID'), possibleValues: error.params.allowedValues.map(String) },
      ];
    default:
      return [detail(path, error.message, 'INVALID')];
  }
}

function detail(field: string, says: string, code: string): Detail {
  return { ...(field && { field }), code, message: `${field || 'The request'} ${says}` };
}
