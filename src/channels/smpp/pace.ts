import { SendFailure } from '../../model/failure.ts';

/** How much is slowed down when the SMSC says that it is too fast, and how much faster it gets each second again. */
const slower = 0.75;
const fasterEachSecond = 1.05;

/**
 * When the next segment may go out on a bind: at most `window` without an answer, at most `perSecond` a second.
 * Slower when the SMSC asks for it, and slowly back again.
 */
export class Pace {
  readonly #window: number;
  readonly #perSecond: number;
  readonly #queue: { go(): void; fail(error: SendFailure): void }[] = [];
  #rate: number;
  #tokens = 1;
  #filledAt = performance.now();
  #open = 0;
  #heldUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(window: number, perSecond: number) {
    this.#window = window;
    this.#perSecond = perSecond;
    this.#rate = perSecond;
    this.#tokens = this.#burst;
  }

  /** Segments a second at this moment. */
  get rate(): number {
    return this.#rate;
  }

  /** Resolves when a segment may go; `done` is to be called when it is answered. Throws when it was closed. */
  take(): Promise<void> {
    if (this.#closed) return Promise.reject(closed());
    return new Promise((go, fail) => {
      this.#queue.push({ go, fail });
      this.#look();
    });
  }

  done(): void {
    this.#open -= 1;
    this.#look();
  }

  /** The SMSC says that it is too fast. Nothing goes for a second. */
  slowDown(): void {
    this.#refill();
    this.#rate = Math.max(0.5, this.#rate * slower);
    this.#tokens = 0;
    this.#heldUntil = performance.now() + 1000;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { fail } of this.#queue.splice(0)) fail(closed());
  }

  /** What may go at once: a tenth of a second's worth, and one at least. */
  get #burst(): number {
    return Math.max(1, this.#rate / 10);
  }

  #refill(): void {
    const now = performance.now();
    const seconds = (now - this.#filledAt) / 1000;
    this.#filledAt = now;
    if (now > this.#heldUntil)
      this.#rate = Math.min(this.#perSecond, this.#rate * fasterEachSecond ** seconds);
    this.#tokens = Math.min(this.#burst, this.#tokens + seconds * this.#rate);
  }

  #look(): void {
    this.#refill();
    const held = this.#heldUntil - performance.now();
    while (held <= 0 && this.#queue.length > 0 && this.#open < this.#window && this.#tokens >= 1) {
      this.#tokens -= 1;
      this.#open += 1;
      this.#queue.shift()!.go();
    }
    clearTimeout(this.#timer);
    // With a full window the next answer looks again.
    if (this.#queue.length === 0 || this.#open >= this.#window) return;
    const wait = Math.max(held, ((1 - this.#tokens) / this.#rate) * 1000, 1);
    this.#timer = setTimeout(() => this.#look(), wait);
  }
}

function closed(): SendFailure {
  return new SendFailure({ class: 'UNAVAILABLE', text: 'The bind ended before it was its turn.' });
}
