import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPushService, type PushService } from '../../../sim/push.ts';
import { answer, bodyOf, listen } from '../../fakes/http.ts';
import { eventually, House, type Running, type Tenant } from '../../pipeline/tools.ts';
import { serviceAccount } from './sample.ts';

const device = '5f0c1f7e-5b1e-4c55-9d0a-0123456789ab';
let house: House;
let running: Running;
let shop: Tenant;
let service: PushService;

beforeAll(async () => {
  house = await House.open();
  running = await house.start();
  shop = await house.business(running);
  service = await openPushService();
  await shop.core.change.putChannel(
    { businessId: shop.id },
    {
      type: 'webpush',
      lane: 'shop',
      settings: { title: 'Our shop', subject: 'mailto:push@shop.example', services: service.url },
    },
  );
});
afterAll(async () => {
  await house.close();
  await service.close();
});

/** The page's script, as a browser would run it that says yes to everything. */
async function page(): Promise<{ subscribe(how: object): Promise<string>; unsubscribe(): Promise<void> }> {
  const { accountId } = (await shop.setup()).channels.get('webpush:shop')!;
  const script = await fetch(`${running.address}/push/webpush/${accountId}.js`);
  expect(script.headers.get('content-type')).toContain('javascript');
  let subscribed: { toJSON(): object; unsubscribe(): Promise<void> } | null = null;
  const pushManager = {
    getSubscription: async () => subscribed,
    async subscribe({ applicationServerKey }: { applicationServerKey: Uint8Array }) {
      const key = Buffer.from(applicationServerKey).toString('base64url');
      const made = await service.subscribe(key);
      hash = made.clientHash;
      subscribed = {
        toJSON: () => ({ endpoint: made.endpoint, keys: made.keys }),
        unsubscribe: async () => {},
      };
      return subscribed;
    },
  };
  const window: Record<string, unknown> = {};
  const stored = new Map([['parley-device', device]]);
  const serviceWorker = {
    register: async () => {},
    ready: Promise.resolve({ pushManager }),
    getRegistration: async () => ({ pushManager }),
  };
  runInNewContext(await script.text(), {
    window,
    navigator: { serviceWorker },
    Notification: { requestPermission: async () => 'granted' },
    localStorage: { getItem: (name: string) => stored.get(name) ?? null, setItem: () => {} },
    fetch: atHome,
    atob,
    Uint8Array,
    JSON,
  });
  return window.parleyPush as Awaited<ReturnType<typeof page>>;
}
let hash = '';

/** Calls the server by the name that the outside knows, at the address where it is. */
async function atHome(url: string, init: RequestInit): Promise<Response> {
  const answered = await fetch(url.replace('http://house.parley.test', running.address), {
    ...init,
    mode: 'cors',
  });
  expect(answered.status).toBe(200);
  return answered;
}

/** The service worker: what it shows, and how it hears of clicks. */
async function worker() {
  const hears: Record<string, (event: object) => void> = {};
  const shown: { title: string; options: { data: unknown; actions?: { action: string }[]; body: string } }[] =
    [];
  const opened: string[] = [];
  const self = {
    addEventListener: (type: string, hear: (event: object) => void) => {
      hears[type] = hear;
    },
    registration: {
      showNotification: async (title: string, options: never) => void shown.push({ title, options }),
    },
    clients: { openWindow: async (url: string) => void opened.push(url) },
  };
  runInNewContext(await (await fetch(`${running.address}/push/worker.js`)).text(), { self, fetch: atHome });
  const happens = async (type: string, event: object) => {
    let work: Promise<unknown> = Promise.resolve();
    hears[type]!({ ...event, waitUntil: (given: Promise<unknown>) => (work = given) });
    await work;
  };
  return { shown, opened, happens };
}

