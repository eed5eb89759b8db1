import { Problem } from '../model/problem.ts';
import type { Visitor } from '../pipeline/visitor.ts';
import { Bucket } from './bucket.ts';
import { laneOf } from './visitor-feed.ts';

/** Refused frames that a visitor may go on with, as a multiple of what he may say in a second. */
const patience = 3;
const forgetMs = 60_000;

interface Buckets {
  messages: Bucket;
  frames: Bucket;
  patience: Bucket;
}

/** A visitor who was told to slow down, and does not. */
export class TooManyFrames extends Error {}

/** What one visitor may say, over all of his windows in this process. */
export class VisitorLimits {
  readonly #buckets = new Map<string, Buckets>();
  readonly #timer = setInterval(() => this.#forget(), forgetMs).unref();

  /** Counts a frame. Throws `tooMany`; `TooManyFrames` when that was said often enough. */
  count(visitor: Visitor, frame: Record<string, unknown>): void {
    const { messages, frames, patience } = this.#of(visitor);
    const saysSomething = frame.t === 'msg' || frame.t === 'button';
    const waitMs = frames.take() || (saysSomething ? messages.take() : 0);
    if (waitMs === 0) return;
    if (patience.take() > 0) throw new TooManyFrames();
    throw new Problem('tooMany', 'You are very quick: wait a moment', {
      code: 'RATE',
      retryAfterSeconds: Math.max(0.1, Math.ceil(waitMs / 100) / 10),
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #of(visitor: Visitor): Buckets {
    const known = this.#buckets.get(laneOf(visitor));
    if (known) return known;
    const { messages, frames } = visitor.site.limits;
    const made = {
      messages: new Bucket(messages),
      frames: new Bucket(frames),
      patience: new Bucket(frames, frames * patience),
    };
    this.#buckets.set(laneOf(visitor), made);
    return made;
  }

  #forget(): void {
    for (const [lane, { messages, frames, patience }] of this.#buckets)
      if (messages.isFull() && frames.isFull() && patience.isFull()) this.#buckets.delete(lane);
  }
}
