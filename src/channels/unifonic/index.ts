import type { Failure, FailureClass, SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { retryAfterMs } from '../../model/retry-after.ts';
import { classOfStatus, safeFailure } from '../answer.ts';
import {
  type Call,
  type CallResponse,
  type Channel,
  type Outgoing,
  type Sent,
  WebhookRefused,
} from '../channel.ts';
import { objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import { sameText } from '../signature.ts';
import { assertSegments, measureSms, smsCarries, textToSend } from '../sms.ts';
import { type Account, account } from './account.ts';
import { check } from './check.ts';
import { classOfCode } from './errors.ts';
import { receivedOf } from './inbound.ts';

/**
 * SMS by Unifonic (channels.md 3.4). Its webhooks are not signed: the address that nobody can guess vouches for
 * them, and a token in its query where the operator sets one.
 */
export const unifonic: Channel<typeof account> = {
  types: ['unifonic'],
  contactType: 'SMS',
  name: 'SMS by Unifonic',
  about: 'SMS by Unifonic.',
  account,
  carries: { ...smsCarries, perSecond: 10 },
  receive(request, settings, { now }) {
    const { webhookToken } = settings;
    if (webhookToken && !sameText(request.query.token ?? '', webhookToken))
      throw new WebhookRefused('wrong webhook token');
    return receivedOf(request, settings, now);
  },
  webhook: {
    how: 'entered',
    fromOutside: true,
    hint: 'In Unifonic’s console, for messages that come in: the address, with ?token= and the webhook token behind it. Reports come without it.',
    with: ['webhookToken'],
  },
  check,
  send,
  measure: (content) => measureSms(content),
};

async function send(message: Outgoing, settings: Account, call: Call): Promise<Sent> {
  const { id, csid, lane, content, callback } = message;
  assertSegments(measureSms(content).segments, settings.maxSegments);
  const form = new URLSearchParams({
    AppSid: settings.apiKey,
    SenderID: settings.senderId ?? lane,
    Recipient: csid,
    Body: textToSend(content),
    responseType: 'JSON',
    CorrelationID: id,
  });
  if (callback !== undefined) form.set('statusCallback', withToken(callback, settings.webhookToken));
  const answer = await call({
    method: 'POST',
    url: `${base(settings.apiBase)}/rest/SMS/messages`,
    headers: { accept: 'application/json' },
    body: form,
  });
  return sentOf(answer, settings);
}

function withToken(callback: string, token: string | undefined): string {
  return token ? `${callback}?token=${encodeURIComponent(token)}` : callback;
}

/** Whether it was taken stands in the body; the status is 200 for refusals, too. */
function sentOf(answer: CallResponse, settings: Account): Sent {
  const { success, message, errorCode, data } = objectOf(answer.json());
  const isGood = answer.status >= 200 && answer.status <= 299;
  const taken = String(success).toLowerCase();
  const providerId = textOf(objectOf(data).MessageID);
  if (isGood && taken === 'true' && providerId !== undefined) return { providerId };
  const code = textOf(errorCode);
  const listed = code === undefined ? undefined : classOfCode(code);
  if (isGood && taken !== 'false' && listed === undefined) {
    const text = 'The provider took the message, it seems, but its answer does not say so.';
    throw failureOf(answer, settings, 'OUTCOME_UNKNOWN', text);
  }
  const unlisted = isGood ? 'CONTENT_REJECTED' : classOfStatus(answer.status);
  throw failureOf(answer, settings, listed ?? unlisted, textOf(message), code);
}

function failureOf(
  { status, headers }: CallResponse,
  { apiKey, webhookToken }: Account,
  kind: FailureClass,
  text = `The provider answered with status ${status}.`,
  code = String(status),
): SendFailure {
  const wait = retryAfterMs(headers['retry-after'], Date.now());
  const failure: Failure = present({ class: kind, code, text, retryAfterMs: wait });
  return safeFailure(failure, [apiKey, webhookToken]);
}
