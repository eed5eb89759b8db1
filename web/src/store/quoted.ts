import type { ThreadMessage } from '../api/message-types.ts';
import { forgetQuote, keepQuote, onForgotten } from './kept-files.ts';
import { signal } from './signal.ts';

/** The message that the next answer replies to, by conversation: it waits there while another one is open, and over a reload. */
export const quoted = signal<Record<string, ThreadMessage | undefined>>({});

/** Those that an earlier window has left: nobody has just chosen them. */
export const quotedBefore = new WeakSet<ThreadMessage>();

/** Chooses it, or none. */
export function quote(sessionId: string, message: ThreadMessage | undefined): void {
  const before = quoted.get()[sessionId];
  if (before === message) return;
  quoted.set((all) => ({ ...all, [sessionId]: message }));
  keepQuote(sessionId, message);
  if (before) forgetQuote(sessionId, before);
}

onForgotten((forgotten) => {
  if (!('quote' in forgotten) || quoted.get()[forgotten.sessionId]?.id !== forgotten.quote) return;
  quoted.set((all) => ({ ...all, [forgotten.sessionId]: undefined }));
});

/** Puts back what an earlier window has left, where nothing was chosen meanwhile. */
export function quoteAgain(sessionId: string, message: ThreadMessage): void {
  if (sessionId in quoted.get()) return;
  quotedBefore.add(message);
  quoted.set((all) => ({ ...all, [sessionId]: message }));
}
