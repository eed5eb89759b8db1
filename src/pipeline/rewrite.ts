import type { ReceivedEvent } from '../channels/channel.ts';
import { type Content, type Message, masked, mediaTypes } from '../model/message.ts';
import type { Queryable } from '../store/database.ts';
import { rewrite as replace } from '../store/message-rewrite.ts';
import * as messages from '../store/messages.ts';

type Rewriting = Extract<ReceivedEvent, { kind: 'edited' | 'unsent' }>;

/**
 * A person changed a message, or took it back: what we keep of it follows. Answers the message; undefined when we
 * do not have it.
 */
export async function rewrite(
  tx: Queryable,
  place: { businessId: number; channelId: string },
  event: Rewriting,
): Promise<Message | undefined> {
  const [message] = await messages.byProviderId(tx, [
    { ...place, providerId: event.providerId, direction: 'I' },
  ]);
  if (!message) return undefined;
  const content = event.kind === 'edited' ? edited(message.content, event.content) : masked(message.content);
  await replace(tx, place.businessId, message.id, content);
  return { ...message, content };
}

/** The file stays the one that was fetched: providers let people change the words beside it. */
function edited(before: Content, now: Content): Content {
  const { press: _, ...rest } = before;
  const isFile = (mediaTypes as readonly string[]).includes(before.type);
  if (!isFile || !before.media || !now.media) return isFile ? before : { ...rest, ...now };
  const { caption: __, ...file } = before.media;
  const { caption } = now.media;
  return { ...before, media: { ...file, ...(caption !== undefined && { caption }) } };
}
