import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { WebhookRefused } from '../../../src/channels/channel.ts';
import { channelOf } from '../../../src/channels/index.ts';
import { timeIn } from '../../../src/channels/twitter/inbound.ts';
import { pauseOf } from '../../../src/channels/twitter/limits.ts';
import { testInbound, testOutbound } from '../cases.ts';
import { type Answer, failureOf, fakeCall, outgoing, saved } from '../tools.ts';
import { twitterSample as sample } from './sample.ts';

const door = channelOf('tw')!;
const { account } = sample;

testInbound('twitter', sample);
testOutbound('twitter', 'outbound', sample);
testOutbound('twitter', 'refused', sample);

describe('the check of the address', () => {
  it('is answered with what only who has the secret can make', () => {
    const right = createHmac('sha256', 'planted-consumer-secret').update('token').digest('base64');
    const told = door.handshake!({ crc_token: 'token' }, account);
    expect(told).toEqual({
      contentType: 'application/json',
      body: JSON.stringify({ response_token: `sha256=${right}` }),
    });
    expect(() => door.handshake!({}, account)).toThrow(WebhookRefused);
  });

  it('signs nothing that could be an event', () => {
    const event = JSON.stringify({ for_user_id: '1', direct_message_events: [] });
    expect(() => door.handshake!({ crc_token: event }, account)).toThrow(WebhookRefused);
  });
});

describe('limits that X tells', () => {
  const now = 1_772_366_400_000;
  const in5Minutes = String(now / 1000 + 300);
  const in5Hours = String(now / 1000 + 5 * 3600);

  it('are waited for when they are used up, the longest of them', () => {
    expect(pauseOf({ 'x-rate-limit-remaining': '1', 'x-rate-limit-reset': in5Minutes }, now)).toBeUndefined();
    const used = { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': in5Minutes };
    expect(pauseOf(used, now)).toBe(300_000);
    const day = { 'x-user-limit-24hour-remaining': '0', 'x-user-limit-24hour-reset': in5Hours };
    expect(pauseOf({ ...used, ...day }, now)).toBe(5 * 3_600_000);
  });

  it('make a message that was taken the last one for now, and one that was refused wait', async () => {
    const reset = String(Math.ceil(Date.now() / 1000) + 300);
    const headers = { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset };
    const send = (answer: Answer) =>
      door.send(outgoing({ type: 'text', text: 'Hi' }), account, fakeCall(answer).call);
    expect((await send({ ...sample.accepts!, headers })).pauseMs).toBeGreaterThan(290_000);
    const { failure } = await failureOf(send({ status: 429, headers }));
    expect(failure.class).toBe('RATE_LIMITED');
    expect(failure.retryAfterMs).toBeGreaterThan(290_000);
  });
});

describe('files', () => {
  const send = (mime: string, bytes: number, ...answers: Answer[]) => {
    const { call, requests } = fakeCall(...answers);
    const type = mime.startsWith('video/') ? 'video' : 'image';
    const file = async () => ({ blob: new Blob([Buffer.alloc(bytes)], { type: mime }), mime });
    const message = outgoing({ type, media: { id: 'ours', caption: 'Ours' } }, { csid: '3001969357', file });
    return { requests, sent: door.send(message, account, call) };
  };
  const told = (data: object) => ({ status: 200, body: { data } });

  it('go up before the message, and are known afterwards', async () => {
    const { requests, sent } = send('image/png', 9, told({ id: '77' }), sample.accepts!);
    expect((await sent).uploaded).toEqual({ providerId: '77', lifeMs: 23 * 3_600_000 });
    expect((requests[0]!.body as FormData).get('media_category')).toBe('dm_image');
    expect(requests[1]!.body).toEqual({ text: 'Ours', attachments: [{ media_id: '77' }] });
  });

  it('that are films go up in parts, and are waited for', async () => {
    const pending = told({ id: '78', processing_info: { state: 'pending', check_after_secs: 0 } });
    const { requests, sent } = send(
      'video/mp4',
      5 * 1024 * 1024,
      told({ id: '78' }),
      told({}),
      told({}),
      pending,
      told({ id: '78', processing_info: { state: 'succeeded' } }),
      sample.accepts!,
    );
    await sent;
    expect(requests.map(({ method, url }) => `${method} ${url.slice('https://x.example/2'.length)}`)).toEqual(
      [
        'POST /media/upload/initialize',
        'POST /media/upload/78/append',
        'POST /media/upload/78/append',
        'POST /media/upload/78/finalize',
        'GET /media/upload?command=STATUS&media_id=78',
        'POST /dm_conversations/with/3001969357/messages',
      ],
    );
  });

  it.each([
    [
      'a film that X could not prepare',
      [told({ id: '78' }), told({}), told({ processing_info: { state: 'failed' } })],
    ],
    ['a file that X does not take', [{ status: 400, body: { detail: 'No.' } }]],
  ])('fail as files: %s', async (_, answers) => {
    const { sent } = send('video/mp4', 9, ...answers);
    expect((await failureOf(sent)).failure.class).toBe('MEDIA');
  });

  it('that somebody sent are fetched as the account', async () => {
    const { call, requests } = fakeCall({ status: 200, body: Buffer.from('bytes') });
    const { save, bytes } = saved();
    await door.fetchMedia!({ providerId: '1/77/x.jpg' }, account, call, save);
    expect(bytes().toString()).toBe('bytes');
    expect(requests[0]).toMatchObject({
      url: 'https://x.example/2/dm_conversations/media/1/77/x.jpg',
      headers: { authorization: 'Bearer planted-access-token' },
    });
  });
});

describe('renewing', () => {
  const renew = (answer: Answer) => {
    const { call, requests } = fakeCall(answer);
    return { requests, renewed: door.credentials!.renew('planted-refresh-token', account, call) };
  };

  it('brings the next two tokens, by the secret of a confidential client', async () => {
    const body = { access_token: 'a2', refresh_token: 'r2', expires_in: 7200 };
    const { renewed, requests } = renew({ status: 200, body });
    expect(await renewed).toEqual({ accessToken: 'a2', refreshToken: 'r2', lifeMs: 7_200_000 });
    const pair = Buffer.from('client-of-the-tests:planted-client-secret').toString('base64');
    expect(requests[0]).toMatchObject({
      url: 'https://x.example/2/oauth2/token',
      headers: { authorization: `Basic ${pair}` },
    });
  });

  it.each([
    [
      { status: 400, body: { error: 'invalid_request', error_description: 'planted-refresh-token?' } },
      'AUTH',
    ],
    [{ status: 503 }, 'UNAVAILABLE'],
    [{ status: 200, body: {} }, 'OUTCOME_UNKNOWN'],
  ])('fails with %j as %s', async (answer, kind) => {
    const { failure } = await failureOf(renew(answer).renewed);
    expect(failure.class).toBe(kind);
    expect(JSON.stringify(failure)).not.toContain('planted');
  });
});

it('knows from an id when X made it', () => {
  expect(timeIn('1050118621198921728')).toBe(Date.UTC(2018, 9, 10, 20, 19, 24, 211));
  for (const id of ['', '1', 'x', '1'.repeat(20)]) expect(timeIn(id)).toBeUndefined();
});
