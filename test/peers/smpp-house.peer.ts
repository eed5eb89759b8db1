import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Smsc } from '../../sim/smpp.ts';
import { eventually, House, type Running, type Tenant, times } from '../pipeline/tools.ts';

let house: House;
let running: Running;
let shop: Tenant;
let smsc: Smsc;
const channelId = 'smpp:15550001';
const person = '966500000001';
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());
beforeEach(async () => {
  shop = await house.business(running);
  smsc = await Smsc.open();
});
afterEach(async () => {
  await running.core.change.putChannel(
    { businessId: shop.id },
    { type: 'smpp', lane: '15550001', enabled: false },
  );
  await smsc.close();
});

const settled = (condition: () => boolean | Promise<boolean>) =>
  eventually(async () => {
    if (!(await condition())) throw new Error('not yet');
  });
const states = async () => (await running.core.change.channelStates(shop.id)).get(channelId);

/** Sets the channel up, and waits for its binds. */
async function connect(more: object = {}): Promise<void> {
  const settings = {
    host: '127.0.0.1',
    port: smsc.port,
    systemId: 'parley',
    password: 'right',
    bindPerSecond: 1000,
    ...more,
  };
  await running.core.change.putChannel({ businessId: shop.id }, { type: 'smpp', lane: '15550001', settings });
  await settled(async () => ((await states())?.connections?.[0]?.open ?? 0) >= 1);
}

const part = (reference: number, total: number, n: number, text: string) => ({
  source_addr: person,
  destination_addr: '15550001',
  esm_class: 0x40,
  short_message: Buffer.from([5, 0, 3, reference, total, n, ...Buffer.from(text)]),
});
const texts = async () =>
  (
    await house.sql<{ text: string }>(
      `select content->>'text' as text from message where business_id = $1 and direction = 'I' order by id`,
      [shop.id],
    )
  ).map(({ text }) => text);

it('a long text is delivered when all of its parts are, whatever the order and the spelling of their ids', async () => {
  await connect();
  smsc.take = (_, n) => ({ id: `00FA${n}` });
  const { id } = await shop.send(channelId, person, 'م'.repeat(150));
  await shop.reaches(id, 'SENTX');
  expect(smsc.submitted).toHaveLength(3);
  await smsc.receipt('fa3');
  // Decimal, where the answer was hexadecimal.
  await smsc.receipt(String(0xfa1));
  expect((await shop.message(id)).status).toBe('SENTX');
  await smsc.receipt('0FA2');
  await shop.reaches(id, 'DLVRD');
});

it('many at once are each told of by their own id, also where it is how another one could be spelled', async () => {
  await connect({ window: 50 });
  smsc.take = (_, n) => ({ id: n.toString(16) });
  const sent = await Promise.all(times(40, (n) => shop.send(channelId, `9665000001${10 + n}`)));
  for (const { id } of sent) await shop.reaches(id, 'SENTX');
  for (const n of times(40, (i) => i + 1)) await smsc.receipt(n.toString(16));
  for (const { id } of sent) await shop.reaches(id, 'DLVRD');
});

it('it has failed when one part has, and a receipt may come before the answer', async () => {
  await connect();
  smsc.take = (_, n) => ({ id: `b${n}` });
  let release = () => {};
  smsc.held = new Promise((resolve) => {
    release = resolve;
  });
  const { id } = await shop.send(channelId, person, 'a'.repeat(200));
  await settled(() => smsc.submitted.length === 2);
  await smsc.receipt('b1');
  await smsc.receipt('b2', 'UNDELIV', '027');
  release();
  const message = await shop.reaches(id, 'SENTX_ERR');
  expect(message.failure).toMatchObject({ class: 'UNREACHABLE', code: 'UNDELIV', subcode: '027' });
  // What is one part is told at once, before the answer, too.
  smsc.held = new Promise((resolve) => {
    release = resolve;
  });
  const short = await shop.send(channelId, '966500000002', 'Hello');
  await settled(() => smsc.submitted.length === 3);
  await smsc.receipt('B3');
  release();
  await shop.reaches(short.id, 'DLVRD');
});

