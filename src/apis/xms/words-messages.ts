import type { EventData, MessageSnapshot } from '../../model/event.ts';
import type { ContactCard, Content, Media, MessageType } from '../../model/message.ts';
import { plainText } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { inTypes, WrapperMedia, WrapperMessage, WrapperStatus } from './schemas/inbound.ts';
import { msgSessionOf } from './words-events.ts';

type InType = (typeof inTypes)[number];
type MediaLink = (mediaId: string, signed: boolean) => string;

/** Types that the contract has no word for, as the nearest one that receivers know. */
const nearest: Partial<Record<MessageType, InType>> = {
  sticker: 'image',
  contacts: 'text',
  // Nothing that a bot should answer as if it had been said.
  reaction: 'system',
  unsupported: 'system',
};

const fileTypes = ['audio', 'document', 'image', 'video', 'voice', 'sticker'] as const;

/** A message from a person as webhooks tell it (decisions D59, D60). */
export function wrapperMessageOf(
  message: Pick<MessageSnapshot, 'id' | 'contactId' | 'content' | 'timestamp' | 'providerId'>,
  about: { csid: string; session?: Parameters<typeof msgSessionOf>[0] | undefined },
  mediaLink: MediaLink,
): WrapperMessage {
  const { content } = message;
  const type = nearest[content.type] ?? (content.type as InType);
  return present({
    id: message.id,
    messageIdExt: message.providerId,
    contactId: message.contactId,
    from: about.csid,
    timestamp: message.timestamp,
    type,
    ...blockOf(content, type, mediaLink),
    ...(content.press && pressOf(content.press)),
    session: about.session && msgSessionOf(about.session),
    originalMessage: originalOf(content),
  });
}

function blockOf(content: Content, type: InType, mediaLink: MediaLink): WrapperMessage {
  const file = fileTypes.find((name) => name === content.type);
  if (file && content.media) {
    const media = mediaOf(content.media, content.type, mediaLink);
    const more = content.attachments?.map((one) => mediaOf(one, one.type, mediaLink)) ?? [];
    return { [type]: media, ...(file === 'sticker' && { sticker: media }), attachments: [media, ...more] };
  }
  if (content.location) return { location: { ...content.location } };
  const body = content.cards ? content.cards.map(cardText).join('\n') : plainText(content);
  const files = content.attachments?.map((file) => mediaOf(file, file.type, mediaLink));
  return present({ text: present({ body, type: 'text', subject: content.subject }), attachments: files });
}

function mediaOf(media: Media, type: string, mediaLink: MediaLink): WrapperMedia {
  const { id, link, caption, filename, mime, sha256 } = media;
  return present({
    id,
    link: id === undefined ? link : mediaLink(id, false),
    linkSecure: id === undefined ? undefined : mediaLink(id, true),
    caption,
    filename,
    mime_type: mime,
    sha256,
    type,
  });
}

/** A contact card as one line of text, for receivers that know no cards. */
function cardText({ name, phones = [], emails = [] }: ContactCard): string {
  const addresses = [...phones.map(({ phone }) => phone), ...emails.map(({ email }) => email)];
  return [name?.formatted_name ?? name?.first_name, ...addresses].filter((part) => part).join(', ');
}

function pressOf({ code, label, desc }: NonNullable<Content['press']>): WrapperMessage {
  return {
    input: { reply_id: code },
    form: present({ reply_id: code, reply_title: label, reply_desc: desc }),
  };
}

/** What the documented words cannot tell, in ours. */
function originalOf({ type, cards, reaction, unsupported }: Content): Record<string, unknown> | undefined {
  if (!nearest[type] || type === 'sticker') return undefined;
  return present({ type, contacts: cards, reaction, unsupported });
}

/** What became of a message (decision D61). */
export function wrapperStatusOf({
  messageId,
  providerId,
  short,
  timestamp,
  errors,
  contact,
  session,
}: EventData['message.status']): WrapperStatus {
  return present({
    id: messageId,
    messageIdExt: providerId,
    contactId: contact.id,
    status: short,
    timestamp,
    errors: errors.length > 0 ? errors : undefined,
    session: session && msgSessionOf(session),
  });
}
