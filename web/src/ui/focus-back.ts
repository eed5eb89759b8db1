import { useEffect, useState } from 'react';

/** What is open for a while gives the focus back to where it was, or to the conversation where that is gone. */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (document.activeElement !== document.body) return;
      const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body;
      (isThere ? before : document.getElementById('thread'))?.focus();
    },
    [before],
  );
}
