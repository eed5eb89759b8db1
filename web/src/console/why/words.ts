import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import {
  type Icon,
  IconAlertTriangle,
  IconCheck,
  IconChecks,
  IconCircleX,
  IconClock,
  IconCornerDownLeft,
  IconEye,
  IconTrash,
} from '@tabler/icons-react';
import type { Tone } from '../ui/mark.tsx';

/** Each status: a sentence for the time line, a word for lists, and its mark. */
const statuses: Record<string, [said: MessageDescriptor, word: MessageDescriptor, icon: Icon, tone: Tone]> = {
  SCHLD: [msg`It was accepted, to be sent later.`, msg`Scheduled`, IconClock, 'muted'],
  CRTD: [msg`It was accepted and stored.`, msg`On its way`, IconClock, 'muted'],
  INIT: [msg`It was its turn.`, msg`On its way`, IconClock, 'muted'],
  SENT: [msg`It was handed to the channel.`, msg`On its way`, IconClock, 'muted'],
  RECEIVD: [msg`It came in from the customer.`, msg`Received`, IconCornerDownLeft, 'ok'],
  FORWARDED: [msg`The app’s webhook took it.`, msg`Received`, IconCornerDownLeft, 'ok'],
  FORWARD_ERR: [msg`The app’s webhook did not take it.`, msg`Received`, IconAlertTriangle, 'warn'],
  STATUS_FORWARD_ERR: [
    msg`A status could not be told to the app’s webhook.`,
    msg`On its way`,
    IconAlertTriangle,
    'warn',
  ],
  SENTX: [msg`The provider took it.`, msg`Sent`, IconCheck, 'ok'],
  DLVRD: [msg`It reached the customer’s device.`, msg`Delivered`, IconChecks, 'ok'],
  READ: [msg`The customer has seen it.`, msg`Read`, IconEye, 'ok'],
  NSENT: [msg`It was not sent.`, msg`Failed`, IconCircleX, 'danger'],
  LIMIT: [msg`A limit of the channel kept it from being sent.`, msg`Failed`, IconCircleX, 'danger'],
  SENT_EXC: [msg`Nobody knows whether it was sent.`, msg`Uncertain`, IconAlertTriangle, 'warn'],
  SENT_ERR: [msg`The provider refused it.`, msg`Failed`, IconCircleX, 'danger'],
  FAILD: [msg`It could not be sent as long as it was worth sending.`, msg`Failed`, IconCircleX, 'danger'],
  SENTX_ERR: [msg`The provider took it, and could not deliver it.`, msg`Failed`, IconCircleX, 'danger'],
  CCWIN: [msg`It was outside of the care window.`, msg`Failed`, IconCircleX, 'danger'],
  BLCKD: [msg`The customer does not want it.`, msg`Failed`, IconCircleX, 'danger'],
  DELTD: [msg`It was deleted.`, msg`Deleted`, IconTrash, 'muted'],
};

/** How statuses are told. What a newer server knows and this screen does not is told as it is. */
export function useStatusWords() {
  const { _: t } = useLingui();
  return (status: string): { said: string; word: string; icon: Icon; tone: Tone } => {
    const [said, word, icon = IconClock, tone = 'muted'] = statuses[status] ?? [];
    return { said: said ? t(said) : status, word: word ? t(word) : status, icon, tone };
  };
}

/** Each class of failures: what it is, and what to do. */
const failures: Record<string, [text: MessageDescriptor, cure: MessageDescriptor]> = {
  INVALID_RECIPIENT: [
    msg`There is no such recipient on this channel.`,
    msg`Check the address: number with country code, no typing error, an account on this channel.`,
  ],
  UNREACHABLE: [
    msg`The recipient exists but cannot be reached.`,
    msg`Try another channel, or later: the recipient’s device or mailbox takes nothing now.`,
  ],
  OPTED_OUT: [
    msg`The recipient does not want messages from this sender.`,
    msg`Do not write again until the customer writes first or agrees again.`,
  ],
  OUTSIDE_WINDOW: [
    msg`The care window is closed: the customer has not written for too long.`,
    msg`Send an approved template; when the customer answers, free texts are possible again.`,
  ],
  CONTENT_REJECTED: [
    msg`The provider refused the content.`,
    msg`Change the content: the provider’s own words say what it does not take.`,
  ],
  CONTENT_TOO_LONG: [
    msg`The message is longer than the channel carries.`,
    msg`Shorten the message, or send it in parts.`,
  ],
  NOT_SUPPORTED: [
    msg`This channel cannot carry such a message.`,
    msg`Send it as another type, or over a channel that carries this one.`,
  ],
  TEMPLATE: [
    msg`The provider refused the template.`,
    msg`Compare the template with what the provider approved: name, language, number of values.`,
  ],
  MEDIA: [
    msg`The provider could not use the file.`,
    msg`Check that the file can be fetched, is of a type that the channel takes, and is not too large.`,
  ],
  RATE_LIMITED: [
    msg`It was sent faster than the channel allows.`,
    msg`Nothing to do: it is sent as soon as the provider allows. If it happens often, send more slowly.`,
  ],
  QUOTA: [
    msg`The quota or the balance at the provider is used up.`,
    msg`Raise the quota or top up the balance at the provider; it is tried again every hour.`,
  ],
  UNAVAILABLE: [
    msg`The provider cannot be reached.`,
    msg`Nothing to do: it is tried again for 24 hours. If it stays so, look at the provider’s status page.`,
  ],
  OUTCOME_UNKNOWN: [
    msg`The provider did not say whether it took the message.`,
    msg`Ask the person, or look at the provider’s log, before you send it again: it may have arrived.`,
  ],
  AUTH: [
    msg`The provider refuses the credentials.`,
    msg`Enter valid credentials in the settings of the channel; what waits is sent then.`,
  ],
  CONFIG: [
    msg`The provider says that the channel is not set up correctly.`,
    msg`Correct the settings of the channel: the provider’s own words say what is wrong.`,
  ],
  INTERNAL: [
    msg`The connector failed: this is a fault of the server.`,
    msg`Look at the server’s log at this time, and report it.`,
  ],
};

/** What a failure is and what to do about it, in the language of the screen. */
export function useFailureWords(): (failure: { class: string; text: string; cure: string }) => {
  text: string;
  cure: string;
} {
  const { _: t } = useLingui();
  return ({ class: kind, text, cure }) => {
    const words = failures[kind];
    return words ? { text: t(words[0]), cure: t(words[1]) } : { text, cure };
  };
}
