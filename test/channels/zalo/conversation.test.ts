import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { FakeZalo } from '../../../sim/zalo.ts';
import { eventually, House, type Running, type Tenant, times } from '../../pipeline/tools.ts';

const appId = '4018437461520482347';
const oaSecretKey = 'secret-of-the-account';
const ann = '2468458835296117922';
const [ours, theirs] = ['579745863508352884', '579745863508352885'];

let house: House;
let running: Running;
let zalo: FakeZalo;
let shop: Tenant;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());
beforeEach(async () => {
  zalo = await FakeZalo.open();
  shop = await house.business(running);
});
afterEach(() => zalo.close());

async function setUp(lane: string, oaId: string, refreshToken: string): Promise<void> {
  const addresses = { apiBase: zalo.url, authBase: zalo.url, znsBase: zalo.url };
  const settings = { appId, oaId, appSecret: 'secret-of-the-app', oaSecretKey, refreshToken, ...addresses };
  await shop.core.change.putChannel({ businessId: shop.id }, { type: 'zalo', lane, settings });
}

it('pauses after three refused tokens, tells the administrator, and sends all once with new ones', async () => {
  const channelId = 'zalo:shop';
  await setUp('shop', ours, 'refresh-0');
  await shop.reaches((await shop.send(channelId, ann, 'before')).id, 'SENTX');
  const attention = async () => (await shop.events('channel.attention')).map(({ data }) => data);

  // The authorisation of the app was taken back: neither token is good any more.
  zalo.accessToken = 'taken back';
  zalo.refreshToken = 'taken back';
  const sent = await Promise.all(
    times(8, (i) => shop.send(channelId, `24684588352961${100 + i}`, `while it is out ${i}`)),
  );
  await eventually(async () =>
    expect(await attention()).toEqual([
      { channelId, needed: true, reason: expect.stringContaining('Invalid refresh token') },
    ]),
  );
  const underWay = () => house.sql('select from message where lease_until is not null');
  await eventually(async () => expect(await underWay()).toEqual([]));
  const tried = zalo.used.length;
  sent.push(await shop.send(channelId, ann, 'after the pause'));
  await shop.hurry();
  // Another channel goes on; when its message is through, this one has been passed over.
  await shop.reaches((await shop.send(await shop.sandbox(), '919')).id, 'READ');
  expect(zalo.used.length).toBe(tried);
  for (const { id } of sent) expect((await shop.message(id)).status).toMatch(/^(CRTD|INIT)$/);
  expect(zalo.sent.map(({ text }) => text)).toEqual(['before']);

  zalo.refreshToken = 'authorised-anew';
  await setUp('shop', ours, 'authorised-anew');
  for (const { id } of sent) await shop.reaches(id, 'SENTX');
  expect((await attention()).at(-1)).toMatchObject({ channelId, needed: false });
  const said = zalo.sent.map(({ text }) => text).sort();
  expect(said).toEqual(['before', ...times(8, (i) => `while it is out ${i}`), 'after the pause'].sort());
});

it('takes what is about its own account, though two of one app share the address', async () => {
  await setUp('ours', ours, 'refresh-0');
  await setUp('theirs', theirs, 'refresh-1');
  const { accountId } = (await shop.setup()).channels.get('zalo:ours')!;
  const address = `${running.address}/webhook/zalo/${accountId}`;
  const writes = async (to: string, text: string, app = appId) => {
    const timestamp = String(Date.now());
    const message = { msg_id: `of ${text}`, text };
    const named = { event_name: 'user_send_text', sender: { id: ann }, recipient: { id: to }, message };
    const body = JSON.stringify({ app_id: app, timestamp, ...named });
    const mac = createHash('sha256').update(`${appId}${body}${timestamp}${oaSecretKey}`).digest('hex');
    const headers = { 'x-zevent-signature': `mac=${mac}` };
    expect((await fetch(address, { method: 'POST', headers, body })).status).toBe(200);
  };
  await writes(ours, 'to us');
  await writes(theirs, 'to them');
  await writes('1111111111', 'to a third');
  await writes(ours, 'of another app', '99999');
  const heard = await shop.events('message.received');
  expect(
    heard.map(({ data }) => [data.message.channelId, (data.message.content as { text: string }).text]),
  ).toEqual([
    ['zalo:ours', 'to us'],
    ['zalo:theirs', 'to them'],
  ]);
});
