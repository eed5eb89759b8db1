import type { Received } from '../channels/channel.ts';
import { isPassing } from './busy.ts';
import { LeaseLost } from './position.ts';

/**
 * Applies what came in at once; when that fails, each part for itself, so that a bad one does not lose the
 * others (channels.md rule 5). Answers why some of it could not be applied. Throws what is so only at this
 * moment: the database is away, too much waits for it, or another process has the connection.
 */
export async function applyReceived(
  receive: (part: Received) => Promise<unknown>,
  received: Received,
): Promise<string | undefined> {
  let failed: string | undefined;
  const apply = async (part: Received) => {
    try {
      await receive(part);
      return true;
    } catch (error) {
      if (isPassing(error) || error instanceof LeaseLost) throw error;
      failed = error instanceof Error ? error.message : String(error);
      return false;
    }
  };
  if (await apply(received)) return undefined;
  const parts = partsOf(received);
  if (parts.length === 1) return failed;
  failed = undefined;
  for (const part of parts) await apply(part);
  return failed;
}

/** Whether there is nothing to apply. */
export function isEmpty({ messages, receipts, events, parts = [] }: Received): boolean {
  return messages.length + receipts.length + events.length + parts.length === 0;
}

/** What came in, with nothing where it does not say. */
export function whole(received: Partial<Received>): Received {
  return { messages: [], receipts: [], events: [], ignored: [], ...received };
}

function partsOf({ messages, receipts, events, parts = [] }: Received): Received[] {
  return [
    ...messages.map((message) => whole({ messages: [message] })),
    ...receipts.map((receipt) => whole({ receipts: [receipt] })),
    ...events.map((event) => whole({ events: [event] })),
    ...parts.map((part) => whole({ parts: [part] })),
  ];
}
