import { Problem } from '../model/problem.ts';
import type { Core } from '../pipeline/core.ts';
import type { NumberedFrame, Standing, Visitor } from '../pipeline/visitor.ts';

/** A frame of the server that is not part of the conversation's numbers. */
export type PassingFrame = { t: string } & Record<string, unknown>;

/** Where the frames of a line go. */
export interface Outlet {
  /** False: nobody is there any more. */
  readonly isOpen: boolean;
  /** Says a frame, or what one was put into; answers how many bytes are still to be taken. */
  say(frame: PassingFrame | string): number;
  /** Waits until there is room again. False: there will be none. */
  drained(): Promise<boolean>;
  /** Ends it because something of ours failed. */
  fail(): void;
}

const mostAtOnce = 100;
/** Bytes that a window may be behind in reading before we wait for it. */
const mostBuffered = 256 * 1024;

/**
 * One window of a visitor, brought up to date and kept so. What it has not taken is read from the log again, so
 * that it gets every number once and in order, whatever is cut.
 */
export class VisitorLine {
  readonly #core: Pick<Core, 'visitors'>;
  readonly #outlet: Outlet;
  visitor: Visitor;
  /** The open session, where there is one: agents know the conversation by it. */
  sessionId: string | undefined;
  /** Ids of messages that it was shown without their numbers. */
  unstored: string[];
  /** Number of the last frame that was said. */
  #seq: number;
  /** The highest number that is known to be there. */
  #known: number;
  #isLive = false;
  #catching = false;

  constructor(core: Pick<Core, 'visitors'>, outlet: Outlet, visitor: Visitor, from: number, at: Standing) {
    this.#core = core;
    this.#outlet = outlet;
    this.visitor = visitor;
    this.sessionId = at.sessionId;
    this.unstored = at.unstored;
    this.#seq = from;
    this.#known = at.seq;
  }

  get isOpen(): boolean {
    return this.#outlet.isOpen;
  }

  say(frame: PassingFrame): void {
    if (this.isOpen) this.#outlet.say(frame);
  }

  /** Something happened in the conversation; `text` is the frame as it goes over the wire. */
  tell(frame: NumberedFrame, text: string): void {
    this.#known = Math.max(this.#known, frame.seq);
    if (!this.#isLive || !this.isOpen || frame.seq <= this.#seq) return;
    if (frame.seq > this.#seq + 1) return void this.catchUp();
    this.#seq = frame.seq;
    if (this.#outlet.say(text) > mostBuffered) void this.catchUp();
  }

  /** Reads on from the log until nothing is missing. */
  async catchUp(): Promise<void> {
    if (this.#catching) return;
    this.#catching = true;
    this.#isLive = false;
    try {
      while (this.isOpen && this.#catching) await this.#readOn();
    } catch {
      this.#outlet.fail();
    }
  }

  async #readOn(): Promise<void> {
    if (!(await this.#outlet.drained())) return;
    const before = this.#known;
    const frames = await this.#core.visitors.after(this.visitor, this.#seq, mostAtOnce);
    for (const frame of frames) {
      if (!this.isOpen) return;
      this.#seq = frame.seq;
      if (this.#outlet.say(frame) > mostBuffered && !(await this.#outlet.drained())) return;
    }
    // Nothing came while we looked: from here on it is told as it happens.
    if (frames.length > 0 || this.#known !== before) return;
    this.#isLive = true;
    this.#catching = false;
  }
}

/** Why what a visitor said was not taken, as a frame. */
export function errorFrame(error: unknown, frame: Record<string, unknown>): PassingFrame {
  const problem = error instanceof Problem ? error : undefined;
  const { field, code, retryAfterSeconds } = problem?.details[0] ?? {};
  const passing = problem?.kind === 'unavailable' || problem === undefined;
  return {
    t: 'error',
    code: passing ? 'UNAVAILABLE' : (code ?? 'BAD_FIELD'),
    message: problem?.message ?? 'Not possible at the moment: try again',
    ...(typeof frame.cid === 'string' && { cid: frame.cid.slice(0, 64) }),
    ...(field !== undefined && !passing && { field }),
    ...(retryAfterSeconds !== undefined ? { retryAfter: retryAfterSeconds } : passing && { retryAfter: 2 }),
  };
}
