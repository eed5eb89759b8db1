import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { WebhookRefused } from '../../../src/channels/channel.ts';
import { channelOf } from '../../../src/channels/index.ts';
import { classOfCode } from '../../../src/channels/whatsapp/errors.ts';
import { testInbound, testOutbound } from '../cases.ts';
import { failureOf, fakeCall, outgoing, type Sample, saved } from '../tools.ts';
import { cloudSample, dialogSample } from './sample.ts';

const cloud = channelOf('wacfb')!;
const dialog = channelOf('wa360')!;
const hello = outgoing({ type: 'text', text: 'Hello' });

describe.each([cloudSample, dialogSample])('$type', (sample) => {
  testInbound('whatsapp', sample);
  testOutbound('whatsapp', 'outbound', sample);
  testOutbound('whatsapp', 'refused', sample);
});

it('calls Meta at version and number, with the token in a header', async () => {
  const { call, requests } = fakeCall(cloudSample.accepts!);
  await cloud.send(hello, cloudSample.account, call);
  expect(requests).toMatchObject([
    {
      method: 'POST',
      url: 'https://graph.example/v23.0/106540352242922/messages',
      headers: { authorization: 'Bearer planted-access-token' },
    },
  ]);
});

it('calls 360dialog without either, with the key in a header', async () => {
  const { call, requests } = fakeCall(dialogSample.accepts!);
  await dialog.send(hello, { ...dialogSample.account, apiBase: 'https://dialog.example/v2/' }, call);
  expect(requests).toMatchObject([
    { url: 'https://dialog.example/v2/messages', headers: { 'd360-api-key': 'planted-api-key' } },
  ]);
});

it.each([
  [400, { error: 'You have exceeded the endpoint rate limit' }, 'RATE_LIMITED'],
  [400, { meta: { developer_message: 'Blocked for lack of payment' } }, 'QUOTA'],
  [400, { meta: { developer_message: 'something else' } }, 'CONTENT_REJECTED'],
  [401, { meta: { developer_message: 'Invalid api key' } }, 'AUTH'],
  [403, { error: 'This endpoint is blocked' }, 'CONFIG'],
  [502, '', 'UNAVAILABLE'],
  // Meta’s own codes come through, and go before what the text says.
  [400, { error: { code: 131047, message: 'exceeded the endpoint rate limit' } }, 'OUTSIDE_WINDOW'],
])('tells 360dialog’s own %i %j as %s', async (status, body, kind) => {
  const { call } = fakeCall({ status, body });
  expect((await failureOf(dialog.send(hello, dialogSample.account, call))).failure.class).toBe(kind);
});

describe('the error table', () => {
  it.each([
    ['AUTH', '0 190 131005'],
    ['CONFIG', '3 10 33 200 255 299 368 130497 131031 131037 131045 133006 133010'],
    ['RATE_LIMITED', '4 80007 130429 131056 131057 133016'],
    ['QUOTA', '131042 131048'],
    ['UNAVAILABLE', '1 2 131000 131016 133004'],
    ['INVALID_RECIPIENT', '131021 131030'],
    ['UNREACHABLE', '130472 131026 131049'],
    ['OPTED_OUT', '131050'],
    ['OUTSIDE_WINDOW', '470 131047'],
    ['CONTENT_REJECTED', '100 131008 131009 131051'],
    ['MEDIA', '131052 131053'],
    ['TEMPLATE', '132000 132001 132005 132007 132012 132015 132016 132068 132069'],
    [undefined, '5 199 300 999999 -1 NaN'],
  ])('has for %s: %s', (kind, codes) => {
    for (const code of codes.split(' ')) expect(classOfCode(Number(code)), code).toBe(kind);
  });
});

describe('the handshake', () => {
  const asked = {
    'hub.mode': 'subscribe',
    'hub.verify_token': 'planted-verify-token',
    'hub.challenge': '1158201444',
  };
  it('is answered with the challenge', () => {
    expect(cloud.handshake!(asked, cloudSample.account)).toBe('1158201444');
  });

  it.each([
    { ...asked, 'hub.verify_token': 'planted-verify-tokeN' },
    { ...asked, 'hub.mode': 'unsubscribe' },
    { 'hub.mode': 'subscribe', 'hub.challenge': '1' },
    {},
  ])('is refused with 403: %j', (query) => {
    expect(() => cloud.handshake!(query as Record<string, string>, cloudSample.account)).toThrow(
      expect.objectContaining({ status: 403 }),
    );
  });
});

it('checks the signature over the bytes as they came', async () => {
  const body = '{"entry":[{"changes":[{"field":"account_update","value":{"text":"\\u0645\\u0631"}}]}]}';
  const request = cloudSample.signed(body);
  const { events } = await cloud.receive(request, cloudSample.account, cloudSample.lane);
  expect(events).toHaveLength(1);
  const rewritten = { ...request, body: Buffer.from(JSON.stringify(JSON.parse(body))) };
  expect(() => cloud.receive(rewritten, cloudSample.account, cloudSample.lane)).toThrow(WebhookRefused);
});

