/**
 * A web address; undefined when it is none. Not by `URL.canParse`: of Node 20 that refuses, once it has been
 * called often enough to be optimised, every address with letters such as ü.
 */
export function urlOf(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
