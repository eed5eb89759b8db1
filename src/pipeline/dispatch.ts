import type { Received } from '../channels/channel.ts';
import { channelOf as doorOf } from '../channels/index.ts';
import type { NewEvent } from '../model/event.ts';
import { failureClasses } from '../model/failure.ts';
import { groupBy } from '../model/group.ts';
import { newId } from '../model/ids.ts';
import * as channels from '../store/channels.ts';
import { isUnavailable, type Queryable } from '../store/database.ts';
import * as echoes from '../store/echoes.ts';
import * as events from '../store/events.ts';
import * as queue from '../store/message-queue.ts';
import { noteAliases } from './aliases.ts';
import { type Attempted, attempt, withoutDetails } from './attempt.ts';
import type { Context } from './context.ts';
import { GroupCommit } from './group-commit.ts';
import { emptied, startLoop } from './loop.ts';
import { Places } from './places.ts';
import { applyEarlyReceipts } from './receipts.ts';
import { takeSteps } from './steps.ts';

/** A claim lasts this long, in ms, and is renewed while the send is under way: after a crash others
 * take over within it. */
const leaseMs = 9000;
const renewEveryMs = 3000;
/** Outcomes that the database does not take are offered again after this pause, ms. */
const againMs = 250;
/** A stop waits this long for sends under way, ms; who takes over then finds them by their lease. */
const stopWithinMs = 7000;
/** Messages under way at a time, in all and per channel. */
const maxInFlight = 512;
const maxPerChannel = 128;
/** Failures in a row after which a channel needs an administrator (channels.md rule 10). */
const faultLimit = 3;

/** Sends accepted messages: claims them, calls their channels, records what became of them. */
export function startDispatch(ctx: Context): { stop(): Promise<void>; inFlight(): number } {
  const held = new Map<string, queue.ClaimedMessage>();
  const places = new Places(maxInFlight, maxPerChannel);
  let stuck = 0;
  let givenUp = false;
  const settle = new GroupCommit<Attempted, void>((batch) => settleAll(ctx, batch), {
    isolate: (error) => !isUnavailable(error),
  });
  const loop = startLoop('dispatch', claimAndSend, 500, ctx.log);
  const unlisten = ctx.wake.on('messages', () => loop.wake());
  const renewing = setInterval(renew, renewEveryMs);

  async function claimAndSend(): Promise<boolean> {
    if (places.free <= 0 || stuck > 0) return false;
    const limit = Math.min(places.free, 128);
    const { claimed, parked } = await queue.claim(ctx.db, {
      limit,
      share: places.share,
      rooms: places.rooms().map(({ key, free }) => ({ ...channelKey(key), free })),
      leaseMs,
    });
    const fresh = claimed.filter((message) => !isOurs(message));
    for (const message of await withinBudget(ctx, fresh)) void sendOne(message);
    await queue.unpark(ctx.db, parked);
    // Behind what was parked there may be others.
    return claimed.length === limit || parked.length > 0;
  }

  /** Still being sent by us, though its lease ran out: the database was away. It is not sent once more. */
  function isOurs({ id, attempt: tried, freeAttempts }: queue.ClaimedMessage): boolean {
    const ours = held.get(id);
    if (ours) Object.assign(ours, { attempt: tried, freeAttempts: freeAttempts + 1 });
    return ours !== undefined;
  }

  async function sendOne(message: queue.ClaimedMessage): Promise<void> {
    const channel = `${message.businessId} ${message.channelId}`;
    held.set(message.id, message);
    places.take(channel);
    try {
      const setup = await ctx.setup(message.businessId);
      await record(await attempt(ctx, setup, message));
    } catch (error) {
      // The lease ends, and the message is tried again: nothing is lost.
      ctx.log.error({ err: error, message: message.id }, 'the outcome of a send could not be recorded');
    } finally {
      held.delete(message.id);
      if (places.give(channel)) loop.wake();
    }
  }

  /** What the store refuses is recorded without what the outside said of it: else it would be sent again. */
  async function record(done: Attempted): Promise<void> {
    try {
      await offer(done);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      ctx.log.error({ err: error, message: done.message.id }, 'an outcome is recorded without its details');
      await offer(withoutDetails(done));
    }
  }

  /** While the database is away outcomes wait, and nothing new is claimed: what was sent is not sent again. */
  async function offer(done: Attempted): Promise<void> {
    let waits = false;
    try {
      for (;;) {
        try {
          return await settle.add(done);
        } catch (error) {
          if (givenUp || !isUnavailable(error)) throw error;
          stuck += waits ? 0 : 1;
          waits = true;
        }
        await new Promise((resolve) => setTimeout(resolve, againMs));
      }
    } finally {
      if (waits) stuck -= 1;
    }
  }

  function renew(): void {
    queue.renew(ctx.db, [...held.values()], leaseMs).catch((error: unknown) => {
      ctx.log.warn({ err: error }, 'leases could not be renewed');
    });
  }

  return {
    inFlight: () => held.size,
    async stop() {
      unlisten();
      await loop.stop();
      await emptied(held, stopWithinMs);
      givenUp = true;
      clearInterval(renewing);
    },
  };
}

