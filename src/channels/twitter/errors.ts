import { type FailureClass, SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { retryAfterMs } from '../../model/retry-after.ts';
import { classOfStatus, safeFailure } from '../answer.ts';
import type { CallResponse } from '../channel.ts';
import { listOf, objectOf, textOf } from '../json.ts';
import type { TwitterAccount } from './account.ts';
import { pauseOf } from './limits.ts';

/** Types of problems at X: the ends of their addresses (channels.md section 8). */
const byType: Readonly<Record<string, FailureClass>> = {
  'client-forbidden': 'CONFIG',
  'oauth1-permissions': 'CONFIG',
  'unsupported-authentication': 'CONFIG',
  'not-authorized-for-resource': 'UNREACHABLE',
  'resource-not-found': 'INVALID_RECIPIENT',
  'usage-capped': 'QUOTA',
  'invalid-request': 'CONTENT_REJECTED',
};

/** Codes of the former API, which stand beside some problems still. */
const byCode: Readonly<Record<number, FailureClass>> = {
  89: 'AUTH',
  108: 'INVALID_RECIPIENT',
  150: 'UNREACHABLE',
  151: 'UNREACHABLE',
  349: 'UNREACHABLE',
  354: 'CONTENT_TOO_LONG',
};

/** X has one status and no type for people who take no messages from us, and says it in words alone. */
const takesNone = /cannot send|can't send|not permitted to (send|perform)|direct messages? (to|from)/i;

/** Why X refused a request. */
export function refusalOf(answer: CallResponse, account: TwitterAccount): SendFailure {
  const { status, headers } = answer;
  const body = objectOf(answer.json());
  const first = objectOf(listOf(body.errors)[0]);
  const type = (textOf(body.type) ?? textOf(first.type))?.split('/').at(-1);
  const code = Number(textOf(first.code));
  const text = textOf(body.detail) ?? textOf(first.detail) ?? textOf(first.message) ?? textOf(body.title);
  const known = (type === undefined ? undefined : byType[type]) ?? byCode[code];
  const silent = status === 403 && text !== undefined && takesNone.test(text) ? 'UNREACHABLE' : undefined;
  const kind =
    status === 429 && known !== 'QUOTA' ? 'RATE_LIMITED' : (known ?? silent ?? classOfStatus(status));
  const now = Date.now();
  return safeFailure(
    present({
      class: kind,
      code:
        type !== undefined && byType[type] ? type : Number.isInteger(code) ? String(code) : String(status),
      text: text ?? `X answered with status ${status}.`,
      retryAfterMs: retryAfterMs(headers['retry-after'], now) ?? pauseOf(headers, now),
    }),
    [account.consumerSecret, account.clientSecret, account.refreshToken, account.accessToken],
  );
}

/** The access token in force. Throws AUTH when there is none. */
export function bearerOf({ accessToken }: TwitterAccount): { authorization: string } {
  if (accessToken) return { authorization: `Bearer ${accessToken}` };
  throw new SendFailure({ class: 'AUTH', code: 'NO_TOKEN', text: 'There is no access token that is good.' });
}
