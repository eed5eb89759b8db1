import { useSyncExternalStore } from 'react';

/** How much room there is: which panes stand side by side follows from it. */
export type Width = 'phone' | 'narrow' | 'middle' | 'wide';

const steps: [Width, MediaQueryList][] = [
  ['wide', matchMedia('(min-width: 1280px)')],
  ['middle', matchMedia('(min-width: 1024px)')],
  ['narrow', matchMedia('(min-width: 768px)')],
];

const now = (): Width => steps.find(([, query]) => query.matches)?.[0] ?? 'phone';

function onChange(heard: () => void): () => void {
  for (const [, query] of steps) query.addEventListener('change', heard);
  return () => {
    for (const [, query] of steps) query.removeEventListener('change', heard);
  };
}

export const useWidth = () => useSyncExternalStore(onChange, now);
