import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call, queryOf } from '../../api/http.ts';
import type { Page } from '../../api/types.ts';

/** What a list page shows, wherever it comes from. */
export interface Rows<T> {
  /** Undefined until the first answer. What was there stays while it is read again. */
  items: T[] | undefined;
  error: unknown;
  /** Reads again. */
  retry(): void;
  /** Of a list that is read page after page: undefined when there is no more. */
  more?: { load(): void; loading: boolean } | undefined;
}

/** Everything below this key is read again after a change. */
export const consoleKey = 'console';

/**
 * All of a list that is short enough to be held: what is set up. It is searched, filtered and sorted here. Read again
 * whenever somebody comes back to the window.
 */
export function useAll<T>(path: string): Rows<T> {
  const { data, error, refetch } = useQuery({
    queryKey: [consoleKey, 'all', path],
    queryFn: ({ signal }) => readAll<T>(path, signal),
    refetchOnMount: 'always',
    refetchOnWindowFocus: true,
  });
  return { items: data, error, retry: () => void refetch() };
}

/** All of a list, page after page. */
export async function readAll<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await call<Page<T>>('GET', path + queryOf({ limit: 200, after }), { signal });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return items;
}

/** Of a list that is kept up to date: what lies further back than so many rows does not change while one reads it. */
const mostKeptUp = 150;
/** So many pages are read as often as is asked; more, which are nearly empty then, the more rarely the more they are. */
const fewPages = 3;

/**
 * A list without end, fifty at a time: search and filters go with the question, as `query`. With `everyMs` it is read
 * again so often while somebody looks at it.
 */
export function usePages<T>(
  path: string,
  query: Record<string, string | undefined> = {},
  { everyMs }: { everyMs?: number } = {},
): Rows<T> {
  const asked = useInfiniteQuery({
    queryKey: [consoleKey, 'pages', path, query],
    queryFn: ({ signal, pageParam }) =>
      call<Page<T>>('GET', path + queryOf({ ...query, limit: 50, after: pageParam }), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    // What was found before stays until something else is.
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: true,
    refetchInterval({ state: { data: { pages } = { pages: [] } } }) {
      if (everyMs === undefined || pages.flatMap(({ items }) => items).length > mostKeptUp) return false;
      return everyMs * Math.max(1, pages.length / fewPages);
    },
  });
  return {
    items: asked.data?.pages.flatMap(({ items }) => items),
    error: asked.error,
    retry: () => void asked.refetch(),
    more: asked.hasNextPage
      ? { load: () => void asked.fetchNextPage(), loading: asked.isFetchingNextPage }
      : undefined,
  };
}

/** A value once it has stayed the same for so long, ms: not each letter of a search is a question to the server. */
export function useStill<T>(value: T, ms: number): T {
  const [still, setStill] = useState(value);
  useEffect(() => {
    const timer = setTimeout(setStill, ms, value);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return still;
}
