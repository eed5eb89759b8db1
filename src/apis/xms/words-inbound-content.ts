import type { Content, Media } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { invalid, missing } from '../../model/problem.ts';
import type { WrapperMedia, WrapperMessage } from './schemas/inbound.ts';

const fileTypes = ['audio', 'document', 'image', 'video', 'voice', 'sticker'] as const;
const blocks = [...fileTypes, 'location', 'text'] as const;
type Block = (typeof blocks)[number] | 'system';

/** What a connector's message says. Throws `Problem` naming the block that is not there. */
export function inboundContentOf(message: WrapperMessage, at: string): Content {
  const type = typeOf(message, at);
  if (type === 'location') return { type, location: placeOf(message, at) };
  const file = fileTypes.find((name) => name === type);
  if (file) return { type: file, media: mediaOf(message[file] ?? message.attachments?.[0], `${at}.${file}`) };
  const press = pressOf(message);
  const text = message.text?.body ?? press?.label;
  if (text === undefined) throw missing(`${at}.text`);
  const subject = message.text?.subject;
  return present({ type: type as 'text' | 'system', text, subject, press });
}

/** The type given, or the one whose block is there. We tell stickers as images with a block of their own. */
function typeOf(message: WrapperMessage, at: string): Block {
  if (message.sticker) return 'sticker';
  if (message.type !== undefined) return message.type;
  const found = blocks.find((name) => message[name] !== undefined);
  if (found) return found;
  if (message.input ?? message.form) return 'text';
  const attached = message.attachments?.[0]?.type?.toLowerCase();
  const type = fileTypes.find((name) => name === attached);
  if (type) return type;
  throw missing(`${at}.type`);
}

function placeOf({ location }: WrapperMessage, at: string): NonNullable<Content['location']> {
  if (!location) throw missing(`${at}.location`);
  const { latitude, longitude, ...rest } = location;
  if (latitude === undefined) throw missing(`${at}.location.latitude`);
  if (longitude === undefined) throw missing(`${at}.location.longitude`);
  return { latitude, longitude, ...rest };
}

/** The file is fetched from its link; its id is the connector's own. */
function mediaOf(media: WrapperMedia | undefined, at: string): Media {
  if (!media) throw missing(at);
  const link = media.link ?? media.linkSecure;
  if (!link) throw missing(`${at}.link`);
  if (!/^https?:\/\//i.test(link) || !URL.canParse(link)) {
    throw invalid(`${at}.link`, 'The link must be an http or https address', {
      code: 'BAD_URL',
      value: link,
    });
  }
  const { id, caption, filename, mime_type, sha256 } = media;
  return present({ link, providerId: id, caption, filename, mime: mime_type, sha256 });
}

/** A pressed button, in either form (decision D60). */
function pressOf({ input, form, text }: WrapperMessage): Content['press'] {
  const code = form?.reply_id ?? input?.reply_id;
  if (code === undefined) return undefined;
  const label = form?.reply_title ?? text?.body ?? code;
  return present({ code, label, desc: form?.reply_desc });
}
