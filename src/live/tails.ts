import type { Logger } from 'pino';
import type { Core } from '../pipeline/core.ts';
import { startLoop } from '../pipeline/loop.ts';
import type { Wake } from '../pipeline/wake.ts';
import * as events from '../store/events.ts';
import { Tail } from './tail.ts';

/** A look without a wake-up, ms: not every event that is written makes work for somebody. */
const lookMs = 100;

/** The ends of the logs of all businesses that somebody in this process follows. */
export interface Tails {
  of(businessId: number): Promise<Tail>;
  stop(): Promise<void>;
}

/** Reads the logs that are followed, all with one look, whoever follows them. */
export function openTails(core: Pick<Core, 'db'>, wake: Pick<Wake, 'on'>, log: Logger): Tails {
  const tails = new Map<number, Promise<Tail>>();
  const loop = startLoop('live', () => look(core, tails), lookMs, log);
  const unhear = (['messages', 'deliveries'] as const).map((topic) => wake.on(topic, () => loop.wake()));
  return {
    async of(businessId) {
      for (;;) {
        const open = tails.get(businessId) ?? Tail.of(core.db, businessId);
        tails.set(businessId, open);
        open.catch(() => tails.delete(businessId));
        const tail = await open;
        if (tails.get(businessId) === open) return tail;
      }
    },
    async stop() {
      for (const stop of unhear) stop();
      await loop.stop();
    },
  };
}

/** Reads on in all logs that somebody follows; lets go of the others. */
async function look({ db }: Pick<Core, 'db'>, tails: Map<number, Promise<Tail>>): Promise<boolean> {
  if (tails.size === 0) return false;
  const heads = await events.heads(db, [...tails.keys()]);
  for (const [businessId, opening] of tails) {
    const tail = await opening;
    if (!tail.isNeeded()) tails.delete(businessId);
    else await tail.readTo(heads.get(businessId) ?? 0);
  }
  return false;
}