it('leaves aside what Meta tells this address about another number of the same app', () => {
  const value = {
    metadata: { phone_number_id: '999999999' },
    messages: [{ from: '1', id: 'w', type: 'text' }],
  };
  const body = JSON.stringify({ entry: [{ changes: [{ field: 'messages', value }] }] });
  expect(cloud.receive(cloudSample.signed(body), cloudSample.account, cloudSample.lane)).toEqual({
    messages: [],
    receipts: [],
    events: [],
    ignored: [{ kind: 'messages', reason: 'it is about another number: 999999999' }],
  });
});

describe('fetching a file', () => {
  const bytes = Buffer.from('\x89PNG\r\n\x1a\nimage', 'latin1');
  const hash = (encoding: 'hex' | 'base64') => createHash('sha256').update(bytes).digest(encoding);
  const info = (more = {}) => ({
    status: 200,
    body: { url: 'https://elsewhere.example/whatsapp/file?mid=f-1&hash=x', mime_type: 'image/png', ...more },
  });
  const fetch = (sample: Sample, media: object, ...answers: Parameters<typeof fakeCall>) => {
    const { call, requests } = fakeCall(...answers);
    const { save, bytes: saves } = saved();
    const fetched = channelOf(sample.type)!.fetchMedia!(media, sample.account, call, save);
    return { requests, fetched, saves };
  };

  it.each([
    [cloudSample, 'https://graph.example/v23.0/f-1?phone_number_id=106540352242922', 'https://media.example'],
    [dialogSample, 'https://dialog.example/v2/f-1', 'https://dialog.example/v2'],
  ])('asks for its address, and goes to the account’s own host ($type)', async (sample, infoUrl, host) => {
    const { fetched, requests, saves } = fetch(sample, { providerId: 'f-1' }, info({ sha256: hash('hex') }), {
      status: 200,
      body: bytes,
    });
    expect(await fetched).toEqual({ sha256: hash('hex') });
    expect(saves()).toEqual(bytes);
    expect(requests.map(({ url }) => url)).toEqual([infoUrl, `${host}/whatsapp/file?mid=f-1&hash=x`]);
    expect(requests[0]?.headers).toEqual(requests[1]?.headers);
  });

  it.each([
    ['no id', {}, [], 'CONTENT_REJECTED'],
    [
      'a file that is gone',
      { providerId: 'f-1' },
      [{ status: 400, body: { error: { code: 100 } } }],
      'CONTENT_REJECTED',
    ],
    [
      'a token that has expired',
      { providerId: 'f-1' },
      [{ status: 401, body: { error: { code: 190 } } }],
      'AUTH',
    ],
    ['no address', { providerId: 'f-1' }, [info({ url: 'nowhere' })], 'MEDIA'],
    ['an answer that is none', { providerId: 'f-1' }, [{ status: 200, body: '<html>' }], 'MEDIA'],
    ['an address that has expired', { providerId: 'f-1' }, [info(), { status: 404 }], 'CONTENT_REJECTED'],
  ])('fails for %s', async (_, media, answers, kind) => {
    expect((await failureOf(fetch(cloudSample, media, ...answers).fetched)).failure.class).toBe(kind);
  });

  it('tells the checksum of the message where the answer has none, for the pipeline to compare', async () => {
    const media = { providerId: 'f-1', sha256: hash('base64') };
    const { fetched } = fetch(cloudSample, media, info(), { status: 200, body: bytes });
    expect(await fetched).toEqual({ sha256: hash('hex') });
  });

  it('does not let an id lead to another path', async () => {
    const { fetched, requests } = fetch(cloudSample, { providerId: '../me?x=' }, { status: 404 });
    await failureOf(fetched);
    expect(requests[0]?.url).toBe(
      'https://graph.example/v23.0/..%2Fme%3Fx%3D?phone_number_id=106540352242922',
    );
  });
});

describe('uploading a file', () => {
  const file = { blob: new Blob(['hello']), mime: 'text/plain', filename: 'a.txt' };
  it.each([
    [cloudSample, 'https://graph.example/v23.0/106540352242922/media'],
    [dialogSample, 'https://dialog.example/v2/media'],
  ])('posts a form, and answers the id ($type)', async (sample, url) => {
    const { call, requests } = fakeCall({ status: 200, body: { id: 'f-9' } });
    const uploaded = await channelOf(sample.type)!.uploadMedia!(file, sample.account, call);
    expect(uploaded).toEqual({ providerId: 'f-9', lifeMs: 29 * 24 * 3_600_000 });
    const form = requests[0]?.body as FormData;
    expect(requests[0]?.url).toBe(url);
    expect([form.get('messaging_product'), form.get('type')]).toEqual(['whatsapp', 'text/plain']);
    const part = form.get('file') as File;
    expect([await part.text(), part.type, part.name]).toEqual(['hello', 'text/plain', 'a.txt']);
  });

  it('fails as sending does', async () => {
    const { call } = fakeCall({ status: 400, body: { error: { code: 131053 } } }, { status: 200, body: {} });
    const upload = () => cloud.uploadMedia!(file, cloudSample.account, call);
    expect((await failureOf(upload())).failure.class).toBe('MEDIA');
    expect((await failureOf(upload())).failure.class).toBe('UNAVAILABLE');
  });
});
