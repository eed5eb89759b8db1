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
import { type Attempted, attempt } from './attempt.ts';
import type { Context } from './context.ts';
import { GroupCommit } from './group-commit.ts';
import { startLoop } from './loop.ts';
import { applyEarlyReceipts } from './receipts.ts';
import { takeSteps } from './steps.ts';

/** A claim lasts this long, in ms, and is renewed while the send is under way: after a crash others
 * take over within it. */
const leaseMs = 9000;
const renewEveryMs = 3000;
/** Messages under way at a time, in all and per channel. */
const maxInFlight = 512;
const maxPerChannel = 128;
/** Failures in a row after which a channel needs an administrator (channels.md rule 10). */
const faultLimit = 3;

/** Sends accepted messages: claims them, calls their channels, records what became of them. */
export function startDispatch(ctx: Context): { stop(): Promise<void>; inFlight(): number } {
  const held = new Map<string, queue.ClaimedMessage>();
  const perChannel = new Map<string, number>();
  let stuck = 0;
  const settle = new GroupCommit<Attempted, void>((batch) => settleAll(ctx, batch), {
    isolate: (error) => !isUnavailable(error),
  });
  const loop = startLoop('dispatch', claimAndSend, 500, ctx.log);
  const unlisten = ctx.wake.on('messages', () => loop.wake());
  const renewing = setInterval(renew, renewEveryMs);

  async function claimAndSend(): Promise<boolean> {
    const free = maxInFlight - held.size;
    if (free <= 0 || stuck > 0) return false;
    const limit = Math.min(free, 128);
    const rooms = [...perChannel].map(([key, n]) => ({
      ...channelKey(key),
      free: Math.max(0, maxPerChannel - n),
    }));
    const claimed = await ctx.db.transaction((tx) =>
      queue.claim(tx, { limit, share: maxPerChannel, rooms, leaseMs }),
    );
    for (const message of await withinBudget(ctx, claimed)) void sendOne(message);
    return claimed.length === limit;
  }

  async function sendOne(message: queue.ClaimedMessage): Promise<void> {
    const channel = `${message.businessId} ${message.channelId}`;
    held.set(message.id, message);
    perChannel.set(channel, (perChannel.get(channel) ?? 0) + 1);
    try {
      const setup = await ctx.setup(message.businessId);
      await record(await attempt(ctx, setup, message));
    } catch (error) {
      // The lease ends, and the message is tried again: nothing is lost.
      ctx.log.error({ err: error, message: message.id }, 'the outcome of a send could not be recorded');
    } finally {
      held.delete(message.id);
      const left = perChannel.get(channel)! - 1;
      if (left > 0) perChannel.set(channel, left);
      else perChannel.delete(channel);
      if (held.size === 0 || left === maxPerChannel - 1 || held.size === maxInFlight - 1) loop.wake();
    }
  }

  /** While the database is away outcomes wait, and nothing new is claimed: what was sent is not sent again. */
  async function record(done: Attempted): Promise<void> {
    try {
      await settle.add(done);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      stuck += 1;
      await new Promise((resolve) => setTimeout(resolve, 250));
      await record(done).finally(() => {
        stuck -= 1;
      });
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
      while (held.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
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

/** Records a batch of outcomes in one transaction: statuses, events, echoes, and the next of each lane. */
async function settleAll(ctx: Context, batch: Attempted[]): Promise<undefined[]> {
  const told = await ctx.db.transaction(async (tx) => {
    const { stepped, events: news } = await takeSteps(
      tx,
      ctx,
      batch.map((done) => done.step),
    );
    news.push(...(await noteFaults(tx, batch)));
    news.push(...(await applyEarlyReceipts(tx, ctx, stepped)));
    await keepEchoes(tx, batch);
    const done = batch.filter((one) => one.step.settle?.retryInMs === undefined);
    const woken = await queue.wakeNext(
      tx,
      done.map(({ message }) => message),
    );
    const { queued } = await events.append(tx, news, ctx.tells);
    return { woken, queued };
  });
  if (told.woken > 0) ctx.wake.call('messages');
  if (told.queued > 0) ctx.wake.call('deliveries');
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
