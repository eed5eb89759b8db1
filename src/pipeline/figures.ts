import type { Queryable } from '../store/database.ts';
import * as figures from '../store/figures.ts';
import { type Counting, countMessages, countOlderMessages } from '../store/figures-of-messages.ts';
import { countOlderSessions, countSessions } from '../store/figures-of-sessions.ts';
import { countCalls, countOlderCalls } from '../store/figures-of-webhooks.ts';
import type { Context } from './context.ts';
import { makeRound } from './each-business.ts';
import { startLoop } from './loop.ts';

/** How much one turn counts: little enough that sending messages feels nothing of it. */
const turn = {
  /** Events in one statement, and in all. */
  statement: 10_000,
  events: 50_000,
  /** Of what was there before. */
  messages: 5000,
  sessions: 1000,
  calls: 5000,
};
const everyMs = 1000;

/** Counts what happens behind the log of events, and what was there before (docs/decisions/0021). */
export function startFigures(ctx: Pick<Context, 'db' | 'log'>): { stop(): Promise<void> } {
  const round = makeRound(ctx, 'figures');
  return startLoop(
    'figures',
    async () => round(await figures.behind(ctx.db), (id) => countOn(ctx, id)),
    everyMs,
    ctx.log,
  );
}

/** One turn for one business, in a transaction. Answers whether more events wait than one turn takes. */
export function countOn(
  { db }: Pick<Context, 'db'>,
  businessId: number,
  most: typeof turn = turn,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const at = await figures.hold(tx, businessId);
    if (!at) return false;
    if (at.zone !== at.wanted) await figures.moveDays(tx, businessId, at.wanted);
    const zone = at.wanted;
    await countCalls(tx, businessId, zone);
    const head = await figures.head(tx, businessId);
    if (head - at.seq > most.events) {
      const upTo = at.seq + most.events;
      await countEvents(tx, at, { businessId, zone, after: at.seq, upTo }, most.statement);
      await figures.move(tx, businessId, { ...at, zone, seq: upTo });
      return true;
    }
    const { upTo, ...older } = await countOlder(tx, { businessId, zone }, at, head, most);
    // By where they stood: what these events tell of older ones is counted with these.
    await countEvents(tx, at, { businessId, zone, after: at.seq, upTo }, most.statement);
    await figures.move(tx, businessId, { ...at, ...older, zone, seq: upTo });
    return false;
  });
}

/** Goes on with what was there before, one kind at a time; answers the event up to which that is how it stands. */
async function countOlder(
  tx: Queryable,
  of: { businessId: number; zone: string },
  at: figures.FigureProgress,
  head: number,
  most: typeof turn,
): Promise<Partial<figures.FigureProgress> & { upTo: number }> {
  if (at.messageId !== '') {
    const done = await countOlderMessages(tx, { ...of, before: at.messageId, limit: most.messages });
    return { upTo: done.head, messageId: done.next };
  }
  if (at.sessionId !== '') {
    const done = await countOlderSessions(tx, { ...of, before: at.sessionId, limit: most.sessions });
    return { upTo: done.head, sessionId: done.next };
  }
  if (at.endpointId !== null) {
    const done = await countOlderCalls(tx, { ...of, after: at, limit: most.calls });
    return { upTo: head, ...done };
  }
  return { upTo: head };
}

async function countEvents(
  tx: Queryable,
  at: figures.FigureProgress,
  { upTo, ...counting }: Omit<Counting, 'from'>,
  most: number,
): Promise<void> {
  for (let after = counting.after; after < upTo; after += most) {
    const part = { ...counting, after, upTo: Math.min(upTo, after + most) };
    await countMessages(tx, { ...part, from: at.messageId });
    await countSessions(tx, { ...part, from: at.sessionId });
  }
}
