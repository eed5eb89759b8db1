const dayMs = 86_400_000;
const dayOf = (at: number) => Math.floor(at / dayMs);
const weekOf = (at: number) => Math.floor(at / (7 * dayMs));

/** What stands among the words of a message for its time: the newest are looked through first by it. */
export function timeMarks(at: number): string[] {
  return [`d:${dayOf(at)}`, `w:${weekOf(at)}`];
}

/** A word, or what begins like it, in the words of a tsquery. */
const prefixed = (word: string) => `'${word.replaceAll("'", "''").replaceAll('\\', '\\\\')}':*`;

/** All of these words, in one business; with one of these marks, where some are named. */
export function queryOf(businessId: number, words: readonly string[], marks?: readonly string[]): string {
  const parts = [`'b:${businessId}'`, ...words.map(prefixed)];
  if (marks) parts.push(`(${marks.map((mark) => `'${mark}'`).join(' | ')})`);
  return parts.join(' & ');
}

/**
 * Stretches of time that are looked through, one after the other, until there is enough: what is common is found in
 * the first, and what is rare costs little in the last, which is all of time.
 */
export function stretches(now: number): (string[] | undefined)[] {
  const [day, week] = [dayOf(now), weekOf(now)];
  const back = (letter: string, from: number, many: number) =>
    Array.from({ length: many }, (_, i) => `${letter}:${from - i}`);
  // Clocks of others may be ahead of ours.
  return [
    back('d', day + 1, 3),
    back('d', day - 2, 5),
    back('w', week, 5),
    back('w', week - 5, 20),
    undefined,
  ];
}
