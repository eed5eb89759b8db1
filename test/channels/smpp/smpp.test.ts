import smpp from 'smpp';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Smsc } from '../../../sim/smpp.ts';
import type { Connection } from '../../../src/channels/connection.ts';
import { channelOf } from '../../../src/channels/index.ts';
import type { Account } from '../../../src/channels/smpp/account.ts';
import { openBind } from '../../../src/channels/smpp/bind.ts';
import { submitsOf } from '../../../src/channels/smpp/encode.ts';
import { classOfStatus } from '../../../src/channels/smpp/errors.ts';
import { IdSpelling } from '../../../src/channels/smpp/ids.ts';
import { receivedOf } from '../../../src/channels/smpp/inbound.ts';
import { Pace } from '../../../src/channels/smpp/pace.ts';
import {
  commands,
  octetsOf,
  readMessage,
  type ShortMessage,
  tags,
  writeMessage,
} from '../../../src/channels/smpp/pdu.ts';
import { SendFailure } from '../../../src/model/failure.ts';
import { failureOf, fakeLine, fixtures, now, outgoing } from '../tools.ts';
import { octetsIn } from './peer.ts';

const lane = { channelId: 'smpp:15550001', lane: '15550001' };
const settings = (more: object = {}) =>
  Value.Default(channelOf('smpp')!.account, {
    host: 'smsc.test',
    systemId: 'parley',
    password: 'right',
    bindPerSecond: 10_000,
    ...more,
  }) as Account;
const text = (said: string) =>
  outgoing({ type: 'text', text: said }, { csid: '966500000001', lane: '15550001' });

const blank: ShortMessage = {
  serviceType: '',
  source: { ton: 1, npi: 1, address: '966500000001' },
  destination: { ton: 1, npi: 1, address: '15550001' },
  esmClass: 0,
  validity: '',
  registeredDelivery: 0,
  dataCoding: 0,
  octets: Buffer.alloc(0),
  parameters: new Map(),
};

describe('what goes over the wire', () => {
  const hex = (message: ShortMessage) => writeMessage(message).toString('hex');
  const submits = (said: string, more: object = {}) => submitsOf(text(said), settings(more), 0x1234);

  it('is SMPP 3.4 to the octet', () => {
    expect(hex(submits('Hi@€')[0]!)).toBe(
      [
        '00', // service type
        '0101',
        '313535353030303100', // sender: international, ISDN
        '0101',
        '39363635303030303030303100', // recipient
        '000000', // esm class, protocol, priority
        '00', // at once
        '3030303030313030303030303030305200', // valid for a day
        '01000000', // receipt, no replacing, data coding 0, no canned message
        '05',
        '4869001b65', // GSM-7, one septet an octet
      ].join(''),
    );
    const [arabic] = submits('أ');
    expect([arabic!.dataCoding, arabic!.octets.toString('hex')]).toEqual([8, '0623']);
    const [latin] = submits('ç', { encoding: 'latin1' });
    expect([latin!.dataCoding, latin!.octets.toString('hex')]).toEqual([3, 'e7']);
  });

  it('says who sends by the form of the sender', () => {
    const source = (sender: string, more: object = {}) =>
      Object.values(submits('x', { sender, ...more })[0]!.source);
    expect(source('+15550001')).toEqual([1, 1, '15550001']);
    expect(source('4567')).toEqual([3, 0, '4567']);
    expect(source('My Shop')).toEqual([5, 0, 'My Shop']);
    expect(source('4567', { sourceTon: 0, sourceNpi: 1 })).toEqual([0, 1, '4567']);
    expect(() => submits('x', { sender: 'ThisIsMuchTooLong' })).toThrow(SendFailure);
  });

  it('is split in three ways', () => {
    const long = 'a'.repeat(200);
    const udh = submits(long);
    expect(
      udh.map(({ esmClass, octets }) => [esmClass, octets.subarray(0, 6).toString('hex'), octets.length]),
    ).toEqual([
      [0x40, '050003340201', 159],
      [0x40, '050003340202', 53],
    ]);
    const sar = submits(long, { concatenation: 'sar' });
    expect(sar.map(({ esmClass, octets }) => [esmClass, octets.length])).toEqual([
      [0, 153],
      [0, 47],
    ]);
    expect(hex(sar[1]!)).toMatch(/020c00021234020e000102020f000102$/);
    const payload = submits(long, { concatenation: 'payload' });
    expect(payload).toHaveLength(1);
    expect(payload[0]!.octets).toHaveLength(0);
    expect(hex(payload[0]!)).toContain(`0424${(200).toString(16).padStart(4, '0')}6161`);
    expect(() => submits(long, { maxSegments: 1 })).toThrow(SendFailure);
  });
});

