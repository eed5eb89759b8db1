import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';

/** Why a message did not arrive, by the class of the failure. */
export const failureTexts: Record<string, MessageDescriptor> = {
  INVALID_RECIPIENT: msg`There is no such recipient on this channel.`,
  UNREACHABLE: msg`The recipient exists but cannot be reached.`,
  OPTED_OUT: msg`The recipient does not want messages from this sender.`,
  OUTSIDE_WINDOW: msg`The reply window was closed: the customer has not written for too long.`,
  CONTENT_REJECTED: msg`The provider refused the content.`,
  CONTENT_TOO_LONG: msg`The message is longer than the channel carries.`,
  NOT_SUPPORTED: msg`This channel cannot carry such a message.`,
  TEMPLATE: msg`The provider refused the template.`,
  MEDIA: msg`The provider could not use the file.`,
  RATE_LIMITED: msg`It was sent faster than the channel allows.`,
  QUOTA: msg`The quota or the balance at the provider is used up.`,
  UNAVAILABLE: msg`The provider cannot be reached.`,
  OUTCOME_UNKNOWN: msg`The provider did not say whether it took the message.`,
  AUTH: msg`The provider refuses the credentials.`,
  CONFIG: msg`The provider says that the channel is not set up correctly.`,
  INTERNAL: msg`The connector failed: this is a fault of the server.`,
};
