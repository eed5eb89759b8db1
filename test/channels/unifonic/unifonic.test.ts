import { expect, it } from 'vitest';
import { channelOf } from '../../../src/channels/index.ts';
import { testInbound, testOutbound } from '../cases.ts';
import { failureOf, fakeCall, outgoing } from '../tools.ts';
import { unifonicSample } from './sample.ts';

const door = channelOf('unifonic')!;
const { account, lane } = unifonicSample;
const callback = 'https://talk.example/webhook/unifonic/a1b2';
const hello = outgoing({ type: 'text', text: 'Hello' }, { lane: 'Shop', csid: '966500000001', callback });
testInbound('unifonic', unifonicSample);
testOutbound('unifonic', 'outbound', unifonicSample);
testOutbound('unifonic', 'refused', unifonicSample);

it('sends a form, with our id and where its statuses are told', async () => {
  const { call, requests } = fakeCall(unifonicSample.accepts!);
  expect(await door.send(hello, account, call)).toEqual({ providerId: '3200017889310' });
  expect(requests[0]!.url).toBe('https://unifonic.example/rest/SMS/messages');
  expect(Object.fromEntries(requests[0]!.body as URLSearchParams)).toEqual({
    AppSid: 'planted-app-sid',
    SenderID: 'Shop',
    Recipient: '966500000001',
    Body: 'Hello',
    responseType: 'JSON',
    CorrelationID: hello.id,
    statusCallback: `${callback}?token=planted-webhook-token`,
  });
});

it('reads statuses out of a form and out of the query, too', () => {
  const token = { token: account.webhookToken as string };
  const body = Buffer.from('MessageID=7&MessageStatus=Delivered');
  const request = { method: 'POST', headers: {}, query: token, body };
  expect(door.receive(request, account, lane)).toMatchObject({
    receipts: [{ providerId: '7', status: 'DLVRD' }],
  });
  const asked = {
    method: 'POST',
    headers: {},
    query: { ...token, CorrelationID: hello.id, status: 'Rejected' },
    body: Buffer.alloc(0),
  };
  expect(door.receive(asked, account, lane)).toMatchObject({
    receipts: [{ messageId: hello.id, status: 'SENTX_ERR' }],
  });
});

it.each([
  [200, { success: false, errorCode: 'ER-01', message: 'No credit' }, 'QUOTA'],
  [200, { success: 'false', errorCode: 'ER-04' }, 'INVALID_RECIPIENT'],
  [200, { success: false, errorCode: 'ER-08' }, 'CONFIG'],
  [200, { success: false, errorCode: 'ER-99' }, 'CONTENT_REJECTED'],
  [200, { success: true, data: {} }, 'OUTCOME_UNKNOWN'],
  [200, '<html>', 'OUTCOME_UNKNOWN'],
  [401, { success: false }, 'AUTH'],
  [500, '', 'UNAVAILABLE'],
])('tells %i %j as %s', async (status, body, kind) => {
  const { call } = fakeCall({ status, body });
  expect((await failureOf(door.send(hello, account, call))).failure.class).toBe(kind);
});
