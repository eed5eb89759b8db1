import { useCallback, useMemo } from 'react';
import { useParams, useSearch } from 'wouter';
import { useGo } from '../shell/go.ts';
import { findable } from '../text/findable.ts';

/** Which contacts the list shows. */
export interface ContactFilter {
  text?: string;
  tag?: number;
  /** Code of the agent whose customers they are. */
  owner?: string;
  /** Those who are nobody's customers. */
  unowned?: true;
  channel?: string;
}

function filterOf(search: string): ContactFilter {
  const query = new URLSearchParams(search);
  const filter: ContactFilter = {};
  for (const name of ['owner', 'channel'] as const) {
    const value = query.get(name);
    if (value) filter[name] = value;
  }
  const text = findable(query.get('text') ?? '');
  if (text !== undefined) filter.text = text;
  const tag = Number(query.get('tag'));
  if (tag > 0) filter.tag = tag;
  if (query.get('unowned') === '1') {
    filter.unowned = true;
    delete filter.owner;
  }
  return filter;
}

/** Where the page of a contact is. */
export const pathOf = (id?: string) => `/contacts${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;

type Change = { [K in keyof ContactFilter]?: ContactFilter[K] | undefined };

/** What the address says: the filter of the list, and who is chosen; and how to change either. */
export function useContactsAddress() {
  const { contact } = useParams<{ contact?: string }>();
  const search = useSearch();
  const go = useGo();
  const filter = useMemo(() => filterOf(search), [search]);
  const change = useCallback(
    (by: Change) => {
      const query = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(by)) {
        if (value === undefined || value === '') query.delete(name);
        else query.set(name, value === true ? '1' : String(value));
      }
      go(`${location.pathname}${query.size > 0 ? `?${query}` : ''}`, { replace: true });
    },
    [go],
  );
  const open = useCallback((id?: string) => go(pathOf(id) + location.search), [go]);
  return { filter, change, contact, open };
}

export const isNarrowed = (filter: ContactFilter) => Object.keys(filter).length > 0;
