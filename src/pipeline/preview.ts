import type { Capabilities, Measure } from '../channels/channel.ts';
import { renderFor } from '../channels/fallback.ts';
import { channelOf as doorOf } from '../channels/index.ts';
import { versionFor } from '../channels/limits.ts';
import { type Failure, SendFailure } from '../model/failure.ts';
import type { Content, Message } from '../model/message.ts';
import { acceptanceOf } from './acceptance.ts';
import type { Context } from './context.ts';
import type { Core } from './core.ts';
import { assertMayWrite } from './send.ts';

/** A message that is to be counted. */
export type Counted = Pick<Message, 'channelId' | 'direction' | 'content'> & { businessId: number };

/** What would be sent, had it been a send. */
export interface Preview {
  channelId: string;
  contactId: string;
  /** As the channel carries it; absent when it cannot. */
  content?: Content;
  /** Where the provider charges by the part. */
  measure?: Measure;
  /** Why it could not be sent. */
  failure?: Failure;
}

/** Shows what would be sent, and counts it. Stores nothing. */
export function makePreview(ctx: Context): Pick<Core, 'preview' | 'measure'> {
  return {
    async preview(caller, request) {
      assertMayWrite(caller);
      const { message } = await acceptanceOf(ctx, caller, request);
      const { businessId, channelId, contactId } = message;
      const where = { channelId, contactId };
      try {
        const content = shown(ctx, channelId, message.content);
        const measure = await measured(ctx, businessId, channelId, content);
        return { ...where, content, ...(measure && { measure }) };
      } catch (error) {
        if (error instanceof SendFailure) return { ...where, failure: error.failure };
        throw error;
      }
    },
    async measure({ businessId, channelId, direction, content }) {
      if (direction !== 'O') return undefined;
      try {
        return await measured(ctx, businessId, channelId, shown(ctx, channelId, content));
      } catch {
        // It could not be sent, it is hidden, or its channel is gone: there is nothing to count.
        return undefined;
      }
    },
  };
}

/** A message as its channel carries it. Throws `SendFailure`. */
function shown(ctx: Context, channelId: string, content: Content): Content {
  const door = doorOf(channelId.slice(0, channelId.indexOf(':')));
  if (!door) throw new SendFailure({ class: 'CONFIG', text: 'There is no such channel.' });
  const { media } = content;
  const linked =
    media?.id !== undefined && media.link === undefined
      ? { ...content, media: { ...media, link: ctx.mediaLinks.of(media.id, true) } }
      : content;
  return renderFor(asMade(linked, door.carries), door.carries);
}

/** A picture that becomes another one before it goes is not refused for what it is now. */
function asMade(content: Content, carries: Capabilities): Content {
  if (!content.media || versionFor(content.type, content.media, carries) === undefined) return content;
  const { mime: _, sizeBytes: __, ...media } = content.media;
  return { ...content, media };
}

async function measured(
  ctx: Context,
  businessId: number,
  channelId: string,
  content: Content,
): Promise<Measure | undefined> {
  const door = doorOf(channelId.slice(0, channelId.indexOf(':')));
  return door?.measure?.(content, await ctx.account(businessId, channelId));
}
