/**
 * Notifications, for a page: `parleyPush.subscribe()` asks the person and answers the id of the device. The server puts
 * in what the page has to know.
 */

interface Given {
  publicKey: string;
  callback: string;
}

/** Who the device belongs to, as far as the page knows. */
interface Profile {
  name?: string;
  email?: string;
  phone?: string;
}

const given = PARLEY_PUSH as unknown as Given;
declare const PARLEY_PUSH: unknown;
const kept = 'parley-device';

/**
 * Subscribes this browser; to be called from a click, since the person is asked. `worker`: where the page has its
 * service worker, which imports ours. Rejects when the person says no.
 */
async function subscribe(how: { worker?: string; profile?: Profile } = {}): Promise<string> {
  if ((await Notification.requestPermission()) !== 'granted')
    throw new Error('The person does not want notifications.');
  await navigator.serviceWorker.register(how.worker ?? '/parley-push.js');
  const { pushManager } = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(given.publicKey) };
  const subscription = (await pushManager.getSubscription()) ?? (await pushManager.subscribe(options));
  const device = deviceOf();
  await tell({ event: 'subscribed', device, subscription: subscription.toJSON(), profile: how.profile });
  return device;
}

/** Ends the subscription of this browser. */
async function unsubscribe(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  const subscription = await registration?.pushManager.getSubscription();
  await subscription?.unsubscribe();
  await tell({ event: 'unsubscribed', device: deviceOf() });
}

/** The id of this browser, made once. */
function deviceOf(): string {
  const known = localStorage.getItem(kept);
  if (known) return known;
  const made = crypto.randomUUID();
  localStorage.setItem(kept, made);
  return made;
}

/** Without a preflight: the server reads what it is, whatever it is called. */
async function tell(what: object): Promise<void> {
  await fetch(given.callback, {
    method: 'POST',
    mode: 'no-cors',
    keepalive: true,
    body: JSON.stringify(what),
  });
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

Object.assign(window, { parleyPush: { subscribe, unsubscribe } });

export {};
