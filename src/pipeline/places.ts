/**
 * Places for work under way: `max` in all, at most `perKey` for one channel or endpoint, and for none more
 * than half of what the others leave. So several slow ones together do not take the last place either.
 */
export class Places {
  readonly #max: number;
  readonly #perKey: number;
  readonly #taken = new Map<string, number>();
  #total = 0;

  constructor(max: number, perKey: number) {
    this.#max = max;
    this.#perKey = perKey;
  }

  get free(): number {
    return this.#max - this.#total;
  }

  /** Places for a key that has nothing under way. */
  get share(): number {
    return this.#most(0);
  }

  /** How many more places each key may take that has something under way. */
  rooms(): { key: string; free: number }[] {
    return [...this.#taken].map(([key, n]) => ({ key, free: Math.max(0, this.#most(n) - n) }));
  }

  take(key: string): void {
    this.#total += 1;
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + 1);
  }

  /** Gives a place back. Answers whether somebody may have waited for it. */
  give(key: string): boolean {
    const n = this.#taken.get(key) ?? 0;
    const awaited = n >= this.#perKey || this.#total * 2 >= this.#max || this.#total === 1;
    this.#total -= 1;
    if (n > 1) this.#taken.set(key, n - 1);
    else this.#taken.delete(key);
    return awaited;
  }

  #most(taken: number): number {
    return Math.min(this.#perKey, Math.ceil((this.free + taken) / 2));
  }
}
