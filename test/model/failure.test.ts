import { describe, expect, it } from 'vitest';
import {
  backoffMs,
  type Failure,
  type FailureClass,
  failureClasses,
  messageLifeMs,
  SendFailure,
  type Verdict,
  verdictOf,
} from '../../src/model/failure.ts';

const hour = 3_600_000;
const classes = Object.keys(failureClasses) as FailureClass[];
const fresh = { attempt: 1, tried: 1, ageMs: 0, random: 0, onUnknown: 'fail' } as const;

function judge(failure: FailureClass | Failure, now: Partial<Parameters<typeof verdictOf>[1]> = {}): Verdict {
  return verdictOf(typeof failure === 'string' ? { class: failure } : failure, { ...fresh, ...now });
}

describe('a class that is final', () => {
  it.each([
    ['INVALID_RECIPIENT', 'SENT_ERR'],
    ['UNREACHABLE', 'SENT_ERR'],
    ['OPTED_OUT', 'BLCKD'],
    ['OUTSIDE_WINDOW', 'CCWIN'],
    ['CONTENT_REJECTED', 'SENT_ERR'],
    ['CONTENT_TOO_LONG', 'SENT_ERR'],
    ['NOT_SUPPORTED', 'NSENT'],
    ['TEMPLATE', 'SENT_ERR'],
  ] as const)('ends %s at once as %s, whatever the provider says of waiting', (name, status) => {
    expect(judge(name)).toEqual({ kind: 'final', status });
    expect(judge({ class: name, retryAfterMs: 10 })).toEqual({ kind: 'final', status });
  });
});

describe('a class that may be tried again', () => {
  it.each([
    // One more time, then the provider's refusal stands.
    ['MEDIA', 1, { kind: 'retry', inMs: 1000, countsAsAttempt: true }],
    ['MEDIA', 2, { kind: 'final', status: 'SENT_ERR' }],
    // Waits as long as it must; costs no attempt.
    ['RATE_LIMITED', 1, { kind: 'retry', inMs: 1000, countsAsAttempt: false }],
    ['RATE_LIMITED', 500, { kind: 'retry', inMs: 1000, countsAsAttempt: false }],
    ['QUOTA', 1, { kind: 'retry', inMs: hour, countsAsAttempt: false }],
    ['QUOTA', 23, { kind: 'retry', inMs: hour, countsAsAttempt: false }],
    ['UNAVAILABLE', 1, { kind: 'retry', inMs: 1000, countsAsAttempt: true }],
    ['UNAVAILABLE', 500, { kind: 'retry', inMs: 1000, countsAsAttempt: true }],
    // The channel is at fault, not the message: it waits until the channel is mended.
    ['AUTH', 1, { kind: 'retry', inMs: 60_000, countsAsAttempt: false, attention: true }],
    ['AUTH', 500, { kind: 'retry', inMs: 60_000, countsAsAttempt: false, attention: true }],
    ['CONFIG', 1, { kind: 'retry', inMs: 60_000, countsAsAttempt: false, attention: true }],
    ['INTERNAL', 1, { kind: 'retry', inMs: 1000, countsAsAttempt: true }],
    ['INTERNAL', 2, { kind: 'retry', inMs: 1000, countsAsAttempt: true }],
    ['INTERNAL', 3, { kind: 'final', status: 'SENT_EXC' }],
  ] as const)('%s at attempt %i', (name, attempt, verdict) => {
    expect(judge(name, { attempt })).toEqual(verdict);
  });

  it.each([
    ['fail', 1, { kind: 'final', status: 'SENT_EXC' }],
    ['retry', 1, { kind: 'retry', inMs: 1000, countsAsAttempt: true }],
    // Never more than once: the person may have it twice by now.
    ['retry', 2, { kind: 'final', status: 'SENT_EXC' }],
  ] as const)(
    'an unknown outcome on an account that says "%s", at attempt %i',
    (onUnknown, attempt, verdict) => {
      expect(judge('OUTCOME_UNKNOWN', { onUnknown, attempt })).toEqual(verdict);
    },
  );

  it.each([
    ['RATE_LIMITED', 'LIMIT'],
    ['QUOTA', 'LIMIT'],
    ['UNAVAILABLE', 'FAILD'],
    ['AUTH', 'SENT_ERR'],
    ['CONFIG', 'SENT_ERR'],
    ['MEDIA', 'SENT_ERR'],
    ['INTERNAL', 'SENT_EXC'],
  ] as const)('ends %s as %s when the message would be too old', (name, status) => {
    expect(judge(name, { ageMs: messageLifeMs - 500 })).toEqual({ kind: 'final', status });
    expect(judge(name, { ageMs: 600, lifeMs: 1000 })).toEqual({ kind: 'final', status });
  });

  it('lives for a day when nothing else is said', () => {
    expect(judge('UNAVAILABLE', { ageMs: 24 * hour - 1001 }).kind).toBe('retry');
    expect(judge('UNAVAILABLE', { ageMs: 24 * hour - 1000 }).kind).toBe('final');
  });

  it.each([
    ['RATE_LIMITED', 7000, 7000],
    ['RATE_LIMITED', 0, 100],
    ['RATE_LIMITED', 99 * hour, hour],
    ['UNAVAILABLE', 7000, 7000],
    ['UNAVAILABLE', -5, 100],
    ['MEDIA', 7000, 7000],
  ] as const)('%s told to wait %i ms waits %i', (name, retryAfterMs, inMs) => {
    expect(judge({ class: name, retryAfterMs })).toMatchObject({ kind: 'retry', inMs });
  });

  it.each(['RATE_LIMITED', 'UNAVAILABLE'] as const)(
    '%s without a word of how long waits longer and longer, up to five minutes',
    (name) => {
      const waits = [1, 2, 4, 8, 16].map((tried) => judge(name, { tried, random: 1 }));
      expect(waits.map((verdict) => verdict.kind === 'retry' && verdict.inMs)).toEqual([
        2000, 4000, 16_000, 256_000, 300_000,
      ]);
    },
  );

  it('never burns a message for the fault of a channel', () => {
    const retries = classes.filter((name) => failureClasses[name].retry === 'channel');
    for (let attempt = 1; attempt < 100; attempt++) {
      for (const name of retries)
        expect(judge(name, { attempt, ageMs: attempt * 60_000 }).kind).toBe('retry');
    }
  });
});

describe('backoffMs', () => {
  it.each([
    [1, 0, 1000],
    [1, 1, 2000],
    [2, 1, 4000],
    [3, 0.5, 4500],
    [8, 1, 256_000],
    [9, 1, 300_000],
    [1000, 1, 300_000],
    [1000, 0, 1000],
  ])('at attempt %i with jitter %f waits %i ms', (attempt, random, ms) => {
    expect(backoffMs(attempt, random)).toBe(ms);
  });
});

describe('SendFailure', () => {
  it('says what the provider said, else what its class means', () => {
    expect(new SendFailure({ class: 'TEMPLATE', text: 'No such template' }).message).toBe('No such template');
    for (const name of classes)
      expect(new SendFailure({ class: name }).message).toBe(failureClasses[name].text);
  });
});
