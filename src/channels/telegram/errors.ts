import type { Failure, FailureClass } from '../../model/failure.ts';
import { classOfStatus } from '../answer.ts';

/**
 * What Telegram says by a status that means several things. It has no codes beside the status of HTTP, so here its
 * words decide (channels.md section 7). The first that fits holds.
 */
const words: readonly [status: number, said: RegExp, kind: FailureClass][] = [
  [
    403,
    /blocked by the user|user is deactivated|can't initiate conversation|was kicked|not a member/i,
    'OPTED_OUT',
  ],
  [403, /can't send messages to (bots|the bot)/i, 'INVALID_RECIPIENT'],
  [400, /chat not found|PEER_ID_INVALID|user not found|chat_id is empty/i, 'INVALID_RECIPIENT'],
  [400, /group chat was (deactivated|upgraded)|USER_IS_BLOCKED/i, 'UNREACHABLE'],
  [400, /not enough rights|have no rights|CHAT_WRITE_FORBIDDEN|need administrator rights/i, 'CONFIG'],
  [400, /file is too big/i, 'CONTENT_TOO_LONG'],
  [
    400,
    /failed to get HTTP URL content|wrong file identifier|wrong remote file|wrong type of the web page content|can't use file of type|file must be non-empty|IMAGE_PROCESS_FAILED|PHOTO_INVALID_DIMENSIONS|WEBPAGE_(CURL_FAILED|MEDIA_EMPTY)|FILE_REFERENCE|wrong padding/i,
    'MEDIA',
  ],
];

/**
 * The failure class of a refusal. A known method that is not found is a token that is none: the token is part of
 * the address.
 */
export function classOf(status: number, description: string): FailureClass {
  const said = words.find(([of, pattern]) => of === status && pattern.test(description));
  if (said) return said[2];
  return status === 404 ? 'AUTH' : classOfStatus(status);
}

/** Whom a refusal concerns: every method that we call is about one chat, and so is its flood limit. */
export function scopeOf(kind: FailureClass): Failure['scope'] | undefined {
  return kind === 'RATE_LIMITED' ? 'recipient' : undefined;
}
