/** How a text of SMS is written on the air interface. */
export type SmsEncoding = 'GSM-7' | 'Latin-1' | 'UCS-2';

/** A text as it goes out: one part, or several that the phone shows as one. */
export interface SmsText {
  encoding: SmsEncoding;
  parts: string[];
  /** Septets, octets or UTF-16 units that the whole text takes. */
  units: number;
  /** Units that fit into each of these parts. */
  perPart: number;
  /** Units that still fit into the last one: no character is split, so others may not be full to the last unit. */
  left: number;
}

/**
 * The basic character set of GSM 03.38, by code: 0x00 to 0x7F. The place of the escape (0x1B) holds a
 * character that nobody types.
 */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\uffffÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';

/** Its extension: each costs two, an escape and the code. */
const extension: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};

const escapeCode = 0x1b;
const codes = new Map([...basic].flatMap((c, code) => (code === escapeCode ? [] : [[c, code] as const])));
const extended = new Map(Object.entries(extension).map(([c, code]) => [code, c]));

/** Units in one message, and in each of several: a header takes the rest (channels.md 3.1). */
const room: Readonly<Record<SmsEncoding, readonly [alone: number, each: number]>> = {
  'GSM-7': [160, 153],
  'Latin-1': [140, 134],
  'UCS-2': [70, 67],
};

/** The codes of a text, one a septet; undefined when a character has none. */
export function gsmCodes(text: string): number[] | undefined {
  const list: number[] = [];
  for (const c of text) {
    const code = codes.get(c);
    const second = code === undefined && Object.hasOwn(extension, c) ? extension[c] : undefined;
    if (code !== undefined) list.push(code);
    else if (second !== undefined) list.push(escapeCode, second);
    else return undefined;
  }
  return list;
}

/** The text of codes, one an octet. An extension that is not known reads as the basic character (GSM 03.38). */
export function gsmText(octets: Uint8Array): string {
  let text = '';
  for (let i = 0; i < octets.length; i += 1) {
    const code = octets[i]! & 0x7f;
    if (code !== escapeCode) text += basic[code];
    else if (i + 1 < octets.length) {
      i += 1;
      const next = octets[i]! & 0x7f;
      text += extended.get(next) ?? (next === escapeCode ? ' ' : basic[next]);
    }
  }
  return text;
}

function isLatin(text: string): boolean {
  return [...text].every((c) => c.codePointAt(0)! <= 0xff);
}

/**
 * The encoding in which a text goes: GSM-7 when all of it can be written so, else UCS-2. With `plain: 'Latin-1'`
 * that one instead of GSM-7, for providers that want it.
 */
export function encodingOf(text: string, plain: 'GSM-7' | 'Latin-1' = 'GSM-7'): SmsEncoding {
  if (plain === 'Latin-1') return isLatin(text) ? 'Latin-1' : 'UCS-2';
  return gsmCodes(text) ? 'GSM-7' : 'UCS-2';
}

/** Units that a character takes. */
function unitsOf(c: string, encoding: SmsEncoding): number {
  if (encoding === 'UCS-2') return c.length;
  return encoding === 'GSM-7' && Object.hasOwn(extension, c) ? 2 : 1;
}

/**
 * Splits a text into the parts in which it goes over the air: never within a character, an escape or a
 * surrogate pair. The phone joins them again, so words may be split.
 */
export function smsText(text: string, plain: 'GSM-7' | 'Latin-1' = 'GSM-7'): SmsText {
  const encoding = encodingOf(text, plain);
  const [alone, each] = room[encoding];
  const characters = [...text];
  const units = characters.reduce((sum, c) => sum + unitsOf(c, encoding), 0);
  if (units <= alone) return { encoding, parts: [text], units, perPart: alone, left: alone - units };
  const parts: string[] = [];
  let part = '';
  let taken = 0;
  for (const c of characters) {
    const cost = unitsOf(c, encoding);
    if (taken + cost > each) {
      parts.push(part);
      part = '';
      taken = 0;
    }
    part += c;
    taken += cost;
  }
  parts.push(part);
  return { encoding, parts, units, perPart: each, left: each - taken };
}
