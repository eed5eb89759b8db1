import { useRef } from 'react';
import { useNamedActs } from '../keys/table.ts';
import { focusComposer } from '../shell/ui-state.ts';
import { pickUpTo, toggle } from './picks.ts';

interface ListActs {
  rows: { id: string }[];
  session: string | undefined;
  open(id: string): void;
  leave(): void;
  findBox: { current: HTMLInputElement | null };
}

/** Going through the list by key, from wherever one is. */
export function useListActs({ rows, session, open, leave, findBox }: ListActs): void {
  const besideOpen = useBeside(rows, session);
  const beside = (by: 1 | -1) => {
    // Whoever went through the list with the arrows goes on from there.
    const row = focusedRow();
    const at = row === undefined || row === session ? -1 : rows.findIndex(({ id }) => id === row);
    return at >= 0 ? rows[at + by]?.id : besideOpen(by);
  };
  const step = (by: 1 | -1) => {
    const to = beside(by);
    if (to !== undefined) open(to);
  };
  const stepWriting = (by: 1 | -1) => {
    // Whoever writes goes on to write there.
    if (document.activeElement?.closest('[data-region="composer"]')) focusComposer.set({ at: Date.now() });
    step(by);
  };
  const here = (run: (id: string) => void) => () => {
    const id = focusedRow() ?? session;
    if (id) run(id);
  };
  useNamedActs({
    next: () => step(1),
    previous: () => step(-1),
    'next-anywhere': () => stepWriting(1),
    'previous-anywhere': () => stepWriting(-1),
    leave,
    find: () => findBox.current?.focus(),
    pick: here(toggle),
    'pick-range': here((id) => pickUpTo(rows, id)),
  });
}

/** The conversation of the row that has the focus. */
const focusedRow = () =>
  document.activeElement?.closest('[data-session]')?.getAttribute('data-session') ?? undefined;

/**
 * The one after or before the open conversation in the list. Where that has gone out of it, its neighbours are those that it
 * had; whoever was never in it begins at the top.
 */
function useBeside(rows: { id: string }[], session: string | undefined): (by: 1 | -1) => string | undefined {
  const last = useRef<{ session: string; after: string | undefined; before: string | undefined }>(undefined);
  const at = session === undefined ? -1 : rows.findIndex(({ id }) => id === session);
  if (session !== undefined && at >= 0)
    last.current = { session, after: rows[at + 1]?.id, before: rows[at - 1]?.id };
  return (by) => {
    const known = last.current;
    // Whoever went back to the list goes on from where they were.
    const left = session === undefined && known ? rows.findIndex(({ id }) => id === known.session) : -1;
    if (left >= 0) return rows[left + by]?.id;
    if (!known || (session !== undefined && known.session !== session)) return rows[0]?.id;
    const to = by === 1 ? known.after : known.before;
    if (at >= 0 || to === undefined) return to;
    // It may have gone, too.
    return rows.some(({ id }) => id === to) ? to : rows[0]?.id;
  };
}
