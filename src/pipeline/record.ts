import type { Call, CallRequest, Channel } from '../channels/channel.ts';
import type { Note } from '../channels/connection.ts';

/** One call to a provider, as it is shown to people: secrets are out, long texts are cut. */
export interface RecordedCall {
  /** Epoch ms, and how long it took, ms. */
  at: number;
  ms: number;
  method: string;
  url: string;
  request?: string;
  /** Absent: nothing was answered, and `error` says why. */
  status?: number;
  answer?: string;
  error?: string;
}

/** So much of each text is kept, in characters. */
const mostText = 1500;
/** Calls of one attempt that are kept. */
const mostCalls = 5;
const hidden = '•••';
/** Shorter ones would be found in texts that have nothing to do with them. */
export const shortestSecret = 6;

/**
 * Calls a provider like `call`, and keeps what was said, there and over connections (`note`). `withContent`:
 * false for messages that are to be hidden.
 */
export function recording(
  call: Call,
  secrets: readonly string[],
  how: { withContent: boolean },
): { call: Call; note: Note; calls: RecordedCall[] } {
  const calls: RecordedCall[] = [];
  const shown = (text: string) => cut(without(text, secrets));
  return {
    calls,
    note({ method, to, request, answer, error, ms }) {
      if (calls.length >= mostCalls) return;
      const one: RecordedCall = {
        at: Date.now() - Math.round(ms),
        ms: Math.round(ms),
        method,
        url: shown(to),
      };
      if (how.withContent && request !== undefined) one.request = shown(request);
      if (answer !== undefined) one.answer = shown(answer);
      if (error !== undefined) one.error = shown(error);
      calls.push(one);
    },
    async call(request) {
      const at = Date.now();
      const began = performance.now();
      const one: RecordedCall = { at, ms: 0, method: request.method, url: shown(request.url) };
      if (calls.length < mostCalls) calls.push(one);
      const body = how.withContent ? bodyOf(request) : undefined;
      if (body !== undefined) one.request = shown(body);
      try {
        const response = await call(request);
        one.status = response.status;
        if (how.withContent && !request.save) one.answer = shown(response.body.toString('utf8'));
        return response;
      } catch (error) {
        one.error = shown(error instanceof Error ? error.message : String(error));
        throw error;
      } finally {
        one.ms = Math.round(performance.now() - began);
      }
    },
  };
}

function bodyOf({ body }: CallRequest): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  if (body instanceof Uint8Array) return `(${body.byteLength} bytes)`;
  if (typeof (body as FormData).entries === 'function') return '(a form with files)';
  return JSON.stringify(body);
}

const known = new WeakMap<Record<string, unknown>, string[]>();

/**
 * The secret settings of an account, in every spelling in which they may stand in a call. Worked out once for each
 * account as it was read, and not for each message.
 */
export function secretsOf(door: Pick<Channel, 'account'>, account: Record<string, unknown>): string[] {
  const before = known.get(account);
  if (before) return before;
  const secrets = Object.entries(door.account.properties).flatMap(([name, schema]) => {
    const value = account[name];
    return (schema as { secret?: boolean }).secret && typeof value === 'string' ? [value] : [];
  });
  const spellings = spellingsOf(secrets);
  known.set(account, spellings);
  return spellings;
}

/**
 * Secrets in every spelling in which they may stand in a call or an answer: as they are, in an address, in a form, in
 * JSON. Longer ones first, so that one that is part of another leaves nothing of that.
 */
export function spellingsOf(secrets: readonly string[]): string[] {
  const spellings = secrets.flatMap((secret) => {
    const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
    return [secret, encodeURIComponent(secret), inForm, JSON.stringify(secret).slice(1, -1)];
  });
  return [...new Set(spellings)]
    .filter((one) => one.length >= shortestSecret)
    .sort((a, b) => b.length - a.length);
}

/** The text with what is secret out of it; `mark` stands in its place. */
export function without(text: string, secrets: readonly string[], mark = hidden): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, mark), text);
}

function cut(text: string): string {
  const kept = text.length > mostText ? `${text.slice(0, mostText)}…` : text;
  // Half a character, where it was cut, and NUL are no text for the database.
  return kept.replace(/[\0\p{Surrogate}]/gu, '');
}
