import { cures } from '../../../model/cure.ts';
import { type Failure, failureClasses } from '../../../model/failure.ts';
import { type Stamps, type Status, shortStatus } from '../../../model/status.ts';

/** How far a message of ours has come, in the words of a screen. */
export const ticks = [
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'deleted',
] as const;
export type Tick = (typeof ticks)[number];

const told: Partial<Record<Status, Tick>> = {
  SCHLD: 'scheduled',
  CRTD: 'queued',
  INIT: 'sending',
  SENT: 'sending',
  SENTX: 'sent',
  DLVRD: 'delivered',
  READ: 'read',
  DELTD: 'deleted',
};

/** The tick of a status; one that is being tried is on its way. */
export function tickOf(status: Status, attempt = 0): Tick {
  if (shortStatus(status) === 'FAILD') return 'failed';
  const tick = told[status] ?? 'queued';
  return tick === 'queued' && attempt > 0 ? 'sending' : tick;
}

/** When each tick was first reached. */
export function ticksOf(stamps: Stamps): Partial<Record<Tick, number>> {
  const reached: Partial<Record<Tick, number>> = {};
  for (const [status, at] of Object.entries(stamps) as [Status, number][]) {
    const tick = tickOf(status);
    reached[tick] = Math.min(reached[tick] ?? at, at);
  }
  return reached;
}

/** A failure as people read it: what happened, what can be done, what the provider said. */
export function failureTold({ class: kind, code, text }: Failure) {
  return {
    class: kind,
    ...(code !== undefined && { code }),
    text: failureClasses[kind].text,
    cure: cures[kind],
    ...(text !== undefined && { details: text }),
    // What the recipient or the content is at fault for fails again.
    mayRetry: !/^(INVALID_RECIPIENT|OPTED_OUT|CONTENT_TOO_LONG|NOT_SUPPORTED|OUTSIDE_WINDOW)$/.test(kind),
  };
}
