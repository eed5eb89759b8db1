import { messageLifeMs } from '../model/failure.ts';
import { masked } from '../model/message.ts';
import { sessionHours } from '../model/session.ts';
import * as accessTokens from '../store/access-tokens.ts';
import * as audit from '../store/audit.ts';
import * as authTokens from '../store/auth-tokens.ts';
import { wakeNext } from '../store/deliveries.ts';
import * as deliveryStrays from '../store/delivery-strays.ts';
import * as earlyReceipts from '../store/early-receipts.ts';
import * as endUsers from '../store/end-users.ts';
import { failAged, failHeld } from '../store/endpoint-deliveries.ts';
import { forgetOld } from '../store/event-retention.ts';
import * as events from '../store/events.ts';
import * as idempotency from '../store/idempotency.ts';
import * as inboundFailures from '../store/inbound-failures.ts';
import * as inboundParts from '../store/inbound-parts.ts';
import * as uploads from '../store/media-uploads.ts';
import * as messageParts from '../store/message-parts.ts';
import * as queue from '../store/message-queue.ts';
import * as messageStrays from '../store/message-strays.ts';
import { forgetPace } from '../store/recipient-pace.ts';
import * as replyTokens from '../store/reply-tokens.ts';
import * as signIns from '../store/sign-ins.ts';
import { findSilent } from '../store/silent-sessions.ts';
import * as visitorUploads from '../store/visitor-uploads.ts';
import * as visitors from '../store/visitors.ts';
import * as watermarks from '../store/watermarks.ts';
import type { Context } from './context.ts';
import { matchEarlyEchoes } from './early-echoes.ts';
import { dropNoted } from './file-removal.ts';
import { staleTexts } from './inbound-parts.ts';
import { wakeRested } from './inbox.ts';
import { eachForItself, startLoop } from './loop.ts';
import { matchEarlyReceipts } from './receipts.ts';
import { receiveAll } from './receive.ts';
import { closeSilent } from './session-ends.ts';
import { endOfLife, reportedErrors, takeSteps } from './steps.ts';

/** How long things are kept that nobody needs for ever. */
export interface Keep {
  /** Days without a registration after which a bot or a visitor is forgotten. */
  endUserDays: number;
  /** Days that events can be read, with what was told of them. */
  eventDays: number;
  /** Days that lines of the audit log are kept: 30 at least. */
  auditDays: number;
}

/**
 * What must happen without anybody asking: early receipts meet their message, silent sessions end,
 * messages that could not be sent in their life fail with a reason. Safe in several processes at once.
 */
export function startSweep(ctx: Context, keep: Keep): { stop(): Promise<void> } {
  const soon = startLoop('early receipts', () => matchEarly(ctx), 1000, ctx.log);
  const strays = straySearch(ctx);
  const often = startLoop('sweep', () => sweep(ctx, keep, strays), 10_000, ctx.log);
  return {
    async stop() {
      await Promise.all([soon.stop(), often.stop()]);
    },
  };
}

async function matchEarly(ctx: Context): Promise<boolean> {
  const queued = await ctx.db.transaction(async (tx) => {
    const news = await matchEarlyReceipts(tx, ctx);
    news.push(...(await matchEarlyEchoes(tx, ctx)));
    return (await events.append(tx, news, ctx.tells)).queued;
  });
  if (queued > 0) ctx.wake.call('deliveries');
  return false;
}

/** Looks at 20,000 people each time, and goes on with the next ones: where that many wait, all at once would take seconds. */
function straySearch(ctx: Context): () => Promise<void> {
  let next: messageStrays.PersonBehind | undefined;
  return async () => {
    for (let looks = 0; looks < 4; looks += 1) {
      const look: { woken: number; next?: messageStrays.PersonBehind } = await messageStrays.wakeStrays(
        ctx.db,
        next,
      );
      if (look.woken > 0) ctx.wake.call('messages');
      next = look.next;
      if (!next) return;
    }
  };
}

async function sweep(ctx: Context, keep: Keep, wakeStrays: () => Promise<void>): Promise<boolean> {
  const duties: (() => Promise<unknown>)[] = [
    () => wakeRested(ctx),
    () => ctx.credentials.renewDue(),
    () => closeSilentSessions(ctx),
    () => endOverdueMessages(ctx),
    wakeStrays,
    async () => {
      if ((await deliveryStrays.wakeStrays(ctx.db)) > 0) ctx.wake.call('deliveries');
    },
    () => joinStaleTexts(ctx),
    async () => (await inboundParts.forgetTaken(ctx.db)) === 1000,
    async () => (await messageParts.forgetOld(ctx.db)) === 1000,
    () => earlyReceipts.forget(ctx.db),
    () => watermarks.forget(ctx.db),
    () => uploads.forgetExpired(ctx.db),
    () => forgetPace(ctx.db),
    () => replyTokens.forget(ctx.db),
    () => inboundFailures.forgetOld(ctx.db),
    async () => (await idempotency.forgetOld(ctx.db)) === 1000,
    async () => (await accessTokens.forgetExpired(ctx.db)) === 1000,
    () => authTokens.forgetExpired(ctx.db),
    () => signIns.forget(ctx.db),
    async () => (await endUsers.forgetIdle(ctx.db, keep.endUserDays)) === 1000,
    () => visitorUploads.forgetOld(ctx.db),
    () => dropNoted(ctx),
    async () => (await visitors.forgetIdle(ctx.db, keep.endUserDays)) === 1000,
    async () => (await audit.forgetOld(ctx.db, keep.auditDays)) === 1000,
    async () => (await failHeld(ctx.db, keep.eventDays)) > 0,
    () => giveUpAged(ctx, keep.eventDays),
    async () => (await forgetOld(ctx.db, keep.eventDays)) > 0,
  ];
  return eachForItself(duties, ctx.log);
}

/** Ends sessions in which nobody has written for long (decision D48). */
async function closeSilentSessions(ctx: Context): Promise<boolean> {
  const silent = await findSilent(ctx.db, 100, sessionHours);
  for (const { businessId, id } of silent) {
    const setup = await ctx.setup(businessId);
    await ctx.db.transaction((tx) => closeSilent(tx, ctx, setup, id));
  }
  if (silent.length > 0) ctx.wake.call('deliveries');
  return silent.length === 100;
}

/** Texts of which a part did not come within five minutes go on with what there is of them. */
async function joinStaleTexts(ctx: Context): Promise<boolean> {
  const queued = await ctx.db.transaction(async (tx) => {
    const stale = await staleTexts(tx, ctx);
    return stale.length === 0 ? 0 : (await receiveAll(tx, ctx, stale)).queued;
  });
  if (queued > 0) ctx.wake.call('deliveries');
  return false;
}

/** What nobody took for as long as events are kept ends, and what waited behind it is told. */
async function giveUpAged(ctx: Context, days: number): Promise<boolean> {
  const lanes = await failAged(ctx.db, days);
  if ((await wakeNext(ctx.db, lanes)) > 0) ctx.wake.call('deliveries');
  return lanes.length > 0;
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
