import type { Received } from '../channels/channel.ts';
import type { NewEvent } from '../model/event.ts';
import { groupBy } from '../model/group.ts';
import { newId } from '../model/ids.ts';
import * as channels from '../store/channels.ts';
import type { Queryable } from '../store/database.ts';
import * as echoes from '../store/echoes.ts';
import * as events from '../store/events.ts';
import * as queue from '../store/message-queue.ts';
import { noteAliases } from './aliases.ts';
import { attempt, attemptSafely } from './attempt.ts';
import { type Attempted, withoutDetails } from './attempted.ts';
import { Budgets } from './budget.ts';
import { countFault } from './channel-faults.ts';
import type { Context } from './context.ts';
import { paced } from './pace.ts';
import { keepParts } from './part-receipts.ts';
import { applyEarlyReceipts } from './receipts.ts';
import { takeSteps } from './steps.ts';
import { startWork } from './work.ts';

/** Sends accepted messages: claims them, calls their channels, records what became of them. */
export function startDispatch(ctx: Context): { stop(): Promise<void>; inFlight(): number } {
  const budgets = new Budgets(ctx);
  const work = startWork<queue.ClaimedMessage, Attempted>(ctx, {
    name: 'dispatch',
    topic: 'messages',
    nameOf: ({ id }) => id,
    placeOf: ({ businessId, channelId }) => ({ businessId, placeId: channelId }),
    async claim({ rooms, ...how }) {
      const { claimed, parked } = await queue.claim(ctx.db, {
        ...how,
        rooms: ctx.connections.rooms(
          budgets.rooms(rooms.map(({ placeId, ...room }) => ({ ...room, channelId: placeId }))),
        ),
      });
      return { claimed, parked: parked.length, unpark: () => queue.unpark(ctx.db, parked) };
    },
    claimedAgain(ours, { attempt: tried, freeAttempts }) {
      Object.assign(ours, { attempt: tried, freeAttempts: freeAttempts + 1 });
    },
    admit: async (fresh) => paced(ctx, await budgets.admit(fresh, () => work.look())),
    renew: (messages, leaseMs) => queue.renew(ctx.db, messages, leaseMs),
    attempt: (message) =>
      attemptSafely(ctx, message, async () => attempt(ctx, await ctx.setup(message.businessId), message)),
    settle: (batch) => settleAll(ctx, batch),
    withoutDetails,
  });
  return work;
}

function channelKey(key: string): { businessId: number; channelId: string } {
  const at = key.indexOf(' ');
  return { businessId: Number(key.slice(0, at)), channelId: key.slice(at + 1) };
}

/**
 * Records a batch of outcomes in one transaction: statuses, events, echoes. When it is committed, the next
 * of each lane is due.
 */
async function settleAll(ctx: Context, batch: Attempted[]): Promise<() => Promise<void>> {
  const queued = await ctx.db.transaction(async (tx) => {
    const { stepped, events: news } = await takeSteps(
      tx,
      ctx,
      batch.map((done) => done.step),
    );
    news.push(...(await noteFaults(tx, batch)));
    news.push(...(await applyEarlyReceipts(tx, ctx, stepped, await keepParts(tx, batch))));
    await keepEchoes(tx, batch);
    await noteAliases(tx, ctx, batch);
    return (await events.appendLast(tx, news, ctx.tells)).queued;
  });
  return async () => {
    if (queued > 0) ctx.wake.call('deliveries');
    if (batch.some((done) => done.sent?.echoes?.length)) ctx.wake.call('echoes');
    const done = batch.filter((one) => one.step.settle?.retryInMs === undefined);
    const woken = await queue.wakeNext(
      ctx.db,
      done.map(({ message }) => message),
    );
    if (woken > 0) ctx.wake.call('messages');
  };
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
    const waits = list.flatMap(({ failure, sent }) => {
      if (sent?.pauseMs !== undefined) return [sent.pauseMs];
      return failure?.class === 'RATE_LIMITED' && failure.scope !== 'recipient'
        ? [failure.retryAfterMs ?? 1000]
        : [];
    });
    if (waits.length > 0)
      await channels.pause(tx, businessId, channelId, Math.min(3_600_000, Math.max(...waits)));
    for (const { failure, channelAtFault } of list) {
      if (!channelAtFault || failure?.class !== 'AUTH') continue;
      news.push(...(await countFault(tx, { businessId, channelId }, failure)));
    }
    if (list.some(({ sent }) => sent) && !list.some(({ channelAtFault }) => channelAtFault))
      well.push({ businessId, channelId });
  }
  await channels.areWell(tx, well);
  return news;
}
