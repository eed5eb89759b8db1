import * as clock from '../model/clock.ts';
import type { DeliveryPolicy } from '../model/setup.ts';
import { verdictOfAnswer } from '../model/webhook.ts';
import { isUnavailable } from '../store/database.ts';
import * as deliveries from '../store/deliveries.ts';
import * as events from '../store/events.ts';
import * as forwards from '../store/forwards.ts';
import { askAboutContact } from './contact-info.ts';
import type { Context } from './context.ts';
import type { Core } from './core.ts';
import { type Fault, noteHealth } from './endpoint-health.ts';
import type { Outside, Posted } from './outside.ts';
import { webhookCallOf, withoutSecretsOf } from './webhook-call.ts';
import { startWork } from './work.ts';

/** A delivery with what became of it, and what to tell in case. */
interface Done {
  delivery: deliveries.ClaimedDelivery;
  outcome: deliveries.Outcome;
  /** The endpoint answered 2xx. */
  told?: boolean;
  /** What it means for its message is not recorded with it. */
  alone?: boolean;
  /** Attempted and failed: counts against the endpoint. */
  fault?: Fault;
}

/** Tells events to endpoints: claims deliveries, calls, records the answers. */
export function startWebhooks(
  ctx: Context,
  outside: Outside,
  core: Pick<Core, 'updateContact'>,
): { stop(): Promise<void>; inFlight(): number } {
  return startWork<deliveries.ClaimedDelivery, Done>(ctx, {
    name: 'webhooks',
    topic: 'deliveries',
    nameOf: ({ businessId, endpointId, event }) => `${businessId} ${endpointId} ${event.seq}`,
    placeOf: ({ businessId, endpointId }) => ({ businessId, placeId: endpointId }),
    async claim({ rooms, ...how }) {
      const { claimed, parked } = await deliveries.claim(ctx.db, {
        ...how,
        rooms: rooms.map(({ placeId, ...room }) => ({ ...room, endpointId: placeId })),
      });
      return { claimed, parked: parked.length, unpark: () => deliveries.unpark(ctx.db, parked) };
    },
    claimedAgain(ours, { attempt: tried }) {
      ours.attempt = tried;
    },
    renew(items, leaseMs) {
      const list = items.map((one) => ({ seq: one.event.seq, ...one }));
      return deliveries.renew(ctx.db, list, leaseMs);
    },
    attempt: (delivery) => safely(ctx, delivery, () => attempt(ctx, outside, core, delivery)),
    settle: (batch) => settleAll(ctx, batch),
    withoutDetails: ({ delivery, outcome }) => ({ delivery, outcome, alone: true }),
  });
}

/** What we cannot tell for a reason of our own is tried again by the schedule, and ends with it. */
async function safely(
  ctx: Context,
  delivery: deliveries.ClaimedDelivery,
  work: () => Promise<Done>,
): Promise<Done> {
  try {
    return await work();
  } catch (error) {
    if (isUnavailable(error)) throw error;
    ctx.log.error({ err: error, event: delivery.event.id }, 'an event could not be told');
    const verdict = verdictOfAnswer({}, delivery.attempt - delivery.base, clock.now(), Math.random());
    const again = verdict.kind === 'retry' ? { retryInMs: verdict.inMs } : {};
    const answer = 'Parley could not put it into words; its log says why.';
    return done(delivery, verdict.kind === 'retry' ? 'pending' : 'failed', { answer, ...again });
  }
}

