import { useCallback } from 'react';
import { type AroundNavHandler, useRouter } from 'wouter';
import { navigate, useLocationProperty } from 'wouter/use-browser-location';
import { leaving } from './ui-state.ts';

/** Going elsewhere may have to wait for what is not saved. */
export const ask: AroundNavHandler = (go, to, options) => {
  const wait = leaving.get();
  if (wait) wait(() => go(to, options));
  else go(to, options);
};

/** Goes elsewhere from outside of any screen. */
export const go = (to: string): void => ask(navigate, to);

/** How to go elsewhere, for what does not care where one is: it is not drawn anew each time that one goes. */
export function useGo(): typeof navigate {
  const { aroundNav } = useRouter();
  return useCallback<typeof navigate>(
    (to, options) => aroundNav(navigate, to.toString(), options),
    [aroundNav],
  );
}

/** The first word of the path: which screen it is. Another conversation is the same screen. */
export const useScreen = (): string => useLocationProperty(() => location.pathname.split('/')[1] ?? '');

/** Whether a conversation is open, whichever it is. */
export const useIsInThread = (): boolean => useLocationProperty(() => /^\/inbox\/./.test(location.pathname));
