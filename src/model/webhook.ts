import { createHmac, timingSafeEqual } from 'node:crypto';
import { retryAfterMs } from './retry-after.ts';
import type { DeliveryPolicy } from './setup.ts';

/** Pauses before each try, ms (reliability.md, "Webhook schedule"): 12 tries over about 70 hours. */
export const retrySchedule: readonly number[] = [
  0, 5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
  86_400_000,
];

/** How often a delivery is tried at most, by the policy of its endpoint (azeer.md 7.2). */
export const mostAttempts: Record<DeliveryPolicy, number> = {
  schedule: retrySchedule.length,
  retry: 5,
  once: 1,
};

/** What a receiver answered, or that it did not. */
export type WebhookAnswer = { status: number; retryAfter?: string | undefined } | { status?: undefined };

/** What follows from an answer. */
export type WebhookVerdict =
  | { kind: 'delivered' }
  | { kind: 'retry'; inMs: number }
  | { kind: 'failed' }
  /** 410: the endpoint is gone for good and is disabled. */
  | { kind: 'gone' };

/**
 * The rule for one answer to try number `attempt`, counted from 1 (decision D62): 2xx is done, no answer,
 * 3xx, 408, 429 and 5xx are tried again by the schedule with ±20 % jitter, 410 ends the endpoint, any
 * other 4xx ends the delivery. Redirects are never followed: the endpoint is set up wrongly, and its
 * owner can mend that while we try. `now` is epoch ms, `random` 0 to 1.
 */
export function verdictOfAnswer(
  answer: WebhookAnswer,
  attempt: number,
  now: number,
  random: number,
  policy: DeliveryPolicy = 'schedule',
): WebhookVerdict {
  const { status } = answer;
  if (status !== undefined) {
    if (status >= 200 && status < 300) return { kind: 'delivered' };
    if (status === 410) return { kind: 'gone' };
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) return { kind: 'failed' };
  }
  const pause = retrySchedule[attempt];
  if (pause === undefined || attempt >= mostAttempts[policy]) return { kind: 'failed' };
  const jittered = Math.round(pause * (0.8 + 0.4 * random));
  const asked = status === 429 || status === 503 ? retryAfterMs(answer.retryAfter, now) : undefined;
  // "At once" and a time gone by say nothing of how long: the schedule knows better.
  return { kind: 'retry', inMs: asked ? Math.max(asked, 1000) : jittered };
}

/** How an endpoint has fared since its last success. */
export interface EndpointHealth {
  failures: number;
  /** Epoch ms of the first failure since then. */
  firstFailureAt: number;
  /** 0 nobody told yet, 1 after 4 failures, 2 after 24 hours, 3 disabled. */
  toldStage: number;
}

const day = 24 * 3_600_000;

/**
 * Whether the owner of a failing endpoint is told, and whether it is disabled: told after 4 failures and
 * after 24 hours, disabled after 5 days of failure only and at least 20 attempts (reliability.md).
 */
export function judgeEndpoint(
  { failures, firstFailureAt, toldStage }: EndpointHealth,
  now: number,
): { stage: number; disable: boolean } {
  const forMs = now - firstFailureAt;
  if (forMs >= 5 * day && failures >= 20) return { stage: 3, disable: true };
  const stage = failures >= 4 && forMs >= day ? 2 : failures >= 4 ? 1 : 0;
  return { stage: Math.max(stage, toldStage), disable: false };
}

/**
 * Headers of Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`. Several secrets
 * give several signatures, so that a secret can be changed without a gap.
 */
export function signWebhook(
  id: string,
  body: string,
  secrets: readonly string[],
  now: number,
): Record<string, string> {
  const seconds = Math.floor(now / 1000);
  const signatures = secrets.map((secret) => `v1,${signatureOf(`${id}.${seconds}.${body}`, secret)}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}

function signatureOf(content: string, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(content).digest('base64');
}

/** How far the time of a signed call may be from ours, either way, ms. */
const signatureToleranceMs = 300_000;

/**
 * Checks the headers of a Standard Webhooks call; a time further than 5 minutes from `now` is refused, and
 * so is every scheme but `v1`. Who holds several secrets during a rotation asks once for each.
 */
export function isWebhookSigned(
  headers: Record<string, string | undefined>,
  body: string,
  secret: string,
  now: number,
): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': given } = headers;
  if (!id || !given || at === undefined || !/^\d{1,12}$/.test(at)) return false;
  if (Math.abs(now - Number(at) * 1000) > signatureToleranceMs) return false;
  const expected = Buffer.from(signatureOf(`${id}.${at}.${body}`, secret));
  return given.split(' ').some((part) => {
    const signature = Buffer.from(part.slice(3));
    return (
      part.startsWith('v1,') && signature.length === expected.length && timingSafeEqual(signature, expected)
    );
  });
}

/** `x-xms-signature` (decision D63): HMAC-SHA256 of the body with the app's webhook secret, hex. */
export function bodySignature(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}
