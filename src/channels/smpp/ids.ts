/**
 * Ids of messages as SMSCs tell them: in either case, with zeros before them or without, hexadecimal in
 * answers and decimal in receipts, or the other way round (channels.md 3.1).
 */

/** One spelling of an id: small letters, and no zeros before it. */
export function normalId(id: string): string {
  const bare = id.trim().toLowerCase().replace(/^0x/, '');
  return bare.replace(/^0+(?=.)/, '');
}

/** The id in the other number system; undefined when it is no such number. */
export function decimalOf(id: string): string | undefined {
  return /^[0-9a-f]{1,32}$/.test(id) ? BigInt(`0x${id}`).toString() : undefined;
}

export function hexOf(id: string): string | undefined {
  return /^\d{1,38}$/.test(id) ? BigInt(id).toString(16) : undefined;
}

/** How receipts of an SMSC spell the ids that its answers told: set by the operator, or found out. */
export class IdSpelling {
  readonly #rule: 'auto' | 'same' | 'decimal' | 'hex';
  /** An answer had letters, so answers are hexadecimal; before that nobody knows. */
  #sawLetters = false;

  constructor(rule: 'auto' | 'same' | 'decimal' | 'hex') {
    this.#rule = rule;
  }

  /**
   * The id of an answer, and how receipts may call it besides. Found out by itself, an id of digits alone is only
   * read as hexadecimal once another one had letters: else it would be taken for another message.
   */
  of(answered: string): { id: string; others: string[] } {
    const id = normalId(answered);
    if (/^[0-9a-f]*[a-f][0-9a-f]*$/.test(id)) this.#sawLetters = true;
    const other =
      this.#rule === 'hex'
        ? hexOf(id)
        : this.#rule === 'decimal' || (this.#rule === 'auto' && this.#sawLetters)
          ? decimalOf(id)
          : undefined;
    return { id, others: other === undefined || other === id ? [] : [other] };
  }
}
