import type { Channel, SignalNeeds, Signals } from '../channels/channel.ts';
import type { ChannelSetup } from '../model/setup.ts';
import { windowLeftMs } from '../model/window.ts';
import type { SignalTarget } from '../store/read-marks.ts';

/** What people are shown: somebody writes to them; what they wrote was read. */
export type SignalKind = keyof Signals;

/** Why a signal is withheld. */
export type Withheld =
  /** The channel has none, it is switched off, or the conversation goes on elsewhere. */
  | 'notShown'
  /** The channel has a pause or waits for an administrator, or the person has opted out. */
  | 'held'
  | 'outsideWindow'
  /** There is nothing of the person that it would be about. */
  | 'nothingWritten'
  | 'notAllRead'
  | 'alreadyTold';

/** How often writing is told again at least, ms: who writes tells it every three seconds. */
const shortestMs = 2500;
const writerMs = 3500;

/** Writing is told again after so long, ms: seldom, and yet before what is shown has ended. */
export function typingEveryMs(showsMs: number): number {
  return Math.max(shortestMs, showsMs - writerMs);
}

/** Whether a channel shows a signal, as its settings stand. */
export function isShown(
  { signals }: Channel,
  { enabled, settings }: ChannelSetup,
  kind: SignalKind,
): boolean {
  if (!enabled || !signals?.[kind]) return false;
  const marks = settings.readMarks !== false;
  if (kind === 'read') return marks;
  return settings.typing !== false && (marks || !signals.typing?.marksRead);
}

/**
 * Why nobody is shown that an agent writes. The window is that of everybody: no provider lets agents do this in their
 * longer one.
 */
export function typingWithheld(
  { carries, signals }: Channel,
  to: SignalTarget,
  now: number,
): Withheld | undefined {
  const held = heldBack(to);
  if (held) return held;
  if (windowLeftMs(carries.windowHours, to.lastInboundAt, now) === 0) return 'outsideWindow';
  return lacks(signals?.typing?.needs, to) ? 'nothingWritten' : undefined;
}

/**
 * Why nothing is marked as read: a mark is made once, when all is read that the person wrote. `upTo`: the last message
 * that was read; absent: all.
 */
export function readWithheld({ signals }: Channel, to: SignalTarget, upTo?: string): Withheld | undefined {
  const held = heldBack(to);
  if (held) return held;
  const { message } = to;
  if (!message || lacks(signals?.read?.needs, to)) return 'nothingWritten';
  if (message.isMarked) return 'alreadyTold';
  return upTo !== undefined && upTo < message.id ? 'notAllRead' : undefined;
}

function heldBack({ isHeld, isFormer, optedOut }: SignalTarget): Withheld | undefined {
  if (isFormer) return 'notShown';
  return isHeld || optedOut ? 'held' : undefined;
}

function lacks(needs: SignalNeeds | undefined, { message }: SignalTarget): boolean {
  return needs !== undefined && message?.[needs] === undefined;
}
