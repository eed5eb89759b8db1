import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { type Act, type ActsOf, keysOf, useActs } from './acts.ts';

/** What an act of the inbox is called, and by which keys it is done, unless somebody chose others. */
type Named = Omit<Act, 'id' | 'label' | 'run'> & { label: MessageDescriptor };

/**
 * The acts that have the same name and keys wherever they are offered: the settings list them all, also while nothing that
 * they are about is on the screen.
 */
export const table = {
  next: { label: msg`Next conversation`, keys: ['KeyJ', 'ArrowDown'], goesOn: true },
  previous: { label: msg`Previous conversation`, keys: ['KeyK', 'ArrowUp'], goesOn: true },
  'next-anywhere': {
    label: msg`Next conversation, also while writing`,
    keys: ['Alt+ArrowDown'],
    inFields: true,
    goesOn: true,
  },
  'previous-anywhere': {
    label: msg`Previous conversation, also while writing`,
    keys: ['Alt+ArrowUp'],
    inFields: true,
    goesOn: true,
  },
  leave: { label: msg`Back to the list`, keys: ['Escape'] },
  find: { label: msg`Filter the list`, keys: ['Shift+KeyF'] },
  pick: { label: msg`Select this conversation`, keys: ['KeyX'] },
  'pick-range': { label: msg`Select all up to this conversation`, keys: ['Shift+KeyX'] },
  reply: { label: msg`Write a reply`, keys: ['KeyR'] },
  note: { label: msg`Write a note`, keys: ['KeyN'] },
  resolve: { label: msg`Resolve`, keys: ['KeyE'] },
  'resolve-next': { label: msg`Resolve, and go to the next`, keys: ['Shift+KeyE'] },
  snooze: { label: msg`Snooze`, keys: ['KeyS'] },
  assign: { label: msg`Assign`, keys: ['KeyA'] },
  'assign-me': { label: msg`Assign to me`, keys: ['KeyM'] },
  unread: { label: msg`Mark as unread`, keys: ['KeyU'] },
  more: { label: msg`More actions`, keys: ['Period'] },
  'thread-search': { label: msg`Search in this conversation`, keys: ['Mod+KeyF'], inFields: true },
  labels: { label: msg`Tag the customer`, keys: ['KeyL'] },
  contact: { label: msg`Show or hide the customer’s data`, keys: ['KeyI'] },
  template: { label: msg`Choose a template`, keys: ['KeyT'] },
  voice: { label: msg`Record a voice message` },
  'send-resolve': { label: msg`Send and resolve` },
  palette: { label: msg`Open the command palette`, keys: ['Mod+KeyK'], inFields: true },
  search: { label: msg`Search all messages and customers`, keys: ['Slash'] },
  keys: { label: msg`Show the keyboard shortcuts`, keys: ['Shift+Slash'] },
  undo: { label: msg`Undo`, keys: ['KeyZ'] },
  'go-inbox': { label: msg`Go to the inbox`, keys: ['KeyG KeyI'] },
  'go-contacts': { label: msg`Go to the contacts`, keys: ['KeyG KeyC'] },
  'go-settings': { label: msg`Go to the settings`, keys: ['KeyG KeyS'] },
  'go-console': { label: msg`Go to the administration`, keys: ['KeyG KeyU'] },
  'go-analytics': { label: msg`Go to the analytics`, keys: ['KeyG KeyA'] },
  simulator: { label: msg`Open or close the simulator`, keys: ['KeyG KeyP'] },
  region: { label: msg`Next part of the screen`, keys: ['F6'], inFields: true },
  'region-back': { label: msg`Previous part of the screen`, keys: ['Shift+F6'], inFields: true },
} satisfies Record<string, Named>;

/** An act of the table. */
export type ActId = keyof typeof table;

const named: Record<ActId, Named> = table;

/** What each of them does here; `unless` leaves the key to the browser. */
type Runs = Partial<Record<ActId, (() => void) | Pick<Act, 'run' | 'unless'>>>;

/** Offers acts of the table while the component is on the screen. */
export function useNamedActs(runs: Runs, of?: ActsOf): void {
  const { i18n } = useLingui();
  useActs(
    Object.entries(runs).map(([id, run]) => ({
      ...named[id as ActId],
      label: i18n._(named[id as ActId].label),
      ...(typeof run === 'function' ? { run } : run),
      id,
    })),
    of,
  );
}

/** The keys of an act of the table, as they are now. */
export const keysIn = (id: ActId): string[] => keysOf({ id, ...named[id] });
