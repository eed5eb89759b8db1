import type { NewEvent } from '../model/event.ts';
import { groupBy } from '../model/group.ts';
import { newId } from '../model/ids.ts';
import type { Setup } from '../model/setup.ts';
import { bodySignature, judgeEndpoint, signWebhook, verdictOfAnswer } from '../model/webhook.ts';
import { isUnavailable, type Queryable } from '../store/database.ts';
import * as deliveries from '../store/deliveries.ts';
import * as health from '../store/endpoint-health.ts';
import * as events from '../store/events.ts';
import * as forwards from '../store/forwards.ts';
import { announce } from '../store/setup.ts';
import { askAboutContact } from './contact-info.ts';
import type { Context } from './context.ts';
import type { Core } from './core.ts';
import { GroupCommit } from './group-commit.ts';
import { emptied, startLoop } from './loop.ts';
import type { Outside, Posted } from './outside.ts';
import { Places } from './places.ts';

const leaseMs = 9000;
const renewEveryMs = 3000;
/** Outcomes that the database does not take are offered again after this pause, ms. */
const againMs = 250;
/** A stop waits this long for answers; then the calls are cut, and a little longer until that is recorded, ms. */
const graceMs = 5000;
const stopWithinMs = 7000;
/** Bots answer after their model ran (decision D62), ms. */
const callTimeoutMs = 30_000;
const maxInFlight = 512;
/** Calls under way to one endpoint: a slow one leaves the rest to its neighbours. */
const maxPerEndpoint = 128;

/** A delivery with what became of it, and what to tell in case. */
interface Done {
  delivery: deliveries.ClaimedDelivery;
  outcome: deliveries.Outcome;
  /** The endpoint answered 2xx. */
  told?: boolean;
  /** What it means for its message is not recorded with it. */
  alone?: boolean;
  /** Attempted and failed: counts against the endpoint. */
  fault?: { reason: string; gone: boolean };
}

