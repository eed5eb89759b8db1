import { createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { WebhookRefused } from '../../../src/channels/channel.ts';
import { renderFor } from '../../../src/channels/fallback.ts';
import { channelOf } from '../../../src/channels/index.ts';
import { vapidKeys } from '../../../src/channels/push/vapid.ts';
import type { Content } from '../../../src/model/message.ts';
import { testInbound, testOutbound } from '../cases.ts';
import { type Answer, failureOf, fakeCall, outgoing } from '../tools.ts';
import { fcmSample, serviceAccount, vouch, webPushSample } from './sample.ts';

const webPush = channelOf('webpush')!;
const fcm = channelOf('fcm')!;
const device = '5f0c1f7e-5b1e-4c55-9d0a-0123456789ab';
const id = '65f0c0ffee0123456789abcd';

testInbound('push/webpush', webPushSample);
testInbound('push/fcm', fcmSample);
testOutbound('push/fcm', 'outbound', fcmSample);
testOutbound('push/fcm', 'refused', fcmSample);
// What goes to a browser is encrypted, another way each time: sim/push.ts reads it, in conversation.test.ts.
testOutbound('push/webpush', 'refused', webPushSample);

describe.each([webPushSample, fcmSample])('what a device tells of a message: $type', (sample) => {
  const door = channelOf(sample.type)!;
  const receive = async (told: object, query = { k: vouch('page') }) =>
    door.receive({ ...sample.signed(JSON.stringify(told)), query }, sample.account, sample.lane);
  const token = vouch(`message ${id}`);

  it('that it was shown, and that it was clicked', async () => {
    const { receipts } = await receive({ event: 'delivered', id, token, device });
    expect(receipts).toEqual([{ messageId: id, status: 'DLVRD', timestamp: sample.lane.now }]);
    const clicked = await receive({ event: 'clicked', id, token, device });
    expect(clicked.receipts).toMatchObject([{ status: 'READ' }]);
    expect(clicked.messages).toEqual([]);
  });

  it('which choice was pressed', async () => {
    const { messages } = await receive({ event: 'clicked', id, token, device, choice: 1 });
    expect(messages).toMatchObject([{ csid: device, pressed: { messageId: id, choice: 1 } }]);
  });

  it('is refused without the key of the page, or with the token of another message', async () => {
    await expect(receive({ event: 'delivered', id, token }, { k: 'guessed' })).rejects.toThrow(
      WebhookRefused,
    );
    const others = vouch('message 65f0c0ffee0123456789abce');
    await expect(receive({ event: 'delivered', id, token: others })).rejects.toThrow(WebhookRefused);
  });
});

describe('a notification in a browser', () => {
  const send = (content: Content, answer: Answer, account = {}, message = {}) => {
    const { call, requests } = fakeCall(answer);
    const shown = renderFor(content, webPush.carries);
    const sent = webPush.send(
      outgoing(shown, { csid: device, ...webPushSample.message, ...message }),
      { ...webPushSample.account, ...account },
      call,
    );
    return { sent, requests };
  };
  const hello: Content = { type: 'text', text: 'Hello' };

  it('goes encrypted, with a life and by our keys', async () => {
    const { sent, requests } = send(hello, {
      status: 201,
      headers: { location: 'https://push.example/m/1' },
    });
    expect(await sent).toEqual({ providerId: 'https://push.example/m/1' });
    const [{ url, headers, body }] = requests as unknown as [
      { url: string; headers: Record<string, string>; body: Buffer },
    ];
    expect(url).toBe('https://push.example/send/abc');
    expect(headers).toMatchObject({ TTL: '3600', 'Content-Encoding': 'aes128gcm', Urgency: 'high' });
    expect(headers.Authorization).toMatch(/^vapid t=[\w.-]+, ?k=/);
    expect(Buffer.from(body).includes('Hello')).toBe(false);
  });

  it.each([
    [410, 'INVALID_RECIPIENT', 'GONE'],
    [404, 'INVALID_RECIPIENT', 'GONE'],
    [403, 'CONFIG', undefined],
    [413, 'CONTENT_TOO_LONG', undefined],
    [500, 'UNAVAILABLE', undefined],
  ])('that the service answers with %i is %s', async (status, kind, subcode) => {
    const { failure } = await failureOf(send(hello, { status }).sent);
    expect([failure.class, failure.subcode]).toEqual([kind, subcode]);
  });

  it('goes to no other address than that of a push service', async () => {
    for (const services of ['https://push.example.org', 'http://push.example', 'https://*.push.example']) {
      const { sent, requests } = send(hello, { status: 201 }, { services });
      expect((await failureOf(sent)).failure).toEqual(
        expect.objectContaining({ class: 'INVALID_RECIPIENT', code: 'SERVICE' }),
      );
      expect(requests).toEqual([]);
    }
    await send(hello, { status: 201 }, { services: 'https://other.example https://*.example' }).sent;
  });

  it('does not blame the device for what the operator set up', async () => {
    const { failure } = await failureOf(
      send(hello, { status: 201 }, { subject: 'https://shop.example:port' }).sent,
    );
    expect(failure).toMatchObject({ class: 'CONFIG', code: 'VAPID' });
    // 43 characters that are no key of this curve are taken as every other text.
    const key = Buffer.alloc(32, 255).toString('base64url');
    await send(hello, { status: 201 }, { vapidPrivateKey: key }).sent;
  });

  it('goes to nobody who has not subscribed, and is not larger than services take', async () => {
    const nobody = send(hello, { status: 201 }, {}, { address: undefined });
    expect((await failureOf(nobody.sent)).failure).toMatchObject({
      class: 'INVALID_RECIPIENT',
      code: 'NO_DEVICE',
    });
    const long = send({ type: 'text', text: 'ب'.repeat(2000) }, { status: 201 });
    expect((await failureOf(long.sent)).failure.class).toBe('CONTENT_TOO_LONG');
  });

  it('is by the same keys whatever was entered, and by those that were made elsewhere', () => {
    const made = vapidKeys('a'.repeat(40));
    expect(vapidKeys('a'.repeat(40))).toEqual(made);
    expect(vapidKeys(made.privateKey)).toEqual(made);
    expect(Buffer.from(made.publicKey, 'base64url')).toHaveLength(65);
  });
});

describe('a notification in an app', () => {
  const hello: Content = { type: 'text', text: 'Hello' };
  const send = (answer: Answer, content: Content = hello, settings: object = {}) => {
    const { call, requests } = fakeCall(answer);
    const message = { csid: device, callback: 'https://parley.example/webhook/fcm/a', ...fcmSample.message };
    const account = { ...fcmSample.account, ...settings };
    return { sent: fcm.send(outgoing(content, message), account, call), requests };
  };
  /** What Firebase was given. */
  const given = async (content: Content, settings: object = {}) => {
    const { sent, requests } = send(fcmSample.accepts!, content, settings);
    await sent;
    return (requests[0]!.body as { message: Record<string, Record<string, unknown>> }).message;
  };
  const error = (status: number, said: string, ...details: object[]) => ({
    status,
    body: { error: { code: status, status: said, message: 'It says why.', details } },
  });
  const fcmError = (errorCode: string) => ({
    '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError',
    errorCode,
  });

  it('goes as notification and data, with what the app needs to tell what becomes of it', async () => {
    const buttons = [
      { type: 'QUICK_REPLY', code: 'y', label: 'Yes' },
      { type: 'URL', code: 'u', label: 'Shop', url: 'https://shop.example/' },
    ] as const;
    const { sent, requests } = send(fcmSample.accepts!, {
      type: 'text',
      text: 'Tea?',
      buttons: [...buttons],
    });
    expect(await sent).toEqual({ providerId: 'projects/our-shop/messages/0:1500415314455276' });
    expect(requests[0]).toMatchObject({
      url: 'https://fcm.example/v1/projects/our-shop/messages:send',
      headers: { authorization: 'Bearer made-of-the-key' },
      body: {
        message: {
          token: 'fcm-token-of-a-device-0001',
          notification: { title: 'Our shop', body: 'Tea?' },
          data: {
            id,
            device,
            url: 'https://shop.example/',
            choices: '["Yes"]',
            token: vouch(`message ${id}`),
            callback: `https://parley.example/webhook/fcm/a?k=${vouch('page')}`,
          },
          android: { priority: 'HIGH', ttl: '3600s' },
          // An extension of the app on Apple’s devices sees it before it is shown.
          apns: { payload: { aps: { 'mutable-content': 1 } } },
        },
      },
    });
  });

  it('waits at Apple as long as at Google for a device that is off', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { apns } = await given(hello);
    const { 'apns-expiration': until, ...others } = apns!.headers as Record<string, string>;
    expect(others).toEqual({ 'apns-push-type': 'alert', 'apns-priority': '10' });
    expect(Number(until)).toBeGreaterThanOrEqual(before + 3600);
    expect(Number(until)).toBeLessThanOrEqual(Date.now() / 1000 + 3600);
    // What must not wait is tried once.
    const atOnce = await given(hello, { lifeSeconds: 0 });
    expect(atOnce.apns!.headers).toMatchObject({ 'apns-expiration': '0' });
    expect(atOnce.android).toMatchObject({ ttl: '0s' });
  });

  it('is data alone where the app shows it on Android, and is still shown by Apple', async () => {
    const picture: Content = {
      type: 'image',
      heading: 'Tea',
      media: { link: 'https://files.example/tea.jpg', caption: 'With milk?' },
      buttons: [{ type: 'QUICK_REPLY', code: 'y', label: 'Yes' }],
    };
    const message = await given(picture, { androidShows: true });
    const shown = { title: 'Tea', body: 'With milk?' };
    expect(Object.keys(message).sort()).toEqual(['android', 'apns', 'data', 'token']);
    expect(message.data).toEqual({
      ...shown,
      image: 'https://files.example/tea.jpg',
      choices: '["Yes"]',
      id,
      device,
      token: vouch(`message ${id}`),
      callback: `https://parley.example/webhook/fcm/a?k=${vouch('page')}`,
    });
    expect(message.apns).toMatchObject({
      payload: { aps: { alert: shown, 'mutable-content': 1 } },
      fcmOptions: { image: 'https://files.example/tea.jpg' },
    });
    expect(Object.values(message.data!).every((value) => typeof value === 'string')).toBe(true);
  });

  it('is refused before it is sent where it is larger than Firebase takes', async () => {
    const { sent, requests } = send(
      fcmSample.accepts!,
      { type: 'text', text: 'ü'.repeat(2000) },
      { androidShows: true },
    );
    expect((await failureOf(sent)).failure).toMatchObject({ class: 'CONTENT_TOO_LONG' });
    expect(requests).toEqual([]);
  });

  it.each([
    [error(404, 'NOT_FOUND', fcmError('UNREGISTERED')), { class: 'INVALID_RECIPIENT', subcode: 'GONE' }],
    [
      error(400, 'INVALID_ARGUMENT', fcmError('INVALID_ARGUMENT')),
      { class: 'INVALID_RECIPIENT', subcode: 'GONE' },
    ],
    [
      error(400, 'INVALID_ARGUMENT', fcmError('INVALID_ARGUMENT'), {
        fieldViolations: [{ field: 'message' }],
      }),
      { class: 'CONTENT_REJECTED' },
    ],
    [error(403, 'PERMISSION_DENIED', fcmError('SENDER_ID_MISMATCH')), { class: 'CONFIG' }],
    [
      error(429, 'RESOURCE_EXHAUSTED', fcmError('QUOTA_EXCEEDED')),
      { class: 'RATE_LIMITED', retryAfterMs: 60_000 },
    ],
    [error(503, 'UNAVAILABLE', fcmError('UNAVAILABLE')), { class: 'UNAVAILABLE' }],
    [error(401, 'UNAUTHENTICATED', fcmError('THIRD_PARTY_AUTH_ERROR')), { class: 'CONFIG' }],
    [error(401, 'UNAUTHENTICATED'), { class: 'AUTH', code: 'UNAUTHENTICATED' }],
  ])('that Firebase answers with %j is %j', async (answer, failure) => {
    expect((await failureOf(send(answer).sent)).failure).toMatchObject(failure);
  });

  it('comes in with a token that is made of the key of a service account', async () => {
    const { call, requests } = fakeCall({ status: 200, body: { access_token: 'a1', expires_in: 3599 } });
    const renewed = await fcm.credentials!.renew('', fcmSample.account, call);
    expect(renewed).toEqual({ accessToken: 'a1', refreshToken: '', lifeMs: 3_599_000 });
    const [{ url, body }] = requests as unknown as [{ url: string; body: URLSearchParams }];
    expect(url).toBe('https://oauth.example/token');
    expect(body.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    // As Google would look at it: by the public half of the key, with a library that made none of it.
    const key = createPublicKey(JSON.parse(serviceAccount()).private_key);
    const who = { issuer: 'push@our-shop.iam.example', audience: 'https://oauth.example/token' };
    const assertion = body.get('assertion')!;
    const { payload } = await jwtVerify(assertion, key, { algorithms: ['RS256'], maxTokenAge: '1m', ...who });
    expect(payload.scope).toBe('https://www.googleapis.com/auth/firebase.messaging');
    expect(payload.exp! - payload.iat!).toBeLessThanOrEqual(3600);
    const forged = `${assertion.slice(0, -4)}AAAA`;
    await expect(jwtVerify(forged, key, who)).rejects.toThrow('signature');
  });

  it.each(['', '{}', serviceAccount().replace(/BEGIN/g, 'BEGAN')])(
    'does not come in with %j',
    async (key) => {
      const account = { ...fcmSample.account, serviceAccountKey: key };
      const { failure } = await failureOf(fcm.credentials!.renew('', account, fakeCall().call));
      expect(failure).toMatchObject({ class: 'AUTH', code: 'SERVICE_ACCOUNT' });
    },
  );
});
