import { useCallback, useMemo } from 'react';
import { useSearch } from 'wouter';
import { useGo } from '../shell/go.ts';
import type { Filter } from '../store/sessions.ts';
import { findable } from '../text/findable.ts';
import { usePreferences } from '../theme/preferences.ts';

const views = ['mine', 'unassigned', 'all', 'mentions'] as const;
const states = ['open', 'snoozed', 'resolved', 'closed', 'any'] as const;

const isSort = (value: string | null): value is Filter['sort'] => value === 'latest' || value === 'waiting';

/**
 * The filter that the address holds: a link to a list shows the same list to a colleague. In the order that it names, or else
 * that this person has chosen.
 */
export function filterOf(search: string, usual: Filter['sort'] = 'latest'): Filter {
  const query = new URLSearchParams(search);
  const text = (name: string) => query.get(name) || undefined;
  const sort = query.get('sort');
  const tag = Number(query.get('tag'));
  const filter: Filter = {
    view: views.find((one) => one === query.get('view')) ?? 'all',
    state: states.find((one) => one === query.get('state')) ?? 'open',
    sort: isSort(sort) ? sort : usual,
  };
  for (const name of ['queue', 'team', 'agent', 'channel'] as const) {
    const value = text(name);
    if (value !== undefined) filter[name] = value;
  }
  const wanted = findable(query.get('text') ?? '');
  if (wanted !== undefined) filter.text = wanted;
  if (tag > 0) filter.tag = tag;
  if (query.get('unread') === '1') filter.unread = true;
  return filter;
}

/** What stays when somebody goes to another list: its order, what is looked for, and the simulator beside it. */
const staying = ['sort', 'text', 'simulator'];

/** The filter of this screen, and how to change it; what is given as undefined goes away. */
export function useFilter() {
  const search = useSearch();
  const go = useGo();
  const { sort } = usePreferences();
  const filter = useMemo(() => filterOf(search, sort), [search, sort]);
  const change = useCallback(
    (by: { [K in keyof Filter]?: Filter[K] | undefined }, options?: { fresh?: boolean; stay?: boolean }) => {
      const query = new URLSearchParams(search);
      if (options?.fresh)
        for (const name of [...query.keys()]) if (!staying.includes(name)) query.delete(name);
      for (const [name, value] of Object.entries(by)) {
        if (value === undefined || value === false || value === '') query.delete(name);
        else query.set(name, value === true ? '1' : String(value));
      }
      const to = options?.stay ? location.pathname : '/inbox';
      go(`${to}${query.size > 0 ? `?${query}` : ''}`, { replace: options?.stay ?? false });
    },
    [search, go],
  );
  const press = useCallback(
    (set: Partial<Filter>) => change(...pressed(filterOf(search), set)),
    [search, change],
  );
  return { filter, change, press };
}

/** True when a list is narrowed to what somebody looks for in it. */
export function isNarrowed(filter: Filter): boolean {
  const { unread, text, view, state, queue, team, channel, tag } = filter;
  if (unread === true || text !== undefined) return true;
  const by = [
    view === 'all',
    state === 'open',
    ...[queue, team, channel, tag].map((one) => one === undefined),
  ];
  // By one thing it is a list that somebody has chosen.
  return by.filter((isUsual) => !isUsual).length > 1;
}

/** What can be added to a list of somebody's: each once. */
const added = ['state', 'queue', 'team', 'channel', 'tag'] as const;
const addedBy = (set: Partial<Filter>) => added.find((one) => set[one] !== undefined);

/** A list of its own; else something that narrows the list that is shown. */
export const isList = (set: Partial<Filter>) => addedBy(set) === undefined;

/** How a press changes the filter: a list begins anew; what narrows one comes, or goes where it is there. */
function pressed(filter: Filter, set: Partial<Filter>): Parameters<ReturnType<typeof useFilter>['change']> {
  const name = addedBy(set);
  if (name === undefined) return [set, { fresh: true }];
  return [{ [name]: filter[name] === set[name] ? undefined : set[name] }];
}

/** True when the list is the one that the entry stands for, or is narrowed by it. */
export function isOn(filter: Filter, set: Partial<Filter>): boolean {
  const name = addedBy(set);
  return name === undefined ? filter.view === (set.view ?? 'all') : filter[name] === set[name];
}
