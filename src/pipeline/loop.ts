import type { Logger } from 'pino';

/** Looks that a wake-up causes begin at least this long after one another, ms: more work in fewer looks. */
const gapMs = 4;

/**
 * Looks for work again and again: at once while there is more, else when woken, else every `everyMs`.
 * `work` answers whether there surely is more. It never runs twice at a time. A failure is logged, and
 * the next look waits a little.
 */
export interface Loop {
  wake(): void;
  /** Stops looking; resolves when the look under way has ended. */
  stop(): Promise<void>;
}

/** Resolves when everything that was `held` is let go, or after `withinMs`. */
export async function emptied(held: { readonly size: number }, withinMs: number): Promise<void> {
  const end = Date.now() + withinMs;
  while (held.size > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}

/**
 * Does one duty after another. Each for itself: one that fails again and again must not keep the others from their work.
 * Answers whether one of them surely has more to do.
 */
export async function eachForItself(
  duties: readonly (() => Promise<unknown>)[],
  log: Logger,
): Promise<boolean> {
  let more = false;
  for (const duty of duties) {
    try {
      more = (await duty()) === true || more;
    } catch (error) {
      log.warn({ err: error }, 'a part of the sweep failed');
    }
  }
  return more;
}

export function startLoop(name: string, work: () => Promise<boolean>, everyMs: number, log: Logger): Loop {
  let stopped = false;
  let woken = false;
  let rouse: (() => void) | undefined;
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const run = async () => {
    while (!stopped) {
      woken = false;
      let more = false;
      const began = performance.now();
      try {
        more = await work();
      } catch (error) {
        log.warn({ err: error, loop: name }, 'a look for work failed');
        if (!stopped) await sleep(500);
        continue;
      }
      if (more || stopped) continue;
      if (!woken) await sleep(everyMs);
      // Nobody rouses this one: who calls during it is served by the look that follows.
      const early = began + gapMs - performance.now();
      if (early > 0 && !stopped) await new Promise((resolve) => setTimeout(resolve, early));
    }
  };
  const done = run();
  return {
    wake() {
      woken = true;
      rouse?.();
    },
    async stop() {
      stopped = true;
      rouse?.();
      await done;
    },
  };
}
