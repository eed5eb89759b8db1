import type { Static } from 'typebox';
import type { Contact } from '../../model/contact.ts';
import type { ContactSnapshot, EventType, StoredEvent } from '../../model/event.ts';
import { present } from '../../model/present.ts';
import { type SessionSnapshot, ticketOf } from '../../model/session.ts';
import type { Contactable } from './schemas/common.ts';
import type { MessageSession, MsgSession, WrapperContact, WrapperEvent } from './schemas/inbound.ts';

/** A person as webhooks name them. The profiles may not be left out: receivers read into them unguarded. */
export function wrapperContactOf(contact: ContactSnapshot | Contact): WrapperContact {
  const { name, email, phone } = contact.profile;
  const own = contact.businessProfile;
  return {
    contactType: contact.type,
    channelId: contact.channelId,
    lane: contact.lane,
    csid: contact.csid,
    contactId: contact.id,
    profile: present({ name, email, phone }),
    businessProfile: present({
      name: own.name,
      email: own.email,
      phone: own.phone,
      profileId: own.profileId,
    }),
  };
}

/** A person as events and the history of a session name them. */
export function contactableOf(contact: ContactSnapshot | Contact): Static<typeof Contactable> {
  const { profile, businessProfile } = contact;
  return present({
    channelType: contact.channelId.slice(0, Math.max(0, contact.channelId.indexOf(':'))) || undefined,
    contactId: contact.id,
    contactType: contact.type,
    csid: contact.csid,
    email: businessProfile.email ?? profile.email,
    lane: contact.lane,
    name: businessProfile.name ?? profile.name,
    phone: businessProfile.phone ?? profile.phone,
  });
}

/** The state of a session as events tell it (decision D56). */
function messageSessionOf(session: SessionSnapshot): Static<typeof MessageSession> {
  return present({
    mode: session.mode,
    queue: session.queue,
    routingId: session.routingId,
    agent: session.agent,
    dept: session.team,
    bot: session.bot,
    firstMessage: session.firstMessage,
    initMessage: session.initMessage,
    resolved: session.resolved,
    sessionStamp: session.startedAt,
    ticketHash: ticketOf(session.id),
  });
}

/** The session as messages and statuses name it. */
export function msgSessionOf(session: {
  id: string;
  routingId: string;
  agent?: string;
  team?: string;
}): Static<typeof MsgSession> {
  return present({
    sessionId: session.id,
    routingId: session.routingId,
    assignedToAgent: session.agent,
    assignedToDept: session.team,
  });
}

/** The documented codes of what we tell as an event (decision D24). */
const eventCodes = {
  'session.routed': 'SESSION_ROUTED',
  'session.opened': 'SESSION_INIT',
  'session.assigned': 'SESSION_ASSIGNED',
  'session.resolved': 'SESSION_STATUS',
  'session.closed': 'SESSION_CLOSED',
  'contact.updated': 'CONTACT_UPDATE',
} as const satisfies Partial<Record<EventType, string>>;

type ToldEvent = Extract<StoredEvent, { type: keyof typeof eventCodes }>;

/** An event as webhooks and the session operations tell it: the same words, the same id. */
export function wrapperEventOf(event: ToldEvent): WrapperEvent {
  const { contact, session } = event.data;
  return present({
    eventId: event.id,
    eventCode: eventCodes[event.type],
    contactId: contact.id,
    contact: contactableOf(contact),
    sessionId: session?.id,
    session: session && messageSessionOf(session),
    sessionRouted: event.type === 'session.routed' ? routedOf(event) : undefined,
    sessionAssigned: event.type === 'session.assigned' ? assignedOf(event) : undefined,
  });
}

/** The reply of an operation that changed something: the event that tells the change. */
export function eventsOf(event: StoredEvent): WrapperEvent[] {
  return isToldEvent(event) ? [wrapperEventOf(event)] : [];
}

function isToldEvent(event: StoredEvent): event is ToldEvent {
  return Object.hasOwn(eventCodes, event.type);
}

function routedOf({ data: { routing } }: Extract<StoredEvent, { type: 'session.routed' }>) {
  return present({
    sourceQueue: routing.sourceQueue,
    targetQueue: routing.targetQueue,
    routingId: routing.routingId,
    sessionStart: routing.start,
    params: routing.params,
  });
}

/** What is a team with us is a department there. */
function assignedOf({ data: { assignment } }: Extract<StoredEvent, { type: 'session.assigned' }>) {
  return present({
    oldAgent: assignment.oldAgent,
    newAgent: assignment.newAgent,
    oldDept: assignment.oldTeam,
    newDept: assignment.newTeam,
    oldBot: assignment.oldBot,
    newBot: assignment.newBot,
  });
}
