import type { Static } from 'typebox';
import type { Contact } from '../../model/contact.ts';
import {
  type Button,
  type ContactCard,
  type Content,
  type Location,
  type Media,
  type MediaType,
  type Message,
  masked,
  plainText,
} from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { Attachment, ChatMessage, PBVCard } from './schemas/common.ts';
import { contactableOf } from './words-events.ts';

const mediaTypes: Record<MediaType, string> = {
  image: 'IMAGE',
  sticker: 'IMAGE',
  video: 'VIDEO',
  audio: 'AUDIO',
  voice: 'AUDIO',
  document: 'DOCUMENT',
};

/** A file as history and templates show it. */
export function attachmentOf(media: Media, type: MediaType): Static<typeof Attachment> {
  return present({
    mediaId: media.id,
    mediaType: mediaTypes[type],
    mediaURL: media.link,
    mediaName: media.filename,
    mediaCaption: media.caption,
    mediaMimeType: media.mime,
  });
}

/** Choices as they are sent. */
export function optionsOf(buttons: Button[]): Record<string, unknown> {
  return { buttons: buttons.map((button) => ({ ...button })) };
}

/** A line of a session's history (decision D54). What is to be hidden is hidden from the start (D37). */
export function chatMessageOf(message: Message, contact: Contact | undefined): ChatMessage {
  const content = message.mask ? masked(message.content) : message.content;
  const person = contact && contactableOf(contact);
  const isIn = message.direction === 'I';
  return present({
    messageId: message.id,
    messageIdExt: message.providerId,
    sessionId: message.sessionId,
    type: message.direction,
    timestamp: message.timestamp,
    status: message.status,
    stamps: { ...message.stamps } as Record<string, number>,
    text: plainText(content) || undefined,
    ...blocksOf(content),
    replyId: message.replyId,
    replyIdExt: message.replyIdExt,
    contact: person,
    name: isIn ? person?.name : undefined,
    sender: isIn ? message.contactId : message.senderCode,
    route: isIn ? undefined : routeOf(message),
  });
}

function routeOf({ senderType, senderCode, appId }: Message): ChatMessage['route'] {
  return present({ senderType, senderCode, senderApp: appId });
}

function blocksOf(content: Content): ChatMessage {
  const { media, attachments = [], template, location, cards, buttons } = content;
  const files = [
    ...(media ? [attachmentOf(media, content.type as MediaType)] : []),
    ...(template?.media ? [attachmentOf(template.media, template.media.type)] : []),
    ...attachments.map((file) => attachmentOf(file, file.type)),
  ];
  const vccards = [...(cards ?? []).map(vcardOf), ...(location ? [placeOf(location)] : [])];
  return present({
    attachments: files.length > 0 ? files : undefined,
    template: template?.code,
    templateId: template?.id,
    vccards: vccards.length > 0 ? vccards : undefined,
    options: buttons && optionsOf(buttons),
  });
}

type Card = Static<typeof PBVCard>;

function placeOf(location: Location): Card {
  return { locations: [{ ...location }] };
}

/** A contact card: the history has other names for its parts than messages have. */
function vcardOf({ name, birthday, phones, emails, addresses, org, urls, ims }: ContactCard): Card {
  return present({
    name:
      name &&
      present({
        formattedName: name.formatted_name,
        firstName: name.first_name,
        lastName: name.last_name,
      }),
    dates: birthday === undefined ? undefined : [{ date: birthday, type: 'BIRTHDAY' }],
    phones: phones?.map(({ phone, type, wa_id }) => present({ phone, type, whatsAppId: wa_id })),
    emails,
    addresses: addresses?.map(({ country_code, ...rest }) => present({ ...rest, countryCode: country_code })),
    work: org && [{ ...org }],
    urls,
    ims,
  });
}
