import type { Door } from './facts.ts';

export type TryStep = 'sandbox' | 'write' | 'answer';
export type RealStep = 'channel' | 'webhook' | 'test' | 'message' | 'reply';

export interface Step<Id> {
  id: Id;
  done: boolean;
}

/** Something without a provider: nobody is reached over it. */
const isSandbox = ({ channel: { type, sandbox } }: Door) => type === 'dummy' || sandbox === true;

/** With a channel that is none: from nothing to the first message that is answered. `door`: the one to try. */
export function trying(doors: Door[]): { door: Door | undefined; steps: Step<TryStep>[] } {
  const all = doors.filter(isSandbox);
  const steps: Step<TryStep>[] = [
    { id: 'sandbox', done: all.some(isOn) },
    { id: 'write', done: all.some(({ received, answered }) => received + answered > 0) },
    { id: 'answer', done: all.some(({ answered }) => answered > 0) },
  ];
  return { door: all.find(isOn) ?? all[0], steps };
}

/** The same with a channel of a provider: with the one that is farthest along. */
export function connecting(doors: Door[]): { door: Door | undefined; steps: Step<RealStep>[] } {
  const [best] = doors
    .filter((door) => !isSandbox(door))
    .map((door) => ({ door, steps: stepsOf(door) }))
    .toSorted((a, b) => countDone(b.steps) - countDone(a.steps));
  return best ?? { door: undefined, steps: stepsOf(undefined) };
}

/** How many are done. */
export const countDone = (steps: Step<string>[]) => steps.filter(({ done }) => done).length;

/** Whether the provider has to be told by hand where to call. */
export const entersWebhook = (door: Door | undefined) => door?.type?.webhook?.how === 'entered';

function stepsOf(door: Door | undefined): Step<RealStep>[] {
  // A message that is there has found its way.
  const isHeard = door !== undefined && door.received + door.answered > 0;
  const { health, type } = door ?? {};
  const wasWell = health?.lastWellAt !== undefined && health.state !== 'attention';
  const done: Record<RealStep, boolean> = {
    channel: door !== undefined && isOn(door),
    webhook: isHeard || (door !== undefined && (!entersWebhook(door) || health?.lastHeardAt !== undefined)),
    test: isHeard || wasWell || type?.hasTest === false,
    message: isHeard,
    reply: door !== undefined && door.answered > 0,
  };
  return Object.entries(done).map(([id, is]) => ({ id: id as RealStep, done: is }));
}

const isOn = ({ channel: { enabled } }: Door) => enabled !== false;
