import { SendFailure } from '../../model/failure.ts';
import type { ContactCard, Content, Location, Media } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { Outgoing } from '../channel.ts';
import { checkLength } from '../limits.ts';
import { longest, mostCards } from './capabilities.ts';
import { fileOf, namedFileOf } from './files.ts';
import { interactiveOf, withoutButtons } from './interactive.ts';
import { templateOf } from './template.ts';

/** What is posted to `/messages`: the type, and one block that is named as it. */
export interface Body {
  messaging_product: 'whatsapp';
  recipient_type: 'individual';
  to: string;
  type: string;
  context?: { message_id: string };
  [block: string]: unknown;
}

/**
 * A message as Meta's API takes it (channels.md 4.1). Throws `SendFailure`: CONTENT_TOO_LONG where a
 * limit is broken, NOT_SUPPORTED for what WhatsApp has no message for.
 */
export function bodyOf({ csid, content, replyIdExt }: Outgoing, { listLabel }: { listLabel: string }): Body {
  const interactive = interactiveOf(content, listLabel);
  const block = interactive ? { type: 'interactive', interactive } : blockOf(withoutButtons(content));
  // A reaction names its message itself.
  const context =
    replyIdExt === undefined || content.type === 'reaction' ? undefined : { message_id: replyIdExt };
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: csid,
    ...block,
    ...(context && { context }),
  };
}

function blockOf(content: Content): { type: string; [block: string]: unknown } {
  const { type, text, media, location, cards, reaction, template, preview } = content;
  if (type === 'text' && text !== undefined) return { type, text: textBlock(text, preview) };
  if (type === 'template' && template) return { type, template: templateOf(template, content.buttons) };
  if (type === 'location' && location) return { type, location: placeOf(location) };
  if (type === 'contacts' && cards) return { type, contacts: contactsOf(cards) };
  if (type === 'reaction' && reaction) {
    return { type, reaction: { message_id: reaction.messageIdExt, emoji: reaction.emoji } };
  }
  if (media) {
    // Sounds and stickers have no place for words: their caption is left out.
    if (type === 'audio' || type === 'voice') return { type: 'audio', audio: fileOf(media) };
    if (type === 'sticker') return { type, sticker: fileOf(media) };
    if (type === 'image' || type === 'video')
      return { type, [type]: { ...fileOf(media), ...captionOf(media) } };
    if (type === 'document') return { type, document: { ...namedFileOf(media), ...captionOf(media) } };
  }
  throw new SendFailure({ class: 'NOT_SUPPORTED', text: `WhatsApp cannot carry a message of type ${type}.` });
}

function textBlock(body: string, preview = /https?:\/\//i.test(body)) {
  checkLength('The text', body, longest.text);
  return { body, preview_url: preview };
}

function captionOf({ caption }: Media): { caption?: string } {
  checkLength('The caption', caption, longest.caption);
  return caption === undefined ? {} : { caption };
}

function placeOf({ latitude, longitude, name, address }: Location) {
  return present({ latitude, longitude, name, address });
}

function contactsOf(cards: ContactCard[]) {
  if (cards.length > mostCards) {
    throw new SendFailure({
      class: 'CONTENT_TOO_LONG',
      code: 'TOO_MANY_CARDS',
      text: `A message has at most ${mostCards} contact cards.`,
    });
  }
  return cards.map(cardOf);
}

/** WhatsApp wants a full name and one part of it; it has no place for `ims`. */
function cardOf({ name = {}, org, phones, emails, addresses, urls, birthday }: ContactCard) {
  const parts = [name.first_name, name.last_name].filter((part) => part).join(' ');
  const full =
    name.formatted_name || parts || org?.company || phones?.[0]?.phone || emails?.[0]?.email || '-';
  const isDate = birthday !== undefined && /^\d{4}-\d\d-\d\d$/.test(birthday);
  return present({
    name: { ...name, formatted_name: full, ...(parts === '' && { first_name: full }) },
    org,
    birthday: isDate ? birthday : undefined,
    phones: phones?.filter(({ phone }) => phone).map(typed),
    emails: emails?.filter(({ email }) => email).map(typed),
    addresses: addresses?.map(typed),
    urls: urls?.filter(({ url }) => url).map(typed),
  });
}

/** The two kinds of address that it knows. */
function typed<T extends { type?: string }>({ type, ...rest }: T) {
  const kind = type?.toUpperCase();
  return { ...rest, ...((kind === 'HOME' || kind === 'WORK') && { type: kind }) };
}
