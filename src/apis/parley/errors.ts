import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Problem, ProblemKind } from '../../model/problem.ts';
import type { SurfaceError } from '../surface.ts';
import { answering } from './document.ts';

const told: Record<ProblemKind, { status: number; code: string }> = {
  missing: { status: 400, code: 'MISSING' },
  invalid: { status: 400, code: 'INVALID' },
  unauthorized: { status: 401, code: 'UNAUTHORIZED' },
  forbidden: { status: 403, code: 'FORBIDDEN' },
  notFound: { status: 404, code: 'NOT_FOUND' },
  conflict: { status: 409, code: 'CONFLICT' },
  stale: { status: 412, code: 'STALE' },
  mismatch: { status: 422, code: 'MISMATCH' },
  tooLarge: { status: 413, code: 'TOO_LARGE' },
  tooMany: { status: 429, code: 'TOO_MANY' },
  unavailable: { status: 503, code: 'UNAVAILABLE' },
  internal: { status: 500, code: 'INTERNAL' },
};

/** What is wrong, for a whole request or for one part of it. */
export const Fault = Type.Object({
  code: Type.String({ description: 'What kind of error it is.', examples: ['INVALID'] }),
  message: Type.String({ description: 'What is wrong, in plain words.' }),
  fields: Type.Array(
    Type.Object({
      field: Type.Optional(
        Type.String({ description: 'Path of the field at fault.', examples: ['settings.token'] }),
      ),
      code: Type.String({ description: 'What is wrong with it.', examples: ['REQUIRED'] }),
      message: Type.String(),
      possibleValues: Type.Optional(
        Type.Array(Type.String(), { description: 'What would have been possible.' }),
      ),
      uses: Type.Optional(
        Type.Array(
          Type.Object({
            noun: Type.String({ description: 'Plural of what relies on it.', examples: ['channels'] }),
            count: Type.Integer({ description: 'How many; sessions and keys are counted up to 100.' }),
            some: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
              description: 'Up to 20 of them.',
            }),
          }),
          { description: 'With IN_USE: what relies on the thing that was to be taken away.' },
        ),
      ),
    }),
    { description: 'Empty when no field is at fault.' },
  ),
});

/** How this surface tells an error. */
export const ErrorBody = Type.Object(
  {
    error: Fault,
    traceId: Type.String({ description: 'Stands in the log of the server beside the request.' }),
  },
  { $id: 'Error', description: 'What every failure looks like.' },
);

/** The failures that every route can answer with, for the document. */
export const problems = {
  '4xx': answering('The request is at fault', ErrorBody),
  '5xx': answering('The server is at fault', ErrorBody),
};

/** Tells a problem: `{error: {code, message, fields}, traceId}`. */
export function tellError(problem: Problem, request: FastifyRequest): SurfaceError {
  const retryAfter = problem.details[0]?.retryAfterSeconds;
  return {
    status: told[problem.kind].status,
    ...(retryAfter !== undefined && { headers: { 'retry-after': String(Math.ceil(retryAfter)) } }),
    body: { error: faultOf(problem), traceId: request.id },
  };
}

/** A problem in the words of the API. */
export function faultOf({ kind, message, details }: Problem): Static<typeof Fault> {
  const { code } = told[kind];
  const fields = details
    .filter((detail) => detail.field !== undefined || detail.code !== undefined)
    .map(({ field, code: why, message: says, possibleValues, uses }) => ({
      ...(field !== undefined && { field }),
      code: why ?? code,
      message: says,
      ...(possibleValues && { possibleValues: [...possibleValues] }),
      ...(uses && { uses: uses.map(({ some, ...use }) => ({ ...use, some: [...some] })) }),
    }));
  return { code, message, fields };
}
