import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retrySchedule } from '../../src/model/webhook.ts';
import { ofEndpoint } from '../../src/store/delivery-log.ts';
import { gate, type ReceivedCall, type Receiver, receiver } from './receiver.ts';
import { eventually, House, type Running, type Tenant, times } from './tools.ts';

let house: House;
let running: Running;
const open: Receiver[] = [];
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(async () => {
  await house.close();
  await Promise.all(open.map((one) => one.close()));
});

async function app(answer?: Receiver['answer']): Promise<Receiver> {
  const one = await receiver(answer);
  open.push(one);
  return one;
}

/** A business with a sandbox and one app that hears everything as it is. */
async function telling(
  to: Receiver,
  surface = 'plain',
): Promise<{ shop: Tenant; box: string; endpointId: string }> {
  const shop = await house.business(running);
  const box = await shop.sandbox();
  return { shop, box, endpointId: await shop.webhook(to.url, surface) };
}

const texts = ({ calls }: Receiver) =>
  calls
    .filter(({ body }) => body.type === 'message.received')
    .map(({ body }) => (body.data as { message: { content: { text: string } } }).message.content.text);

const logOf = async (...asked: Parameters<typeof ofEndpoint>) => (await ofEndpoint(...asked)).lines;

const laneOf = (call: ReceivedCall) => call.body.lane as string;

