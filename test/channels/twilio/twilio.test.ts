import twilioPackage from 'twilio';
import { describe, expect, it } from 'vitest';
import { WebhookRefused } from '../../../src/channels/channel.ts';
import { channelOf } from '../../../src/channels/index.ts';
import type { MediaType } from '../../../src/model/message.ts';
import { testInbound, testOutbound } from '../cases.ts';
import { failureOf, fakeCall, outgoing, saved } from '../tools.ts';
import { accountSid, twilioSample } from './sample.ts';

// Twilio's own package makes and checks the signatures: what it signs we take, what it refuses we refuse.
const { getExpectedTwilioSignature, validateRequest } = twilioPackage;
const door = channelOf('twilio')!;
const { account, lane } = twilioSample;
const token = account.authToken as string;
const url = lane.url!;

testInbound('twilio', twilioSample);
testOutbound('twilio', 'outbound', twilioSample);
testOutbound('twilio', 'refused', twilioSample);

function receive(form: Record<string, string>, signedUrl: string, at = url, more: object = {}) {
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'x-twilio-signature': getExpectedTwilioSignature(token, signedUrl, form),
  };
  const body = Buffer.from(new URLSearchParams(form).toString());
  return door.receive(
    { method: 'POST', headers, query: {}, body },
    { ...account, ...more },
    { ...lane, url: at },
  );
}

describe('what Twilio’s own package signs', () => {
  const form = {
    MessageSid: 'SM1',
    From: '+15550002222',
    Body: 'Grüße & = ? + 😀',
    NumMedia: '0',
    Zzz: '',
    AccountSid: accountSid,
  };

  it.each([
    ['as it is', url, url],
    ['with its port', 'https://talk.example:443/webhook/twilio/a1b2', url],
    ['without its port', url, 'https://talk.example:443/webhook/twilio/a1b2'],
    ['with a query', `${url}?a=b%20c&d`, `${url}?a=b%20c&d`],
    ['by http, with its port', 'http://talk.example:80/w', 'http://talk.example/w'],
  ])('%s', (_, signedUrl, at) => {
    expect(receive(form, signedUrl, at)).toMatchObject({
      messages: [{ csid: '15550002222', content: { text: form.Body } }],
    });
  });

  it('at the address by which Twilio knows us', () => {
    const known = 'https://sms.example/parley/webhook/twilio/a1b2';
    expect(receive(form, known, url, { publicBase: 'https://sms.example/parley/' })).toMatchObject({
      messages: [{}],
    });
    expect(() => receive(form, url, url, { publicBase: 'https://sms.example/parley/' })).toThrow(
      WebhookRefused,
    );
  });

  it('not for another address, and not when a word was changed', () => {
    for (const other of [
      'https://talk.example/webhook/twilio/other',
      'https://evil.example/webhook/twilio/a1b2',
      `${url}?x`,
    ])
      expect(() => receive(form, other)).toThrow(WebhookRefused);
    const request = { ...twilioSample.signed(JSON.stringify(form)) };
    request.body = Buffer.from(request.body.toString().replace('SM1', 'SM2'));
    expect(() => door.receive(request, account, lane)).toThrow(WebhookRefused);
  });

  it('a body that is JSON, by its digest in the query', async () => {
    const { createHash } = await import('node:crypto');
    const body = Buffer.from(JSON.stringify({ MessageSid: 'SM1', MessageStatus: 'delivered' }));
    const bodySHA256 = createHash('sha256').update(body).digest('hex');
    const at = `${url}?bodySHA256=${bodySHA256}`;
    const request = (given: Buffer) => ({
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-twilio-signature': getExpectedTwilioSignature(token, at, {}),
      },
      query: { bodySHA256 },
      body: given,
    });
    expect(door.receive(request(body), account, { ...lane, url: at })).toMatchObject({
      receipts: [{ status: 'DLVRD' }],
    });
    expect(() => door.receive(request(Buffer.from('{}')), account, { ...lane, url: at })).toThrow(
      WebhookRefused,
    );
  });

  it('and it takes what our sample signs', () => {
    const request = twilioSample.signed(JSON.stringify(form));
    expect(validateRequest(token, request.headers['x-twilio-signature']!, url, form)).toBe(true);
  });
});

