import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { simulator as line } from '../../sim/line.ts';
import { FakeMessenger, instagram, messenger } from '../../sim/meta.ts';
import { personOf } from '../../sim/people.ts';
import { Board } from '../../sim/switches.ts';
import { simulator as twitter } from '../../sim/twitter.ts';
import { FakeZalo, simulator as zalo } from '../../sim/zalo.ts';
import type { Profile } from '../../src/model/contact.ts';
import { answer, listen } from '../fakes/http.ts';
import { eventually, House, type Running, type Tenant, times } from './tools.ts';

let house: House;
let running: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());

type ContactRow = { id: string; profile: Profile; lang: string | null };

const contactOf = async (shop: Tenant, csid: string): Promise<ContactRow> =>
  (
    await house.sql<ContactRow>(
      'select id, profile, lang from contact where business_id = $1 and csid = $2',
      [shop.id, csid],
    )
  )[0]!;
const nameOf = async (shop: Tenant, csid: string) => (await contactOf(shop, csid)).profile.name;
const lookupsOf = (shop: Tenant) =>
  house.sql<{ contact: string; attempt: number; waits: boolean }>(
    `select contact_id as contact, attempt, due_at is not null as waits from contact_lookup
     where business_id = $1 order by contact_id`,
    [shop.id],
  );

describe.each([messenger, instagram, line, zalo, twitter])('somebody new at $name', (simulator) => {
  it('has a name a moment later', async () => {
    const shop = await house.business(running);
    const provider = await simulator.start({ port: 0, board: new Board() });
    const { type, settings } = provider;
    await shop.core.change.putChannel({ businessId: shop.id }, { type, lane: 'shop', settings });
    const { accountId } = (await shop.setup()).channels.get(`${type}:shop`)!;
    provider.webhook = `${running.address}/webhook/${type}/${accountId}`;
    await provider.say(simulator.person, 'Hello');
    const expected = personOf(simulator.person)!.name;
    await eventually(async () => expect(await nameOf(shop, simulator.person)).toBe(expected));
    const [told] = await shop.events('contact.updated');
    const isLine = simulator === line;
    expect(told!.data).toMatchObject({
      contact: { profile: { name: expected }, ...(isLine && { lang: 'th' }) },
      session: { resolved: false },
      changed: isLine ? ['profile', 'lang'] : ['profile'],
    });
    expect(await lookupsOf(shop)).toEqual([]);
    await provider.close();
  });
});

