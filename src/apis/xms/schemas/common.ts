import type { Static } from 'typebox';
import { contactTypes } from '../../../model/contact.ts';
import { also, dto, free, int, list, long, longs, oneOf, someOf, text } from './kit.ts';

export const contactTypeNames = Object.keys(contactTypes) as (keyof typeof contactTypes)[];

export const contactType = oneOf(contactTypeNames, 'Kind of address that the person is reached at.');

export const CommonMsgLocation = dto('CommonMsgLocation', {
  address: text('Postal address.'),
  latitude: text('Degrees north, as decimal text.'),
  longitude: text('Degrees east, as decimal text.'),
  name: text('What the place is called.'),
  url: text('A page about the place.'),
});

export const TmplElement = dto(
  'TmplElement',
  {
    code: text('Comes back when the person chooses it; the label when absent.'),
    desc: text('A second line, where the channel shows one.'),
    label: text('What the person reads.'),
    name: text(),
    phone: text('Number that a PHONE_NUMBER button calls.'),
    type: someOf(
      ['QUICK_REPLY', 'URL', 'PHONE_NUMBER'],
      'QUICK_REPLY when absent; LOCATION_REQUEST asks where the person is.',
    ),
    url: text('Address that a URL button opens.'),
    /** Decision D40: some clients call the label so. */
    text: also(text('Read as the label.')),
  },
  { 'x-from-text': 'label' },
);

export const Attachment = dto('Attachment', {
  mediaCaption: text('Text shown with the file.'),
  mediaCode: text(),
  mediaId: text('Id of the file on this server.'),
  mediaMimeType: text('What kind of bytes the file holds.'),
  mediaName: text('Name of the file.'),
  mediaSrc: text('Where the file came from.'),
  mediaSubType: someOf(['STORY_MENTION', 'SHARE etc']),
  mediaType: someOf(['IMAGE', 'DOCUMENT', 'TEXT', 'PDF', 'VIDEO', 'URL'], 'Kind of file; AUDIO too.'),
  mediaURL: text('Where the file can be fetched.'),
});

export const Contactable = dto('Contactable', {
  channelType: text('First part of the channel id.'),
  contactId: text('Id of the contact.'),
  contactType: text('Kind of address.'),
  csid: text("The person's address inside the channel."),
  email: text(),
  lane: text('Our side of the conversation.'),
  name: text(),
  phone: text(),
});

export const MessageRouter = dto('MessageRouter', {
  queueCode: text('Queue that holds the session.'),
  routerId: text('Id of the routing.'),
  sendMode: text(),
  senderApp: text('App that sent the message.'),
  senderCode: text('Code of the agent or app that sent it.'),
  senderType: text('Who sent it: AGENT, BOT or API.'),
});

export const TagDocument = dto('TagDocument', {
  categories: list(text()),
  cities: list(text()),
  countries: list(text()),
  langs: list(text()),
  locations: list(text()),
  organizations: list(text()),
  persons: list(text()),
  sentimentScore: int(),
  sentiments: list(text()),
});

/** A contact card as a session's history shows it. */
export const PBVCard = dto('PBVCard', {
  addresses: list(
    dto('PBAddress', {
      city: text(),
      country: text(),
      countryCode: text(),
      state: text(),
      street: text(),
      type: text(),
      uuid: text(),
      zip: text(),
    }),
  ),
  dates: list(dto('PBDate', { date: text(), label: text(), type: text() })),
  emails: list(dto('PBEmail', { email: text(), label: text(), type: text(), uuid: text() })),
  ims: list(dto('PBSocial', { service: text(), userid: text() })),
  locations: list(
    dto('PBLocation', { address: text(), latitude: text(), longitude: text(), name: text(), url: text() }),
  ),
  name: dto('PBName', { firstName: text(), formattedName: text(), lastName: text(), middleName: text() }),
  phones: list(
    dto('PBPhone', {
      country: text(),
      countryCallingCode: text(),
      ext: text(),
      label: text(),
      nationalNumber: text(),
      phone: text(),
      type: text(),
      uuid: text(),
      whatsAppId: text(),
    }),
  ),
  urls: list(dto('PBWebsite', { label: text(), type: text(), url: text(), uuid: text() })),
  work: list(dto('PBWork', { company: text(), department: text(), title: text() })),
});

/** One line of a session's history (decision D54). */
export const ChatMessageDTO = dto('ChatMessageDTO', {
  action: text(),
  attachments: list(Attachment, 'Files of the message.'),
  bulkSessionId: text(),
  contact: Contactable,
  logs: list(free()),
  messageId: text('Id of the message.'),
  messageIdExt: text("The channel's id of the message."),
  messageIdRef: text(),
  meta: free(),
  name: text('Name of the person or of the sender.'),
  options: free('Choices that were offered.'),
  replyId: text('Id of the message that this one answers.'),
  replyIdExt: text("The channel's id of the message that this one answers."),
  replyTo: free(),
  route: MessageRouter,
  sender: text('Who wrote it: the contact id, or the code of the sender.'),
  sessionId: text('Id of the session.'),
  stamps: longs('When each status was first reached.'),
  status: text('The status reached so far.'),
  tags: TagDocument,
  template: text('Code of the template.'),
  templateId: text('Id of the template.'),
  text: text('What the message says, as plain text.'),
  timestamp: long('When it was written.'),
  type: text('I: from the person, O: to the person, L: a line of the log, N: a note.'),
  vccards: list(PBVCard, 'Contact cards and places.'),
});

export type ChatMessage = Static<typeof ChatMessageDTO>;
