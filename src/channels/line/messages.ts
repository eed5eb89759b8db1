import { SendFailure } from '../../model/failure.ts';
import type { Content, Location, Media } from '../../model/message.ts';
import type { Outgoing } from '../channel.ts';
import { joined, textLines } from '../fallback.ts';
import { checkLength } from '../limits.ts';
import { bubbleOf, isBubble, quickReplyOf } from './buttons.ts';
import { longest } from './capabilities.ts';

/** One message object of LINE's. */
export type LineMessage = { type: string; [field: string]: unknown };

/**
 * A message as LINE takes it (channels.md 9.1): one message object, or a file and its words as two in one request.
 * Throws `SendFailure`: CONTENT_TOO_LONG where a limit is broken, CONTENT_REJECTED for files without an https address.
 */
export function messagesOf(
  { id, content }: Pick<Outgoing, 'id' | 'content'>,
  { videoPreview }: { videoPreview?: string },
): LineMessage[] {
  const file = content.media && fileOf(content, content.media, videoPreview);
  const place = content.location && isBare(content) ? placeOf(content.location) : undefined;
  const shown = file ?? place;
  const words = shown ? wordsBeside(content) : (content.text ?? textLines(content).join('\n'));
  const buttons = content.buttons ?? [];
  if (shown && words === '' && buttons.length === 0) return [shown];
  if (isBubble(content)) return [...(shown ? [shown] : []), bubbleOf(content, words, id)];
  const items = quickReplyOf(content, id);
  const last =
    words === '' && shown ? undefined : textOf(framed(content, joined(words, items.lines.join('\n'))));
  const all = [...(shown ? [shown] : []), ...(last ? [last] : [])];
  if (items.quickReply) all[all.length - 1] = { ...all.at(-1)!, quickReply: items.quickReply };
  return all;
}

function isBare({ heading, footer }: Content): boolean {
  return !heading && !footer;
}

function wordsBeside(content: Content): string {
  return content.media?.caption ?? '';
}

/** Heading and footer as lines of a text; in a bubble they stand apart. */
function framed({ heading, footer }: Content, said: string): string {
  return [heading, said, footer].filter((part) => part).join('\n\n');
}

function textOf(text: string): LineMessage {
  if (text === '') throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The message says nothing.' });
  checkLength('The text', text, longest.text);
  return { type: 'text', text };
}

/** What LINE shows as a file; what it cannot show is a link in the text. */
function fileOf({ type }: Content, media: Media, videoPreview: string | undefined): LineMessage | undefined {
  const link = () => secureLink(media);
  const mime = media.mime?.split(';')[0]?.trim().toLowerCase();
  const is = (...mimes: string[]) => mime === undefined || mimes.includes(mime);
  if ((type === 'image' || type === 'sticker') && is('image/jpeg', 'image/png'))
    return { type: 'image', originalContentUrl: link(), previewImageUrl: media.previewLink ?? link() };
  if (type === 'video' && is('video/mp4') && videoPreview !== undefined)
    return { type, originalContentUrl: link(), previewImageUrl: videoPreview };
  // LINE shows how long it lasts as it is told; where nobody knows, a minute.
  if ((type === 'audio' || type === 'voice') && is('audio/mpeg', 'audio/mp4', 'audio/x-m4a'))
    return { type: 'audio', originalContentUrl: link(), duration: media.durationMs ?? 60_000 };
  return undefined;
}

function secureLink({ link }: Media): string {
  if (link?.startsWith('https://')) return link;
  throw new SendFailure({
    class: 'CONTENT_REJECTED',
    code: 'NO_HTTPS',
    text: 'LINE fetches files by https alone: give the file such an address, or the server one by PUBLIC_URL.',
  });
}

function placeOf({ latitude, longitude, name, address }: Location): LineMessage {
  const cut = (text: string) => [...text].slice(0, longest.place).join('');
  const where = address || `${latitude}, ${longitude}`;
  return {
    type: 'location',
    title: cut(name || where),
    address: cut(where),
    latitude: Number(latitude),
    longitude: Number(longitude),
  };
}
