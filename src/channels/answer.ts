import { type Failure, type FailureClass, SendFailure } from '../model/failure.ts';
import type { ReceiptStatus } from '../model/status.ts';
import type { CallResponse } from './channel.ts';

/** Statuses of HTTP that say more than their first digit. */
const statusClasses: Readonly<Record<number, FailureClass>> = {
  401: 'AUTH',
  403: 'CONFIG',
  408: 'UNAVAILABLE',
  425: 'UNAVAILABLE',
  429: 'RATE_LIMITED',
};

/**
 * The failure class of an HTTP status where the provider's own code says nothing (channels.md 1.1,
 * "unlisted"). A redirect is CONFIG: calls never follow one, so the address set up is not the right one.
 */
export function classOfStatus(status: number): FailureClass {
  const known = statusClasses[status];
  if (known) return known;
  if (status >= 500) return 'UNAVAILABLE';
  return status >= 300 && status < 400 ? 'CONFIG' : 'CONTENT_REJECTED';
}

/**
 * How long the provider asks us to wait, ms: seconds or an HTTP date (channels.md rule 9). `now` is
 * epoch ms. Undefined when it says nothing that makes sense.
 */
export function retryAfterMs(headers: CallResponse['headers'], now: number): number | undefined {
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  if (/^\d{1,9}(\.\d+)?$/.test(value)) return Math.round(Number(value) * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/**
 * A failure that is safe to keep and to show: its texts are at most 300 characters and hold none of the
 * secrets, which providers do repeat in their explanations.
 */
export function safeFailure(failure: Failure, secrets: readonly (string | undefined)[]): SendFailure {
  const safe = { ...failure };
  for (const name of ['code', 'subcode', 'text', 'traceId'] as const) {
    const value = safe[name];
    if (value !== undefined) safe[name] = withoutSecrets(value, secrets).slice(0, 300);
  }
  return new SendFailure(safe);
}

function withoutSecrets(text: string, secrets: readonly (string | undefined)[]): string {
  return secrets.reduce<string>((rest, secret) => (secret ? rest.replaceAll(secret, '***') : rest), text);
}

const receiptStatuses: Partial<Record<FailureClass, ReceiptStatus>> = {
  OUTSIDE_WINDOW: 'CCWIN',
  OPTED_OUT: 'BLCKD',
  QUOTA: 'LIMIT',
  RATE_LIMITED: 'LIMIT',
};

/** The status of a message that was accepted and failed later, by why it did (channels.md 1.1). */
export function failedReceipt(kind: FailureClass): ReceiptStatus {
  return receiptStatuses[kind] ?? 'SENTX_ERR';
}
