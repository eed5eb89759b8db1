import { messageLifeMs } from '../model/failure.ts';
import { masked } from '../model/message.ts';
import { sessionHours } from '../model/session.ts';
import * as deliveries from '../store/deliveries.ts';
import * as events from '../store/events.ts';
import * as inboundFailures from '../store/inbound-failures.ts';
import * as uploads from '../store/media-uploads.ts';
import * as queue from '../store/message-queue.ts';
import * as messages from '../store/messages.ts';
import * as sessions from '../store/sessions.ts';
import type { Context } from './context.ts';
import { startLoop } from './loop.ts';
import { matchEarlyReceipts } from './receipts.ts';
import { closeSilent } from './sessions.ts';
import { endOfLife, reportedErrors, takeSteps } from './steps.ts';

/**
 * What must happen without anybody asking: early receipts meet their message, silent sessions end,
 * messages that could not be sent in their life fail with a reason. Safe in several processes at once.
 */
export function startSweep(ctx: Context): { stop(): Promise<void> } {
  const soon = startLoop('early receipts', () => matchEarly(ctx), 1000, ctx.log);
  const often = startLoop('sweep', () => sweep(ctx), 10_000, ctx.log);
  return {
    async stop() {
      await Promise.all([soon.stop(), often.stop()]);
    },
  };
}

async function matchEarly(ctx: Context): Promise<boolean> {
  const queued = await ctx.db.transaction(async (tx) => {
    const news = await matchEarlyReceipts(tx, ctx);
    return (await events.append(tx, news, ctx.tells)).queued;
  });
  if (queued > 0) ctx.wake.call('deliveries');
  return false;
}

async function sweep(ctx: Context): Promise<boolean> {
  const duties: (() => Promise<unknown>)[] = [
    () => closeSilentSessions(ctx),
    () => endOverdueMessages(ctx),
    async () => {
      if ((await queue.wakeStrays(ctx.db)) > 0) ctx.wake.call('messages');
    },
    async () => {
      const strays = (await deliveries.wakeStrays(ctx.db)) + (await deliveries.resumeStrays(ctx.db));
      if (strays > 0) ctx.wake.call('deliveries');
    },
    () => messages.forgetEarly(ctx.db),
    () => uploads.forgetExpired(ctx.db),
    () => inboundFailures.forgetOld(ctx.db),
  ];
  let more = false;
  // Each for itself: one that fails again and again must not keep the others from their work.
  for (const duty of duties) {
    try {
      more = (await duty()) === true || more;
    } catch (error) {
      ctx.log.warn({ err: error }, 'a part of the sweep failed');
    }
  }
  return more;
}

/** Ends sessions in which nobody has written for long (decision D48). */
async function closeSilentSessions(ctx: Context): Promise<boolean> {
  const silent = await sessions.findSilent(ctx.db, 100, sessionHours);
  for (const { businessId, id } of silent) {
    const setup = await ctx.setup(businessId);
    await ctx.db.transaction((tx) => closeSilent(tx, ctx, setup, id));
  }
  if (silent.length > 0) ctx.wake.call('deliveries');
  return silent.length === 100;
}

/** Every state that is not final has an end: a message that nobody could send in its life fails. */
async function endOverdueMessages(ctx: Context): Promise<boolean> {
  const overdue = await queue.overdue(ctx.db, messageLifeMs, 100);
  if (overdue.length === 0) return false;
  const ended = await ctx.db.transaction(async (tx) => {
    const { stepped, events: news } = await takeSteps(
      tx,
      ctx,
      overdue.map(({ businessId, id, attempt, failure: last, mask, contentType }) => {
        const { status, failure } = endOfLife(last ?? undefined);
        const errors = reportedErrors(failure, status);
        return {
          businessId,
          id,
          status,
          stamps: { [status]: Date.now() },
          failure,
          errors,
          settle: { attempt, ...(mask && { content: masked({ type: contentType }) }) },
        };
      }),
    );
    await events.append(tx, news, ctx.tells);
    return stepped;
  });
  if ((await queue.wakeNext(ctx.db, ended)) > 0) ctx.wake.call('messages');
  ctx.wake.call('deliveries');
  return overdue.length === 100;
}
