import { useEffect, useRef } from 'react';
import { signal } from '../store/signal.ts';
import { preferences } from '../theme/preferences.ts';

/**
 * Something that can be done, by key, by palette and by button. `keys` names physical keys (`KeyboardEvent.code`), so
 * that they are where they are on an Arabic keyboard, too: `KeyE`, `Shift+KeyE`, `Mod+KeyK`, `KeyG KeyI`.
 */
export interface Act {
  id: string;
  label: string;
  keys?: string[];
  /** Also while somebody writes in a field; only for combinations with Mod or Alt. */
  inFields?: boolean;
  /** It leads elsewhere, whatever is on the screen: it need not wait for what is still to come there. */
  goesOn?: boolean;
  /** Where the browser shall have the key. */
  unless?(): boolean;
  run(): void;
}

/** Draws at once what was chosen and is not on the screen yet: a key that is pressed now is meant for that. */
export const coming = signal<(() => void) | undefined>(undefined);

/** Acts of what is on the screen now; of the same act that of the highest rank, and of these what came later. */
export const acts = signal<Act[]>([]);
const groups = new Map<object, { rank: number; order: number; acts: Act[] }>();
let order = 0;

function publish(): void {
  const seen = new Set<string>();
  const all = [...groups.values()]
    .sort((a, b) => b.rank - a.rank || b.order - a.order)
    .flatMap((group) => group.acts);
  acts.set(all.filter(({ id }) => !seen.has(id) && seen.add(id)));
}

/**
 * Whose act it is, where several parts of the screen offer the same: what is open, the row that the keyboard is on, or all
 * rows that are selected.
 */
export type ActsOf = 'screen' | 'row' | 'selected';
const ranks: Record<ActsOf, number> = { screen: 0, row: 1, selected: 2 };

/** Offers acts while the component is on the screen. */
export function useActs(offered: Act[], of: ActsOf = 'screen'): void {
  const latest = useRef(offered);
  latest.current = offered;
  const shape = offered.map(({ id, label }) => `${id} ${label}`).join('\n');
  // The shape stands for the list, which is new each time.
  useEffect(() => {
    const token = {};
    order += 1;
    const lasting = latest.current.map((act, i) => ({ ...act, run: () => latest.current[i]?.run() }));
    groups.set(token, { rank: ranks[of], order, acts: lasting });
    publish();
    return () => {
      groups.delete(token);
      publish();
    };
  }, [shape, of]);
}

/** So many frames what was just opened has, to be drawn. */
const mostFrames = 30;

/** Does an act of what is being opened, as soon as that is on the screen. */
export function actOnceThere(id: string, isThere: () => boolean, frames = mostFrames): void {
  requestAnimationFrame(() => {
    coming.get()?.();
    const act = isThere() && acts.get().find((one) => one.id === id);
    if (act) act.run();
    else if (frames > 0) actOnceThere(id, isThere, frames - 1);
  });
}

/** The keys of an act, with what somebody chose instead of ours. */
export function keysOf(act: Pick<Act, 'id' | 'keys'>): string[] {
  const own = preferences().keys[act.id];
  return own === undefined ? (act.keys ?? []) : own === '' ? [] : [own];
}

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const shown: Record<string, string> = {
  Slash: '/',
  Period: '.',
  Comma: ',',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  Mod: isMac ? '⌘' : 'Ctrl',
  Alt: isMac ? '⌥' : 'Alt',
  Shift: isMac ? '⇧' : 'Shift',
};

/** A combination as it stands on the keys: `Ctrl+K`. */
export const keyText = (combination: string) =>
  combination
    .split(' ')
    .map((step) =>
      step
        .split('+')
        .map((key) => shown[key] ?? key.replace(/^(Key|Digit)/, ''))
        .join('+'),
    )
    .join(' ');

/** What was pressed, as `keys` has it; undefined for a modifier alone. */
export function pressed(event: KeyboardEvent): string | undefined {
  if (/^(Shift|Control|Alt|Meta)/.test(event.code)) return undefined;
  const mod = event.ctrlKey || event.metaKey;
  const parts = [mod && 'Mod', event.altKey && 'Alt', event.shiftKey && 'Shift', event.code];
  return parts.filter(Boolean).join('+');
}

/** Where words are typed; the composer itself has the focus while what comes in the place of its field is on its way. */
const fields = 'input, textarea, select, [data-region="composer"]:not(:has(textarea, [role="group"]))';
const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches(fields));

/** Combinations with Mod or Alt, and the row of F keys: they are no text, and no layer has them. */
const isCombination = (step: string) => /^(Mod|Alt)\+|(^|\+)F\d+$/.test(step);

/** What would write a sign in a field: only these can be pressed by who speaks to the machine (WCAG 2.1.4). */
const isSign = (step: string) =>
  /^(Shift\+)?(Key|Digit|Numpad|Intl|Bracket|Slash|Period|Comma|Semicolon|Quote|Backslash|Backquote|Minus|Equal|Space)/.test(
    step,
  );

/** Beside the conversation, and in a log, the arrows scroll. */
const scrolls = (step: string, target: EventTarget | null) =>
  step.startsWith('Arrow') && target instanceof Element && target.closest('aside, [role="log"]') !== null;

function isTaken(step: string, event: KeyboardEvent): boolean {
  if (isCombination(step)) return false;
  if (isField(event.target) || document.querySelector('[aria-modal="true"]')) return true;
  return (isSign(step) && !preferences().singleKeys) || scrolls(step, event.target);
}

const sequenceMs = 1200;

/** Follows the keyboard for the whole window. Answers how to stop. */
export function followKeys(): () => void {
  let prefix: { step: string; at: number } | undefined;
  const follow = (event: KeyboardEvent) => {
    if (event.isComposing || event.defaultPrevented) return;
    // The layer in which it was pressed has gone by it, and had it.
    if (event.target instanceof Node && !event.target.isConnected) return;
    const step = pressed(event);
    if (step === undefined || isTaken(step, event)) return;
    const inField = isField(event.target);
    const whole = prefix && event.timeStamp - prefix.at < sequenceMs ? `${prefix.step} ${step}` : step;
    prefix = undefined;
    const find = () => acts.get().find((one) => keysOf(one).includes(whole) && (!inField || one.inFields));
    let act = find();
    if (act && !act.goesOn) {
      coming.get()?.();
      act = find();
    }
    if (act && !act.unless?.()) {
      event.preventDefault();
      // A key that is held down does once what it does, unless it goes on to the next thing.
      if (!event.repeat || act.goesOn) act.run();
    } else if (acts.get().some((one) => keysOf(one).some((keys) => keys.startsWith(`${step} `)))) {
      prefix = { step, at: event.timeStamp };
    }
  };
  addEventListener('keydown', follow);
  return () => removeEventListener('keydown', follow);
}
