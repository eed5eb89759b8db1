import type { StoredEvent } from '../model/event.ts';
import { candidates, decideRouting } from '../model/routing.ts';
import type { Setup } from '../model/setup.ts';
import type { Queryable } from '../store/database.ts';
import * as events from '../store/events.ts';
import * as sessions from '../store/sessions.ts';
import type { Context } from './context.ts';
import type { Caller, Core, RouteRequest } from './core.ts';
import { handOver } from './hand-over.ts';
import { held, stillOpen } from './held-session.ts';
import { changeOnce } from './idempotency.ts';
import { keepNote } from './notes.ts';
import { assertMayWrite } from './send.ts';
import { closeHeld, resolve } from './session-ends.ts';

/** Hands sessions over, marks them as done, ends them. */
export function makeSessions(ctx: Context): Pick<Core, 'route' | 'resolve' | 'close'> {
  const change = async (caller: Caller, work: (tx: Queryable, setup: Setup) => Promise<StoredEvent>) => {
    assertMayWrite(caller);
    const setup = await ctx.setup(caller.businessId);
    const event = await changeOnce(ctx, (tx) => work(tx, setup));
    ctx.wake.call('deliveries');
    return event;
  };
  return {
    route: (caller, request) =>
      change(caller, (tx, setup) => route(tx, ctx, setup, request, caller.agent?.code)),
    resolve: (caller, sessionId) =>
      change(caller, (tx, setup) => resolve(tx, ctx, setup, sessionId, caller.agent?.code)),
    close: (caller, sessionId) =>
      change(caller, async (tx, setup) => {
        const session = await held(tx, setup.business.id, sessionId);
        return closeHeld(tx, ctx, setup, session, 'request', caller.agent?.code);
      }),
  };
}

async function route(
  tx: Queryable,
  ctx: Context,
  setup: Setup,
  request: RouteRequest,
  by: string | undefined,
): Promise<StoredEvent> {
  const businessId = setup.business.id;
  const session = await stillOpen(tx, businessId, request.sessionId);
  const able = candidates(setup, request).map((agent) => agent.code);
  const load = request.skills?.length
    ? await sessions.openPerAgent(tx, businessId, able)
    : new Map<string, number>();
  const to = decideRouting(setup, session.queue, request, load);
  const noted = request.note
    ? await keepNote(tx, setup, session, { text: request.note, by, mentions: [] })
    : [];
  const news = await handOver(tx, setup, session, to, { reroute: true, params: request.params, by });
  const { seqs } = await events.append(tx, [...news, ...noted], ctx.tells);
  return { ...news[0]!, seq: seqs[0]! };
}
