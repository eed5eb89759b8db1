/** Limits that X tells with each answer: those of this call, and those of a day (channels.md section 8). */
const names = ['x-rate-limit', 'x-user-limit-24hour', 'x-app-limit-24hour'] as const;

/** How long nothing may be sent: until the latest reset of a limit that is used up. Undefined: at once. In ms. */
export function pauseOf(headers: Record<string, string>, now: number): number | undefined {
  const resets = names
    .filter((name) => headers[`${name}-remaining`]?.trim() === '0')
    .map((name) => Number(headers[`${name}-reset`]) * 1000 - now)
    .filter((ms) => ms > 0);
  return resets.length === 0 ? undefined : Math.max(...resets);
}
