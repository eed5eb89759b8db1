/** Marks that are written above and below letters: Latin accents, Arabic vowels, hamza and madda on a letter; tatweel. */
const marks = /[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]/g;

/** Letters that are written for each other, and digits of other scripts. */
const alike: ReadonlyMap<string, string> = new Map([
  ['\u0671', '\u0627'], // alef wasla
  ['\u0649', '\u064a'], // alef maqsura
  ['\u06cc', '\u064a'], // Farsi yeh
  ['\u0629', '\u0647'], // ta marbuta
  ['\u06a9', '\u0643'], // keheh
  ['\u0621', ''], // hamza on the line
  ['\u00df', 'ss'],
  ['\u0131', 'i'],
  ...['\u0660', '\u06f0', '\u0966'].flatMap((zero) =>
    Array.from({ length: 10 }, (_, i) => [String.fromCharCode(zero.charCodeAt(0) + i), String(i)] as const),
  ),
]);
const others = new RegExp(`[${[...alike.keys()].join('')}]`, 'g');

/** A text as it is searched for: what differs in the way of writing alone is one. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replace(others, (letter) => alike.get(letter)!);
}

/** Longer ones are nobody's word. */
const longestWord = 60;

/** The words of a text, folded, each once; at most so many of them. */
export function wordsOf(text: string, most = 500): string[] {
  const words = fold(text).match(/[\p{L}\p{N}\p{Mn}\p{Mc}]+/gu) ?? [];
  return [...new Set(words.map((word) => word.slice(0, longestWord)))].slice(0, most);
}

/** All ends of a number of at least three digits: whoever knows a part of it finds it. */
export function endsOf(number: string): string[] {
  const digits = fold(number).replace(/\D/g, '').slice(0, 20);
  return Array.from({ length: Math.max(0, digits.length - 2) }, (_, i) => digits.slice(i));
}

/** A stretch of a text, and whether it is what was searched for. */
export interface Snippet {
  text: string;
  hit: boolean;
}

const before = 40;
const longest = 160;

/** The part of a text around the first word that begins like one of these, with all such words marked. */
export function snippetOf(text: string, wanted: readonly string[]): Snippet[] {
  const isHit = (word: string) => wanted.some((one) => fold(word).startsWith(one));
  const flat = text.replace(/\s+/g, ' ').trim();
  const words = [...flat.matchAll(/[\p{L}\p{N}\p{M}\u0640]+/gu)];
  const first = words.find(([word]) => isHit(word))?.index ?? 0;
  const from = first <= before ? 0 : flat.lastIndexOf(' ', first - before) + 1;
  const shown = flat.slice(from, from + longest);
  const parts: Snippet[] = [];
  let at = 0;
  for (const match of shown.matchAll(/[\p{L}\p{N}\p{M}\u0640]+/gu)) {
    if (!isHit(match[0])) continue;
    if (match.index > at) parts.push({ text: shown.slice(at, match.index), hit: false });
    parts.push({ text: match[0], hit: true });
    at = match.index + match[0].length;
  }
  if (at < shown.length) parts.push({ text: shown.slice(at), hit: false });
  return parts;
}
