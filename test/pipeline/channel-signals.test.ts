import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { simulator as line } from '../../sim/line.ts';
import { messenger } from '../../sim/meta.ts';
import type { Shown, Simulated, Simulator } from '../../sim/simulator.ts';
import { Board } from '../../sim/switches.ts';
import { whatsapp } from '../../sim/whatsapp.ts';
import type { SessionRef } from '../../src/pipeline/channel-signals.ts';
import { eventually, House, type Running, type Tenant, times } from './tools.ts';

let house: House;
let running: Running;
const open: Simulated[] = [];
let people = 10_000;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterEach(() => Promise.all(open.splice(0).map((one) => one.close())));
afterAll(() => house.close());

/** A channel of a shop, with its provider. */
async function channelAt(simulator: Simulator, settings: Record<string, unknown> = {}) {
  const shop = await house.business(running, { agents: [{ code: 'ann', name: 'Ann' }] });
  const board = new Board();
  const provider = await simulator.start({ port: 0, board });
  open.push(provider);
  const put = (more: Record<string, unknown>) =>
    shop.core.change.putChannel(
      { businessId: shop.id },
      { type: provider.type, lane: 'shop', settings: { ...provider.settings, ...more } },
    );
  await put(settings);
  const id = `${provider.type}:shop`;
  const { accountId } = (await shop.setup()).channels.get(id)!;
  provider.webhook = `${running.address}/webhook/${provider.type}/${accountId}`;
  return {
    id,
    shop,
    board,
    provider,
    put,
    shown: () => provider.shown!.map(({ what }: Shown) => what),
    /** Somebody new writes; answers who, in which session, and how the same person writes again. */
    async somebody() {
      people += 1;
      const csid = simulator === line ? `U${String(people).padStart(32, '0')}` : String(people);
      const says = async (text: string) => {
        await provider.say(csid, text);
        return sessionOf(shop, csid);
      };
      return { csid, says, session: await says('Hello') };
    },
    typing: (session: SessionRef, on = true) => shop.core.signals.typing(shop.id, session, on),
    read: (session: SessionRef, upTo?: string) => shop.core.signals.read(shop.id, session.id, upTo),
    /** Changes the row of the channel, those of its contacts, or what is left of its budget. */
    change: (table: 'channel' | 'contact' | 'channel_budget', change: string) =>
      house.sql(`update ${table} set ${change} where business_id = $1`, [shop.id]),
  };
}

async function sessionOf(shop: Tenant, csid: string): Promise<SessionRef> {
  const [session] = await house.sql<SessionRef & Record<string, unknown>>(
    `select s.id, s.channel_id as "channelId" from session s
     join contact c on c.business_id = s.business_id and c.id = s.contact_id
     where s.business_id = $1 and c.csid = $2 order by s.id desc limit 1`,
    [shop.id, csid],
  );
  return session!;
}