it('parts of a text from a person are one message, out of order and over two binds', async () => {
  await connect();
  await smsc.deliver(part(7, 3, 3, 'three'));
  await smsc.deliver(part(7, 3, 1, 'one '));
  await smsc.deliver(part(7, 3, 1, 'one '));
  await smsc.deliver(part(8, 2, 1, 'another'));
  expect(await texts()).toEqual([]);
  smsc.cut();
  await settled(() => smsc.binds.length === 2);
  await settled(async () => (await states())?.connections?.[0]?.open === 1);
  await smsc.deliver(part(7, 3, 2, 'two '));
  expect(await texts()).toEqual(['one two three']);
  // Five minutes later the other one goes on without its end, and says so.
  await house.sql(`update inbound_part set received_at = now() - interval '301 s' where business_id = $1`, [
    shop.id,
  ]);
  await eventually(async () => expect(await texts()).toEqual(['one two three', 'another[…]']));
  expect(await shop.events('channel.event')).toMatchObject([
    { data: { code: 'INCOMPLETE_MESSAGE', data: { parts: 2, missing: [2] } } },
  ]);
});

/** The SMSC loses the bind, and with it our answer, and waits for the next one. */
async function loseAnswer(): Promise<void> {
  const before = smsc.binds.length;
  smsc.cut();
  await settled(() => smsc.binds.length > before);
  await settled(async () => (await states())?.connections?.[0]?.open === 1);
}

const written = (text: string, more: object = {}) => ({
  source_addr: person,
  destination_addr: '15550001',
  short_message: text,
  ...more,
});

it.each([
  ['the id that an SMSC tells', { receipted_message_id: 'mo-1' }, { receipted_message_id: 'mo-2' }],
  ['the reference of the handset', { user_message_reference: 7 }, { user_message_reference: 8 }],
])('what is told again because an answer was lost counts once, by %s', async (_, one, other) => {
  await connect();
  await smsc.deliver(written('Yes', one));
  await loseAnswer();
  await smsc.deliver(written('Yes', one));
  // Who says the same twice has said it twice.
  await smsc.deliver(written('Yes', other));
  await smsc.deliver(written('No', one));
  expect(await texts()).toEqual(['Yes', 'Yes', 'No']);
});

it('what has no id is stored each time, and so is all when the operator says that ids are none', async () => {
  await connect();
  await smsc.deliver(written('Hello', { user_message_reference: 0 }));
  await loseAnswer();
  await smsc.deliver(written('Hello', { user_message_reference: 0 }));
  await connect({ inboundIds: 'none' });
  await settled(() => smsc.binds.length === 3 && smsc.sessions.size === 1);
  const id = { receipted_message_id: 'always the same' };
  await smsc.deliver(written('Yes', id));
  await smsc.deliver(written('Yes', id));
  expect(await texts()).toEqual(['Hello', 'Hello', 'Yes', 'Yes']);
});

it('parts that come again after their text was joined are no text of their own', async () => {
  await connect();
  const whole = [part(9, 2, 1, 'one '), part(9, 2, 2, 'two')].map((one, i) => ({
    ...one,
    user_message_reference: i + 1,
  }));
  for (const one of whole) await smsc.deliver(one);
  await loseAnswer();
  for (const one of whole) await smsc.deliver(one);
  expect(await house.sql('select 1 from inbound_part where business_id = $1', [shop.id])).toEqual([]);
  // Another text with the same number is another text.
  await smsc.deliver({ ...part(9, 2, 1, 'one '), user_message_reference: 3 });
  await smsc.deliver({ ...part(9, 2, 2, 'more'), user_message_reference: 4 });
  expect(await texts()).toEqual(['one two', 'one more']);
});

