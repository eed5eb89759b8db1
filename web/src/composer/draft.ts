import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Mode } from '../api/message-types.ts';
import type { InboxSession } from '../api/types.ts';
import { draftOf, draftsChanged, keepDraft } from '../store/drafts.ts';
import { useSignal } from '../store/signal.ts';
import { useNow } from '../ui/now.ts';

/** The draft of this conversation and kind, kept as it is typed. */
export function useDraft(
  sessionId: string,
  mode: Mode,
): [string, (next: string | ((now: string) => string)) => void] {
  const changed = useSignal(draftsChanged);
  const [text, setText] = useState(() => draftOf(sessionId, mode)?.text ?? '');
  const now = useRef(text);
  // A draft that came from elsewhere is looked at again.
  useEffect(() => {
    now.current = draftOf(sessionId, mode)?.text ?? '';
    setText(now.current);
  }, [sessionId, mode, changed]);
  const set = useCallback(
    (next: string | ((now: string) => string)) => {
      const then = typeof next === 'function' ? next(now.current) : next;
      if (then === now.current) return;
      now.current = then;
      setText(then);
      keepDraft(sessionId, mode, then);
    },
    [sessionId, mode],
  );
  return [text, set];
}

/** Puts text where the caret is, or changes all of it and leaves the caret where it shall be. */
export function useInsert(
  area: React.RefObject<HTMLTextAreaElement | null>,
  setText: (next: (now: string) => string) => void,
) {
  const caret = useRef<number>(undefined);
  useLayoutEffect(() => {
    if (caret.current === undefined || !area.current) return;
    area.current.focus();
    area.current.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  });
  const insert = useCallback(
    (what: string) => {
      const box = area.current;
      const from = box?.selectionStart ?? 0;
      const to = box?.selectionEnd ?? from;
      caret.current = from + what.length;
      setText((now) => now.slice(0, from) + what + now.slice(to));
    },
    [area, setText],
  );
  const rewrite = useCallback(
    (change: (now: string) => string, at: number) => {
      caret.current = at;
      setText(change);
    },
    [setText],
  );
  return { insert, rewrite };
}

/** Whether the customer can be answered freely now. */
export function useWindowOpen(session: InboxSession): boolean {
  const now = useNow();
  const { window: care } = session;
  return !care || (care.open && (care.endsAt === undefined || care.endsAt > now));
}
