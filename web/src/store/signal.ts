import { useSyncExternalStore } from 'react';

/** A value that screens follow. */
export interface Signal<T> {
  get(): T;
  set(next: T | ((before: T) => T)): void;
  on(heard: () => void): () => void;
}

export function signal<T>(first: T): Signal<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      const then = typeof next === 'function' ? (next as (before: T) => T)(value) : next;
      if (Object.is(then, value)) return;
      value = then;
      for (const heard of listeners) heard();
    },
    on(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
  };
}

export const useSignal = <T>(of: Signal<T>): T => useSyncExternalStore(of.on, of.get);

/** A part of a signal: the screen is drawn again only when the part changes. */
export const usePart = <T, P>(of: Signal<T>, part: (value: T) => P): P =>
  useSyncExternalStore(of.on, () => part(of.get()));
