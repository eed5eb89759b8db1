import { type Failure, type FailureClass, SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { retryAfterMs } from '../../model/retry-after.ts';
import { classOfStatus, safeFailure } from '../answer.ts';
import type { CallResponse } from '../channel.ts';
import { objectOf, textOf } from '../json.ts';
import type { Account } from './account.ts';

/** Twilio's error codes by what they mean for us (channels.md 3.2). Codes decide, texts never do. */
const classes: readonly [kind: FailureClass, codes: readonly number[]][] = [
  ['INVALID_RECIPIENT', [21211, 21217, 21614]],
  ['OPTED_OUT', [21610]],
  ['CONFIG', [21408, 21606, 21612, 21659, 30034]],
  ['CONTENT_TOO_LONG', [21617]],
  ['CONTENT_REJECTED', [21602, 21619, 30004, 30007]],
  ['AUTH', [20003, 30002]],
  ['RATE_LIMITED', [20429, 30001, 30017]],
  ['QUOTA', [30022, 30023]],
  ['UNREACHABLE', [30003, 30005, 30006, 30008]],
  ['OUTSIDE_WINDOW', [63016]],
];

/** The failure class of one of Twilio's codes; undefined for those that the table does not have. */
export function classOfCode(code: number): FailureClass | undefined {
  return classes.find(([, codes]) => codes.includes(code))?.[0];
}

/** Why a message that was accepted was not delivered. */
export function failureOf(code: string | undefined, text?: string): Failure {
  const kind = classOfCode(Number(code ?? Number.NaN)) ?? 'UNREACHABLE';
  return present({ class: kind, code, text });
}

/** What must not be told in any failure. */
export function secretsOf({ authToken, apiKeySecret }: Account): (string | undefined)[] {
  return [authToken, apiKeySecret];
}

/** Why a request was refused: by the code in the body, else by status. */
export function refusalOf(answer: CallResponse, account: Account): SendFailure {
  const { code, message, more_info } = objectOf(answer.json());
  const told = textOf(code);
  const kind = classOfCode(Number(told ?? Number.NaN)) ?? classOfStatus(answer.status);
  return safeFailure(
    present({
      class: kind,
      code: told ?? String(answer.status),
      text: textOf(message) ?? `The provider answered with status ${answer.status}.`,
      traceId: answer.headers['twilio-request-id'],
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], Date.now()),
      subcode: told === undefined ? undefined : textOf(more_info),
    }),
    secretsOf(account),
  );
}

/** The provider took the message, it seems, but named it in no way. */
export function unnamed(status: number): SendFailure {
  return new SendFailure({
    class: 'OUTCOME_UNKNOWN',
    code: String(status),
    text: 'The provider took the message, it seems, but gave no id.',
  });
}
