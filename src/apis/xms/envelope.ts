import { STATUS_CODES } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import type { Problem, ProblemKind } from '../../model/problem.ts';
import type { SurfaceError } from '../surface.ts';
import type { ApiFieldError, Failure } from './schemas/envelope.ts';

/** What a success says of itself: `messageKey`, and the same in English. */
export interface Told {
  key: string;
  text: string;
}

/** Status and verdict of each problem (decisions D3, D12). The seven names are a closed list. */
const verdicts: Readonly<Record<ProblemKind, { status: number; key: string }>> = {
  missing: { status: 400, key: 'PARAM_MISSING' },
  invalid: { status: 400, key: 'PARAM_INVALID' },
  unauthorized: { status: 401, key: 'UNAUTHORIZED' },
  forbidden: { status: 403, key: 'FORBIDDEN' },
  notFound: { status: 404, key: 'NOT_FOUND' },
  conflict: { status: 409, key: 'PARAM_INVALID' },
  stale: { status: 412, key: 'PARAM_INVALID' },
  mismatch: { status: 422, key: 'PARAM_INVALID' },
  tooLarge: { status: 413, key: 'PARAM_INVALID' },
  tooMany: { status: 429, key: 'TOO_MANY_REQUESTS' },
  unavailable: { status: 503, key: 'SERVER_ERROR' },
  internal: { status: 500, key: 'SERVER_ERROR' },
};

/** The compact envelope: a list, and what happened. */
export function compact<T>(results: T[], told: Told, request: FastifyRequest) {
  return {
    message: told.text,
    messageKey: told.key,
    results,
    status: '200',
    statusKey: 'SUCCESS',
    timestamp: Date.now(),
    traceid: request.id,
  };
}

/** The full envelope of a list (decision D7: no `data`). */
export function fullList<T>(results: T[], told: Told, request: FastifyRequest) {
  return { ...compact(results, told, request), ...echo(request) };
}

/** The full envelope of one object: in `data`, and as the only result (decision D7). */
export function fullOne<T>(value: T, told: Told, request: FastifyRequest) {
  return { data: value, ...compact([value], told, request), ...echo(request) };
}

/** Path and query as they were sent (decision D9). */
function echo(request: FastifyRequest): { path: string; query?: Record<string, unknown> } {
  const { url } = request;
  const end = url.indexOf('?');
  if (end === -1) return { path: url };
  return { path: url.slice(0, end), query: request.query as Record<string, unknown> };
}

/** A failure: always the full envelope (decision D10), never with internals. */
export function failure(problem: Problem, request: FastifyRequest): SurfaceError {
  const { status, key } = verdicts[problem.kind];
  const retryAfter = retryAfterOf(problem);
  const body: Failure = {
    results: [],
    status: String(status),
    statusKey: key,
    error: STATUS_CODES[status] ?? 'Error',
    message: problem.message,
    messageKey: problem.details[0]?.code ?? key,
    errors: fieldErrors(problem, key, request.routeOptions?.config?.dto),
    path: echo(request).path,
    timestamp: Date.now(),
    traceid: request.id,
  };
  return {
    status,
    body,
    ...(retryAfter !== undefined && { headers: { 'retry-after': String(retryAfter) } }),
  };
}

function retryAfterOf({ kind, details }: Problem): number | undefined {
  const told = details[0]?.retryAfterSeconds;
  if (told !== undefined) return Math.max(1, Math.ceil(told));
  return kind === 'tooMany' || kind === 'unavailable' ? 1 : undefined;
}

type FieldError = Static<typeof ApiFieldError>;

/** One entry for each thing that is wrong; a problem of the whole request has none. */
function fieldErrors(problem: Problem, key: string, obzect: string | undefined): FieldError[] {
  return problem.details.flatMap(({ field, code = key, message, possibleValues, value }) => {
    if (field === undefined && code === key) return [];
    const place = [obzect, field].filter((part) => part).join('.');
    return {
      ...(field && { field }),
      ...(obzect && { obzect }),
      code,
      codeKey: key,
      codes: [...new Set([place ? `${code}.${place}` : code, field ? `${code}.${field}` : code, code, key])],
      description: message,
      ...(possibleValues && { possibleValues: [...possibleValues] }),
      ...(value !== undefined && { body: shown(field, value) }),
    };
  });
}

/** A value as it may be shown to its sender: short, and never a secret (decision D11). */
function shown(field: string | undefined, value: unknown): unknown {
  if (/key|token|secret|password|authorization/i.test(field ?? '')) return undefined;
  if (typeof value !== 'string') return value;
  // An address may hold a user and a password.
  const safe = value.replace(/\/\/[^/@\s]*@/, '//***@');
  return safe.length > 200 ? `${safe.slice(0, 200)}…` : safe;
}
