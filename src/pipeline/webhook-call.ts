import * as clock from '../model/clock.ts';
import type { StoredEvent } from '../model/event.ts';
import type { Endpoint, Setup } from '../model/setup.ts';
import { bodySignature, signWebhook } from '../model/webhook.ts';
import type { Context } from './context.ts';
import { shortestSecret, spellingsOf, without } from './record.ts';
import { renderTargetOf } from './render-target.ts';
import type { EndpointSecrets } from './setup-secrets.ts';

/** Bots answer after their model ran (decision D62), ms. */
const callTimeoutMs = 30_000;

/** A call of an endpoint, as it goes out. */
export interface WebhookCall {
  url: string;
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
}

/** An event in the words of its endpoint's surface, signed; undefined: there is nothing to tell. */
export async function webhookCallOf(
  ctx: Context,
  setup: Setup,
  endpoint: Endpoint,
  event: StoredEvent,
): Promise<WebhookCall | undefined> {
  const rendered = ctx.render(endpoint.surface, event, renderTargetOf(setup, endpoint, event));
  if (!rendered) return undefined;
  const secrets = await ctx.endpointSecrets(setup.business.id, endpoint.id);
  const body = JSON.stringify(rendered.body);
  const { sign, timeoutMs = callTimeoutMs } = ctx.manner(endpoint.surface);
  const signature = sign ? sign(body, secrets) : usualSignature(event.id, body, secrets);
  return { url: endpoint.url, body, timeoutMs, headers: Object.assign({}, rendered.headers, signature) };
}

/** Standard Webhooks, and what XMS receivers look at (decision D63). */
function usualSignature(id: string, body: string, secrets: EndpointSecrets): Record<string, string> {
  return {
    'x-verify-token': secrets.verifyToken,
    ...signWebhook(id, body, [secrets.secret, ...secrets.formerSecrets], clock.now()),
    'x-xms-delivery': id,
    'x-xms-signature': bodySignature(body, secrets.secret),
  };
}

/** What stands where a secret stood. */
export const hidden = '********';

/**
 * The headers of a call as they may be shown: where a secret is sent as it is there are stars. Signatures are shown: they
 * are good for this one body.
 */
export function shownHeaders(
  headers: Readonly<Record<string, string>>,
  { secret, formerSecrets, verifyToken }: EndpointSecrets,
): Record<string, string> {
  const secrets = new Set([secret, verifyToken, ...formerSecrets]);
  // By whole words: a token of one character must not blot out half of a signature.
  const shown = (value: string) =>
    value
      .split(' ')
      .map((word) => (secrets.has(word) ? hidden : word))
      .join(' ');
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, shown(value)]));
}

/** What a receiver answered, without the secrets that it may have said back, in whatever spelling. */
export function withoutSecretsOf(
  text: string,
  { secret, formerSecrets, verifyToken }: EndpointSecrets,
): string {
  // Most answers are too short to hold one.
  if (text.length < shortestSecret) return text;
  // Receivers know the secret of a signature with or without what goes before it.
  const signing = [secret, ...formerSecrets].flatMap((one) => [one, one.replace(/^whsec_/, '')]);
  return without(text, spellingsOf([verifyToken, ...signing]), hidden);
}
