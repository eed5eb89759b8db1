import type { FastifyRequest } from 'fastify';
import type { Problem, ProblemKind } from '../../model/problem.ts';
import type { SurfaceError } from '../surface.ts';

/** Status and code of each kind of problem (amity-sessions.md 7). */
const told: Readonly<Record<ProblemKind, { status: number; code: number }>> = {
  missing: { status: 422, code: 500000 },
  invalid: { status: 422, code: 500000 },
  // A client ends its session at this code, so nothing else ever has it (decision D19).
  unauthorized: { status: 401, code: 400100 },
  forbidden: { status: 403, code: 400300 },
  notFound: { status: 404, code: 400400 },
  conflict: { status: 409, code: 400900 },
  stale: { status: 412, code: 400900 },
  mismatch: { status: 422, code: 500000 },
  tooLarge: { status: 413, code: 500000 },
  tooMany: { status: 429, code: 400311 },
  unavailable: { status: 503, code: 500000 },
  internal: { status: 500, code: 500000 },
};

/** What has a code of its own. */
const codes: Readonly<Record<string, number>> = {
  OUT_OF_REACH: 400301,
  BANNED: 400312,
  DAILY_READS: 400323,
  BOT_MAY_NOT: 403998,
  VISITOR_MAY_NOT: 403999,
};

/** Tells a problem: `{status: 'error', code, message, data?}`. */
export function tellError(problem: Problem, request: FastifyRequest): SurfaceError {
  const { kind, message, details } = problem;
  // The one answer that is no JSON: to a server whose key is not known.
  if (kind === 'unauthorized' && request.routeOptions.config?.plainRefusal) {
    return { status: 401, type: 'text/plain', body: 'Unauthorized' };
  }
  const [first] = details;
  // What is about no field is about the body as a whole: it could not be read.
  const isUnreadable = kind === 'invalid' && first?.field === undefined;
  const { status, code } = isUnreadable ? { status: 400, code: 400000 } : told[kind];
  const retryAfter = first?.retryAfterSeconds;
  return {
    status,
    ...(retryAfter !== undefined && { headers: { 'retry-after': String(Math.ceil(retryAfter)) } }),
    body: {
      status: 'error',
      code: codes[first?.code ?? ''] ?? code,
      message,
      ...(status === 422 && { data: { detail: details.map((detail) => detail.message) } }),
    },
  };
}
