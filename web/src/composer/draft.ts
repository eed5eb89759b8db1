import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Mode } from '../api/message-types.ts';
import type { ChosenTemplate, InboxSession } from '../api/types.ts';
import { draftOf, draftsChanged, keepData, keepDraft } from '../store/drafts.ts';
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

/** The template that is filled in for the next answer, kept with the draft; and how to choose another one, or none. */
export function useChosen(sessionId: string) {
  useSignal(draftsChanged);
  const [, draw] = useState(0);
  const chosen = draftOf(sessionId, 'reply')?.data?.template;
  const choose = useCallback(
    (next: ChosenTemplate | undefined) => {
      keepData(sessionId, 'reply', next && { template: next });
      draw((n) => n + 1);
    },
    [sessionId],
  );
  return [chosen, choose] as const;
}

/**
 * Whether a template is chosen now: who asks for it, or where nothing else can be sent. Who is in the middle of it stays there
 * when the customer writes and anything can be sent again: the next key must not fall into another field.
 */
export function useTemplateOpen({
  sessionId,
  box,
  isOpen,
  mode,
  tool,
}: {
  sessionId: string;
  box: RefObject<HTMLElement | null>;
  isOpen: boolean;
  mode: Mode;
  tool: string | undefined;
}): { isChoosing: boolean; wasClosed: boolean; leave(): void } {
  const [stays, setStays] = useState(false);
  const was = useRef(isOpen);
  if (was.current !== isOpen) {
    const at = document.activeElement;
    const isTyping = !!at?.matches('input') && !!box.current?.contains(at);
    const isBusy = isTyping || !!draftOf(sessionId, 'reply')?.data?.template;
    was.current = isOpen;
    if (mode === 'reply') setStays(isOpen && isBusy);
  }
  const leave = useCallback(() => setStays(false), []);
  const isChoosing = mode === 'reply' && (!isOpen || stays || tool === 'template');
  return { isChoosing, wasClosed: stays && isOpen, leave };
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
