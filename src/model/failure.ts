import type { Status } from './status.ts';

/**
 * Every way in which a send can fail: a closed set (channels.md 1.1). `retry` says whether the same
 * message may be tried again; `final` is its status when it may not, or no longer.
 */
export const failureClasses = {
  INVALID_RECIPIENT: { retry: 'no', final: 'SENT_ERR', text: 'There is no such recipient on this channel.' },
  UNREACHABLE: { retry: 'no', final: 'SENT_ERR', text: 'The recipient exists but cannot be reached.' },
  OPTED_OUT: { retry: 'no', final: 'BLCKD', text: 'The recipient does not want messages from this sender.' },
  OUTSIDE_WINDOW: { retry: 'no', final: 'CCWIN', text: 'Outside the customer care window: send a template.' },
  CONTENT_REJECTED: { retry: 'no', final: 'SENT_ERR', text: 'The provider refused the content.' },
  CONTENT_TOO_LONG: {
    retry: 'no',
    final: 'SENT_ERR',
    text: 'The message is longer than the channel carries.',
  },
  NOT_SUPPORTED: { retry: 'no', final: 'NSENT', text: 'This channel cannot carry such a message.' },
  TEMPLATE: { retry: 'no', final: 'SENT_ERR', text: 'The provider refused the template.' },
  MEDIA: { retry: 'once', final: 'SENT_ERR', text: 'The provider could not use the media file.' },
  RATE_LIMITED: { retry: 'wait', final: 'LIMIT', text: 'Sending too fast for this channel.' },
  QUOTA: { retry: 'hourly', final: 'LIMIT', text: 'The quota or the balance of this channel is used up.' },
  UNAVAILABLE: { retry: 'backoff', final: 'FAILD', text: 'The provider cannot be reached.' },
  OUTCOME_UNKNOWN: {
    retry: 'account',
    final: 'SENT_EXC',
    text: 'The provider did not say whether it took the message.',
  },
  AUTH: {
    retry: 'channel',
    final: 'SENT_ERR',
    text: 'The provider refused the credentials of this channel.',
  },
  CONFIG: {
    retry: 'channel',
    final: 'SENT_ERR',
    text: 'The provider says that this channel is not set up correctly.',
  },
  INTERNAL: { retry: 'three', final: 'SENT_EXC', text: 'The connector failed.' },
} as const satisfies Record<string, { retry: string; final: Status; text: string }>;

export type FailureClass = keyof typeof failureClasses;

/** One failed attempt, or a failure that the provider reported later. Kept with the message. */
export interface Failure {
  class: FailureClass;
  /** The provider's own code, sub-code, text and trace id, as far as known. Never a secret. */
  code?: string;
  subcode?: string;
  text?: string;
  traceId?: string;
  /** Wait this long before the next attempt, ms; told by the provider. */
  retryAfterMs?: number;
  /** Whom a rate limit concerns: everyone on this channel, or this recipient alone. */
  scope?: 'channel' | 'recipient';
  /** OPTED_OUT of one kind of messages alone, such as marketing, and not of the sender. */
  ofOneKind?: true;
}

/** Whether a failure says that the person wants nothing more of this sender. */
export const endsConsent = (failure: Failure) => failure.class === 'OPTED_OUT' && !failure.ofOneKind;

/** Thrown by `send`: the compiler and the pipeline know no other way to fail. */
export class SendFailure extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.text ?? failureClasses[failure.class].text);
    this.failure = failure;
  }
}

/** What to do after a failed attempt. */
export type Verdict =
  | { kind: 'retry'; inMs: number; countsAsAttempt: boolean; attention?: true }
  | { kind: 'final'; status: Status };

/** How long the same message is tried at most, unless it says otherwise: 24 hours, in ms. */
export const messageLifeMs = 24 * 3_600_000;

/**
 * The retry rule of channels.md 1.1. `attempt` counts from 1, without the attempts that did not count;
 * `tried` counts all, for the back-off grows with them too; `random` is 0 to 1 (jitter); `onUnknown` is
 * the account's choice for an unknown outcome (rule 4).
 */
export function verdictOf(
  failure: Failure,
  now: {
    attempt: number;
    tried: number;
    ageMs: number;
    lifeMs?: number;
    random: number;
    onUnknown: 'retry' | 'fail';
  },
): Verdict {
  const { retry, final } = failureClasses[failure.class];
  const end: Verdict = { kind: 'final', status: final };
  const life = now.lifeMs ?? messageLifeMs;
  const backoff = backoffMs(now.tried, now.random);
  const again = (inMs: number, countsAsAttempt = true): Verdict =>
    now.ageMs + inMs >= life ? end : { kind: 'retry', inMs, countsAsAttempt };
  switch (retry) {
    case 'no':
      return end;
    case 'once':
      return now.attempt < 2 ? again(failure.retryAfterMs ?? 1000) : end;
    case 'wait':
      return again(clamp(failure.retryAfterMs ?? backoff, 100, 3_600_000), false);
    case 'hourly':
      return again(3_600_000, false);
    case 'backoff':
      return again(clamp(failure.retryAfterMs ?? backoff, 100, 3_600_000));
    case 'account':
      return now.onUnknown === 'retry' && now.attempt < 2 ? again(backoff) : end;
    case 'channel': {
      // The message is not burned: it waits for the channel to be mended (rule 10).
      const verdict = again(60_000, false);
      return verdict.kind === 'retry' ? { ...verdict, attention: true } : verdict;
    }
    case 'three':
      return now.attempt < 3 ? again(backoff) : end;
  }
}

/** Exponential back-off with full jitter, 1 s … 5 min (channels.md rule 9), in ms. */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(300_000, 1000 * 2 ** Math.min(attempt, 20));
  return Math.round(1000 + random * (ceiling - 1000));
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
