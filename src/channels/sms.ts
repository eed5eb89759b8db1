import { type Static, Type } from 'typebox';
import { SendFailure } from '../model/failure.ts';
import { type Content, plainText } from '../model/message.ts';
import type { Capabilities, Measure, ReceivedEvent, ReceivedMessage } from './channel.ts';
import { smsText } from './sms-text.ts';

/** What all SMS channels share: what they carry, the words by which people opt out, how a text is measured. */

/** What SMS carries: text. All else is told as text, with links (channels.md 2.1). */
export const smsCarries: Capabilities = {
  out: {
    text: 'native',
    image: 'fallback',
    video: 'fallback',
    audio: 'fallback',
    voice: 'fallback',
    document: 'fallback',
    location: 'fallback',
    contacts: 'fallback',
    template: 'fallback',
  },
  buttons: { max: 0, listMax: 0 },
  receipts: ['SENTX', 'DLVRD', 'SENTX_ERR', 'BLCKD', 'LIMIT'],
  approval: false,
  idempotent: false,
  onUnknown: 'retry',
};

const words = (title: string, description: string, standard: string[]) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 40 }), {
    title,
    description,
    default: standard,
    maxItems: 50,
    advanced: true,
  });

/** By which words people say that they want no more messages, and that they want them again. */
export const consentSettings = {
  stopWords: words(
    'Words of goodbye',
    'A message that is one of these words opts the person out, in any case; none: nobody is.',
    ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'],
  ),
  startWords: words(
    'Words of return',
    'A message that is one of these words lets messages go to the person again, in any case.',
    ['START', 'UNSTOP'],
  ),
};

/** What happens when nobody knows whether a message was taken; for SMS it is tried once more by default. */
export const smsOnUnknown = Type.Optional(
  Type.Enum(['retry', 'fail'], {
    title: 'When the outcome is unknown',
    description: 'Try once more, which may double a message, or fail it. Tries again when empty.',
    advanced: true,
  }),
);

/** The number of a person as we keep it: digits alone, without `+` and `00`. Undefined when it is none. */
export function phoneOf(given: string | undefined): string | undefined {
  const digits = given
    ?.trim()
    .replace(/^(\+|00)/, '')
    .replace(/[\s().-]/g, '');
  return digits !== undefined && /^\d{3,20}$/.test(digits) ? digits : undefined;
}

type Consent = Static<ReturnType<typeof Type.Object<typeof consentSettings>>>;

/** What a text means for consent: opted out, in again, or nothing (channels.md 3.1). Never throws. */
export function consentOf(
  { csid, timestamp, content }: Pick<ReceivedMessage, 'csid' | 'timestamp' | 'content'>,
  { stopWords, startWords }: Consent,
): ReceivedEvent[] {
  if (content.type !== 'text' || content.text === undefined) return [];
  const said = bare(content.text);
  const isOneOf = (list: readonly string[]) => list.some((word) => bare(word) === said);
  if (said === '') return [];
  if (isOneOf(stopWords)) return [{ kind: 'optout', csid, timestamp }];
  return isOneOf(startWords) ? [{ kind: 'optin', csid, timestamp }] : [];
}

/** The word without the marks that people put around it. */
function bare(text: string): string {
  return text
    .trim()
    .replace(/^["'«“.!]+|["'»”.!]+$/gu, '')
    .toLocaleUpperCase();
}

/** The text of an outgoing message; what was rendered for SMS is text alone. Throws `SendFailure`. */
export function textToSend(content: Content): string {
  const text = content.type === 'text' ? content.text : plainText(content);
  if (text) return text;
  throw new SendFailure({ class: 'NOT_SUPPORTED', text: 'There is no text to send.' });
}

/** How much a message is as SMS: providers charge by the part. */
export function measureSms(content: Content, plain: 'GSM-7' | 'Latin-1' = 'GSM-7'): Measure {
  const { encoding, parts, units, perPart, left } = smsText(textToSend(content), plain);
  return { encoding, segments: parts.length, units, perSegment: perPart, left };
}

/** Refuses a text of more parts than an account wants to pay for: CONTENT_TOO_LONG. */
export function assertSegments(segments: number, most: number): void {
  if (segments <= most) return;
  throw new SendFailure({
    class: 'CONTENT_TOO_LONG',
    code: 'TOO_MANY_SEGMENTS',
    text: `The text takes ${segments} segments of SMS; this channel sends at most ${most}.`,
  });
}
