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

/** An address as it may be told and kept: user names, passwords and queries can be secrets (decision D11). */
export function withoutSecrets(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text)) return text;
  return text.replace(/\/\/[^/@]*@/, '//…@').replace(/[?#].*$/s, '?…');
}

/** What an endpoint is called, to those who may read where it is: its address is told where it was given no name. */
export function endpointName({ name, url }: { name?: string | undefined; url: string }): string {
  return name ?? withoutSecrets(url);
}

/** The same to those who may not: no word of its address, which may hold secrets. */
export function endpointNameForAll({
  name,
  surface,
}: {
  name?: string | undefined;
  surface: string;
}): string {
  return name ?? surface;
}
