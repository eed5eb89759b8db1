import { SendFailure } from '../../model/failure.ts';
import type { Media } from '../../model/message.ts';

/** The file by the provider's id when it was uploaded, else by its link. */
export function fileOf({ providerId, link }: Media): { id: string } | { link: string } {
  if (providerId !== undefined) return { id: providerId };
  if (link !== undefined) return { link };
  throw new SendFailure({
    class: 'NOT_SUPPORTED',
    code: 'NO_LINK',
    text: 'The file has neither an address nor been uploaded.',
  });
}

/** A document shows its name, and its kind by the ending of it. */
export function namedFileOf(media: Media) {
  return { ...fileOf(media), ...(media.filename !== undefined && { filename: media.filename }) };
}
