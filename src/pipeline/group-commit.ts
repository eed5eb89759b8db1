interface Waiting<In, Out> {
  item: In;
  resolve(out: Out): void;
  reject(error: unknown): void;
}

/**
 * Writes together what arrives in one turn of the event loop or while earlier writes are under way: no
 * timer, no added latency, full durability. One caller alone commits at once; hundreds share a commit.
 *
 * `write` gets up to `max` items and answers one result for each, in order, after its transaction is
 * committed. When it throws for a reason that `isolate` accepts, each item is written alone, so that one
 * bad item does not fail its neighbours. At most `inFlight` writes are under way at once; a further one
 * begins beside others only when `worth` items wait for it, since each costs the same again.
 */
export class GroupCommit<In, Out> {
  readonly #write: (items: In[]) => Promise<Out[]>;
  readonly #max: number;
  readonly #inFlight: number;
  readonly #worth: number;
  readonly #isolate: (error: unknown) => boolean;
  #waiting: Waiting<In, Out>[] = [];
  #running = 0;
  #writing = 0;
  #called = false;

  constructor(
    write: (items: In[]) => Promise<Out[]>,
    options: {
      max?: number;
      inFlight?: number;
      worth?: number;
      isolate?: (error: unknown) => boolean;
    } = {},
  ) {
    this.#write = write;
    this.#max = options.max ?? 128;
    this.#inFlight = options.inFlight ?? 2;
    this.#worth = options.worth ?? 32;
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
      this.#call();
    });
  }

  /** Begins a write at the end of this turn: who comes in the same turn goes along. */
  #call(): void {
    if (this.#called || this.#waiting.length === 0 || this.#running >= this.#inFlight) return;
    if (this.#running > 0 && this.#waiting.length < this.#worth) return;
    this.#called = true;
    setImmediate(() => {
      this.#called = false;
      this.#next();
      this.#call();
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
      this.#call();
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
