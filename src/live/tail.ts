import type { StoredEvent } from '../model/event.ts';
import type { Database } from '../store/database.ts';
import * as events from '../store/events.ts';

/** Events of a business that are kept in memory for those who follow it: enough for a burst. */
const mostRecent = 1000;
const mostRead = 500;
/** Looks after which a tail that nobody follows is let go of. */
const looksAlone = 50;

/**
 * The end of one business's log. All who follow the business share one reading of what is new; who is
 * further behind reads the log itself. Numbers appear in the order of the commits and without gaps
 * (`events.append`), so reading on from the last number misses nothing.
 */
export class Tail {
  readonly #db: Database;
  readonly #businessId: number;
  /** Without gaps, and ending with `head`. */
  #recent: StoredEvent[] = [];
  #head: number;
  readonly #followers = new Set<() => void>();
  #alone = 0;

  private constructor(db: Database, businessId: number, head: number) {
    this.#db = db;
    this.#businessId = businessId;
    this.#head = head;
  }

  /** The log as it ends now. */
  static async of(db: Database, businessId: number): Promise<Tail> {
    return new Tail(db, businessId, (await events.heads(db, [businessId])).get(businessId) ?? 0);
  }

  /** Number of the last event that was read. */
  get head(): number {
    return this.#head;
  }

  /**
   * Whether it was followed lately. Asked at each look: who is about to follow has a while for it, and until
   * then the tail is not let go of.
   */
  isNeeded(): boolean {
    this.#alone = this.#followers.size > 0 ? 0 : this.#alone + 1;
    return this.#alone < looksAlone;
  }

  /** `news` is called when there is more; answers how to stop following. */
  follow(news: () => void): () => void {
    this.#followers.add(news);
    return () => void this.#followers.delete(news);
  }

  /** Reads what is new up to `seq`, the number of the last event of the business, and tells the followers. */
  async readTo(seq: number): Promise<void> {
    while (this.#head < seq) {
      const read = await events.after(this.#db, this.#businessId, this.#head, mostRead);
      if (read.length === 0) return;
      this.#recent.push(...read);
      this.#recent.splice(0, this.#recent.length - mostRecent);
      this.#head = read.at(-1)!.seq;
      for (const news of this.#followers) news();
    }
  }

  /** Up to `limit` events after a number, in their order. */
  async after(seq: number, limit: number): Promise<readonly StoredEvent[]> {
    if (seq >= this.#head) return [];
    const first = this.#recent[0]?.seq;
    if (first === undefined || seq + 1 < first) {
      return events.after(this.#db, this.#businessId, seq, limit);
    }
    return this.#recent.slice(seq + 1 - first, seq + 1 - first + limit);
  }
}
