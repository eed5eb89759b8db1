import type { Received } from '../channels/channel.ts';
import * as echoes from '../store/echoes.ts';
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
        await Promise.all(
          taken.map((echo) =>
            receive(echo.businessId, echo.channelId, whole(echo.received as Partial<Received>)),
          ),
        );
        return taken;
      });
      clearTimeout(timer);
      const inMs = await echoes.next(ctx.db);
      if (inMs !== undefined && inMs < 1000) timer = setTimeout(() => loop.wake(), Math.max(1, inMs)).unref();
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

function whole(part: Partial<Received>): Received {
  return { messages: [], receipts: [], events: [], ignored: [], ...part };
}
