import { useLayoutEffect, useRef } from 'react';
import type { Outgoing } from '../store/db.ts';
import type { Item } from './items.ts';

interface ToEnd {
  /** What is shown is a part further up: below it there are more. */
  hasNewer: boolean;
  /** Shows the end of the thread instead. */
  latest(): Promise<void>;
  items: Item[];
  scroll(how?: { behavior: 'smooth' }): void;
}

/** Goes to the latest message: from a part further up the end is read first. */
export function useToEnd({ hasNewer, latest, items, scroll }: ToEnd): (how?: { behavior: 'smooth' }) => void {
  const waits = useRef(false);
  useLayoutEffect(() => {
    if (!waits.current || hasNewer) return;
    waits.current = false;
    scroll();
    // With the lines of the end.
  }, [items, hasNewer]);
  return (how) => {
    waits.current = hasNewer;
    if (hasNewer) void latest();
    else scroll(how);
  };
}

/** Shows what one writes oneself, also to who has scrolled up. */
export function useOwn(outgoing: Outgoing[], show: () => void): void {
  const latest = Math.max(0, ...outgoing.map(({ at }) => at));
  const known = useRef(latest);
  useLayoutEffect(() => {
    if (latest > known.current) show();
    known.current = Math.max(known.current, latest);
  }, [latest, show]);
}
