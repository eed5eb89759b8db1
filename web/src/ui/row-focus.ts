import { type FocusEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useStable } from './stable.ts';

interface Rows {
  rows: { id: string }[];
  /** Where the open one is; -1: not among them. */
  at: number;
  selected: string | undefined;
  scroller: RefObject<HTMLElement | null>;
  /** Brings a row onto the screen. */
  show(index: number): void;
}

/** What is opened from a row, and gives the focus back to it. */
const isLayer = (element: EventTarget | null) =>
  element instanceof Element && element.closest('[role="menu"], [role="dialog"]') !== null;

/** The row that the keyboard is on. It stays with its conversation, wherever that moves in the list. */
export function useRowFocus({ rows, at, selected, scroller, show }: Rows) {
  const [last, setLast] = useState<{ id: string; index: number }>();
  // As long as the focus is in it, or in what was opened from it.
  const [here, setHere] = useState<string>();
  const found = last ? rows.findIndex(({ id }) => id === last.id) : -1;
  const stop = found >= 0 ? found : last ? Math.min(last.index, rows.length - 1) : Math.max(at, 0);
  const move = useStable((to: number) => {
    const index = Math.min(Math.max(to, 0), rows.length - 1);
    const id = rows[index]?.id;
    if (id === undefined) return;
    setLast({ id, index });
    show(index);
    const row = () => scroller.current?.querySelector<HTMLElement>(`[data-row="${index}"]`);
    // The next key may come before the next frame, and means this row.
    if (row()) row()?.focus();
    else requestAnimationFrame(() => row()?.focus());
  });
  useFollowed({ here, selected, at, move });
  useVanished({ here, setHere, rows, selected, stop, move });
  useEffect(() => {
    if (here === undefined) return;
    const look = ({ target }: Event) => {
      if (!isLayer(target) && !scroller.current?.contains(target as Node)) setHere(undefined);
    };
    document.addEventListener('focusin', look);
    return () => document.removeEventListener('focusin', look);
  }, [here, scroller]);
  return {
    stop,
    here,
    move,
    onRowFocus(id: string, index: number) {
      setLast({ id, index });
      setHere(id);
    },
    onBlur({ relatedTarget, currentTarget }: FocusEvent) {
      if (isLayer(relatedTarget) || currentTarget.contains(relatedTarget) || !document.hasFocus()) return;
      setHere(undefined);
    },
  };
}

/** Whoever goes on from a row to another conversation is on its row then: what keys do, they do where one looks. */
function useFollowed(given: {
  here: string | undefined;
  selected: string | undefined;
  at: number;
  move(to: number): void;
}) {
  const follow = useStable(() => {
    const { here, selected, at, move } = given;
    if (here !== undefined && here !== selected && at >= 0) move(at);
  });
  const { selected } = given;
  // Only when another one is opened.
  const before = useRef(selected);
  useEffect(() => {
    if (before.current !== selected) follow();
    before.current = selected;
  }, [selected, follow]);
}

interface Vanished {
  here: string | undefined;
  setHere(id: string | undefined): void;
  rows: { id: string }[];
  selected: string | undefined;
  stop: number;
  move(to: number): void;
}

/**
 * The row that the keyboard is on goes out of the list: the one in its place has the focus. That of the open conversation
 * leaves it to the conversation, which is still there: who goes on means that.
 */
function useVanished({ here, setHere, rows, selected, stop, move }: Vanished): void {
  const isGone = here !== undefined && !rows.some(({ id }) => id === here);
  const leave = useStable(() => {
    const focused = document.activeElement;
    if (focused && focused !== document.body && !isLayer(focused)) return;
    setHere(undefined);
    if (here === selected) document.getElementById('thread')?.focus({ preventScroll: true });
    else move(stop);
  });
  useEffect(() => {
    if (!isGone) return;
    // A layer that is closing gives the focus back first, to what is not there any more.
    const timer = setTimeout(leave, document.activeElement === document.body ? 0 : layerClosesMs);
    return () => clearTimeout(timer);
  }, [isGone, leave]);
}
const layerClosesMs = 300;
