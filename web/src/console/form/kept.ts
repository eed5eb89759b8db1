import { owner } from '../../store/me.ts';
import type { Thing } from './thing.ts';

/** What somebody typed into a form and has not saved: kept in this window until it is closed. */
export interface Kept<V> {
  values: Partial<V>;
  /** From what it began: a save says so, and hears when that is not so any more. */
  base: Thing<V>;
}

const keyOf = (name: string) => `parley.console ${owner()} ${name}`;

export function kept<V>(name: string): Kept<V> | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(name)) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep<V>(name: string, draft: Kept<V> | undefined): void {
  try {
    if (draft === undefined) sessionStorage.removeItem(keyOf(name));
    else sessionStorage.setItem(keyOf(name), JSON.stringify(draft));
  } catch {
    // A browser that keeps nothing, or no more: what was typed stays in the form.
  }
}
