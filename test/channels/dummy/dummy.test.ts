import { describe, expect, it } from 'vitest';
import type { Call } from '../../../src/channels/channel.ts';
import { dummy } from '../../../src/channels/dummy/index.ts';
import { outcomes } from '../../../src/channels/dummy/outcomes.ts';
import { sniff } from '../../../src/channels/sniff.ts';
import type { Content, Media } from '../../../src/model/message.ts';
import { testInbound } from '../cases.ts';
import { failureOf, fakeCall, outgoing, saved } from '../tools.ts';
import { dummySample } from './sample.ts';

const hello: Content = { type: 'text', text: 'Hello' };
const noCall = fakeCall().call;

/** Sends to an address that ends in these digits; ids in the answer are those of the message `m`. */
function send(digits: string, { content = hello, attempt = 1, speed = 1 } = {}) {
  return dummy.send(outgoing(content, { id: 'm', csid: `1555${digits}`, attempt }), { speed }, noCall);
}

/** What came back: receipts as `[afterMs, status]`, and messages' content. */
async function echoed(sending: ReturnType<typeof send>) {
  const { echoes = [] } = await sending;
  return {
    receipts: echoes.flatMap(({ afterMs, received }) =>
      (received.receipts ?? []).map(({ status }) => [afterMs, status]),
    ),
    messages: echoes.flatMap(({ afterMs, received }) =>
      (received.messages ?? []).map((message) => ({ afterMs, ...message })),
    ),
  };
}

const usual = [
  [10, 'SENTX'],
  [100, 'DLVRD'],
  [300, 'READ'],
];

describe('magic recipients (channels.md section 13)', () => {
  it.each([
    ['000', usual],
    ['999', usual],
    ['001', usual.slice(0, 2)],
    ['002', usual.slice(0, 1)],
    [
      '003',
      [
        [10, 'SENTX'],
        [5000, 'DLVRD'],
        [6000, 'READ'],
      ],
    ],
    [
      '004',
      [
        [10, 'READ'],
        [20, 'DLVRD'],
        [30, 'DLVRD'],
        [40, 'SENTX'],
      ],
    ],
    [
      '005',
      [
        [0, 'DLVRD'],
        [300, 'READ'],
      ],
    ],
    [
      '110',
      [
        [10, 'SENTX'],
        [200, 'SENTX_ERR'],
      ],
    ],
  ])('%s is told %j', async (digits, expected) => {
    expect((await echoed(send(digits))).receipts).toEqual(expected);
  });

  it('110 says why it failed', async () => {
    const { echoes = [] } = await send('110');
    expect(echoes[1]?.received.receipts?.[0]?.failure?.class).toBe('UNREACHABLE');
  });

  it.each([
    ['100', 'INVALID_RECIPIENT'],
    ['101', 'UNREACHABLE'],
    ['102', 'OPTED_OUT'],
    ['103', 'OUTSIDE_WINDOW'],
    ['104', 'CONTENT_REJECTED'],
    ['105', 'TEMPLATE'],
    ['106', 'MEDIA'],
    ['107', 'NOT_SUPPORTED'],
    ['202', 'UNAVAILABLE'],
    ['204', 'QUOTA'],
    ['300', 'AUTH'],
    ['301', 'CONFIG'],
  ])('%s fails with %s in every attempt', async (digits, kind) => {
    for (const attempt of [1, 2, 9]) {
      expect((await failureOf(send(digits, { attempt }))).failure).toMatchObject({ class: kind, code: kind });
    }
  });

  it.each([
    ['200', 1, { class: 'RATE_LIMITED', retryAfterMs: 1000 }],
    ['201', 2, { class: 'UNAVAILABLE' }],
    ['203', 1, { class: 'OUTCOME_UNKNOWN' }],
  ] as const)('%s fails in the first %i attempts, then goes as usual', async (digits, attempts, failure) => {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      expect((await failureOf(send(digits, { attempt }))).failure).toMatchObject(failure);
    }
    expect((await echoed(send(digits, { attempt: attempts + 1 }))).receipts).toEqual(usual);
  });

  const buttons = [{ type: 'QUICK_REPLY', code: 'yes', label: 'Yes' } as const];
  it.each([
    ['400', hello, hello],
    [
      '400',
      { type: 'template', template: { id: 't', code: 'T', lang: 'en', body: 'Filled' } },
      { type: 'text', text: 'Filled' },
    ],
    [
      '401',
      hello,
      { type: 'image', media: { providerId: 'echo-image', mime: 'image/png', filename: 'echo.png' } },
    ],
    [
      '402',
      hello,
      { type: 'location', location: { latitude: '24.7136', longitude: '46.6753', name: 'Riyadh' } },
    ],
    [
      '403',
      hello,
      {
        type: 'contacts',
        cards: [{ name: { formatted_name: 'Amina' }, phones: [{ phone: '+966500000000' }] }],
      },
    ],
    ['404', { ...hello, buttons }, { type: 'text', text: 'Yes', press: { code: 'yes', label: 'Yes' } }],
    ['404', { type: 'text', text: 'Which?\n\n1. Yes\n2. No' }, { type: 'text', text: '1' }],
    ['405', hello, { type: 'text', text: 'STOP' }],
  ] as [string, Content, Content][])('%s answers %j after 50 ms', async (digits, content, answer) => {
    const { receipts, messages } = await echoed(send(digits, { content }));
    expect(receipts).toEqual(usual);
    expect(messages).toMatchObject([
      {
        afterMs: 50,
        providerId: 'dummy-reply-m',
        csid: `1555${digits}`,
        replyIdExt: 'dummy-m',
        content: answer,
      },
    ]);
  });

  it('406 answers three times with one id', async () => {
    const { messages } = await echoed(send('406'));
    expect(messages.map(({ providerId }) => providerId)).toEqual(Array(3).fill('dummy-reply-m'));
  });

  it('500 throws what is no SendFailure', async () => {
    await expect(send('500')).rejects.toThrow(/asked to throw/);
    await expect(failureOf(send('500'))).rejects.toThrow('expected a SendFailure');
  });

  it('covers each outcome that there is', () => {
    const tested = `001 002 003 004 005 100 101 102 103 104 105 106 107 110 200 201 202 203 204 300 301
      400 401 402 403 404 405 406 500`;
    expect(Object.keys(outcomes).sort()).toEqual(tested.split(/\s+/));
  });
});