describe('fixtures of SMPP, as another codec reads them', () => {
  interface Read {
    reads: object[] | object;
    submits?: string[];
    pdu?: string;
  }
  const all = [...fixtures<Read>('smpp', 'outbound'), ...fixtures<Read>('smpp', 'inbound')];
  it.each(all)('%s', (_, { submits = [], pdu, reads }) => {
    const octets = [...submits, ...(pdu === undefined ? [] : [pdu])].map((hex) =>
      octetsIn(hex.replaceAll('r', '0')),
    );
    expect(octets.map((one) => smpp.PDU.fromBuffer(one))).toMatchObject([reads].flat());
  });
});

describe('what comes in', () => {
  const read = (more: Partial<ShortMessage>) =>
    receivedOf(readMessage(writeMessage({ ...blank, ...more })), settings(), now);

  it.each([
    ['GSM-7', { octets: Buffer.from('4869001b65', 'hex') }, 'Hi@€'],
    ['UCS-2', { dataCoding: 8, octets: Buffer.from('0623d83dde00', 'hex') }, 'أ😀'],
    ['Latin-1', { dataCoding: 3, octets: Buffer.from('e7', 'hex') }, 'ç'],
    ['message_payload', { parameters: new Map([[tags.messagePayload, Buffer.from('Long')]]) }, 'Long'],
    ['a class of message', { dataCoding: 0xf1, octets: Buffer.from('Flash') }, 'Flash'],
  ])('a text in %s', (_, more, said) => {
    expect(read(more)).toMatchObject({
      messages: [{ csid: '966500000001', timestamp: now, content: { type: 'text', text: said } }],
    });
  });

  it('parts, by header and by parameters', () => {
    expect(read({ esmClass: 0x40, octets: Buffer.from('0500032a03024869', 'hex') })).toMatchObject({
      parts: [{ csid: '966500000001', text: 'Hi', reference: 'n42', part: 2, total: 3 }],
    });
    expect(read({ esmClass: 0x40, octets: Buffer.from('060804012a02014869', 'hex') })).toMatchObject({
      parts: [{ reference: 'w298', part: 1, total: 2 }],
    });
    const parameters = new Map([
      [tags.sarReference, Buffer.from([1, 2])],
      [tags.sarTotal, Buffer.from([2])],
      [tags.sarSequence, Buffer.from([2])],
    ]);
    expect(read({ parameters, octets: Buffer.from('Hi') })).toMatchObject({
      parts: [{ reference: 's0102', part: 2, total: 2 }],
    });
    // A part of its own, and a header that is none.
    expect(read({ esmClass: 0x40, octets: Buffer.from('0500032a01014869', 'hex') })).toMatchObject({
      messages: [{ content: { text: 'Hi' } }],
    });
    expect(read({ esmClass: 0x40, octets: Buffer.from('ff', 'hex') })).toMatchObject({ messages: [{}] });
  });

  it('a goodbye, a picture, and nobody', () => {
    expect(read({ octets: Buffer.from('Stop') })).toMatchObject({
      events: [{ kind: 'optout', csid: '966500000001' }],
    });
    expect(read({ dataCoding: 4, octets: Buffer.from([1, 2]) })).toMatchObject({
      ignored: [{ kind: 'message' }],
    });
    expect(read({ source: { ton: 0, npi: 0, address: '' } })).toMatchObject({
      ignored: [{ kind: 'message' }],
    });
  });

  const receipt = (said: string, parameters = new Map<number, Buffer>()) =>
    read({ esmClass: 4, octets: Buffer.from(said), parameters });

  it.each([
    [
      'id:00AB12 sub:001 dlvrd:001 submit date:2603011150 done date:2603011155 stat:DELIVRD err:000 text:Hi',
      { providerId: 'ab12', status: 'DLVRD', timestamp: now - 300_000 },
    ],
    ['ID:7 STAT:delivrd', { providerId: '7', status: 'DLVRD', timestamp: now }],
    [
      'stat: UNDELIV  id: 0x7 err: 027',
      {
        providerId: '7',
        status: 'SENTX_ERR',
        failure: { class: 'UNREACHABLE', code: 'UNDELIV', subcode: '027', text: 'The SMSC says: UNDELIV.' },
      },
    ],
    ['id:7 stat:EXPIRED', { status: 'SENTX_ERR', failure: { class: 'UNREACHABLE' } }],
    ['id:7 stat:REJECTD err:', { status: 'SENTX_ERR', failure: { class: 'CONTENT_REJECTED' } }],
  ])('a receipt: %s', (said, expected) => expect(receipt(said)).toMatchObject({ receipts: [expected] }));

  it('a receipt by its parameters, which win over the text, and progress', () => {
    const parameters = new Map([
      [tags.receiptedMessageId, Buffer.from('00Ff\0')],
      [tags.messageState, Buffer.from([5])],
    ]);
    expect(receipt('id:1 stat:DELIVRD', parameters)).toMatchObject({
      receipts: [{ providerId: 'ff', status: 'SENTX_ERR' }],
    });
    for (const state of ['ENROUTE', 'ACCEPTD', 'UNKNOWN', 'WHATEVER'])
      expect(receipt(`id:1 stat:${state}`)).toEqual({});
    expect(receipt('nothing')).toMatchObject({ ignored: [{ kind: 'receipt' }] });
  });
});

