import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { messenger } from '../../sim/meta.ts';
import { Board } from '../../sim/switches.ts';
import { FakeZalo } from '../../sim/zalo.ts';
import { type Receiver, receiver, takesAll } from './receiver.ts';
import { eventually, House, type Running, type Tenant, times } from './tools.ts';

let house: House;
let running: Running;
const open: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
afterAll(() => house.close());

async function provider(answer: Receiver['answer'] = takesAll): Promise<Receiver> {
  const one = await receiver(answer);
  open.push(one);
  return one;
}

const healthOf = async (shop: Tenant, channelId: string) =>
  (await shop.core.channels.health(shop.id)).get(channelId)!;
const problems = async (shop: Tenant, channelId: string) =>
  (await healthOf(shop, channelId)).problems.map(({ code }) => code);

describe('the health of a channel', () => {
  it('is not known before anything was sent or heard, and well afterwards', async () => {
    const shop = await house.business(running);
    const channel = await shop.connector('line', (await provider()).url);
    expect(await healthOf(shop, channel)).toEqual({ channelId: channel, state: 'untried', problems: [] });
    const { id } = await shop.send(channel, 'ann');
    await shop.reaches(id, 'SENTX');
    const sent = await healthOf(shop, channel);
    expect(sent).toMatchObject({ state: 'well', lastCall: { at: expect.any(Number) } });
    expect(sent.lastCall?.failure).toBeUndefined();
    expect(sent.lastWellAt).toBe(sent.lastCall?.at);
    await shop.hear(channel, 'ann');
    expect((await healthOf(shop, channel)).lastHeardAt).toBeGreaterThanOrEqual(sent.lastCall!.at);
  });

  it('tells since when calls fail and why, and forgets it when one goes well', async () => {
    const shop = await house.business(running);
    let status = 503;
    const there = await provider((call) => (status === 200 ? takesAll(call) : status));
    const channel = await shop.connector('line', there.url);
    const { id } = await shop.send(channel, 'ann');
    await eventually(async () => expect(await problems(shop, channel)).toEqual(['CALLS_FAIL']));
    const failing = await healthOf(shop, channel);
    expect(failing.state).toBe('trouble');
    expect(failing.problems[0]).toMatchObject({
      class: 'UNAVAILABLE',
      needsAttention: false,
      text: 'The provider cannot be reached.',
      cure: expect.stringContaining('tried again'),
    });
    status = 200;
    await eventually(async () => {
      await shop.hurry();
      return (await shop.message(id)).status === 'SENTX';
    });
    expect(await healthOf(shop, channel)).toMatchObject({ state: 'well', problems: [] });
  });

  it('does not mind what a provider says of one message', async () => {
    const shop = await house.business(running);
    const channel = await shop.connector('line', (await provider(() => 400)).url);
    const { id } = await shop.send(channel, 'ann');
    await shop.reaches(id, 'SENT_ERR');
    expect(await healthOf(shop, channel)).toMatchObject({ state: 'well', problems: [] });
  });

  it('needs an administrator when the credentials were refused, until they are others', async () => {
    const shop = await house.business(running);
    let status = 401;
    const there = await provider((call) => (status === 200 ? takesAll(call) : status));
    const channel = await shop.connector('line', there.url);
    await Promise.all(times(4, (i) => shop.send(channel, `p${i}`)));
    await eventually(async () => expect(await problems(shop, channel)).toEqual(['CREDENTIALS_REFUSED']));
    expect(await healthOf(shop, channel)).toMatchObject({
      state: 'attention',
      problems: [{ needsAttention: true, class: 'AUTH', cure: expect.stringContaining('valid credentials') }],
    });
    status = 200;
    await shop.connector('line', there.url, { verifyToken: 'another-token-of-the-tests' });
    expect(await problems(shop, channel)).toEqual([]);
  });

  it('is that of all processes together: what was seen last counts', async () => {
    const shop = await house.business(running);
    const other = await house.start();
    const there = await provider();
    const channel = await shop.connector('line', there.url);
    const there_ = shop.at(other);
    const { id } = await there_.send(channel, 'ann');
    await shop.reaches(id, 'SENTX');
    await there_.hear(channel, 'ann');
    // Whoever sent it has told by now, or tells when it stops.
    await house.stop(other);
    const { lastCall, lastHeardAt } = await healthOf(shop, channel);
    expect(lastCall).toBeDefined();
    expect(lastHeardAt).toBeDefined();
  });

  it('costs a statement for all channels now and then, and none for a message', async () => {
    const shop = await house.business(running);
    const channels = await Promise.all(
      times(3, async (i) => shop.connector(`line${i}`, (await provider()).url, { perSecond: 1000 })),
    );
    const told = running.database.count('channelHealth.note');
    const sent = await Promise.all(times(90, (i) => shop.send(channels[i % 3]!, `p${i}`)));
    for (const { id } of sent) await shop.reaches(id, 'SENTX');
    for (const channel of channels) expect((await healthOf(shop, channel)).state).toBe('well');
    expect(told()).toBeLessThan(sent.length / 2);
  });

  it('is told later when the database is away, and nothing of it is lost', async () => {
    const shop = await house.business(running);
    const channel = await shop.connector('line', (await provider()).url);
    running.database.cut('channelHealth.note');
    const { id } = await shop.send(channel, 'ann');
    await shop.reaches(id, 'SENTX');
    expect((await healthOf(shop, channel)).lastCall).toBeUndefined();
    running.database.mend();
    expect((await healthOf(shop, channel)).lastCall).toBeDefined();
  });
});