it('what would be sent can be seen and counted before, and counted after', async () => {
  await connect();
  const preview = async (text: string, to = person) =>
    shop.core.preview(await shop.caller(), {
      to: { csid: to },
      channelId,
      content: { type: 'text', text, buttons: [{ type: 'QUICK_REPLY', code: 'y', label: 'نعم' }] },
      sender: { type: 'API' },
    });
  expect(await preview('Deliver?')).toEqual({
    channelId,
    contactId: `sms${person}_15550001`,
    content: { type: 'text', text: 'Deliver?\n\n1. نعم' },
    measure: { encoding: 'UCS-2', segments: 1, units: 16, perSegment: 70, left: 54 },
  });
  expect(await preview('م'.repeat(300))).toMatchObject({ measure: { segments: 5 } });
  expect(await texts()).toEqual([]);
  expect(smsc.submitted).toEqual([]);
  const { id } = await shop.send(channelId, person, 'a'.repeat(161));
  const message = await shop.reaches(id, 'SENTX');
  expect(await shop.core.measure({ ...message, businessId: shop.id })).toMatchObject({
    encoding: 'GSM-7',
    segments: 2,
  });
});

it('who says STOP is sent nothing more, until START', async () => {
  await connect();
  const say = (text: string) =>
    smsc.deliver({ source_addr: person, destination_addr: '15550001', short_message: text });
  await say('Stop');
  const { id } = await shop.send(channelId, person);
  await shop.reaches(id, 'BLCKD');
  await say('START');
  await shop.reaches((await shop.send(channelId, person)).id, 'SENTX');
  expect(smsc.submitted).toHaveLength(1);
});

it('messages wait while there is no bind, and go when there is one; wrong credentials need an administrator', async () => {
  await connect();
  const { port } = smsc;
  await smsc.close();
  await settled(async () => (await states())?.connections?.[0]?.open === 0);
  const sent = await Promise.all(times(5, (i) => shop.send(channelId, `96650000001${i}`)));
  const waiting = await house.sql<{ attempt: number }>('select attempt from message where business_id = $1', [
    shop.id,
  ]);
  expect(waiting.every(({ attempt }) => attempt === 0)).toBe(true);
  smsc = await Smsc.open(port);
  for (const { id } of sent) await shop.reaches(id, 'SENTX');
  expect(smsc.submitted).toHaveLength(5);
  await house.sql(`update channel set auth_failures = 2 where business_id = $1`, [shop.id]);
  smsc.bindStatus = () => 0x0e;
  smsc.cut();
  const attention = await eventually(async () => {
    const state = await states();
    if (!state?.attention) throw new Error('not yet');
    return state.attention;
  });
  expect(attention.reason).toContain('the password is wrong');
  const [event] = await shop.events('channel.attention');
  expect(event!.data).toMatchObject({ channelId, needed: true });
  const { id } = await shop.send(channelId, person);
  smsc.bindStatus = () => 0;
  await connect({ password: 'mended' });
  await shop.reaches(id, 'SENTX');
});

it('what the binds may is a limit of all processes together, where it is set', async () => {
  const second = await house.start();
  const lookedAt = async () =>
    (
      await house.sql<{ at: string }>(
        'select refilled_at::text as at from channel_budget where business_id = $1',
        [shop.id],
      )
    )[0]?.at;
  await connect({ binds: 2, bindPerSecond: 0.005 });
  await Promise.all(times(6, (n) => shop.send(channelId, `96650000001${n}`)));
  await settled(() => smsc.submitted.length === 1);
  const looks = new Set<string | undefined>();
  await settled(async () => looks.add(await lookedAt()).size > 5);
  expect(smsc.submitted).toHaveLength(1);
  // None waits for the pace of a bind: all keep their turn, and go by whichever process may.
  await connect({ binds: 2, bindPerSecond: 1000 });
  await settled(() => smsc.submitted.length === 6);
  await house.stop(second);
});

it('where nothing is set, each bind has its own limit alone', async () => {
  await connect({ bindPerSecond: null });
  const { id } = await shop.send(channelId, person);
  await shop.reaches(id, 'SENTX');
  expect(await house.sql('select 1 from channel_budget where business_id = $1', [shop.id])).toEqual([]);
});