it('knows ids in every spelling', () => {
  const of = (rule: Account['receiptIds'], ...ids: string[]) => {
    const spelling = new IdSpelling(rule);
    return ids.map((id) => spelling.of(id));
  };
  expect(of('same', '00AB')).toEqual([{ id: 'ab', others: [] }]);
  expect(of('decimal', '0010')).toEqual([{ id: '10', others: ['16'] }]);
  expect(of('hex', '255')).toEqual([{ id: '255', others: ['ff'] }]);
  // Digits alone may be either; once there was a letter, it is clear.
  expect(of('auto', '10', 'FF', '10', 'x-1')).toEqual([
    { id: '10', others: [] },
    { id: 'ff', others: ['255'] },
    { id: '10', others: ['16'] },
    { id: 'x-1', others: [] },
  ]);
});

it.each([
  ['INVALID_RECIPIENT', [0x0b, 0x48, 0x50]],
  ['CONFIG', [0x0a, 0x40, 0x49]],
  ['RATE_LIMITED', [0x58, 0x14]],
  ['UNAVAILABLE', [0x08, 0x45, 0x64, 0x04]],
  ['AUTH', [0x0d, 0x0e, 0x0f, 0x05]],
  ['CONTENT_REJECTED', [0x01, 0x61, 0x62, 0xc2, 0x400, 0x4ff]],
  ['UNREACHABLE', [0x65, 0x66, 0xfe]],
  ['INTERNAL', [0x0c, 0x777]],
])('statuses that are %s', (kind, statuses) => {
  for (const status of statuses) expect(classOfStatus(status), String(status)).toBe(kind);
  expect(classOfStatus(0x401, { '0x401': 'QUOTA', '0x402': 'NONSENSE' })).toBe('QUOTA');
  expect(classOfStatus(0x402, { '0x402': 'NONSENSE' })).toBe('CONTENT_REJECTED');
});

