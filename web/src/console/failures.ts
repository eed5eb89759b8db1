import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { failureTexts } from '../thread/failures.ts';

interface Words {
  /** In a list. */
  name: MessageDescriptor;
  /** What to do. */
  cure: MessageDescriptor;
}

/** Each class of failures of messages, as the API tells it. */
const failures: Record<string, Words> = {
  INVALID_RECIPIENT: {
    name: msg`There is no such recipient`,
    cure: msg`Check the address: number with country code, no typing error, an account on this channel.`,
  },
  UNREACHABLE: {
    name: msg`The recipient cannot be reached`,
    cure: msg`Try another channel, or later: the recipient’s device or mailbox takes nothing now.`,
  },
  OPTED_OUT: {
    name: msg`The recipient wants no messages`,
    cure: msg`Do not write again until the customer writes first or agrees again.`,
  },
  OUTSIDE_WINDOW: {
    name: msg`The reply window was closed`,
    cure: msg`Send an approved template; when the customer answers, free texts are possible again.`,
  },
  CONTENT_REJECTED: {
    name: msg`The provider refused the content`,
    cure: msg`Change the content: the provider’s own words say what it does not take.`,
  },
  CONTENT_TOO_LONG: {
    name: msg`Longer than the channel carries`,
    cure: msg`Shorten the message, or send it in parts.`,
  },
  NOT_SUPPORTED: {
    name: msg`The channel cannot carry such a message`,
    cure: msg`Send it as another type, or over a channel that carries this one.`,
  },
  TEMPLATE: {
    name: msg`The provider refused the template`,
    cure: msg`Compare the template with what the provider approved: name, language, number of values.`,
  },
  MEDIA: {
    name: msg`The provider could not use the file`,
    cure: msg`Check that the file can be fetched, is of a type that the channel takes, and is not too large.`,
  },
  RATE_LIMITED: {
    name: msg`Sent too fast`,
    cure: msg`Nothing to do: it is sent as soon as the provider allows. If it happens often, send more slowly.`,
  },
  QUOTA: {
    name: msg`Quota or balance used up`,
    cure: msg`Raise the quota or top up the balance at the provider; it is tried again every hour.`,
  },
  UNAVAILABLE: {
    name: msg`The provider could not be reached`,
    cure: msg`Nothing to do: it is tried again for 24 hours. If it stays so, look at the provider’s status page.`,
  },
  OUTCOME_UNKNOWN: {
    name: msg`The provider did not say what became of it`,
    cure: msg`Ask the person, or look at the provider’s log, before you send it again: it may have arrived.`,
  },
  AUTH: {
    name: msg`The provider refused the credentials`,
    cure: msg`Enter valid credentials in the settings of the channel; what waits is sent then.`,
  },
  CONFIG: {
    name: msg`The channel is not set up correctly`,
    cure: msg`Correct the settings of the channel: the provider’s own words say what is wrong.`,
  },
  INTERNAL: {
    name: msg`The connector failed`,
    cure: msg`Look at the server’s log at this time, and report it.`,
  },
};

/** What a class of failures is called in the language of the screen; undefined: this screen does not know it. */
export function useFailureName(): (kind: string) => string | undefined {
  const { _: t } = useLingui();
  return (kind) => (failures[kind] ? t(failures[kind].name) : undefined);
}

/** What a failure is and what to do about it, in the language of the screen. */
export function useFailureWords(): (failure: { class: string; text: string; cure: string }) => {
  text: string;
  cure: string;
} {
  const { _: t } = useLingui();
  return ({ class: kind, text, cure }) => {
    const words = failures[kind];
    const known = failureTexts[kind];
    return { text: known ? t(known) : text, cure: words ? t(words.cure) : cure };
  };
}
