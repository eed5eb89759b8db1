import { signal } from '../store/signal.ts';

/** Layers that lie above the panes; one at a time. */
export type Layer = 'palette' | 'keys' | 'search' | undefined;

export const layer = signal<Layer>(undefined);

/** Where the keyboard goes next, when a key asks for it from elsewhere. */
export const focusComposer = signal<{ mode: 'reply' | 'note'; at: number } | undefined>(undefined);

/** When a key asked for the tags of the customer, epoch ms: their pane may have to be loaded first. */
export const tagsWanted = signal(0);

/** Rows that are picked for one act on all of them. */
export const picked = signal<ReadonlySet<string>>(new Set());
