import { type I18n, type MessageDescriptor, i18n as spoken } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { ApiError } from '../api/http.ts';
import { toast } from '../store/toasts.ts';
import { apart } from '../text/sentence.tsx';

const tooLong = msg`This is longer than it may be. Shorten it.`;
const tooLarge = msg`The file is too large.`;
const wrongFile = msg`Files of this kind are not taken here.`;
const goneMeanwhile = msg`What you chose is not there any more. Choose again.`;
const notHere = msg`This is not there any more, or is not yours to see.`;
const noRight = msg`You do not have the right to do this. Ask an administrator.`;
const forSupervisors = msg`Only a supervisor or an administrator may do this.`;
const forAdministrators = msg`Only an administrator may do this.`;
const tooMuch = msg`Too much at once. Wait a moment.`;

/** Why the server refuses, by its code: what somebody who answers customers may meet. */
const refusals: Record<string, MessageDescriptor> = {
  OFFLINE: msg`The server cannot be reached. Check your connection.`,
  FORBIDDEN: noRight,
  NO_SUPERVISOR: forSupervisors,
  NOT_TENANT_WIDE: forAdministrators,
  NOT_FOUND: notHere,
  CHANGED: msg`Somebody else was faster: the conversation has changed. Look again before you go on.`,
  HELD: msg`A colleague is assigned to this conversation.`,
  WINDOW_CLOSED: msg`The reply window is closed. Send a template.`,
  SESSION_CLOSED: msg`The conversation is closed.`,
  SESSION_RESOLVED: msg`The conversation is resolved. Reopen it first.`,
  UNKNOWN_AGENT: msg`This colleague is not there any more, or not active.`,
  UNKNOWN_TEAM: goneMeanwhile,
  UNKNOWN_QUEUE: goneMeanwhile,
  UNKNOWN_TAG: goneMeanwhile,
  UNKNOWN_TEMPLATE: goneMeanwhile,
  UNKNOWN_MESSAGE: goneMeanwhile,
  UNKNOWN_MEDIA: msg`The file is not there any more. Attach it again.`,
  MEDIA_NOT_FETCHED: msg`The file could not be fetched. Attach it again.`,
  MEDIA_TOO_LARGE: tooLarge,
  TOO_LARGE: tooLarge,
  MEDIA_TYPE: wrongFile,
  FILE_TYPE: wrongFile,
  TEMPLATE_NOT_APPROVED: msg`The template is not approved for this channel.`,
  TEMPLATE_VALUE_MISSING: msg`Fill in every variable of the template.`,
  TEMPLATE_TOO_LONG: tooLong,
  TEXT_TOO_LONG: tooLong,
  TOO_LONG: tooLong,
  MAXLENGTH: tooLong,
  ALREADY_SENT: msg`The message was sent already.`,
  RETRIED: msg`The message was sent again already.`,
  BEING_SENT: msg`The message is being sent at this moment.`,
  WRONG_PASSWORD: msg`The password is wrong.`,
  TOO_MANY: tooMuch,
};

/** An error in a sentence of this language; what the server alone has words for, in its words. */
export function sentenceOf(error: unknown, i18n: I18n): string {
  if (!(error instanceof ApiError)) return i18n._(msg`Something went wrong on this screen.`);
  const { code, status } = error;
  const known = Object.hasOwn(refusals, code) ? refusals[code] : generalOf(code, status);
  if (known) return i18n._(known);
  if (i18n.locale === 'en') return error.message;
  const words = apart(error.message);
  return i18n._(msg`The server refused this: ${words}`);
}

function generalOf(code: string, status: number): MessageDescriptor | undefined {
  if (status >= 500) return msg`The server failed. Try again in a moment.`;
  if (status === 429) return tooMuch;
  if (status === 403) return noRight;
  return status === 404 || code.endsWith('_NOT_FOUND') ? notHere : undefined;
}

/** Says at the foot of the screen that the server did not do it, and why; `told`: in words that know more. */
export function complain(error: unknown, told?: string): void {
  if (!(error instanceof ApiError)) throw error;
  toast(told ?? sentenceOf(error, spoken), {
    tone: 'error',
    ...(error.traceId !== undefined && { traceId: error.traceId }),
  });
}
