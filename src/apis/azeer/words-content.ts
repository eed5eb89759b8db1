import type { Content, Media } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { invalid, missing } from '../../model/problem.ts';
import type { Message } from './content.ts';
import { interactiveContent } from './interactive.ts';

/** The longest caption, in characters (azeer.md 5.1). */
const longestCaption = 1024;

/** What a message says, in our words; a template is another story. Throws `Problem` naming the field. */
export function contentOf(given: Message): Content {
  switch (given.type) {
    case 'text':
      return textOf(given);
    case 'audio':
    case 'video':
    case 'document':
      return fileOf(given.type, given[given.type], given.type);
    case 'image':
      // The contract's own sample has the block of an image under `document` (azeer.md 5.1).
      return given.image
        ? fileOf('image', given.image, 'image')
        : fileOf('image', given.document, given.document ? 'document' : 'image');
    case 'contacts':
      if (!given.contacts?.length) throw missing('contacts');
      given.contacts.forEach(({ name }, i) => {
        if (!name?.formatted_name) throw missing(`contacts[${i}].name.formatted_name`);
      });
      return { type: 'contacts', cards: given.contacts };
    case 'interactive':
      if (!given.interactive) throw missing('interactive');
      return interactiveContent(given.interactive);
    case 'location':
      return placeOf(given);
    case 'template':
      return { type: 'template' };
  }
}

function textOf({ text, preview_url }: Message): Content {
  if (!text?.body) throw missing('text.body');
  const preview = text.preview_url ?? preview_url;
  return { type: 'text', text: text.body, ...(preview !== undefined && { preview }) };
}

function fileOf(type: 'audio' | 'video' | 'document' | 'image', block: Media | undefined, field: string) {
  if (!block) throw missing(field);
  const { link, id, caption, filename } = block;
  if (!link && !id) throw missing(`${field}.link`);
  if (link && !(/^https?:\/\//i.test(link) && URL.canParse(link)))
    throw invalid(`${field}.link`, `${field}.link must be an http or https address`, { code: 'BAD_URL' });
  if (caption && [...caption].length > longestCaption)
    throw invalid(`${field}.caption`, `${field}.caption may have at most ${longestCaption} characters`);
  // Sounds have no place for words.
  const words = type === 'audio' ? undefined : caption || undefined;
  const media = {
    link: link || undefined,
    id: id || undefined,
    caption: words,
    filename: filename || undefined,
  };
  return { type, media: present(media) };
}

function placeOf({ location }: Message): Content {
  if (!location) throw missing('location');
  const { latitude, longitude, name, address } = location;
  return {
    type: 'location',
    location: present({ latitude: decimal(latitude), longitude: decimal(longitude), name, address }),
  };
}

/** Degrees as decimal text: a number of JavaScript may be written with an exponent. */
function decimal(degrees: string | number): string {
  const text = String(degrees);
  return text.includes('e')
    ? Number(degrees)
        .toFixed(12)
        .replace(/\.?0+$/, '')
    : text;
}
