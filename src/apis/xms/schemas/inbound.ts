import type { Static } from 'typebox';
import { CommonMsgLocation, Contactable, contactType, MessageRouter, TagDocument } from './common.ts';
import { also, anything, dto, flag, free, list, long, oneOf, someOf, text } from './kit.ts';

/** Short codes of a message's life (section 4). */
export const shortStatuses = ['READ', 'DLVRD', 'SENT', 'FAILD', 'DELTD'] as const;

/** Types of a message from a person. */
export const inTypes = [
  'audio',
  'document',
  'image',
  'location',
  'system',
  'text',
  'video',
  'voice',
] as const;

export const wrapperTypes = ['messages', 'actions', 'events', 'statuses'] as const;

export const InBoundMeta = dto('InBoundMeta', {
  appId: text('App whose webhook is called.'),
  debug: flag('A call for trying out.'),
  domain: text('Name of the business.'),
  server: text('The rest of the public host.'),
  /** Decision D57: these three. */
  appCode: also(text('Queue of the app.')),
  appMode: also(text('AGENT, BOT, SCRIPTUS, PUSH, WEBHOOK or NONE.')),
  appType: also(text('DEFAULT unless set.')),
});

const profile = {
  email: text('Mail address.'),
  name: text('Name.'),
  phone: text('Number.'),
};

/** Read, never sent: an older form has the number here (decision D58). */
const mobile = also(text('Read as phone.'));

export const InBoundContact = dto('InBoundContact', {
  businessProfile: dto('ContactBusinessProfile', {
    ...profile,
    profileId: text("Id of the person in the business's own system."),
  }),
  channelId: text('Channel of the conversation.'),
  contactId: text('Id of the contact.'),
  contactType,
  csid: text("The person's address inside the channel."),
  lane: text('Our side of the conversation.'),
  profile: dto('InBoundContactProfile', { ...profile, mobile }),
  /** Older place of it; read, never sent (decision D58). */
  profileId: also(text('Read as `businessProfile.profileId`.')),
});

export const InBoundMsgMedia = dto('InBoundMsgMedia', {
  caption: text('Text shown with the file.'),
  filename: text('Name of the file.'),
  id: text('Id of the file.'),
  link: text('Where the file can be fetched.'),
  linkSecure: text('The same for a limited time.'),
  mime_type: text('What kind of bytes the file holds.'),
  sha256: text('Checksum of the bytes.'),
  type: text('Type of the message.'),
});

export const MsgSession = dto('MsgSession', {
  assignedToAgent: text('Agent who holds the session.'),
  assignedToDept: text('Team that holds the session.'),
  routingId: text('Id of the last routing.'),
  sessionId: text('Id of the session.'),
});

export const InBoundMsg = dto('InBoundMsg', {
  attachments: list(InBoundMsgMedia, 'Files of the message.'),
  audio: InBoundMsgMedia,
  contactId: text('Who wrote.'),
  document: InBoundMsgMedia,
  from: text("The person's address inside the channel."),
  id: text('Id of the message.'),
  image: InBoundMsgMedia,
  location: CommonMsgLocation,
  messageIdExt: text("The channel's id of the message."),
  originalMessage: free('What was said, where these words cannot tell it.'),
  session: MsgSession,
  tags: TagDocument,
  text: dto('InBoundMsgText', {
    body: text('What was said.'),
    type: text('Type of the message.'),
    subject: also(text('Subject, on channels that have one.')),
  }),
  timestamp: long('When it was written.'),
  type: oneOf(inTypes, 'Which block holds the content.'),
  video: InBoundMsgMedia,
  voice: InBoundMsgMedia,
  sticker: also(InBoundMsgMedia),
  /** Of messages from a connector: which one this answers, in either form. */
  replyTo: also(
    dto('InBoundMsgReplyTo', {
      messageIdExt: text("The channel's id of the message that this one answers."),
    }),
  ),
  replyIdExt: also(text('Read as `replyTo.messageIdExt`.')),
  /** Decision D60: a pressed button, in both forms. */
  input: also(dto('InBoundMsgInput', { reply_id: text('Code of the button.') })),
  form: also(
    dto('FormReply', {
      reply_id: text('Code of the button.'),
      reply_title: text('Its label.'),
      reply_desc: text('Its second line.'),
      reply_json: anything(),
    }),
  ),
});