async function attempt(
  ctx: Context,
  outside: Outside,
  core: Pick<Core, 'updateContact'>,
  delivery: deliveries.ClaimedDelivery,
): Promise<Done> {
  const { businessId, endpointId } = delivery;
  const setup = await ctx.setup(businessId);
  const endpoint = setup.endpoints.get(endpointId);
  if (!endpoint) return done(delivery, 'failed', { answer: 'The endpoint no longer exists.' });
  if (!endpoint.enabled) return done(delivery, 'failed', { answer: 'The endpoint is switched off.' });
  if (endpoint.disabledAt !== undefined) return done(delivery, 'held', {});
  const known = await askAboutContact(ctx, outside, core, setup, endpoint, delivery);
  const call = await webhookCallOf(ctx, setup, endpoint, known);
  if (!call) return done(delivery, 'delivered', {});
  const secrets = await ctx.endpointSecrets(businessId, endpointId);
  const calledAt = clock.now();
  const posted = await outside.post(call);
  // What it answered is shown to people: secrets that it said back are not.
  const told = { ...posted, text: withoutSecretsOf(posted.text, secrets) };
  return judged(delivery, told, endpoint.policy, calledAt);
}

function judged(
  delivery: deliveries.ClaimedDelivery,
  posted: Posted,
  policy: DeliveryPolicy,
  calledAt: number,
): Done {
  if (posted.kind === 'failed' && posted.stage === 'interrupted')
    return done(delivery, 'pending', { retryInMs: 0 });
  const answer = posted.kind === 'answered' ? { status: posted.status, retryAfter: posted.retryAfter } : {};
  const verdict = verdictOfAnswer(
    answer,
    delivery.attempt - delivery.base,
    clock.now(),
    Math.random(),
    policy,
  );
  const more = {
    answer: posted.text,
    calledAt,
    tookMs: posted.ms,
    ...(posted.kind === 'answered' && { answerStatus: posted.status }),
    ...(verdict.kind === 'retry' && { retryInMs: verdict.inMs }),
  };
  if (verdict.kind === 'delivered') return { told: true, ...done(delivery, 'delivered', more) };
  const reason = posted.kind === 'answered' ? `it answered ${posted.status}` : posted.text;
  const state = verdict.kind === 'retry' ? 'pending' : verdict.kind === 'gone' ? 'held' : 'failed';
  return { fault: { reason, gone: verdict.kind === 'gone' }, ...done(delivery, state, more) };
}

function done(
  delivery: deliveries.ClaimedDelivery,
  state: deliveries.Outcome['state'],
  more: Partial<deliveries.Outcome>,
): Done {
  const { businessId, endpointId, lane, attempt: tried, event } = delivery;
  return {
    delivery,
    outcome: { businessId, endpointId, seq: event.seq, lane, attempt: tried, state, ...more },
  };
}

/** Records a batch of outcomes in one transaction, with what they mean for messages and endpoints. */
async function settleAll(ctx: Context, batch: Done[]): Promise<() => Promise<void>> {
  const outcomes = batch.map(({ outcome }) => outcome);
  const queued = await ctx.db.transaction(async (tx) => {
    await deliveries.settle(tx, outcomes);
    await forwards.note(tx, batch.flatMap(forwardOf));
    const news = await noteHealth(tx, ctx, batch);
    return (await events.appendLast(tx, news, ctx.tells)).queued;
  });
  return async () => {
    if (queued > 0) ctx.wake.call('deliveries');
    const done = outcomes.filter(({ state }) => state !== 'pending');
    const woken = await deliveries.wakeNext(ctx.db, done);
    if (woken > 0) ctx.wake.call('deliveries');
  };
}

/** What a delivery means for its message: FORWARDED and its opposites (xms.md section 4). */
function forwardOf({ delivery, outcome: { state }, told, alone }: Done): forwards.Forward[] {
  const { businessId, event } = delivery;
  if (alone || event.appId === undefined || (!told && state !== 'failed')) return [];
  if (event.type === 'message.received')
    return [{ businessId, id: event.data.message.id, status: told ? 'FORWARDED' : 'FORWARD_ERR' }];
  if (event.type === 'message.status' && state === 'failed') {
    return [{ businessId, id: event.data.messageId, status: 'STATUS_FORWARD_ERR' }];
  }
  return [];
}
