import { createHmac } from 'node:crypto';
import { type Failure, type FailureClass, failureClasses, SendFailure } from '../model/failure.ts';
import { present } from '../model/present.ts';
import { retryAfterMs } from '../model/retry-after.ts';
import { classOfStatus, safeFailure } from './answer.ts';
import { type Call, type CallResponse, WebhookRefused, type WebhookRequest } from './channel.ts';
import { type Finding, well, wrong } from './check.ts';
import { isObject, listOf, objectOf, parseObject, type Raw, textOf } from './json.ts';
import { isSignedSha256, sameText } from './signature.ts';

/** What WhatsApp, Messenger and Instagram share, since all of them stand behind Meta's Graph API. */

/** Throws `WebhookRefused` unless the raw bytes are signed with the secret of the app (channels.md 4.1). */
export function assertGraphSigned({ headers, body }: WebhookRequest, appSecret: string): void {
  if (!isSignedSha256(headers['x-hub-signature-256'], body, appSecret))
    throw new WebhookRefused('wrong signature');
}

/** Answers Meta's check of a webhook address: the challenge, where the token is right. Throws `WebhookRefused`. */
export function graphChallenge(query: Record<string, string>, verifyToken: string): string {
  const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = query;
  if (mode === 'subscribe' && token && challenge && sameText(token, verifyToken)) return challenge;
  throw new WebhookRefused('wrong verify token', 403);
}

/**
 * One of Meta's error objects, out of an answer or a webhook, as a failure of this class. What Meta says to
 * pass is never final.
 */
export function graphFailure(error: Raw, kind: FailureClass): Failure {
  return present({
    class: error.is_transient === true && failureClasses[kind].retry === 'no' ? 'UNAVAILABLE' : kind,
    code: textOf(error.code),
    subcode: textOf(error.error_subcode),
    text: explanationOf(error),
    traceId: textOf(error.fbtrace_id),
  });
}

/** What it says for people: title or message, and the details where they say more. */
function explanationOf(error: Raw): string | undefined {
  const details = textOf(objectOf(error.error_data).details);
  const parts = new Set([textOf(error.message) ?? textOf(error.title), details]);
  return [...parts].filter((part) => part !== undefined).join(': ') || undefined;
}

/** Why the Graph API refused a request: by code and sub-code where `classOf` knows them, else by status. */
export function graphRefusal(
  answer: CallResponse,
  classOf: (code: number, subcode: number | undefined) => FailureClass | undefined,
  secrets: readonly string[],
): SendFailure {
  const { status, headers } = answer;
  const body = objectOf(answer.json());
  const error = objectOf(body.error);
  const [code, subcode] = [textOf(error.code), textOf(error.error_subcode)];
  const known =
    code === undefined
      ? undefined
      : classOf(Number(code), subcode === undefined ? undefined : Number(subcode));
  const failure = graphFailure(error, known ?? classOfStatus(status));
  const said = textOf(body.error) ?? textOf(body.message);
  return safeFailure(
    present({
      ...failure,
      code: failure.code ?? String(status),
      text: failure.text ?? said ?? `Meta answered with status ${status}.`,
      retryAfterMs: retryAfterMs(headers['retry-after'], Date.now()) ?? pauseOf(headers),
    }),
    secrets,
  );
}

/** How long the account may not call, by the header of Meta's business limits; undefined: it may. In ms. */
function pauseOf(headers: Record<string, string>): number | undefined {
  const usage = parseObject(Buffer.from(headers['x-business-use-case-usage'] ?? ''));
  const minutes = Object.values(usage ?? {})
    .flatMap(listOf)
    .filter(isObject)
    .map((one) => Number(textOf(one.estimated_time_to_regain_access)))
    .filter((one) => one > 0);
  return minutes.length === 0 ? undefined : Math.max(...minutes) * 60_000;
}

/** How a question to the Graph API ends: what was answered, or `SendFailure` by `refusal`. */
export interface GraphQuestion {
  url: string;
  headers: Record<string, string>;
  call: Call;
  refusal(answer: CallResponse): SendFailure;
}

/** Asks the Graph API for a thing. Throws `SendFailure`. */
export async function graphThing({ url, headers, call, refusal }: GraphQuestion): Promise<Raw> {
  const answer = await call({ method: 'GET', url, headers });
  if (answer.status < 200 || answer.status > 299) throw refusal(answer);
  return objectOf(answer.json());
}

/** Meta's code for an argument that is wrong; of a question that it answered before, that can only be the proof. */
const wrongArgument = '100';

/**
 * Whether the app secret is the one of the app that the token is of: Meta refuses a question with a proof made of
 * another one. The proof is good for nothing without the token, and tells nothing of the secret.
 */
export async function appSecretFindings(
  question: GraphQuestion,
  { accessToken, appSecret }: { accessToken: string; appSecret: string },
): Promise<Finding[]> {
  const proof = createHmac('sha256', appSecret).update(accessToken).digest('hex');
  try {
    await graphThing({ ...question, url: `${question.url}?fields=id&appsecret_proof=${proof}` });
    return [well('The app secret is the one of the app.')];
  } catch (error) {
    if (!(error instanceof SendFailure)) throw error;
    if (error.failure.code !== wrongArgument) return [];
    return [
      wrong('The app secret is not the one of the app that the access token is of.', {
        field: 'appSecret',
        class: 'AUTH',
        cure: 'Copy it from the app at Meta: Settings, Basic, App secret. Without it, all that people write is refused.',
      }),
    ];
  }
}
