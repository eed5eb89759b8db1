import { SendFailure } from '../../model/failure.ts';
import { retryAfterMs } from '../../model/retry-after.ts';
import { classOfStatus, safeFailure } from '../answer.ts';
import type { Call } from '../channel.ts';
import { objectOf, textOf } from '../json.ts';
import type { MailAccount } from './account.ts';

/** The access tokens of a mailbox. */
export interface Tokens {
  /** One that is good, as far as we know; a fresh one when `renew`. Throws `SendFailure`: AUTH, UNAVAILABLE … */
  get(renew: boolean): Promise<string>;
  /** The mailbox refused it: the next one is a fresh one. */
  forget(): void;
}

/** A token is fetched anew this long before it ends, ms. */
const spareMs = 60_000;

/** Keeps an access token fresh (RFC 6749, section 6). */
export function makeTokens(account: MailAccount, call: Call): Tokens {
  const { accessToken, refreshToken } = account;
  let known: { token: string; until: number } | undefined;
  let asking: Promise<string> | undefined;
  const ask = async () => {
    known = await freshToken(account, call);
    return known.token;
  };
  const get = async (renew: boolean) => {
    if (refreshToken === undefined) {
      if (accessToken !== undefined && !renew) return accessToken;
      throw new SendFailure({
        class: 'AUTH',
        code: 'NO_TOKEN',
        text: 'There is no OAuth token that is good.',
      });
    }
    if (known && !renew && known.until > Date.now()) return known.token;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  return {
    get,
    forget() {
      known = undefined;
    },
  };
}

async function freshToken(account: MailAccount, call: Call): Promise<{ token: string; until: number }> {
  const { authBase, clientId = '', clientSecret, refreshToken = '' } = account;
  const answer = await call({
    method: 'POST',
    url: authBase,
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: refreshToken,
      ...(clientSecret !== undefined && { client_secret: clientSecret }),
    }),
  });
  const { access_token, expires_in, error, error_description } = objectOf(answer.json());
  const token = textOf(access_token);
  if (answer.status === 200 && token !== undefined) {
    const seconds = Number(textOf(expires_in) ?? 3600);
    return { token, until: Date.now() + Math.max(0, seconds * 1000 - spareMs) };
  }
  const wait = retryAfterMs(answer.headers['retry-after'], Date.now());
  const text = textOf(error_description) ?? `The OAuth server answered with status ${answer.status}.`;
  throw safeFailure(
    {
      // What it refuses is what we came in with.
      class:
        answer.status === 400 || answer.status === 403
          ? 'AUTH'
          : answer.status === 200
            ? 'UNAVAILABLE'
            : classOfStatus(answer.status),
      code: textOf(error) ?? String(answer.status),
      text,
      ...(wait !== undefined && { retryAfterMs: wait }),
    },
    [clientSecret, refreshToken, token],
  );
}