describe('what calls the webhook address', () => {
  const setUp = async () => {
    const simulated = await messenger.start({ port: 0, board: new Board() });
    open.push(simulated);
    const shop = await house.business(running);
    const put = { type: 'fb', lane: 'page', settings: simulated.settings };
    const { value } = await shop.core.change.putChannel({ businessId: shop.id }, put);
    const address = `${running.address}/webhook/fb/${value.accountId}`;
    simulated.webhook = address;
    return { simulated, shop, address };
  };

  it('counts as heard when it is the provider: a message, or its check of the address', async () => {
    const { simulated, shop, address } = await setUp();
    const challenge = 'hub.mode=subscribe&hub.challenge=7&hub.verify_token=';
    await fetch(`${address}?${challenge}${simulated.settings.verifyToken}`);
    const checked = await healthOf(shop, 'fb:page');
    expect(checked).toMatchObject({ state: 'well', lastHeardAt: expect.any(Number) });
    await simulated.say('24680', 'Hello?');
    expect((await healthOf(shop, 'fb:page')).lastHeardAt).toBeGreaterThanOrEqual(checked.lastHeardAt!);
  });

  it('is told when it was refused, until the provider is heard', async () => {
    const { simulated, shop, address } = await setUp();
    await fetch(address, { method: 'POST', body: '{"object":"page"}' });
    expect(await healthOf(shop, 'fb:page')).toMatchObject({
      state: 'attention',
      lastRefused: { reason: 'wrong signature' },
      problems: [
        { code: 'EVENTS_REFUSED', said: 'wrong signature', cure: expect.stringContaining('secrets') },
      ],
    });
    await simulated.say('24680', 'Hello?');
    expect(await healthOf(shop, 'fb:page')).toMatchObject({ state: 'well', problems: [] });
  });

  it('is nobody’s where everybody knows the address', async () => {
    const shop = await house.business(running);
    const put = { type: 'web', lane: 'site', settings: { identitySecret: 'secret-of-the-web-site' } };
    const { value } = await shop.core.change.putChannel({ businessId: shop.id }, put);
    const answer = await fetch(`${running.address}/webhook/web/${value.accountId}`, {
      method: 'POST',
      body: '{}',
    });
    expect(answer.status).toBe(401);
    expect((await healthOf(shop, 'web:site')).problems).toEqual([]);
  });
});

describe('credentials that end', () => {
  const day = (inDays: number) => new Date(Date.now() + inDays * 86_400_000).toISOString().slice(0, 10);

  it.each([
    [40, []],
    [10, ['CREDENTIALS_END']],
    [-3, ['CREDENTIALS_END']],
  ])('on a day that was entered, in %i days', async (inDays, expected) => {
    const simulated = await messenger.start({ port: 0, board: new Board() });
    open.push(simulated);
    const shop = await house.business(running);
    const settings = { ...simulated.settings, expiresOn: day(inDays) };
    await shop.core.change.putChannel({ businessId: shop.id }, { type: 'fb', lane: 'page', settings });
    const health = await healthOf(shop, 'fb:page');
    expect(health.credentials).toEqual({ endsAt: Date.parse(day(inDays)), renewed: false });
    expect(health.problems.map(({ code }) => code)).toEqual(expected);
  });

  it('and are renewed by the provider, until it refuses that', async () => {
    const zalo = await FakeZalo.open();
    open.push(zalo);
    const shop = await house.business(running);
    const addresses = { apiBase: zalo.url, authBase: zalo.url, znsBase: zalo.url };
    const secrets = { appSecret: 'secret-of-the-app', oaSecretKey: 'secret-of-the-account' };
    const settings = {
      appId: '4018437461520482347',
      oaId: '579745863508352884',
      refreshToken: 'refresh-0',
      ...secrets,
      ...addresses,
    };
    await shop.core.change.putChannel({ businessId: shop.id }, { type: 'zalo', lane: 'shop', settings });
    const { id } = await shop.send('zalo:shop', '2468458835296117922');
    await shop.reaches(id, 'SENTX');
    expect(await healthOf(shop, 'zalo:shop')).toMatchObject({
      state: 'well',
      credentials: { renewed: true, endsAt: expect.any(Number) },
    });
    zalo.board.switches.expired = true;
    await house.sql(
      `update channel_credential set renew_at = now() - interval '1 second' where business_id = $1`,
      [shop.id],
    );
    await eventually(async () => expect(await problems(shop, 'zalo:shop')).toEqual(['RENEWAL_FAILS']));
    const { state, problems: told } = await healthOf(shop, 'zalo:shop');
    expect([state, told[0]?.class]).toEqual(['attention', 'AUTH']);
  });
});

