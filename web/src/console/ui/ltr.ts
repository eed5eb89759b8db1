/** A code inside of a sentence: from left to right, in whatever language the sentence is. */
export const ltr = (code: string) => `\u2066${code}\u2069`;
