import type { Logger } from 'pino';
import type { StoredEvent } from '../model/event.ts';
import type { Core } from '../pipeline/core.ts';
import type { Tail } from './tail.ts';
import type { Tails } from './tails.ts';
import type { VisitorLine } from './visitor-line.ts';

const mostAtOnce = 500;
/** How often it is asked whether somebody still wants the events of a business, ms. */
const wantedMs = 10_000;

/** Names a conversation in this process. */
export function laneOf({ businessId, contactId }: { businessId: number; contactId: string }): string {
  return `${businessId} ${contactId}`;
}

/**
 * Tells the windows of visitors what happens in their conversations. The log of a business is read once for all
 * of its visitors, and what concerns nobody who is here costs a look at a map.
 */
export class VisitorFeed {
  readonly #core: Core;
  readonly #tails: Tails;
  readonly #log: Logger;
  readonly #lanes = new Map<string, Set<VisitorLine>>();
  readonly #businesses = new Map<number, Promise<void>>();

  constructor(core: Core, tails: Tails, log: Logger) {
    this.#core = core;
    this.#tails = tails;
    this.#log = log;
  }

  /** The windows of a visitor in this process. */
  linesOf(visitor: { businessId: number; contactId: string }): ReadonlySet<VisitorLine> {
    return this.#lanes.get(laneOf(visitor)) ?? new Set();
  }

  /** All windows. */
  *lines(): Iterable<VisitorLine> {
    for (const lines of this.#lanes.values()) yield* lines;
  }

  /** Tells a window from now on; answers how to stop. */
  async join(line: VisitorLine): Promise<() => void> {
    const lane = laneOf(line.visitor);
    const lines = this.#lanes.get(lane) ?? new Set();
    this.#lanes.set(lane, lines.add(line));
    await this.#follow(line.visitor.businessId);
    void line.catchUp();
    return () => {
      lines.delete(line);
      if (lines.size === 0 && this.#lanes.get(lane) === lines) this.#lanes.delete(lane);
    };
  }

  #follow(businessId: number): Promise<void> {
    const following =
      this.#businesses.get(businessId) ??
      this.#tails.of(businessId).then((tail) =>
        new Reader(tail, (events) => this.#tell(businessId, events), {
          isWanted: () => this.#isWanted(businessId),
          ended: () => this.#businesses.delete(businessId),
          failed: (error) => this.#log.warn({ err: error }, 'visitors could not be told'),
        }).start(),
      );
    this.#businesses.set(businessId, following);
    following.catch(() => this.#businesses.delete(businessId));
    return following;
  }

  #isWanted(businessId: number): boolean {
    const prefix = `${businessId} `;
    for (const lane of this.#lanes.keys()) if (lane.startsWith(prefix)) return true;
    return false;
  }

  async #tell(businessId: number, events: readonly StoredEvent[]): Promise<void> {
    const wanted = events.filter(
      ({ visitorNo, lane }) => visitorNo !== undefined && this.#lanes.has(`${businessId} ${lane}`),
    );
    if (wanted.length === 0) return;
    const frames = await this.#core.visitors.frames(businessId, wanted);
    for (const [i, event] of wanted.entries()) {
      const frame = frames[i]!;
      const text = JSON.stringify(frame);
      for (const line of this.#lanes.get(`${businessId} ${event.lane}`) ?? []) {
        if ('session' in event.data && event.data.session)
          line.sessionId = event.type === 'session.closed' ? undefined : event.data.session.id;
        line.tell(frame, text);
      }
    }
  }
}

interface Reading {
  isWanted(): boolean;
  ended(): void;
  failed(error: unknown): void;
}

/** Reads the log of a business as it grows, in order, as long as somebody wants it. */
class Reader {
  readonly #tail: Tail;
  readonly #tell: (events: readonly StoredEvent[]) => Promise<void>;
  readonly #how: Reading;
  #seq: number;
  #reading = false;

  constructor(tail: Tail, tell: (events: readonly StoredEvent[]) => Promise<void>, how: Reading) {
    this.#tail = tail;
    this.#tell = tell;
    this.#how = how;
    this.#seq = tail.head;
  }

  start(): void {
    const stop = this.#tail.follow(() => void this.#read());
    const timer = setInterval(() => {
      if (this.#how.isWanted()) return;
      clearInterval(timer);
      stop();
      this.#how.ended();
    }, wantedMs).unref();
  }

  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      while (this.#seq < this.#tail.head) {
        const events = await this.#tail.after(this.#seq, mostAtOnce);
        if (events.length === 0) return;
        // Told or not, it is behind us: a window that misses a number reads the log itself.
        this.#seq = events.at(-1)!.seq;
        await this.#tell(events).catch((error: unknown) => this.#how.failed(error));
      }
    } finally {
      this.#reading = false;
    }
  }
}
