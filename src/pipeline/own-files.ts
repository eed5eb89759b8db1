import { channelOf as doorOf } from '../channels/index.ts';
import { checkMedia, versionFor } from '../channels/limits.ts';
import { SendFailure } from '../model/failure.ts';
import { isId } from '../model/ids.ts';
import type { Content, Media, MediaType } from '../model/message.ts';
import { invalid } from '../model/problem.ts';
import type { ChannelSetup } from '../model/setup.ts';
import * as media from '../store/media.ts';
import type { Context } from './context.ts';
import { stateOf } from './files.ts';

/**
 * What a caller wants to say, with its file as we know it: one that is named by our id, or by an address
 * that we made, is a file of ours from here on. Throws `Problem` naming the field: there is no such file,
 * or the channel does not carry it.
 */
export async function withOwnFile(
  ctx: Pick<Context, 'db' | 'mediaLinks'>,
  business: { businessId: number; channel: ChannelSetup },
  content: Content,
): Promise<Content> {
  const { media: given, template, attachments } = content;
  if (attachments) {
    const own = attachments.map(async ({ type, cid, ...one }, i) => {
      const file = await ownFile(ctx, business, one, type, `attachments[${i}]`);
      return { ...file, type, ...(cid !== undefined && { cid }) };
    });
    return { ...content, attachments: await Promise.all(own) };
  }
  if (given) {
    return { ...content, media: await ownFile(ctx, business, given, content.type as MediaType) };
  }
  if (!template?.media) return content;
  const { type } = template.media;
  const header = await ownFile(ctx, business, template.media, type);
  return { ...content, template: { ...template, media: { ...header, type } } };
}

async function ownFile(
  ctx: Pick<Context, 'db' | 'mediaLinks'>,
  { businessId, channel }: { businessId: number; channel: ChannelSetup },
  given: Media,
  type: MediaType,
  at: string = type,
): Promise<Media> {
  // How a provider names a file, and how large it is, is no caller's business.
  const { providerId: _, sizeBytes: __, sha256: ___, ...said } = given;
  const named = given.id !== undefined ? 'id' : 'link';
  const field = `${at}.${named}`;
  const address = given.link === undefined ? undefined : ctx.mediaLinks.read(given.link);
  const id = given.id ?? (typeof address === 'object' ? address.id : undefined);
  if (id === undefined && address !== 'forged') return said;
  const file = id !== undefined && isId(id) ? await media.ofBusiness(ctx.db, businessId, id) : undefined;
  if (!file) throw invalid(field, 'There is no such file', { code: 'UNKNOWN_MEDIA' });
  if (stateOf(file) === 'failed') {
    throw invalid(field, 'The file could not be fetched from the channel that it came from', {
      code: 'MEDIA_NOT_FETCHED',
    });
  }
  const { link, ...own } = describedBy({ ...said, id: file.id }, file);
  checkCarried(channel, type, own, field);
  // One that expires may have expired when the message goes: then a new one is made.
  const isForGood = typeof address === 'object' && address.id === file.id && !address.expires;
  return isForGood && link !== undefined ? { ...own, link } : own;
}

/** What a message says of its file, with what the file is by its bytes, where we have them. */
export function describedBy(said: Media, { storedAt, mime, sizeBytes, filename }: media.MediaFile): Media {
  return {
    ...(filename !== undefined && { filename }),
    ...said,
    ...(storedAt !== undefined && mime !== undefined && { mime }),
    ...(storedAt !== undefined && sizeBytes !== undefined && { sizeBytes }),
  };
}

/**
 * Refused at once where the channel would only refuse it later; what it shows as text, and pictures that become others
 * before they go, are not looked at.
 */
function checkCarried(channel: ChannelSetup, type: MediaType, file: Media, field: string): void {
  const carries = doorOf(channel.type)?.carries;
  if (carries?.out[type] !== 'native' || versionFor(type, file, carries)) return;
  try {
    checkMedia({ type, media: file }, carries);
  } catch (error) {
    if (!(error instanceof SendFailure)) throw error;
    const { text = 'The channel does not carry this file', code = 'MEDIA' } = error.failure;
    throw invalid(field, text, { code });
  }
}
