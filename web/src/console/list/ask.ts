import { useEffect } from 'react';
import { useLocation, useSearch } from 'wouter';
import { noteList } from '../address.ts';

/** What a list is asked for. It stands in the address, so that it can be passed on and one comes back to it. */
export interface ListAsk {
  /** What was typed into the search. */
  text: string;
  /** `name`, or `-name` for the other way round. */
  sort: string;
  filter(id: string): string;
  set(change: Record<string, string>): void;
  /** No search, no filter. */
  clear(): void;
  isAsking: boolean;
}

export function useListAsk(): ListAsk {
  const [at, go] = useLocation();
  const search = useSearch();
  useEffect(() => noteList(at, search && `?${search}`), [at, search]);
  const now = new URLSearchParams(search);
  const { sort = '', q: text = '', ...filters } = Object.fromEntries(now);
  return {
    text,
    sort,
    filter: (id) => filters[id] ?? '',
    set(change) {
      const next = new URLSearchParams(now);
      for (const [name, value] of Object.entries(change)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      const query = next.toString();
      go(query ? `${at}?${query}` : at, { replace: true });
    },
    clear: () => go(sort ? `${at}?${new URLSearchParams({ sort })}` : at, { replace: true }),
    isAsking: text !== '' || Object.keys(filters).length > 0,
  };
}
