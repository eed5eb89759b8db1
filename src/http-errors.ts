import { Problem, type ProblemKind } from './model/problem.ts';
import { isUnavailable } from './store/database.ts';

/** The HTTP status of each kind of problem. */
export const statusOf: Readonly<Record<ProblemKind, number>> = {
  missing: 400,
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  stale: 412,
  mismatch: 422,
  tooLarge: 413,
  tooMany: 429,
  unavailable: 503,
  internal: 500,
};

/** What Fastify and its validator put on their errors. */
interface HttpError extends Error {
  code?: string;
  statusCode?: number;
  validation?: { instancePath: string; keyword: string; message?: string; params: Record<string, unknown> }[];
}

/** Whatever was thrown, as a problem that a caller may read. Only `internal` hides what it was. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Error) {
    const { validation, statusCode = 500 } = error as HttpError;
    if (validation) return invalidFields(validation);
    if (statusCode === 413) return new Problem('tooLarge', 'The body is too large', { code: 'TOO_LARGE' });
    if (statusCode === 404) return unknownPath();
    if (statusCode >= 400 && statusCode < 500) return new Problem('invalid', 'The request is malformed', {});
    if (isUnavailable(error) || isFull(error)) {
      return new Problem('unavailable', 'Not possible at the moment: try again', { retryAfterSeconds: 2 });
    }
  }
  return new Problem('internal', 'Something went wrong on our side', {});
}

/** There is no room for a file: it passes, like a database that is away. */
function isFull(error: Error): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Nothing answers at this address. */
export function unknownPath(): Problem {
  return new Problem('notFound', 'There is nothing at this path', { code: 'UNKNOWN_PATH' });
}

function invalidFields(validation: NonNullable<HttpError['validation']>): Problem {
  const details = validation.map(({ instancePath, keyword, message = 'is not valid', params }) => {
    const inner = params.missingProperty;
    const path = instancePath
      .replace(/^\//, '')
      .replace(/\/(\d+)(?=\/|$)/g, '[$1]')
      .replaceAll('/', '.');
    const field = [path, ...(typeof inner === 'string' ? [inner] : [])].filter((part) => part).join('.');
    const allowed = params.allowedValues;
    return {
      field,
      code: keyword.toUpperCase(),
      message: `${field || 'The request'} ${message}`,
      ...(Array.isArray(allowed) && { possibleValues: allowed.map(String) }),
    };
  });
  const missing = validation.every(({ keyword }) => keyword === 'required');
  return new Problem(
    missing ? 'missing' : 'invalid',
    details[0]?.message ?? 'The request is malformed',
    details,
  );
}

/** The seconds after which a caller should try again, where the problem has some. */
export function retryAfterOf(problem: Problem): number | undefined {
  const told = problem.details[0]?.retryAfterSeconds;
  if (told !== undefined) return Math.max(1, Math.ceil(told));
  return problem.kind === 'tooMany' || problem.kind === 'unavailable' ? 1 : undefined;
}
