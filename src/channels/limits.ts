import { SendFailure } from '../model/failure.ts';
import type { Content, Media, MessageType } from '../model/message.ts';
import type { Capabilities, MediaRule } from './channel.ts';

/** Refuses a text that is longer than the channel carries (CONTENT_TOO_LONG); long texts are not split. */
export function checkText({ type, text }: Content, { maxText }: Pick<Capabilities, 'maxText'>): void {
  if (type === 'text' && maxText !== undefined) checkLength('The text', text, maxText);
}

/** Refuses a text of more than `max` characters, naming what it is: CONTENT_TOO_LONG. */
export function checkLength(what: string, text: string | undefined, max: number): void {
  if (text === undefined || text.length <= max || [...text].length <= max) return;
  throw new SendFailure({
    class: 'CONTENT_TOO_LONG',
    code: 'TEXT_TOO_LONG',
    text: `${what} is longer than ${max} characters.`,
  });
}

/** Whether a file is of a kind and size that a rule allows, as far as they are known. */
export function fits({ mime, sizeBytes = 0 }: Pick<Media, 'mime' | 'sizeBytes'>, rule: MediaRule): boolean {
  const kind = kindOf(mime);
  return (!kind || rule.mimes.length === 0 || rule.mimes.includes(kind)) && sizeBytes <= rule.maxBytes;
}

/** A MIME type without its parameters. */
function kindOf(mime: string | undefined): string | undefined {
  return mime?.split(';')[0]?.trim().toLowerCase();
}

/**
 * Refuses a file that the channel cannot carry, as far as its type and size are known: CONTENT_REJECTED
 * for the type, CONTENT_TOO_LONG for the size, with the limit named. What may go as a link instead is let through.
 */
export function checkMedia({ type, media }: Content, { media: rules }: Pick<Capabilities, 'media'>): void {
  const rule = rules?.[type];
  if (!rule || !media || rule.orLink) return;
  const mime = kindOf(media.mime);
  if (mime && rule.mimes.length > 0 && !rule.mimes.includes(mime)) {
    throw new SendFailure({
      class: 'CONTENT_REJECTED',
      code: 'MEDIA_TYPE',
      text: `A file of type ${mime} cannot go as ${type}: ${rule.mimes.join(', ')}.`,
    });
  }
  if (media.sizeBytes !== undefined && media.sizeBytes > rule.maxBytes) {
    throw new SendFailure({
      class: 'CONTENT_TOO_LONG',
      code: 'MEDIA_TOO_LARGE',
      text: `A file that goes as ${type} has at most ${sizeText(rule.maxBytes)}.`,
    });
  }
}

/** As what a picture goes that a channel does not take as it is: one that every channel takes, or a sticker. */
export const pictureVersions = ['photo', 'sticker'] as const;
export type PictureVersion = (typeof pictureVersions)[number];

/** Pictures that can be made into others, by their first bytes. HEIC is none: there is no free decoder. */
const readable = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/tiff'];
/** A photo has at most as many bytes, a sticker as many. */
const photoBytes = 1024 * 1024;
const stickerBytes = 100 * 1024;

/**
 * As what a picture has to go that a channel would not take, or not show, as it is. Undefined: it may go as it is, or
 * nothing can be made of it.
 */
export function versionFor(
  type: MessageType,
  { mime = '', sizeBytes = 0 }: Pick<Media, 'mime' | 'sizeBytes'>,
  { out, media: rules }: Pick<Capabilities, 'out' | 'media'>,
): PictureVersion | undefined {
  const rule = rules?.[type];
  if (!rule || out[type] !== 'native' || !(type === 'image' || type === 'sticker')) return undefined;
  const shown = rule.shows ?? rule.mimes;
  const takes = (...kinds: string[]) => shown.length === 0 || kinds.every((kind) => shown.includes(kind));
  if ((takes(mime) && sizeBytes <= rule.maxBytes) || !readable.includes(mime)) return undefined;
  if (takes('image/jpeg', 'image/png') && rule.maxBytes >= photoBytes) return 'photo';
  return takes('image/webp') && rule.maxBytes >= stickerBytes ? 'sticker' : undefined;
}

function sizeText(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${bytes / (1024 * 1024)} MB` : `${bytes / 1024} KB`;
}
