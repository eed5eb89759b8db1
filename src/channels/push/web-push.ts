import webPush from 'web-push';
import { type FailureClass, SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { retryAfterMs } from '../../model/retry-after.ts';
import { urlOf } from '../../model/web-address.ts';
import { classOfStatus, safeFailure } from '../answer.ts';
import type { Call, CallResponse, Outgoing, Sent } from '../channel.ts';
import type { WebPushAccount } from './account.ts';
import { largest } from './capabilities.ts';
import { addressIn, checkSize, goneFrom, notificationOf } from './notification.ts';
import { vapidKeys } from './vapid.ts';

/** Encrypts a notification for one browser, and hands it to the service of that browser (RFC 8030, 8291, 8292). */
export async function send(message: Outgoing, account: WebPushAccount, call: Call): Promise<Sent> {
  const subscription = JSON.parse(addressIn(message)) as webPush.PushSubscription;
  assertService(subscription.endpoint, account.services);
  const payload = JSON.stringify(notificationOf(message, account));
  checkSize(payload, largest.webPush);
  const { method, headers, body, endpoint } = sealed(subscription, payload, account);
  if (method !== 'POST' || !body)
    throw new SendFailure({ class: 'INTERNAL', text: 'Nothing was encrypted.' });
  const named = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length');
  const answer = await call({
    method,
    url: endpoint,
    headers: Object.fromEntries(named.map(([name, value]) => [name, String(value)])),
    body,
  });
  if (answer.status >= 200 && answer.status <= 299) return present({ providerId: answer.headers.location });
  throw refusalOf(answer, [account.vapidPrivateKey, account.beaconSecret]);
}

function sealed(subscription: webPush.PushSubscription, payload: string, account: WebPushAccount) {
  try {
    return webPush.generateRequestDetails(subscription, payload, {
      vapidDetails: { subject: account.subject, ...vapidKeys(account.vapidPrivateKey) },
      TTL: account.lifeSeconds,
      urgency: 'high',
      contentEncoding: 'aes128gcm',
    });
  } catch {
    assertVapid(account);
    // What remains is from outside: the keys of the subscription.
    throw goneFrom({ code: 'SUBSCRIPTION', text: 'The subscription is none that can be encrypted for.' });
  }
}

/** Throws CONFIG where the operator's own part is at fault: no device is to be forgotten for it. */
export function assertVapid({ subject, vapidPrivateKey }: WebPushAccount): void {
  const { publicKey, privateKey } = vapidKeys(vapidPrivateKey);
  try {
    webPush.getVapidHeaders('https://push.example', subject, publicKey, privateKey, 'aes128gcm');
  } catch (error) {
    const text =
      error instanceof Error ? error.message : 'The contact or the key of the channel is not good.';
    throw safeFailure({ class: 'CONFIG', code: 'VAPID', text }, [vapidPrivateKey]);
  }
}

/** A subscription comes from a browser, and leads to nobody but a push service. */
function assertService(endpoint: string, services: string): void {
  const asked = urlOf(endpoint);
  const known = services.split(' ').some((service) => {
    const [scheme, host = ''] = service.split('://');
    const labels = host.split('.').map((one) => (one === '*' ? '[^.]+' : one.replace(/[^\w-]/g, '\\$&')));
    return asked?.protocol === `${scheme}:` && new RegExp(`^${labels.join('\\.')}$`).test(asked.host);
  });
  if (known) return;
  // The list is the operator's, and may be mended: the device is kept.
  throw new SendFailure({
    class: 'INVALID_RECIPIENT',
    code: 'SERVICE',
    text: 'The subscription leads to no push service that the channel knows.',
  });
}

const classes: Readonly<Record<number, FailureClass>> = {
  400: 'CONFIG',
  401: 'CONFIG',
  403: 'CONFIG',
  413: 'CONTENT_TOO_LONG',
};

function refusalOf({ status, headers, body }: CallResponse, secrets: (string | undefined)[]): SendFailure {
  const said = body.toString('utf8').trim();
  const code = String(status);
  if (status === 404 || status === 410)
    return goneFrom({ code, text: 'The browser ended its subscription.' });
  return safeFailure(
    present({
      class: classes[status] ?? classOfStatus(status),
      code,
      text: said || `The push service answered with status ${status}.`,
      retryAfterMs: retryAfterMs(headers['retry-after'], Date.now()),
    }),
    secrets,
  );
}
