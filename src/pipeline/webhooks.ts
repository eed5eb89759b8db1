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
import { startLoop } from './loop.ts';
import type { Outside, Posted } from './outside.ts';

const leaseMs = 9000;
const renewEveryMs = 3000;
/** Bots answer after their model ran (decision D62), ms. */
const callTimeoutMs = 30_000;
const maxInFlight = 512;
/** Calls under way to one endpoint: a slow one leaves the rest to its neighbours. */
const maxPerEndpoint = 128;

/** A delivery with what became of it, and what to tell in case. */
interface Done {
  delivery: deliveries.ClaimedDelivery;
  outcome: deliveries.Outcome;
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
  const perEndpoint = new Map<string, number>();
  const stopping = new AbortController();
  const settle = new GroupCommit<Done, void>((batch) => settleAll(ctx, batch), {
    isolate: (error) => !isUnavailable(error),
  });
  let stuck = 0;
  const loop = startLoop('webhooks', claimAndCall, 500, ctx.log);
  const unlisten = ctx.wake.on('deliveries', () => loop.wake());
  const renewing = setInterval(() => {
    const list = [...held.values()].map((one) => ({ ...one, seq: one.event.seq }));
    deliveries.renew(ctx.db, list, leaseMs).catch((error: unknown) => {
      ctx.log.warn({ err: error }, 'leases of deliveries could not be renewed');
    });
  }, renewEveryMs);

  async function claimAndCall(): Promise<boolean> {
    const free = maxInFlight - held.size;
    if (free <= 0 || stuck > 0) return false;
    const rooms = [...perEndpoint].map(([key, n]) => ({
      ...endpointKey(key),
      free: Math.max(0, maxPerEndpoint - n),
    }));
    const limit = Math.min(free, 128);
    const claimed = await ctx.db.transaction((tx) =>
      deliveries.claim(tx, { limit, share: maxPerEndpoint, rooms, leaseMs }),
    );
    for (const delivery of claimed) void deliver(delivery);
    return claimed.length === limit;
  }

  async function deliver(delivery: deliveries.ClaimedDelivery): Promise<void> {
    const key = `${delivery.businessId} ${delivery.endpointId}`;
    const name = `${key} ${delivery.event.seq}`;
    held.set(name, delivery);
    perEndpoint.set(key, (perEndpoint.get(key) ?? 0) + 1);
    try {
      await record(await attempt(ctx, outside, core, delivery, stopping.signal));
    } catch (error) {
      ctx.log.error({ err: error, event: delivery.event.id }, 'a delivery could not be recorded');
    } finally {
      held.delete(name);
      const left = perEndpoint.get(key)! - 1;
      if (left > 0) perEndpoint.set(key, left);
      else perEndpoint.delete(key);
      if (left === maxPerEndpoint - 1 || held.size === maxInFlight - 1) loop.wake();
    }
  }

  async function record(done: Done): Promise<void> {
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

  return {
    inFlight: () => held.size,
    /** Waits for calls under way; those that take longer than `graceMs` are cut and tried again. */
    async stop() {
      unlisten();
      await loop.stop();
      const grace = setTimeout(() => stopping.abort(), 5000);
      while (held.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      clearTimeout(grace);
      clearInterval(renewing);
    },
  };
}

function endpointKey(key: string): { businessId: number; endpointId: string } {
  const at = key.indexOf(' ');
  return { businessId: Number(key.slice(0, at)), endpointId: key.slice(at + 1) };
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
  if (verdict.kind === 'delivered') return done(delivery, 'delivered', more);
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
  const told = await ctx.db.transaction(async (tx) => {
    const woken = await deliveries.settle(
      tx,
      batch.map(({ outcome }) => outcome),
    );
    await forwards.note(
      tx,
      batch.flatMap(({ delivery, outcome }) => forwardOf(delivery, outcome)),
    );
    const news = await noteHealth(tx, batch);
    const { queued } = await events.append(tx, news, ctx.tells);
    return { woken, queued };
  });
  if (told.woken + told.queued > 0) ctx.wake.call('deliveries');
  return batch.map(() => undefined);
}

/** What a delivery means for its message: FORWARDED and its opposites (xms.md section 4). */
function forwardOf(
  { businessId, event }: deliveries.ClaimedDelivery,
  { state }: deliveries.Outcome,
): forwards.Forward[] {
  if (event.appId === undefined || state === 'pending' || state === 'held') return [];
  if (event.type === 'message.received') {
    const status = state === 'delivered' ? 'FORWARDED' : 'FORWARD_ERR';
    return [{ businessId, id: event.data.message.id, status }];
  }
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
    if (list.some(({ outcome }) => outcome.state === 'delivered')) healthy.push({ businessId, endpointId });
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