describe('events on their way to an app', () => {
  it('come in the order of their conversation, and conversations side by side', async () => {
    const held = gate();
    const bot = await app(async (call) => {
      if (laneOf(call) === 'dummyslow_box') await held.passed;
      return 200;
    });
    const { shop, box } = await telling(bot);
    await shop.hear(box, 'slow', 'first');
    await eventually(() => bot.open === 1);
    for (const text of ['a', 'b', 'c']) await shop.hear(box, 'quick', text);
    await eventually(() => texts(bot).length === 3);
    expect(texts(bot)).toEqual(['a', 'b', 'c']);
    expect(bot.calls.filter((call) => laneOf(call) === 'dummyslow_box')).toHaveLength(1);
    held.open();
    await shop.settled();
    expect(texts(bot)).toContain('first');
  });

  it('come again with the same id until they are taken, and hold back only their own conversation', async () => {
    let well = false;
    const bot = await app((call) => (laneOf(call) === 'dummyann_box' && !well ? 500 : 200));
    const { shop, box } = await telling(bot);
    await shop.hear(box, 'ann', 'one');
    await shop.hear(box, 'ann', 'two');
    await shop.hear(box, 'ben', 'other');
    await eventually(() => texts(bot).includes('other'));
    const ofAnn = () => bot.calls.filter((call) => laneOf(call) === 'dummyann_box');
    await eventually(async () => {
      await shop.hurry();
      return ofAnn().length >= 3;
    });
    expect(new Set(ofAnn().map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    well = true;
    await shop.hurry();
    await eventually(async () => {
      await shop.hurry();
      return texts(bot).includes('two');
    });
    await shop.settled();
    expect(texts(bot).filter((text) => text !== 'other')).toEqual(['one', 'two']);
  });

  it('are tried by the schedule to its end, and then given up', async () => {
    const bot = await app(() => 503);
    const shop = await house.business(running);
    const endpointId = await shop.webhook(bot.url, 'plain');
    await shop.core.pushEvent(await shop.caller(), { eventName: 'bought', links: [] });
    const line = async () => (await logOf(house.db, shop.id, endpointId, { limit: 1 }))[0]!;
    for (const [i, pause] of retrySchedule.slice(1).entries()) {
      const { dueAt, settledAt } = await eventually(async () => {
        const now = await line();
        expect([now.attempt, now.answerStatus, (now.dueAt ?? 0) > Date.now()]).toEqual([i + 1, 503, true]);
        return now;
      });
      const waits = (dueAt as number) - (settledAt as number);
      expect(waits).toBeGreaterThanOrEqual(pause * 0.79);
      expect(waits).toBeLessThanOrEqual(pause * 1.21);
      await shop.hurry();
    }
    await eventually(async () => expect((await line()).state).toBe('failed'));
    expect(bot.calls).toHaveLength(retrySchedule.length);
    const told = (await shop.events('endpoint.failing')).map(({ data }) => [data.failures, data.disabled]);
    expect(told).toEqual([[4, false]]);
  });

  it('end with a refusal, and the next one follows', async () => {
    const bot = await app((_, n) => (n === 1 ? 400 : 200));
    const { shop, box, endpointId } = await telling(bot);
    await shop.hear(box, 'ann');
    await shop.settled();
    const log = await logOf(house.db, shop.id, endpointId, { limit: 10 });
    expect(log.map(({ state, attempt }) => [state, attempt])).toEqual([
      ['delivered', 1],
      ['delivered', 1],
      ['delivered', 1],
      ['failed', 1],
    ]);
  });

  it('do not follow redirects', async () => {
    const elsewhere = await app();
    const bot = await app(() => ({ status: 302, headers: { location: elsewhere.url } }));
    const shop = await house.business(running);
    const endpointId = await shop.webhook(bot.url, 'plain');
    await shop.core.pushEvent(await shop.caller(), { eventName: 'bought', links: [] });
    await eventually(async () => {
      const [line] = await logOf(house.db, shop.id, endpointId, { limit: 1 });
      expect(line).toMatchObject({ state: 'pending', answerStatus: 302 });
    });
    expect(elsewhere.calls).toHaveLength(0);
  });

  it('that cannot be put into words are tried again, and end like those that nobody takes', async () => {
    const bot = await app();
    const { shop, endpointId } = await telling(bot, 'xms');
    await shop.core.pushEvent(await shop.caller(), { eventName: 'bought', links: [] });
    // An event as no surface expects it.
    await house.sql(
      `with counted as (update event_counter set seq = seq + 1 where business_id = $1 returning seq),
         written as (insert into event (business_id, seq, id, type, at, app_id, lane, data)
           select $1, seq, 'broken', 'message.received', now(), $2, 'dummyann_box', '{"contact": 1}' from counted)
       insert into delivery (business_id, endpoint_id, seq, lane, due_at)
         select $1, $3, seq, 'dummyann_box', now() from counted`,
      [shop.id, await shop.appId(), endpointId],
    );
    const line = async () => (await logOf(house.db, shop.id, endpointId, { limit: 1 }))[0]!;
    await eventually(async () =>
      expect(await line()).toMatchObject({ state: 'pending', attempt: 1, answer: expect.any(String) }),
    );
    await house.sql(
      `update delivery set attempt = 11, due_at = now() where endpoint_id = $1 and due_at is not null`,
      [endpointId],
    );
    await eventually(async () => expect((await line()).state).toBe('failed'));
    expect(bot.calls).toHaveLength(0);
  });
});

/** The next try of what failed is minutes away. */
async function postponed(shop: Tenant, endpointId: string): Promise<void> {
  await eventually(async () => {
    const rows = await house.sql(
      `update delivery set due_at = now() + interval '5 min'
       where business_id = $1 and endpoint_id = $2 and due_at < 'infinity' and lease_until is null and attempt > 0
       returning seq`,
      [shop.id, endpointId],
    );
    expect(rows).not.toEqual([]);
  });
}

describe('an endpoint', () => {
  it('that answers 410 is disabled and told; enabling it replays what it missed, in order', async () => {
    let gone = true;
    const bot = await app(() => (gone ? 410 : 200));
    const { shop, box, endpointId } = await telling(bot);
    for (const text of ['a', 'b', 'c']) await shop.hear(box, 'ann', text);
    await eventually(async () =>
      expect((await shop.setup()).endpoints.get(endpointId)!.disabledAt).toBeGreaterThan(0),
    );
    const [told] = await shop.events('endpoint.failing');
    expect(told!.data).toMatchObject({ endpointId, disabled: true });
    for (const text of ['d', 'e']) await shop.hear(box, 'ann', text);
    await shop.hear(box, 'ben', 'other');
    await shop.settled();
    const calls = bot.calls.length;
    gone = false;
    await shop.core.change.enableEndpoint({ businessId: shop.id }, endpointId);
    await eventually(() => texts(bot).filter((text) => text === 'other').length === 1);
    await shop.settled();
    const after = texts({ ...bot, calls: bot.calls.slice(calls) });
    expect(after.filter((text) => text !== 'other')).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('that is disabled at the very moment when somebody settles keeps that for later, and gets it once it is enabled', async () => {
    const bot = await app(() => 500);
    const { shop, box, endpointId } = await telling(bot);
    await shop.hear(box, 'ann', 'late');
    await eventually(() => bot.calls.length > 0);
    // Its next try is minutes away, and it was not there to be put aside when the endpoint was disabled.
    await postponed(shop, endpointId);
    await house.sql('update endpoint set disabled_at = now() where business_id = $1 and id = $2', [
      shop.id,
      endpointId,
    ]);
    await eventually(async () =>
      expect(
        await house.sql(
          `select count(*)::int as n, bool_and(state = 'held') as held from delivery where business_id = $1 and endpoint_id = $2
             and state <> 'delivered'`,
          [shop.id, endpointId],
        ),
      ).toEqual([{ n: expect.any(Number), held: true }]),
    );
    bot.answer = () => 200;
    await shop.core.change.enableEndpoint({ businessId: shop.id }, endpointId);
    await eventually(() => texts(bot).includes('late'));
  });

  it('that is enabled gets at once what would have waited for its next try', async () => {
    const bot = await app(() => 500);
    const { shop, box, endpointId } = await telling(bot);
    await shop.hear(box, 'ann', 'once more');
    await eventually(() => bot.calls.length > 0);
    await postponed(shop, endpointId);
    bot.answer = () => 200;
    await shop.core.change.enableEndpoint({ businessId: shop.id }, endpointId);
    await eventually(() => texts(bot).includes('once more'));
  });

  it('that is enabled at the very moment of an event misses nothing', async () => {
    const bot = await app();
    const { shop, box, endpointId } = await telling(bot);
    await shop.hear(box, 'ann', 'before');
    await shop.settled();
    // What was put aside by who still saw it disabled.
    await house.sql(
      `update delivery set state = 'held', due_at = null, attempt = 0 where business_id = $1 and endpoint_id = $2`,
      [shop.id, endpointId],
    );
    await eventually(() => texts(bot).length === 2);
  });

  it('one dead, with a thousand events waiting in one conversation, beside a healthy one', async () => {
    const dead = await app(() => 500);
    const bot = await app();
    const shop = await house.business(running);
    const box = await shop.sandbox();
    await shop.core.change.putEndpoint({ businessId: shop.id }, { surface: 'plain', url: dead.url });
    await shop.core.change.putEndpoint({ businessId: shop.id }, { surface: 'plain', url: bot.url });
    const message = (i: number) => ({
      providerId: `m${i}`,
      csid: 'ann',
      timestamp: Date.now(),
      content: { type: 'text' as const, text: `${i}` },
    });
    for (const part of times(10, (i) => i)) {
      await shop.receive(box, { messages: times(100, (i) => message(part * 100 + i)) });
    }
    await shop.hear(box, 'ben', 'quick');
    await eventually(() => texts(bot).includes('quick'));
    await eventually(() => dead.calls.some((call) => laneOf(call) === 'dummyben_box'));
    // What the dead one has not taken is tried again, one by one; the healthy one gets everything meanwhile.
    expect(new Set(dead.calls.map(({ body }) => body.id)).size).toBe(2);
  });

  it('several that never answer do not hold up those of others', async () => {
    const held = gate();
    const dead = await app(async () => {
      await held.passed;
      return 200;
    });
    const bot = await app();
    const slow = await house.business(running);
    const box = await slow.sandbox();
    for (const i of times(5, (n) => n))
      await slow.core.change.putEndpoint(
        { businessId: slow.id },
        { surface: 'plain', url: `${dead.url}/${i}` },
      );
    const one = (i: number) => ({
      providerId: `m${i}`,
      csid: `p${i}`,
      timestamp: Date.now(),
      content: { type: 'text' as const, text: `${i}` },
    });
    await slow.receive(box, { messages: times(140, one) });
    await eventually(() => dead.open >= 256);
    const { shop, box: other } = await telling(bot);
    await shop.hear(other, 'ann', 'quick');
    await eventually(() => texts(bot).includes('quick'));
    held.open();
    await slow.settled();
  });
});

describe('an endpoint of its own kind', () => {
  it('hears the one event of its topic, signed as its surface signs', async () => {
    const crm = await app();
    const { shop, box } = await telling(await app());
    const put = (topic: string) =>
      shop.core.change.putEndpoint(
        { businessId: shop.id },
        {
          surface: 'topical',
          url: crm.url,
          topic,
          verifyToken: 'the-secure-token',
        },
      );
    const [wrote, twice] = [await put('wrote'), await put('wrote')];
    await put('never');
    expect(twice.value.id).not.toBe(wrote.value.id);
    expect(wrote.value.types).toEqual(['message.received']);
    const { contactId } = await shop.hear(box, 'p');
    await shop.settled();
    expect(crm.calls).toHaveLength(2);
    const [{ headers, raw, body }] = crm.calls as [ReceivedCall];
    expect(body).toEqual({ topic: 'wrote', type: 'message.received' });
    expect(headers).toMatchObject({
      authorization: 'Bearer the-secure-token',
      'x-length': String(raw.length),
      'x-said': 'yes',
    });
    expect(Object.keys(headers).filter((name) => /webhook|verify|xms/.test(name))).toEqual([]);
    await put('moved');
    await shop.core.change.putAgent({ businessId: shop.id }, { code: 'ann' });
    await shop.core.assignContact(await shop.caller(), contactId, 'ann');
    await shop.settled();
    expect(crm.calls.slice(2).map((call) => call.body)).toEqual([
      { topic: 'moved', type: 'contact.assigned' },
    ]);
  });

  it('is waited for as long as its surface says', async () => {
    const held = gate();
    const crm = await app(async () => {
      await held.passed;
      return 200;
    });
    const shop = await house.business(running);
    const { value } = await shop.core.change.putEndpoint(
      { businessId: shop.id },
      {
        surface: 'topical',
        url: crm.url,
        topic: 'wrote',
        policy: 'once',
      },
    );
    await shop.hear(await shop.sandbox(), 'p');
    await shop.settled();
    const [line] = await logOf(house.db, shop.id, value.id, { limit: 1 });
    expect(line).toMatchObject({ state: 'failed', attempt: 1 });
    expect(line).not.toHaveProperty('answerStatus');
    held.open();
  });

  it.each([
    ['once', 1],
    ['retry', 5],
  ] as const)('with the policy %s is called %i times at most', async (policy, most) => {
    const crm = await app(() => 500);
    const shop = await house.business(running);
    const { value } = await shop.core.change.putEndpoint(
      { businessId: shop.id },
      {
        ...{ surface: 'plain', url: crm.url, policy },
        // Not of its own failing, too.
        types: ['customer.event'],
      },
    );
    await shop.core.pushEvent(await shop.caller(), { eventName: 'bought', links: [] });
    await eventually(async () => {
      await shop.hurry();
      const [line] = await logOf(house.db, shop.id, value.id, { limit: 1 });
      return line?.state === 'failed' && line.attempt === most;
    });
    expect(crm.calls).toHaveLength(most);
  });

  it('that is switched off hears nothing, not even later', async () => {
    const crm = await app((_, n) => (n === 1 ? 503 : 200));
    const shop = await house.business(running);
    const change = (enabled: boolean) =>
      shop.core.change.putEndpoint({ businessId: shop.id }, { surface: 'plain', url: crm.url, enabled });
    const say = async (eventName: string) =>
      shop.core.pushEvent(await shop.caller(), { eventName, links: [] });
    const { value } = await change(true);
    await say('before');
    await eventually(() => crm.calls.length === 1);
    await change(false);
    await say('meanwhile');
    await shop.settled();
    await change(true);
    await say('after');
    await shop.settled();
    const log = await logOf(house.db, shop.id, value.id, { limit: 10 });
    expect(log.map(({ state }) => state)).toEqual(['delivered', 'failed']);
    const names = crm.calls.map(({ body }) => (body.data as { name: string }).name);
    expect(names).toEqual(['before', 'after']);
  });
});

describe('what a webhook carries', () => {
  it('a signature that Standard Webhooks verifies, the token, and the event’s id', async () => {
    const bot = await app();
    const shop = await house.business(running);
    const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
    const put = { surface: 'plain', app: 'default', url: bot.url, secret, verifyToken: 'token-of-the-bot' };
    await shop.core.change.putEndpoint({ businessId: shop.id }, put);
    await shop.core.pushEvent(await shop.caller(), { eventName: 'bought', links: [] });
    await eventually(() => bot.calls.length === 1);
    const [call] = bot.calls;
    const headers = call!.headers as Record<string, string>;
    expect(new Webhook(secret).verify(call!.raw, headers)).toMatchObject({ type: 'customer.event' });
    expect(headers['x-verify-token']).toBe('token-of-the-bot');
    expect(headers['webhook-id']).toBe(call!.body.id);
    expect(headers['x-xms-delivery']).toBe(call!.body.id);
    expect(() => new Webhook(secret).verify(`${call!.raw} `, headers)).toThrow();
  });

  it('signatures of the old and of the new secret, while a change of secrets is under way', async () => {
    const bot = await app();
    const shop = await house.business(running);
    const secrets = ['a', 'b'].map((c) => `whsec_${Buffer.from(c.repeat(32)).toString('base64')}`);
    for (const secret of secrets)
      await shop.core.change.putEndpoint(
        { businessId: shop.id },
        { surface: 'plain', app: 'default', url: bot.url, secret },
      );
    await shop.core.pushEvent(await shop.caller(), { eventName: 'bought', links: [] });
    await eventually(() => bot.calls.length === 1);
    const [call] = bot.calls;
    for (const secret of secrets)
      expect(new Webhook(secret).verify(call!.raw, call!.headers as Record<string, string>)).toBeDefined();
  });
});

describe('what becomes of telling an app', () => {
  it('FORWARDED when it took the message, FORWARD_ERR when it refused it', async () => {
    const bot = await app(({ raw }) => (raw.includes('refuse me') ? 400 : 200));
    const { shop, box } = await telling(bot);
    const taken = await shop.hear(box, 'ann', 'take me');
    const refused = await shop.hear(box, 'ann', 'refuse me');
    expect((await shop.reaches(taken.id, 'FORWARDED')).stamps.FORWARDED).toBeGreaterThan(0);
    await shop.reaches(refused.id, 'FORWARD_ERR');
  });

  it('STATUS_FORWARD_ERR stands beside the status, and is none', async () => {
    const bot = await app(({ body }) => (body.type === 'message.status' ? 400 : 200));
    const { shop, box } = await telling(bot);
    const { id } = await shop.send(box, '002');
    await eventually(async () => {
      const { status, stamps } = await shop.message(id);
      expect([status, stamps.STATUS_FORWARD_ERR !== undefined]).toEqual(['SENTX', true]);
    });
  });
});

describe('an app that wants to be asked about a person', () => {
  it('is asked at the start of the session, and every event carries its answer', async () => {
    const asked: string[] = [];
    const bot = await app(({ path }) => {
      asked.push(path);
      return path === '/bot/contact/info'
        ? { body: { name: 'Ann of the CRM', profileId: 'crm-7', labels: [{ key: 'tier', value: 'gold' }] } }
        : 200;
    });
    const shop = await house.business(running);
    const box = await shop.sandbox();
    await shop.webhook(`${bot.url}/bot/message/receive`);
    await shop.hear(box, 'ann', 'one');
    await shop.hear(box, 'ann', 'two');
    await shop.settled();
    expect(asked.filter((path) => path === '/bot/contact/info')).toHaveLength(1);
    const told = bot.calls.filter(
      ({ path, body }) => path === '/bot/message/receive' && body.type === 'messages',
    );
    expect(told).toHaveLength(2);
    for (const { raw } of told) expect(raw).toContain('Ann of the CRM');
    expect((await shop.core.findContact(shop.id, 'dummyann_box', 'contactId')).labels).toMatchObject([
      { key: 'tier', value: 'gold' },
    ]);
  });

  it('has three seconds; its messages come all the same', async () => {
    const held = gate();
    const bot = await app(async ({ path }) => {
      if (path === '/bot/contact/info') await held.passed;
      return 200;
    });
    const shop = await house.business(running);
    const box = await shop.sandbox();
    await shop.webhook(`${bot.url}/bot/message/receive`);
    await shop.hear(box, 'ann', 'one');
    await eventually(() => bot.calls.some(({ body }) => body.type === 'messages'));
    held.open();
  });
});
