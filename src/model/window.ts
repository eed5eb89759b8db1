import type { SenderType } from './message.ts';

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

/**
 * In how many hours after the person's last message a message may go: agents have longer where the channel's settings
 * say that the provider lets them (`humanAgent`). Undefined where there is no window.
 */
export function hoursFor(
  { windowHours, agentWindowHours }: { windowHours?: number; agentWindowHours?: number },
  { humanAgent }: { humanAgent?: unknown },
  senderType: SenderType | undefined,
): number | undefined {
  return senderType === 'AGENT' && humanAgent === true ? (agentWindowHours ?? windowHours) : windowHours;
}

/** The error code that tells a message came outside the window, whatever the provider calls it. */
export const outsideWindowCode = '470';
