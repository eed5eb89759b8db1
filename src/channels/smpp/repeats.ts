import { createHash, randomUUID } from 'node:crypto';
import type { Account } from './account.ts';
import { type Pdu, type ShortMessage, tags } from './pdu.ts';

/** A reference of a handset comes round again: it means the same message within one day (UTC) alone, ms. */
const dayMs = 24 * 3_600_000;
/** So many messages of a bind are known again by their sequence numbers, for so long, ms. */
const mostSeen = 10_000;
const seenMs = 10 * 60_000;

/**
 * By what a message of a person is known again when the SMSC tells it once more, because it did not hear our answer.
 * SMPP 3.4 has no field for that: some providers tell an id of their own in a parameter, some pass on the reference
 * of the handset. Undefined where there is neither. The sender and what was said count, too: an id that is none,
 * because it is the same in all messages, must not cost any but what is repeated word for word.
 */
export function idOfMessage(message: ShortMessage, { inboundIds }: Account, now: number): string | undefined {
  const [kind, value] = toldId(message, inboundIds, now) ?? [];
  if (kind === undefined || value === undefined) return undefined;
  const { source, destination, esmClass, dataCoding, octets } = message;
  const head = JSON.stringify([kind, value, source.address, destination.address, esmClass, dataCoding]);
  return `${kind}-${createHash('sha256').update(head).update(octets).digest('hex').slice(0, 48)}`;
}

function toldId(
  { parameters }: ShortMessage,
  where: Account['inboundIds'],
  now: number,
): [kind: string, value: string] | undefined {
  if (where === 'none') return undefined;
  const named = where === 'auto' ? tags.receiptedMessageId : Number(where);
  const told = parameters.get(named);
  if (told?.some((octet) => octet !== 0)) return ['id', told.toString('hex')];
  const reference = where === 'auto' ? parameters.get(tags.userMessageReference) : undefined;
  // 0 is what is told by who has none.
  if (!reference?.some((octet) => octet !== 0)) return undefined;
  return ['ref', `${reference.toString('hex')} ${Math.floor(now / dayMs)}`];
}

/** What came over one bind, by sequence number: an SMSC that waits for too long tells the same once more. */
export class Seen {
  readonly #seen = new Map<number, { said: string; id: string; at: number }>();

  /** An id for what a PDU says; the same one for the same PDU that comes again. `now` is epoch ms. */
  idOf({ sequence, body }: Pick<Pdu, 'sequence' | 'body'>, now: number): string {
    const said = createHash('sha256').update(body).digest('base64');
    const before = this.#seen.get(sequence);
    if (before && now - before.at < seenMs && before.said === said) return before.id;
    const id = randomUUID();
    this.#seen.delete(sequence);
    this.#seen.set(sequence, { said, id, at: now });
    for (const [oldest, { at }] of this.#seen) {
      if (this.#seen.size <= mostSeen && now - at < seenMs) break;
      this.#seen.delete(oldest);
    }
    return id;
  }
}
