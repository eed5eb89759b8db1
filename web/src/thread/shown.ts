import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { coming } from '../keys/acts.ts';
import { readDetail } from '../store/sessions.ts';
import { readAhead, useThreadIsThere } from '../store/thread.ts';

/** So long the conversation before stays on the screen while the messages of the chosen one are on their way, ms. */
const staysMs = 300;

/**
 * The conversation that is drawn: the chosen one, as soon as what was said is there, so that head, messages and composer come
 * in one piece; until then the one before. What was pressed is answered before that: the list shows what is chosen.
 *
 * Whoever goes on meanwhile means the chosen one. `atOnce` draws it there and then; keys that act on a conversation do so by
 * themselves.
 */
export function useShown(session: string | undefined, waits: boolean): [string | undefined, () => void] {
  const [shown, setShown] = useState(session);
  const isThere = useThreadIsThere(session ?? '');
  const isComing = session !== shown;
  const waited = useRef<string>(undefined);
  if (isComing && (!waits || session === undefined)) setShown(session);
  useEffect(() => {
    if (!isComing || session === undefined) return;
    readAhead(session);
    readDetail(session);
    if (isThere) {
      // Who hurries through what was read is never waited for; else what is there is drawn without a pause.
      if (waited.current === session) setShown(session);
      else startTransition(() => setShown(session));
      return;
    }
    waited.current = session;
    const timer = setTimeout(setShown, staysMs, session);
    return () => clearTimeout(timer);
  }, [isComing, session, isThere]);
  const atOnce = useCallback(() => {
    if (isComing) flushSync(() => setShown(session));
  }, [isComing, session]);
  useEffect(() => {
    if (!isComing) return;
    coming.set(() => atOnce);
    return () => coming.set(undefined);
  }, [isComing, atOnce]);
  return [shown, atOnce];
}
