import { startTransition, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { coming } from '../keys/acts.ts';
import { readDetail } from '../store/sessions.ts';
import { readAhead, useThreadIsThere } from '../store/thread.ts';
import { oncePainted } from '../ui/idle.ts';
import { useStable } from '../ui/stable.ts';
import { momentMs } from '../ui/states.tsx';

/** So long the conversation before stays in the page while the messages of the chosen one are on their way, ms. */
const staysMs = 300;

/** Who chooses another one within so long, hurries through the list, ms. */
const hurryMs = 120;

interface Shown {
  /** The conversation that is drawn. */
  id: string | undefined;
  /** It was waited for: what is still to come has its place held from the beginning. */
  late: boolean;
  /** The chosen one takes longer than a moment, and the one before is still in the page. */
  isLate: boolean;
  /** Draws the chosen one there and then. */
  atOnce(): void;
}

/**
 * The conversation that is drawn: the chosen one, as soon as what was said is there, so that head, messages and composer come
 * in one piece; until then the one before. What was pressed is answered before that: the list shows what is chosen.
 *
 * Whoever goes on meanwhile means the chosen one. `atOnce` draws it there and then; keys that act on a conversation do so by
 * themselves.
 */
export function useShown(session: string | undefined, waits: boolean): Shown {
  const [shown, show] = useState({ id: session, late: false });
  const isThere = useThreadIsThere(session ?? '');
  const isComing = session !== shown.id;
  const chosen = useRef({ id: session, at: 0, waited: false, hurried: false });
  const [isLate, setLate] = useState(false);
  const keepFocus = useKeptFocus(shown.id);
  if (isComing && (!waits || session === undefined)) show({ id: session, late: false });
  const draw = useStable(() => {
    keepFocus();
    show({ id: session, late: true });
  });
  useEffect(() => {
    if (chosen.current.id !== session) {
      const at = performance.now();
      chosen.current = { id: session, at, waited: false, hurried: at - chosen.current.at < hurryMs };
      keepFocus();
    }
    if (!isComing || session === undefined) return;
    readAhead(session);
    readDetail(session);
    if (isThere) {
      if (chosen.current.waited) draw();
      // What can be interrupted takes longer: only who goes on in the middle of it gains by it.
      else if (chosen.current.hurried) startTransition(draw);
      else return oncePainted(draw);
    } else if (isInside(document.activeElement) && document.activeElement?.matches('input, textarea')) {
      // Who writes there goes on to write in the one that comes.
      draw();
    } else {
      chosen.current.waited = true;
      const timer = setTimeout(draw, staysMs);
      return () => clearTimeout(timer);
    }
  }, [isComing, session, isThere, draw, keepFocus]);
  useEffect(() => {
    if (!isComing) return setLate(false);
    if (isThere) return;
    const timer = setTimeout(setLate, momentMs, true);
    return () => clearTimeout(timer);
  }, [isComing, isThere]);
  const atOnce = useCallback(() => {
    if (isComing) flushSync(draw);
  }, [isComing, draw]);
  useEffect(() => {
    if (!isComing) return;
    coming.set(() => atOnce);
    return () => coming.set(undefined);
  }, [isComing, atOnce]);
  return { ...shown, isLate: isComing && isLate, atOnce };
}

const isInside = (element: Element | null): boolean => element?.closest('#thread') != null;

/** Whoever was in the conversation that goes is in the one that comes: the focus does not fall out of it. */
function useKeptFocus(shown: string | undefined): () => void {
  const was = useRef(false);
  useLayoutEffect(() => {
    if (was.current && document.activeElement === document.body)
      document.getElementById('thread')?.focus({ preventScroll: true });
    was.current = false;
  }, [shown]);
  return useCallback(() => {
    was.current ||= isInside(document.activeElement);
  }, []);
}
