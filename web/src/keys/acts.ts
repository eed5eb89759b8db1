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
  run(): void;
}

/** Draws at once what was chosen and is not on the screen yet: a key that is pressed now is meant for that. */
export const coming = signal<(() => void) | undefined>(undefined);

/** Acts of what is on the screen now; what came later goes first. */
export const acts = signal<Act[]>([]);
const groups = new Map<object, { order: number; acts: Act[] }>();
let order = 0;

function publish(): void {
  const seen = new Set<string>();
  const all = [...groups.values()].sort((a, b) => b.order - a.order).flatMap((group) => group.acts);
  acts.set(all.filter(({ id }) => !seen.has(id) && seen.add(id)));
}

/** Offers acts while the component is on the screen. */
export function useActs(offered: Act[]): void {
  const latest = useRef(offered);
  latest.current = offered;
  const shape = offered.map(({ id, label }) => `${id} ${label}`).join('\n');
  // The shape stands for the list, which is new each time.
  useEffect(() => {
    const token = {};
    order += 1;
    const lasting = latest.current.map((act, i) => ({ ...act, run: () => latest.current[i]?.run() }));
    groups.set(token, { order, acts: lasting });
    publish();
    return () => {
      groups.delete(token);
      publish();
    };
  }, [shape]);
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

const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const sequenceMs = 1200;

/** Follows the keyboard for the whole window. Answers how to stop. */
export function followKeys(): () => void {
  let prefix: { step: string; at: number } | undefined;
  const follow = (event: KeyboardEvent) => {
    if (event.isComposing || event.defaultPrevented) return;
    const step = pressed(event);
    if (step === undefined) return;
    const inField = isField(event.target);
    const isSingle = !/^(Mod|Alt)\+|^F\d+$/.test(step);
    if (isSingle && (inField || !preferences().singleKeys || document.querySelector('[aria-modal="true"]')))
      return;
    const whole = prefix && event.timeStamp - prefix.at < sequenceMs ? `${prefix.step} ${step}` : step;
    prefix = undefined;
    const find = () => acts.get().find((one) => keysOf(one).includes(whole) && (!inField || one.inFields));
    let act = find();
    if (act && !act.goesOn) {
      coming.get()?.();
      act = find();
    }
    if (act) {
      event.preventDefault();
      act.run();
    } else if (acts.get().some((one) => keysOf(one).some((keys) => keys.startsWith(`${step} `)))) {
      prefix = { step, at: event.timeStamp };
    }
  };
  addEventListener('keydown', follow);
  return () => removeEventListener('keydown', follow);
}
