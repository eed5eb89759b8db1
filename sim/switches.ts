import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong at a simulated provider. All can be switched while it runs. */
export interface Switches {
  /** How long its answers, and what it tells, are held back, ms. */
  delayMs: number;
  /** What it tells (receipts, messages of people), it tells twice. */
  duplicate: boolean;
  /** Of two things that it tells, the second one comes first. */
  reorder: boolean;
  /** So many messages more are refused for coming too fast: 429, or what it is called there. */
  tooFast: number;
  /** So many messages more are refused for a fault of the provider: 5xx, or what it is called there. */
  faults: number;
  /** So many receipts more are lost. */
  loseReceipts: number;
  /** The credentials have expired. */
  expired: boolean;
}

export const allWell: Readonly<Switches> = {
  delayMs: 0,
  duplicate: false,
  reorder: false,
  tooFast: 0,
  faults: 0,
  loseReceipts: 0,
  expired: false,
};

/** What becomes of a message that was handed in. */
export type Verdict = 'taken' | 'tooFast' | 'fault' | 'expired';

/** One that would come first waits so long for the other, ms. */
const reorderMs = 500;

/** The switches of one simulated provider, and what they do. */
export class Board {
  readonly switches: Switches;
  #held: (() => Promise<unknown>) | undefined;
  #lastly: NodeJS.Timeout | undefined;

  constructor(switches: Partial<Switches> = {}) {
    this.switches = { ...allWell, ...switches };
  }

  /** Waits as long as an answer is held back; answers what becomes of the message. */
  async verdict(): Promise<Verdict> {
    const { switches } = this;
    await this.wait();
    if (switches.expired) return 'expired';
    if (this.#counts('tooFast')) return 'tooFast';
    return this.#counts('faults') ? 'fault' : 'taken';
  }

  /** The same for a question that hands nothing in: whether whoever asks is let in. */
  async entry(): Promise<'taken' | 'expired'> {
    await this.wait();
    return this.switches.expired ? 'expired' : 'taken';
  }

  async wait(): Promise<void> {
    if (this.switches.delayMs > 0) await sleep(this.switches.delayMs);
  }

  /** Tells a receipt by `how`, unless it is lost. Resolves when it was told, or is held back. */
  async receipt(how: () => Promise<unknown>): Promise<void> {
    if (!this.#counts('loseReceipts')) await this.tell(how);
  }

  /** Tells something by `how`: late, twice, or after what comes next, as the switches stand. */
  async tell(how: () => Promise<unknown>): Promise<void> {
    await this.wait();
    const all = this.switches.duplicate ? () => how().then(how) : how;
    const before = this.#held;
    this.#held = undefined;
    clearTimeout(this.#lastly);
    if (before) {
      await all();
      await before();
    } else if (this.switches.reorder) {
      this.#held = all;
      this.#lastly = setTimeout(() => void this.flush(), reorderMs);
    } else {
      await all();
    }
  }

  /** Tells what is held back. */
  async flush(): Promise<void> {
    clearTimeout(this.#lastly);
    const held = this.#held;
    this.#held = undefined;
    await held?.().catch(() => {});
  }

  #counts(name: 'tooFast' | 'faults' | 'loseReceipts'): boolean {
    if (this.switches[name] <= 0) return false;
    this.switches[name] -= 1;
    return true;
  }
}
