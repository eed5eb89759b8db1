import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startWhatsAppCloud, type WhatsAppCloud } from '../../fakes/whatsapp-cloud.ts';
import { testServer, until } from './server.ts';

const { api, end } = await testServer();
let cloud: WhatsAppCloud;
const number = 'wacfb:918828218374';

beforeAll(async () => {
  cloud = await startWhatsAppCloud({});
  const { status } = await api('PUT', `/channels/${number}`, { settings: cloud.settings });
  expect(status).toBe(201);
  expect((await api('PUT', '/templates/hello/en', { body: 'Hello from the shop' })).status).toBe(201);
  expect((await api('PUT', `/templates/hello/en/approvals/${number}`, { status: 'APPROVED' })).status).toBe(
    200,
  );
});
afterAll(end);
afterAll(() => cloud.close());
afterEach(() => {
  cloud.fail = undefined;
});

interface Told {
  type: string;
  short?: string;
  deliveries: { settledAt?: number }[];
}

const send = async (phone: string, more: object = {}) => {
  const answer = await api('POST', '/messages', {
    channelId: number,
    to: { phone },
    template: { code: 'hello' },
    ...more,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id as string;
};
const why = async (id: string) => (await api('GET', `/messages/${id}/why`)).body;
const whyWhen = (id: string, status: string) =>
  until(
    () => why(id),
    (told) => told.status === status,
  );

describe('why a message is where it is', () => {
  it('tells every step with its time, and what the provider was told and answered', async () => {
    const told = await whyWhen(await send('966500000001'), 'SENTX');
    expect(told.steps.map(({ status }: { status: string }) => status)).toEqual([
      'CRTD',
      'INIT',
      'SENT',
      'SENTX',
    ]);
    expect(told.text).toBe('The provider took it.');
    expect(told.waits).toBeUndefined();
    const [attempt] = told.attempts;
    const [call] = attempt.calls;
    expect(attempt).toMatchObject({ attempt: 1, at: expect.any(Number) });
    expect(call).toMatchObject({ method: 'POST', status: 200, ms: expect.any(Number) });
    expect(call.url).toContain(cloud.url);
    expect(JSON.parse(call.request)).toMatchObject({ to: '966500000001', type: 'template' });
    expect(JSON.parse(call.answer).messages[0].id).toBe(cloud.sent.at(-1)!.id);
  });

  it('explains a refusal in plain words, with what to do and what the provider said', async () => {
    const secret = cloud.settings.accessToken!;
    cloud.fail = () => ({ status: 400, error: { code: 131026, message: `Undeliverable for ${secret}` } });
    const told = await whyWhen(await send('966500000002'), 'SENT_ERR');
    cloud.fail = undefined;
    expect(told.failure).toMatchObject({
      class: expect.any(String),
      text: expect.any(String),
      cure: expect.stringMatching(/\w/),
      code: '131026',
    });
    expect(told.attempts[0].failure).toEqual(told.failure);
    expect(told.attempts[0].calls[0]).toMatchObject({
      status: 400,
      answer: expect.stringContaining('131026'),
    });
    expect(JSON.stringify(told.attempts[0].calls)).not.toContain(secret);
    expect(told.attempts[0].calls[0].answer).toContain('•••');
  });

  it('tells each attempt of one that is tried again, and when it is tried next', async () => {
    cloud.fail = () => ({ status: 503, error: { code: 131016, message: 'Service unavailable' } });
    const id = await send('966500000003');
    const told = await until(
      () => why(id),
      ({ attempts }) => attempts.length > 0,
    );
    expect(told.waits).toMatch(/^For its next attempt at 20\d\d-/);
    expect(told.wait).toEqual({ for: 'attempt', until: expect.any(Number) });
    expect(told.failure).toMatchObject({ class: 'UNAVAILABLE' });
    cloud.fail = undefined;
    const done = await whyWhen(id, 'SENTX');
    expect(done.attempts.length).toBeGreaterThanOrEqual(2);
    expect(done.attempts.at(-1).calls[0].status).toBe(200);
  });

  it('keeps to itself what a message says that is to be hidden', async () => {
    const id = await send('966500000004', { mask: true });
    const told = await whyWhen(id, 'SENTX');
    expect(JSON.stringify(told)).not.toContain('Hello from the shop');
    expect(told.attempts[0].calls[0].request).toBeUndefined();
    expect(told.attempts[0].calls[0].status).toBe(200);
  });

  it('says what it waits for', async () => {
    const later = await send('966500000005', { sendAt: Date.now() + 3_600_000 });
    const waiting = await why(later);
    expect(waiting.waits).toMatch(/^For its time: 20\d\d-/);
    expect(waiting.wait.for).toBe('time');
    expect(Math.abs(waiting.wait.until - Date.now() - 3_600_000)).toBeLessThan(60_000);
    await api('PATCH', `/channels/${number}`, { enabled: false });
    const off = await why(later);
    await api('PATCH', `/channels/${number}`, { enabled: true });
    expect(off.waits).toMatch(/^For its time/);
  });

  it('tells which events were told of it, and how each webhook took them', async () => {
    const hook = createServer((_, answer) => answer.end('thank you')).listen(0, '127.0.0.1');
    await once(hook, 'listening');
    const at = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
    const secret = `${at}/hook?token=secret`;
    const types = ['message.accepted', 'message.status'];
    const { id: endpoint } = (await api('POST', '/endpoints', { url: secret, types })).body;
    const { key } = (await api('POST', '/keys', { name: 'of an app' })).body;
    const id = await send('966500000006');
    const other = await send('966500000007');
    await whyWhen(id, 'SENTX');
    const { told } = await until(
      () => why(id),
      (all) =>
        all.told.events.length > 1 && all.told.events.every((one: Told) => one.deliveries[0]?.settledAt),
    );
    expect(told.complete).toBe(true);
    expect(told.events.map(({ type, short }: Told) => [type, short])).toEqual([
      ['message.accepted', undefined],
      ['message.status', 'SENT'],
    ]);
    expect(told.events[0].deliveries).toEqual([
      {
        endpointId: endpoint,
        endpoint: `${at}/hook?…`,
        state: 'delivered',
        attempt: 1,
        answerStatus: 200,
        answer: 'thank you',
        settledAt: expect.any(Number),
      },
    ]);
    // What an endpoint answered is for who sets it up.
    const seen = (await api('GET', `/messages/${id}/why`, undefined, key)).body.told.events[0].deliveries[0];
    expect(seen).toMatchObject({ state: 'delivered', answerStatus: 200 });
    expect(seen).not.toHaveProperty('answer');
    expect(seen.endpoint).toBe('parley');
    expect(JSON.stringify(told)).not.toContain(other);
    await api('DELETE', `/endpoints/${endpoint}`);
    hook.close();
  });

  it('is unknown for what is no message', async () => {
    expect((await api('GET', '/messages/ffffffffffffffffffffffff/why')).status).toBe(404);
    expect((await api('GET', '/messages/x/why')).status).toBe(404);
  });
});
