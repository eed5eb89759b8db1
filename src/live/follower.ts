import type { WebSocket } from 'ws';
import type { StoredEvent } from '../model/event.ts';
import { drained, isOpen } from './drained.ts';
import { closing, say } from './protocol.ts';
import type { Tail } from './tail.ts';

const mostAtOnce = 100;
/** Bytes that a connection may be behind in reading before we wait for it. */
const mostBuffered = 1024 * 1024;

/** How an event is put on the wire; undefined: this listener is not told of it. */
export type Tell = (event: StoredEvent) => string | undefined;

/**
 * Brings one connection up to date, and keeps it so. What it has not taken is read from the log again:
 * nothing is queued for it in memory beyond `mostBuffered`.
 */
export class Follower {
  readonly #socket: WebSocket;
  readonly #tail: Tail;
  readonly #words: () => Promise<Tell>;
  readonly #stop: () => void;
  #seq: number;
  #pumping = false;
  #isLive = false;

  constructor(socket: WebSocket, tail: Tail, after: number, words: () => Promise<Tell>) {
    this.#socket = socket;
    this.#tail = tail;
    this.#seq = after;
    this.#words = words;
    this.#stop = tail.follow(() => this.pump());
    socket.once('close', this.#stop);
  }

  /** Sends what there is. Called when there may be more. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    this.#run()
      .catch(() => this.#socket.close(...closing.failed))
      .finally(() => {
        this.#pumping = false;
        // What came while the last look was ending.
        if (this.#isOpen && this.#seq < this.#tail.head) this.pump();
      });
  }

  get #isOpen(): boolean {
    return isOpen(this.#socket);
  }

  async #run(): Promise<void> {
    while (this.#isOpen) {
      const events = await this.#tail.after(this.#seq, mostAtOnce);
      if (events.length === 0) return this.#sayLive();
      const tell = await this.#words();
      for (const event of events) {
        if (!this.#isOpen) return;
        const text = tell(event);
        if (text !== undefined && say(this.#socket, text) > mostBuffered && !(await this.#drained())) return;
        this.#seq = event.seq;
      }
    }
  }

  #sayLive(): void {
    if (this.#isLive || !this.#isOpen) return;
    this.#isLive = true;
    say(this.#socket, { type: 'live', seq: this.#seq });
  }

  async #drained(): Promise<boolean> {
    const isThere = await drained(this.#socket, mostBuffered);
    if (!isThere) this.#stop();
    return isThere;
  }
}
