import type { Group } from './pages.ts';

const root = '/console';
/** Stands where the key of a thing would: no key begins with it as it is, since keys are encoded. */
const fresh = '+new';

/** The address of a page. */
export const pageAt = (group: Group, id: string) => `${root}/${group}/${id}`;

/** The address of a thing on a page. */
export const itemAt = (group: Group, id: string, item: string) =>
  `${pageAt(group, id)}/${item.split('/').map(encodeURIComponent).join('/')}`;

/** The address at which a new one is made. */
export const newAt = (group: Group, id: string) => `${pageAt(group, id)}/${fresh}`;

/** What an address below `/console` names; the key of a thing may have slashes of its own. */
export function readAddress(path: string) {
  const [, , group, id, ...rest] = path.split('/');
  const isNew = rest[0] === fresh;
  return { group, id, isNew, item: isNew || !rest[0] ? undefined : rest.map(decoded).join('/') };
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

const asked = new Map<string, string>();

/** Notes what a list is asked for, search and filters: `?q=…`. */
export const noteList = (path: string, query: string) => void asked.set(path, query);

/** The address of a list as one left it, for the way back from one of its things. */
export const asLeft = (path: string) => path + (asked.get(path) ?? '');
