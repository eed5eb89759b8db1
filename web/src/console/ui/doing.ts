import { useState } from 'react';

/** Something that is done on a press and may fail: whether it is under way, and of what it failed the last time. */
export function useDoing() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  return {
    busy,
    error,
    /** Does it; what it rejects with is the `error` then. */
    async run(deed: () => Promise<void>): Promise<void> {
      setBusy(true);
      setError(undefined);
      try {
        await deed();
      } catch (failure) {
        setError(failure);
      } finally {
        setBusy(false);
      }
    },
    forget: () => setError(undefined),
  };
}
