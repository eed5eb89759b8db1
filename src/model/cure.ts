import type { FailureClass } from './failure.ts';

/** What a person can do about each kind of failure, in plain words. */
export const cures: Readonly<Record<FailureClass, string>> = {
  INVALID_RECIPIENT:
    'Check the address: number with country code, no typing error, an account on this channel.',
  UNREACHABLE: 'Try another channel, or later: the recipient’s device or mailbox takes nothing now.',
  OPTED_OUT: 'Do not write again until the person writes first or opts in.',
  OUTSIDE_WINDOW: 'Send an approved template; when the person answers, free texts are possible again.',
  CONTENT_REJECTED: 'Change the content: the provider’s own words beside this say what it does not take.',
  CONTENT_TOO_LONG: 'Shorten the message, or send it in parts.',
  NOT_SUPPORTED: 'Send it as another type, or over a channel that carries this one.',
  TEMPLATE: 'Compare the template with what the provider approved: name, language, number of values.',
  MEDIA: 'Check that the file can be fetched, is of a type that the channel takes, and is not too large.',
  RATE_LIMITED:
    'Nothing to do: it is sent as soon as the provider allows. If it happens often, send more slowly.',
  QUOTA: 'Raise the quota or top up the balance at the provider; it is tried again every hour.',
  UNAVAILABLE:
    'Nothing to do: it is tried again for 24 hours. If it stays so, look at the provider’s status page.',
  OUTCOME_UNKNOWN:
    'Ask the person, or look at the provider’s log, before you send it again: it may have arrived.',
  AUTH: 'Enter valid credentials in the settings of the channel; what waits is sent then.',
  CONFIG: 'Correct the settings of the channel: the provider’s own words beside this say what is wrong.',
  INTERNAL: 'Look at the server’s log at this time, and report it: this is a fault of the connector.',
};
