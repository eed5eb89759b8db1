import type { Received, ReceivedMessage } from '../channels/channel.ts';
import { largestFile } from '../channels/download.ts';
import { newId } from '../model/ids.ts';
import type { Content, Media } from '../model/message.ts';
import { isUnavailable } from '../store/database.ts';
import type { Kept } from '../store/media.ts';
import type { Context } from './context.ts';
import type { ReceivedEffects } from './core.ts';
import { dropFiles } from './file-removal.ts';
import type { FileStore } from './file-store.ts';

/** A received message whose files are kept: `kept` tells what they are, by our id of each. */
export type KeptMessage = ReceivedMessage & { kept?: Readonly<Record<string, Kept>> };

/**
 * Applies what a channel received together with files whose bytes came along. The bytes are safe on the
 * disk before anything names them, and are taken away again when nothing does: the message was known, or
 * could not be stored.
 */
export async function withBroughtFiles(
  ctx: Pick<Context, 'db' | 'files' | 'log'>,
  businessId: number,
  received: Received,
  apply: (received: Received) => Promise<ReceivedEffects>,
): Promise<ReceivedEffects> {
  if (!received.messages.some(({ files }) => files && files.size > 0)) return apply(received);
  const ids: string[] = [];
  const drop = (unused: string[]) => dropFiles(ctx, businessId, unused);
  try {
    const messages: KeptMessage[] = [];
    for (const message of received.messages) messages.push(await keepFilesOf(ctx.files, message, ids));
    const effects = await apply({ ...received, messages });
    const used = new Set(effects.messages.flatMap(({ content }) => filesIn(content).map(({ id }) => id)));
    await drop(ids.filter((id) => !used.has(id)));
    return effects;
  } catch (error) {
    // When the database went away at the commit, the files may have been stored: better one too many.
    if (!isUnavailable(error)) await drop(ids);
    throw error;
  }
}

/** All files that a message carries: the one it is, and those attached to it. */
export function filesIn({ media, attachments = [] }: Content): Media[] {
  return media ? [media, ...attachments] : attachments;
}

async function keepFilesOf(store: FileStore, message: ReceivedMessage, ids: string[]): Promise<KeptMessage> {
  const { files = new Map<string, Buffer>(), ...rest } = message;
  const kept: Record<string, Kept> = {};
  const keep = async <M extends Media>(media: M): Promise<M> => {
    const bytes = media.providerId === undefined ? undefined : files.get(media.providerId);
    if (!bytes) return media;
    const id = newId();
    ids.push(id);
    const facts = await store.keep(id, largestFile, async (save) => {
      await save(bytes);
      return {};
    });
    kept[id] = facts;
    const { providerId: _, ...named } = media;
    return {
      ...named,
      id,
      mime: media.mime ?? facts.mime,
      sizeBytes: facts.sizeBytes,
      sha256: facts.sha256,
    } as M;
  };
  const content = { ...rest.content };
  if (content.media) content.media = await keep(content.media);
  if (content.attachments) {
    const attachments = [];
    for (const one of content.attachments) attachments.push(await keep(one));
    content.attachments = attachments;
  }
  return { ...rest, content, kept };
}
