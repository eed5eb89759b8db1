import type { MessageDescriptor } from '@lingui/core';
import { msg, plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { useLingui as useMacro } from '@lingui/react/macro';
import type { Endpoint } from './endpoint.ts';

/** Every type of events in a few words, in the order in which they are chosen from. */
const events: Record<string, MessageDescriptor> = {
  'message.received': msg`A customer wrote`,
  'message.accepted': msg`A message was accepted for sending`,
  'message.status': msg`A message went on: sent, delivered, read, failed`,
  'message.deleted': msg`A message was deleted`,
  'session.opened': msg`A conversation began`,
  'session.routed': msg`A conversation came to a queue`,
  'session.assigned': msg`A conversation was assigned`,
  'session.resolved': msg`A conversation was resolved or reopened`,
  'session.snoozed': msg`A conversation rests, or is awake again`,
  'session.closed': msg`A conversation was closed`,
  'note.added': msg`A note was written`,
  'contact.created': msg`A customer became known`,
  'contact.updated': msg`What is known of a customer changed`,
  'contact.assigned': msg`A customer got another owner`,
  'action.triggered': msg`A button was pressed`,
  'channel.event': msg`A channel told something`,
  'channel.attention': msg`A channel needs attention`,
  'template.status': msg`The approval of a template changed`,
  'endpoint.failing': msg`A webhook keeps failing`,
  'customer.event': msg`An app told something of a customer`,
};

/** What events are called; what a newer server knows and this screen does not is told by its code. */
export function useEventWords() {
  const { _: t } = useLingui();
  return {
    event: (type: string): string => (events[type] ? t(events[type]) : type),
    all: (): [string, string][] => Object.entries(events).map(([type, word]) => [type, t(word)]),
  };
}

/** What an endpoint hears, in a few words. */
export function useHears(): (endpoint: Pick<Endpoint, 'types' | 'topic'>) => string {
  const { t } = useMacro();
  const { event } = useEventWords();
  return ({ types, topic }) => {
    if (topic !== undefined) return topic;
    if (!types) return t`everything`;
    const [first] = types;
    if (types.length === 1 && first) return event(first);
    const many = types.length;
    return t`${plural(many, { one: '# kind of events', other: '# kinds of events' })}`;
  };
}

/** Why a call came to nothing before there was an answer, by how far it came. */
const stages: Record<string, MessageDescriptor> = {
  invalid: msg`The call cannot be made as it is: look at the address.`,
  blocked: msg`The address lies in a private network, and calls there are not allowed. Whoever runs the server can allow it (ALLOW_PRIVATE_TARGETS).`,
  dns: msg`Nobody knows the name in the address. Look for a typing error.`,
  connect: msg`No connection could be made. Is the receiver running, and can it be reached from this server?`,
  tls: msg`The certificate of the receiver is not good. Renew it, or have the whole chain sent along.`,
  timeout: msg`There was no answer in time. Answer first, and do the work afterwards.`,
  reset: msg`The receiver broke off before it had answered. Its own log says why.`,
};

/** What an answer means, and what to do; without a status nothing was answered. */
function meaning(status: number | undefined, stage: string | undefined): MessageDescriptor {
  if (status === undefined)
    return (
      stages[stage ?? ''] ?? msg`Nothing was answered. Is the receiver running, and is the address right?`
    );
  if (status >= 200 && status < 300) return msg`The receiver took it.`;
  if (status >= 300 && status < 400)
    return msg`The receiver points to another address, which is never followed. Enter that address here.`;
  if (status === 401 || status === 403)
    return msg`The receiver does not believe that the call is ours. Compare the secret and the verify token there with those here.`;
  if (status === 404 || status === 405)
    return msg`There is nothing at this address that takes calls. Compare it with what the receiver listens to.`;
  if (status === 408 || status === 429) return msg`The receiver is too busy: it asks to be called later.`;
  if (status === 410)
    return msg`The receiver says that it is gone for good: with that the webhook is out of use.`;
  if (status === 413) return msg`The call is larger than the receiver takes.`;
  if (status < 500) return msg`The receiver does not understand the call. Its answer says more.`;
  if (status === 502 || status === 503 || status === 504)
    return msg`Something in front of the receiver answers for it: it is down or overloaded.`;
  return msg`The receiver itself failed. Its own log says why.`;
}

/** What an answer means in plain words, with the cure. */
export function useAnswerWords(): (answer: {
  status?: number | undefined;
  stage?: string | undefined;
}) => string {
  const { _: t } = useLingui();
  return ({ status, stage }) => t(meaning(status, stage));
}
