import { createHmac } from 'node:crypto';
import { validateSignature } from '@line/bot-sdk';
import { describe, expect, it } from 'vitest';
import { channelOf } from '../../../src/channels/index.ts';
import { retryKey } from '../../../src/channels/line/send.ts';
import { testInbound, testOutbound } from '../cases.ts';
import { failureOf, fakeCall, outgoing, saved } from '../tools.ts';
import { lineSample as sample } from './sample.ts';

const door = channelOf('line')!;
const { account } = sample;

testInbound('line', sample);
testOutbound('line', 'outbound', sample);
testOutbound('line', 'refused', sample);

describe('the signature', () => {
  const body = '{"destination":"U00000000000000000000000000000000","events":[]}';
  const signed = (secret: string) => createHmac('sha256', secret).update(body).digest('base64');
  const request = (signature: string) => ({
    ...sample.signed(body),
    headers: { 'x-line-signature': signature },
  });

  it('is right where LINE’s own package says so, and wrong where not', async () => {
    for (const secret of [String(account.channelSecret), 'another']) {
      const isRight = validateSignature(body, String(account.channelSecret), signed(secret));
      const receive = async () => door.receive(request(signed(secret)), account, sample.lane);
      if (isRight) await receive();
      else await expect(receive()).rejects.toThrow('wrong signature');
    }
  });
});

describe('a retry key', () => {
  it('is a UUID, the same for a message in every attempt, and another for another', () => {
    const one = retryKey('65f0c0ffee0123456789abcd');
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(retryKey('65f0c0ffee0123456789abcd')).toBe(one);
    expect(retryKey('65f0c0ffee0123456789abce')).not.toBe(one);
  });
});

describe('an answer by reply token', () => {
  const message = outgoing({ type: 'text', text: 'Hello' }, { replyToken: 'good-once' });
  const invalid = { status: 400, body: { message: 'Invalid reply token' } };
  const unknown = { class: 'OUTCOME_UNKNOWN' } as const;
  const howOf = (requests: { url: string }[]) => requests.map(({ url }) => url.split('/').at(-1));

  it('becomes a push when the token is not good any more', async () => {
    const { call, requests } = fakeCall(invalid, sample.accepts!);
    expect(await door.send(message, account, call)).toEqual({ providerId: '461230966842064897' });
    expect(howOf(requests)).toEqual(['reply', 'push']);
  });

  it('is known to have been taken when nobody said so and the token is used', async () => {
    const { call, requests } = fakeCall(unknown, invalid);
    expect(await door.send(message, account, call)).toEqual({});
    expect(howOf(requests)).toEqual(['reply', 'reply']);
  });

  it('is taken at the second try when the first did not arrive', async () => {
    const { call } = fakeCall(unknown, sample.accepts!);
    expect(await door.send(message, account, call)).toEqual({ providerId: '461230966842064897' });
  });

  it('is of unknown outcome when nobody says so twice', async () => {
    const { call } = fakeCall(unknown, unknown);
    expect((await failureOf(door.send(message, account, call))).failure.class).toBe('OUTCOME_UNKNOWN');
  });
});

describe('fetching a file', () => {
  it('goes to the account’s own host for media, with its token', async () => {
    const { call, requests } = fakeCall({ status: 200, body: Buffer.from('bytes') });
    const { save, bytes } = saved();
    await door.fetchMedia!({ providerId: '44/../5' }, account, call, save);
    expect(bytes().toString()).toBe('bytes');
    expect(requests).toMatchObject([
      {
        url: 'https://line-data.example/v2/bot/message/44%2F..%2F5/content',
        headers: { authorization: 'Bearer planted-access-token' },
      },
    ]);
  });

  it('sends the token nowhere else', async () => {
    const { call, requests } = fakeCall({ status: 200, body: Buffer.from('bytes') });
    await door.fetchMedia!({ link: 'https://stickers.example/1.png' }, account, call, saved().save);
    expect(requests[0]!.headers).toBeUndefined();
  });

  it.each([
    [
      'what is being prepared',
      { providerId: '4' },
      [{ status: 202 }],
      { class: 'UNAVAILABLE', retryAfterMs: 5000 },
    ],
    ['what is gone', { providerId: '4' }, [{ status: 404 }], { class: 'CONTENT_REJECTED' }],
    ['what has neither id nor address', {}, [], { class: 'CONTENT_REJECTED' }],
  ])('fails for %s', async (_, media, answers, failure) => {
    const { call } = fakeCall(...answers);
    const failed = await failureOf(door.fetchMedia!(media, account, call, saved().save));
    expect(failed.failure).toMatchObject(failure);
  });
});
