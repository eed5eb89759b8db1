import { hashKey } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { ApiError } from '../api/http.ts';
import type { Page } from '../api/types.ts';
import { client } from './client.ts';

/**
 * How to have more rows of a list that is read page by page. What is under way and what has failed is of the list under this
 * key alone: the next one knows nothing of it. `next` is where it goes on; undefined: it has all, or nobody knows yet.
 */
export function useFurther<Rows extends Page<{ id: string }>>(
  queryKey: readonly unknown[],
  next: string | undefined,
  read: (after: string) => Promise<Rows>,
) {
  const of = hashKey(queryKey);
  const [failed, setFailed] = useState<{ of: string; error: ApiError }>();
  const underWay = useRef(new Set<string>());
  const more = useCallback(async () => {
    const asked = `${of} ${next}`;
    if (next === undefined || underWay.current.has(asked)) return;
    underWay.current.add(asked);
    try {
      const page = await read(next);
      setFailed((before) => (before?.of === of ? undefined : before));
      // A list that was read anew meanwhile goes on elsewhere.
      client.setQueryData<Rows>(queryKey, (before) =>
        before && before.next === next ? appended(before, page) : before,
      );
    } catch (error) {
      if (error instanceof ApiError) setFailed({ of, error });
    } finally {
      underWay.current.delete(asked);
    }
  }, [of, next]);
  return { more, moreFailed: failed?.of === of ? failed.error : undefined };
}

/** A row that moved up while we read comes twice: the one that is higher up counts. */
function appended<Rows extends Page<{ id: string }>>({ next: _, ...before }: Rows, page: Rows): Rows {
  const known = new Set(before.items.map(({ id }) => id));
  return {
    ...before,
    items: [...before.items, ...page.items.filter(({ id }) => !known.has(id))],
    ...(page.next !== undefined && { next: page.next }),
  } as Rows;
}
