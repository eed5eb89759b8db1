import type { FailureClass, SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { retryAfterMs } from '../../model/retry-after.ts';
import { urlOf } from '../../model/web-address.ts';
import { classOfStatus, safeFailure } from '../answer.ts';
import type { CallResponse } from '../channel.ts';
import { objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { CloudAccount, DialogAccount } from './account.ts';
import { classOfDialogError, failureOf } from './errors.ts';

/** Where the API of one number is, and how to be let in: all in which the providers differ. */
export interface Endpoint {
  readonly messages: string;
  readonly media: string;
  /** Where to ask for the address of a file. */
  fileInfo(mediaId: string): string;
  /** The address at which a file is fetched, of the one that the provider gave; undefined when it is none. */
  fileAt(url: string): string | undefined;
  readonly headers: Record<string, string>;
  /** What must not be told in any failure. */
  readonly secrets: readonly string[];
  /** The class of errors that have no code of Meta's. */
  ownError(status: number, body: string): FailureClass | undefined;
}

/** A number at Meta's Cloud API. */
export function cloudEndpoint({
  apiBase,
  mediaBase,
  version,
  phoneNumberId,
  ...rest
}: CloudAccount): Endpoint {
  const api = `${base(apiBase)}/${version}`;
  return {
    messages: `${api}/${phoneNumberId}/messages`,
    media: `${api}/${phoneNumberId}/media`,
    fileInfo: (id) => `${api}/${encodeURIComponent(id)}?phone_number_id=${phoneNumberId}`,
    fileAt: (url) => moved(url, mediaBase),
    headers: { authorization: `Bearer ${rest.accessToken}` },
    secrets: [rest.accessToken, rest.appSecret, rest.verifyToken],
    ownError: () => undefined,
  };
}

/** A number at 360dialog: no version and no phone number id in its paths (channels.md 4.2). */
export function dialogEndpoint({ apiBase, apiKey, webhookSecret }: DialogAccount): Endpoint {
  const api = base(apiBase);
  return {
    messages: `${api}/messages`,
    media: `${api}/media`,
    fileInfo: (id) => `${api}/${encodeURIComponent(id)}`,
    fileAt: (url) => moved(url, apiBase),
    headers: { 'd360-api-key': apiKey },
    secrets: [apiKey, webhookSecret],
    ownError: classOfDialogError,
  };
}

/**
 * The same path and query at the address of the account: the credentials go nowhere else, whatever an
 * answer says.
 */
function moved(url: string, to: string): string | undefined {
  const asked = urlOf(url);
  if (!asked) return undefined;
  const { pathname, search } = asked;
  return `${base(to)}${pathname}${search}`;
}

/** Why a request was refused: by the code in the body, else by the provider's own rules, else by status. */
export function refusalOf(answer: CallResponse, endpoint: Endpoint, attempt = 1): SendFailure {
  const { status, headers } = answer;
  const body = objectOf(answer.json());
  const error = objectOf(body.error);
  const own = error.code === undefined ? endpoint.ownError(status, answer.body.toString('utf8')) : undefined;
  const failure = failureOf(error, { unlisted: own ?? classOfStatus(status), attempt });
  const wait = retryAfterMs(headers['retry-after'], Date.now());
  return safeFailure(
    present({
      ...failure,
      code: failure.code ?? String(status),
      text:
        failure.text ??
        textOf(body.error) ??
        textOf(body.message) ??
        textOf(objectOf(body.meta).developer_message) ??
        `The provider answered with status ${status}.`,
      retryAfterMs: wait ?? failure.retryAfterMs,
    }),
    endpoint.secrets,
  );
}
