interface Waiting<In, Out> {
  item: In;
  resolve(out: Out): void;
  reject(error: unknown): void;
}

/**
 * Writes together what arrives while earlier writes are under way: no timer, no added latency, full
 * durability. One caller alone commits at once; hundreds share a commit.
 *
 * `write` gets up to `max` items and answers one result for each, in order, after its transaction is
 * committed. When it throws for a reason that `isolate` accepts, each item is written alone, so that one
 * bad item does not fail its neighbours. At most `inFlight` writes are under way at once.
 */
export class GroupCommit<In, Out> {
  readonly #write: (items: In[]) => Promise<Out[]>;
  readonly #max: number;
  readonly #inFlight: number;
  readonly #isolate: (error: unknown) => boolean;
  #waiting: Waiting<In, Out>[] = [];
  #running = 0;
  #writing = 0;

  constructor(
    write: (items: In[]) => Promise<Out[]>,
    options: { max?: number; inFlight?: number; isolate?: (error: unknown) => boolean } = {},
  ) {
    this.#write = write;
    this.#max = options.max ?? 128;
    this.#inFlight = options.inFlight ?? 2;
    this.#isolate = options.isolate ?? (() => true);
  }

  /** Items that wait or are being written. */
  get size(): number {
    return this.#waiting.length + this.#writing;
  }

  /** Resolves with the item's result once it is committed. */
  add(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#running < this.#inFlight) this.#next();
    });
  }

  #next(): void {
    const batch = this.#waiting.splice(0, this.#max);
    if (batch.length === 0) return;
    this.#running += 1;
    this.#writing += batch.length;
    this.#run(batch).finally(() => {
      this.#running -= 1;
      this.#writing -= batch.length;
      this.#next();
    });
  }

  async #run(batch: Waiting<In, Out>[]): Promise<void> {
    try {
      const results = await this.#write(batch.map((waiting) => waiting.item));
      for (const [i, waiting] of batch.entries()) waiting.resolve(results[i]!);
    } catch (error) {
      if (batch.length === 1 || !this.#isolate(error)) {
        for (const waiting of batch) waiting.reject(error);
        return;
      }
      for (const waiting of batch) await this.#run([waiting]);
    }
  }
}
