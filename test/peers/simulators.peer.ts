import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { simulator as line } from '../../sim/line.ts';
import { simulator as mail } from '../../sim/mail.ts';
import { instagram, messenger } from '../../sim/meta.ts';
import { fcm, webPush } from '../../sim/push.ts';
import type { Simulated, Simulator } from '../../sim/simulator.ts';
import { simulator as smpp } from '../../sim/smpp.ts';
import { allWell, Board } from '../../sim/switches.ts';
import { simulator as telegram } from '../../sim/telegram.ts';
import { simulator as twilio } from '../../sim/twilio.ts';
import { simulator as twitter } from '../../sim/twitter.ts';
import { simulator as unifonic } from '../../sim/unifonic.ts';
import { simulator as vonage } from '../../sim/vonage.ts';
import { dialog, whatsapp } from '../../sim/whatsapp.ts';
import { simulator as zalo } from '../../sim/zalo.ts';
import { channelOf } from '../../src/channels/index.ts';
import { shortStatus } from '../../src/model/status.ts';
import { secretsOf } from '../../src/pipeline/record.ts';
import { eventually, House, type Running, type Tenant } from '../pipeline/tools.ts';

interface Case {
  simulator: Simulator;
  lane: string;
  /** What is told once a message has arrived; Telegram and LINE tell nothing, Instagram and X what was read. */
  arrived: 'DLVRD' | 'READ' | 'SENTX';
  /** Nobody may be written to who has not written first. */
  windowed?: true;
  /** There is nothing to sign in with: keys that do not fit are the operator’s to mend, and are not counted. */
  keyed?: true;
  /** The setting that is at fault when the credentials have expired; undefined: nobody can be asked. */
  entry?: string;
  /** Settings that lead nowhere, and which of them is at fault; absent: the address of the API does. */
  nowhere?: { settings: Record<string, unknown>; field: string };
}

const cases: Case[] = [
  {
    simulator: smpp,
    lane: '15550001',
    arrived: 'DLVRD',
    entry: 'password',
    nowhere: { settings: { port: 9 }, field: 'host' },
  },
  { simulator: twilio, lane: '15550001', arrived: 'DLVRD', entry: 'authToken' },
  { simulator: vonage, lane: '15550001', arrived: 'DLVRD', entry: 'privateKey' },
  { simulator: unifonic, lane: 'Shop', arrived: 'DLVRD', entry: 'apiKey' },
  { simulator: telegram, lane: 'shopbot', arrived: 'SENTX', entry: 'botToken' },
  {
    simulator: mail,
    lane: 'support',
    arrived: 'DLVRD',
    entry: 'password',
    nowhere: { settings: { smtpPort: 9 }, field: 'smtpHost' },
  },
  {
    simulator: whatsapp,
    lane: '15550001',
    arrived: 'DLVRD',
    windowed: true,
    entry: 'accessToken',
  },
  {
    simulator: dialog,
    lane: '15550001',
    arrived: 'DLVRD',
    windowed: true,
    entry: 'apiKey',
  },
  {
    simulator: messenger,
    lane: 'page',
    arrived: 'DLVRD',
    windowed: true,
    entry: 'accessToken',
  },
  {
    simulator: instagram,
    lane: 'shop',
    arrived: 'READ',
    windowed: true,
    entry: 'accessToken',
  },
  {
    simulator: line,
    lane: 'shop',
    arrived: 'SENTX',
    entry: 'accessToken',
  },
  { simulator: zalo, lane: 'shop', arrived: 'DLVRD', entry: 'refreshToken' },
  { simulator: twitter, lane: 'shop', arrived: 'READ', entry: 'refreshToken' },
  { simulator: webPush, lane: 'shop', arrived: 'DLVRD', keyed: true },
  {
    simulator: fcm,
    lane: 'app',
    arrived: 'DLVRD',
    entry: 'serviceAccountKey',
  },
];

let house: House;
let running: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());

const greeting = 'Hello?';
const toNobody = { settings: { apiBase: 'http://127.0.0.1:9' }, field: 'apiBase' };