function channelKey(key: string): { businessId: number; channelId: string } {
  const at = key.indexOf(' ');
  return { businessId: Number(key.slice(0, at)), channelId: key.slice(at + 1) };
}

/** Keeps what each channel's budget allows now, and gives the rest back for later (channels.md rule 9). */
async function withinBudget(ctx: Context, claimed: queue.ClaimedMessage[]): Promise<queue.ClaimedMessage[]> {
  const byChannel = groupBy(claimed, (message) => `${message.businessId} ${message.channelId}`);
  const allowed: queue.ClaimedMessage[] = [];
  for (const [key, list] of byChannel) {
    const { businessId, channelId } = channelKey(key);
    const perSecond = await rateOf(ctx, businessId, channelId);
    if (perSecond === undefined) {
      allowed.push(...list);
      continue;
    }
    const granted = await ctx.db.transaction((tx) =>
      queue.takeTokens(tx, { businessId, channelId, perSecond }, list.length),
    );
    allowed.push(...list.slice(0, granted));
    const rest = list.slice(granted);
    await queue.release(
      ctx.db,
      rest.map((message, i) => ({ ...message, inMs: ((i + 1) * 1000) / perSecond })),
    );
  }
  return allowed;
}

async function rateOf(ctx: Context, businessId: number, channelId: string): Promise<number | undefined> {
  const channel = (await ctx.setup(businessId)).channels.get(channelId);
  const own = channel?.settings.perSecond;
  if (typeof own === 'number' && own > 0) return own;
  return channel && doorOf(channel.type)?.carries.perSecond;
}

/** Records a batch of outcomes in one transaction: statuses, events, echoes. Then the next of each lane is due. */
async function settleAll(ctx: Context, batch: Attempted[]): Promise<undefined[]> {
  const queued = await ctx.db.transaction(async (tx) => {
    const { stepped, events: news } = await takeSteps(
      tx,
      ctx,
      batch.map((done) => done.step),
    );
    news.push(...(await noteFaults(tx, batch)));
    news.push(...(await applyEarlyReceipts(tx, ctx, stepped)));
    await keepEchoes(tx, batch);
    await noteAliases(tx, ctx, batch);
    return (await events.appendLast(tx, news, ctx.tells)).queued;
  });
  const done = batch.filter((one) => one.step.settle?.retryInMs === undefined);
  const woken = await queue.wakeNext(
    ctx.db,
    done.map(({ message }) => message),
  );
  if (woken > 0) ctx.wake.call('messages');
  if (queued > 0) ctx.wake.call('deliveries');
  if (batch.some((done) => done.sent?.echoes?.length)) ctx.wake.call('echoes');
  return batch.map(() => undefined);
}

async function keepEchoes(tx: Queryable, batch: Attempted[]): Promise<void> {
  await echoes.keep(
    tx,
    batch.flatMap(({ message, sent }) =>
      (sent?.echoes ?? []).map((echo) => ({
        businessId: message.businessId,
        id: newId(),
        channelId: message.channelId,
        received: echo.received satisfies Partial<Received>,
        afterMs: echo.afterMs,
      })),
    ),
  );
}

/** Pauses channels that were told to wait, and counts faults of the channels themselves. */
async function noteFaults(tx: Queryable, batch: Attempted[]): Promise<(NewEvent & { businessId: number })[]> {
  const news: (NewEvent & { businessId: number })[] = [];
  const well: { businessId: number; channelId: string }[] = [];
  const byChannel = groupBy(batch, ({ message }) => `${message.businessId} ${message.channelId}`);
  for (const [key, list] of [...byChannel].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { businessId, channelId } = channelKey(key);
    const waits = list.flatMap(({ failure }) =>
      failure?.class === 'RATE_LIMITED' && failure.scope !== 'recipient'
        ? [failure.retryAfterMs ?? 1000]
        : [],
    );
    if (waits.length > 0)
      await channels.pause(tx, businessId, channelId, Math.min(3_600_000, Math.max(...waits)));
    for (const { failure, channelAtFault } of list) {
      if (!channelAtFault || failure?.class !== 'AUTH') continue;
      const reason = [failureClasses.AUTH.text, failure.text].filter((part) => part).join(' ');
      if (!(await channels.countFault(tx, businessId, channelId, reason, faultLimit))) continue;
      news.push({
        businessId,
        id: newId(),
        type: 'channel.attention',
        at: Date.now(),
        data: { channelId, needed: true, reason },
      });
    }
    if (list.some(({ sent }) => sent) && !list.some(({ channelAtFault }) => channelAtFault))
      well.push({ businessId, channelId });
  }
  await channels.areWell(tx, well);
  return news;
}
