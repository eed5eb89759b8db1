import type { WebSocket } from 'ws';

/** What counts here of a connection. */
export type Line = Pick<WebSocket, 'bufferedAmount' | 'once' | 'terminate'>;

/** Of `most`, so much is left when there was too much: else the next frame would be too much again. */
const left = 0.75;

/**
 * What connections have not read yet, of all together: whoever opens many and reads from none must not take the memory
 * of the process. Beyond `most` bytes those furthest behind are cut off.
 */
export class Backlog {
  readonly #most: number;
  readonly #behind = new Map<Line, number>();
  #total = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Notes how many bytes a connection has yet to read, after something was said to it; answers them. */
  note(line: Line): number {
    const bytes = line.bufferedAmount;
    if (!this.#behind.has(line)) {
      if (bytes === 0) return 0;
      line.once('close', () => this.#forget(line));
    }
    this.#put(line, bytes);
    if (this.#total > this.#most) this.#relieve();
    return bytes;
  }

  #put(line: Line, bytes: number): void {
    this.#total += bytes - (this.#behind.get(line) ?? 0);
    this.#behind.set(line, bytes);
  }

  #forget(line: Line): void {
    this.#total -= this.#behind.get(line) ?? 0;
    this.#behind.delete(line);
  }

  #relieve(): void {
    // Most have read on since they were noted.
    for (const line of this.#behind.keys()) this.#put(line, line.bufferedAmount);
    if (this.#total <= this.#most) return;
    const furthestFirst = [...this.#behind].sort(([, a], [, b]) => b - a);
    for (const [line] of furthestFirst) {
      if (this.#total <= this.#most * left) return;
      this.#forget(line);
      // It does not read: a closing handshake would not reach it either.
      line.terminate();
    }
  }
}
