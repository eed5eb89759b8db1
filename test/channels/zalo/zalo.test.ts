import { describe, expect, it } from 'vitest';
import { channelOf } from '../../../src/channels/index.ts';
import { testInbound, testOutbound } from '../cases.ts';
import { failureOf, fakeCall, outgoing } from '../tools.ts';
import { macOf, zaloSample as sample } from './sample.ts';

const door = channelOf('zalo')!;
const { account } = sample;

testInbound('zalo', sample);
testOutbound('zalo', 'outbound', sample);
testOutbound('zalo', 'refused', sample);

describe('the signature', () => {
  const body = '{"event_name":"follow","follower":{"id":"1"},"timestamp":"1772366395000"}';
  const receive = async (signature: string, said = body) =>
    door.receive(
      { ...sample.signed(said), headers: { 'x-zevent-signature': signature } },
      account,
      sample.lane,
    );

  it('is taken with and without its prefix', async () => {
    await receive(macOf(body));
    await receive(macOf(body).slice('mac='.length));
  });

  it('covers the time, and is of the secret of the account', async () => {
    const later = body.replace('395000', '396000');
    for (const [signature, said] of [
      [macOf(body), later],
      [macOf(body, 'another'), body],
    ] as const)
      await expect(receive(signature, said)).rejects.toThrow('wrong signature');
  });
});

describe('renewing', () => {
  const renew = (...answers: Parameters<typeof fakeCall>) => {
    const { call, requests } = fakeCall(...answers);
    return { requests, renewed: door.credentials!.renew('planted-refresh-token', account, call) };
  };
  const told = { access_token: 'a2', refresh_token: 'r2', expires_in: '90000' };

  it('brings the next two tokens', async () => {
    const { renewed, requests } = renew({ status: 200, body: told });
    expect(await renewed).toEqual({ accessToken: 'a2', refreshToken: 'r2', lifeMs: 90_000_000 });
    const [{ url, headers, body }] = requests as unknown as [
      { url: string; headers: object; body: URLSearchParams },
    ];
    expect(url).toBe('https://oauth.example/v4/oa/access_token');
    expect(headers).toEqual({ secret_key: 'planted-app-secret' });
    expect(Object.fromEntries(body)).toEqual({
      app_id: account.appId,
      grant_type: 'refresh_token',
      refresh_token: 'planted-refresh-token',
    });
  });

  it.each([
    [{ status: 200, body: { error: -14014, error_description: 'Invalid planted-refresh-token' } }, 'AUTH'],
    [{ status: 400, body: { error: -1 } }, 'AUTH'],
    [{ status: 500 }, 'UNAVAILABLE'],
    [{ status: 429 }, 'RATE_LIMITED'],
    [{ status: 200, body: {} }, 'OUTCOME_UNKNOWN'],
  ])('fails with %j as %s, without telling a secret', async (answer, kind) => {
    const { failure } = await failureOf(renew(answer).renewed);
    expect(failure.class).toBe(kind);
    expect(JSON.stringify(failure)).not.toContain('planted');
  });
});

it('sends a document with words as two messages', async () => {
  const answer = (message_id: string) => ({ status: 200, body: { error: 0, data: { message_id } } });
  const { call, requests } = fakeCall(answer('z1'), answer('z2'));
  const media = { providerId: 'tok1', caption: 'The bill' };
  const sent = await door.send(outgoing({ type: 'document', media }), account, call);
  expect(sent).toEqual({ providerId: 'z1', parts: [['z1'], ['z2']] });
  expect(requests).toHaveLength(2);
});

it.each([
  ['image/png', 'image', 'attachment_id'],
  ['image/gif', 'gif', 'attachment_id'],
  ['application/pdf', 'file', 'token'],
])('uploads %s as %s', async (mime, kind, name) => {
  const { call, requests } = fakeCall({ status: 200, body: { error: 0, data: { [name]: 'up1' } } });
  const { providerId } = await door.uploadMedia!({ blob: new Blob(['x']), mime }, account, call);
  expect(providerId).toBe('up1');
  expect(requests[0]!.url).toBe(`https://zalo.example/v2.0/oa/upload/${kind}`);
});