/** Tells events to endpoints: claims deliveries, calls, records the answers. */
export function startWebhooks(
  ctx: Context,
  outside: Outside,
  core: Pick<Core, 'updateContact'>,
): { stop(): Promise<void>; inFlight(): number } {
  const held = new Map<string, deliveries.ClaimedDelivery>();
  const places = new Places(maxInFlight, maxPerEndpoint);
  const stopping = new AbortController();
  const settle = new GroupCommit<Done, void>((batch) => settleAll(ctx, batch), {
    isolate: (error) => !isUnavailable(error),
  });
  let stuck = 0;
  let givenUp = false;
  const loop = startLoop('webhooks', claimAndCall, 500, ctx.log);
  const unlisten = ctx.wake.on('deliveries', () => loop.wake());
  const renewing = setInterval(() => {
    const list = [...held.values()].map((one) => ({ ...one, seq: one.event.seq }));
    deliveries.renew(ctx.db, list, leaseMs).catch((error: unknown) => {
      ctx.log.warn({ err: error }, 'leases of deliveries could not be renewed');
    });
  }, renewEveryMs);

  async function claimAndCall(): Promise<boolean> {
    if (places.free <= 0 || stuck > 0) return false;
    const limit = Math.min(places.free, 128);
    const { claimed, parked } = await deliveries.claim(ctx.db, {
      limit,
      share: places.share,
      rooms: places.rooms().map(({ key, free }) => ({ ...endpointKey(key), free })),
      leaseMs,
    });
    for (const delivery of claimed) if (!isOurs(delivery)) void deliver(delivery);
    await deliveries.unpark(ctx.db, parked);
    // Behind what was parked there may be others.
    return claimed.length === limit || parked.length > 0;
  }

  /** Still on its way by us, though its lease ran out: the database was away. It is not told once more. */
  function isOurs(delivery: deliveries.ClaimedDelivery): boolean {
    const ours = held.get(nameOf(delivery));
    if (ours) ours.attempt = delivery.attempt;
    return ours !== undefined;
  }

  async function deliver(delivery: deliveries.ClaimedDelivery): Promise<void> {
    const key = `${delivery.businessId} ${delivery.endpointId}`;
    held.set(nameOf(delivery), delivery);
    places.take(key);
    try {
      await record(await safely(ctx, delivery, () => attempt(ctx, outside, core, delivery, stopping.signal)));
    } catch (error) {
      ctx.log.error({ err: error, event: delivery.event.id }, 'a delivery could not be recorded');
    } finally {
      held.delete(nameOf(delivery));
      if (places.give(key)) loop.wake();
    }
  }

  /** What cannot be recorded with all that it means is recorded for itself: else it would be told for ever. */
  async function record(done: Done): Promise<void> {
    try {
      await offer(done);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      ctx.log.error({ err: error, event: done.delivery.event.id }, 'a delivery is recorded for itself');
      await offer({ delivery: done.delivery, outcome: done.outcome, alone: true });
    }
  }

  async function offer(done: Done): Promise<void> {
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

  return {
    inFlight: () => held.size,
    async stop() {
      unlisten();
      await loop.stop();
      const grace = setTimeout(() => stopping.abort(), graceMs);
      await emptied(held, stopWithinMs);
      givenUp = true;
      clearTimeout(grace);
      clearInterval(renewing);
    },
  };
}

function endpointKey(key: string): { businessId: number; endpointId: string } {
  const at = key.indexOf(' ');
  return { businessId: Number(key.slice(0, at)), endpointId: key.slice(at + 1) };
}

function nameOf({ businessId, endpointId, event }: deliveries.ClaimedDelivery): string {
  return `${businessId} ${endpointId} ${event.seq}`;
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
    const verdict = verdictOfAnswer({}, delivery.attempt, Date.now(), Math.random());
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
  signal: AbortSignal,
): Promise<Done> {
  const { businessId, endpointId, event } = delivery;
  const setup = await ctx.setup(businessId);
  const endpoint = setup.endpoints.get(endpointId);
  if (!endpoint) return done(delivery, 'failed', { answer: 'The endpoint no longer exists.' });
  if (endpoint.disabledAt !== undefined) return done(delivery, 'held', {});
  const known = await askAboutContact(ctx, outside, core, setup, endpoint, delivery);
  const app = endpoint.appId === undefined ? undefined : setup.apps.get(endpoint.appId);
  const queue = queueOf(setup, endpoint.appId, event);
  const rendered = ctx.render(endpoint.surface, known, {
    business: setup.business,
    endpointId,
    ...(app && { app }),
    ...(queue !== undefined && { queue }),
  });
  if (!rendered) return done(delivery, 'delivered', {});
  const secrets = await ctx.endpointSecrets(businessId, endpointId);
  const body = JSON.stringify(rendered.body);
  const posted = await outside.post({
    url: endpoint.url,
    body,
    timeoutMs: callTimeoutMs,
    signal,
    headers: {
      'x-verify-token': secrets.verifyToken,
      ...rendered.headers,
      ...signWebhook(event.id, body, [secrets.secret, ...(secrets.formerSecrets ?? [])], Date.now()),
      'x-xms-delivery': event.id,
      'x-xms-signature': bodySignature(body, secrets.secret),
    },
  });
  return judged(delivery, posted);
}

/** The queue under which the app hears of it: the session's when it is the app's, else its first one. */
function queueOf(
  setup: Setup,
  appId: string | undefined,
  event: deliveries.ClaimedDelivery['event'],
): string | undefined {
  const session = 'session' in event.data ? event.data.session : undefined;
  if (session && setup.queues.get(session.queue)?.appId === appId) return session.queue;
  for (const queue of setup.queues.values()) if (queue.appId === appId) return queue.code;
  return undefined;
}

function judged(delivery: deliveries.ClaimedDelivery, posted: Posted): Done {
  if (posted.kind === 'failed' && posted.stage === 'interrupted')
    return done(delivery, 'pending', { retryInMs: 0 });
  const answer = posted.kind === 'answered' ? { status: posted.status, retryAfter: posted.retryAfter } : {};
  const verdict = verdictOfAnswer(answer, delivery.attempt, Date.now(), Math.random());
  const more = {
    answer: posted.text,
    ...(posted.kind === 'answered' && { answerStatus: posted.status }),
    ...(verdict.kind === 'retry' && { retryInMs: verdict.inMs }),
  };
  if (verdict.kind === 'delivered') return { ...done(delivery, 'delivered', more), told: true };
  const reason = posted.kind === 'answered' ? `it answered ${posted.status}` : posted.text;
  const state = verdict.kind === 'retry' ? 'pending' : verdict.kind === 'gone' ? 'held' : 'failed';
  return { ...done(delivery, state, more), fault: { reason, gone: verdict.kind === 'gone' } };
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
async function settleAll(ctx: Context, batch: Done[]): Promise<undefined[]> {
  const outcomes = batch.map(({ outcome }) => outcome);
  const queued = await ctx.db.transaction(async (tx) => {
    await deliveries.settle(tx, outcomes);
    await forwards.note(tx, batch.flatMap(forwardOf));
    const news = await noteHealth(tx, batch);
    return (await events.appendLast(tx, news, ctx.tells)).queued;
  });
  const woken = await deliveries.wakeNext(ctx.db, outcomes);
  if (woken + queued > 0) ctx.wake.call('deliveries');
  return batch.map(() => undefined);
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

/** Counts successes and failures per endpoint; tells the owner, and disables what is dead. */
async function noteHealth(tx: Queryable, batch: Done[]): Promise<(NewEvent & { businessId: number })[]> {
  const news: (NewEvent & { businessId: number })[] = [];
  const healthy: { businessId: number; endpointId: string }[] = [];
  const byEndpoint = groupBy(batch, ({ delivery }) => `${delivery.businessId} ${delivery.endpointId}`);
  for (const [key, list] of [...byEndpoint].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { businessId, endpointId } = endpointKey(key);
    const faults = list.flatMap(({ fault }) => fault ?? []);
    const isWell = list.some(({ told }) => told) && !faults.some(({ gone }) => gone);
    if (isWell) healthy.push({ businessId, endpointId });
    else if (faults.length > 0) news.push(...(await noteFaults(tx, businessId, endpointId, faults)));
  }
  await health.areHealthy(tx, healthy);
  return news;
}

async function noteFaults(
  tx: Queryable,
  businessId: number,
  endpointId: string,
  faults: NonNullable<Done['fault']>[],
): Promise<(NewEvent & { businessId: number })[]> {
  const row = await health.countFailures(tx, businessId, endpointId, faults.length);
  if (!row) return [];
  const last = faults.at(-1)!;
  const gone = faults.some((fault) => fault.gone);
  const { stage, disable } = gone ? { stage: 3, disable: true } : judgeEndpoint(row, Date.now());
  if (disable) {
    await health.disable(tx, businessId, endpointId, gone ? 'it answered 410: gone for good' : last.reason);
    await deliveries.hold(tx, businessId, endpointId);
    await announce(tx, businessId);
  } else if (stage > row.toldStage) {
    await health.tell(tx, businessId, endpointId, stage);
  }
  if (stage <= row.toldStage) return [];
  return [
    {
      businessId,
      id: newId(),
      type: 'endpoint.failing',
      at: Date.now(),
      data: { endpointId, failures: row.failures, disabled: disable, reason: last.reason },
    },
  ];
}