it('is as fast as it is told to be', async () => {
  const before = Date.now();
  const { echoes = [] } = await send('003', { speed: 100 });
  expect(echoes.map(({ afterMs }) => afterMs)).toEqual([0.1, 50, 60]);
  expect(echoes[1]!.received.receipts![0]!.timestamp - before).toBeLessThan(3000);
  expect((await failureOf(send('200', { speed: 4 }))).failure.retryAfterMs).toBe(250);
});

it('gives a repeated message the id of the first', async () => {
  expect(await send('203', { attempt: 2 })).toMatchObject({ providerId: 'dummy-m' });
  expect(await send('203', { attempt: 3 })).toMatchObject({ providerId: 'dummy-m' });
});

it('has the bytes of its picture at hand, and fetches the others', async () => {
  const account = { speed: 1 };
  const fetch = async (media: Media, call: Call) => {
    const { save, bytes } = saved();
    await dummy.fetchMedia!(media, account, call, save);
    return bytes();
  };
  expect(sniff(await fetch({ providerId: 'echo-image' }, noCall))).toBe('image/png');
  const { call, requests } = fakeCall({ status: 200, body: 'bytes' }, { status: 404 }, { status: 503 });
  const link = 'https://files.example/a.png';
  expect((await fetch({ link }, call)).toString()).toBe('bytes');
  expect((await failureOf(fetch({ link }, call))).failure.class).toBe('CONTENT_REJECTED');
  expect((await failureOf(fetch({ link }, call))).failure.class).toBe('UNAVAILABLE');
  expect(requests.map(({ url }) => url)).toEqual([link, link, link]);
  expect((await failureOf(fetch({}, call))).failure.class).toBe('CONTENT_REJECTED');
});

testInbound('dummy', dummySample);

it('takes no requests without a secret to check them by', () => {
  const { lane, signed } = dummySample;
  for (const account of [{ speed: 1 }, { speed: 1, secret: '' }]) {
    expect(() => dummy.receive(signed('{}'), account, lane)).toThrow('no webhook secret');
  }
});
