/**
 * The customer care window (xms.md section 7): free-form messages may go within `hours` after the
 * person's last message. Answers the ms left; 0 when it is closed; undefined where there is no window.
 */
export function windowLeftMs(
  hours: number | undefined,
  lastInboundAt: number | undefined,
  now: number,
): number | undefined {
  if (hours === undefined) return undefined;
  if (lastInboundAt === undefined) return 0;
  return Math.max(0, lastInboundAt + hours * 3_600_000 - now);
}

/** The error code that tells a message came outside the window, whatever the provider calls it. */
export const outsideWindowCode = '470';
