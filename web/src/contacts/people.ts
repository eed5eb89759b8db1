import { hashKey, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { ApiError, call, queryOf } from '../api/http.ts';
import type { ListedContact, LiveEvent, Page } from '../api/types.ts';
import { onEvent } from '../live/events.ts';
import { client } from '../store/client.ts';
import { useFurther } from '../store/further.ts';
import { useMe } from '../store/me.ts';
import { useStable } from '../ui/stable.ts';
import type { ContactFilter } from './address.ts';

type People = Page<ListedContact> & { total?: number };
const keyOf = (filter: ContactFilter) => ['contacts', filter] as const;
const pageSize = 50;
/** Who drags the bar far down waits for fewer answers. */
const farPageSize = 200;

const ask = (
  filter: ContactFilter,
  more: { limit: number; after?: string; id?: string },
  signal?: AbortSignal,
) => call<People>('GET', `/inbox/contacts${queryOf({ ...filter, ...more })}`, signal ? { signal } : {});

/** The rows of the list, and how to have more of them. */
export function usePeople(filter: ContactFilter) {
  const query = useQuery({
    queryKey: keyOf(filter),
    queryFn: async ({ signal }) => {
      const from = performance.now();
      const page = await ask(filter, { limit: pageSize }, signal);
      // What was told meanwhile may be newer than the page.
      for (const [id, at] of heard) if (at >= from) refresh(id);
      return page;
    },
    staleTime: 60_000,
    placeholderData: (before) => before,
  });
  const next = query.isPlaceholderData ? undefined : query.data?.next;
  const further = useFurther<People>(keyOf(filter), next, (after) =>
    ask(filter, { limit: farPageSize, after }),
  );
  const rows = query.data?.items ?? [];
  return { ...query, rows, total: query.data?.total, hasMore: next !== undefined, ...further };
}

/** A list with somebody where they belong, or without them: `row` is as the server has it under the filter. */
function placed(people: People, id: string, row: ListedContact | undefined): People {
  const { total } = people;
  const isThere = people.items.some((one) => one.id === id);
  const counted = (by: number) => (total === undefined ? {} : { total: total + by });
  if (!row)
    return isThere
      ? { ...people, items: people.items.filter((one) => one.id !== id), ...counted(-1) }
      : people;
  if (isThere) return { ...people, items: people.items.map((one) => (one.id === id ? row : one)) };
  const at = people.items.findIndex(({ no }) => no < row.no);
  // Behind the last one that is loaded it comes with its page, and is counted already: newcomers stand on top.
  if (at < 0 && people.next !== undefined) return people;
  return {
    ...people,
    items: people.items.toSpliced(at < 0 ? people.items.length : at, 0, row),
    ...counted(1),
  };
}

/** Of whom something was told, and when; and who is still to be asked for. */
const heard = new Map<string, number>();
const mostHeard = 200;
const waiting = new Set<string>();
let refresh: (id: string) => void = () => {};

/** How long many changes at once are waited for; the words of somebody, by which the search finds them; another try, ms. */
const [soonMs, wordsMs, againMs] = [250, 1500, 3000];
/** Of more at once the list is read anew. */
const mostAsked = 20;

/** Keeps the list on the screen true: who changed or came is asked for under its filter. */
export function useLivePeople(filter: ContactFilter): void {
  const { rights } = useMe();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const readAll = useStable(async () => {
    timer.current = undefined;
    const queryKey = keyOf(filter);
    if (waiting.size > mostAsked) {
      waiting.clear();
      void client.invalidateQueries({ queryKey });
    }
    for (const id of waiting) {
      try {
        const page = await ask(filter, { limit: 1, id });
        waiting.delete(id);
        client.setQueryData<People>(queryKey, (before) => before && placed(before, id, page.items[0]));
      } catch (error) {
        if (error instanceof ApiError && error.passes) {
          timer.current ??= setTimeout(() => void readAll(), againMs);
          return;
        }
        waiting.delete(id);
        // Whoever signs in again reads everything anew.
        if (error instanceof ApiError && error.status === 401) waiting.clear();
      }
    }
  });
  const later = useStable((id: string) => {
    waiting.add(id);
    timer.current ??= setTimeout(() => void readAll(), filter.text ? wordsMs : soonMs);
  });
  const hear = useStable(({ type, data }: LiveEvent) => {
    const id = data.contact?.id;
    if (id === undefined || type === 'message.status') return;
    void client.invalidateQueries({ queryKey: ['contact-sessions', id] });
    // Other lists are read again when somebody goes back to them.
    const shown = hashKey(keyOf(filter));
    void client.invalidateQueries({
      queryKey: ['contacts'],
      refetchType: 'none',
      predicate: ({ queryHash }) => queryHash !== shown,
    });
    const isThere = client.getQueryData<People>(keyOf(filter))?.items.some((one) => one.id === id);
    // What is said changes a row; who sees a part of the conversations sees somebody for the first time by it, too.
    if (!isThere && rights.seesAll && !type.startsWith('contact.')) return;
    heard.delete(id);
    heard.set(id, performance.now());
    if (heard.size > mostHeard) heard.delete(heard.keys().next().value!);
    later(id);
  });
  useEffect(() => {
    refresh = later;
    const stop = onEvent(hear);
    return () => {
      stop();
      clearTimeout(timer.current);
      timer.current = undefined;
      waiting.clear();
      refresh = () => {};
      // It will have gone on when somebody comes back.
      void client.invalidateQueries({ queryKey: ['contacts'], refetchType: 'none' });
    };
  }, [later, hear]);
}
