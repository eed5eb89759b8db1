/** RFC 3696, erratum 1690: what a mail address may have at most, in characters. */
const longestEmail = 254;

/** Whether this can be a mail address: something on both sides of an @, and nothing that none has. */
export function isEmail(text: string): boolean {
  return text.length <= longestEmail && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(text);
}

/** Ids that are mail addresses are one whatever their case; others as they are. */
export function sameId(a: string, b: string): boolean {
  return a === b || (isEmail(a) && a.toLowerCase() === b.toLowerCase());
}
