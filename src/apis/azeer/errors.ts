import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Problem, type ProblemDetail, type ProblemKind } from '../../model/problem.ts';
import type { SurfaceError } from '../surface.ts';

/** Status and name of each problem (azeer.md 1.3; the spelling of `InternelError` is the contract's). */
const verdicts: Readonly<Record<ProblemKind, { status: number; error: string }>> = {
  missing: { status: 400, error: 'BadRequest' },
  invalid: { status: 400, error: 'BadRequest' },
  unauthorized: { status: 401, error: 'Unauthorized' },
  forbidden: { status: 403, error: 'Forbidden' },
  notFound: { status: 404, error: 'NotFound' },
  conflict: { status: 409, error: 'Conflict' },
  stale: { status: 412, error: 'PreconditionFailed' },
  mismatch: { status: 422, error: 'UnprocessableEntity' },
  tooLarge: { status: 413, error: 'PayloadTooLarge' },
  tooMany: { status: 429, error: 'TooManyRequests' },
  unavailable: { status: 503, error: 'ServiceUnavailable' },
  internal: { status: 500, error: 'InternelError' },
};

/** Told with 402: every seat of the business is taken (azeer.md 3.1). */
export const noSeatLeft = 'NO_SEAT_LEFT';

/** How this surface calls the fields of the core: by a table, or by a rule that answers undefined for its own. */
export type Names = Readonly<Record<string, string>> | ((field: string) => string | undefined);

/**
 * Rejects with the same problem in the words of this surface: what is thrown by the core speaks the core's.
 * For the end of a chain: `.catch(inWords({ verifyToken: 'securetoken' }))`. Where a message begins with the name
 * of its field it begins with the new one then; what stands further on may be a value, and stays. `sayings` tells
 * problems of a code all anew.
 */
export function inWords(
  names: Names,
  sayings: Readonly<Record<string, { field: string; message: string }>> = {},
): (error: unknown) => never {
  const nameOf = (field: string) =>
    typeof names === 'function' ? names(field) : Object.hasOwn(names, field) ? names[field] : undefined;
  return (error) => {
    if (!(error instanceof Problem)) throw error;
    const details = error.details.map((detail) => {
      const { code = '', field, message } = detail;
      if (Object.hasOwn(sayings, code)) return { ...detail, ...sayings[code] };
      const name = field === undefined ? undefined : nameOf(field);
      return name === undefined
        ? detail
        : { ...detail, field: name, message: renamed(message, field!, name) };
    });
    throw new Problem(error.kind, details[0]?.message ?? error.message, details);
  };
}

function renamed(message: string, field: string, name: string): string {
  const isNamed = message.startsWith(field) && /^[\s:]/.test(message.slice(field.length));
  return isNamed ? name + message.slice(field.length) : message;
}

/** How this surface tells an error. */
export const ErrorBody = Type.Object(
  {
    success: Type.Literal(false),
    message: Type.String({
      description: 'What is wrong, naming the field.',
      examples: ['platform_id is required'],
    }),
    error: Type.String({ description: 'Name of the status.', examples: ['BadRequest'] }),
  },
  { $id: 'Error', description: 'What every failure looks like.' },
);

/** Tells a problem: `{success: false, message, error}`. */
export function tellError(problem: Problem, _request?: FastifyRequest): SurfaceError {
  const verdict = verdicts[problem.kind];
  const { status, error } =
    problem.details[0]?.code === noSeatLeft ? { status: 402, error: 'PaymentRequiredError' } : verdict;
  const retryAfter = retryAfterOf(problem);
  return {
    status,
    ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
    body: { success: false, message: messageOf(problem), error },
  };
}

function retryAfterOf({ kind, details }: Problem): number | undefined {
  const told = details[0]?.retryAfterSeconds;
  if (told !== undefined) return Math.max(1, Math.ceil(told));
  return kind === 'tooMany' || kind === 'unavailable' ? 1 : undefined;
}

/** At most so many faults of one request are told; the first ones say enough. */
const mostTold = 5;

/** All that is wrong, each with the name of its field: callers show this line to people. */
function messageOf({ message, details }: Problem): string {
  const told = details.slice(0, mostTold).map(sentenceOf);
  return [...new Set(told)].join('; ') || message;
}

function sentenceOf({ field, message, possibleValues }: ProblemDetail & { message: string }): string {
  const named = !field || message.includes(field) ? message : `${field}: ${message}`;
  const isListed = !possibleValues?.length || possibleValues.every((value) => message.includes(value));
  return isListed ? named : `${named} (one of ${possibleValues.slice(0, 20).join(', ')})`;
}
