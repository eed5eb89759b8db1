import type { Content, Media, MediaType } from '../model/message.ts';

/** As what it goes: as the message itself, or as the header of its template. */
export function typeIn({ type, media, template }: Content): MediaType {
  return media || !template?.media ? (type as MediaType) : template.media.type;
}

/** The file that a message carries, itself or as the header of its template. */
export function fileIn(content: Content): Media | undefined {
  return content.media ?? content.template?.media;
}

/** The same message with more said of its file; without a file, the message itself. */
export function withFile(content: Content, more: Partial<Media>): Content {
  if (content.media) return { ...content, media: { ...content.media, ...more } };
  const { template } = content;
  return template?.media
    ? { ...content, template: { ...template, media: { ...template.media, ...more } } }
    : content;
}