describe('what a provider says that the database cannot hold', () => {
  // NUL, half a character, and one that stands where long texts are cut.
  const odd = `Refused\0 \ud83d ${'.'.repeat(288)}😀😀`;

  const channelOf = async (shop: Tenant, url: string) => {
    const settings = {
      ...{ appId: '4018437461520482347', oaId: '579745863508352884', refreshToken: 'refresh-0' },
      ...{ appSecret: 'secret-of-the-app', oaSecretKey: 'secret-of-the-account' },
      ...{ apiBase: url, authBase: url, znsBase: url },
    };
    await shop.core.change.putChannel({ businessId: shop.id }, { type: 'zalo', lane: 'shop', settings });
    return 'zalo:shop';
  };

  it('is told as far as it can be, and keeps back the health of no other channel', async () => {
    const shop = await house.business(running);
    const there = await provider(() => ({ body: { error: -14014, message: odd } }));
    const channel = await channelOf(shop, there.url);
    const other = await shop.connector('line', (await provider()).url);
    await shop.send(channel, '2468458835296117922');
    await eventually(async () => expect(await problems(shop, channel)).toContain('RENEWAL_FAILS'));
    const told = await healthOf(shop, channel);
    expect(told.lastCall?.failure?.text).toMatch(/^Refused\ufffd \ufffd \.+\ufffd$/);
    const renewal = told.problems.find(({ code }) => code === 'RENEWAL_FAILS');
    expect(renewal?.said).toMatch(/^Refused\ufffd \ufffd \.+/);
    const { id } = await shop.send(other, 'ann');
    await shop.reaches(id, 'SENTX');
    expect((await healthOf(shop, other)).state).toBe('well');
  });
});

describe('a test of a saved channel', () => {
  it('that goes well takes away what stood against it, and what waited goes', async () => {
    const simulated = await messenger.start({ port: 0, board: new Board() });
    open.push(simulated);
    const shop = await house.business(running);
    const put = { type: 'fb', lane: 'page', settings: simulated.settings };
    const { value } = await shop.core.change.putChannel({ businessId: shop.id }, put);
    simulated.webhook = `${running.address}/webhook/fb/${value.accountId}`;
    await simulated.say('24680', 'Hello?');
    await house.sql(
      `update channel set auth_failures = 3, attention = '{"since": 1, "reason": "refused"}' where business_id = $1`,
      [shop.id],
    );
    const { id } = await shop.send('fb:page', '24680');
    expect(await problems(shop, 'fb:page')).toEqual(['CREDENTIALS_REFUSED']);
    const request = { type: 'fb', lane: 'page', channelId: 'fb:page' };
    expect(await shop.core.channels.test({ businessId: shop.id }, request)).toMatchObject({
      tested: true,
      well: true,
    });
    await shop.reaches(id, 'DLVRD');
    expect(await healthOf(shop, 'fb:page')).toMatchObject({ state: 'well', problems: [] });
    const [event] = await shop.events('channel.attention');
    expect(event?.data).toEqual({ channelId: 'fb:page', needed: false, reason: 'A test of it went well.' });
  });

  it('of other settings does not', async () => {
    const simulated = await messenger.start({ port: 0, board: new Board() });
    open.push(simulated);
    const shop = await house.business(running);
    await shop.core.change.putChannel(
      { businessId: shop.id },
      { type: 'fb', lane: 'page', settings: simulated.settings },
    );
    await house.sql(
      `update channel set attention = '{"since": 1, "reason": "refused"}' where business_id = $1`,
      [shop.id],
    );
    const { accessToken: _, appSecret: __, verifyToken: ___, ...settings } = simulated.settings;
    const request = {
      type: 'fb',
      lane: 'page',
      channelId: 'fb:page',
      settings: { ...settings, accessToken: '' },
    };
    expect(await shop.core.channels.test({ businessId: shop.id }, request)).toMatchObject({
      tested: true,
      well: true,
    });
    expect(await problems(shop, 'fb:page')).toEqual(['CREDENTIALS_REFUSED']);
  });
});
