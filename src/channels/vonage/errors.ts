import { type Failure, type FailureClass, SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { retryAfterMs } from '../../model/retry-after.ts';
import { classOfStatus, safeFailure } from '../answer.ts';
import type { CallResponse } from '../channel.ts';
import { objectOf, type Raw, textOf } from '../json.ts';
import type { Account } from './account.ts';

/** Vonage's codes by what they mean for us (channels.md 3.3). */
const classes: readonly [kind: FailureClass, codes: readonly number[]][] = [
  ['RATE_LIMITED', [1000]],
  ['CONTENT_REJECTED', [1010, 1020, 1021, 1040, 1090]],
  ['TEMPLATE', [1022]],
  ['UNAVAILABLE', [1030, 1100]],
  ['OPTED_OUT', [1050]],
  ['AUTH', [1060, 1080]],
  ['QUOTA', [1070]],
  ['CONFIG', [1120]],
];

/** The failure class of one of Vonage's codes; undefined for those that the table does not have. */
export function classOfCode(code: number): FailureClass | undefined {
  return classes.find(([, codes]) => codes.includes(code))?.[0];
}

/** The code stands at the end of the address that explains it: `…/api-errors/messages-olympus#1020`; or alone. */
function codeOf({ type, title }: Raw): string | undefined {
  const address = textOf(type);
  const name = textOf(title);
  return /#(\d+)$/.exec(address ?? '')?.[1] ?? (name !== undefined && /^\d+$/.test(name) ? name : undefined);
}

/** One of Vonage's problems, out of an answer or a webhook. `unlisted`: the class of those not in the table. */
export function failureOf(problem: Raw, unlisted: FailureClass): Failure {
  const code = codeOf(problem);
  const kind = code === undefined ? undefined : classOfCode(Number(code));
  const text = [textOf(problem.title), textOf(problem.detail)]
    .filter((part) => part && part !== code)
    .join(': ');
  return present({
    class: kind ?? unlisted,
    code,
    text: text || undefined,
    traceId: textOf(problem.instance),
  });
}

/** What must not be told in any failure. */
function secretsOf({ privateKey, apiKey, apiSecret, signatureSecret }: Account): (string | undefined)[] {
  return [privateKey, apiKey, apiSecret, signatureSecret];
}

/** Why a request was refused: by the code, else by status. */
export function refusalOf(answer: CallResponse, account: Account): SendFailure {
  const failure = failureOf(objectOf(answer.json()), classOfStatus(answer.status));
  return safeFailure(
    present({
      ...failure,
      code: failure.code ?? String(answer.status),
      text: failure.text ?? `The provider answered with status ${answer.status}.`,
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], Date.now()),
    }),
    secretsOf(account),
  );
}

/** The credentials of the account cannot be used at all: AUTH. */
export function unusable(text: string): SendFailure {
  return new SendFailure({ class: 'AUTH', code: 'CREDENTIALS', text });
}
