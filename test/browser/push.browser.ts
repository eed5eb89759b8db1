import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { openPushService, type PushService } from '../../sim/push.ts';
import { type House, openHouse } from './house.ts';
import { openChat, openWebsite } from './website.ts';

let house: House;
let service: PushService;
beforeAll(async () => {
  house = await openHouse();
  service = await openPushService();
});
afterAll(async () => {
  await house?.close();
  await service?.close();
});
afterEach(async () => expect(await house.tidy()).toEqual([]));

it('a notification is shown by the service worker of a browser, which tells that it was', async () => {
  const settings = { title: 'Our shop', subject: 'mailto:push@shop.example', services: service.url };
  await house.call('/api/v1/apply', { channels: [{ type: 'webpush', lane: 'shop', settings }] });
  const { webhookUrl } = await house.call<{ webhookUrl: string }>('/api/v1/channels/webpush:shop');
  const accountId = webhookUrl.split('/').at(-1)!;
  const told = await fetch(`${house.url}/push/webpush/${accountId}.json`);
  const { callback, publicKey } = (await told.json()) as { callback: string; publicKey: string };

  const page = await house.page({ permissions: ['notifications'] });
  await page.goto('/demo');
  await page.evaluate(() => navigator.serviceWorker.register('/push/worker.js', { scope: '/push/' }));
  // The subscription itself is between a browser and the service of its vendor.
  const subscription = await service.subscribe(publicKey);
  const device = crypto.randomUUID();
  await page.evaluate(({ to, body }) => fetch(to, { method: 'POST', mode: 'no-cors', body }), {
    to: callback,
    body: JSON.stringify({ event: 'subscribed', device, subscription }),
  });

  const cdp = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL.endsWith('/push/'));
      if (ours) resolve(ours.registrationId);
    });
  });
  await cdp.send('ServiceWorker.enable');
  const buttons = [{ label: 'Yes', code: 'y' }];
  const { id } = await house.call<{ id: string }>('/api/v1/messages', {
    to: { contactId: `push${device}_shop` },
    content: { text: 'Your parcel is here', buttons },
  });
  const data = await vi.waitFor(
    () => {
      const [payload] = service.pushed(subscription.clientHash);
      return payload ?? Promise.reject(new Error('nothing was pushed'));
    },
    { timeout: 20_000, interval: 100 },
  );
  const origin = new URL(house.url).origin;
  await cdp.send('ServiceWorker.deliverPushMessage', { origin, registrationId: await registered, data });
  await vi.waitFor(
    async () => {
      const { status } = await house.call<{ status: string }>(`/api/v1/messages/${id}`);
      expect(status).toBe('DLVRD');
    },
    { timeout: 20_000, interval: 200 },
  );
  const shown = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/push/');
    return (await registration!.getNotifications()).map(({ title, body }) => ({ title, body }));
  });
  expect(shown).toEqual([{ title: 'Our shop', body: 'Your parcel is here' }]);
});

it('who chats on a page subscribes with one line of it, which is fetched when it is needed', async () => {
  const settings = { title: 'Our shop', subject: 'mailto:push@shop.example', services: service.url };
  await house.call('/api/v1/apply', { channels: [{ type: 'webpush', lane: 'chat', settings }] });
  const { webhookUrl } = await house.call<{ webhookUrl: string }>('/api/v1/channels/webpush:chat');
  const script = `${house.url}/push/webpush/${webhookUrl.split('/').at(-1)}.js`;
  const told = await fetch(script.replace(/js$/, 'json'));
  const { publicKey } = (await told.json()) as { publicKey: string };
  const subscription = await service.subscribe(publicKey);

  const website = await openWebsite(house);
  const page = await house.page({ permissions: ['notifications'] });
  await page.goto(website.url);
  await openChat(page);
  // Only the service of the browser's vendor is another one here.
  await page.evaluate((one) => {
    PushManager.prototype.subscribe = async () => ({ toJSON: () => one }) as unknown as PushSubscription;
  }, subscription);
  // As it stands in the page: the words of a test file would be changed before they come there.
  const line = `import('${script}').then(() => parleyPush.subscribe({ profile: { name: 'Ann' } }))`;
  const device = await page.evaluate<string>(line);
  await house.call('/api/v1/messages', {
    to: { contactId: `push${device}_chat` },
    content: { text: 'You have an answer' },
  });
  await vi.waitFor(() => expect(service.pushed(subscription.clientHash)).toHaveLength(1), {
    timeout: 20_000,
    interval: 100,
  });
  await website.close();
});
