import { present } from '../../model/present.ts';
import { retryAfterMs } from '../../model/retry-after.ts';
import { classOfStatus, safeFailure } from '../answer.ts';
import { type CallResponse, type Channel, WebhookRefused } from '../channel.ts';
import { objectOf, parseObject, textOf } from '../json.ts';
import { sameText } from '../signature.ts';
import { account, type CustomAccount } from './account.ts';
import { check } from './check.ts';
import { longestKey, receivedOf } from './inbound.ts';
import { postedOf } from './outbound.ts';

/**
 * A connector of the business's own: a program that speaks with some provider, and with us in the words
 * of XMS (xms.md section 10). It gets our id with each message, so it can tell a repeat.
 */
export const custom: Channel<typeof account> = {
  types: ['custom'],
  contactType: 'OA',
  contactTypeOf: ({ contactType = 'OA' }) => contactType,
  name: 'Custom connector',
  about: 'Your own connector to any provider: we post messages to it, it posts to us what it received.',
  account,
  carries: {
    out: {
      text: 'native',
      image: 'native',
      video: 'native',
      audio: 'native',
      voice: 'native',
      document: 'native',
      sticker: 'native',
      location: 'native',
      contacts: 'native',
      template: 'fallback',
    },
    buttons: { max: 10, listMax: 10 },
    receipts: ['SENTX', 'DLVRD', 'READ', 'SENTX_ERR', 'CCWIN', 'DELTD'],
    approval: false,
    idempotent: true,
    onUnknown: 'retry',
  },
  webhook: {
    how: 'entered',
    hint: 'In your connector: it posts there what it received, with the verify token in the header x-verify-token.',
    with: ['verifyToken'],
  },
  check,
  receive(request, { verifyToken, contactType }, lane) {
    const token = request.headers['x-verify-token'];
    if (!token || !sameText(token, verifyToken)) throw new WebhookRefused('wrong verify token');
    const wrapper = parseObject(request.body);
    if (!wrapper) throw new WebhookRefused('the body is no JSON object', 400);
    return receivedOf(wrapper, { ...lane, contactType });
  },
  async send(message, account, call) {
    const answer = await call({
      method: 'POST',
      url: account.url,
      headers: { 'x-verify-token': account.verifyToken },
      body: postedOf(message, account.contactType),
    });
    if (answer.status < 200 || answer.status > 299) throw failureOf(answer, account);
    // A connector may know no id of its own, or one that nobody can be found by: then its receipts name ours.
    const providerId = textOf(objectOf(answer.json()).id);
    return present({ providerId: providerId && providerId.length <= longestKey ? providerId : undefined });
  },
};

/** Why the connector refused it: the status decides, its words are kept for the operator. */
function failureOf(answer: CallResponse, { verifyToken }: CustomAccount) {
  const { status } = answer;
  const { code, message, error } = objectOf(answer.json());
  const text = textOf(message) ?? textOf(objectOf(error).message) ?? textOf(error);
  return safeFailure(
    present({
      // It knows one credential alone, so a 403 is about that, too.
      class: status === 403 ? 'AUTH' : classOfStatus(status),
      code: textOf(code) ?? String(status),
      text: text ?? `The connector answered with status ${status}.`,
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], Date.now()),
    }),
    [verifyToken],
  );
}
