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

/** Runs once the browser has painted what is there by now. Answers how to take it back. */
export function oncePainted(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const soon = () => {
    timer = setTimeout(run);
  };
  // A window that nobody sees paints nothing.
  const frame = document.hidden ? soon() : requestAnimationFrame(soon);
  return () => {
    clearTimeout(timer);
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}
