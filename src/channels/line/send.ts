import { createHash } from 'node:crypto';
import { type FailureClass, SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { retryAfterMs } from '../../model/retry-after.ts';
import { classOfStatus, safeFailure } from '../answer.ts';
import type { Call, CallResponse, Outgoing, Sent } from '../channel.ts';
import { listOf, objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { LineAccount } from './account.ts';
import { type LineMessage, messagesOf } from './messages.ts';

/**
 * Sends a message: as the answer to what the person wrote a moment ago, which is free of charge, else by a push
 * that LINE takes once, however often it is repeated.
 */
export async function send(message: Outgoing, account: LineAccount, call: Call): Promise<Sent> {
  const messages = messagesOf(message, account);
  if (message.replyToken !== undefined && message.attempt === 1) {
    const replied = await reply(message.replyToken, messages, account, call);
    if (replied) return replied;
  }
  const headers = { 'x-line-retry-key': retryKey(message.id) };
  const answer = await post('message/push', { to: message.csid, messages }, account, call, headers);
  // Taken before, and only the answer was lost.
  if (answer.status === 409) return sentOf(answer);
  if (answer.status !== 200) throw refusalOf(answer, account);
  return sentOf(answer, true);
}

/**
 * Undefined: the token is not good any more, and a push is to be made. When nobody knows whether the first try was
 * taken, a second one tells: a token that was used is refused.
 */
async function reply(
  replyToken: string,
  messages: LineMessage[],
  account: LineAccount,
  call: Call,
): Promise<Sent | undefined> {
  const ask = () => post('message/reply', { replyToken, messages }, account, call);
  try {
    const answer = await ask();
    return answer.status === 200 ? sentOf(answer) : undefined;
  } catch (error) {
    if (!(error instanceof SendFailure) || error.failure.class !== 'OUTCOME_UNKNOWN') throw error;
    const again = await ask();
    if (again.status === 200 || isUsed(again)) return sentOf(again);
    throw error;
  }
}

function isUsed(answer: CallResponse): boolean {
  return answer.status === 400 && /invalid reply token/i.test(textOf(objectOf(answer.json()).message) ?? '');
}

/** Posts to the Messaging API, at `/v2/bot/` and this path. */
export function post(
  path: string,
  body: object,
  { apiBase, accessToken }: LineAccount,
  call: Call,
  headers: Record<string, string> = {},
): Promise<CallResponse> {
  const url = `${base(apiBase)}/v2/bot/${path}`;
  return call({ method: 'POST', url, headers: { authorization: `Bearer ${accessToken}`, ...headers }, body });
}

/** The same UUID in every attempt: LINE knows a repeat by it, for 24 hours. */
export function retryKey(messageId: string): string {
  const hex = createHash('sha256').update(`LINE retry key ${messageId}`).digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Of several message objects the last one is what was said. */
function sentOf(answer: CallResponse, mustTell = false): Sent {
  const ids = listOf(objectOf(answer.json()).sentMessages).map((one) => textOf(objectOf(one).id));
  const providerId = ids.findLast((id) => id !== undefined);
  if (providerId === undefined && mustTell) {
    throw new SendFailure({
      class: 'OUTCOME_UNKNOWN',
      code: String(answer.status),
      text: 'LINE took the message, it seems, but gave no id.',
    });
  }
  return present({ providerId });
}

/** Why LINE refused it (channels.md 9.1): the status decides, and what its words name where it means several things. */
export function refusalOf(answer: CallResponse, account: LineAccount): SendFailure {
  const { status, headers } = answer;
  const { message, details } = objectOf(answer.json());
  const said = textOf(message);
  const more = listOf(details).map((one) => {
    const { property, message: what } = objectOf(one);
    return [textOf(property), textOf(what)].filter((part) => part).join(': ');
  });
  return safeFailure(
    present({
      class: classOf(status, said ?? ''),
      code: String(status),
      text: [said ?? `LINE answered with status ${status}.`, ...more].filter((part) => part).join(' '),
      traceId: headers['x-line-request-id'],
      retryAfterMs: retryAfterMs(headers['retry-after'], Date.now()),
    }),
    [account.accessToken, account.channelSecret],
  );
}

function classOf(status: number, said: string): FailureClass {
  if (status === 429 && /monthly limit/i.test(said)) return 'QUOTA';
  if (status === 400 && /property, 'to'|'to' field|invalid.*\bto\b/i.test(said)) return 'INVALID_RECIPIENT';
  if (status === 400 && /failed to send messages/i.test(said)) return 'UNREACHABLE';
  return classOfStatus(status);
}