describe('a bind', () => {
  let smsc: Smsc;
  const open: Connection[] = [];
  beforeEach(async () => {
    smsc = await Smsc.open();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    await smsc.close();
  });
  const bind = async (more: object = {}, line = fakeLine(lane)) => {
    const connection = await openBind(settings({ port: smsc.port, ...more }), line.line);
    connection.ended.catch(() => {});
    open.push(connection);
    return { ...line, connection, send: (said: string) => connection.send!(text(said), () => {}) };
  };

  it('is a transceiver, and sends', async () => {
    const { send } = await bind();
    expect(smsc.binds).toEqual([{ command: 'bind_transceiver', systemId: 'parley', password: 'right' }]);
    smsc.take = () => ({ id: '00AB' });
    expect(await send('Grüße €')).toEqual({ providerId: 'ab', parts: [['ab', '171']] });
    // As the other codec reads it.
    expect(smsc.submitted[0]).toMatchObject({
      source_addr: '15550001',
      destination_addr: '966500000001',
      registered_delivery: 1,
      short_message: { message: 'Grüße €' },
    });
    smsc.take = (_, n) => ({ id: String(n) });
    const { parts } = await send('م'.repeat(100));
    expect(parts).toHaveLength(2);
    const [first, second] = smsc.submitted.slice(1).map(({ short_message }) => short_message);
    expect(first!.message + second!.message).toBe('م'.repeat(100));
  });

  it('is a pair where there are no transceivers', async () => {
    smsc.bindStatus = ({ command }) => (command === 'bind_transceiver' ? 0x03 : 0);
    const { send, delivered } = await bind();
    expect(smsc.binds.map(({ command }) => command)).toEqual([
      'bind_transceiver',
      'bind_transmitter',
      'bind_receiver',
    ]);
    await send('Hello');
    expect(await smsc.deliver({ source_addr: '966500000001', short_message: 'Hi' })).toBe(0);
    expect(delivered).toMatchObject([{ received: { messages: [{ content: { text: 'Hi' } }] } }]);
  });

  it.each([
    [0x0e, 'AUTH'],
    [0x0f, 'AUTH'],
    [0x05, 'AUTH'],
    [0x08, 'UNAVAILABLE'],
  ])('that is refused by %i is %s', async (status, kind) => {
    smsc.bindStatus = () => status;
    expect(
      (await failureOf(openBind(settings({ port: smsc.port }), fakeLine(lane).line))).failure.class,
    ).toBe(kind);
  });

  it('answers what comes only when it is stored, and asks for it again when it could not be', async () => {
    const { state, delivered } = await bind();
    state.refuse = true;
    expect(await smsc.receipt('7')).toBe(0x64);
    state.refuse = false;
    expect(await smsc.receipt('7')).toBe(0);
    expect(delivered).toMatchObject([{ received: { receipts: [{ providerId: '7', status: 'DLVRD' }] } }]);
  });

  it('knows what the SMSC tells once more since it did not hear in time', async () => {
    const { delivered } = await bind();
    const [session] = smsc.sessions;
    const octets = (text: string) => {
      const body = writeMessage({ ...blank, octets: Buffer.from(text) });
      return octetsOf({ command: commands.deliver, status: 0, sequence: 77, body });
    };
    for (const text of ['Yes', 'Yes', 'No']) session!.socket.write(octets(text));
    await expect.poll(() => delivered.length).toBe(3);
    const [one, again, other] = delivered.map(({ received }) => received.messages![0]!.providerId);
    expect([again === one, other === one]).toEqual([true, false]);
  });

  it('keeps to its window', async () => {
    const { send } = await bind({ window: 3 });
    let release = () => {};
    smsc.held = new Promise((resolve) => {
      release = resolve;
    });
    const sending = Promise.all(Array.from({ length: 10 }, () => send('Hello')));
    await expect.poll(() => smsc.submitted.length).toBe(3);
    release();
    await sending;
    expect([smsc.submitted.length, smsc.mostOpen]).toEqual([10, 3]);
  });

  it('tells what the SMSC refuses, and slows down for it', async () => {
    const { send } = await bind();
    smsc.take = () => ({ status: 0x58 });
    expect((await failureOf(send('Hello'))).failure).toMatchObject({
      class: 'RATE_LIMITED',
      code: '0x58',
      retryAfterMs: 1000,
    });
    smsc.take = () => ({ status: 0x0b });
    expect((await failureOf(send('Hello'))).failure).toMatchObject({
      class: 'INVALID_RECIPIENT',
      code: '0x0B',
    });
  });

  it('goes on with a text of which a part has gone, however busy the SMSC is', async () => {
    const { send } = await bind();
    smsc.take = (_, n) => (n === 2 ? { status: 0x14 } : { id: String(n) });
    expect((await send('a'.repeat(300))).parts).toEqual([['1'], ['3']]);
    expect(smsc.submitted).toHaveLength(3);
  });

  it('also where the part that was too fast is heard of before the one that went', async () => {
    const { send } = await bind();
    smsc.take = (_, n) => (n === 1 ? { status: 0x14 } : { id: String(n) });
    expect((await send('a'.repeat(300))).parts).toEqual([['3'], ['2']]);
  });

  it('does not send again what went nowhere, or what is refused for another reason', async () => {
    const { send } = await bind();
    smsc.take = () => ({ status: 0x14 });
    expect((await failureOf(send('a'.repeat(300)))).failure.class).toBe('RATE_LIMITED');
    smsc.take = (_, n) => (n === 3 ? { status: 0x0b } : { id: String(n) });
    expect((await failureOf(send('a'.repeat(300)))).failure.class).toBe('INVALID_RECIPIENT');
    expect(smsc.submitted).toHaveLength(4);
  });

  it('that breaks ends what is under way as unknown, and what waits as not sent', async () => {
    const { send, connection } = await bind({ window: 1 });
    smsc.take = () => 'silent';
    const [asked, waiting] = [failureOf(send('One')), failureOf(send('Two'))];
    await expect.poll(() => smsc.submitted.length).toBe(1);
    smsc.cut();
    expect((await asked).failure.class).toBe('OUTCOME_UNKNOWN');
    expect((await waiting).failure.class).toBe('UNAVAILABLE');
    await expect(connection.ended).rejects.toMatchObject({ failure: { class: 'UNAVAILABLE' } });
  });

  it('is ended by a peer that speaks something else, and by one that says goodbye', async () => {
    const { connection } = await bind();
    for (const session of smsc.sessions) session.socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    await expect(connection.ended).rejects.toMatchObject({
      failure: { text: expect.stringContaining('does not speak SMPP') },
    });
    const again = await bind();
    for (const session of smsc.sessions) session.unbind();
    await expect(again.connection.ended).rejects.toMatchObject({ failure: { class: 'UNAVAILABLE' } });
  });
});

it('slows down when it is told to, and recovers', async () => {
  const pace = new Pace(10, 100);
  await pace.take();
  pace.done();
  pace.slowDown();
  expect(pace.rate).toBe(75);
  pace.slowDown();
  expect(pace.rate).toBeCloseTo(56.25);
  const waiting = pace.take();
  pace.close();
  await expect(waiting).rejects.toBeInstanceOf(SendFailure);
});
