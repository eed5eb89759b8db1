import type { ContactType } from '../../model/contact.ts';
import { SendFailure } from '../../model/failure.ts';
import type { Content, Media, MessageType } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { Outgoing } from '../channel.ts';

/** What the connector is posted: an `OutBoundMsg` with our id, and everything the connector may need. */
export interface Posted {
  /** Our id of the message: the same in every attempt, so that a repeat can be told. */
  id: string;
  channelId: string;
  to: { contactId: string; csid: string; phone?: string; email?: string; name?: string };
  type: string;
  options?: { buttons: NonNullable<Content['buttons']> };
  /** The channel's own id of the message that this one answers. */
  replyIdExt?: string;
  [block: string]: unknown;
}

/**
 * A message in the words of `message/send` (xms.md sections 7 and 10). Templates have become text or a
 * file before: throws NOT_SUPPORTED for what those words cannot tell.
 */
export function postedOf(message: Outgoing, contactType: ContactType): Posted {
  const { id, channelId, contactId, csid, name, content, replyIdExt } = message;
  return {
    id,
    channelId,
    to: { contactId, csid, ...addressOf(csid, contactType), ...(name !== undefined && { name }) },
    ...blockOf(content),
    ...(content.buttons?.length && { options: { buttons: content.buttons } }),
    ...(replyIdExt !== undefined && { replyIdExt }),
  };
}

/** The address once more under the name that `message/send` has for it. */
function addressOf(csid: string, contactType: ContactType): { phone?: string; email?: string } {
  if (contactType === 'EMAIL') return { email: csid };
  return contactType === 'SMS' || contactType === 'WHATSAPP' ? { phone: csid } : {};
}

/** Types under another name: stickers have no word of their own (decision D22). */
const fileTypes: Partial<Record<MessageType, string>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  voice: 'voice',
  document: 'document',
  sticker: 'image',
};

function blockOf(content: Content): { type: string; [block: string]: unknown } {
  const { type, text, subject, media, location, cards } = content;
  const file = fileTypes[type];
  if (type === 'text') return { type, text: present({ body: text ?? '', subject }) };
  if (type === 'location' && location) return { type, location };
  if (type === 'contacts' && cards) return { type, contacts: cards };
  if (file && media) return { type: file, [file]: fileOf(media) };
  throw new SendFailure({
    class: 'NOT_SUPPORTED',
    text: `A connector cannot be told a message of type ${type}.`,
  });
}

function fileOf({ link, caption, filename, mime }: Media) {
  if (link === undefined) {
    throw new SendFailure({
      class: 'NOT_SUPPORTED',
      code: 'NO_LINK',
      text: 'The file has no address to fetch it from.',
    });
  }
  return present({ link, caption, filename, mime_type: mime });
}
