import type { NewEvent } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import { invalid, missing, notFound, Problem } from '../model/problem.ts';
import { decideRouting } from '../model/routing.ts';
import type { Session } from '../model/session.ts';
import type { Setup } from '../model/setup.ts';
import type { Queryable } from '../store/database.ts';
import * as events from '../store/events.ts';
import * as marks from '../store/inbox-marks.ts';
import * as lines from '../store/session-lines.ts';
import * as sessions from '../store/sessions.ts';
import * as standing from '../store/standing.ts';
import type { ChannelSignals } from './channel-signals.ts';
import type { Context } from './context.ts';
import type { Caller } from './core.ts';
import { type Drafts, makeDrafts } from './drafts.ts';
import { handOver } from './hand-over.ts';
import { aboutSession, type Held, held, newEvent, stillOpen } from './held-session.ts';
import { changeOnce } from './idempotency.ts';
import { keepNote } from './notes.ts';
import { type Undoable, undo } from './undo.ts';

/** What people do with sessions in the inbox. Who may see a session is asked before. */
export interface Inbox extends Drafts {
  /**
   * Gives a session to an agent, a team, a queue. What is absent stays; null takes it away. `version`: of the session as
   * the caller saw it. Throws `conflict` when it has changed (CHANGED), or somebody else holds it and it was to be
   * free (HELD); `invalid` for unknown names, and for a session that is over.
   */
  hold(caller: Caller, sessionId: string, wish: HolderWish): Promise<void>;
  /** Takes a resolve back; the session is the caller's then. Nothing happens to an open one. */
  reopen(caller: Caller, sessionId: string): Promise<void>;
  /** Lets it rest until then (epoch ms), or wakes it. Throws `invalid`. */
  snooze(caller: Caller, sessionId: string, until: number | undefined): Promise<void>;
  /** Takes back what the caller did last with it. Throws `conflict` (CHANGED) when anything was done with it since. */
  undo(caller: Caller, sessionId: string, act: Undoable): Promise<void>;
  /** Writes a note; answers its id. Throws `invalid` on `text`, `mentions`. */
  note(caller: Caller, sessionId: string, note: { text: string; mentions?: string[] }): Promise<string>;
  /**
   * Notes that the caller has read everything, or everything up to a message, and has the channel show it to the person;
   * answers how many are not read.
   */
  read(caller: Caller, sessionId: string, upTo?: string): Promise<number>;
  /** Marks as not read; answers how many are not. */
  unread(caller: Caller, sessionId: string): Promise<number>;
}

export interface HolderWish {
  agent?: string | null;
  team?: string | null;
  queue?: string;
  version?: number;
  note?: string;
  /** Only when nobody else holds it. */
  onlyFree?: boolean;
}

type BusinessEvent = NewEvent & { businessId: number };

const longestNote = 10_000;
const mostMentions = 50;
/** How far ahead a session may rest, ms. */
const farthestMs = 366 * 24 * 3_600_000;

export function makeInbox(ctx: Context, signals: Pick<ChannelSignals, 'read'>): Inbox {
  const change = async <T>(
    caller: Caller,
    work: (tx: Queryable, setup: Setup) => Promise<[T, BusinessEvent[]]>,
  ) => {
    const setup = await ctx.setup(caller.businessId);
    const answer = await changeOnce(ctx, async (tx) => {
      const [done, news] = await work(tx, setup);
      await events.append(tx, news, ctx.tells);
      return done;
    });
    ctx.wake.call('deliveries');
    return answer;
  };
  return {
    ...makeDrafts(ctx),
    hold: (caller, sessionId, wish) =>
      change(caller, async (tx, setup) => {
        const session = await stillOpen(tx, setup.business.id, sessionId);
        return [undefined, await hold(tx, setup, session, wish, caller.agent!.code)];
      }),
    reopen: (caller, sessionId) =>
      change(caller, async (tx, setup) => {
        const session = await stillOpen(tx, setup.business.id, sessionId);
        return [undefined, session.resolved ? await reopen(tx, setup, session, caller.agent!.code) : []];
      }),
    snooze: (caller, sessionId, until) =>
      change(caller, async (tx, setup) => {
        if (until !== undefined && !(until > Date.now() && until - Date.now() < farthestMs))
          throw invalid('until', 'until must be in the future, and within a year', { value: until });
        const session = await stillOpen(tx, setup.business.id, sessionId);
        return [
          undefined,
          await snooze(tx, setup, session, { until, by: caller.agent!.code, reason: 'request' }),
        ];
      }),
    undo: (caller, sessionId, act) =>
      change(caller, async (tx, setup) => {
        const session = await stillOpen(tx, setup.business.id, sessionId);
        return [undefined, await undo(tx, setup, session, act, caller.agent!.code)];
      }),
    note: (caller, sessionId, { text, mentions = [] }) =>
      change(caller, async (tx, setup) => {
        if (text.trim() === '') throw missing('text');
        if (text.length > longestNote) throw invalid('text', `A note has at most ${longestNote} characters`);
        if (mentions.length > mostMentions) throw invalid('mentions', `At most ${mostMentions} colleagues`);
        const unknown = mentions.find((code) => !setup.agents.has(code));
        if (unknown !== undefined)
          throw invalid('mentions', `There is no agent "${unknown}"`, {
            code: 'UNKNOWN_AGENT',
            value: unknown,
          });
        const session = await held(tx, setup.business.id, sessionId);
        const id = newId();
        const noted = { text, id, by: caller.agent!.code, mentions: [...new Set(mentions)] };
        return [id, await keepNote(tx, setup, session, noted)];
      }),
    async read({ businessId, agent }, sessionId, upTo) {
      const unread = await marks.read(ctx.db, businessId, agent!.code, sessionId, upTo);
      void signals.read(businessId, sessionId, upTo);
      return unread;
    },
    unread: ({ businessId, agent }, sessionId) => marks.unread(ctx.db, businessId, agent!.code, sessionId),
  };
}

