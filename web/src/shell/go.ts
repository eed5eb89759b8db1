import { useCallback } from 'react';
import { useRouter } from 'wouter';
import { navigate } from 'wouter/use-browser-location';

/** How to go elsewhere, for what does not care where one is: it is not drawn anew each time that one goes. */
export function useGo(): typeof navigate {
  const { aroundNav } = useRouter();
  return useCallback<typeof navigate>(
    (to, options) => aroundNav(navigate, to.toString(), options),
    [aroundNav],
  );
}