describe('a send', () => {
  const sending = async (content: Parameters<typeof outgoing>[0], more: object = {}, callback?: string) => {
    const { call, requests } = fakeCall(twilioSample.accepts!);
    const message = outgoing(content, {
      csid: '966500000001',
      lane: '15550001111',
      ...(callback && { callback }),
    });
    const sent = await door.send(message, { ...account, ...more }, call);
    const { url: at, headers, body } = requests[0]!;
    return { sent, at, headers, form: [...(body as URLSearchParams)] };
  };

  it('is a form, with where its statuses are told', async () => {
    const { sent, at, headers, form } = await sending({ type: 'text', text: 'Hello' }, {}, url);
    expect(sent).toEqual({ providerId: `SM${'a'.repeat(32)}` });
    expect(at).toBe(`https://twilio.example/2010-04-01/Accounts/${accountSid}/Messages.json`);
    expect(headers).toEqual({
      authorization: `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}`,
    });
    expect(form).toEqual([
      ['To', '+966500000001'],
      ['Body', 'Hello'],
      ['From', '+15550001111'],
      ['StatusCallback', url],
    ]);
  });

  it('by a messaging service, and with an API key', async () => {
    const messagingServiceSid = `MG${'b'.repeat(32)}`;
    const key = { apiKeySid: `SK${'c'.repeat(32)}`, apiKeySecret: 'planted-secret' };
    const { headers, form } = await sending({ type: 'text', text: 'Hello' }, { messagingServiceSid, ...key });
    expect(form).toEqual([
      ['To', '+966500000001'],
      ['Body', 'Hello'],
      ['MessagingServiceSid', messagingServiceSid],
    ]);
    expect(headers!.authorization).toBe(
      `Basic ${Buffer.from(`${key.apiKeySid}:planted-secret`).toString('base64')}`,
    );
  });

  it('of a file is MMS where the sender can, else a link', async () => {
    const picture = {
      type: 'image' as const,
      media: { link: 'https://files.example/a.jpg', caption: 'Look' },
    };
    expect((await sending(picture, { mms: true })).form).toContainEqual([
      'MediaUrl',
      'https://files.example/a.jpg',
    ]);
    expect((await sending(picture)).form).toContainEqual(['Body', 'Look\nhttps://files.example/a.jpg']);
    const large = { ...picture, media: { ...picture.media, sizeBytes: 6_000_000 } };
    expect((await sending(large, { mms: true })).form).toContainEqual([
      'Body',
      'Look\nhttps://files.example/a.jpg',
    ]);
  });

  const mb = 1024 * 1024;
  it.each<[type: MediaType, mime: string | undefined, sizeBytes: number, isMms: boolean]>([
    ['image', 'image/jpeg', 5 * mb, true],
    ['image', 'image/gif', mb, true],
    ['image', 'image/jpeg', 5 * mb + 1, false],
    ['image', 'image/webp', mb, false],
    ['image', 'image/heic', mb, false],
    ['video', 'video/mp4; codecs=avc1', mb, true],
    ['video', 'video/ogg', mb, false],
    ['voice', 'audio/ogg', mb, true],
    ['audio', 'audio/wav', mb, false],
    ['document', 'application/pdf', mb, true],
    ['document', 'application/zip', mb, false],
    // What nobody knows of a file behind a link Twilio sees.
    ['document', undefined, 0, true],
  ])('of a file as %s, %s with %i bytes, is MMS: %s', async (type, mime, sizeBytes, isMms) => {
    const link = 'https://files.example/a';
    const media = { link, ...(mime && { mime }), ...(sizeBytes && { sizeBytes }) };
    const { form } = await sending({ type, media }, { mms: true });
    expect(form).toContainEqual(isMms ? ['MediaUrl', link] : ['Body', link]);
    // Where the sender has no MMS a file of any kind and size goes.
    expect((await sending({ type, media })).form).toContainEqual(['Body', link]);
  });

  it('of more segments than the account wants is not tried', async () => {
    const error = await failureOf(sending({ type: 'text', text: 'م'.repeat(135) }, { maxSegments: 2 }));
    expect(error.failure).toMatchObject({ class: 'CONTENT_TOO_LONG', code: 'TOO_MANY_SEGMENTS' });
  });

  it.each([
    [400, 21211, 'INVALID_RECIPIENT'],
    [400, 21610, 'OPTED_OUT'],
    [400, 21606, 'CONFIG'],
    [401, 20003, 'AUTH'],
    [429, 20429, 'RATE_LIMITED'],
    [400, 30034, 'CONFIG'],
    [400, 99999, 'CONTENT_REJECTED'],
    [503, 99999, 'UNAVAILABLE'],
  ])('that is refused by %i with code %i: %s', async (status, code, kind) => {
    const { call } = fakeCall({ status, body: { code, message: `Not with ${token}`, status } });
    const { failure } = await failureOf(door.send(outgoing({ type: 'text', text: 'Hello' }), account, call));
    expect(failure).toMatchObject({ class: kind, code: String(code), text: 'Not with ***' });
  });
});

it('fetches a file of an MMS with the credentials, and follows to where the bytes are without them', async () => {
  const { call, requests } = fakeCall(
    { status: 307, headers: { location: 'https://media.example/bytes' } },
    { status: 200, body: Buffer.from('picture') },
  );
  const into = saved();
  await door.fetchMedia!(
    { providerId: 'https://elsewhere.example/2010-04-01/Media/ME1' },
    account,
    call,
    into.save,
  );
  expect(into.bytes().toString()).toBe('picture');
  expect(requests.map(({ url: at, headers }) => [at, headers?.authorization !== undefined])).toEqual([
    ['https://twilio.example/2010-04-01/Media/ME1', true],
    ['https://media.example/bytes', false],
  ]);
});
