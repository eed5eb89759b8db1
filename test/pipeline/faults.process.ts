import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gate, type Receiver, receiver, takesAll } from './receiver.ts';
import { eventually, House, type Running, times } from './tools.ts';

let house: House;
let running: Running;
const open: Receiver[] = [];
beforeEach(async () => {
  house = await House.open();
  running = await house.start();
});
afterEach(async () => {
  await house.close();
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function outside(answer: Receiver['answer']): Promise<Receiver> {
  const one = await receiver(answer);
  open.push(one);
  return one;
}

/** Ends every connection of the pipelines to the database. */
const killConnections = () =>
  house.sql(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'parley' and pid <> pg_backend_pid()`);

const idsOf = ({ calls }: Receiver) => calls.map(({ body }) => body.id as string);

describe('a stop', () => {
  it('ends what is under way, starts nothing new, and loses nothing', async () => {
    const held = gate();
    const provider = await outside(async (call) => {
      await held.passed;
      return takesAll(call);
    });
    const shop = await house.business(running);
    const channel = await shop.connector('line', provider.url, { perSecond: 1000 });
    const sent = await Promise.all(times(10, (i) => shop.send(channel, `p${i}`)));
    await eventually(() => provider.open === 10);
    const stopped = house.stop(running);
    // What is accepted by another process meanwhile is not for the one that stops.
    await house.sql(`update channel set paused_until = now() + interval '1 hour'`);
    held.open();
    await stopped;
    for (const { id } of sent) {
      const [row] = await house.sql<{ status: string }>('select status from message where id = $1', [id]);
      expect(row!.status).toBe('SENTX');
    }
    expect(provider.calls).toHaveLength(10);
  });

  it('does not wait for ever: calls that are not answered are cut, and made again by the next process', async () => {
    let well = false;
    const provider = await outside((call) => (well ? takesAll(call) : new Promise(() => {})));
    const bot = await outside(() => (well ? 200 : new Promise<number>(() => {})));
    const shop = await house.business(running);
    const channel = await shop.connector('line', provider.url);
    await shop.webhook(bot.url, 'plain');
    const { id } = await shop.send(channel, 'ann');
    await shop.hear(channel, 'ben');
    await eventually(() => provider.open === 1 && bot.open === 2);
    await house.stop(running);
    well = true;
    const next = shop.at(await house.start());
    await eventually(async () => {
      await next.hurry();
      return (await next.message(id)).status === 'SENTX';
    });
    await next.settled();
    expect(new Set(idsOf(provider))).toEqual(new Set([id]));
    const told = new Set(bot.calls.map(({ body }) => body.seq));
    expect(told.size).toBe((await next.events()).length);
  });

  it('while the database is away ends all the same', async () => {
    const held = gate();
    const provider = await outside(async (call) => {
      await held.passed;
      return takesAll(call);
    });
    const shop = await house.business(running);
    const channel = await shop.connector('line', provider.url);
    await shop.send(channel, 'ann');
    await eventually(() => provider.open === 1);
    running.database.cut();
    held.open();
    await eventually(() => provider.open === 0);
    await running.stop();
    expect(running.inFlight().messages).toBeLessThanOrEqual(1);
  });
});

describe('connections to the database that are killed under load', () => {
  it('lose no message and send none twice, and everything settles afterwards', async () => {
    const provider = await outside(takesAll);
    const bot = await outside(() => 200);
    const shop = await house.business(running);
    const channel = await shop.connector('line', provider.url);
    await shop.webhook(bot.url, 'plain');
    const accepted: string[] = [];
    const load = Promise.all(
      times(8, async (person) => {
        for (const i of times(10, (n) => n)) {
          await shop.send(channel, `p${person}`, `${i}`).then(
            ({ id }) => accepted.push(id),
            () => {},
          );
        }
      }),
    );
    for (const _ of times(4, (i) => i)) {
      await eventually(() => provider.calls.length > 0);
      await killConnections();
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    await load;
    expect(accepted.length).toBeGreaterThan(0);
    await shop.settled();
    const sent = idsOf(provider);
    expect(new Set(sent).size).toBe(sent.length);
    for (const id of accepted) expect(sent).toContain(id);
    // What a caller was not told of may be there all the same; then it was sent, too.
    const stored = await shop.messages();
    expect(stored.map(({ status }) => status)).toEqual(stored.map(() => 'SENTX'));
    expect(sent.toSorted()).toEqual(stored.map(({ id }) => id));
    const log = await shop.events();
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1));
    expect(new Set(bot.calls.map(({ body }) => body.seq)).size).toBe(
      log.filter(({ appId }) => appId !== undefined).length,
    );
  });
});

describe('a database that is away for a moment', () => {
  it('between claim and call: nothing was tried, and the message is not taken for one that may have been sent', async () => {
    const provider = await outside(takesAll);
    const shop = await house.business(running);
    const channel = await shop.connector('line', provider.url, { perSecond: 1000 });
    running.database.cut('budgets.take');
    const { id } = await shop.send(channel, 'ann');
    await eventually(async () => (await shop.message(id)).status === 'INIT');
    await house.sql('update message set lease_until = now()');
    running.database.mend();
    expect((await shop.reaches(id, 'SENTX')).failure).toBeUndefined();
    expect(provider.calls).toHaveLength(1);
  });

  it('after an outcome was committed: it is not recorded again, and others go on', async () => {
    const provider = await outside(takesAll);
    const shop = await house.business(running);
    const channel = await shop.connector('line', provider.url);
    const settled = running.database.count('messages.advance');
    running.database.cut('messages.wakeNext');
    const ann = await shop.send(channel, 'ann');
    await shop.reaches(ann.id, 'SENTX');
    await eventually(() => running.inFlight().messages === 0);
    const ben = await shop.send(channel, 'ben');
    await shop.reaches(ben.id, 'SENTX');
    expect(settled()).toBe(2);
  });
});

describe('many businesses in one house', () => {
  it('nothing crosses over, and each counts its events for itself, without gaps', async () => {
    const other = await house.start();
    const bots = await Promise.all(times(4, () => outside(() => 200)));
    const shops = [];
    for (const bot of bots) {
      const shop = await house.business(running);
      await shop.sandbox();
      await shop.webhook(bot.url, 'plain');
      shops.push(shop);
    }
    // The same addresses, ids and channels in each.
    await Promise.all(
      shops.flatMap((shop, i) =>
        times(15, (n) => {
          const here = n % 2 ? shop : shop.at(other);
          const more = { providerId: `m${n}`, timestamp: 1000 };
          return [
            here.hear('dummy:box', `p${n % 3}`, `shop ${i}`, more),
            here.send('dummy:box', `p${n % 3}002`, `shop ${i}`),
          ];
        }).flat(),
      ),
    );
    for (const [i, shop] of shops.entries()) {
      await shop.settled();
      const log = await shop.events();
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, n) => n + 1));
      const heard = bots[i]!.calls.map(({ raw }) => raw);
      expect(heard.length).toBe(log.length);
      expect(heard.filter((raw) => raw.includes('shop ')).every((raw) => raw.includes(`shop ${i}`))).toBe(
        true,
      );
      expect((await shop.messages()).length).toBe(30);
    }
    const [first, second] = shops;
    const { id } = await first!.send('dummy:box', 'x');
    await expect(second!.message(id)).rejects.toThrow();
    await expect(second!.send('dummy:box', 'x', 'y', { replyTo: id })).rejects.toMatchObject({
      details: [{ field: 'replyTo' }],
    });
  });
});
