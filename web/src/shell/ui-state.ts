import { signal } from '../store/signal.ts';

/** Layers that lie above the panes; one at a time. */
export type Layer = 'palette' | 'keys' | 'search' | undefined;

export const layer = signal<Layer>(undefined);

/** Where the keyboard goes next, when a key asks for it from elsewhere; without a kind to the one that is there. */
export const focusComposer = signal<{ mode?: 'reply' | 'note'; at: number } | undefined>(undefined);

/** When a key asked for the tags of the customer, epoch ms: their pane may have to be loaded first. */
export const tagsWanted = signal(0);

/** Rows that are picked for one act on all of them. */
export const picked = signal<ReadonlySet<string>>(new Set());

/** What the tab of the browser is called; undefined: the inbox. */
export const screenTitle = signal<string | undefined>(undefined);

/** Asked before one goes to another address, while something here is not saved; `go` goes there. */
export const leaving = signal<((go: () => void) => void) | undefined>(undefined);

/** Grows when a message is asked for at the address that is there already. */
export const askedAgain = signal(0);
