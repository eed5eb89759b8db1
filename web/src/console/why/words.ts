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
