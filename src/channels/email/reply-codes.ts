import type { Failure, FailureClass } from '../../model/failure.ts';

/** At which command a server refused: what a code means depends on it. */
export type Stage = 'CONN' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA';

/** Enhanced codes (RFC 3463) by what they mean for us; they decide before the basic code (channels.md 10). */
const enhanced: readonly [codes: RegExp, kind: FailureClass][] = [
  [/^5\.1\.[78]$/, 'CONFIG'],
  [/^5\.1\./, 'INVALID_RECIPIENT'],
  [/^5\.2\.3$/, 'CONTENT_TOO_LONG'],
  [/^5\.2\./, 'UNREACHABLE'],
  [/^5\.3\.4$/, 'CONTENT_TOO_LONG'],
  [/^5\.3\./, 'UNREACHABLE'],
  [/^5\.4\.[14]$/, 'INVALID_RECIPIENT'],
  [/^5\.4\./, 'UNREACHABLE'],
  [/^5\.6\./, 'CONTENT_REJECTED'],
  [/^5\.7\.(8|9|11|12|13|14)$/, 'AUTH'],
  [/^5\.7\./, 'CONTENT_REJECTED'],
];

/** Basic codes where there is no enhanced one, or one that says nothing. */
const basic: Readonly<Record<number, FailureClass>> = {
  530: 'AUTH',
  534: 'AUTH',
  535: 'AUTH',
  538: 'AUTH',
  551: 'INVALID_RECIPIENT',
  552: 'CONTENT_TOO_LONG',
  553: 'INVALID_RECIPIENT',
  554: 'CONTENT_REJECTED',
};

/** A server that does not know us yet wants to see us again: after a minute at first, five at most, ms. */
const greylist = { firstMs: 60_000, longestMs: 300_000 } as const;

/** What a server's refusal means. `attempt` counts from 1. */
export function failureOfReply(
  reply: { code: number; text: string },
  stage: Stage,
  attempt: number,
): Failure {
  const text = oneLine(reply.text);
  const subcode = enhancedIn(text);
  const told = { code: String(reply.code), ...(subcode && { subcode }), text };
  if (reply.code >= 400 && reply.code < 500) return { ...temporary(reply.code, subcode, attempt), ...told };
  return { class: permanent(reply.code, subcode, stage), ...told };
}

function temporary(code: number, subcode: string | undefined, attempt: number): Failure {
  if (code === 454 && subcode?.startsWith('4.7')) return { class: 'UNAVAILABLE' };
  const retryAfterMs = Math.min(greylist.longestMs, greylist.firstMs * attempt);
  if (code === 421 && subcode?.startsWith('4.7'))
    return { class: 'RATE_LIMITED', scope: 'channel', retryAfterMs };
  if (subcode === '4.2.1') return { class: 'RATE_LIMITED', scope: 'recipient', retryAfterMs };
  return { class: 'UNAVAILABLE', retryAfterMs };
}

function permanent(code: number, subcode: string | undefined, stage: Stage): FailureClass {
  if (stage === 'AUTH') return 'AUTH';
  // Whatever is wrong before the recipient is named is no fault of the message.
  if (code === 530) return 'AUTH';
  const kind = subcode === undefined ? undefined : classOfStatusCode(subcode);
  if (stage === 'MAIL' && kind !== 'CONTENT_TOO_LONG' && kind !== 'AUTH')
    return basic[code] === 'AUTH' ? 'AUTH' : 'CONFIG';
  if (stage === 'CONN') return kind === 'AUTH' ? 'AUTH' : 'CONFIG';
  if (kind) return kind;
  const known = basic[code];
  if (known) return known;
  return stage === 'RCPT' && code === 550 ? 'INVALID_RECIPIENT' : 'CONTENT_REJECTED';
}

/** What an enhanced code of class 5 means; undefined for those that say nothing, such as 5.0.0. */
export function classOfStatusCode(code: string): FailureClass | undefined {
  return enhanced.find(([codes]) => codes.test(code))?.[1];
}

/**
 * Why a mail came back, by the `Status` of a report: what is told there is final, also where the code is one
 * of class 4 (RFC 3464: a server gave up trying).
 */
export function classOfReport(status: string | undefined): FailureClass {
  if (status === undefined || /^4\./.test(status)) return 'UNREACHABLE';
  const kind = classOfStatusCode(status);
  return kind === undefined || kind === 'AUTH' || kind === 'CONFIG' ? 'UNREACHABLE' : kind;
}

/** The enhanced code in a reply: `550 5.1.1 No such user`, on its first line. */
export function enhancedIn(text: string): string | undefined {
  return /^(?:\d{3}[ -])?([245]\.\d{1,3}\.\d{1,3})\b/.exec(text.trim())?.[1];
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}
