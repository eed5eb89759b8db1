const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * A text in pieces of at most `most` bytes of UTF-8, cut at white space where there is any, and never inside what
 * people see as one character (channels.md rule 12). Of an empty text there is none.
 */
export function pieces(text: string, most: number): string[] {
  const list: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const head = headOf(rest, most);
    const cut = head.length === rest.length ? head.length : lastSpace(head) || head.length;
    list.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return list;
}

/** As much of it as fits; at least one character, however long that is. */
function headOf(text: string, most: number): string {
  let bytes = 0;
  let end = 0;
  for (const { segment } of graphemes.segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > most && end > 0) break;
    end += segment.length;
    if (bytes > most) break;
  }
  return text.slice(0, end);
}

/** Where the last word ends that fits; 0 when it is one word. A word that ends just there is whole, too. */
function lastSpace(head: string): number {
  const at = head.search(/\s\S*$/);
  return at < head.length / 2 ? 0 : at;
}
