import { SendFailure } from '../model/failure.ts';
import { present } from '../model/present.ts';
import { retryAfterMs } from '../model/retry-after.ts';
import { classOfStatus, safeFailure } from './answer.ts';
import type { CallResponse, Renewed } from './channel.ts';
import { objectOf, textOf } from './json.ts';

/** How a provider answers who uses a refresh token. */
interface Answering {
  /** What people call the provider. */
  name: string;
  /** How long an access token lives where the answer does not say it, s. */
  lifeS: number;
  /** What must not be in the text of a failure. */
  secrets: (string | undefined)[];
  /** It says no in answers of 200, too: those with an `error`. */
  refusesWith200?: true;
}

/**
 * The tokens in an answer to a refresh token (OAuth 2.0, RFC 6749 section 5). Throws `SendFailure`: AUTH when what we
 * came in with is refused, OUTCOME_UNKNOWN when the token is used and no next one was told.
 */
export function renewedIn(
  answer: CallResponse,
  { name, lifeS, secrets, refusesWith200 }: Answering,
): Renewed {
  const told = objectOf(answer.json());
  const [accessToken, refreshToken] = [textOf(told.access_token), textOf(told.refresh_token)];
  const isWell = answer.status === 200;
  if (isWell && accessToken !== undefined && refreshToken !== undefined) {
    const seconds = Number(textOf(told.expires_in) ?? lifeS);
    return { accessToken, refreshToken, lifeMs: (seconds > 0 ? seconds : lifeS) * 1000 };
  }
  const code = textOf(told.error);
  const isNo = answer.status === 400 || (isWell && refusesWith200 && code !== undefined);
  if (isWell && !isNo)
    throw new SendFailure({
      class: 'OUTCOME_UNKNOWN',
      text: `${name} renewed the token, it seems, but told none.`,
    });
  const text = textOf(told.error_description) ?? textOf(told.error_name) ?? textOf(told.message);
  throw safeFailure(
    present({
      class: isNo ? ('AUTH' as const) : classOfStatus(answer.status),
      code: code ?? String(answer.status),
      text: text ?? `${name} answered with status ${answer.status}.`,
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], Date.now()),
    }),
    [...secrets, accessToken, refreshToken],
  );
}
