import { type Content, type Media, mediaTypes, type Press } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { cardsOf } from '../cards.ts';
import { listOf, objectOf, type Raw, textOf } from '../json.ts';

/** Types in the order in which a missing one is found by its block. */
const blocks = [...mediaTypes, 'location', 'contacts', 'reaction', 'text'] as const;
type Type = (typeof blocks)[number] | 'system';

/** What a connector's message says (`InBoundMsg`); undefined when what its type needs is not there. */
export function contentOf(message: Raw): Content | undefined {
  const type = typeOf(message);
  const file = mediaTypes.find((name) => name === type);
  if (file) {
    const media = mediaOf(message[file] ?? listOf(message.attachments)[0]);
    return media && { type: file, media };
  }
  if (type === 'location') return locationOf(objectOf(message.location));
  if (type === 'contacts') {
    const cards = cardsOf(message.contacts);
    return cards.length > 0 ? { type, cards } : undefined;
  }
  if (type === 'reaction') {
    const { message_id, emoji } = objectOf(message.reaction);
    const messageIdExt = textOf(message_id);
    return messageIdExt === undefined
      ? undefined
      : { type, reaction: { messageIdExt, emoji: textOf(emoji) ?? '' } };
  }
  return type === 'text' || type === 'system' ? textContentOf(message, type) : undefined;
}

/** The type given, or the one whose block is there. Stickers come as images with a block of their own. */
function typeOf(message: Raw): Type | undefined {
  if (message.sticker) return 'sticker';
  const given = textOf(message.type)?.toLowerCase();
  if (given !== undefined) return given === 'system' ? given : blocks.find((name) => name === given);
  const block = blocks.find((name) => message[name] !== undefined && message[name] !== null);
  if (block) return block;
  const attached = textOf(objectOf(listOf(message.attachments)[0]).type)?.toLowerCase();
  return mediaTypes.find((name) => name === attached) ?? (pressOf(message) && 'text');
}

function textContentOf(message: Raw, type: 'text' | 'system'): Content | undefined {
  const { body, subject } = objectOf(message.text);
  const press = pressOf(message);
  const text = textOf(body) ?? press?.label;
  return text === undefined ? undefined : present({ type, text, subject: textOf(subject), press });
}

/** A pressed button, in either form (decision D60). */
function pressOf(message: Raw): Press | undefined {
  const { reply_id, reply_title, reply_desc } = objectOf(message.form);
  const code = textOf(reply_id) ?? textOf(objectOf(message.input).reply_id);
  if (code === undefined) return undefined;
  const label = textOf(reply_title) ?? textOf(objectOf(message.text).body) ?? code;
  return present({ code, label, desc: textOf(reply_desc) });
}

/** The file is fetched from its link; its id is the connector's own. */
function mediaOf(value: unknown): Media | undefined {
  const given = objectOf(value);
  const link = textOf(given.link) ?? textOf(given.linkSecure);
  if (link === undefined || !/^https?:\/\//i.test(link) || !URL.canParse(link)) return undefined;
  return present({
    link,
    providerId: textOf(given.id),
    caption: textOf(given.caption),
    filename: textOf(given.filename),
    mime: textOf(given.mime_type),
    sha256: textOf(given.sha256),
  });
}

function locationOf(given: Raw): Content | undefined {
  const [latitude, longitude] = [textOf(given.latitude), textOf(given.longitude)];
  if (latitude === undefined || longitude === undefined) return undefined;
  const [name, address, url] = [textOf(given.name), textOf(given.address), textOf(given.url)];
  return { type: 'location', location: present({ latitude, longitude, name, address, url }) };
}