describe('that an agent writes', () => {
  it('is shown at once, no more often than it must be, and ends when the agent stops', async () => {
    const { typing, shown, somebody } = await channelAt(messenger);
    const { session } = await somebody();
    // Two windows of the agent tell it at the same moment.
    expect((await Promise.all([typing(session), typing(session)])).sort()).toEqual(['told', 'tooSoon']);
    expect(await typing(session)).toBe('tooSoon');
    expect(shown()).toEqual(['typing']);
    expect(await typing(session, false)).toBe('told');
    expect(await typing(session, false)).toBe('notShown');
    // Who stops and goes on all the time is not told of more often for it.
    expect(await typing(session)).toBe('tooSoon');
    await eventually(async () => (await typing(session)) === 'told');
    expect(shown()).toEqual(['typing', 'stopped', 'typing']);
  });

  it('is shown in each conversation for itself', async () => {
    const { typing, provider, somebody } = await channelAt(messenger);
    const [one, another] = [await somebody(), await somebody()];
    expect([await typing(one.session), await typing(another.session)]).toEqual(['told', 'told']);
    expect(provider.shown!.map(({ to }) => to)).toEqual([one.csid, another.csid]);
  });

  it('is shown at WhatsApp with the read mark, which is not made again', async () => {
    const { typing, read, provider, somebody } = await channelAt(whatsapp);
    const { session, says } = await somebody();
    expect(await typing(session)).toBe('told');
    expect(provider.shown!.map(({ what }) => what)).toEqual(['read', 'typing']);
    expect(await read(session)).toBe('alreadyTold');
    await says('Are you there?');
    expect(await read(session)).toBe('told');
    expect(provider.shown!.at(-1)!.message).not.toBe(provider.shown![0]!.message);
  });

  it('is not shown once the window is closed, nor to who has opted out', async () => {
    const { typing, shown, somebody, change } = await channelAt(messenger, { humanAgent: true });
    const { session } = await somebody();
    await change('contact', `last_inbound_at = now() - interval '25 hours'`);
    expect(await typing(session)).toBe('outsideWindow');
    const { session: another } = await somebody();
    await change('contact', 'opted_out = true');
    expect(await typing(another)).toBe('held');
    expect(shown()).toEqual([]);
  });

  it('is shown to nobody who never wrote, where the provider wants a message to be named', async () => {
    const { typing, shown, shop, id } = await channelAt(whatsapp);
    await shop.send(id, '966500000019');
    await house.sql(`update contact set last_inbound_at = now() where business_id = $1`, [shop.id]);
    expect(await typing(await sessionOf(shop, '966500000019'))).toBe('nothingWritten');
    expect(shown()).toEqual([]);
  });
});

describe('what an agent has read', () => {
  it('is marked once, whoever reads it, at however many processes', async () => {
    const { read, shown, somebody, shop } = await channelAt(messenger);
    const other = await house.start();
    const { session, says } = await somebody();
    const there = shop.at(other).core.signals;
    const all = times(6, (i) => (i % 2 ? read(session) : there.read(shop.id, session.id)));
    expect((await Promise.all(all)).filter((one) => one === 'told')).toHaveLength(1);
    expect(shown()).toEqual(['read']);
    await says('And another thing');
    expect([await read(session), await read(session)]).toEqual(['told', 'alreadyTold']);
    await house.stop(other);
  });

  it('is marked when the inbox says that an agent has read it, and by no program that answers', async () => {
    const { shown, somebody, shop, id } = await channelAt(messenger);
    const { session, csid } = await somebody();
    const sent = await shop.send(id, csid, 'A program answers');
    await shop.reaches(sent.id, 'DLVRD');
    expect(shown()).toEqual([]);
    const ann = { ...(await shop.caller()), agent: { code: 'ann' } } as never;
    expect(await shop.core.inbox.read(ann, session.id)).toBe(0);
    await eventually(() => expect(shown()).toEqual(['read']));
  });

  it('is not marked before all is read that the person wrote', async () => {
    const { read, shown, somebody, shop } = await channelAt(messenger);
    const { session, says } = await somebody();
    const [first] = await shop.messages();
    await says('And another thing');
    expect(await read(session, first!.id)).toBe('notAllRead');
    const last = (await shop.messages()).at(-1)!;
    expect(await read(session, last.id)).toBe('told');
    expect(shown()).toEqual(['read']);
  });

  it('is marked at LINE by the token of the newest message that has one', async () => {
    const { read, provider, somebody, shop, id } = await channelAt(line);
    const { session, csid } = await somebody();
    await shop.hear(id, csid, 'Yes', { providerId: 'press:1' });
    expect(await read(session)).toBe('told');
    const [written] = await shop.messages();
    const { providerId } = await shop.message(written!.id);
    expect(provider.shown).toEqual([{ what: 'read', message: providerId }]);
  });

  it('is not marked in a session after which the person began another', async () => {
    const { read, typing, shown, somebody, shop } = await channelAt(messenger);
    const { session, says } = await somebody();
    await shop.core.close(await shop.caller(), session.id);
    const newer = await says('Me again');
    expect(newer.id).not.toBe(session.id);
    expect([await read(session), await typing(session)]).toEqual(['notShown', 'notShown']);
    expect(await read(newer)).toBe('told');
    expect(shown()).toEqual(['read']);
  });
});

