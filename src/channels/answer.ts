import { type Failure, type FailureClass, SendFailure } from '../model/failure.ts';
import type { ReceiptStatus } from '../model/status.ts';

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