// Nobody asks by himself here, unless a worker is started.
describe('a person whose name is asked for', () => {
  const channel = 'fb:page';
  let quiet: Running;
  let meta: FakeMessenger;
  let shop: Tenant;
  let people = 31_000;
  const workers: Running[] = [];
  beforeAll(async () => {
    await house.stop(running);
    quiet = await house.start(undefined, ['api']);
  });
  beforeEach(async () => {
    meta = await FakeMessenger.open();
    shop = await house.business(quiet);
    await put();
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((one) => house.stop(one)));
    await meta.close();
    await house.sql('delete from contact_lookup');
  });

  const put = (settings: object = {}) =>
    shop.core.change.putChannel(
      { businessId: shop.id },
      {
        ...{ type: 'fb', lane: 'page' },
        settings: {
          ...{ pageId: '101010101010', appSecret: meta.appSecret, verifyToken: 'verify-token-of-the-tests' },
          ...{ accessToken: FakeMessenger.accessToken, apiBase: meta.url, ...settings },
        },
      },
    );
  const somebody = async (id = String(++people)) => {
    await shop.hear(channel, id);
    return id;
  };
  const work = async () => {
    workers.push(await house.start());
  };
  const named = (id: string) =>
    eventually(async () => expect(await nameOf(shop, id)).toBe(personOf(id)!.name));
  const settled = () =>
    eventually(async () => expect((await lookupsOf(shop)).filter((one) => one.waits)).toEqual([]));
  const closeSessions = () =>
    house.sql('update session set closed_at = now() where business_id = $1 and closed_at is null', [shop.id]);
  const due = () => house.sql('update contact_lookup set due_at = now() where business_id = $1', [shop.id]);

  it('keeps the name that somebody gave in the meantime, and is asked about no more', async () => {
    const [ann, bob, eve] = [await somebody(), await somebody(), await somebody()];
    const give = (id: string, change: object) =>
      shop.core.updateContact(shop.id, { contactId: `fb${id}_page` }, change);
    await give(ann, { profile: { name: 'By a connector' } });
    await give(bob, { businessProfile: { name: 'By an agent' } });
    await work();
    await named(eve);
    await settled();
    expect(await nameOf(shop, ann)).toBe('By a connector');
    expect(await nameOf(shop, bob)).toBeUndefined();
    expect(meta.askedAbout).toEqual([eve]);
  });

  it('keeps a name that is given while the provider is asked', async () => {
    const ann = await somebody();
    const wait = meta.board.switches;
    wait.delayMs = 300;
    await work();
    await eventually(async () => expect((await lookupsOf(shop))[0]?.attempt).toBe(1));
    await shop.core.updateContact(
      shop.id,
      { contactId: `fb${ann}_page` },
      { businessProfile: { name: 'Ours' }, profile: { email: 'ann@example.com' } },
    );
    await settled();
    expect(meta.askedAbout).toEqual([ann]);
    expect((await contactOf(shop, ann)).profile).toEqual({ email: 'ann@example.com' });
    expect(await lookupsOf(shop)).toEqual([]);
  });

  it('stays nameless where the provider tells none, and is never asked about again', async () => {
    const ann = await somebody('4700');
    await work();
    await settled();
    expect(await lookupsOf(shop)).toEqual([{ contact: 'fb4700_page', attempt: 1, waits: false }]);
    // A new session begins with the next message.
    await closeSessions();
    await somebody(ann);
    await settled();
    expect(meta.askedAbout).toEqual([ann]);
    expect(await shop.events('contact.updated')).toEqual([]);
    expect((await shop.events('message.received')).length).toBe(2);
  });

  it('is asked about again in the next session, where the answer had no name in it', async () => {
    let asked = 0;
    const odd = await listen(async (_, response) => {
      asked += 1;
      await answer(response, 200, asked === 1 ? {} : { name: '  Ann \n Chovy\0 ' });
    });
    await put({ apiBase: odd.url });
    const ann = await somebody();
    await work();
    await eventually(async () => expect([asked, await lookupsOf(shop)]).toEqual([1, []]));
    await somebody(ann);
    expect(await lookupsOf(shop)).toEqual([]);
    await closeSessions();
    await somebody(ann);
    await eventually(async () => expect(await nameOf(shop, ann)).toBe('Ann Chovy\ufffd'));
    await odd.close();
  });

  it('is asked about again later while the provider is away', async () => {
    const ann = await somebody();
    await put({ apiBase: 'http://127.0.0.1:9' });
    await house.sql('update contact_lookup set attempt = 1 where business_id = $1', [shop.id]);
    await work();
    const tried = (attempt: number) =>
      eventually(async () => {
        const [one] = await house.sql<{ attempt: number; inS: number }>(
          `select attempt, extract(epoch from due_at - now())::float as "inS" from contact_lookup
           where business_id = $1`,
          [shop.id],
        );
        expect(one?.attempt).toBe(attempt);
        return one!.inS;
      });
    await eventually(async () => expect(await tried(2)).toBeGreaterThan(300));
    expect(await nameOf(shop, ann)).toBeUndefined();
    // The channel is left alone for a while here: another process looks.
    await put();
    await due();
    await work();
    await named(ann);
    expect(await lookupsOf(shop)).toEqual([]);
  });

  it('is given up after five tries, until the next session', async () => {
    await somebody();
    await put({ apiBase: 'http://127.0.0.1:9' });
    await house.sql('update contact_lookup set attempt = 4 where business_id = $1', [shop.id]);
    await work();
    await eventually(async () => expect(await lookupsOf(shop)).toEqual([]));
  });

  it('is asked about by one of two processes', async () => {
    const all = await Promise.all(times(12, () => somebody()));
    await Promise.all([work(), work()]);
    for (const id of all) await named(id);
    expect([...meta.askedAbout].sort()).toEqual([...all].sort());
    expect((await shop.events('contact.updated')).length).toBe(12);
  });

  it('is asked about no more once the channel is removed, or while it is switched off', async () => {
    const ann = await somebody();
    await house.sql('update channel set enabled = false where business_id = $1', [shop.id]);
    await work();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await lookupsOf(shop)).toMatchObject([{ attempt: 0, waits: true }]);
    await house.sql('delete from channel where business_id = $1 and id = $2', [shop.id, channel]);
    expect(await lookupsOf(shop)).toEqual([]);
    expect(await nameOf(shop, ann)).toBeUndefined();
  });

  it('waits for the messages of a channel, and of a slow one until nothing was sent for a moment', async () => {
    await put({ perSecond: 1 });
    const ann = await somebody();
    const budget = (tokens: number, at = 'now()') =>
      house.sql(
        `insert into channel_budget (business_id, channel_id, tokens, refilled_at) values ($1, $2, $3, ${at})
         on conflict (business_id, channel_id) do update set tokens = $3, refilled_at = ${at}`,
        [shop.id, channel, tokens],
      );
    await budget(0, `now() + interval '1 hour'`);
    await work();
    await eventually(async () => {
      const [one] = await house.sql<{ later: boolean; attempt: number }>(
        `select due_at < now() + interval '3 seconds' as later, attempt
         from contact_lookup where business_id = $1`,
        [shop.id],
      );
      expect(one).toEqual({ later: true, attempt: 0 });
    });
    expect(meta.askedAbout).toEqual([]);
    await budget(1);
    await due();
    await named(ann);
  });

  it('costs a statement where somebody is to be asked about, and none else', async () => {
    const kept = quiet.database.count('lookups.keep');
    const ann = await somebody();
    expect(kept()).toBe(1);
    await somebody(ann);
    await shop.hear(await shop.sandbox(), '966500000001');
    await shop.hear(channel, String(++people), 'Hi', { profile: { name: 'Told with the message' } });
    expect(kept()).toBe(1);
    await Promise.all(times(20, () => somebody()));
    expect(kept()).toBeLessThan(20);
    expect(await lookupsOf(shop)).toHaveLength(21);
  });

  it('whose access token is refused says so of the channel', async () => {
    await put({ accessToken: 'token-of-yesterday' });
    await somebody();
    await work();
    await eventually(async () => {
      const health = (await shop.core.channels.health(shop.id)).get(channel)!;
      expect(health.problems).toMatchObject([{ code: 'CALLS_FAIL', class: 'AUTH' }]);
    });
    // Messages may fare better: their own refusals count, and these do not.
    expect((await shop.setup()).channels.get(channel)?.attention).toBeUndefined();
  });

  it('whose provider refuses a fresh access token, too, has it renewed no more', async () => {
    let asked = 0;
    const refuses = await listen(async (_, response) => {
      asked++;
      await answer(response, 200, { error: -216, message: 'Access token is invalid' });
    });
    const fake = await FakeZalo.open();
    const settings = {
      ...{ appId: '4018437461520482347', oaId: '579745863508352884', appSecret: 'secret-of-the-app' },
      ...{ oaSecretKey: 'secret-of-the-account', refreshToken: 'refresh-0' },
      ...{ apiBase: refuses.url, authBase: fake.url, znsBase: fake.url },
    };
    await shop.core.change.putChannel({ businessId: shop.id }, { type: 'zalo', lane: 'shop', settings });
    await shop.hear('zalo:shop', '2468458835296117922');
    await work();
    await eventually(async () => {
      const [one] = await house.sql(
        `select attempt, due_at > now() + interval '5 minutes' as later from contact_lookup where business_id = $1`,
        [shop.id],
      );
      expect(one).toEqual({ attempt: 2, later: true });
    });
    // Once before it was asked at all, and once for the refusal.
    expect([asked, fake.used.length]).toEqual([2, 2]);
    await Promise.all([refuses.close(), fake.close()]);
  });
});
