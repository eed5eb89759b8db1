import type { ThreadMessage } from '../api/message-types.ts';
import { signal } from './signal.ts';

/** The message that the next answer replies to, by conversation: it waits there while another one is open. */
export const quoted = signal<Record<string, ThreadMessage | undefined>>({});

/** Chooses it, or none. */
export const quote = (sessionId: string, message: ThreadMessage | undefined): void =>
  quoted.set((all) => ({ ...all, [sessionId]: message }));