describe.each(cases)('the simulator $simulator.name', ({ simulator, lane, ...how }) => {
  const { person } = simulator;
  const { arrived, windowed, keyed, entry, nowhere = toNobody } = how;
  let shop: Tenant;
  let board: Board;
  let simulated: Simulated;
  let channelId: string;
  beforeEach(async () => {
    board = new Board();
    simulated = await simulator.start({ port: 0, board });
    shop = await house.business(running);
    channelId = `${simulated.type}:${lane}`;
    await putChannel(true);
    const { accountId } = (await shop.setup()).channels.get(channelId)!;
    simulated.webhook = `${running.address}/webhook/${simulated.type}/${accountId}`;
    await eventually(async () => {
      const state = (await running.core.change.channelStates(shop.id)).get(channelId);
      return (state?.connections ?? []).every(({ open }) => open === 1);
    });
    await simulated.subscribe?.(person);
    if (windowed) await simulated.say(person, greeting);
  });
  afterEach(async () => {
    await putChannel(false);
    await simulated.close();
  });

  const settings = () => ({
    ...simulated.settings,
    ...(simulated.type === 'twilio' && { publicBase: running.address }),
  });
  const putChannel = (enabled: boolean) =>
    shop.core.change.putChannel(
      { businessId: shop.id },
      { type: simulated.type, lane, enabled, settings: settings() },
    );
  /** Tests the channel as it is saved, or with other settings. */
  const test = async (changed?: Record<string, unknown>) => {
    const request = { type: simulated.type, lane, channelId };
    const given = changed && { settings: { ...settings(), ...changed } };
    const told = await shop.core.channels.test({ businessId: shop.id }, { ...request, ...given });
    for (const secret of secretsOf(channelOf(simulated.type)!, settings()))
      expect(JSON.stringify(told)).not.toContain(secret);
    return told;
  };
  const texts = async () =>
    (
      await house.sql<{ text: string }>(
        `select content->>'text' as text from message
         where business_id = $1 and direction = 'I' and content->>'text' <> $2 order by id`,
        [shop.id, greeting],
      )
    ).map(({ text }) => text);
  const waits = async (id: string) =>
    (await house.sql(`select 1 from message where id = $1 and due_at > now() + interval '30 s'`, [id]))
      .length > 0;
  /** A device can press what is offered, and say nothing else. */
  const send = (text: string, offered: string[] = []) => {
    const buttons = offered.map((label) => ({ type: 'QUICK_REPLY' as const, code: label, label }));
    const content = { type: 'text' as const, text, ...(simulated.subscribe && { buttons }) };
    return shop.send(channelId, person, text, { content });
  };

  it('is asked whether all is well, and says so', async () => {
    const { tested, well, findings } = await test();
    expect({ tested, well, findings }).toMatchObject({ tested: true, well: true });
    expect(findings[0]).toMatchObject({ kind: 'well', text: expect.stringMatching(/^\S.*\.$/) });
    expect(simulated.taken).toEqual([]);
  });

  it.runIf(entry)('says in a test that the credentials have expired, and which', async () => {
    board.switches.expired = true;
    const { well, findings } = await test();
    expect(well).toBe(false);
    expect(findings.find(({ kind }) => kind === 'wrong')).toMatchObject({
      field: `settings.${entry}`,
      class: 'AUTH',
      text: 'The provider refuses the credentials.',
      cure: expect.stringMatching(/\.$/),
    });
  });

  it.runIf(entry)('says in a test of settings that are not saved that nobody is there', async () => {
    const { settings: wrong, field } = nowhere;
    const { well, findings } = await test(wrong);
    expect(well).toBe(false);
    expect(findings.find(({ kind }) => kind === 'wrong')).toMatchObject({
      field: `settings.${field}`,
      class: 'UNAVAILABLE',
    });
    expect((await test()).well).toBe(true);
  });

  it('takes a message, tells of it, and hears a person', async () => {
    const { id } = await send('Your order is on its way.', ['Thank you']);
    await shop.reaches(id, arrived);
    expect(simulated.taken).toHaveLength(1);
    await simulated.say(person, 'Thank you');
    await eventually(async () => expect(await texts()).toEqual(['Thank you']));
  });

  it('late, twice and in another order: what is told counts once', async () => {
    Object.assign(board.switches, { delayMs: 20, duplicate: true, reorder: true });
    const { id } = await send('Which?', ['one', 'two']);
    await shop.reaches(id, arrived);
    await Promise.all([simulated.say(person, 'one'), simulated.say(person, 'two')]);
    await board.flush();
    await eventually(async () => expect((await texts()).sort()).toEqual(['one', 'two']));
  });

  it('too fast, or at fault itself: the message waits, and goes', async () => {
    Object.assign(board.switches, { tooFast: 1, faults: 1 });
    const { id } = await shop.send(channelId, person);
    await eventually(async () => {
      await shop.hurry();
      await house.sql('update channel set paused_until = null where business_id = $1', [shop.id]);
      return (await shop.message(id)).status === arrived;
    });
    expect(simulated.taken).toHaveLength(1);
    expect(board.switches).toEqual(allWell);
  });

  it.runIf(arrived !== 'SENTX')('a receipt that is lost leaves the message where it was', async () => {
    board.switches.loseReceipts = 2;
    const { id } = await shop.send(channelId, person);
    await shop.reaches(id, 'SENTX');
    await eventually(() => simulated.taken.length === 1 && board.switches.loseReceipts < 2);
    await shop.send(channelId, person, 'Another');
    expect((await shop.message(id)).status).toBe('SENTX');
  });

  it('credentials that have expired burn no message', async () => {
    board.switches.expired = true;
    const { id } = await shop.send(channelId, person);
    await eventually(async () => {
      if (keyed) return waits(id);
      const [channel] = await house.sql<{ auth_failures: number }>(
        'select auth_failures from channel where business_id = $1',
        [shop.id],
      );
      return channel!.auth_failures > 0;
    });
    expect(shortStatus((await shop.message(id)).status)).toBeUndefined();
    expect(simulated.taken).toEqual([]);
  });
});
