import { useCallback } from 'react';
import { useRouter } from 'wouter';
import { navigate, useLocationProperty } from 'wouter/use-browser-location';

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
