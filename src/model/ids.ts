import { randomBytes } from 'node:crypto';
import * as clock from './clock.ts';

const origin = randomBytes(4).toString('hex');
let lastMs = 0;
let sequence = 0;

/**
 * A new id: 24 hex digits (decision D21), growing within this process.
 *
 * 6 bytes of milliseconds, 2 bytes of sequence, 4 bytes that tell processes apart. Growing ids keep
 * the newest rows together in every index, and order the messages of one conversation.
 * A clock that jumps back does not make ids go back.
 */
export function newId(now: number = clock.now()): string {
  if (now > lastMs) {
    lastMs = now;
    sequence = 0;
  } else if (++sequence > 0xffff) {
    lastMs += 1;
    sequence = 0;
  }
  return lastMs.toString(16).padStart(12, '0') + sequence.toString(16).padStart(4, '0') + origin;
}

/** The time at which an id was made, epoch ms. */
export function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 12), 16);
}

/** What every id made at this time or later, epoch ms, is not before in the order of ids. */
export function firstIdAt(at: number): string {
  return Math.max(0, Math.ceil(at)).toString(16).padStart(12, '0');
}

/** True for the form that every id of ours has. Anything else is unknown without asking the database. */
export function isId(value: string): boolean {
  return /^[0-9a-f]{24}$/.test(value);
}

/** An id that cannot be guessed, for addresses that are secrets in themselves: 160 random bits, hex. */
export function newUnguessableId(): string {
  return randomBytes(20).toString('hex');
}
