import { SendFailure } from '../../model/failure.ts';
import type { ContactCard, Content, Location } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { Outgoing } from '../channel.ts';
import { joined, textLines } from '../fallback.ts';
import { checkLength } from '../limits.ts';
import { longest } from './capabilities.ts';
import { type FileKind, kindOf, methodOf } from './files.ts';
import { keyboardOf } from './keyboard.ts';
import { vcardOf } from './vcard.ts';

/** The method that sends a message, and what it is told; `kind` where a file goes along, to be put in its place. */
export interface Request {
  method: string;
  params: Record<string, unknown>;
  kind?: FileKind;
}

/**
 * A message as the Bot API takes it (channels.md section 7). Texts go as they are, with no mark-up to escape:
 * headings and footers are set apart by entities. Throws `SendFailure`: CONTENT_TOO_LONG where a limit is broken,
 * NOT_SUPPORTED for what Telegram has no message for.
 */
export function requestOf({ id, csid, content, replyIdExt }: Outgoing): Request {
  const chat_id = chatOf(csid);
  if (content.type === 'reaction') return reactionOf(content, chat_id);
  const { markup, lines } = keyboardOf(content, id, csid.startsWith('-'));
  const { params, ...rest } = blockOf(content, lines.join('\n'));
  const reply = messageNumber(replyIdExt, csid);
  return {
    ...rest,
    params: present({
      chat_id,
      ...params,
      reply_markup: markup,
      reply_parameters:
        reply === undefined ? undefined : { message_id: reply, allow_sending_without_reply: true },
    }),
  };
}

/** A chat as the Bot API names it: a number, or the name of a channel. */
export function chatOf(csid: string): number | string {
  return /^-?\d{1,15}$/.test(csid) ? Number(csid) : csid;
}

/** The number of a message inside its chat: our ids of theirs are `<chat>:<number>`. Undefined: of another chat. */
export function messageNumber(providerId: string | undefined, csid: string): number | undefined {
  const [, chat, number] = /^(-?\d+):(\d+)(?::|$)/.exec(providerId ?? '') ?? [];
  return chat === csid ? Number(number) : undefined;
}

function reactionOf({ reaction }: Content, chat_id: number | string): Request {
  const message_id = messageNumber(reaction?.messageIdExt, String(chat_id));
  if (!reaction || message_id === undefined) {
    throw new SendFailure({
      class: 'CONTENT_REJECTED',
      text: 'The message to react to is not of this chat.',
    });
  }
  const { emoji } = reaction;
  return {
    method: 'setMessageReaction',
    params: { chat_id, message_id, reaction: emoji === '' ? [] : [{ type: 'emoji', emoji }] },
  };
}

function blockOf(content: Content, lines: string): Request {
  const { type, media, location, cards } = content;
  if (media) return fileBlock(content, lines);
  if (location && lines === '' && !isFramed(content)) return placeBlock(location);
  const [card, ...others] = cards ?? [];
  if (card?.phones?.[0]?.phone && others.length === 0 && lines === '' && !isFramed(content))
    return cardBlock(card, card.phones[0].phone);
  if (type === 'text' || location || cards) return textBlock(content, lines);
  throw new SendFailure({ class: 'NOT_SUPPORTED', text: `Telegram cannot carry a message of type ${type}.` });
}

function isFramed({ heading, footer }: Content): boolean {
  return Boolean(heading || footer);
}

function textBlock(content: Content, lines: string): Request {
  const { heading: _, footer: __, ...said } = content;
  const body = said.text ?? textLines(said).join('\n');
  const { text, entities } = framed(content, joined(body, lines));
  if (text === '') throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The message says nothing.' });
  checkLength('The text', text, longest.text);
  const hidden = content.preview === false ? { is_disabled: true } : undefined;
  return { method: 'sendMessage', params: present({ text, entities, link_preview_options: hidden }) };
}

function fileBlock(content: Content, lines: string): Request {
  const kind = kindOf(content, lines !== '' || isFramed(content));
  const { text, entities } = framed(content, joined(content.media?.caption, lines));
  checkLength('The caption', text, longest.caption);
  // A sticker has no place for words: one with words goes as a picture.
  const caption =
    text === '' || kind === 'sticker' ? {} : present({ caption: text, caption_entities: entities });
  const { durationMs } = content.media ?? {};
  const length = durationMs !== undefined && (kind === 'audio' || kind === 'voice');
  const params = { ...caption, ...(length && { duration: Math.max(1, Math.round(durationMs / 1000)) }) };
  return { method: methodOf(kind), params, kind };
}

/** What is said between heading and footer, which stand out in bold and italic. Offsets count UTF-16 units. */
function framed({ heading = '', footer = '' }: Content, said: string): { text: string; entities?: object[] } {
  const text = [heading, said, footer].filter((part) => part).join('\n\n');
  const entities = [
    ...(heading ? [{ type: 'bold', offset: 0, length: heading.length }] : []),
    ...(footer ? [{ type: 'italic', offset: text.length - footer.length, length: footer.length }] : []),
  ];
  return { text, ...(entities.length > 0 && { entities }) };
}

function placeBlock({ latitude, longitude, name, address }: Location): Request {
  const at = { latitude: Number(latitude), longitude: Number(longitude) };
  const title = name || address;
  if (!title) return { method: 'sendLocation', params: at };
  return { method: 'sendVenue', params: { ...at, title, address: address || `${latitude}, ${longitude}` } };
}

function cardBlock(card: ContactCard, phone: string): Request {
  const { formatted_name, first_name, last_name } = card.name ?? {};
  const vcard = vcardOf(card);
  return {
    method: 'sendContact',
    params: present({
      phone_number: phone,
      first_name: first_name || formatted_name || card.org?.company || phone,
      last_name: first_name ? last_name : undefined,
      vcard: Buffer.byteLength(vcard) <= longest.vcardBytes ? vcard : undefined,
    }),
  };
}
