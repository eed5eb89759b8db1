import type { ContactCard, Content, Media, MediaType } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { isObject, listOf, objectOf, type Raw, textOf } from '../json.ts';

/** What stands around what a message says. */
const frame = new Set(
  `message_id message_thread_id direct_messages_topic from sender_chat sender_boost_count sender_business_bot sender_tag
  date guest_query_id business_connection_id chat forward_origin is_topic_message is_automatic_forward
  reply_to_message external_reply quote reply_to_story reply_to_checklist_task_id reply_to_poll_option_id via_bot
  guest_bot_caller_user guest_bot_caller_chat edit_date has_protected_content is_from_offline is_paid_post
  media_group_id author_signature paid_star_count entities link_preview_options suggested_post_info effect_id caption
  caption_entities show_caption_above_media has_media_spoiler reply_markup forward_from forward_from_chat
  forward_from_message_id forward_signature forward_sender_name forward_date`.split(/\s+/),
);

/** What happened to the chat, said by nobody. */
const service =
  /^(new_chat_|left_chat_|chat_|delete_chat_|group_chat_|supergroup_chat_|channel_chat_|message_auto_|migrate_|pinned_|forum_|general_forum_|video_chat_|giveaway|boost_|write_access_|connected_|proximity_|gift|unique_gift|suggested_post_|direct_message_|paid_message_|managed_bot_|poll_option_|checklist_tasks_|invoice|passport_)/;

/** The kind of a service message; undefined for what somebody said. */
export function isService(message: Raw): string | undefined {
  const kind = kindIn(message);
  return kind !== undefined && service.test(kind) ? `nobody said it: ${kind}` : undefined;
}

function kindIn(message: Raw): string | undefined {
  return Object.keys(message).find((name) => !frame.has(name));
}

/** How each kind is read, in the order in which they are looked for: an animation has a document beside it. */
const readers: readonly [kind: string, read: (told: unknown, message: Raw) => Content | undefined][] = [
  ['text', (text, message) => textContent(text, message)],
  ['animation', (told, message) => fileContent('video', told, message)],
  ['photo', (sizes, message) => fileContent('image', largestOf(sizes), message, 'image/jpeg')],
  ['video', (told, message) => fileContent('video', told, message)],
  ['video_note', (told, message) => fileContent('video', told, message, 'video/mp4')],
  ['voice', (told, message) => fileContent('voice', told, message)],
  ['audio', (told, message) => fileContent('audio', told, message)],
  ['document', (told, message) => fileContent('document', told, message)],
  ['sticker', (told, message) => stickerContent(objectOf(told), message)],
  ['venue', (told) => placeContent(objectOf(objectOf(told).location), objectOf(told))],
  ['location', (told) => placeContent(objectOf(told))],
  ['contact', (told) => cardContent(objectOf(told))],
  ['dice', (told) => said(textOf(objectOf(told).emoji))],
];

/** What a person's message says; undefined for what nobody said, and for what is half. */
export function contentOf(message: Raw): Content | undefined {
  const reader = readers.find(([kind]) => message[kind] !== undefined);
  const content = reader ? reader[1](message[reader[0]], message) : unsupported(message);
  const writer = writerOf(message);
  return content && writer ? { ...content, referral: { ...content.referral, writer } } : content;
}

/** Who wrote in a group: the contact is the group. */
function writerOf({ chat, from }: Raw): Record<string, unknown> | undefined {
  if (!/group$/.test(textOf(objectOf(chat).type) ?? '') || !isObject(from)) return undefined;
  const { id, first_name, last_name, username } = from;
  return present({
    id: textOf(id),
    name: [textOf(first_name), textOf(last_name)].filter((part) => part).join(' ') || undefined,
    username: textOf(username),
  });
}

function said(text: string | undefined): Content | undefined {
  return text === undefined ? undefined : { type: 'text', text };
}

const started = /^\/start(?:@\w+)?\s+(\S{1,512})\s*$/;

/** Links that hide behind words are written out. What a link to the bot carried comes with the first message. */
function textContent(value: unknown, { entities }: Raw): Content | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const payload = started.exec(text)?.[1];
  const shown = withLinks(text, entities);
  return {
    type: 'text',
    text: shown,
    ...(payload !== undefined && { referral: { source: 'DEEP_LINK', payload } }),
  };
}

/** Offsets count UTF-16 units, as those of JavaScript do. */
function withLinks(text: string, entities: unknown): string {
  const links = listOf(entities)
    .map(objectOf)
    .filter(({ type, url }) => type === 'text_link' && textOf(url) !== undefined)
    .map(({ offset, length, url }) => ({ end: Number(offset) + Number(length), url: String(url) }))
    .filter(({ end }) => Number.isInteger(end) && end > 0 && end <= text.length)
    .sort((a, b) => b.end - a.end);
  return links.reduce((shown, { end, url }) => `${shown.slice(0, end)} (${url})${shown.slice(end)}`, text);
}

function largestOf(sizes: unknown): unknown {
  return listOf(sizes)
    .map(objectOf)
    .reduce<Raw | undefined>((most, one) => (areaOf(one) >= areaOf(most ?? {}) ? one : most), undefined);
}

function areaOf({ width, height }: Raw): number {
  return (Number(width) || 0) * (Number(height) || 0);
}

function fileContent(
  type: MediaType,
  value: unknown,
  { caption, caption_entities }: Raw,
  mime?: string,
): Content | undefined {
  const { file_id, file_name, mime_type, file_size } = objectOf(value);
  const providerId = textOf(file_id);
  if (providerId === undefined) return undefined;
  const words = textOf(caption);
  const media: Media = present({
    providerId,
    caption: words === undefined ? undefined : withLinks(words, caption_entities),
    filename: textOf(file_name),
    mime: textOf(mime_type) ?? mime,
    sizeBytes: typeof file_size === 'number' && file_size > 0 ? file_size : undefined,
  });
  return { type, media };
}

/** One that moves has a picture beside it, which every screen can show. */
function stickerContent(sticker: Raw, message: Raw): Content | undefined {
  const moves = sticker.is_animated === true || sticker.is_video === true;
  if (!moves) return fileContent('sticker', sticker, message, 'image/webp');
  return isObject(sticker.thumbnail)
    ? fileContent('sticker', sticker.thumbnail, message)
    : said(textOf(sticker.emoji));
}

function placeContent({ latitude, longitude }: Raw, venue: Raw = {}): Content | undefined {
  const [lat, lon] = [textOf(latitude), textOf(longitude)];
  if (lat === undefined || lon === undefined) return undefined;
  const [name, address] = [textOf(venue.title), textOf(venue.address)];
  return { type: 'location', location: present({ latitude: lat, longitude: lon, name, address }) };
}

function cardContent(card: Raw): Content | undefined {
  const [first_name, last_name, phone] = [
    textOf(card.first_name),
    textOf(card.last_name),
    textOf(card.phone_number),
  ];
  const formatted_name = [first_name, last_name].filter((part) => part !== undefined).join(' ') || undefined;
  const told: ContactCard = present({
    name: formatted_name === undefined ? undefined : present({ formatted_name, first_name, last_name }),
    phones: phone === undefined ? undefined : [{ phone }],
  });
  return Object.keys(told).length > 0 ? { type: 'contacts', cards: [told] } : undefined;
}

function unsupported(message: Raw): Content | undefined {
  const kind = kindIn(message);
  return kind === undefined || service.test(kind)
    ? undefined
    : { type: 'unsupported', unsupported: { kind } };
}
