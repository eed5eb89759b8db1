import { useQuery } from '@tanstack/react-query';
import { ApiError, call } from '../../api/http.ts';
import { client } from '../../store/client.ts';
import { consoleKey } from '../list/rows.ts';

/** Something that is set up, and the version (`ETag`) of which it was read. */
export interface Thing<T> {
  value: T;
  /** Undefined of something new. */
  version: string | undefined;
}

/** Reads one thing with its version. Rejects with `ApiError`. */
export async function readThing<T>(path: string, signal?: AbortSignal): Promise<Thing<T>> {
  let version: string | undefined;
  const value = await call<T>('GET', path, {
    ...(signal && { signal }),
    shown: (answer) => {
      version = answer.headers.get('etag') ?? undefined;
    },
  });
  return { value, version };
}

/**
 * Writes one thing, provided that it is still of the version that was read; something new, provided that it is not there.
 * Rejects with an `ApiError` of code `STALE` or `TAKEN` otherwise. Lists and names are read again.
 */
export async function writeThing<T>(
  method: 'PUT' | 'PATCH' | 'POST' | 'DELETE',
  path: string,
  { body, version }: { body?: unknown; version?: string | undefined } = {},
): Promise<Thing<T>> {
  let next: string | undefined;
  const value = await call<T>(method, path, {
    ...(body !== undefined && { body }),
    headers:
      version !== undefined ? { 'if-match': version } : method === 'PUT' ? { 'if-none-match': '*' } : {},
    shown: (answer) => {
      next = answer.headers.get('etag') ?? undefined;
    },
  });
  if (method === 'DELETE') forgetLists(path);
  // What is gone is not asked for once more by the page that took it away.
  readAgain(method !== 'DELETE');
  return { value, version: next };
}

/** The list that a thing stood in is not shown again as it was before: what is gone would stand in it for a moment. */
function forgetLists(path: string): void {
  client.removeQueries({
    queryKey: [consoleKey, 'all'],
    predicate: ({ queryKey: [, , list] }) => path.startsWith(`${list}/`),
  });
}

/** After a change: lists of the console, and the names that the inbox shows. */
export function readAgain(things = true): void {
  void client.invalidateQueries({
    queryKey: [consoleKey],
    predicate: ({ queryKey: [, kind] }) => things || kind !== 'one',
  });
  void client.invalidateQueries({ queryKey: ['setup'] });
}

/** The thing at an address of the API, read anew each time that a page shows it. */
export function useThing<T>(path: string | undefined) {
  const { data, error, refetch } = useQuery({
    queryKey: [consoleKey, 'one', path],
    queryFn: ({ signal }) => readThing<T>(path!, signal),
    enabled: path !== undefined,
    // What an editor begins with must not be what this window saw some time ago.
    gcTime: 0,
    refetchOnMount: 'always',
    refetchOnWindowFocus: true,
  });
  const isGone = error instanceof ApiError && error.status === 404;
  return { thing: isGone ? undefined : data, error, retry: () => void refetch() };
}

/** Reads a thing again after somebody else was faster; undefined: it is gone. */
export async function rereadThing<T, V>(
  path: string,
  valuesOf: (value: T) => V,
): Promise<Thing<V> | undefined> {
  try {
    const { value, version } = await readThing<T>(path);
    return { value: valuesOf(value), version };
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
