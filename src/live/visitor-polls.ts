import { Problem } from '../model/problem.ts';
import type { Visitor } from '../pipeline/visitor.ts';
import type { Speaker } from './visitor-hearing.ts';
import { TooManyFrames } from './visitor-limits.ts';
import { errorFrame, type Outlet, type PassingFrame } from './visitor-line.ts';
import { welcome } from './visitor-socket.ts';
import type { VisitorHouse } from './visitors.ts';

/** How long a poll waits for something to tell, ms: below the patience of most proxies. */
const waitMs = 25_000;
/** After the first frame others may come at the same moment, ms. */
const togetherMs = 15;

type Frame = Record<string, unknown>;

/** The same conversation where sockets are blocked. */
export interface Polls {
  /**
   * What there is after a number: at once when there is something, else as soon as there is, or nothing after 25 s.
   * Without a number: where the conversation stands. `gone` ends the wait.
   */
  poll(visitor: Visitor, after: number | undefined, gone: AbortSignal): Promise<unknown[]>;
  /** Hears frames in their order, and answers what is said to them. */
  say(visitor: Visitor, frames: Frame[]): Promise<PassingFrame[]>;
}

export function makePolls(house: VisitorHouse): Polls {
  const { feed, hearing, limits } = house;
  return {
    async poll(visitor, after, gone) {
      const said: unknown[] = [];
      let news = () => {};
      const outlet: Outlet = {
        get isOpen() {
          return !gone.aborted;
        },
        say(frame) {
          said.push(typeof frame === 'string' ? JSON.parse(frame) : frame);
          news();
          return 0;
        },
        drained: async () => !gone.aborted,
        fail: () => news(),
      };
      const { line, at } = await welcome(house, outlet, visitor, { lastSeq: after });
      if (at.messages) return said;
      // Who goes on knows where it stands.
      said.length = 0;
      const leave = await feed.join(line);
      try {
        await someNews(said, gone, (heard) => {
          news = heard;
        });
        return said.splice(0);
      } finally {
        leave();
      }
    },
    async say(visitor, frames) {
      const said: PassingFrame[] = [];
      const line: Speaker = {
        visitor,
        sessionId: undefined,
        unstored: [],
        say: (frame) => void said.push(frame),
      };
      for (const frame of frames) {
        try {
          limits.count(visitor, frame);
          await hearing.hear(line, frame);
        } catch (error) {
          if (error instanceof TooManyFrames)
            throw new Problem('tooMany', 'You are very quick: wait a moment', {
              code: 'RATE',
              retryAfterSeconds: 30,
            });
          said.push(errorFrame(error, frame));
        }
      }
      return said;
    },
  };
}

/** Waits until something was said, and what is said at the same moment. */
async function someNews(
  said: unknown[],
  gone: AbortSignal,
  onNews: (heard: () => void) => void,
): Promise<void> {
  if (said.length === 0) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs).unref();
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      gone.addEventListener('abort', done, { once: true });
      onNews(done);
    });
  }
  if (said.length > 0) await new Promise((resolve) => setTimeout(resolve, togetherMs));
}
