import { differences } from '../model/audit.ts';
import { invalid, notFound, Problem } from '../model/problem.ts';
import type { Endpoint } from '../model/setup.ts';
import { endpointName } from '../model/web-address.ts';
import type { Queryable } from '../store/database.ts';
import * as replays from '../store/delivery-replay.ts';
import * as events from '../store/events.ts';
import { audit, type By } from './audit.ts';
import type { Context } from './context.ts';
import type { Core, ReplayRange } from './core.ts';
import { changeOnce, findOnce } from './idempotency.ts';
import { shownHeaders, webhookCallOf } from './webhook-call.ts';

/** How many deliveries one request may make due again; a longer range is asked for in parts. */
const mostAtOnce = 10_000;
/** Parts of `mostReplayed` events that one request looks through: an endpoint may want few of them. */
const mostParts = 100;

async function noteReplay(
  tx: Queryable,
  by: By,
  endpoint: { id: string; name: string },
  { to, ...rest }: ReplayRange,
): Promise<void> {
  const asked = { ...rest, ...(to < Number.MAX_SAFE_INTEGER && { to }) };
  await audit(tx, by, [{ what: 'endpoint.replayed', changes: differences(undefined, asked), ...endpoint }]);
}

/** The endpoint, when there is one that is called. Throws `notFound`, `conflict`. */
function inUse(endpoint: Endpoint | undefined): Endpoint {
  if (!endpoint) throw notFound('id', 'ENDPOINT_NOT_FOUND', 'There is no such endpoint.');
  if (endpoint.disabledAt === undefined && endpoint.enabled) return endpoint;
  throw new Problem('conflict', 'This endpoint is out of use: enable it first.', {
    code: 'ENDPOINT_DISABLED',
  });
}

/** Tells an endpoint again what it was told, or never took. */
export function makeReplay(ctx: Context): Pick<Core, 'replay' | 'replayCount' | 'webhookRequest'> {
  const { db } = ctx;
  return {
    async replay(by, endpointId, what) {
      const { businessId } = by;
      const { range, name } = await findOnce(async () => {
        const name = endpointName(inUse((await ctx.setup(businessId)).endpoints.get(endpointId)));
        return { range: await rangeOf(db, businessId, what), name };
      });
      // Written down before the first of it is due.
      await changeOnce(ctx, (tx) => noteReplay(tx, by, { id: endpointId, name }, what));
      let queued = 0;
      let last = range.from - 1;
      for (let parts = 0; parts < mostParts && queued < mostAtOnce && last < range.to; parts += 1) {
        const rest = { ...range, from: last + 1 };
        // The first of it are on their way while the rest is prepared.
        const part = await changeOnce(ctx, (tx) =>
          what.failed
            ? replays.replayFailed(tx, endpointId, rest)
            : replays.replayRange(tx, endpointId, rest, ctx.tells),
        );
        if (part.last === undefined) return { queued };
        queued += part.queued;
        last = part.last;
        ctx.wake.call('deliveries');
      }
      return { queued, ...(last < range.to && { next: last + 1 }) };
    },
    async replayCount(businessId, endpointId, what) {
      const range = await rangeOf(db, businessId, what);
      return what.failed
        ? replays.countFailed(ctx.db, endpointId, range)
        : replays.countRange(ctx.db, endpointId, range, ctx.tells);
    },
    async webhookRequest(businessId, endpointId, seq) {
      const setup = await ctx.setup(businessId);
      const endpoint = setup.endpoints.get(endpointId);
      const event = endpoint && (await events.find(ctx.db, businessId, seq));
      if (!endpoint || !event) return undefined;
      const call = await webhookCallOf(ctx, setup, endpoint, event);
      if (!call) return undefined;
      const headers = shownHeaders(call.headers, await ctx.endpointSecrets(businessId, endpointId));
      return { url: call.url, headers, body: JSON.parse(call.body) };
    },
  };
}

/** Events are numbered within this time of when they were made, ms: a transaction takes less. */
const disorderMs = 60_000;
/** What providers report has the time at which it happened, and is heard of up to a day later, ms. */
const heardWithinMs = 24 * 3_600_000;

/** The range with the numbers between which its times lie. It may hold none; throws `invalid` where it cannot hold any. */
async function rangeOf(
  db: Queryable,
  businessId: number,
  { from, to, since, until }: ReplayRange,
): Promise<replays.EventRange> {
  if (from > to) throw invalid('to', 'to must not be before from', { value: to });
  if (since !== undefined && until !== undefined && since > until)
    throw invalid('until', 'until must not be before since', { value: until });
  const [first, end] = await Promise.all([
    since === undefined ? from : events.firstAt(db, businessId, since - disorderMs),
    until === undefined ? to : events.firstAt(db, businessId, until + heardWithinMs).then((next) => next - 1),
  ]);
  return { businessId, from: Math.max(from, first), to: Math.min(to, end), since, until };
}
