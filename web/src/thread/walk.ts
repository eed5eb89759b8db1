import type { Virtualizer } from '@tanstack/react-virtual';
import { type FocusEvent, type KeyboardEvent, type RefObject, useRef } from 'react';
import { useStable } from '../ui/stable.ts';
import type { Item } from './items.ts';

/** Lines that can have the focus. */
export const isMessage = ({ kind }: Item): boolean => kind === 'message' || kind === 'outgoing';

const steps: Record<string, 'next' | 'previous' | 'first' | 'last'> = {
  ArrowDown: 'next',
  ArrowUp: 'previous',
  Home: 'first',
  End: 'last',
};

const placeOf = (element: Element | null) => element?.closest<HTMLElement>('[data-index]');

/**
 * Goes from message to message with the arrows, Home and End; Enter goes into a message, to what can be done with it, there the
 * arrows go on, and Esc goes back to the message. `walked` is told on which the focus is.
 */
export function useWalk(
  scroller: RefObject<HTMLElement | null>,
  items: Item[],
  virtual: Virtualizer<HTMLDivElement, HTMLDivElement>,
  walked: (key: string | undefined) => void,
) {
  const frame = useRef(0);
  const focus = (index: number) => {
    const article = () => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] article`);
    walked(items[index]?.key);
    const there = article();
    if (there) {
      there.focus();
      there.scrollIntoView({ block: 'nearest' });
      return;
    }
    virtual.scrollToIndex(index, { align: 'auto' });
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => article()?.focus());
  };
  const onKeyDown = useStable((event: KeyboardEvent<HTMLElement>) => {
    const target = event.target as HTMLElement;
    // A layer that a message has opened has its own keys.
    if (!event.currentTarget.contains(target)) return;
    if (event.altKey || event.ctrlKey || event.metaKey || target.matches('input, textarea, audio, video'))
      return;
    const step = steps[event.key];
    const to = step && placeIn(items, step, Number(placeOf(target)?.dataset.index ?? items.length));
    if (to !== undefined && to >= 0) focus(to);
    else if (!moveInside(event, target)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  const onFocus = useStable(({ target }: FocusEvent<HTMLElement>) => {
    const place = placeOf(target);
    if (place) walked(items[Number(place.dataset.index)]?.key);
  });
  return { onKeyDown, onFocus };
}

/** To which message Tab leads: where the keyboard was, else the last one, or the last that is in the page. */
export function useStop(
  items: Item[],
  shown: { index: number; key: unknown }[],
  walked: string | undefined,
): string | undefined {
  const before = useRef<string>(undefined);
  const last = items.findLast(isMessage)?.key;
  const isThere = (key: string | undefined) => key !== undefined && shown.some((one) => one.key === key);
  const at = shown.findLast(({ index }) => items[index] && isMessage(items[index]))?.index ?? -1;
  before.current = walked ?? [last, before.current].find(isThere) ?? items[at]?.key;
  return before.current;
}

/** Where a step leads from a line; -1: nowhere. */
function placeIn(items: Item[], step: 'next' | 'previous' | 'first' | 'last', from: number): number {
  if (step === 'first') return items.findIndex(isMessage);
  if (step === 'last') return items.findLastIndex(isMessage);
  if (step === 'previous') return items.slice(0, from).findLastIndex(isMessage);
  return items.findIndex((item, i) => i > from && isMessage(item));
}

/** Into a message, between what can be done with it, and back out; true when it was that. */
function moveInside({ key }: KeyboardEvent, target: HTMLElement): boolean {
  const place = placeOf(target);
  if (!place) return false;
  const acts = [...place.querySelectorAll<HTMLElement>('[data-act], p button')].filter(
    (one) => one.offsetParent !== null,
  );
  const at = acts.indexOf(target);
  if (key === 'Enter' && target.matches('article')) {
    acts[0]?.focus();
    return acts.length > 0;
  }
  if (key === 'Escape' && !target.matches('article')) {
    place.querySelector('article')?.focus();
    return true;
  }
  const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (by === undefined || at === -1) return false;
  acts[at + (document.documentElement.dir === 'rtl' ? -by : by)]?.focus();
  return true;
}
