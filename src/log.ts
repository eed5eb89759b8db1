import { type DestinationStream, type Logger, pino } from 'pino';

/** What a log tells of an error. */
interface LoggedError {
  type: string;
  message: string;
  code?: string;
  stack?: string;
  cause?: LoggedError;
}

/**
 * The log of this process: one JSON object a line. Of errors it has only what cannot hold a customer's
 * words or a secret: a database repeats rows in `detail`, and its driver hangs whole connections on them.
 */
export function makeLog(level: string, destination?: DestinationStream): Logger {
  const options = { level, serializers: { err: loggedError } };
  return destination ? pino(options, destination) : pino(options);
}

function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'no error was thrown, but something else' };
  const { message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: error.constructor.name,
    message,
    ...(typeof code === 'string' && { code }),
    ...(stack !== undefined && { stack }),
    ...(cause instanceof Error && { cause: loggedError(cause) }),
  };
}
