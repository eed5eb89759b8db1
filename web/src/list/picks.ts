import { useEffect } from 'react';
import { picked } from '../shell/ui-state.ts';
import type { Filter } from '../store/sessions.ts';
import { signal } from '../store/signal.ts';

/** What can be chosen for those that are picked. */
export type BulkMenu = 'assign' | 'snooze' | 'time' | 'tag' | 'more';

/** The menu for those that are picked that is open; `alone`: its row was picked by the key for it, and is let go with it. */
export const bulkMenu = signal<{ which: BulkMenu; alone?: string } | undefined>(undefined);

/** Opens a menu for one row that the keyboard is on. */
export function openFor(id: string, which: BulkMenu): void {
  anchor = id;
  picked.set(new Set([id]));
  bulkMenu.set({ which, alone: id });
}

/** The row that was picked last: a range begins there. */
let anchor: string | undefined;

/** Picks a row for an act on many, or lets it go. */
export function toggle(id: string): void {
  anchor = id;
  picked.set((before) => {
    const next = new Set(before);
    if (!next.delete(id)) next.add(id);
    return next;
  });
}

/** Picks all rows between the one that was picked last and this one, whether they are on the screen or not. */
export function pickUpTo(rows: { id: string }[], id: string): void {
  const at = (of: string | undefined) => rows.findIndex((row) => row.id === of);
  const to = at(id);
  if (to === -1) return;
  const from = picked.get().size > 0 ? at(anchor) : -1;
  if (from === -1) anchor = id;
  const [low, high] = from === -1 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
  picked.set((before) => new Set([...before, ...rows.slice(low, high + 1).map((row) => row.id)]));
}

/** What is picked is always in the list that one sees: with another list, or out of this one, it is let go. */
export function usePicksOf(filter: Filter, rows: { id: string }[]): void {
  const list = JSON.stringify(filter);
  // A new list lets go.
  useEffect(() => () => picked.set((before) => (before.size > 0 ? new Set() : before)), [list]);
  useEffect(() => {
    if (picked.get().size === 0) return;
    const there = new Set(rows.map(({ id }) => id));
    const kept = [...picked.get()].filter((id) => there.has(id));
    if (kept.length < picked.get().size) picked.set(new Set(kept));
  }, [rows]);
}
