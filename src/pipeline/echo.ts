import type { Received } from '../channels/channel.ts';
import * as echoes from '../store/echoes.ts';
import { isPassing } from './busy.ts';
import type { Context } from './context.ts';
import type { Core } from './core.ts';
import { startLoop } from './loop.ts';

/** Lets sandbox channels receive what they promised to, when its time has come. */
export function startEchoes(ctx: Context, receive: Core['receive']): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  const loop = startLoop(
    'echoes',
    async () => {
      // Taken in a transaction of its own only when applied: a crash in between repeats them, and
      // repeated receipts and messages have one effect.
      const due = await ctx.db.transaction(async (tx) => {
        const taken = await echoes.take(tx, 200);
        await Promise.all(taken.map((echo) => apply(ctx, receive, echo)));
        return taken;
      });
      clearTimeout(timer);
      const inMs = await echoes.next(ctx.db);
      if (inMs !== undefined && inMs < 1000) timer = setTimeout(() => loop.wake(), Math.max(5, inMs)).unref();
      return due.length === 200;
    },
    1000,
    ctx.log,
  );
  const unlisten = ctx.wake.on('echoes', () => loop.wake());
  return {
    async stop() {
      unlisten();
      clearTimeout(timer);
      await loop.stop();
    },
  };
}

/** What cannot be applied, because its channel is gone, say, is dropped: it would only fail again. */
async function apply(ctx: Context, receive: Core['receive'], echo: echoes.Echo): Promise<void> {
  try {
    await receive(echo.businessId, echo.channelId, whole(echo.received as Partial<Received>));
  } catch (error) {
    if (isPassing(error)) throw error;
    ctx.log.warn({ err: error, channelId: echo.channelId }, 'an echo of the sandbox could not be applied');
  }
}

function whole(part: Partial<Received>): Received {
  return { messages: [], receipts: [], events: [], ignored: [], ...part };
}
