/**
 * Arrays as PostgreSQL's own binary form (its source: `array_recv`, and `*recv` of each type): as text each element is
 * quoted and escaped here and parsed again there, which was a tenth of what accepting a message cost.
 */

/** Writes one element at `at`; answers where it ends, or `unfit` for a value that only the text form has a word for. */
type Write = (value: unknown, at: number) => number;

const unfit = -1;
const usualScratch = 64 * 1024;
const mostScratch = 1024 * 1024;
/** Every array that is being written, one at a time. */
let scratch = Buffer.allocUnsafe(usualScratch);

/** Room for `bytes` more from `at` on. */
function room(at: number, bytes: number): void {
  if (at + bytes <= scratch.length) return;
  const larger = Buffer.allocUnsafe(Math.max(2 * scratch.length, at + bytes));
  scratch.copy(larger, 0, 0, at);
  scratch = larger;
}

function writeText(value: unknown, at: number): number {
  if (typeof value !== 'string') return unfit;
  room(at, 3 * value.length);
  return at + scratch.write(value, at);
}

/** Version 1 of the binary form is the text of the value. */
function writeJson(value: unknown, at: number): number {
  if (typeof value !== 'string') return unfit;
  room(at, 1);
  scratch[at] = 1;
  return writeText(value, at + 1);
}

function writeInt(value: unknown, at: number): number {
  if (typeof value !== 'number' || (value | 0) !== value) return unfit;
  room(at, 4);
  return scratch.writeInt32BE(value, at);
}

function writeBigint(value: unknown, at: number): number {
  if (!Number.isSafeInteger(value)) return unfit;
  room(at, 8);
  return writeInt64(value as number, at);
}

function writeInt64(value: number, at: number): number {
  scratch.writeInt32BE(Math.floor(value / 0x1_0000_0000), at);
  return scratch.writeUInt32BE(value >>> 0, at + 4);
}

function writeFloat(value: unknown, at: number): number {
  if (typeof value !== 'number') return unfit;
  room(at, 8);
  return scratch.writeDoubleBE(value, at);
}

function writeBoolean(value: unknown, at: number): number {
  if (typeof value !== 'boolean') return unfit;
  room(at, 1);
  scratch[at] = value ? 1 : 0;
  return at + 1;
}

function writeBytes(value: unknown, at: number): number {
  if (!Buffer.isBuffer(value)) return unfit;
  room(at, value.length);
  return at + value.copy(scratch, at);
}

/** Microseconds since 2000 (`timestamptz_recv`), of epoch ms. */
const epoch2000 = 946_684_800_000;
/** The last time that JavaScript has, epoch ms. */
const lastTime = 8.64e15;

function writeTime(value: unknown, at: number): number {
  if (typeof value !== 'number' || !(Math.abs(value) <= lastTime)) return unfit;
  room(at, 8);
  return writeInt64((Math.trunc(value) - epoch2000) * 1000, at);
}

/** How the elements of an array are sent: as bytes, and else as text. */
interface ElementType {
  /** Its number in `pg_type`. */
  oid: number;
  write: Write;
  /** In the words of the text form, where those are not the value's own. Throws for what has none. */
  word?(value: unknown): unknown;
}

/** A time in words among times as numbers: PostgreSQL reads no number as a time. */
function wordOfTime(value: unknown): unknown {
  return typeof value === 'number' && Number.isFinite(value) ? new Date(value).toISOString() : value;
}

/** By the word of the cast. */
const types: Readonly<Record<string, ElementType>> = {
  boolean: { oid: 16, write: writeBoolean },
  bytea: { oid: 17, write: writeBytes },
  bigint: { oid: 20, write: writeBigint },
  int: { oid: 23, write: writeInt },
  text: { oid: 25, write: writeText },
  float: { oid: 701, write: writeFloat },
  timestamptz: { oid: 1184, write: writeTime, word: wordOfTime },
  jsonb: { oid: 3802, write: writeJson },
};

/** Puts one parameter into the form in which it is sent. */
export type Encode = (value: unknown) => unknown;

/** How the parameters of a statement are sent: those that it casts as arrays, such as `$2::text[]`, by their index. */
export function encodersOf(text: string): ReadonlyMap<number, Encode> | undefined {
  const encoders = new Map<number, Encode>();
  for (const [, number, type] of text.matchAll(/\$(\d+)::([a-z]+)\[\]/g)) {
    const known = types[type!];
    if (known) encoders.set(Number(number) - 1, (value) => encode(value, known));
  }
  return encoders.size > 0 ? encoders : undefined;
}

/** One dimension, from 1 on. What does not fit, such as a date in words, is left to the text form, and so to its errors. */
function encode(value: unknown, { oid, write, word }: ElementType): unknown {
  if (!Array.isArray(value)) return value;
  let at = 20;
  let hasNull = 0;
  for (const one of value) {
    room(at, 4);
    if (one === null || one === undefined) {
      hasNull = 1;
      at = scratch.writeInt32BE(-1, at);
      continue;
    }
    const end = write(one, at + 4);
    if (end === unfit) return word ? value.map(word) : value;
    scratch.writeInt32BE(end - at - 4, at);
    at = end;
  }
  scratch.writeInt32BE(value.length === 0 ? 0 : 1, 0);
  scratch.writeInt32BE(hasNull, 4);
  scratch.writeInt32BE(oid, 8);
  scratch.writeInt32BE(value.length, 12);
  scratch.writeInt32BE(1, 16);
  const bytes = Buffer.from(scratch.subarray(0, value.length === 0 ? 12 : at));
  // What one large mail needed is not held for ever.
  if (scratch.length > mostScratch) scratch = Buffer.allocUnsafe(usualScratch);
  return bytes;
}
