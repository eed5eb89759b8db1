import type { Static } from 'typebox';
import { CommonMsgLocation, TmplElement } from './common.ts';
import { also, dto, flag, free, list, someOf, text } from './kit.ts';

/** The documented types of an outgoing message (section 4); others are refused by name (decision D22). */
export const outTypes = [
  'audio',
  'document',
  'image',
  'location',
  'system',
  'text',
  'video',
  'voice',
  'contacts',
  'template',
  'optin',
  'optout',
] as const;

export const OutBoundContact = dto('OutBoundContact', {
  contactId: text('The contact, as inbound messages name it. Wins over the other two.'),
  email: text('Mail address of the person.'),
  name: text('Name of the person, for this message.'),
  phone: text('Number of the person, with country code.'),
});

export const OutBoundMsgMedia = dto('OutBoundMsgMedia', {
  caption: text('Text shown with the file.'),
  filename: text('Name under which the person sees the file.'),
  link: text('Public address of the file.'),
});

export const OutBoundMsgText = dto('OutBoundMsgText', {
  body: text('What to say.'),
  /** Decision D36. */
  subject: also(text('Subject, on channels that have one.')),
});

export const CommonTemplateMeta = dto('CommonTemplateMeta', {
  code: text('Code of the template.'),
  data: free('Values of the placeholders `{{data.…}}`.'),
  id: text('Id of the template variant. Wins over the code.'),
  lang: text('Language wanted.'),
  linked: text('Kept, without effect.'),
});

export const CommonMsgOptions = dto('CommonMsgOptions', {
  buttons: list(TmplElement, 'Choices offered with the message.'),
});

export const CommonMsgContactCard = dto('CommonMsgContactCard', {
  addresses: list(
    dto('OutBoundMsgContactAddress', {
      city: text(),
      country: text(),
      country_code: text(),
      state: text(),
      street: text(),
      type: text(),
      zip: text(),
    }),
  ),
  birthday: text(),
  emails: list(dto('OutBoundMsgContactEmail', { email: text(), type: text() })),
  ims: list(dto('OutBoundMsgContactSocial', { service: text(), userid: text() })),
  name: dto('OutBoundMsgContactName', { first_name: text(), formatted_name: text(), last_name: text() }),
  org: dto('OutBoundMsgContactOrg', { company: text(), department: text(), title: text() }),
  phones: list(dto('OutBoundMsgContactPhone', { phone: text(), type: text(), wa_id: text() })),
  urls: list(dto('OutBoundMsgContactUrl', { type: text(), url: text() })),
});

/** A message to send. */
export const OutBoundMsg = dto('OutBoundMsg', {
  audio: OutBoundMsgMedia,
  channelId: text('Channel to send it on; may be left out with `to.contactId`.'),
  contacts: list(CommonMsgContactCard, 'Contact cards, for type contacts.'),
  document: OutBoundMsgMedia,
  image: OutBoundMsgMedia,
  location: CommonMsgLocation,
  mask: flag('Hide the content from logs and screens once it is handed over.'),
  options: CommonMsgOptions,
  template: CommonTemplateMeta,
  text: OutBoundMsgText,
  to: OutBoundContact,
  type: someOf(outTypes, 'Which block holds the content; found by the blocks present when absent.'),
  video: OutBoundMsgMedia,
  /** A documented type without a property; clients send it (section 7). */
  voice: also(OutBoundMsgMedia),
  /** Decision D36. */
  subject: also(text('Subject, on channels that have one; `text.subject` wins.')),
});

export const OutBoundReciept = dto('OutBoundReciept', {
  id: text('Id of the message, as its statuses will name it.'),
});

export type OutBound = Static<typeof OutBoundMsg>;
export type Receipt = Static<typeof OutBoundReciept>;
