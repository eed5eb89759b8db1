/**
 * Runs what can wait once the browser has drawn what is there, after so long at the latest, ms. Answers how to take it back.
 */
export function onceIdle(run: () => void, timeout = 300): () => void {
  // Safari has none.
  if (!window.requestIdleCallback) {
    const timer = setTimeout(run, Math.min(timeout, 100));
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(run, { timeout });
  return () => cancelIdleCallback(asked);
}