it('subscribes a browser by the page, encrypts for it, and hears from it what was shown, clicked and pressed', async () => {
  const { subscribe } = await page();
  expect(await subscribe({ profile: { name: 'Amina' } })).toBe(device);
  const [event] = await shop.events('channel.event');
  expect(event!.data).toMatchObject({ code: 'DEVICE_SUBSCRIBED', contact: { id: `push${device}_shop` } });

  const buttons = [{ type: 'QUICK_REPLY', code: 'y', label: 'Yes' } as const];
  const { id } = await shop.send('webpush:shop', device, '', {
    content: { type: 'text', text: 'Tea? مرحبا', buttons },
  });
  await shop.reaches(id, 'SENTX');
  const [payload] = service.pushed(hash);
  const { shown, happens } = await worker();
  await happens('push', { data: { json: () => JSON.parse(payload!) } });
  expect(shown).toMatchObject([{ title: 'Our shop', options: { body: 'Tea? مرحبا' } }]);
  await shop.reaches(id, 'DLVRD');
  const { data, actions } = shown[0]!.options;
  await happens('notificationclick', {
    action: actions![0]!.action,
    notification: { data, close: () => {} },
  });
  await shop.reaches(id, 'READ');
  const [pressed] = await shop.events('message.received');
  expect(pressed!.data.message.content).toMatchObject({ text: 'Yes', press: { code: 'y' } });
});

it('leaves aside what others push to the same worker', async () => {
  const { shown, happens } = await worker();
  await happens('push', { data: { json: () => ({ theirs: true }) } });
  await happens('push', { data: null });
  expect(shown).toEqual([]);
});

it('forgets a subscription that the browser has ended', async () => {
  service.expire(hash);
  const { id } = await shop.send('webpush:shop', device);
  await eventually(async () => expect((await shop.message(id)).failure?.subcode).toBe('GONE'));
  expect(await house.sql('select 1 from device where business_id = $1', [shop.id])).toEqual([]);
  const { id: next } = await shop.send('webpush:shop', device);
  await shop.reaches(next, 'SENT_ERR');
  expect((await shop.message(next)).failure?.code).toBe('NO_DEVICE');
});

it('ends a subscription when the page says so', async () => {
  const { subscribe, unsubscribe } = await page();
  await subscribe({});
  await unsubscribe();
  const codes = (await shop.events('channel.event')).map(({ data }) => data.code);
  expect(codes.slice(-2)).toEqual(['DEVICE_SUBSCRIBED', 'DEVICE_UNSUBSCRIBED']);
});

it('reaches an app by Firebase with a token that is made once, and forgets one that is unregistered', async () => {
  const asked: string[] = [];
  let gone = false;
  const google = await listen(async (request, response) => {
    asked.push(request.url!);
    await bodyOf(request);
    if (request.url === '/token') await answer(response, 200, { access_token: 'a1', expires_in: 3600 });
    else if (gone) await answer(response, 404, { error: { details: [{ errorCode: 'UNREGISTERED' }] } });
    else await answer(response, 200, { name: `projects/our-shop/messages/${asked.length}` });
  });
  const settings = {
    title: 'Our shop',
    serviceAccountKey: serviceAccount(`${google.url}/token`),
    apiBase: google.url,
  };
  await shop.core.change.putChannel({ businessId: shop.id }, { type: 'fcm', lane: 'app', settings });
  const address = 'fcm-token-of-a-device-0001';
  const { accountId } = (await shop.setup()).channels.get('fcm:app')!;
  const told = await fetch(`${running.address}/push/fcm/${accountId}.json`);
  const { callback } = (await told.json()) as { callback: string };
  const body = JSON.stringify({ event: 'subscribed', device, token: address });
  await atHome(callback, { method: 'POST', body });
  for (const text of ['one', 'two'])
    await shop.reaches((await shop.send('fcm:app', device, text)).id, 'SENTX');
  const sends = '/v1/projects/our-shop/messages:send';
  expect(asked).toEqual(['/token', sends, sends]);
  gone = true;
  await shop.reaches((await shop.send('fcm:app', device)).id, 'SENT_ERR');
  expect(await house.sql('select 1 from device where address = $1', [address])).toEqual([]);
  await google.close();
});
