import type { Received } from '../channels/channel.ts';

/** A provider's clock may be wrong by this much; a later time is none, ms. */
const mostAheadMs = 24 * 3_600_000;

/**
 * The same value without what the database cannot keep: NUL and halves of surrogate pairs become the
 * replacement character. For what the outside says, which nobody could be asked to say again; callers of
 * ours are told instead (`checkStorable`).
 */
export function storable<T>(value: T): T {
  return isStorable(value) ? value : (cleaned(value) as T);
}

/** True when the database can keep it as it is. */
export function isStorable(value: unknown): boolean {
  const text = JSON.stringify(value) ?? '';
  if (!text.includes('\\u')) return true;
  const escapes = text.replace(/\\\\/g, '');
  return !/\\u0000|\\ud[89a-f]/.test(escapes);
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string')
    return Buffer.from(value.replaceAll('\0', '\ufffd'), 'utf8').toString('utf8');
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cleaned(key) as string, cleaned(item)]),
  );
}

/** What a channel received, in times and texts that can be kept. `now` is epoch ms. */
export function storableReceived(received: Received, now: number): Received {
  const timely = <T extends { timestamp: number }>(one: T): T =>
    one.timestamp > 0 && one.timestamp <= now + mostAheadMs ? one : { ...one, timestamp: now };
  const { messages, receipts, events, parts, ...rest } = storable(received);
  return {
    messages: messages.map(timely),
    receipts: receipts.map(timely),
    events: events.map((event) => ('timestamp' in event ? timely(event) : event)),
    ...(parts && { parts: parts.map(timely) }),
    ...rest,
  };
}
