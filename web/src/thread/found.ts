import type { ThreadMessage } from '../api/message-types.ts';
import { folded } from '../text/fold.ts';

/** The messages in which the words stand, latest first; of less than two letters none. */
export function foundIn(messages: ThreadMessage[], text: string): ThreadMessage[] {
  const wanted = folded(text.trim());
  if (wanted.length < 2) return [];
  return messages
    .filter(({ content }) =>
      folded(content.text ?? content.template?.body ?? content.media?.caption ?? '').includes(wanted),
    )
    .reverse();
}