async function hold(tx: Queryable, setup: Setup, session: Held, wish: HolderWish, by: string) {
  if (wish.version !== undefined && wish.version !== session.version) {
    throw new Problem('conflict', 'The session has changed meanwhile: look at it again', {
      field: 'version',
      code: 'CHANGED',
      value: session.version,
    });
  }
  if (wish.onlyFree && session.agent !== undefined && session.agent !== wish.agent) {
    throw new Problem('conflict', 'Somebody else holds the session', {
      field: 'agent',
      code: 'HELD',
      possibleValues: [session.agent],
    });
  }
  const agent = wish.agent === undefined ? session.agent : wish.agent || undefined;
  const team = wish.team === undefined ? session.team : wish.team || undefined;
  const routing = {
    ...(wish.queue !== undefined && { queue: wish.queue }),
    ...(agent !== undefined && { agent }),
    ...(team !== undefined && { team }),
  };
  const to = { ...decideRouting(setup, session.queue, routing, new Map()), reason: 'by an agent' };
  const noted = wish.note ? await keepNote(tx, setup, session, { text: wish.note, by, mentions: [] }) : [];
  if (to.queue.code === session.queue && to.agent === session.agent && to.team === session.team) return noted;
  return [...(await handOver(tx, setup, session, to, { reroute: false, by })), ...noted];
}

async function reopen(tx: Queryable, setup: Setup, session: Held, by: string): Promise<BusinessEvent[]> {
  const businessId = setup.business.id;
  const after: Session = { ...session, resolved: false, agent: by };
  await sessions.reopen(tx, businessId, session.id, by);
  await lines.add(tx, businessId, session.id, by, [{ id: newId(), data: { event: 'reopened', agent: by } }]);
  return [newEvent(setup, after, 'session.resolved', await aboutSession(tx, setup, after))];
}

type Rest = { until?: number | undefined; by?: string; reason: 'request' | 'time' };

async function snooze(tx: Queryable, setup: Setup, session: Session, { until, by, reason }: Rest) {
  const businessId = setup.business.id;
  if (session.resolved)
    throw invalid('sessionId', 'The session is resolved: reopen it first', { code: 'SESSION_RESOLVED' });
  const before = await standing.find(tx, businessId, session.id);
  // Who wakes what nobody ever worked on wakes nothing.
  if (!(await marks.snooze(tx, businessId, session.id, until)))
    throw notFound('sessionId', 'SESSION_NOT_FOUND', 'There is no such session in the inbox');
  const rest = { ...(until !== undefined && { until }), reason };
  const data = { event: until === undefined ? 'woken' : 'snoozed', ...rest };
  await lines.add(tx, businessId, session.id, by, [{ id: newId(), data, ...(before && { before }) }]);
  const told = { ...(await aboutSession(tx, setup, session)), ...rest, ...(by !== undefined && { by }) };
  return [newEvent(setup, session, 'session.snoozed', told)];
}

/** Wakes the sessions whose rest is over; answers whether there may be more. */
export async function wakeRested(ctx: Context): Promise<boolean> {
  const due = await marks.due(ctx.db, 100);
  for (const { businessId, id } of due) {
    const setup = await ctx.setup(businessId);
    await ctx.db.transaction(async (tx) => {
      const session = await held(tx, businessId, id);
      if (!(await marks.isDue(tx, businessId, id))) return;
      await events.append(tx, await snooze(tx, setup, session, { reason: 'time' }), ctx.tells);
    });
  }
  if (due.length > 0) ctx.wake.call('deliveries');
  return due.length === 100;
}
