/** What came from outside and has no known shape yet. */
export type Raw = Record<string, unknown>;

/** A body as a JSON object; undefined when it is none. Never throws. */
export function parseObject(body: Buffer): Raw | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; an empty one when it is none. */
export function objectOf(value: unknown): Raw {
  return isObject(value) ? value : {};
}

/** The value as a list; an empty one when it is none. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * A text that says something, or a number as its decimal text (decision D13). Undefined for all else,
 * and for integers above 2^53: a rounded id would be somebody else's.
 */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
}

/** Epoch ms; `now` when there is nothing that makes sense. */
export function timeOf(value: unknown, now: number): number {
  const ms = Number(textOf(value));
  return Number.isFinite(ms) && ms > 0 && ms < 1e14 ? ms : now;
}
