import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { Problem, type ProblemDetail } from '../../model/problem.ts';

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
  return (given) => {
    const value = Value.Default(schema, isText ? Value.Convert(schema, given) : withoutNulls(given));
    if (checker.Check(value)) return { value };
    const details = checker.Errors(value).flatMap(detailsOf);
    const onlyMissing = details.every((detail) => detail.code === 'REQUIRED');
    const message = details[0]?.message ?? 'The request is malformed';
    return { error: new Problem(onlyMissing ? 'missing' : 'invalid', message, details) };
  };
}

/** Null says that something is absent (decision D14): at the top level, where no value is free JSON. */
function withoutNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => value !== null || name === 'value'),
  );
}

type Fault = ReturnType<ReturnType<typeof Compile>['Errors']>[number];

function detailsOf(error: Fault): Detail[] {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .reduce(
      (field, step) => (/^\d+$/.test(step) ? `${field}[${step}]` : field ? `${field}.${step}` : step),
      '',
    );
  const below = (name: string) => (path ? `${path}.${name}` : name);
  switch (error.keyword) {
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
