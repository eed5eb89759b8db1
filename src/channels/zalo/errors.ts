import { type FailureClass, SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { retryAfterMs } from '../../model/retry-after.ts';
import { classOfStatus, safeFailure } from '../answer.ts';
import type { CallResponse } from '../channel.ts';
import { objectOf, textOf } from '../json.ts';
import type { ZaloAccount } from './account.ts';

/** Zalo's codes by what they mean for us (channels.md 9.2). Codes decide, texts never do. */
const classes: readonly [kind: FailureClass, codes: readonly number[]][] = [
  ['AUTH', [-124, -216, -220]],
  ['RATE_LIMITED', [-32]],
  ['UNAVAILABLE', [-200, 10000]],
  ['CONTENT_REJECTED', [-201, -210, -233]],
  ['CONFIG', [-204, -205, -224, -240]],
  ['QUOTA', [-211, -218, -321]],
  ['INVALID_RECIPIENT', [-108]],
  ['OPTED_OUT', [-213, -217]],
  ['UNREACHABLE', [-118, -119, -227]],
  ['OUTSIDE_WINDOW', [-230, -232, -234]],
  ['TEMPLATE', [-109, -112, -130, -131, -132, -137]],
];

/** What Zalo answered under `data`. Throws `SendFailure` for a refusal: its status is 200 even then. */
export function dataOf(answer: CallResponse, account: ZaloAccount): Record<string, unknown> {
  const body = objectOf(answer.json());
  const code = Number(textOf(body.error));
  const refused = Number.isInteger(code) && code !== 0;
  if (!refused && answer.status >= 200 && answer.status <= 299) return objectOf(body.data);
  const known = refused
    ? (classes.find(([, codes]) => codes.includes(code))?.[0] ?? 'CONTENT_REJECTED')
    : undefined;
  throw safeFailure(
    present({
      class: answer.status >= 200 && answer.status <= 299 ? known! : (known ?? classOfStatus(answer.status)),
      code: refused ? String(code) : String(answer.status),
      text: textOf(body.message) ?? `Zalo answered with status ${answer.status}.`,
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], Date.now()),
    }),
    [account.appSecret, account.oaSecretKey, account.accessToken, account.refreshToken],
  );
}

/** The id that Zalo gave. Throws OUTCOME_UNKNOWN when there is none. */
export function idIn(data: Record<string, unknown>, name: string): string {
  const id = textOf(data[name]);
  if (id !== undefined) return id;
  throw new SendFailure({
    class: 'OUTCOME_UNKNOWN',
    code: '200',
    text: 'Zalo took the message, it seems, but gave no id.',
  });
}
