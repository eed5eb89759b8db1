/** Why a request of a caller cannot be done. Each surface words it in its own error shape. */
export type ProblemKind =
  | 'missing' /** something indispensable is absent */
  | 'invalid' /** malformed, or names something that does not exist */
  | 'unauthorized' /** no key, or none that we know */
  | 'forbidden' /** a known key that may not do this */
  | 'notFound' /** the thing the request is about does not exist, or is another business's */
  | 'conflict' /** it exists already, or has changed meanwhile */
  | 'stale' /** it is no longer, or not, as the caller expects */
  | 'mismatch' /** an idempotency key that stands for another request already */
  | 'tooLarge'
  | 'tooMany' /** slow down */
  | 'unavailable' /** we cannot do it now; the caller should try again */
  | 'internal';

/** What relies on something that was to be taken away: of one kind, how many, and some of them by name. */
export interface Use {
  noun: 'channels' | 'agents' | 'queues' | 'endpoints' | 'keys' | 'vars' | 'canned-answers' | 'sessions';
  count: number;
  some: readonly { id: string; name: string }[];
}

export interface ProblemDetail {
  /** Dotted path of the field at fault, in the words of the model: `to.phone`, `template.code`. */
  field?: string;
  /** A machine code: `SESSION_CLOSED`, `UNKNOWN_QUEUE`. */
  code?: string;
  /** What would have been possible, for value lists. */
  possibleValues?: readonly string[];
  /** What relies on the thing, where that is why. */
  uses?: readonly Use[];
  /** The offending value. Never a secret (decision D11). */
  value?: unknown;
  /** Seconds after which it makes sense to try again. */
  retryAfterSeconds?: number;
}

/** Thrown wherever a request turns out to be impossible; the caller did it or can wait it out. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly details: readonly (ProblemDetail & { message: string })[];

  constructor(
    kind: ProblemKind,
    message: string,
    detail: ProblemDetail | readonly (ProblemDetail & { message: string })[] = {},
  ) {
    super(message);
    this.kind = kind;
    this.details = Array.isArray(detail) ? detail : [{ ...(detail as ProblemDetail), message }];
  }
}

/** A field has a value that cannot be. */
export function invalid(field: string, message: string, more: Omit<ProblemDetail, 'field'> = {}): Problem {
  return new Problem('invalid', message, { field, ...more });
}

/** A field that is needed is absent. */
export function missing(field: string, message = `${field} is required`): Problem {
  return new Problem('missing', message, { field, code: 'REQUIRED' });
}

/** The thing that the request is about does not exist here. */
export function notFound(field: string, code: string, message: string): Problem {
  return new Problem('notFound', message, { field, code });
}
