import type { Failure, FailureClass } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { graphFailure } from '../graph.ts';
import { type Raw, textOf } from '../json.ts';

type Codes = readonly (number | readonly [from: number, to: number])[];

/** Meta's error codes by what they mean for us (channels.md 4.1). Codes decide, texts never do. */
const classes: readonly [kind: FailureClass, codes: Codes][] = [
  ['AUTH', [0, 190, 131005]],
  ['CONFIG', [3, 10, 33, [200, 299], 368, 130497, 131031, 131037, 131045, 133006, 133010]],
  ['RATE_LIMITED', [4, 80007, 130429, 131056, 131057, 133016]],
  ['QUOTA', [131042, 131048]],
  ['UNAVAILABLE', [1, 2, 131000, 131016, 133004]],
  ['INVALID_RECIPIENT', [131021, 131030]],
  ['UNREACHABLE', [130472, 131026, 131049]],
  ['OPTED_OUT', [131050]],
  // 470 comes from installations of the former on-premises API.
  ['OUTSIDE_WINDOW', [470, 131047]],
  ['CONTENT_REJECTED', [100, 131008, 131009, 131051]],
  ['MEDIA', [131052, 131053]],
  ['TEMPLATE', [132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068, 132069]],
];

/** Too many messages to one person: the next may go after 6 s, then after twice as long each time. */
const pairRate = { code: 131056, firstMs: 6000, longestMs: 3_600_000 } as const;

/** The person has refused marketing, and nothing else (channels.md 4.1). */
const marketingCode = '131050';

/** The failure class of one of Meta's codes; undefined for those that the table does not have. */
export function classOfCode(code: number): FailureClass | undefined {
  return classes.find(([, codes]) =>
    codes.some((one) => (typeof one === 'number' ? one === code : one[0] <= code && code <= one[1])),
  )?.[0];
}

/**
 * One of Meta's error objects, out of an answer or a webhook, as a failure. `unlisted` is the class of
 * codes that are not in the table; `attempt` counts from 1.
 */
export function failureOf(
  error: Raw,
  { unlisted, attempt = 1 }: { unlisted: FailureClass; attempt?: number },
): Failure {
  const code = textOf(error.code);
  const listed = code === undefined ? undefined : classOfCode(Number(code));
  const kind = listed ?? unlisted;
  const isPair = code === String(pairRate.code);
  const scope: Failure['scope'] | undefined = isPair ? 'recipient' : undefined;
  const wait = Math.min(pairRate.longestMs, pairRate.firstMs * 2 ** Math.min(attempt - 1, 20));
  const ofOneKind = code === marketingCode || undefined;
  return present({ ...graphFailure(error, kind), scope, ofOneKind, retryAfterMs: isPair ? wait : undefined });
}

/** 360dialog's own errors, which have no code: HTTP status, what the body says, class (channels.md 4.2). */
const dialogErrors: readonly [status: number, text: RegExp, kind: FailureClass][] = [
  [400, /exceeded the endpoint rate limit/i, 'RATE_LIMITED'],
  [400, /lack of payment/i, 'QUOTA'],
];

/** The class of one of 360dialog's own errors; undefined when it is none that we know. */
export function classOfDialogError(status: number, body: string): FailureClass | undefined {
  return dialogErrors.find(([code, text]) => code === status && text.test(body))?.[2];
}
