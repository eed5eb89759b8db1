import { failedReceipt } from '../answer.ts';
import type { Receipt } from '../channel.ts';
import { outcomeOf } from './errors.ts';
import { normalId } from './ids.ts';
import { type ShortMessage, tags } from './pdu.ts';

/** Bits of `esm_class` that say what a `deliver_sm` is, and those of a receipt. */
const typeBits = 0x3c;
const receiptBits = 0x04;

/** Whether a `deliver_sm` is a receipt of the SMSC's. */
export function isReceipt({ esmClass, parameters }: ShortMessage): boolean {
  // Some say so by the parameters alone.
  return (
    (esmClass & typeBits) === receiptBits ||
    (parameters.has(tags.receiptedMessageId) && parameters.has(tags.messageState))
  );
}

/**
 * What a receipt says: its parameters win over its text, whose fields may be missing and stand in any case and
 * order. Undefined when it names no message; `'progress'` when it says no more than that it is on its way.
 */
export function receiptOf(message: ShortMessage, now: number): Receipt | 'progress' | undefined {
  const { parameters, octets } = message;
  const text = octets.toString('latin1');
  const field = (name: string) => new RegExp(`(?:^|\\s)${name}\\s*:\\s*(\\S+)`, 'i').exec(text)?.[1];
  const told = parameters.get(tags.receiptedMessageId)?.toString('latin1').replace(/\0.*$/s, '');
  const id = told || field('id');
  if (!id) return undefined;
  const state = parameters.get(tags.messageState)?.[0] ?? field('stat');
  const outcome = state === undefined ? undefined : outcomeOf(state, field('err'));
  if (!outcome) return 'progress';
  const timestamp = timeOf(field('done date'), now);
  const providerId = normalId(id);
  if ('delivered' in outcome) return { providerId, status: 'DLVRD', timestamp };
  const { failure } = outcome;
  return { providerId, status: failedReceipt(failure.class), timestamp, failure };
}

/**
 * When it was done: YYMMDDhhmm or with seconds. SMSCs tell it in a time zone of their own: one that lies more
 * than a day from now is not believed, and in the future none is.
 */
function timeOf(told: string | undefined, now: number): number {
  const parts = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$/
    .exec(told ?? '')
    ?.slice(1)
    .map((part) => Number(part ?? 0));
  if (!parts) return now;
  const [year, month, day, hour, minute, second] = parts as [number, number, number, number, number, number];
  const at = Date.UTC(2000 + year, month - 1, day, hour, minute, second || 0);
  return at <= now && now - at < 24 * 3_600_000 ? at : now;
}
