/** The service worker of notifications: the page's own worker imports it (`importScripts`). */

interface Shown {
  id: string;
  title: string;
  body: string;
  image?: string;
  url?: string;
  choices?: string[];
  device: string;
  token: string;
  callback?: string;
}

/** As much of a service worker's world as is used here. */
interface Worker {
  addEventListener(type: 'push', hear: (event: PushEvent) => void): void;
  addEventListener(type: 'notificationclick', hear: (event: ClickEvent) => void): void;
  registration: { showNotification(title: string, options: object): Promise<void> };
  clients: { openWindow(url: string): Promise<unknown> };
}
interface Lasting {
  waitUntil(work: Promise<unknown>): void;
}
interface PushEvent extends Lasting {
  data: { json(): unknown } | null;
}
interface ClickEvent extends Lasting {
  action: string;
  notification: { data: Shown | undefined; close(): void };
}

const worker = self as unknown as Worker;

worker.addEventListener('push', (event) => {
  const shown = readPush(event);
  if (shown) event.waitUntil(Promise.all([show(shown), tell(shown, 'delivered')]));
});

worker.addEventListener('notificationclick', (event) => {
  const { data: shown } = event.notification;
  event.notification.close();
  if (!shown) return;
  const choice = /^choice-(\d)$/.exec(event.action)?.[1];
  const done: Promise<unknown>[] = [
    tell(shown, 'clicked', choice === undefined ? undefined : Number(choice)),
  ];
  if (shown.url !== undefined && choice === undefined) done.push(worker.clients.openWindow(shown.url));
  event.waitUntil(Promise.all(done));
});

/** Others may push to the same worker: what is not ours is theirs. */
function readPush({ data }: PushEvent): Shown | undefined {
  try {
    const shown = data?.json() as Partial<Shown> | undefined;
    const isOurs = [shown?.id, shown?.title, shown?.token].every((part) => typeof part === 'string');
    return isOurs ? (shown as Shown) : undefined;
  } catch {
    return undefined;
  }
}

function show(shown: Shown): Promise<void> {
  const actions = (shown.choices ?? []).map((title, i) => ({ action: `choice-${i}`, title }));
  return worker.registration.showNotification(shown.title, {
    body: shown.body,
    tag: shown.id,
    data: shown,
    ...(shown.image !== undefined && { image: shown.image }),
    ...(actions.length > 0 && { actions }),
  });
}

/** Without a preflight, and without an answer: a beacon that is lost loses a receipt. */
async function tell(shown: Shown, event: 'delivered' | 'clicked', choice?: number): Promise<void> {
  if (shown.callback === undefined) return;
  const { id, token, device } = shown;
  const body = JSON.stringify({ event, id, token, device, ...(choice !== undefined && { choice }) });
  await fetch(shown.callback, { method: 'POST', mode: 'no-cors', keepalive: true, body }).catch(() => {});
}