export const MessageReportError = dto('MessageReportError', {
  code: text('Code of the error; 470: outside the care window.'),
  details: text('More, where something more is known.'),
  href: text('A page about it.'),
  title: text('What went wrong.'),
});

export const InBoundMsgStatus = dto('InBoundMsgStatus', {
  contactId: text('Whom the message was for.'),
  errors: list(MessageReportError, 'Why it failed.'),
  id: text('Id of the message, as `message/send` answered it.'),
  messageIdExt: text("The channel's id of the message."),
  status: oneOf(shortStatuses, 'What became of it.'),
  timestamp: long('When.'),
  /** Decision D61. */
  session: also(MsgSession),
});

export const MessageSession = dto('MessageSession', {
  agent: text('Agent who holds the session.'),
  bot: text('Bot that holds the session.'),
  dept: text('Team that holds the session.'),
  firstMessage: flag('The first message ever of this contact.'),
  initMessage: flag('The message that opened the session.'),
  mode: text('Mode of the app that holds the session.'),
  queue: text('Queue that holds the session.'),
  resolved: flag('An agent marked it as done.'),
  routingId: text('New at each routing.'),
  sessionStamp: long('When the session began.'),
  ticketHash: text('Short public reference.'),
});

export const InBoundEvent = dto('InBoundEvent', {
  checksum: text(),
  contact: Contactable,
  contactId: text('Whom it is about.'),
  eventCode: text('What happened.'),
  eventId: text('Id of the event, the same whenever it is told.'),
  route: MessageRouter,
  session: MessageSession,
  sessionAssigned: dto('SessionAssigned', {
    newAgent: text(),
    newBot: text(),
    newDept: text(),
    oldAgent: text(),
    oldBot: text(),
    oldDept: text(),
  }),
  sessionId: text('Id of the session.'),
  sessionRouted: dto('SessionRouted', {
    params: free('As the caller of `session/routing` gave them.'),
    routingId: text('Id of this routing.'),
    sessionStart: flag('The session has just begun.'),
    sourceQueue: text('Where it was; not there at a start.'),
    targetQueue: text('Where it is now.'),
  }),
  trace: list(free()),
});

/** What a webhook call holds, and what a custom channel's connector may post. */
export const InBoundWrapper = dto('InBoundWrapper', {
  actions: list(dto('InBoundAction', { actionCode: text('The action that was pressed.') })),
  contacts: list(InBoundContact, 'Whom it is about: one, always there.'),
  events: list(InBoundEvent),
  messages: list(InBoundMsg),
  meta: InBoundMeta,
  statuses: list(InBoundMsgStatus),
  type: someOf(wrapperTypes, 'Which of the lists is filled.'),
});

export const ContactInfoUpdate = dto('ContactInfoUpdate', {
  email: text(),
  labels: list(
    dto('CustomerLabel', {
      format: oneOf(['MM/DD/YY'], 'Of dates.'),
      key: text('Unique.'),
      name: text('Shown; labels of one name are shown together. The key when absent.'),
      type: oneOf(['TEXT', 'DATE', 'NUMBER', 'LIST']),
      value: anything('Null takes the label away.'),
    }),
  ),
  mobile: text(),
  name: text(),
  profileId: text("Id of the person in the business's own system."),
});

export type Wrapper = Static<typeof InBoundWrapper>;
export type WrapperContact = Static<typeof InBoundContact>;
export type WrapperMessage = Static<typeof InBoundMsg>;
export type WrapperMedia = Static<typeof InBoundMsgMedia>;
export type WrapperStatus = Static<typeof InBoundMsgStatus>;
export type WrapperEvent = Static<typeof InBoundEvent>;
export type ContactInfo = Static<typeof ContactInfoUpdate>;
