import { createHash, createPublicKey } from 'node:crypto';
import { tokenGenerate, verifySignature } from '@vonage/jwt';
import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { WebhookRefused } from '../../../src/channels/channel.ts';
import { channelOf } from '../../../src/channels/index.ts';
import { testInbound, testOutbound } from '../cases.ts';
import { failureOf, fakeCall, now, outgoing } from '../tools.ts';
import { keys, signed, vonageSample } from './sample.ts';

const door = channelOf('vonage')!;
const { account, lane } = vonageSample;
const hello = outgoing({ type: 'text', text: 'Hello' }, { lane: '15550001111', csid: '966500000001' });
testInbound('vonage', vonageSample);
testOutbound('vonage', 'outbound', vonageSample);
testOutbound('vonage', 'refused', vonageSample);

it('takes a token that another library made', async () => {
  const body = JSON.stringify({ message_uuid: 'u1', status: 'delivered' });
  const token = await new SignJWT({ payload_hash: createHash('sha256').update(body).digest('hex') })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt(now / 1000)
    .sign(Buffer.from(account.signatureSecret as string));
  const request = {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    query: {},
    body: Buffer.from(body),
  };
  expect(door.receive(request, account, lane)).toMatchObject({ receipts: [{ status: 'DLVRD' }] });
});

describe('by Vonage’s own package', () => {
  it.each([
    ['what Vonage signed', signed('{}'), true],
    ['what another signed', signed('{}', {}, 'another'), false],
  ])('%s is what the package takes, too', (_, request, isTaken) => {
    const token = request.headers.authorization.slice('Bearer '.length);
    expect(verifySignature(token, account.signatureSecret as string)).toBe(isTaken);
    const receive = () => door.receive(request, account, lane);
    if (isTaken) expect(receive).not.toThrow();
    else expect(receive).toThrow(WebhookRefused);
  });

  it('the token that we come in with is made as the package makes it', async () => {
    const applicationId = '11111111-2222-3333-4444-555555555555';
    const { call, requests } = fakeCall(vonageSample.accepts!);
    await door.send(hello, { ...account, applicationId, privateKey: keys.privateKey }, call);
    const ours = requests[0]!.headers!.authorization!.slice('Bearer '.length);
    const theirs = tokenGenerate(applicationId, keys.privateKey, { ttl: 300 });
    expect(verifySignature(ours, keys.publicKey)).toBe(true);
    expect(verifySignature(`${ours.slice(0, -4)}AAAA`, keys.publicKey)).toBe(false);
    expect(decodeProtectedHeader(ours)).toEqual(decodeProtectedHeader(theirs));
    const shape = (token: string) => {
      const { iat = 0, exp = 0, jti, ...claims } = decodeJwt(token);
      return { ...claims, lifeS: exp - iat, jti: typeof jti, names: Object.keys(decodeJwt(token)).sort() };
    };
    expect(shape(ours)).toEqual(shape(theirs));
  });
});

it.each([
  ['made long ago', { iat: now / 1000 - 301 }, undefined],
  ['of tomorrow', { iat: now / 1000 + 301 }, undefined],
  ['without a time', { iat: undefined }, undefined],
  ['about another body', { payload_hash: createHash('sha256').update('x').digest('hex') }, undefined],
  ['about no body', { payload_hash: undefined }, undefined],
  ['with another secret', {}, 'another'],
])('refuses a token %s', (_, claims, secret) => {
  expect(() => door.receive(signed('{}', claims, secret), account, lane)).toThrow(WebhookRefused);
});

it('refuses a token that says it needs no signature', () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const none = `${part({ alg: 'none' })}.${part({ iat: now / 1000 })}.x`;
  const request = { ...signed('{}'), headers: { authorization: `Bearer ${none}` } };
  expect(() => door.receive(request, account, lane)).toThrow(WebhookRefused);
});

it('sends with a token of the application, which another library can verify', async () => {
  const { call, requests } = fakeCall(vonageSample.accepts!);
  const applicationId = '11111111-2222-3333-4444-555555555555';
  const privateKey = keys.privateKey.replaceAll('\n', '\\n');
  expect(await door.send(hello, { ...account, applicationId, privateKey }, call)).toEqual({
    providerId: 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab',
  });
  const [{ url, headers, body }] = requests as [(typeof requests)[0]];
  expect(url).toBe('https://vonage.example/v1/messages');
  expect(body).toEqual({
    message_type: 'text',
    channel: 'sms',
    to: '966500000001',
    from: '15550001111',
    text: 'Hello',
    client_ref: hello.id,
  });
  const { payload } = await jwtVerify(headers!.authorization!.slice(7), createPublicKey(keys.publicKey), {
    algorithms: ['RS256'],
  });
  expect(payload).toMatchObject({ application_id: applicationId, jti: expect.any(String) });
});

it('is an account to be mended when it has no credentials, or a key that is none', async () => {
  const { apiKey: _, apiSecret: __, ...bare } = account;
  const { call } = fakeCall();
  expect((await failureOf(door.send(hello, bare, call))).failure.class).toBe('AUTH');
  const wrong = {
    ...bare,
    applicationId: 'x',
    privateKey: '-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----',
  };
  expect((await failureOf(door.send(hello, wrong, call))).failure.text).toBe(
    'The private key cannot be read.',
  );
});

it.each([
  [422, 1020, 'CONTENT_REJECTED'],
  [429, 1000, 'RATE_LIMITED'],
  [402, 1070, 'QUOTA'],
  [401, 1060, 'AUTH'],
  [422, 1120, 'CONFIG'],
  [500, 1100, 'UNAVAILABLE'],
])('tells %i with %i as %s', async (status, code, kind) => {
  const { call } = fakeCall({
    status,
    body: {
      type: `https://developer.vonage.com/api-errors/messages#${code}`,
      title: 'Oh',
      detail: 'No',
      instance: 't1',
    },
  });
  expect((await failureOf(door.send(hello, account, call))).failure).toEqual({
    class: kind,
    code: String(code),
    text: 'Oh: No',
    traceId: 't1',
  });
});