describe('a channel', () => {
  it('shows nothing that is switched off', async () => {
    const { typing, read, shown, somebody, put } = await channelAt(messenger, { typing: false });
    const { session } = await somebody();
    expect([await typing(session), await read(session)]).toEqual(['notShown', 'told']);
    await put({ readMarks: false });
    const { session: another } = await somebody();
    expect([await typing(another), await read(another)]).toEqual(['told', 'notShown']);
    expect(shown()).toEqual(['read', 'typing']);
  });

  it('of WhatsApp shows nobody who writes where it must not mark what was read', async () => {
    const { typing, shown, somebody } = await channelAt(whatsapp, { readMarks: false });
    expect(await typing((await somebody()).session)).toBe('notShown');
    expect(shown()).toEqual([]);
  });

  it('shows nothing while it pauses, or waits for an administrator', async () => {
    const { typing, read, shown, somebody, change } = await channelAt(messenger);
    const { session } = await somebody();
    await change('channel', `paused_until = now() + interval '1 hour'`);
    expect([await typing(session), await read(session)]).toEqual(['held', 'held']);
    await change('channel', `paused_until = null, attention = '{"since":1,"reason":"So it is."}'`);
    const { session: another } = await somebody();
    expect([await typing(another), await read(session)]).toEqual(['held', 'held']);
    await change('channel', 'attention = null');
    expect(await read(session)).toBe('told');
    expect(shown()).toEqual(['read']);
  });

  it('leaves what it may send to messages', async () => {
    const { read, shown, somebody, put, change } = await channelAt(messenger, { perSecond: 1 });
    const { session } = await somebody();
    expect(await read(session)).toBe('noRoom');
    await put({ perSecond: 10 });
    const { session: another } = await somebody();
    /** So much of it is left, and nothing comes back. */
    const left = (tokens: number) =>
      change('channel_budget', `tokens = ${tokens}, refilled_at = now() + interval '1 hour'`);
    await left(5.9);
    expect(await read(session)).toBe('noRoom');
    await left(6);
    expect(await read(session)).toBe('told');
    expect(await read(another)).toBe('noRoom');
    expect(shown()).toEqual(['read']);
  });

  it('that refuses signals is left alone for a while, is none the worse, and sends as before', async () => {
    const { typing, read, shown, somebody, board, shop, id } = await channelAt(messenger);
    const { session, csid } = await somebody();
    board.switches.expired = true;
    expect(await typing(session)).toBe('failed');
    board.switches.expired = false;
    expect(await read(session)).toBe('failed');
    const { id: sent } = await shop.send(id, csid, 'Hello');
    await shop.reaches(sent, 'DLVRD');
    const [row] = await house.sql<{ faults: number }>(
      'select auth_failures as faults from channel where business_id = $1',
      [shop.id],
    );
    expect(row).toEqual({ faults: 0 });
    expect(shown()).toEqual([]);
  });
});

it('a process that ends does not wait for a signal that nobody takes', async () => {
  const { shop, somebody, board } = await channelAt(messenger);
  const { session } = await somebody();
  const other = await house.start();
  board.switches.delayMs = 40_000;
  const told = shop.at(other).core.signals.typing(shop.id, session, true);
  await eventually(async () => {
    const [row] = await house.sql<{ spare: boolean }>(
      'select tokens < 300 as spare from channel_budget where business_id = $1',
      [shop.id],
    );
    return row?.spare === true;
  });
  await house.stop(other);
  expect(await told).toBe('stopping');
  expect(await shop.at(other).core.signals.read(shop.id, session.id)).toBe('stopping');
  board.switches.delayMs = 0;
});
