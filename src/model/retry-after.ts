/** Whoever asks for a longer pause is tried again after this one, ms. */
const longestRetryAfterMs = 3_600_000;

/** Retry-After in seconds or as a date, ms from now, clamped to 0 … 1 h; undefined when it is neither. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const isSeconds = /^[-+]?\d+(\.\d+)?$/.test(text);
  const ms = isSeconds ? Math.round(Number(text) * 1000) : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(longestRetryAfterMs, Math.max(0, ms));
}
