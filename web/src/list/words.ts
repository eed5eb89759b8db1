import type { I18n, MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import type { ThreadMessage, Tick } from '../api/message-types.ts';

/** What a message without text is called in a line. */
export const typeWords: Record<string, MessageDescriptor> = {
  image: msg`Photo`,
  video: msg`Video`,
  audio: msg`Audio`,
  voice: msg`Voice message`,
  document: msg`Document`,
  sticker: msg`Sticker`,
  location: msg`Location`,
  contacts: msg`Contact card`,
  template: msg`Template`,
  reaction: msg`Reaction`,
  unsupported: msg`Unsupported message`,
  optin: msg`Wants messages again`,
  optout: msg`Wants no more messages`,
};

/** The text of a message, or the word for what it is. */
export function saidIn({ content }: Pick<ThreadMessage, 'content'>, i18n: I18n): string {
  const word = typeWords[content.type];
  return content.text || content.media?.caption || content.template?.body || (word ? i18n._(word) : '');
}

export const tickWords: Record<Tick, MessageDescriptor> = {
  scheduled: msg`Scheduled`,
  queued: msg`Queued`,
  sending: msg`Sending`,
  sent: msg`Sent`,
  delivered: msg`Delivered`,
  read: msg`Read`,
  failed: msg`Failed`,
  deleted: msg`Deleted`,
};

export const stateWords: Record<string, MessageDescriptor> = {
  open: msg`Open`,
  snoozed: msg`Snoozed`,
  resolved: msg`Resolved`,
  closed: msg`Closed`,
  any: msg`Any state`,
};
