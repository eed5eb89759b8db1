/** Lets through so many a second, and a second's worth at once. */
export class Bucket {
  readonly #perSecond: number;
  readonly #most: number;
  #tokens: number;
  #at: number;

  constructor(perSecond: number, most = Math.max(1, perSecond), now = Date.now()) {
    this.#perSecond = perSecond;
    this.#most = most;
    this.#tokens = most;
    this.#at = now;
  }

  /** Takes one. Answers how many ms are to be waited when there is none; 0 when it was taken. */
  take(now = Date.now()): number {
    this.#tokens = Math.min(
      this.#most,
      this.#tokens + (Math.max(0, now - this.#at) / 1000) * this.#perSecond,
    );
    this.#at = now;
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) / this.#perSecond) * 1000);
    this.#tokens -= 1;
    return 0;
  }

  /** Whether it is as if nothing had been taken for long: it can be forgotten. */
  isFull(now = Date.now()): boolean {
    return this.#tokens + (Math.max(0, now - this.#at) / 1000) * this.#perSecond >= this.#most;
  }
}
