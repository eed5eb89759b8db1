import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Chat } from '../chat.ts';
import type { State } from '../state.ts';
import type { Tongue } from '../words/words.ts';

/** What every part of the view needs. */
export interface Around {
  chat: Chat;
  tongue: Tongue;
}

export const AroundContext = createContext<Around>(undefined as never);

export const useAround = (): Around => useContext(AroundContext);

/** Everything that is shown, as it is now. */
export function useNow(): State {
  const { store } = useAround().chat;
  const [now, set] = useState(store.now);
  useEffect(() => {
    set(store.now);
    return store.listen(() => set(store.now));
  }, [store]);
  return now;
}

/** Fills `{name}` places and `#` of a sentence. */
export const fill = (sentence: string, values: Record<string, string | number>): string =>
  sentence.replace(/\{(\w+)\}|#/g, (place, name) => String(values[name ?? '#'] ?? place));
