import type {
  ContactSnapshot,
  EventData,
  EventType,
  MessageSnapshot,
  StoredEvent,
} from '../../model/event.ts';
import type { ShortStatus } from '../../model/status.ts';
import type { Recipient, RenderedEvent } from '../surface.ts';
import { messageParts, sentTypeOf } from './message-words.ts';
import { nameOf, platformOf } from './people.ts';
import type { EventName } from './topics.ts';
import { secondsTime } from './words.ts';

type Flat = Record<string, unknown>;
type Event<T extends EventType> = Extract<StoredEvent, { type: T }>;
type Teller<T extends EventType> = (event: Event<T>, to: Recipient) => Flat | undefined;

/** Business and person, as every payload about a person begins (azeer.md 7.3). */
function about(contact: ContactSnapshot, { business }: Recipient): Flat {
  return { business_id: business.uuid, contact_id: contact.no, contact_name: nameOf(contact) };
}

/** The business's number: digits, where our side of the lane is a number at all. */
const ourSide = ({ lane }: ContactSnapshot) => lane;

function messageOf(
  { contact, message }: { contact: ContactSnapshot; message: MessageSnapshot },
  direction: 'in' | 'out',
  to: Recipient,
): Flat {
  const [person, business] = [contact.csid, ourSide(contact)];
  const isIn = direction === 'in';
  return {
    ...about(contact, to),
    direction,
    from: isIn ? person : business,
    to: isIn ? business : person,
    // Of our own messages the id that sending answered: the provider's is not known yet.
    id: isIn ? (message.providerId ?? message.id) : message.id,
    message_id: message.no,
    parent_message_id: message.replyNo ?? null,
    platform: platformOf(contact),
    timestamp: secondsTime(message.timestamp),
    type: 'message',
    ...messageParts(message.content, to.mediaLink),
  };
}

const statuses: Partial<Record<ShortStatus, string>> = {
  SENT: 'sent',
  DLVRD: 'delivered',
  READ: 'read',
  FAILD: 'failed',
};

function statusOf(data: EventData['message.status'], to: Recipient): Flat | undefined {
  const { contact, short, timestamp, errors } = data;
  const status = statuses[short];
  if (status === undefined) return undefined;
  const [failure] = errors;
  return {
    ...about(contact, to),
    direction: 'out',
    from: ourSide(contact),
    to: contact.csid,
    id: data.messageId,
    message_id: data.no,
    message_type: sentTypeOf(data.messageType, data.hasButtons === true),
    platform: platformOf(contact),
    timestamp: secondsTime(timestamp),
    type: 'status',
    status,
    ...(status === 'failed' && { error: failure ? (failure.details ?? failure.title) : 'It failed' }),
  };
}

/** A person, or the conversation with one (azeer.md 7.4). */
function personOf(contact: ContactSnapshot, at: number, type: 'contact' | 'chat', to: Recipient): Flat {
  return {
    ...about(contact, to),
    platform: platformOf(contact),
    platform_id: contact.csid,
    timestamp: secondsTime(at),
    type,
  };
}

/** What an agent gets; told only where it was somebody else's before, or nobody's. */
function gottenBy(
  { contact, oldAgent, newAgent }: { contact: ContactSnapshot; oldAgent?: string; newAgent?: string },
  at: number,
  to: Recipient,
) {
  return newAgent === oldAgent ? undefined : assignedOf(contact, at, newAgent, to);
}

/** An assignment: told with the agent; that nobody has it any more is nothing that this API tells. */
function assignedOf(contact: ContactSnapshot, at: number, agent: string | undefined, to: Recipient) {
  if (agent === undefined) return undefined;
  const assigned_platform_id = to.agents.get(agent)?.platformId ?? agent;
  return { ...personOf(contact, at, 'chat', to), assigned_platform_id };
}

/** How each event is told; undefined: it says nothing that this API tells. */
const tellers: { [T in EventType]?: Teller<T> } = {
  'message.received': ({ data }, to) => messageOf(data, 'in', to),
  // Lines of the log and notes of agents are no messages to anybody.
  'message.accepted': ({ data }, to) =>
    data.message.direction === 'O' ? messageOf(data, 'out', to) : undefined,
  'message.status': ({ data }, to) => statusOf(data, to),
  'contact.created': ({ data, at }, to) => personOf(data.contact, at, 'contact', to),
  'contact.assigned': ({ data, at }, to) => gottenBy(data, at, to),
  // A conversation that follows its owner is told as the assignment of the contact.
  'session.assigned': ({ data: { contact, assignment }, at }, to) =>
    assignment.reason === 'owner' ? undefined : gottenBy({ ...assignment, contact }, at, to),
  'session.closed': ({ data: { contact, session }, at }, to) => {
    const agent = session.agent === undefined ? undefined : assignedOf(contact, at, session.agent, to);
    return agent ?? personOf(contact, at, 'chat', to);
  },
  'template.status': ({ data: { code, lang, status }, at }, { business }) =>
    status.toUpperCase() === 'APPROVED'
      ? {
          business_id: business.uuid,
          template_id: code,
          language: lang,
          status: 'approved',
          timestamp: secondsTime(at),
          type: 'template',
        }
      : undefined,
};

/** The flat body of a webhook call (azeer.md 7.2). */
export function render(event: StoredEvent, to: Recipient): RenderedEvent | undefined {
  const teller = tellers[event.type] as Teller<EventType> | undefined;
  const body = teller?.(event, to);
  return (
    body && {
      body: { ...body, webhook_event_type: to.topic as EventName },
      headers: { 'content-type': 'application/json; charset=utf-8' },
    }
  );
}
