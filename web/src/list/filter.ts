import { useCallback, useMemo } from 'react';
import { useSearch } from 'wouter';
import { useGo } from '../shell/go.ts';
import type { Filter } from '../store/sessions.ts';

const views = ['mine', 'unassigned', 'all', 'mentions'] as const;
const states = ['open', 'snoozed', 'resolved', 'closed', 'any'] as const;

/** The filter that the address holds: a link to a list shows the same list to a colleague. */
export function filterOf(search: string): Filter {
  const query = new URLSearchParams(search);
  const text = (name: string) => query.get(name) || undefined;
  const tag = Number(query.get('tag'));
  const filter: Filter = {
    view: views.find((one) => one === query.get('view')) ?? 'all',
    state: states.find((one) => one === query.get('state')) ?? 'open',
    sort: query.get('sort') === 'waiting' ? 'waiting' : 'latest',
  };
  for (const name of ['queue', 'team', 'agent', 'channel', 'text'] as const) {
    const value = text(name);
    if (value !== undefined) filter[name] = value;
  }
  if (tag > 0) filter.tag = tag;
  if (query.get('unread') === '1') filter.unread = true;
  return filter;
}

/** The filter of this screen, and how to change it; what is given as undefined goes away. */
export function useFilter() {
  const search = useSearch();
  const go = useGo();
  const filter = useMemo(() => filterOf(search), [search]);
  const change = useCallback(
    (by: { [K in keyof Filter]?: Filter[K] | undefined }, options?: { fresh?: boolean; stay?: boolean }) => {
      const query = new URLSearchParams(options?.fresh ? '' : search);
      if (options?.fresh && new URLSearchParams(search).get('simulator')) query.set('simulator', '1');
      for (const [name, value] of Object.entries(by)) {
        if (value === undefined || value === false || value === '') query.delete(name);
        else query.set(name, value === true ? '1' : String(value));
      }
      const to = options?.stay ? location.pathname : '/inbox';
      go(`${to}${query.size > 0 ? `?${query}` : ''}`, { replace: options?.stay ?? false });
    },
    [search, go],
  );
  return { filter, change };
}

/** True when a list is narrowed to what somebody looks for in it. */
export const isNarrowed = ({ unread, text }: Filter) => unread === true || text !== undefined;
